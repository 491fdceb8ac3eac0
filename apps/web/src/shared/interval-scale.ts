/** A point and how sure we are of it, as shares from 0 to 1. */
export interface Estimated {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The ends of one scale, as shares from 0 to 1. */
export interface Ends {
  readonly from: number
  readonly to: number
}

const STEP = 0.05
const LEAST = 0.2

/**
 * One scale that holds all of them: ends at whole fives of 100, at least twenty of 100 wide, so that noise does not look
 * like news. From 0 to 1 where there is nothing to hold.
 */
export function endsOf(estimates: readonly Estimated[]): Ends {
  if (estimates.length === 0) return { from: 0, to: 1 }
  const low = Math.min(...estimates.map((each) => each.low))
  const high = Math.max(...estimates.map((each) => each.high))
  let from = Math.max(0, Math.floor(low / STEP + 1e-9))
  let to = Math.min(1 / STEP, Math.ceil(high / STEP - 1e-9))
  while (to - from < LEAST / STEP) {
    if (from > 0) from -= 1
    if (to < 1 / STEP) to += 1
  }
  return { from: round(from * STEP), to: round(to * STEP) }
}

/** Where a share stands on the scale, in % of its width. */
export function placeOn({ from, to }: Ends, share: number): number {
  if (to <= from) return 50
  return round(Math.min(1, Math.max(0, (share - from) / (to - from))) * 100)
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
