import { AsyncLocalStorage } from 'node:async_hooks'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { POLICY } from '@throughline/demo'
import { DAY } from '@throughline/kernel'
import type { DomainEvent } from '@throughline/kernel'
import { ManualTimers, UuidIds } from '@throughline/platform'
import type { Engines, ManualClock } from '@throughline/platform'
import {
  EventBus,
  LogTailBus,
  MemoryCheckpoints,
  MemoryEventStore,
  MemoryViewStore,
} from '@throughline/ports'
import type { Consumer, DeadLetter, EventStore, Feed, RecordedEvent, Running } from '@throughline/ports'

/** The engines of a process without files. `seen`: how the bus sees the log. */
export function memoryEngines(
  made: Engines,
  clock: ManualClock,
  seen: (events: EventStore) => EventStore = (events) => events,
): Engines {
  const events = new MemoryEventStore(clock, new UuidIds(clock))
  const bus = new LogTailBus(seen(events), new MemoryCheckpoints(), new ManualTimers(), clock)
  const views = new MemoryViewStore()
  return {
    events,
    bus,
    views,
    close: async () => {
      await bus.close()
      await made.close()
    },
  }
}

/** Passes everything on; what a test bends is overridden. */
export class PassingBus extends EventBus {
  constructor(private readonly bus: EventBus) {
    super()
  }
  follow(feed: Feed): Promise<Running> {
    return this.bus.follow(feed)
  }
  consume(consumer: Consumer): Promise<Running> {
    return this.bus.consume(consumer)
  }
  park(...letter: Parameters<EventBus['park']>): Promise<void> {
    return this.bus.park(...letter)
  }
  deadLetters(group?: string): Promise<readonly DeadLetter[]> {
    return this.bus.deadLetters(group)
  }
  redeliver(group: string, position: number): Promise<void> {
    return this.bus.redeliver(group, position)
  }
  forget(group: string, except?: ReadonlySet<number>): Promise<void> {
    return this.bus.forget(group, except)
  }
  close(): Promise<void> {
    return this.bus.close()
  }
}

/** Numbers in [0, 1) that a seed repeats: mulberry32. */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Again {
  readonly due: number
  readonly hand: () => Promise<void>
}

/** What is being handed over once more at the moment, for a store that is to forget what it heard. */
export const repeated = new AsyncLocalStorage<RecordedEvent>()

/**
 * Hands events over again: each with a chance of 0.3, up to five times, at once or up to a day later. `renumbered`: a view
 * gets them with a place of their own, so that nobody can know them for old ones.
 */
export class RepeatingBus extends PassingBus {
  readonly #again: Again[] = []
  readonly #heard: (() => Promise<void>)[] = []
  #handedAgain = 0

  constructor(
    bus: EventBus,
    private readonly clock: ManualClock,
    private readonly chance: () => number,
    private readonly renumbered = false,
  ) {
    super(bus)
  }

  get handedAgain(): number {
    return this.#handedAgain
  }

  override consume(consumer: Consumer): Promise<Running> {
    return super.consume({
      ...consumer,
      handle: async (event) => {
        await consumer.handle(event)
        await this.#repeat(() => repeated.run(event, () => consumer.handle(event)))
      },
    })
  }

  override follow(feed: Feed): Promise<Running> {
    const old: RecordedEvent[] = []
    return super.follow({
      ...feed,
      onBatch: async (events, through) => {
        const batch = this.renumbered && feed.name.startsWith('view:') ? this.#mixed(events, old) : events
        await feed.onBatch(batch, through)
        old.push(...events)
        await this.#repeat(() => feed.onBatch(events, through))
      },
    })
  }

  /** Hands over again what is due by now; `all`: everything that ever was, once more. */
  async repeat(all = false): Promise<void> {
    const now = all ? Infinity : this.clock.now()
    for (const { due, hand } of this.#again.splice(0)) {
      if (due <= now) await hand()
      else this.#again.push({ due, hand })
    }
    if (all) for (const hand of this.#heard) await hand()
  }

  async #repeat(handOver: () => Promise<void>): Promise<void> {
    const hand = async (): Promise<void> => {
      this.#handedAgain++
      await handOver()
    }
    this.#heard.push(hand)
    for (let times = 0; times < 5 && this.chance() < 0.3; times++) {
      if (this.chance() < 0.5) await hand()
      else this.#again.push({ due: this.clock.now() + this.chance() * DAY, hand })
    }
  }

  #mixed(events: readonly RecordedEvent[], old: readonly RecordedEvent[]): readonly RecordedEvent[] {
    return events.flatMap((event) => {
      const again = this.chance() < 0.3 ? old[Math.floor(this.chance() * old.length)] : undefined
      return again ? [{ ...again, position: event.position - 0.5 }, event] : [event]
    })
  }
}

interface Golden extends DomainEvent {
  readonly data: Readonly<Record<string, unknown>>
}

const PUBLISHED = 'throughline.ChannelPolicyPublished.v1'
const folder = join(__dirname, '../../../libs/contracts/golden')

/** Every event ever told, as its bytes were kept; a policy that says something first, for nothing is offered before. */
export function goldenEvents(): readonly Golden[] {
  const golden = readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Golden,
  )
  const published = golden
    .filter(({ type }) => type === PUBLISHED)
    .map((event) => ({ ...event, data: { ...event.data, document: POLICY } }))
  return [...published, ...golden]
}

const KEYS = {
  customerId: '018f0000-0000-7000-8000-0000000000c1',
  journeyId: '018f0000-0000-7000-8000-0000000000a1',
}

/** Records events of other services as they are, in streams of their own. */
export async function tell(
  store: Pick<EventStore, 'append'>,
  told: readonly DomainEvent[],
  name: string,
  keys: object = KEYS,
): Promise<readonly RecordedEvent[]> {
  const recorded: RecordedEvent[] = []
  for (const [at, event] of told.entries()) {
    const id = `${name}-${String(at)}`
    const command = { id, actor: 'system:test', ...keys }
    recorded.push(...(await store.append({ stream: 'told', id }, 0, command, [event])).events)
  }
  return recorded
}
