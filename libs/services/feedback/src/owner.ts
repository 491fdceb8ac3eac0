import type { EventOf } from '@throughline/contracts'
import type { Rows } from '@throughline/ports'

/**
 * Whose a thing is now: a guest becomes a customer, two customers turn out to be one. Such a row stands beside the
 * things in their view, so that whatever comes first, the thing or the news about its owner, the rows end the same.
 */
export interface OwnerRow {
  readonly kind: 'owner'
  readonly id: string
  /** Who goes on for this id; sorted, so that the order of the news does not matter. The last one counts. */
  readonly under: readonly string[]
}

export type OwnerEvent = EventOf<
  'throughline.GuestRecognised.v1' | 'throughline.CustomersMerged.v1' | 'throughline.CustomersUnmerged.v1'
>

export const OWNER_EVENTS: readonly OwnerEvent['type'][] = [
  'throughline.GuestRecognised.v1',
  'throughline.CustomersMerged.v1',
  'throughline.CustomersUnmerged.v1',
]

interface Kept {
  readonly kind: string
}

export function isOwner(row: Kept): row is OwnerRow {
  return row.kind === 'owner'
}

/** The list in which a view keeps everything that came under this id, whoever owns it now. */
export const cameUnder = (id: string): string => `first:${id}`

/** Who an id is by now. */
export async function ownerOf(id: string, read: (key: string) => Promise<Kept | undefined>): Promise<string> {
  const seen = new Set<string>()
  for (let at = id; ;) {
    seen.add(at)
    const row = await read(`owner:${at}`)
    const next = row && isOwner(row) ? row.under.at(-1) : undefined
    if (next === undefined || seen.has(next)) return at
    at = next
  }
}

/** Takes in the news about an owner and puts every row that came under that id, or under one that joined it, again. */
export async function rehome<Row extends Kept>(
  event: OwnerEvent,
  rows: Rows<Row | OwnerRow>,
  putAgain: (row: Row) => Promise<void>,
): Promise<void> {
  const { customerId } = event.data
  const id = 'guestId' in event.data ? event.data.guestId : event.data.mergedId
  const row = await rows.get(`owner:${id}`)
  const before = row && isOwner(row) ? row.under : []
  const under =
    event.type === 'throughline.CustomersUnmerged.v1'
      ? before.filter((other) => other !== customerId)
      : [...new Set([...before, customerId])].sort()
  const lists = Object.fromEntries(under.map((other) => [`under:${other}`, id]))
  rows.put(`owner:${id}`, { kind: 'owner', id, under }, lists)
  const family = [id]
  for (const member of family) {
    for (const { row: thing } of await rows.list(cameUnder(member)))
      if (!isOwner(thing)) await putAgain(thing)
    for (const { row: joined } of await rows.list(`under:${member}`))
      if (isOwner(joined) && !family.includes(joined.id)) family.push(joined.id)
  }
}
