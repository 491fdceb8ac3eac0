import { Refused } from '@throughline/kernel'

/** A place in a list. */
export interface Place {
  readonly sort: string
  readonly key: string
}

/**
 * A place as an opaque word. It names nothing the list would not show: which list is read is decided by the request
 * that carries the cursor, never by the cursor (S02).
 */
export function sealCursor({ sort, key }: Place): string {
  return Buffer.from(JSON.stringify([sort, key])).toString('base64url')
}

/** @throws Refused `cursor.unreadable` */
export function openCursor(cursor: string): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(place) && place.length === 2) {
      const [sort, key] = place as readonly unknown[]
      if (typeof sort === 'string' && typeof key === 'string') return { sort, key }
    }
  } catch {
    // Not base64url or not JSON: refused below like any other word that no page gave out.
  }
  throw new Refused('invalid', 'cursor.unreadable', 'This cursor was not given out by a page of this list.', {
    field: 'after',
    todo: 'Pass the `next` of the page before as it was, or start from the first page.',
  })
}
