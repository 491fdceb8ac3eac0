import type { Channel } from '@throughline/contracts'
import { HOUR, SECOND } from '@throughline/kernel'
import { CAPACITY, USUAL_HANDLE_TIME, WEIGHTS } from './channels.js'
import { calibrate, meanOf, UNFITTED, withHandleTime } from './policy/expected-wait.js'
import type { WaitInput, WaitModel, WaitOutcome } from './policy/expected-wait.js'

/** Weight of what is usual against what was measured, in contacts. */
const USUAL_COUNTS_AS = 5
/** One customer who left after so many seconds of waiting of all: patience before anybody has left. */
const USUAL_PATIENCE = 600
const KEPT_OUTCOMES = 2_400
const KEPT_ARRIVALS = 500
/** The bounds of the quoted wait are fitted again after so many outcomes. */
const FIT_EVERY = 100

interface Arrival {
  readonly at: number
  readonly target: number
}

/** A {@link WaitBook} as plain data, for a snapshot. */
export interface KeptWaits {
  readonly handled: readonly (readonly [Channel, readonly number[]])[]
  readonly arrivals: readonly (readonly [string, readonly Arrival[]])[]
  readonly outcomes: readonly WaitOutcome[]
  readonly seen: number
  readonly waited: number
  readonly left: number
  readonly model: WaitModel
}

/** What queues have shown so far: how long work takes, how long people wait and when they give up. */
export class WaitBook {
  readonly #handled = new Map<Channel, readonly number[]>()
  readonly #arrivals = new Map<string, readonly Arrival[]>()
  #outcomes: readonly WaitOutcome[] = []
  #seen = 0
  #waited = 0
  #left = 0
  #model: WaitModel = UNFITTED

  get model(): WaitModel {
    return this.#model
  }

  /** `at` in milliseconds since the epoch, `target` in seconds. */
  entered(queue: string, at: number, target: number): void {
    const kept = this.#arrivals.get(queue) ?? []
    this.#arrivals.set(queue, [...kept.slice(1 - KEPT_ARRIVALS), { at, target }])
  }

  /** Seconds; `predicted` is what was told, absent when nothing was. */
  answered(waited: number, predicted: number | undefined): void {
    this.#waited += waited
    this.#outcome(waited, predicted, true)
  }

  gaveUp(waited: number, predicted: number | undefined): void {
    this.#waited += waited
    this.#left += 1
    this.#outcome(waited, predicted, false)
  }

  handled(channel: Channel, seconds: number): void {
    this.#handled.set(channel, withHandleTime(this.#handled.get(channel) ?? [], seconds))
  }

  /** Mean seconds of work on a contact. */
  handle(channel: Channel): number {
    const times = this.#handled.get(channel) ?? []
    const usual = USUAL_HANDLE_TIME[channel]
    return Math.max(
      1,
      Math.round((meanOf(times) * times.length + usual * USUAL_COUNTS_AS) / (times.length + USUAL_COUNTS_AS)),
    )
  }

  /** Seconds of waiting per customer who gave up. */
  get patience(): number {
    return Math.round((this.#waited + USUAL_PATIENCE) / (this.#left + 1))
  }

  /** Of the last hour. */
  arrivals(queue: string, now: number): WaitInput['arrivals'] {
    const counts = new Map<number, number>()
    for (const { at, target } of this.#arrivals.get(queue) ?? [])
      if (now - at < HOUR) counts.set(target, (counts.get(target) ?? 0) + 1)
    return [...counts]
      .sort(([first], [second]) => first - second)
      .map(([target, count]) => ({ target, rate: count / (HOUR / SECOND) }))
  }

  snapshot(): KeptWaits {
    return {
      handled: [...this.#handled],
      arrivals: [...this.#arrivals],
      outcomes: this.#outcomes,
      seen: this.#seen,
      waited: this.#waited,
      left: this.#left,
      model: this.#model,
    }
  }

  restore({ handled, arrivals, outcomes, seen, waited, left, model }: KeptWaits): void {
    for (const [channel, times] of handled) this.#handled.set(channel, times)
    for (const [queue, entered] of arrivals) this.#arrivals.set(queue, entered)
    this.#outcomes = outcomes
    this.#seen = seen
    this.#waited = waited
    this.#left = left
    this.#model = model
  }

  #outcome(waited: number, predicted: number | undefined, answered: boolean): void {
    if (predicted === undefined) return
    this.#outcomes = [...this.#outcomes.slice(1 - KEPT_OUTCOMES), { predicted, waited, answered }]
    this.#seen += 1
    if (this.#seen % FIT_EVERY === 0) this.#model = calibrate(this.#outcomes, this.#seen / FIT_EVERY)
  }
}

/** How many contacts of a channel one agent can hold side by side. */
export function slots(channel: Channel): number {
  return Math.max(1, Math.floor(CAPACITY / WEIGHTS[channel].weight))
}
