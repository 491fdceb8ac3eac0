import type { ReadOptions, RecordedEvent } from '@throughline/ports'
import { keptEvents } from './kept-events.js'

/** Events held in all, some 1 kB each; of the journeys read last. */
const MOST_EVENTS = 10_000
/** A longer one is read from the record each time. */
const MOST_OF_ONE = 2_000

/**
 * The journeys that are being looked at: whoever sees a context reads it again with everything that happens. They stand here as
 * they were read, proved, and grow with what this process records; while an append to one is on its way, the record is asked.
 */
export class HotJourneys {
  readonly #underway = new Map<string, number>()
  readonly #journeys = keptEvents(MOST_EVENTS, MOST_OF_ONE)
  #appends = 0

  /** How many appends have ended so far: what was read while one ended may be older than what it wrote. */
  get appends(): number {
    return this.#appends
  }

  get(journeyId: string): readonly RecordedEvent[] | undefined {
    return this.#underway.has(journeyId) ? undefined : this.#journeys.get(journeyId)
  }

  /** Keeps a whole journey as it was read; `appends` is how many had ended when the reading began. */
  keep(journeyId: string, events: readonly RecordedEvent[], appends: number): void {
    if (appends === this.#appends && !this.#underway.has(journeyId) && events.length > 0)
      this.#journeys.set(journeyId, events)
  }

  begin(journeyId: string): void {
    this.#underway.set(journeyId, (this.#underway.get(journeyId) ?? 0) + 1)
  }

  /** An append has ended: with these events, or nobody knows with which. */
  ended(journeyId: string, events: readonly RecordedEvent[] | undefined): void {
    this.#appends++
    const others = (this.#underway.get(journeyId) ?? 1) - 1
    if (others === 0) this.#underway.delete(journeyId)
    else this.#underway.set(journeyId, others)
    const before = this.#journeys.peek(journeyId)
    if (before === undefined) return
    const last = before.at(-1)?.position ?? 0
    // Answers may come in another order than what they tell of was written.
    if (events?.every(({ position }) => position > last) === true)
      this.#journeys.set(journeyId, [...before, ...events])
    else this.#journeys.delete(journeyId)
  }
}

/** What a reader asks for of a whole journey. */
export function partOf(
  events: readonly RecordedEvent[],
  { after = 0, upTo = Infinity, limit = Infinity }: ReadOptions = {},
): readonly RecordedEvent[] {
  const wanted =
    after === 0 && upTo === Infinity
      ? events
      : events.filter(({ position }) => position > after && position <= upTo)
  return wanted.length > limit ? wanted.slice(0, limit) : wanted
}
