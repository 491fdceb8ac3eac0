import { round6, Z95 } from './statistics.special.js'
import type { Estimate } from './statistics.js'

/** Comparing groups: ordinal answers, words, and many looks at many cells. */

/**
 * P(a random answer of `after` is better than one of `before`) + ½ ties, with the placement variance of Brunner &
 * Munzel (2000) and a normal interval on the logit scale, which keeps its word from about 15 answers a side. Counts
 * per answer, worst first. Undefined when a side is empty; 0 to 1 when one side beats the other throughout.
 */
export function probabilityBetter(before: readonly number[], after: readonly number[]): Estimate | undefined {
  const n1 = total(before)
  const n2 = total(after)
  if (n1 === 0 || n2 === 0) return undefined
  // Placements: for each answer of one side, the share of the other side below it, ties as a half.
  const above = placements(before, after, n1)
  const below = placements(after, before, n2)
  const p = weighted(above, after) / n2
  const variance = spread(above, after, n2) / n2 + spread(below, before, n1) / n1
  if (p <= 0 || p >= 1 || variance === 0) return { value: round6(p), low: 0, high: 1 }
  const logit = Math.log(p / (1 - p))
  const half = (Z95 * Math.sqrt(variance)) / (p * (1 - p))
  const back = (x: number): number => round6(1 / (1 + Math.exp(-x)))
  return { value: round6(p), low: back(logit - half), high: back(logit + half) }
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

function placements(other: readonly number[], own: readonly number[], n: number): readonly number[] {
  let less = 0
  return own.map((_, answer) => {
    const same = other[answer] ?? 0
    const place = (less + same / 2) / n
    less += same
    return place
  })
}

function weighted(values: readonly number[], counts: readonly number[]): number {
  return values.reduce((sum, value, answer) => sum + value * (counts[answer] ?? 0), 0)
}

function spread(values: readonly number[], counts: readonly number[], n: number): number {
  const mean = weighted(values, counts) / n
  const squares = values.map((value) => (value - mean) ** 2)
  return weighted(squares, counts) / n
}

export interface Term {
  readonly k: number
  readonly n: number
}

/**
 * How much more a term is said here than elsewhere: z of the log-odds with an informative Dirichlet prior (Monroe,
 * Colaresi & Quinn 2008). Documents holding the term, of documents. The background holds the documents looked at, so
 * the comparison is with the rest of it; the prior weighs as `prior` documents of background.
 */
export function logOddsZ(here: Term, background: Term, prior = 500): number {
  const a = (prior * background.k) / background.n
  const rest = { k: background.k - here.k, n: background.n - here.n }
  const odds = (term: Term): number => Math.log((term.k + a) / (term.n + prior - term.k - a))
  const variance = 1 / (here.k + a) + 1 / (rest.k + a)
  return round6((odds(here) - odds(rest)) / Math.sqrt(variance))
}

/**
 * Benjamini & Yekutieli (2001): which of many p-values stay at a false discovery rate, whatever their dependence.
 * Answers true per input, in the order given.
 */
export function discoveries(pValues: readonly number[], rate = 0.1): readonly boolean[] {
  const m = pValues.length
  const harmonic = pValues.reduce((sum, _, index) => sum + 1 / (index + 1), 0)
  const sorted = [...pValues].sort((a, b) => a - b)
  const limit = sorted.reduce((kept, p, index) => (p <= ((index + 1) * rate) / (m * harmonic) ? p : kept), -1)
  return pValues.map((p) => p <= limit)
}
