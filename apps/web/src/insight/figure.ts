/** A figure as insight's API gives it: never without its unit, its moments and how sure we are. */
export interface Figure {
  readonly metric: string
  readonly version: number
  readonly title: string
  readonly unit: string
  readonly asWas: string
  readonly known: number
  readonly cell: Readonly<Record<string, string | number | boolean>>
  /** A rate from 30 units, counts from 10, to its owner alone below that, to nobody where few customers stand behind it. */
  readonly shown: 'rate' | 'counts' | 'owner' | 'hidden'
  readonly says: string
  readonly n?: number
  readonly k?: number
  readonly sum?: number
  readonly share?: number
  readonly estimate?: Range
  readonly interval?: { readonly low: number; readonly high: number; readonly by: string }
  /** Share in the two worst, of answers in words. */
  readonly worst?: Range
  readonly quantiles?: readonly (Range & { readonly q: number; readonly bounded: boolean })[]
  readonly pending?: number
  readonly stillNeeded?: number
}

export interface Range {
  readonly value: number
  readonly low: number
  readonly high: number
}

export type VerdictWord = 'Likely worse' | 'Likely better' | 'Too few to tell' | 'No difference seen'

export interface Verdict {
  readonly word: VerdictWord
  readonly difference?: Range
  readonly stillNeeded?: number | null
  readonly against?: number
}

/** What may be said of a share. */
export type Reading =
  | ({ readonly kind: 'rate'; readonly n: number } & Range)
  | { readonly kind: 'counts'; readonly k: number; readonly n: number }
  | { readonly kind: 'few' }

export function readingOf(figure: Figure | null | undefined): Reading {
  if (figure?.n === undefined) return { kind: 'few' }
  const { n, share, interval } = figure
  if (figure.shown === 'rate' && share !== undefined && interval !== undefined) {
    return { kind: 'rate', value: share, low: interval.low, high: interval.high, n }
  }
  const k = figure.k ?? saidOf(figure)
  return k === undefined ? { kind: 'few' } : { kind: 'counts', k, n }
}

/** Of answers in words, how many were one of the two best stands in the sentence alone: `13 of 16, too few to tell.` */
function saidOf({ says }: Figure): number | undefined {
  const [, k] = /^(\d+) of \d+/.exec(says) ?? []
  return k === undefined ? undefined : Number(k)
}

/** `thingKind:purchase,reason:how-to`; undefined where nothing narrows it. */
export function cellText(
  cell: Readonly<Record<string, string | number | boolean | undefined>>,
): string | undefined {
  const pairs = Object.entries(cell).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}:${String(value)}`],
  )
  return pairs.length === 0 ? undefined : pairs.join(',')
}

export function cellIn(text: string | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (text ?? '').split(',').flatMap((pair) => {
      const [, key, value] = /^([A-Za-z]+):(.+)$/.exec(pair) ?? []
      return key === undefined || value === undefined ? [] : [[key, value]]
    }),
  )
}
