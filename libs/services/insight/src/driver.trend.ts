import { discoveries } from './statistics.compare.js'
import { normalProbability } from './statistics.special.js'
import { wilson } from './statistics.js'
import type { VerdictWord } from './verdict.js'

/** Weeks on a driver's line; the last one is not over yet. */
export const WEEKS = 13
const SPAN = 4
const FEWEST = 30
const MARGIN = 0.05

/**
 * Whether more or fewer contacts came in the last four whole weeks than in the four before, for each driver of a list;
 * no counts: it was not recorded for so long. Counts scatter more than Poisson's, by what the weeks themselves show, and
 * the list is held to a false discovery rate of 10 % (INSIGHT, rule 4), so only a rise that is real is called worse.
 */
export function driverTrends(drivers: readonly (readonly number[])[]): readonly VerdictWord[] {
  const compared = drivers.map((weeks) => {
    const before = sum(weeks.slice(-2 * SPAN, -SPAN))
    const after = sum(weeks.slice(-SPAN))
    const n = before + after
    if (weeks.length < 2 * SPAN || n < FEWEST) return { after: 0, before: 0, p: 1, n: 0 }
    // The scatter within the two spans, so that a step between them is not taken for scatter.
    const within = (scatter(weeks.slice(-2 * SPAN, -SPAN)) + scatter(weeks.slice(-SPAN))) / 2
    const spread = Math.max(1, within)
    const z = (after - n / 2) / Math.sqrt((n / 4) * spread)
    return { after, before, p: 2 * (1 - normalProbability(Math.abs(z))), n: n / spread }
  })
  const real = discoveries(compared.map(({ p }) => p))
  return compared.map(({ after, before, n }, index) => {
    if (real[index] === true) return after > before ? 'Likely worse' : 'Likely better'
    if (n === 0) return 'Too few to tell'
    const { low, high } = wilson({ k: (n * after) / (after + before), n })
    return low > 0.5 - MARGIN && high < 0.5 + MARGIN ? 'No difference seen' : 'Too few to tell'
  })
}

/** Variance by mean: 1 where contacts come independently of each other. */
function scatter(counts: readonly number[]): number {
  const mean = sum(counts) / counts.length
  if (mean === 0) return 1
  return counts.reduce((total, count) => total + (count - mean) ** 2, 0) / (counts.length - 1) / mean
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
