import type { IncomingHttpHeaders } from 'node:http'
import { publicEvents } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'

/** Wire names as a reader wishes them; all where nothing is said. @throws Refused `feed.type` */
export function typesOf(wanted: string | undefined): ReadonlySet<string> {
  const known = publicEvents()
  if (wanted === undefined) return new Set(known.keys())
  const types = wanted.split(',').map((type) => type.trim())
  const unknown = types.find((type) => !known.has(type))
  if (unknown === undefined) return new Set(types)
  throw new Refused('invalid', 'feed.type', `There is no public event called ${unknown.slice(0, 100)}.`, {
    field: 'type',
    todo: 'Name events as /api/events lists them, separated by commas, or leave type out for all.',
  })
}

/** Where a stream of server-sent events goes on. @throws Refused `feed.position` */
export function lastEventId(headers: IncomingHttpHeaders): number | undefined {
  const id = headers['last-event-id']
  if (id === undefined || id === '') return undefined
  if (typeof id === 'string' && /^\d{1,15}$/.test(id)) return Number(id)
  throw new Refused('invalid', 'feed.position', 'Last-Event-ID is no position given out here.', {
    field: 'Last-Event-ID',
    todo: 'Send the id of the last event you got, or none to read from ?after=…',
  })
}

export function ahead(head: number): Refused {
  return new Refused('conflict', 'feed.ahead', 'You have read further than this log goes.', {
    field: 'after',
    todo: 'This is another log, or one that was put back: find out which before you go on; ?after=0 reads it whole.',
    more: { head },
  })
}

export function crowded(most: number): Refused {
  return new Refused('too-many', 'feed.crowded', `You read ${String(most)} feeds at once already.`, {
    todo: 'Close one, and share what it reads.',
    retryAfter: 5,
  })
}

export function stopping(): Refused {
  return new Refused('unavailable', 'feed.stopping', 'This process stops.', {
    todo: 'Ask again with the position you have read so far.',
    retryAfter: 1,
  })
}
