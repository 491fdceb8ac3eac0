import { hash } from 'node:crypto'
import { assertLinked, DamagedRecord, sha256, storedEvent } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'

/** Columns of an event as every reading statement selects them, in this order. */
export const COLUMNS =
  'position, stream, stream_id, sequence, command, fingerprint, journey, recorded_at, body, previous, hash, checksum'

/** One event as it stands in the table. */
export interface Row {
  readonly position: number
  readonly stream: string
  readonly streamId: string
  readonly sequence: number
  /** Only on the first event of a command. */
  readonly command: string | null
  readonly fingerprint: string | null
  readonly journey: string | null
  readonly recordedAt: string
  /** The event as JSON, without its position and hash: exactly what is hashed. */
  readonly body: string
  /** Hash of the event before in the same stream, empty for the first. */
  readonly previous: string
  readonly hash: string
  readonly checksum: string
}

/** Names longer than an index takes stand there by their digest. */
const LONGEST = 256

/**
 * A name as the tables hold it. PostgreSQL takes no zero character and no half of a surrogate pair, and names may have
 * both; two names never become one.
 */
export function keyOf(name: string): string {
  const key = name.replace(/[\\\0\p{Surrogate}]/gu, (one) => `\\${one.charCodeAt(0).toString(16)};`)
  return key.length > LONGEST ? `\\#${sha256(name)}` : key
}

export function keyOrNull(name: string | undefined): string | null {
  return name === undefined ? null : keyOf(name)
}

/** The row of a statement that returns arrays. @throws DamagedRecord when a column is not of its type */
export function rowOf(values: unknown): Row {
  if (!Array.isArray(values)) throw new DamagedRecord('a record is not a row')
  const [place, stream, streamId, sequence, command, fingerprint, journey, ...rest] =
    values as readonly unknown[]
  const [recordedAt, body, previous, own, checksum] = rest
  // The client gives bigint as text.
  const position = Number(place)
  if (
    !Number.isSafeInteger(position) ||
    typeof sequence !== 'number' ||
    !isText(stream) ||
    !isText(streamId) ||
    !isText(recordedAt) ||
    !isText(body) ||
    !isText(previous) ||
    !isText(own) ||
    !isText(checksum) ||
    !isTextOrNull(command) ||
    !isTextOrNull(fingerprint) ||
    !isTextOrNull(journey)
  ) {
    throw new DamagedRecord(`the record at position ${String(place)} has a column of the wrong type`)
  }
  return {
    position,
    stream,
    streamId,
    sequence,
    command,
    fingerprint,
    journey,
    recordedAt,
    body,
    previous,
    hash: own,
    checksum,
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value)
}

/**
 * The event of a row, after three proofs: the checksum over position, hash and command, the hash over the event and the one
 * before it, and the columns by which it is found, which must say what the event says.
 * @throws DamagedRecord
 */
export function eventOf(row: Row): RecordedEvent {
  const at = `the record at position ${String(row.position)}`
  const { command, fingerprint, body, previous } = row
  const sides = [command, fingerprint].map((one) => (one === null ? '-' : `+${one}`))
  const summed = [row.position, row.hash, ...sides].join(' ')
  if (hash('sha256', summed, 'hex').slice(0, 16) !== row.checksum) {
    throw new DamagedRecord(`the checksum of ${at} does not fit`)
  }
  if (hash('sha256', previous + body, 'hex') !== row.hash)
    throw new DamagedRecord(`the hash of ${at} does not fit`)
  const event = storedEvent(body, row.position, row.hash)
  if (
    keyOf(event.stream) !== row.stream ||
    keyOf(event.streamId) !== row.streamId ||
    event.sequence !== row.sequence ||
    event.recordedAt !== row.recordedAt ||
    keyOrNull(event.journeyId) !== row.journey ||
    (command !== null && keyOf(event.commandId) !== command)
  ) {
    throw new DamagedRecord(`${at} stands in a place that is not its own`)
  }
  return event
}

/** Events of several streams, with the links that can be seen within them. @throws DamagedRecord */
export function checked(rows: readonly Row[]): readonly RecordedEvent[] {
  const last = new Map<string, Row>()
  return rows.map((row) => {
    const name = `${row.stream}\0${row.streamId}`
    const before = last.get(name)
    // A journey's events need not be all of a stream's; only neighbours can be compared.
    if (before?.sequence === row.sequence - 1) assertLinked(before, row)
    last.set(name, row)
    return eventOf(row)
  })
}
