import { createHash } from 'node:crypto'
import { lnGamma, round6 } from './statistics.special.js'
import type { Share } from './statistics.js'

/** What may be watched while it runs: pilots, sample ratios, alarms. Valid at every look. */

/** ρ² of the confidence sequence, tightest at the planned number of units an arm. */
export function sequenceScale(planned: number, alpha = 0.05): number {
  return round12((-2 * Math.log(alpha) + Math.log(1 - 2 * Math.log(alpha))) / planned)
}

// ρ² is near 1/N: six digits would cost half of them.
function round12(value: number): number {
  return Math.round(value * 1e12) / 1e12
}

/**
 * Asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas) of the difference of two shares:
 * `difference` ± `margin` holds at all looks together. From 100 units an arm and rates of 2 %.
 */
export function confidenceSequence(
  one: Share,
  other: Share,
  planned: number,
  alpha = 0.05,
): { readonly difference: number; readonly margin: number; readonly decided: boolean } {
  const n = (one.n + other.n) / 2
  const p1 = (one.k + 0.5) / (one.n + 1)
  const p2 = (other.k + 0.5) / (other.n + 1)
  const variance = (p1 * (1 - p1) * n) / one.n + (p2 * (1 - p2) * n) / other.n
  const scaled = n * sequenceScale(planned, alpha)
  const difference = other.k / other.n - one.k / one.n
  // n²ρ² is n · (nρ²).
  const margin = Math.sqrt(((variance * (scaled + 1)) / (n * scaled)) * Math.log((scaled + 1) / alpha ** 2))
  return { difference: round6(difference), margin: round6(margin), decided: Math.abs(difference) > margin }
}

/**
 * Sample-ratio e-value (Lindon & Malek 2022): how much likelier the counts are under "the shares are not as planned"
 * (a Dirichlet of `weight` × shares) than as planned. Alarm at 100 (α = 1 %).
 */
export function sampleRatio(counts: readonly number[], shares: readonly number[], weight = 100): number {
  const n = counts.reduce((sum, count) => sum + count, 0)
  const log = counts.reduce(
    (sum, count, arm) => {
      const share = shares[arm] ?? 0
      const a = weight * share
      return sum + lnGamma(a + count) - lnGamma(a) - count * Math.log(share)
    },
    lnGamma(weight) - lnGamma(weight + n),
  )
  return round6(Math.exp(log))
}

const SHIFTS = [1.3, 1.6, 2, 3] as const

/** The detector's memory: one R per shift. Starts at zeros. */
export type DetectorState = readonly number[]

export const quietDetector: DetectorState = SHIFTS.map(() => 0)

/**
 * One day of the Shiryaev–Roberts e-detector (Shin, Ramdas & Rinaldo): `mean R ≥ A` is an alarm, and with a right
 * baseline the mean time to a false one is at least A days. Counts are negative binomial with mean `mu` and variance
 * `phi · mu` (phi = 1 is Poisson).
 */
export function detect(
  state: DetectorState,
  count: number,
  mu: number,
  phi: number,
): { readonly state: DetectorState; readonly mean: number } {
  const next = SHIFTS.map((shift, index) => {
    const ratio = Math.exp(logChance(count, shift * mu, phi) - logChance(count, mu, phi))
    return round6((1 + (state[index] ?? 0)) * ratio)
  })
  return { state: next, mean: round6(next.reduce((sum, r) => sum + r, 0) / next.length) }
}

function logChance(count: number, mean: number, phi: number): number {
  if (phi <= 1) return count * Math.log(mean) - mean - lnGamma(count + 1)
  const size = mean / (phi - 1)
  return (
    lnGamma(count + size) -
    lnGamma(size) -
    lnGamma(count + 1) -
    size * Math.log(phi) +
    count * Math.log(1 - 1 / phi)
  )
}

/** A unit's place in [0, 1) for a pilot: the first 32 bits of SHA-256(`pilot|salt|unit`) ÷ 2³². */
export function armPosition(pilot: string, salt: string, unit: string): number {
  const digest = createHash('sha256').update(`${pilot}|${salt}|${unit}`).digest()
  return round6(digest.readUInt32BE(0) / 2 ** 32)
}

/** The arm in which a unit is, by the arms' shares in their order; the last arm takes what rounding leaves. */
export function assignArm<Arm extends string>(
  arms: readonly [
    { readonly arm: Arm; readonly share: number },
    ...{ readonly arm: Arm; readonly share: number }[],
  ],
  pilot: string,
  salt: string,
  unit: string,
): Arm {
  const place = armPosition(pilot, salt, unit)
  let reached = 0
  for (const { arm, share } of arms) {
    reached += share
    if (place < reached) return arm
  }
  return arms[arms.length - 1]?.arm ?? arms[0].arm
}
