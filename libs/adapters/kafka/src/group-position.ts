import type { Feed, RecordedEvent, Running } from '@throughline/ports'
import type { Partition } from './partition.js'

interface Pending {
  readonly position: number
  /** Position of the event before it in the log. */
  readonly before: number
}

/** Of events that the log has and the group has not finished; the log is read on when there are fewer. */
const MOST_PENDING = 20_000

/**
 * How far a group is in the order of the log, of the partitions that this process has: Kafka knows no such order. The log is
 * followed beside the partitions; what it has and they have not finished holds the position back. So it is never too high, also
 * where Kafka has lost something, and it reaches the end when all is handled.
 */
export class GroupPosition {
  readonly #pending = new Map<Partition, Pending[]>()
  #count = 0
  #through = 0
  #shown = 0
  #running: Running | undefined
  #isFollowing = false
  #turn: Promise<void> = Promise.resolve()
  #over = new AbortController()
  #progressed = (): void => undefined

  constructor(
    private readonly follow: (after: number, onBatch: Feed['onBatch']) => Promise<Running>,
    private readonly partitionOf: (event: RecordedEvent) => Partition | undefined,
  ) {}

  get failing(): Error | undefined {
    return this.#running?.failing
  }

  /** Everything up to here is finished, and Kafka has it that it is. Stands still while partitions are given out anew. */
  get position(): number {
    if (this.#isFollowing) this.#shown = this.#lowest()
    return this.#shown
  }

  /** Everything of one partition up to here is finished: what a commit says beside the offset. */
  handledIn(partition: Partition): number {
    const { position } = partition.prefix
    const first = this.#pending.get(partition)?.find((pending) => pending.position > position)
    return Math.max(position, Math.min(first?.before ?? Infinity, this.#through))
  }

  /**
   * The partitions of a new assignment. The log is followed from where none of them has anything unfinished. Resolves when it
   * is, or when this assignment is over as well.
   */
  async assign(partitions: readonly Partition[]): Promise<void> {
    this.hold()
    const { signal } = (this.#over = new AbortController())
    await this.#next(async () => {
      if (signal.aborted) return
      for (const partition of partitions) this.#pending.set(partition, [])
      const after = Math.min(...partitions.map(({ committed }) => committed.position))
      this.#through = Number.isFinite(after) ? Math.max(0, after) : this.#shown
      this.#isFollowing = true
      this.#running = await this.follow(this.#through, (events, through) =>
        this.#take(events, through, signal),
      )
    })
  }

  /** The partitions may be another's: the position stays as it is. */
  hold(): void {
    this.#shown = this.position
    this.#isFollowing = false
    this.#over.abort()
    this.#pending.clear()
    this.#count = 0
    this.#progressed()
    void this.#next(async () => {
      const running = this.#running
      this.#running = undefined
      await running?.stop()
    })
  }

  /** Something was finished and committed. */
  progressed(): void {
    for (const [partition, pending] of this.#pending) {
      let done = 0
      while ((pending[done]?.position ?? Infinity) <= partition.committed.position) done++
      if (done > 0) pending.splice(0, done)
      this.#count -= done
    }
    this.#progressed()
  }

  /** Resolves when the log was followed up to here, or when it is followed no more. */
  async reached(position: number): Promise<void> {
    while (this.#through < position && !this.#over.signal.aborted) await this.#change()
  }

  /** As {@link hold}; resolves when the log is followed no more. */
  async stop(): Promise<void> {
    this.hold()
    await this.#turn
  }

  // One after the other: two that follow at once would tell of each other's partitions.
  #next(step: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(step)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  #lowest(): number {
    let low = this.#through
    for (const [partition, pending] of this.#pending) {
      const first = pending.find(({ position }) => position > partition.committed.position)
      if (first !== undefined && first.before < low) low = first.before
    }
    return low
  }

  async #take(events: readonly RecordedEvent[], through: number, over: AbortSignal): Promise<void> {
    while (this.#count >= MOST_PENDING && !over.aborted) await this.#change()
    if (over.aborted) return
    let before = this.#through
    for (const event of events) {
      const partition = this.partitionOf(event)
      const pending = partition && this.#pending.get(partition)
      if (partition !== undefined && event.position > partition.committed.position) {
        pending?.push({ position: event.position, before })
        this.#count++
      }
      before = event.position
    }
    this.#through = through
    this.#progressed()
  }

  #change(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const before = this.#progressed
    this.#progressed = () => {
      this.#progressed = () => undefined
      before()
      resolve(undefined)
    }
    return promise.then(() => undefined)
  }
}
