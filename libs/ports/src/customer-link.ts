import type { DomainEvent } from '@throughline/kernel'
import type { RecordedEvent } from './event-store.js'
import type { Rows } from './view-store.js'

/** What is needed here of the events by which a guest or a customer goes on as another customer. */
export type LinkEvent =
  | DomainEvent<'throughline.GuestRecognised.v1', { readonly guestId: string; readonly customerId: string }>
  | DomainEvent<
      'throughline.CustomersMerged.v1' | 'throughline.CustomersUnmerged.v1',
      { readonly mergedId: string; readonly customerId: string }
    >

export const LINK_EVENTS = [
  'throughline.GuestRecognised.v1',
  'throughline.CustomersMerged.v1',
  'throughline.CustomersUnmerged.v1',
] as const

export interface Move {
  /** Null after a merge was taken back. */
  readonly to: string | null
  readonly position: number
  readonly recordedAt: string
}

/**
 * Under whom a guest or a merged customer goes on, and since when. The row stands beside a customer's things in their
 * view, so that whatever is heard first, the thing or the news about its owner, the rows end the same.
 */
export interface LinkRow {
  readonly kind: 'link'
  readonly id: string
  /** In order of position, whatever order they were heard in. */
  readonly moves: readonly Move[]
}

interface Kept {
  readonly kind: string
}

export function isLink(row: Kept): row is LinkRow {
  return row.kind === 'link'
}

export function isLinkEvent<Event extends DomainEvent>(event: Event): event is Extract<Event, LinkEvent> {
  return LINK_EVENTS.some((type) => type === event.type)
}

/** The list in which a view keeps everything that came under this id, whoever owns it now. */
export const cameUnder = (id: string): string => `first:${id}`

const linkKey = (id: string): string => `link:${id}`

/** Who an id is by now, by the moves that count; itself when it was never recognised or merged. */
export async function ownerOf(
  id: string,
  read: (key: string) => Promise<Kept | undefined>,
  counts: (move: Move) => boolean = () => true,
): Promise<string> {
  const seen = new Set([id])
  for (let at = id; ;) {
    const row = await read(linkKey(at))
    const to = row && isLink(row) ? (row.moves.findLast(counts)?.to ?? null) : null
    if (to === null) return at
    // No merge should make a circle; in one, everybody keeps what is theirs.
    if (seen.has(to)) return id
    seen.add(to)
    at = to
  }
}

/** Every id that goes on under this one, itself first. */
export async function idsUnder(
  id: string,
  list: (list: string) => Promise<readonly { readonly row: Kept }[]>,
): Promise<readonly string[]> {
  const found = new Set([id])
  for (const each of found) {
    for (const { row } of await list(`into:${each}`)) if (isLink(row)) found.add(row.id)
  }
  return [...found]
}

/** Takes in the news about an owner and puts every row that came under that id, or under one that joined it, again. */
export async function rehome<Row extends Kept>(
  event: RecordedEvent<LinkEvent>,
  rows: Rows<Row | LinkRow>,
  putAgain: (row: Row, key: string) => Promise<void>,
): Promise<void> {
  const { id, to } = movedBy(event)
  const row = await rows.get(linkKey(id))
  const { position, recordedAt } = event
  const others = row && isLink(row) ? row.moves.filter((move) => move.position !== position) : []
  const moves = [...others, { to, position, recordedAt }].sort((a, b) => a.position - b.position)
  const now = moves.at(-1)?.to ?? null
  rows.put(linkKey(id), { kind: 'link', id, moves }, now === null ? {} : { [`into:${now}`]: id })
  for (const each of await idsUnder(id, (list) => rows.list(list))) {
    for (const { key, row: thing } of await rows.list(cameUnder(each)))
      if (!isLink(thing)) await putAgain(thing, key)
  }
}

function movedBy(event: LinkEvent): { readonly id: string; readonly to: string | null } {
  switch (event.type) {
    case 'throughline.GuestRecognised.v1':
      return { id: event.data.guestId, to: event.data.customerId }
    case 'throughline.CustomersMerged.v1':
      return { id: event.data.mergedId, to: event.data.customerId }
    case 'throughline.CustomersUnmerged.v1':
      return { id: event.data.mergedId, to: null }
  }
}
