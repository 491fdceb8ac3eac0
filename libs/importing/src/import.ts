import type { Client } from '@throughline/client'
import { Problem } from '@throughline/client'
import { parse } from 'csv-parse'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { v5 } from 'uuid'
import { columnsOf } from './mapping.js'
import type { Mapping } from './mapping.js'
import { BadRow, readRow } from './row.js'
import type { Past, Row } from './row.js'

export interface ImportReport {
  readonly rows: number
  readonly imported: number
  /** Rows that were there already, whole and the same. */
  readonly known: number
  readonly refused: readonly { readonly line: number; readonly why: string }[]
}

export interface ImportOptions {
  readonly file: string
  readonly mapping: Mapping
  readonly client: Client
  /** Milliseconds since 1970; nothing can have happened later. */
  readonly now: number
  /** Rows on their way at once. */
  readonly atOnce?: number
  /** Told as rows finish; `share` of the file that has been read. */
  readonly onProgress?: (done: {
    readonly rows: number
    readonly refused: number
    readonly share: number
  }) => void
  readonly onRefused?: (line: number, why: string) => void
}

/** Name space of the ids of imported things. */
const ITEMS = '0f5a9c1e-2d7b-5e64-8a31-7c9d1b2e4f60'

interface Read {
  readonly record: Row
  readonly info: { readonly lines: number }
}

/** No more refusals than these are kept; they are told as they come in any case. */
const MOST_KEPT = 1_000

/**
 * Hands a history over to the HTTP API, row by row: customer, journey, contact, feedback. Every request carries a key
 * made of source and row id, so that running it again adds nothing. Memory holds the rows on their way and no more.
 * @throws Refused when the mapping names a column the file does not have, before anything is sent
 */
export async function importCsv(options: ImportOptions): Promise<ImportReport> {
  const { mapping, client, atOnce = 16 } = options
  const { size } = await stat(options.file)
  const input = createReadStream(options.file)
  const parser = input.pipe(
    parse({
      bom: true,
      columns: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: false,
    }),
  )
  input.on('error', (error) => parser.destroy(error))
  const report = { rows: 0, imported: 0, known: 0, refused: [] as { line: number; why: string }[] }
  let refusals = 0
  const refuse = (line: number, why: string): void => {
    refusals++
    if (report.refused.length < MOST_KEPT) report.refused.push({ line, why })
    options.onRefused?.(line, why)
  }
  const one = async (row: Row, line: number): Promise<void> => {
    try {
      const outcome = await handOver(client, mapping.source, readRow(mapping, row, options.now))
      report[outcome]++
    } catch (error) {
      if (error instanceof BadRow) refuse(line, error.message)
      else if (error instanceof Problem && isOfRow(error)) refuse(line, explained(error))
      else throw error
    }
  }

  const underway = new Set<Promise<void>>()
  let failure: unknown
  let checked = false
  let lineAfter = 1
  for await (const { record, info } of parser as AsyncIterable<Read>) {
    // The parser counts lines at a row's end; a row with quoted newlines begins where the one before it ended.
    const line = lineAfter + 1
    lineAfter = info.lines
    if (!checked) checkColumns(mapping, record)
    checked = true
    report.rows++
    const task = one(record, line)
      .catch((error: unknown) => {
        failure ??= error
      })
      .finally(() => {
        underway.delete(task)
      })
    underway.add(task)
    if (underway.size >= atOnce) await Promise.race(underway)
    if (failure !== undefined) break
    options.onProgress?.({
      rows: report.rows,
      refused: refusals,
      share: size === 0 ? 1 : input.bytesRead / size,
    })
  }
  await Promise.all(underway)
  if (failure !== undefined) throw failure instanceof Error ? failure : new Error('the import was broken off')
  options.onProgress?.({ rows: report.rows, refused: refusals, share: 1 })
  return report
}

function checkColumns(mapping: Mapping, first: Row): void {
  const missing = [...columnsOf(mapping)].filter((column) => !(column in first))
  if (missing.length > 0) {
    throw new BadRow(
      `the file has no column ${missing.map((column) => `“${column}”`).join(', ')}; it has ${Object.keys(first).join(', ')}`,
    )
  }
}

// Of the row, and not of a server that is busy or does not know us.
function isOfRow({ status }: Problem): boolean {
  return status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status)
}

function explained({ code, message, field }: Problem): string {
  if (code === 'command.reused') return 'this row went in before with other content; history is not rewritten'
  return `${message} (${code}${field === undefined ? '' : `, ${field}`})`
}

async function handOver(client: Client, source: string, past: Past): Promise<'imported' | 'known'> {
  // Row ids are anybody's spelling; a key is visible ASCII of bounded length.
  const row = createHash('sha256').update(past.id).digest('hex').slice(0, 32)
  const key = (step: string): string => `import/${source}/${row}/${step}`
  const began = { occurredAt: past.at }
  const ended = { occurredAt: past.endedAt }
  const customer = await client.put<{ readonly id: string }>(
    `/api/v1/identity/customers/by-external-id/${source}/${encodeURIComponent(past.customer.externalId)}`,
    past.customer.body,
    { ...began, key: key('customer') },
  )
  const customerId = customer.body.id
  const journey = await client.post<{ readonly id: string }>(
    '/api/v1/journey/journeys',
    { entrance: 'elsewhere', customerId, origin: source },
    { ...began, key: key('journey') },
  )
  const path = `/api/v1/journey/journeys/${journey.body.id}`
  // A thing of the past is known here by nothing but its words; its id is made of the row.
  const item = past.item && { ...past.item, id: v5(`${source}/${past.id}/item`, ITEMS) }
  if (item) await client.put(`${path}/item`, { snapshot: item }, { ...began, key: key('item') })
  if (past.reason) await client.put(`${path}/reason`, past.reason, { ...began, key: key('reason') })
  const contact = await client.post<{ readonly id: string }>(
    '/api/v1/contact/records',
    {
      journeyId: journey.body.id,
      customerId,
      channel: past.channel,
      origin: source,
      ...(item && { item }),
      ...(past.reason && { reason: past.reason }),
      words: past.words.map((words) => ({ ...words, mode: 'written' })),
      summary: { ...past.summary, issue: 'new', causes: [], promised: [], articles: [] },
    },
    { ...ended, key: key('contact') },
  )
  if (past.feedback) {
    await client.post(
      '/api/v1/feedback/feedback',
      {
        customerId,
        origin: source,
        about: { kind: 'contact', id: contact.body.id },
        followUp: false,
        occurredAt: past.endedAt,
        ...past.feedback,
      },
      { ...ended, key: key('feedback'), minPosition: contact.position },
    )
  }
  return contact.replayed ? 'known' : 'imported'
}
