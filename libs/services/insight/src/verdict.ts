import { newcombe } from './statistics.js'
import type { Estimate, Share } from './statistics.js'

/** The only words in which two figures are compared (INSIGHT, rule 3). */
export type VerdictWord = 'Likely better' | 'Likely worse' | 'No difference seen' | 'Too few to tell'

export interface Verdict {
  readonly word: VerdictWord
  /** After − before, with its 95 % interval. */
  readonly difference: Estimate
  /** Smallest difference worth acting on, as a share. */
  readonly margin: number
  /**
   * With "Too few to tell": further units on the smaller side until an answer, if the shares stay as they are.
   * Null when no number of units would do, because unchanged neighbours drift by more than the difference.
   */
  readonly stillNeeded?: number | null
  /** "because" only for groups that were live at the same time; otherwise the change came "with" the other. */
  readonly link: 'because' | 'with'
}

export interface Comparison {
  /** Which way is good. */
  readonly good: 'up' | 'down'
  /** Smallest difference worth acting on; 0.05 unless given. */
  readonly margin?: number
  /** τ of unchanged neighbours over the same gap; 0 unless given. */
  readonly drift?: number
  /** Were both sides live at the same time, by chance? */
  readonly concurrent: boolean
}

export function compareShares(before: Share, after: Share, comparison: Comparison): Verdict {
  const { good, margin = 0.05, drift = 0, concurrent } = comparison
  const difference = newcombe(before, after, drift)
  const common = { difference, margin, link: concurrent ? 'because' : 'with' } as const
  if (difference.low > 0) return { word: good === 'up' ? 'Likely better' : 'Likely worse', ...common }
  if (difference.high < 0) return { word: good === 'down' ? 'Likely better' : 'Likely worse', ...common }
  if (difference.low > -margin && difference.high < margin) return { word: 'No difference seen', ...common }
  return { word: 'Too few to tell', ...common, stillNeeded: stillNeeded(before, after, margin, drift) }
}

/** Units a side before a neighbour tells how far things drift by themselves. */
const NEIGHBOUR_FROM = 30
const FEWEST_NEIGHBOURS = 3

/**
 * τ: how far shares that nothing was done to moved over the same gap, beyond chance (INSIGHT, section 5): the mean of the
 * squared differences less what sampling alone makes of them. 0 where fewer than three neighbours are full enough.
 */
export function neighboursDrift(
  neighbours: readonly { readonly before: Share; readonly after: Share }[],
): number {
  const full = neighbours.filter(({ before, after }) => Math.min(before.n, after.n) >= NEIGHBOUR_FROM)
  if (full.length < FEWEST_NEIGHBOURS) return 0
  const excess = full.map(({ before, after }) => {
    const variance = ({ k, n }: Share): number => ((k / n) * (1 - k / n)) / n
    return (after.k / after.n - before.k / before.n) ** 2 - variance(before) - variance(after)
  })
  return Math.sqrt(Math.max(0, excess.reduce((sum, each) => sum + each, 0) / full.length))
}

const MOST_UNITS = 10_000_000

/** Units to go, by the same interval, until it leaves 0 out or fits inside ±margin. */
function stillNeeded(before: Share, after: Share, margin: number, drift: number): number | null {
  // Half a unit to each outcome: from 0 of 3 nobody may conclude that it never happens.
  const share = ({ k, n }: Share): number => (k + 0.5) / (n + 1)
  const [p1, p2] = [share(before), share(after)]
  const tells = (n: number): boolean => {
    const { low, high } = newcombe({ k: p1 * n, n }, { k: p2 * n, n }, drift)
    return low > 0 || high < 0 || (low > -margin && high < margin)
  }
  const now = Math.min(before.n, after.n)
  let enough = now + 1
  while (!tells(enough)) {
    if (enough > MOST_UNITS) return null
    enough *= 2
  }
  let few = Math.max(now, Math.floor(enough / 2))
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2)
    if (tells(middle)) enough = middle
    else few = middle
  }
  return enough - now
}

/** How much of a cell may be shown, and to whom. */
export type Level = 'rate' | 'counts' | 'owner' | 'hidden'

export const RATE_FROM = 30
export const COUNTS_FROM = 10
export const FEWEST_CUSTOMERS = 5

/**
 * From 30 units a rate, from 10 as counts ("7 of 17"), below 10 to the owner of the cell only; with fewer than
 * `fewest` customers behind it (5; 10 outside care) to nobody.
 */
export function levelOf(units: number, customers: number, fewest = FEWEST_CUSTOMERS): Level {
  if (customers < fewest) return 'hidden'
  if (units >= RATE_FROM) return 'rate'
  return units >= COUNTS_FROM ? 'counts' : 'owner'
}

export interface SmallCell {
  readonly id: string
  readonly units: number
  readonly customers: number
  /** Everybody in it gave the same answer, so the cell gives each of them away. */
  readonly alike?: boolean
}

/**
 * Which cells of one list stay hidden. A single hidden cell could be had from the total by subtraction, so the next
 * smallest goes with it.
 */
export function hiddenCells(cells: readonly SmallCell[], fewest = FEWEST_CUSTOMERS): ReadonlySet<string> {
  const filled = cells.filter((cell) => cell.units > 0)
  const small = filled.filter((cell) => cell.customers < fewest || cell.alike === true)
  const hidden = new Set(small.map((cell) => cell.id))
  const units = small.reduce((sum, cell) => sum + cell.customers, 0)
  if (hidden.size === 0 || (hidden.size > 1 && units >= fewest)) return hidden
  const rest = filled.filter((cell) => !hidden.has(cell.id))
  const next = rest.sort(
    (a, b) => a.customers - b.customers || a.units - b.units || (a.id < b.id ? -1 : 1),
  )[0]
  if (next) hidden.add(next.id)
  return hidden
}

/** A cell of a list by several keys, with the values that name it. */
export interface KeyedCell extends SmallCell {
  readonly values: readonly unknown[]
}

/**
 * Which cells of a list by several keys stay hidden: every total over some of the keys can be asked for too, so within
 * each of them no cell may be had by subtraction.
 */
export function hiddenAmong(cells: readonly KeyedCell[], fewest = FEWEST_CUSTOMERS): ReadonlySet<string> {
  const hidden = new Set(hiddenCells(cells, fewest))
  const keys = cells[0]?.values.length ?? 0
  // Each set of keys but all of them, as a number whose bits say which are in.
  const sets = Array.from({ length: Math.max(1, 2 ** keys - 1) }, (_, bits) => bits)
  for (let before = -1; before !== hidden.size;) {
    before = hidden.size
    for (const bits of sets) {
      const total = ({ values }: KeyedCell) =>
        JSON.stringify(values.filter((_, key) => (bits >> key) % 2 === 1))
      for (const group of Map.groupBy(cells, total).values()) {
        const marked = group.map((cell) => (hidden.has(cell.id) ? { ...cell, alike: true } : cell))
        for (const id of hiddenCells(marked, fewest)) hidden.add(id)
      }
    }
  }
  return hidden
}
