import type { Fit, ItemKind } from '@throughline/contracts'
import { folded } from './words.js'

/** What somebody needs help with; what is not known does not narrow. */
export interface Need {
  readonly thing?: ItemKind
  /** First level. */
  readonly reason?: string
  /** Second level. */
  readonly detail?: string
  readonly product?: string
}

/**
 * How closely an article fits a need: the higher the closer, undefined for not at all. A product it names weighs more
 * than a second-level reason, that more than a first-level one, that more than the kind of thing (C9). An article made
 * for a product fits only that product, never one that is not known.
 */
export function closeness(fits: readonly Fit[], need: Need): number | undefined {
  const scores = fits.flatMap((fit) => {
    const product = need.product === undefined ? '' : folded(need.product.trim())
    const named = fit.products.some((name) => folded(name.trim()) === product)
    if (fit.products.length > 0 && !named) return []
    if (!covers(fit, need)) return []
    const detailed = need.detail !== undefined && fit.reasons.includes(need.detail)
    return [
      (named ? 8 : 0) +
        (detailed ? 4 : 0) +
        (need.reason !== undefined && fit.reasons.includes(need.reason) ? 2 : 0) +
        (fit.things.length > 0 ? 1 : 0),
    ]
  })
  return scores.length === 0 ? undefined : Math.max(...scores)
}

/** Whether it is about this kind of thing and this reason, whatever the product: what a gap is measured by. */
export function covers(fit: Fit, { thing, reason, detail }: Need): boolean {
  if (thing !== undefined && fit.things.length > 0 && !fit.things.includes(thing)) return false
  if (fit.reasons.length === 0 || (reason === undefined && detail === undefined)) return true
  return [reason, detail].some((code) => code !== undefined && fit.reasons.includes(code))
}
