import type { Clock } from '@throughline/kernel'
import { Checkpoints, LogTailBus, orderingKey } from '@throughline/ports'
import type {
  Consumer,
  DeadLetter,
  EventStore,
  Feed,
  RecordedEvent,
  Running,
  Timers,
} from '@throughline/ports'
import type { Disk } from './disk.js'
import type { Life } from './life.js'

/** Defects of the bus that a run can be given, to see that it is found out. */
export interface BusDefects {
  /** Says how far it is before it has handled what is there (`R39.checkpoint`). */
  readonly early: boolean
  /** Hands over events of one key in another order (`R39.order`). */
  readonly unordered: boolean
}

export interface BusWatch {
  consumes(group: string, types: readonly string[]): void
  handled(group: string, event: RecordedEvent): void
}

/** Checkpoints and dead letters on a disk. */
export class SimulatedCheckpoints extends Checkpoints {
  constructor(
    private readonly disk: Disk,
    private readonly life: Life,
  ) {
    super()
  }

  async load(group: string): Promise<number> {
    await this.life.alive()
    return this.disk.checkpoints.get(group) ?? 0
  }

  async save(group: string, position: number): Promise<void> {
    await this.life.pass('write')
    this.disk.checkpoints.set(group, position)
  }

  async park(letter: DeadLetter): Promise<void> {
    await this.life.alive()
    this.disk.letters.set(`${letter.group} ${String(letter.event.position)}`, letter)
  }

  async letters(group?: string): Promise<readonly DeadLetter[]> {
    await this.life.alive()
    return [...this.disk.letters.values()]
      .filter((letter) => group === undefined || letter.group === group)
      .sort((a, b) => a.event.position - b.event.position)
  }

  async forget(group: string, position: number): Promise<void> {
    await this.life.alive()
    this.disk.letters.delete(`${group} ${String(position)}`)
  }

  async close(): Promise<void> {
    await Promise.resolve()
  }
}

/** The bus as shipped, and what can happen on the way from it to its readers. Nothing is handed over before the start is done. */
export class SimulatedBus extends LogTailBus {
  readonly #checkpoints: Checkpoints

  constructor(
    store: EventStore,
    checkpoints: Checkpoints,
    private readonly pauses: Timers,
    clock: Clock,
    private readonly life: Life,
    private readonly watch: BusWatch,
    private readonly defects: BusDefects,
  ) {
    super(store, checkpoints, pauses, clock)
    this.#checkpoints = checkpoints
  }

  override follow(feed: Feed): Promise<Running> {
    return super.follow({
      ...feed,
      onBatch: async (events, through) => {
        await this.life.begun
        await this.life.pass('deliver')
        await feed.onBatch(this.defects.unordered ? swapped(events) : events, through)
        await this.life.alive()
      },
    })
  }

  override consume(consumer: Consumer): Promise<Running> {
    const { group, types } = consumer
    this.watch.consumes(group, types)
    return super.consume({
      ...consumer,
      handle: async (event) => {
        await this.life.begun
        await this.life.pass('deliver')
        if (this.defects.early) {
          await this.#checkpoints.save(group, event.position)
          await this.pauses.sleep(1_500)
        }
        if (this.defects.unordered) return this.#late(consumer, event)
        await consumer.handle(event)
        await this.life.alive()
        this.watch.handled(group, event)
        if (!this.life.repeats()) return
        await this.life.pass('deliver')
        await consumer.handle(event)
        await this.life.alive()
        this.watch.handled(group, event)
      },
    })
  }

  // Says that it is handled and handles it later: what comes after it in its key is first.
  async #late(consumer: Consumer, event: RecordedEvent): Promise<void> {
    this.pauses
      .sleep(event.position % 2 === 0 ? 900 : 0)
      .then(() => consumer.handle(event))
      .then(
        () => {
          this.watch.handled(consumer.group, event)
        },
        () => undefined,
      )
    await Promise.resolve()
  }
}

/** Neighbours of one key change places. */
function swapped(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const other = [...events]
  for (let index = 1; index < other.length; index++) {
    const [first, second] = [other[index - 1], other[index]]
    if (first === undefined || second === undefined || orderingKey(first) !== orderingKey(second)) continue
    other[index - 1] = second
    other[index] = first
    index++
  }
  return other
}
