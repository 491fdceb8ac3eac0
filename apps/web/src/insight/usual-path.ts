/** What journeys of a reason look like, as insight's anatomy gives it. Fewer than five journeys are never named. */
export interface Anatomy {
  readonly asWas: string
  readonly known: number
  readonly journeys?: number
  readonly variants?: readonly Variant[]
  readonly others?: number
  readonly variantsForFourFifths?: number
  readonly edges?: readonly { readonly from: string; readonly to: string; readonly count: number }[]
  readonly starts?: readonly Counted[]
  readonly ends?: readonly Counted[]
  readonly typical?: Variant & { readonly share: number }
}

export interface Variant {
  readonly path: readonly string[]
  readonly journeys: number
}

interface Counted {
  readonly step: string
  readonly count: number
}

export interface PathStep {
  readonly step: string
  /** Journeys that come here, in whatever way. */
  readonly reached: number
  /** Journeys that end here though the path goes on. */
  readonly leave: number
  /** Where others go instead, most first. */
  readonly aside: readonly Counted[]
}

export interface UsualPath {
  readonly journeys: number
  /** Journeys that went exactly this way. */
  readonly exactly: number
  readonly steps: readonly PathStep[]
}

const MOST_ASIDE = 2

/**
 * The commonest path that leads to a contact, with all journeys of the reason counted at each of its steps: so one sees
 * who never came as far. The commonest of all where none leads to a contact; undefined where there is none to show.
 */
export function usualPath({
  journeys = 0,
  variants = [],
  edges = [],
  starts = [],
  ends = [],
}: Anatomy): UsualPath | undefined {
  const spine = variants.find(({ path }) => path.includes('contact-asked')) ?? variants[0]
  if (spine === undefined) return undefined
  const at = (counts: readonly Counted[], wanted: string): number =>
    counts.find(({ step }) => step === wanted)?.count ?? 0
  const steps = spine.path.map((step, index): PathStep => {
    const next = spine.path[index + 1]
    const came = edges.filter(({ to }) => to === step).reduce((sum, { count }) => sum + count, 0)
    const aside = edges
      .filter(({ from, to }) => from === step && to !== next && !spine.path.slice(0, index).includes(to))
      .map(({ to, count }) => ({ step: to, count }))
      .sort((a, b) => b.count - a.count)
    return {
      step,
      // A step taken twice in a journey is counted twice; no more journeys come here than there are.
      reached: Math.min(journeys, came + at(starts, step)),
      leave: next === undefined ? 0 : at(ends, step),
      aside: next === undefined ? [] : aside.slice(0, MOST_ASIDE),
    }
  })
  return { journeys, exactly: spine.journeys, steps }
}
