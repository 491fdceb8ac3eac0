import { Refused } from '@throughline/kernel'
import { NewerVersion, orderingKey, Reads, Unreadable } from '@throughline/ports'
import type { Consumer, RecordedEvent, Timers } from '@throughline/ports'
import { errorOf, pause } from './client.js'

export interface HandlingOptions {
  readonly timers: Timers
  readonly park: (group: string, event: RecordedEvent, cause: Error, attempts: number) => Promise<void>
}

/** Whether going on makes sense, asked between two steps. */
export interface Standing {
  /** The partition may be another's. */
  readonly isLost: () => boolean
  readonly isStopping: () => boolean
}

/** Pauses between the tries of one event, in milliseconds; after the last it is parked. As in the embedded bus. */
const PAUSES: readonly number[] = [20, 80, 320, 1_280]

/** Longest pause before the next try where what an event needs is out of reach. */
const LONGEST_WAIT = 2_000

/** The event was neither taken nor parked: whoever has its partition next gets it. */
class Abandoned extends Error {}

/** Brings one event to its end: taken, or parked with its cause. */
export class Handling {
  readonly #reads: Reads
  /** What a handler has in hand, by key: also of a partition that was taken away, until it comes to its end. */
  readonly #busy = new Map<string, Promise<void>>()

  constructor(
    private readonly consumer: Consumer,
    private readonly options: HandlingOptions,
    /** Told why an event cannot be parked, and when it was. */
    private readonly onFailing: (failing: Error | undefined) => void,
  ) {
    this.#reads = new Reads(consumer.types)
  }

  /** Rejects only when the partition is lost or the consumer stops meanwhile. */
  async handle(event: RecordedEvent, standing: Standing): Promise<void> {
    const concern = this.#reads.of(event.type)
    if (concern === 'ignores') return
    const key = orderingKey(event)
    // The same key may still be in a handler that began before the partitions were given out anew.
    for (let busy = this.#busy.get(key); busy; busy = this.#busy.get(key)) await busy
    if (standing.isLost()) throw new Abandoned()
    const work =
      concern === 'newer'
        ? this.#park(event, new NewerVersion(event.type, this.consumer.group), 0, standing)
        : this.#try(event, standing)
    const rest = work.then(
      () => undefined,
      () => undefined,
    )
    this.#busy.set(key, rest)
    try {
      await work
    } finally {
      this.#busy.delete(key)
    }
  }

  async #try(event: RecordedEvent, standing: Standing): Promise<void> {
    for (let attempt = 1, waits = 0; ;) {
      try {
        await this.consumer.handle(event)
        if (waits > 0) this.onFailing(undefined)
        return
      } catch (error) {
        const cause = errorOf(error)
        if (isAway(cause)) {
          // An engine is at fault and not the event: it waits, and those of its key with it.
          this.onFailing(cause)
          await this.options.timers.sleep(Math.min(LONGEST_WAIT, 100 * 2 ** waits++))
        } else {
          const wait = cause instanceof Unreadable ? undefined : PAUSES[attempt - 1]
          if (wait === undefined) {
            await this.#park(event, cause, attempt, standing)
            return
          }
          attempt++
          await this.options.timers.sleep(wait)
        }
        if (standing.isLost() || standing.isStopping()) throw new Abandoned()
      }
    }
  }

  async #park(event: RecordedEvent, cause: Error, attempts: number, standing: Standing): Promise<void> {
    for (let failures = 0; ; failures++) {
      try {
        await this.options.park(this.consumer.group, event, cause, attempts)
        if (failures > 0) this.onFailing(undefined)
        return
      } catch (error) {
        this.onFailing(errorOf(error))
        await pause(Math.min(5_000, 100 * 2 ** failures))
        if (standing.isLost() || standing.isStopping()) throw new Abandoned()
      }
    }
  }
}

function isAway(cause: Error): boolean {
  return cause instanceof Refused && cause.kind === 'unavailable'
}
