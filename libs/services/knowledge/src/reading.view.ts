import type { EventOf, ItemKind } from '@throughline/contracts'
import type { RecordedEvent, Rows, View } from '@throughline/ports'
import { place, versionKey } from './article.view.js'
import type { ReadingEvent } from './reading.js'

export interface ReadingRow {
  readonly is: 'reading'
  readonly readingId: string
  readonly articleId: string
  readonly version: number
  readonly title: string
  readonly thing?: ItemKind
  readonly reason?: string
  readonly journeyId?: string
  /** Who read it, by its latest event. */
  readonly customerId?: string
  readonly readAt: string
  /** Seconds. */
  readonly dwell?: number
  readonly rating?: { readonly helped: boolean; readonly comment?: string; readonly sequence: number }
  readonly contactId?: string
  /** Sequences of the first and last event heard of, so that any order of arrival ends in the same row. */
  readonly seen: { readonly first: number; readonly last: number }
}

/** What became of the readings of one version, in whole numbers. */
export interface RecordRow {
  readonly is: 'record'
  readonly articleId: string
  readonly version: number
  readonly readings: number
  /** Said that it helped. */
  readonly helped: number
  /** Said that it did not. */
  readonly didNotHelp: number
  /** Requested a contact after it. */
  readonly contacts: number
}

/** Whose a guest's journey became. */
interface ClaimRow {
  readonly is: 'claim'
  readonly customerId: string
  readonly position: number
}

type Row = ReadingRow | RecordRow | ClaimRow

/** Rows by reading id, by `<article id>@<version>` for records, and by `journey:<id>` for claims. */
export const readingsView: View<Row, ReadingEvent | EventOf<'throughline.JourneyClaimed.v1'>> = {
  name: 'knowledge.readings',
  version: 1,
  on: [
    'throughline.ArticleViewed.v1',
    'throughline.ArticleLeft.v1',
    'throughline.ArticleRated.v1',
    'throughline.ArticleDidNotHelp.v1',
    'throughline.JourneyClaimed.v1',
  ],
  async project(event, rows) {
    if (event.type === 'throughline.JourneyClaimed.v1') {
      const key = `journey:${event.data.journeyId}`
      const before = await rows.get(key)
      if (before?.is === 'claim' && before.position > event.position) return
      const customerId = event.data.person.id
      rows.put(key, { is: 'claim', customerId, position: event.position })
      for (const { row } of await rows.list(`journey:${event.data.journeyId}`)) {
        if (row.is === 'reading') put(rows, row, customerId)
      }
      return
    }
    const found = await rows.get(event.data.readingId)
    const before = found?.is === 'reading' ? found : undefined
    const after = later(before, event)
    const claim = after.journeyId === undefined ? undefined : await rows.get(`journey:${after.journeyId}`)
    put(rows, after, claim?.is === 'claim' ? claim.customerId : after.customerId)
    await count(rows, before, after)
  },
}

function later(before: ReadingRow | undefined, event: RecordedEvent<ReadingEvent>): ReadingRow {
  const { readingId, articleId, version, title, thing, reason } = event.data
  const { sequence, journeyId, customerId } = event
  const row = before ?? {
    is: 'reading',
    readingId,
    articleId,
    version,
    title,
    ...(thing !== undefined && { thing }),
    ...(reason !== undefined && { reason }),
    ...(journeyId !== undefined && { journeyId }),
    readAt: event.occurredAt,
    seen: { first: sequence, last: -1 },
  }
  const { first, last } = row.seen
  const known: ReadingRow = {
    ...row,
    ...(sequence < first && { readAt: event.occurredAt }),
    ...(sequence > last && customerId !== undefined && { customerId }),
    seen: { first: Math.min(first, sequence), last: Math.max(last, sequence) },
  }
  switch (event.type) {
    case 'throughline.ArticleViewed.v1':
      return known
    case 'throughline.ArticleLeft.v1':
      return { ...known, dwell: Math.max(known.dwell ?? 0, event.data.dwell) }
    case 'throughline.ArticleRated.v1': {
      if (known.rating !== undefined && sequence < known.rating.sequence) return known
      const { helped, comment } = event.data
      return { ...known, rating: { helped, ...(comment !== undefined && { comment }), sequence } }
    }
    case 'throughline.ArticleDidNotHelp.v1':
      return { ...known, contactId: event.data.contactId }
  }
}

function put(rows: Rows<Row>, row: ReadingRow, owner: string | undefined): void {
  const version = versionKey(row.articleId, row.version)
  rows.put(row.readingId, row, {
    [`version:${version}`]: row.readAt,
    ...(row.contactId !== undefined && { [`failed:${version}`]: row.readAt }),
    ...(row.rating?.comment !== undefined && { [`said:${version}`]: row.readAt }),
    ...(row.journeyId !== undefined && { [`journey:${row.journeyId}`]: row.readAt }),
    ...(owner !== undefined && row.rating?.helped === false && { [`no-help:${owner}`]: row.readAt }),
  })
}

// The record is the sum over its readings, kept by what one reading changed: so the order of events cannot matter.
async function count(rows: Rows<Row>, before: ReadingRow | undefined, after: ReadingRow): Promise<void> {
  const key = versionKey(after.articleId, after.version)
  const found = await rows.get(key)
  const record = found?.is === 'record' ? found : emptyRecord(after.articleId, after.version)
  const change = (counts: (row: ReadingRow) => boolean): number =>
    Number(counts(after)) - Number(before !== undefined && counts(before))
  rows.put(
    key,
    {
      ...record,
      readings: record.readings + change(() => true),
      helped: record.helped + change(({ rating }) => rating?.helped === true),
      didNotHelp: record.didNotHelp + change(({ rating }) => rating?.helped === false),
      contacts: record.contacts + change(({ contactId }) => contactId !== undefined),
    },
    { [`records:${after.articleId}`]: place(after.version) },
  )
}

export function emptyRecord(articleId: string, version: number): RecordRow {
  return { is: 'record', articleId, version, readings: 0, helped: 0, didNotHelp: 0, contacts: 0 }
}
