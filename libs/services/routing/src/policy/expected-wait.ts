/**
 * How long a contact will wait: the Markovian queue-length estimator on position (Ibrahim & Whitt 2009). Only
 * + − × ÷ √, so that every machine gets the same bits, and whole seconds before anything is compared.
 */
export interface WaitInput {
  /** Contacts with a smaller key that want the same agents. */
  readonly ahead: number
  /** Agents at work who serve the class; a share of one where they also serve others. */
  readonly servers: number
  /** Agents of them who could take it now. */
  readonly idle: number
  /** Mean handle time with wrap-up, seconds. */
  readonly handle: number
  /** Total waiting time of the past by abandonments, seconds; null when nobody ever left. */
  readonly patience: number | null
  /** Its own target, seconds. */
  readonly target: number
  /** Arrivals per second by target in seconds: those with a smaller target may still pass. */
  readonly arrivals: readonly { readonly target: number; readonly rate: number }[]
}

/** Seconds. */
export interface WaitInterval {
  readonly low: number
  readonly mid: number
  readonly high: number
}

export interface Moments {
  readonly mean: number
  readonly variance: number
}

/** Bounds by eighth of the prediction, from real outcomes: `upTo` ascending, the last one endless (null). */
export interface WaitModel {
  readonly name: string
  readonly version: number
  readonly eighths: readonly (WaitInterval & { readonly upTo: number | null })[]
}

/** Estimators by name. Only a monotone one may close a gate: one more contact ahead must never tell a shorter wait. */
export const ESTIMATORS: Readonly<Record<string, { readonly monotone: boolean }>> = {
  QLm: { monotone: true },
  linear: { monotone: false },
  HOL: { monotone: false },
  LES: { monotone: false },
}

/** Before there are outcomes: the model's own gamma interval. */
export const UNFITTED: WaitModel = { name: 'QLm', version: 0, eighths: [] }

/** `Σ 1/(s·μ + i·θ)` for i from 0 to `ahead`, a fraction of the last term for a fraction of a contact. */
export function queueLengthWait(
  ahead: number,
  servers: number,
  handle: number,
  patience: number | null,
): Moments {
  const service = servers / handle
  const leaving = patience === null ? 0 : 1 / patience
  let mean = 0
  let variance = 0
  for (let i = 0; i < ahead + 1; i += 1) {
    const share = Math.min(1, ahead + 1 - i)
    const term = share / (service + i * leaving)
    mean += term
    variance += term * term
  }
  return { mean, variance }
}

/** The estimate with those counted once who are still to come and may pass. Null when nobody is there to serve. */
export function expectedWait(input: WaitInput): Moments | null {
  if (!(input.servers > 0) || !(input.handle > 0)) return null
  if (input.idle > 0 && input.ahead === 0) return { mean: 0, variance: 0 }
  const { ahead, servers, handle, patience, target } = input
  const first = queueLengthWait(ahead, servers, handle, patience)
  let passing = 0
  for (const arrival of input.arrivals) {
    if (arrival.target < target) passing += arrival.rate * Math.min(first.mean, target - arrival.target)
  }
  return passing === 0 ? first : queueLengthWait(ahead + passing, servers, handle, patience)
}

/** The interval to tell and to record: from the outcomes of like predictions, before there are enough from the model. */
export function waitInterval(moments: Moments, model: WaitModel = UNFITTED): WaitInterval {
  const eighth = model.eighths.find((one) => one.upTo === null || moments.mean <= one.upTo)
  if (eighth !== undefined && moments.mean > 0) return { low: eighth.low, mid: eighth.mid, high: eighth.high }
  return {
    low: Math.round(gammaQuantile(moments, -NORMAL_90)),
    mid: Math.round(moments.mean),
    high: Math.round(gammaQuantile(moments, NORMAL_90)),
  }
}

const NORMAL_90 = 1.2815515655446004

/** Wilson & Hilferty 1931, `z` the quantile of the standard normal. */
function gammaQuantile({ mean, variance }: Moments, z: number): number {
  if (mean === 0) return 0
  const spread = variance / (9 * mean * mean)
  const root = 1 - spread + z * Math.sqrt(spread)
  return root <= 0 ? 0 : mean * root * root * root
}

/** One quoted wait and what came of it, seconds; who left is censored at her waiting time. */
export interface WaitOutcome {
  readonly predicted: number
  readonly waited: number
  readonly answered: boolean
}

const KEPT_PER_EIGHTH = 300
const ENOUGH_PER_EIGHTH = 30

/**
 * The 10, 50 and 90 % quantiles of outcomes, by eighth of the prediction. Each bound never falls from one eighth to
 * the next, so that a gate on the upper one stays monotone. Too few outcomes give no eighths.
 *
 * @param outcomes oldest first
 */
export function calibrate(outcomes: readonly WaitOutcome[], version: number): WaitModel {
  if (outcomes.length < 8 * ENOUGH_PER_EIGHTH) return { ...UNFITTED, version }
  const predictions = outcomes.map((outcome) => outcome.predicted).sort((a, b) => a - b)
  const limits = Array.from(
    { length: 7 },
    (_, n) => predictions[Math.ceil(((n + 1) * predictions.length) / 8) - 1] ?? 0,
  )
  const bounds = [...new Set(limits)]
  const groups = Array.from({ length: bounds.length + 1 }, (): WaitOutcome[] => [])
  for (const outcome of outcomes) {
    const at = bounds.findIndex((bound) => outcome.predicted <= bound)
    groups[at < 0 ? bounds.length : at]?.push(outcome)
  }
  let floor: WaitInterval = { low: 0, mid: 0, high: 0 }
  const eighths = groups
    .map((group, n) => ({ group: group.slice(-KEPT_PER_EIGHTH), upTo: bounds[n] ?? null }))
    .filter(({ group }) => group.length > 0)
    .map(({ group, upTo }) => {
      floor = {
        low: Math.max(floor.low, Math.round(survivalQuantile(group, 0.1))),
        mid: Math.max(floor.mid, Math.round(survivalQuantile(group, 0.5))),
        high: Math.max(floor.high, Math.round(survivalQuantile(group, 0.9))),
      }
      return { ...floor, upTo }
    })
  const last = eighths.at(-1)
  return {
    name: UNFITTED.name,
    version,
    eighths: last === undefined ? [] : [...eighths.slice(0, -1), { ...last, upTo: null }],
  }
}

/** Kaplan & Meier 1958: the wait that a share `q` does not exceed; the longest seen when too many left before. */
export function survivalQuantile(outcomes: readonly WaitOutcome[], q: number): number {
  const sorted = [...outcomes].sort((a, b) => a.waited - b.waited || Number(b.answered) - Number(a.answered))
  let surviving = 1
  for (const [before, outcome] of sorted.entries()) {
    if (outcome.answered) surviving *= 1 - 1 / (sorted.length - before)
    // The product loses a few bits on the way down; a quantile that is met exactly must still count as met.
    if (surviving <= 1 - q + 1e-12) return outcome.waited
  }
  return sorted.at(-1)?.waited ?? 0
}

/**
 * Several skills: the sum over fitting agents of their recent share of work for classes that overlap. Somebody without
 * recent work counts whole.
 */
export function sharedServers(
  agents: readonly { readonly worked: Readonly<Record<string, number>> }[],
  overlapping: ReadonlySet<string>,
): number {
  let servers = 0
  for (const { worked } of agents) {
    const names = Object.keys(worked).sort()
    let all = 0
    let shared = 0
    for (const name of names) {
      const seconds = worked[name] ?? 0
      all += seconds
      if (overlapping.has(name)) shared += seconds
    }
    servers += all === 0 ? 1 : shared / all
  }
  return servers
}

export const KEPT_HANDLE_TIMES = 100

/** The last hundred with this one. */
export function withHandleTime(times: readonly number[], seconds: number): readonly number[] {
  return [...times, seconds].slice(-KEPT_HANDLE_TIMES)
}

export function meanOf(times: readonly number[]): number {
  return times.length === 0 ? 0 : times.reduce((sum, time) => sum + time, 0) / times.length
}

const STEPS = [0, 30, 60, 120, 180, 300, 480, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200, 10800, 14400]

/** What a customer reads, seconds: the steps around the interval. Beyond the last step `to` is null, "more than". */
export function displayedWait(interval: WaitInterval): { readonly from: number; readonly to: number | null } {
  return {
    from: STEPS.findLast((step) => step <= interval.low) ?? 0,
    to: STEPS.find((step) => step > 0 && step >= interval.high) ?? null,
  }
}
