/** The few special functions that intervals are made of. Plain numbers in, plain numbers out; callers round. */

/**
 * Results that a decision rests on are rounded to six digits after the point, so that a record made on one machine is
 * met on another whose `log` differs in the last bit (INSIGHT, rule 8).
 */
export function round6(value: number): number {
  const rounded = Math.round(value * 1e6) / 1e6
  return Object.is(rounded, -0) ? 0 : rounded
}

/** ln Γ(x) for x > 0: Lanczos, g = 7, nine terms; relative error under 1e-13. */
export function lnGamma(x: number): number {
  const lanczos = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ]
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x)
  const y = x - 1
  const sum = lanczos.reduce((total, term, index) => total + term / (y + index + 1), 0.99999999999980993)
  const t = y + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum)
}

export function lnBeta(a: number, b: number): number {
  return lnGamma(a) + lnGamma(b) - lnGamma(a + b)
}

/** Lower regularised incomplete gamma P(a, x): series below a + 1, continued fraction above. */
export function incompleteGamma(a: number, x: number): number {
  if (x <= 0) return 0
  const scale = Math.exp(a * Math.log(x) - x - lnGamma(a))
  if (x < a + 1) {
    let term = 1 / a
    let sum = term
    for (let n = 1; n < 10_000 && term > sum * 1e-16; n += 1) {
      term *= x / (a + n)
      sum += term
    }
    return scale * sum
  }
  return (
    1 -
    scale *
      continued(
        (n) => (n === 1 ? 1 : -(n - 1) * (n - 1 - a)),
        (n) => x + 2 * n - 1 - a,
      )
  )
}

/** Regularised incomplete beta I_x(a, b), the distribution function of the Beta. */
export function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x)
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - lnBeta(a, b)) / a
  const numerator = (n: number): number => {
    if (n === 1) return 1
    const step = n - 1
    const m = Math.floor(step / 2)
    return step % 2 === 0
      ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
      : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
  }
  return front * continued(numerator, () => 1)
}

/** a₁/(b₁ + a₂/(b₂ + …)) by the modified method of Lentz. */
function continued(a: (n: number) => number, b: (n: number) => number): number {
  const tiny = 1e-300
  let f = tiny
  let c = tiny
  let d = 0
  for (let n = 1; n < 10_000; n += 1) {
    d = b(n) + a(n) * d || tiny
    c = b(n) + a(n) / c || tiny
    d = 1 / d
    f *= c * d
    if (Math.abs(c * d - 1) < 1e-15) break
  }
  return f
}

/** Where a growing function first reaches `target` between `low` and `high`, by halving. */
export function invert(grows: (x: number) => number, target: number, low: number, high: number): number {
  let from = low
  let to = high
  for (let step = 0; step < 200 && to - from > 1e-14 * Math.max(1, Math.abs(to)); step += 1) {
    const middle = (from + to) / 2
    if (grows(middle) < target) from = middle
    else to = middle
  }
  return (from + to) / 2
}

export function betaQuantile(p: number, a: number, b: number): number {
  return invert((x) => incompleteBeta(a, b, x), p, 0, 1)
}

export function gammaQuantile(p: number, shape: number): number {
  let high = shape + 10
  while (incompleteGamma(shape, high) < p) high *= 2
  return invert((x) => incompleteGamma(shape, x), p, 0, high)
}

/** Φ(z), through the incomplete gamma: good to 1e-14, and no table. */
export function normalProbability(z: number): number {
  const half = incompleteGamma(0.5, (z * z) / 2) / 2
  return z < 0 ? 0.5 - half : 0.5 + half
}

/** z with Φ(z) = p. */
export function normalQuantile(p: number): number {
  return invert(normalProbability, p, -40, 40)
}

/** z of a two-sided 95 % interval. */
export const Z95 = 1.959963984540054
