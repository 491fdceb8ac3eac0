import { listAt, put, textAt, textsAt } from './document'
import type { Doc } from './document'

export const MOVERS = ['customer', 'agent', 'transfer', 'dropped', 'overdue'] as const
/** Who moves a contact; the last two are nobody: it happens by itself. */
export type Mover = (typeof MOVERS)[number]

export interface Move {
  readonly from: string
  readonly to: string
  readonly by: Mover
}

export function movesOf(doc: Doc): readonly Move[] {
  return listAt(doc, ['escalation']).flatMap((edge) =>
    textsAt(edge, ['to']).flatMap((to) =>
      MOVERS.filter((by) => textsAt(edge, ['by']).includes(by)).map((by) => ({
        from: textAt(edge, ['from']) ?? '',
        to,
        by,
      })),
    ),
  )
}

export function hasMove(doc: Doc, move: Move): boolean {
  return listAt(doc, ['escalation']).some((edge) => holds(edge, move))
}

/** The map with one move more or one less; the others, and what their edges say besides, stay. */
export function toggleMove(doc: Doc, move: Move): Doc {
  const edges = listAt(doc, ['escalation'])
  const changed = hasMove(doc, move) ? edges.flatMap((edge) => without(edge, move)) : withMove(edges, move)
  return put(doc, ['escalation'], changed)
}

function holds(edge: unknown, { from, to, by }: Move): boolean {
  return (
    textAt(edge, ['from']) === from &&
    textsAt(edge, ['to']).includes(to) &&
    textsAt(edge, ['by']).includes(by)
  )
}

function without(edge: unknown, move: Move): readonly unknown[] {
  if (!holds(edge, move)) return [edge]
  const doc = edge as Doc
  const to = textsAt(edge, ['to']).filter((each) => each !== move.to)
  const by = textsAt(edge, ['by']).filter((each) => each !== move.by)
  return [
    ...(to.length > 0 ? [put(doc, ['to'], to)] : []),
    ...(by.length > 0 ? [put(put(doc, ['to'], [move.to]), ['by'], by)] : []),
  ]
}

function withMove(edges: readonly unknown[], { from, to, by }: Move): readonly unknown[] {
  const place = edges.findIndex((edge) => {
    const [movers] = [textsAt(edge, ['by'])]
    return (
      textAt(edge, ['from']) === from &&
      movers.length === 1 &&
      movers[0] === by &&
      // Not one that also hurries the contact: whoever ticks a box has not asked for that.
      textAt(edge, ['keeps']) === 'due'
    )
  })
  if (place < 0) return [...edges, { from, to: [to], by: [by], keeps: 'due' }]
  return edges.map((edge, n) =>
    n === place ? put(edge as Doc, ['to'], [...textsAt(edge, ['to']), to]) : edge,
  )
}
