import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { DamagedRecord, storedEvent } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'

/** Columns of an event as every reading statement selects them, in this order. */
export const COLUMNS =
  'position, stream, sequence, command, fingerprint, journey, body, previous, hash, checksum'

/** One event as it stands in the file. */
export interface Row {
  readonly position: number
  readonly stream: number
  readonly sequence: number
  /** Only on the first event of a command. */
  readonly command: string | null
  readonly fingerprint: string | null
  readonly journey: string | null
  /** The event as JSON, without its position and hash: exactly what is hashed. */
  readonly body: string
  /** Hash of the event before in the same stream, empty for the first. */
  readonly previous: string
  readonly hash: string
  readonly checksum: number
}

/** The row of a statement that returns arrays. @throws DamagedRecord when a column is not of its type */
export function rowOf(values: unknown): Row {
  if (!Array.isArray(values)) throw new DamagedRecord('a record is not a row')
  const [position, stream, sequence, command, fingerprint, journey, body, previous, own, checksum] =
    values as readonly unknown[]
  if (
    typeof position !== 'number' ||
    typeof stream !== 'number' ||
    typeof sequence !== 'number' ||
    typeof body !== 'string' ||
    typeof previous !== 'string' ||
    typeof own !== 'string' ||
    typeof checksum !== 'number' ||
    !isTextOrNull(command) ||
    !isTextOrNull(fingerprint) ||
    !isTextOrNull(journey)
  ) {
    throw new DamagedRecord(`the record at position ${String(position)} has a column of the wrong type`)
  }
  return { position, stream, sequence, command, fingerprint, journey, body, previous, hash: own, checksum }
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}

/**
 * The event of a row, after both proofs: the checksum over the columns, and the hash over the event and the one before
 * it. Nothing of a row is looked at in any other way.
 * @throws DamagedRecord
 */
export function eventOf(row: Row): RecordedEvent {
  const { position, stream, sequence, command, fingerprint, journey, body, previous, checksum } = row
  const columns = [position, stream, sequence, command, fingerprint, journey, previous, row.hash]
  if (crc32(JSON.stringify(columns)) !== checksum) {
    throw new DamagedRecord(`the checksum of the record at position ${String(position)} does not fit`)
  }
  if (hash('sha256', previous + body, 'hex') !== row.hash) {
    throw new DamagedRecord(`the hash of the record at position ${String(position)} does not fit`)
  }
  return storedEvent(body, position, row.hash)
}
