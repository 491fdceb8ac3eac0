import type { EventOf } from '@throughline/contracts'
import type { RecordedEvent, Rows } from '@throughline/ports'

export type LinkEvent = EventOf<
  'throughline.GuestRecognised.v1' | 'throughline.CustomersMerged.v1' | 'throughline.CustomersUnmerged.v1'
>

export const LINK_EVENTS = [
  'throughline.GuestRecognised.v1',
  'throughline.CustomersMerged.v1',
  'throughline.CustomersUnmerged.v1',
] as const

export interface Move {
  readonly to: string | null
  readonly position: number
  readonly recordedAt: string
}

/** Where the things of a guest or of a merged customer went, and when; `null` after a merge was taken back. */
export interface LinkRow {
  readonly kind: 'link'
  readonly id: string
  /** In order of position, whatever order they were heard in. */
  readonly moves: readonly Move[]
}

type GetLink = (id: string) => Promise<LinkRow | undefined>

/** Under whom an id goes on, by the moves that count; itself when it was never recognised or merged. */
export async function rootOf(
  id: string,
  link: GetLink,
  counts: (move: Move) => boolean = () => true,
): Promise<string> {
  const seen = new Set([id])
  for (let at = id; ;) {
    const to = (await link(at))?.moves.findLast(counts)?.to ?? null
    if (to === null || seen.has(to)) return at
    seen.add(to)
    at = to
  }
}

export function movedBy(event: RecordedEvent<LinkEvent>): {
  readonly id: string
  readonly to: string | null
} {
  switch (event.type) {
    case 'throughline.GuestRecognised.v1':
      return { id: event.data.guestId, to: event.data.customerId }
    case 'throughline.CustomersMerged.v1':
      return { id: event.data.mergedId, to: event.data.customerId }
    case 'throughline.CustomersUnmerged.v1':
      return { id: event.data.mergedId, to: null }
  }
}

/** The row after one more move, put where {@link rekeyed} finds it. */
export function linked(before: LinkRow | undefined, event: RecordedEvent<LinkEvent>): LinkRow {
  const { id, to } = movedBy(event)
  const others = (before?.moves ?? []).filter(({ position }) => position !== event.position)
  const moves = [...others, { to, position: event.position, recordedAt: event.recordedAt }].sort(
    (a, b) => a.position - b.position,
  )
  return { kind: 'link', id, moves }
}

/** Every id whose things go on under this one, itself included, as far as the rows know. */
export async function under<Row extends { readonly kind: string }>(
  id: string,
  rows: Pick<Rows<Row>, 'list'>,
  isLink: (row: Row) => row is Row & LinkRow,
): Promise<readonly string[]> {
  const found = new Set([id])
  for (const each of found) {
    for (const { row } of await rows.list(`into:${each}`)) if (isLink(row)) found.add(row.id)
  }
  return [...found]
}
