import type { EventOf, ReasonsOfKind } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Stream } from '@throughline/kernel'

/** Most reasons of one kind of thing (C7). */
export const MOST_REASONS = 7
/** Most second-level reasons behind one reason (C8). */
export const MOST_DETAILS = 12

export type ReasonsEvent = EventOf<'throughline.ReasonsPublished.v1'>

export type ReasonsState =
  | { readonly status: 'none' }
  | { readonly status: 'published'; readonly version: number; readonly kinds: readonly ReasonsOfKind[] }

export const reasons: Stream<ReasonsState, ReasonsEvent> = {
  name: 'reasons',
  initial: { status: 'none' },
  evolve(_, { data }) {
    return { status: 'published', version: data.version, kinds: data.kinds }
  },
}

/** Puts a whole new version in force; the earlier ones stay readable. */
export const publishReasons =
  (input: { readonly taxonomy: string; readonly kinds: readonly ReasonsOfKind[] }) =>
  (state: ReasonsState): readonly ReasonsEvent[] => {
    const { taxonomy, kinds } = input
    mustDiffer(
      kinds.map(({ kind }) => kind),
      'kinds',
    )
    for (const { kind, reasons: few } of kinds) {
      if (few.length > MOST_REASONS) throw tooMany(`kinds.${kind}`, few.length, MOST_REASONS)
      mustDiffer(
        few.map(({ code }) => code),
        `kinds.${kind}`,
      )
      for (const { code, details } of few) {
        const field = `kinds.${kind}.${code}`
        if (details.length > MOST_DETAILS) throw tooMany(field, details.length, MOST_DETAILS)
        mustDiffer(
          details.map((detail) => detail.code),
          field,
        )
      }
    }
    if (state.status === 'published' && JSON.stringify(state.kinds) === JSON.stringify(kinds)) return []
    const version = state.status === 'none' ? 1 : state.version + 1
    return [{ type: 'throughline.ReasonsPublished.v1', data: { taxonomy, version, kinds } }]
  }

function tooMany(field: string, count: number, most: number): Refused {
  return new Refused(
    'invalid',
    'reasons.too-many',
    `${String(count)} reasons are more than a customer can take in.`,
    {
      field,
      todo: `Keep it to ${String(most)}; put finer ones on the second level.`,
    },
  )
}

function mustDiffer(codes: readonly string[], field: string): void {
  const twice = codes.find((code, index) => codes.indexOf(code) !== index)
  if (twice !== undefined) {
    throw new Refused('invalid', 'reasons.twice', `${twice} stands here twice.`, {
      field,
      todo: 'Use each code once.',
    })
  }
}
