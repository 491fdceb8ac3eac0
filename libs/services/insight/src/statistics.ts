import {
  betaQuantile,
  gammaQuantile,
  incompleteBeta,
  lnBeta,
  normalQuantile,
  round6,
  Z95,
} from './statistics.special.js'

/** Shares, counts and waits of one group: what is shown and how sure we are. All results rounded to six digits. */
export interface Interval {
  readonly low: number
  readonly high: number
}

export interface Estimate extends Interval {
  readonly value: number
}

/** A share as whole numbers: `k` of `n`. */
export interface Share {
  readonly k: number
  readonly n: number
}

/** Wilson (1927) score interval of a share. An empty share knows nothing: 0 to 1. */
export function wilson({ k, n }: Share, z: number = Z95): Estimate {
  if (n === 0) return { value: 0, low: 0, high: 1 }
  const { low, high } = rawWilson(k / n, n, z)
  return { value: round6(k / n), low: round6(low), high: round6(high) }
}

function rawWilson(p: number, n: number, z: number): Interval {
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}

/**
 * Difference of two shares, `after` − `before`: Newcombe (1998), method 10.
 * `drift` is τ, the standard deviation by which unchanged neighbours moved over the same gap; it widens each side
 * in quadrature, and is 0 only for groups that were live at the same time.
 */
export function newcombe(before: Share, after: Share, drift = 0, z: number = Z95): Estimate {
  if (before.n === 0 || after.n === 0) return { value: 0, low: -1, high: 1 }
  const p1 = before.k / before.n
  const p2 = after.k / after.n
  const one = rawWilson(p1, before.n, z)
  const two = rawWilson(p2, after.n, z)
  const extra = (z * drift) ** 2
  const value = p2 - p1
  return {
    value: round6(value),
    low: round6(Math.max(-1, value - Math.sqrt((p2 - two.low) ** 2 + (one.high - p1) ** 2 + extra))),
    high: round6(Math.min(1, value + Math.sqrt((two.high - p2) ** 2 + (p1 - one.low) ** 2 + extra))),
  }
}

/** Exact (Garwood) interval of a Poisson count; divide all three by the exposure for a rate. */
export function poisson(count: number, level = 0.95): Estimate {
  const tail = (1 - level) / 2
  return {
    value: count,
    low: count === 0 ? 0 : round6(gammaQuantile(tail, count)),
    high: round6(gammaQuantile(1 - tail, count + 1)),
  }
}

/** Beta prior of a share, as pseudo-counts of yes and no. */
export interface BetaPrior {
  readonly yes: number
  readonly no: number
}

/** Posterior of a share: mean and the middle `level` of the Beta. */
export function betaBinomial({ k, n }: Share, prior: BetaPrior, level = 0.95): Estimate {
  const a = prior.yes + k
  const b = prior.no + n - k
  const tail = (1 - level) / 2
  return {
    value: round6(a / (a + b)),
    low: round6(betaQuantile(tail, a, b)),
    high: round6(betaQuantile(1 - tail, a, b)),
  }
}

/** P(share > limit) under the same posterior. */
export function probabilityAbove(limit: number, { k, n }: Share, prior: BetaPrior): number {
  return round6(1 - incompleteBeta(prior.yes + k, prior.no + n - k, limit))
}

/**
 * The prior that makes cells of one kind likeliest (maximum of the beta-binomial likelihood), over mean and strength
 * in turn. Strength stays between 0.5 and 1,000 pseudo-units; fewer than two non-empty cells give Jeffreys (½, ½).
 */
export function fitPrior(cells: readonly Share[]): BetaPrior {
  const used = cells.filter((cell) => cell.n > 0)
  const n = used.reduce((sum, cell) => sum + cell.n, 0)
  const k = used.reduce((sum, cell) => sum + cell.k, 0)
  if (used.length < 2) return { yes: 0.5, no: 0.5 }
  const likelihood = (mean: number, lnStrength: number): number => {
    const a = mean * Math.exp(lnStrength)
    const b = (1 - mean) * Math.exp(lnStrength)
    return used.reduce((sum, cell) => sum + lnBeta(a + cell.k, b + cell.n - cell.k) - lnBeta(a, b), 0)
  }
  let mean = (k + 0.5) / (n + 1)
  let lnStrength = Math.log(10)
  for (let turn = 0; turn < 8; turn += 1) {
    lnStrength = highest((s) => likelihood(mean, s), Math.log(0.5), Math.log(1000))
    mean = highest((m) => likelihood(m, lnStrength), 1e-4, 1 - 1e-4)
  }
  return { yes: round6(mean * Math.exp(lnStrength)), no: round6((1 - mean) * Math.exp(lnStrength)) }
}

/** Golden-section search of a function with one top. */
function highest(f: (x: number) => number, low: number, high: number): number {
  const golden = (Math.sqrt(5) - 1) / 2
  let from = low
  let to = high
  for (let step = 0; step < 40; step += 1) {
    const left = to - golden * (to - from)
    const right = from + golden * (to - from)
    if (f(left) > f(right)) to = right
    else from = left
  }
  return (from + to) / 2
}

/**
 * Quantile `q` with the narrowest order statistics that hold it with probability `level`: no shape is assumed.
 * Where too few values exist for a bound, the least or greatest value seen stands in and `bounded` is false.
 */
export function quantile(
  values: readonly number[],
  q: number,
  level = 0.95,
): (Estimate & { readonly bounded: boolean }) | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  const n = sorted.length
  const at = (rank: number): number => sorted[Math.min(n, Math.max(1, rank)) - 1] ?? 0
  if (n === 0) return undefined
  const tail = (1 - level) / 2
  // Value number r lies at or below the quantile with probability P(Bin(n, q) ≥ r).
  const reached = (rank: number): number =>
    rank <= 0 ? 1 : rank > n ? 0 : incompleteBeta(rank, n - rank + 1, q)
  let low = Math.ceil(n * q)
  while (low > 0 && reached(low) < 1 - tail) low -= 1
  let high = Math.max(1, Math.ceil(n * q))
  while (high <= n && reached(high) > tail) high += 1
  return { value: at(Math.ceil(n * q)), low: at(low), high: at(high), bounded: low >= 1 && high <= n }
}

/** A time until something happened (`ended`), or a time for which it had not happened yet. */
export interface Duration {
  readonly time: number
  readonly ended: boolean
}

/** Kaplan–Meier: share for whom it has happened by each time at which it happened to somebody. */
export function kaplanMeier(
  durations: readonly Duration[],
): readonly { readonly time: number; readonly share: number }[] {
  const sorted = [...durations].sort((a, b) => a.time - b.time)
  const steps: { time: number; share: number }[] = []
  let surviving = 1
  let atRisk = sorted.length
  for (let index = 0; index < sorted.length;) {
    const time = sorted[index]?.time ?? 0
    const tied = sorted.slice(index).findIndex((next) => next.time !== time)
    const here = sorted.slice(index, tied < 0 ? undefined : index + tied)
    const ended = here.filter((each) => each.ended).length
    if (ended > 0) {
      surviving *= 1 - ended / atRisk
      steps.push({ time, share: round6(1 - surviving) })
    }
    atRisk -= here.length
    index += here.length
  }
  return steps
}

/** What one customer adds to a ratio Σx / Σn: a share has x = k; a mean has x = sum. */
export interface Cluster {
  readonly id: string
  readonly x: number
  readonly n: number
}

const DRAWS = 1_000
const MANY_CLUSTERS = 2_000

/**
 * Interval of Σx/Σn when a person may stand behind several units: customers, never units, are drawn again, a thousand
 * times. How often customer c is in draw d is Poisson(1) at `hash(c, d)`, so the same people give the same interval
 * wherever it is computed. Above 2,000 customers the linearised variance gives the same digits for less.
 */
export function clusterBootstrap(clusters: readonly Cluster[], level = 0.95): Estimate | undefined {
  const n = clusters.reduce((sum, each) => sum + each.n, 0)
  if (n === 0) return undefined
  const value = clusters.reduce((sum, each) => sum + each.x, 0) / n
  if (clusters.length > MANY_CLUSTERS) {
    const variance = clusters.reduce((sum, each) => sum + (each.x - value * each.n) ** 2, 0) / (n * n)
    const half = normalQuantile((1 + level) / 2) * Math.sqrt(variance)
    return { value: round6(value), low: round6(value - half), high: round6(value + half) }
  }
  const x = new Float64Array(DRAWS)
  const of = new Float64Array(DRAWS)
  for (const each of clusters) {
    const seed = finalised(hash(each.id))
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const times = poissonOne(mix(seed, draw))
      if (times === 0) continue
      x[draw] = (x[draw] ?? 0) + times * each.x
      of[draw] = (of[draw] ?? 0) + times * each.n
    }
  }
  const ratios = [...x].map((sum, draw) => sum / (of[draw] ?? 0)).filter(Number.isFinite)
  ratios.sort((a, b) => a - b)
  const pick = (p: number): number =>
    ratios[Math.min(ratios.length - 1, Math.floor(p * ratios.length))] ?? value
  return { value: round6(value), low: round6(pick((1 - level) / 2)), high: round6(pick((1 + level) / 2)) }
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) h = Math.imul(h ^ text.charCodeAt(index), 0x01000193)
  return h >>> 0
}

/** Uniform 32 bits from a finalised seed and a number (the finaliser of MurmurHash3). */
function mix(seed: number, draw: number): number {
  return finalised(seed ^ Math.imul(draw + 1, 0x9e3779b1))
}

function finalised(input: number): number {
  let h = input
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** 2³² × P(Poisson(1) ≤ count), for counts from 0: past the last one chance is under 1e-9. */
const POISSON_ONE: readonly number[] = (() => {
  let term = Math.exp(-1)
  let reached = 0
  return Array.from({ length: 12 }, (_, count) => {
    reached += term
    term /= count + 1
    return reached * 2 ** 32
  })
})()

/** The Poisson(1) count at a quantile given as 32 bits. */
function poissonOne(bits: number): number {
  let count = 0
  while (count < POISSON_ONE.length && bits >= (POISSON_ONE[count] ?? 0)) count += 1
  return count
}
