import { UuidIds } from '@throughline/platform'
import {
  LogTailBus,
  MemoryCheckpoints,
  MemoryEventStore,
  MemoryRegisters,
  MemoryViewStore,
} from '@throughline/ports'
import type { EventStore, RecordedEvent, Registers, ViewStore } from '@throughline/ports'
import { ManualClock, ManualTimers } from '@throughline/testing'
import { SECOND, toInstant } from '@throughline/kernel'
import { RoutingEngine } from './engine.service.js'
import { queueContact } from './work.decisions.js'
import { works } from './work.js'

const LEVEL = { urgency: 'normal', urgencyRule: 'default', value: 'standard', valueRule: 'default' } as const

/** A log with as many owners of its routing group as a test wants, and nothing else of a host. */
export function openLog(viewsOver: (store: EventStore) => ViewStore = () => new MemoryViewStore()) {
  const clock = new ManualClock()
  const ids = new UuidIds(clock)
  const timers = new ManualTimers()
  const store = new MemoryEventStore(clock, ids)
  const views = viewsOver(store)
  const bus = new LogTailBus(store, new MemoryCheckpoints(), timers, clock)
  /** Each with registers of its own, so that all of them hold themselves owners, unless it is given some. */
  const engine = (
    over: EventStore = store,
    kept: ViewStore = views,
    registers: Registers = new MemoryRegisters(),
  ) => new RoutingEngine(over, kept, bus, timers, clock, ids, registers)
  const contact = (n: number) => ids.derive('contact', String(n))
  const staff = (n: number) => ids.derive('staff', String(n))
  const by = (id: string) => ({ id, actor: 'system:test' })
  const told = async (type: string): Promise<readonly RecordedEvent[]> =>
    (await store.readAll()).filter((event) => event.type === `throughline.${type}.v1`)
  const queue = async (n: number) =>
    store.transact(
      works,
      contact(n),
      queueContact({
        contactId: contact(n),
        journeyId: contact(100 + n),
        channel: 'chat',
        queue: 'care',
        need: [{ skill: 'chat', level: 1 }],
        enteredAt: clock.instant(),
        dueBy: toInstant(clock.now() + 180 * SECOND),
        level: LEVEL,
        policy: 'care',
        version: 1,
      }),
      by(`queue ${String(n)}`),
    )
  const calm = async (...owners: readonly RoutingEngine[]) => {
    for (let head = -1; head !== (await store.head());) {
      head = await store.head()
      await timers.run()
      while (owners.some(({ running }) => (running?.position ?? head) < head)) await timers.sleep()
    }
  }
  return { clock, ids, timers, store, views, bus, engine, contact, staff, by, told, queue, calm }
}
