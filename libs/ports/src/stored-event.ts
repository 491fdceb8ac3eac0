import { DamagedRecord } from './event-store.js'
import type { RecordedEvent } from './event-store.js'

/** One event as a store keeps it, by what chains it to its stream. */
export interface ChainedRow {
  readonly position: number
  readonly sequence: number
  /** Hash of the event before in the same stream, empty for the first. */
  readonly previous: string
  readonly hash: string
}

/** The one place where text becomes an event: what is parsed was written by the store and has been proved whole. */
export function storedEvent(body: string, position: number, hash: string): RecordedEvent {
  return Object.assign(JSON.parse(body) as RecordedEvent, { position, hash })
}

/** Checks that rows of one stream follow each other. @throws DamagedRecord */
export function assertLinked(before: ChainedRow | undefined, row: ChainedRow): void {
  if (
    row.sequence !== (before === undefined ? 0 : before.sequence + 1) ||
    row.previous !== (before?.hash ?? '')
  ) {
    throw new DamagedRecord(
      `the record at position ${String(row.position)} does not follow the one before it`,
    )
  }
}
