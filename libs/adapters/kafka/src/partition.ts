import { orderingKey, PrefixCommitter } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import type { Arrived } from './envelope.js'

/** How far a group is in one partition. Both are as Kafka keeps them for the group: the offset, and beside it the position. */
export interface Place {
  /** First offset that was not handled. */
  readonly offset: bigint
  /** Every event of this partition up to this position of the log was handled. */
  readonly position: number
}

interface Mark {
  /** Of a message; what was read from the store because Kafka has it no more has none. */
  readonly offset: bigint | undefined
  readonly position: number
}

interface Waiting {
  readonly event: RecordedEvent
  readonly number: number
  readonly bytes: number
}

export interface PartitionOptions {
  /** Handles one event to its end: done or parked. Rejects only when the partition was taken away meanwhile. */
  readonly handle: (event: RecordedEvent) => Promise<void>
  /** Something was finished, so that there may be more to commit. */
  readonly onProgress: () => void
}

/**
 * One partition in the hand of one consumer: which of its events were taken and which are finished. Events of one key go
 * one after the other, keys side by side; what may be committed is the gapless prefix of what is finished.
 */
export class Partition {
  readonly #lanes = new Map<string, Waiting[]>()
  readonly #running = new Set<Promise<void>>()
  readonly #committer = new PrefixCommitter(0)
  readonly #marks = new Map<number, Mark>()
  #begun = 0
  #prefix: Place
  #seen: number
  #next: bigint
  #bytes = 0
  #isClosed = false

  /** What Kafka holds for the group. */
  committed: Place

  constructor(
    place: Place,
    private readonly options: PartitionOptions,
  ) {
    this.committed = this.#prefix = place
    this.#seen = place.position
    this.#next = place.offset
  }

  /** Position of the last event that was taken in hand. */
  get seen(): number {
    return this.#seen
  }
  /** The first offset that was not taken in hand. */
  get next(): bigint {
    return this.#next
  }
  /** The end of the gapless prefix of what is finished. */
  get prefix(): Place {
    return this.#prefix
  }
  /** Events taken in hand and not in the prefix: they wait, are handled, or are finished behind one that is not. */
  get open(): number {
    return this.#marks.size
  }
  /** Their size, of those that wait or are handled. */
  get bytes(): number {
    return this.#bytes
  }
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Whether events of this partition stand between the last one taken and this one. */
  isMissing({ event, partitionPrevious }: Arrived): boolean {
    return event.position > this.#seen && partitionPrevious > this.#seen
  }

  /** Takes a message in hand; one that was taken before, under this or an earlier offset, only moves the place on. */
  take(offset: bigint, arrived: Arrived | undefined, bytes: number): void {
    if (offset < this.#next) return
    this.#next = offset + 1n
    const event = arrived && arrived.event.position > this.#seen ? arrived.event : undefined
    this.#begin(event, { offset, position: event?.position ?? 0 }, bytes)
  }

  /** Takes an event in hand that Kafka has no more. */
  fill(event: RecordedEvent): void {
    if (event.position > this.#seen) this.#begin(event, { offset: undefined, position: event.position }, 0)
  }

  /** Everything up to a position was looked at, and nothing of this partition is missing there. */
  filled(position: number): void {
    this.#seen = Math.max(this.#seen, position)
  }

  /** Begins nothing more. */
  close(): void {
    this.#isClosed = true
  }

  /** Resolves when nothing is in hand any more. After {@link close}: when what was begun has come to its end. */
  async rest(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  #begin(event: RecordedEvent | undefined, mark: Mark, bytes: number): void {
    const number = ++this.#begun
    this.#committer.begin(number)
    this.#marks.set(number, mark)
    if (event === undefined) {
      this.#finish(number)
      return
    }
    this.#seen = event.position
    this.#bytes += bytes
    const key = orderingKey(event)
    const waiting = { event, number, bytes }
    const lane = this.#lanes.get(key)
    if (lane) {
      lane.push(waiting)
      return
    }
    const fresh = [waiting]
    this.#lanes.set(key, fresh)
    const run = this.#run(key, fresh).finally(() => this.#running.delete(run))
    this.#running.add(run)
  }

  async #run(key: string, lane: Waiting[]): Promise<void> {
    for (let next = lane[0]; next !== undefined && !this.#isClosed; next = lane[0]) {
      try {
        await this.options.handle(next.event)
      } catch {
        // It is another's now, or nobody's: it stays open, so it is handed over again.
        break
      }
      lane.shift()
      this.#bytes -= next.bytes
      if (lane.length === 0) this.#lanes.delete(key)
      this.#finish(next.number)
    }
    if (this.#lanes.get(key) === lane) this.#lanes.delete(key)
  }

  #finish(number: number): void {
    const before = this.#committer.committable
    const end = this.#committer.finish(number)
    for (let next = before + 1; next <= end; next++) {
      const mark = this.#marks.get(next)
      this.#marks.delete(next)
      this.#prefix = {
        offset: mark?.offset === undefined ? this.#prefix.offset : mark.offset + 1n,
        position: Math.max(this.#prefix.position, mark?.position ?? 0),
      }
    }
    if (end > before) this.options.onProgress()
  }
}
