import { DateTime } from 'luxon'
import { fill } from './mapping.js'
import type { Mapping } from './mapping.js'

export type Row = Readonly<Record<string, string>>

/** A row that cannot go in, and why, in words for the person who made the file. */
export class BadRow extends Error {
  override readonly name = 'BadRow'
}

/** One contact of the past, as the API takes it. */
export interface Past {
  readonly id: string
  readonly at: string
  readonly endedAt: string
  readonly customer: {
    readonly externalId: string
    readonly body: Readonly<Record<string, string>>
  }
  readonly channel: string
  readonly item?: {
    readonly kind: string
    readonly title: string
    readonly reference?: string
    readonly product?: string
  }
  readonly reason?: {
    readonly code: string
    readonly label: string
    readonly detail?: string
    readonly detailLabel?: string
  }
  readonly words: readonly { readonly author: 'customer' | 'agent'; readonly text: string }[]
  readonly summary: { readonly subject: string; readonly words: string; readonly outcome: string }
  readonly feedback?: { readonly outcome?: string; readonly feeling?: string; readonly comment?: string }
}

/** Reads one row. `now` bounds what can have happened. @throws BadRow */
export function readRow(mapping: Mapping, row: Row, now: number): Past {
  const id = fill(mapping.id, row)
  if (id === undefined) throw new BadRow(`${mapping.id} is empty, so the row has no id`)
  const at = moment(mapping, row, mapping.at.column, now)
  if (at === undefined) throw new BadRow(`${mapping.at.column} is empty, so nobody knows when it happened`)
  const endedAt = mapping.endedAt && moment(mapping, row, mapping.endedAt.column, now)
  if (endedAt !== undefined && endedAt < at) throw new BadRow(`it ended (${endedAt}) before it began (${at})`)
  const item = itemOf(mapping, row)
  const reason = reasonOf(mapping, row)
  const feedback = feedbackOf(mapping, row)
  const subject = fill(mapping.summary.subject, row)
  const summary = fill(mapping.summary.words, row)
  if (subject === undefined)
    throw new BadRow(`${mapping.summary.subject} is empty, so the case would have no subject`)
  return {
    id,
    at,
    endedAt: endedAt ?? at,
    customer: customerOf(mapping, row, id),
    channel: translated(mapping.channel, row) ?? missing(mapping.channel.column),
    ...(item && { item }),
    ...(reason && { reason }),
    words: wordsOf(mapping, row),
    summary: {
      subject: cut(subject, 200),
      words: cut(summary ?? subject, 4_000),
      outcome: translated(mapping.summary.outcome, row) ?? missing(mapping.summary.outcome.column),
    },
    ...(feedback && { feedback }),
  }
}

function customerOf(mapping: Mapping, row: Row, id: string): Past['customer'] {
  const { id: own, ...details } = mapping.customer
  const body: Record<string, string> = {}
  for (const [name, text] of Object.entries(details)) {
    const value = fill(text, row)
    if (value !== undefined) body[name] = name === 'segment' ? code(value) : value
  }
  // Without an id of her own nobody can say that two rows are the same person.
  return { externalId: fill(own, row) ?? `row-${id}`, body }
}

function itemOf(mapping: Mapping, row: Row): Past['item'] {
  const title = fill(mapping.item?.title, row)
  if (mapping.item === undefined || title === undefined) return undefined
  const reference = fill(mapping.item.reference, row)
  const product = fill(mapping.item.product, row)
  return {
    kind: mapping.item.kind,
    title: cut(title, 200),
    ...(reference !== undefined && { reference: cut(reference, 100) }),
    ...(product !== undefined && { product: cut(product, 100) }),
  }
}

function reasonOf(mapping: Mapping, row: Row): Past['reason'] {
  const label = fill(mapping.reason?.label, row)
  if (label === undefined) return undefined
  const detail = fill(mapping.reason?.detail, row)
  return {
    code: code(label),
    label: cut(label, 120),
    ...(detail !== undefined && { detail: code(detail), detailLabel: cut(detail, 120) }),
  }
}

function wordsOf(mapping: Mapping, row: Row): Past['words'] {
  const said = fill(mapping.words, row)
  const answered = fill(mapping.answer, row)
  return [
    ...parts(said).map((text) => ({ author: 'customer' as const, text })),
    ...parts(answered).map((text) => ({ author: 'agent' as const, text })),
  ]
}

function feedbackOf(mapping: Mapping, row: Row): Past['feedback'] {
  if (mapping.feedback === undefined) return undefined
  const outcome = mapping.feedback.outcome && translated(mapping.feedback.outcome, row)
  const feeling = mapping.feedback.feeling && translated(mapping.feedback.feeling, row)
  const comment = fill(mapping.feedback.comment, row)
  if (outcome === undefined && feeling === undefined && comment === undefined) return undefined
  return {
    ...(outcome !== undefined && { outcome }),
    ...(feeling !== undefined && { feeling }),
    ...(comment !== undefined && { comment: cut(comment, 4_000) }),
  }
}

interface Choice {
  readonly column: string
  readonly map: Readonly<Record<string, string>>
  readonly else?: string | undefined
}

/** Undefined when the column is empty and nothing stands for that. */
function translated(choice: Choice, row: Row): string | undefined {
  const value = (row[choice.column] ?? '').trim()
  const found = Object.entries(choice.map).find(([from]) => from.toLowerCase() === value.toLowerCase())?.[1]
  if (found !== undefined) return found
  if (choice.else !== undefined) return choice.else
  if (value === '') return undefined
  throw new BadRow(`${choice.column} says “${cut(value, 60)}”, which the mapping does not translate`)
}

function missing(column: string): never {
  throw new BadRow(`${column} is empty and the mapping has no \`else\` for it`)
}

function moment(mapping: Mapping, row: Row, column: string, now: number): string | undefined {
  const value = (row[column] ?? '').trim()
  if (value === '') return undefined
  const read = parseDate(value, mapping.dates)
  if (read === undefined)
    throw new BadRow(`${column} says “${cut(value, 60)}”, which is no date of a known spelling`)
  if (read.toMillis() > now) throw new BadRow(`${column} says “${value}”, which has not come yet`)
  return read.toUTC().toISO({ precision: 'millisecond' })
}

/** Usual spellings beside the mapping's own: ISO 8601, RFC 2822, SQL, seconds or milliseconds since 1970. */
export function parseDate(
  value: string,
  { zone, formats }: { readonly zone: string; readonly formats: readonly string[] },
): DateTime<true> | undefined {
  const options = { zone, locale: 'en' }
  const tries = [
    ...formats.map((format) => () => DateTime.fromFormat(value, format, options)),
    () => DateTime.fromISO(value, options),
    () => DateTime.fromSQL(value, options),
    () => DateTime.fromRFC2822(value, options),
    () => DateTime.fromHTTP(value, options),
    ...(/^\d{13}$/.test(value) ? [() => DateTime.fromMillis(Number(value), { zone })] : []),
    ...(/^\d{9,10}$/.test(value) ? [() => DateTime.fromSeconds(Number(value), { zone })] : []),
  ]
  for (const attempt of tries) {
    const read = attempt()
    // A four-digit run read as an ISO year would make dates of order numbers.
    if (read.isValid && read.year > 1900 && read.year < 2200 && !/^\d{1,8}$/.test(value)) return read
    if (read.isValid && /^\d{8}$/.test(value) && formats.length > 0) return read
  }
  return undefined
}

/** A word as a code: `Incorrect information on credit report` → `incorrect-information-on-credit-report`. */
export function code(words: string): string {
  const plain = words
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 80)
    .replace(/-+$/, '')
  return plain === '' ? 'other' : plain
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

/** What was said, in messages no longer than one may be. */
function parts(text: string | undefined): readonly string[] {
  if (text === undefined) return []
  const found: string[] = []
  for (let start = 0; start < text.length; start += 8_000) found.push(text.slice(start, start + 8_000))
  return found
}
