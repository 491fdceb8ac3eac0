import { FreshIds, ImmediateTimers, TickingClock, turn, until } from './doubles.suite.js'
import { eventBusSuite } from './event-bus.suite.js'
import { MemoryCheckpoints } from './checkpoints.js'
import { LogTailBus } from './event-bus.tail.js'
import { MemoryEventStore } from './event-store.memory.js'
import type { RecordedEvent } from './event-store.js'

eventBusSuite('memory', (clock, ids, timers, seen) => {
  const events = new MemoryEventStore(clock, ids)
  const checkpoints = new MemoryCheckpoints()
  let bus = new LogTailBus(seen(events), checkpoints, timers, clock)
  return Promise.resolve({
    events,
    bus,
    restart: () => Promise.resolve((bus = new LogTailBus(seen(events), checkpoints, timers, clock))),
    close: async () => {
      await bus.close()
      await events.close()
    },
  })
})

class CountingStore extends MemoryEventStore {
  reads = 0

  override async readAll(
    ...options: Parameters<MemoryEventStore['readAll']>
  ): Promise<readonly RecordedEvent[]> {
    this.reads++
    return super.readAll(...options)
  }
}

class FailingCheckpoints extends MemoryCheckpoints {
  failures = 1

  override async save(group: string, position: number): Promise<void> {
    if (this.failures-- > 0) throw new Error('no room')
    await super.save(group, position)
  }
}

describe('the log tail', () => {
  const append = (store: MemoryEventStore, customerId: string) =>
    store.append(
      { stream: 'note', id: customerId },
      0,
      { id: customerId, actor: 'system:test', customerId },
      [{ type: 'test.Noted.v1', data: {} }],
    )

  it('sleeps when there is nothing new, also where every reader starts at the head', async () => {
    const store = new CountingStore(new TickingClock(), new FreshIds())
    await append(store, 'ann')
    const bus = new LogTailBus(store, new MemoryCheckpoints(), new ImmediateTimers(), new TickingClock())
    for (const name of ['one', 'two']) await bus.follow({ name, after: 1, onBatch: () => Promise.resolve() })
    for (let turns = 0; turns < 10; turns++) await turn()
    const { reads } = store
    for (let turns = 0; turns < 10; turns++) await turn()
    expect(store.reads).toBe(reads)
    await bus.close()
  })

  it('reads the log once for many readers at its head', async () => {
    const store = new CountingStore(new TickingClock(), new FreshIds())
    await append(store, 'ann')
    const bus = new LogTailBus(store, new MemoryCheckpoints(), new ImmediateTimers(), new TickingClock())
    const feeds = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        bus.follow({ name: String(index), after: 0, onBatch: () => Promise.resolve() }),
      ),
    )
    await until(() => feeds.every(({ position }) => position === 1))
    for (let turns = 0; turns < 10; turns++) await turn()
    const { reads } = store
    await append(store, 'ben')
    await until(() => feeds.every(({ position }) => position === 2))
    for (let turns = 0; turns < 10; turns++) await turn()
    // One that finds the event, one that finds there is no more.
    expect(store.reads - reads).toBeLessThanOrEqual(2)
    await bus.close()
  })

  it('delivers a batch again when its place could not be kept, never beside itself', async () => {
    const store = new MemoryEventStore(new TickingClock(), new FreshIds())
    for (const customer of ['ann', 'ben', 'cat']) await append(store, customer)
    const bus = new LogTailBus(store, new FailingCheckpoints(), new ImmediateTimers(), new TickingClock())
    const inHand = new Set<number>()
    const taken: number[] = []
    const running = await bus.consume({
      group: 'test',
      types: ['test.Noted.v1'],
      handle: async ({ position }) => {
        expect(inHand.has(position)).toBe(false)
        inHand.add(position)
        await turn()
        inHand.delete(position)
        taken.push(position)
      },
    })
    await until(() => running.position === 3)
    expect(taken).toEqual([1, 2, 3, 1, 2, 3])
    await bus.close()
  })
})
