import { DamagedRecord, sha256 } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import type { Instant } from '@throughline/kernel'
import { isWholeForCustomer } from './timeline.js'
import type { Viewer } from './timeline.js'

export const RECEIPT_FORMAT = 'throughline.receipt.v1'

/** One event of the journey. `body` is the text that was hashed: `hash` = SHA-256 of `previous` followed by it. */
export interface ReceiptEvent {
  readonly position: number
  readonly stream: string
  readonly streamId: string
  readonly sequence: number
  /** Hash of the event before it in the same stream; empty for the first. */
  readonly previous: string
  readonly hash: string
  /** Null where the reader may not see it: the chain still runs through its hash. */
  readonly body: string | null
}

/** What stands in the same stream and is no event of this journey: a run of hashes, so that the chain has no gap. */
export interface ReceiptRun {
  readonly stream: string
  readonly streamId: string
  /** Of the first of the run. */
  readonly sequence: number
  readonly previous: string
  readonly hashes: readonly string[]
}

export interface ReceiptStream {
  readonly stream: string
  readonly streamId: string
  /** Events in the stream as of the position, and how many of them are of this journey. */
  readonly events: number
  readonly own: number
  /** Hashes of the first and the last event of the stream as of the position. */
  readonly first: string
  readonly last: string
}

/** What the installation signs. */
export interface ReceiptStatement {
  readonly format: typeof RECEIPT_FORMAT
  readonly journeyId: string
  readonly for: Viewer
  /** Where the log stood: every event of the journey up to here is in the receipt. */
  readonly position: number
  readonly issuedAt: Instant
  readonly events: number
  /** Positions of the events whose bodies were kept back. */
  readonly withheld: readonly number[]
  readonly streams: readonly ReceiptStream[]
  /** SHA-256, hex, of one line `<position> <hash>\n` for each event of the journey in log order. */
  readonly digest: string
}

export interface ReceiptParts {
  readonly statement: ReceiptStatement
  readonly events: readonly ReceiptEvent[]
  readonly others: readonly ReceiptRun[]
}

interface ReceiptInput {
  readonly journeyId: string
  readonly position: number
  readonly issuedAt: Instant
  readonly viewer: Viewer
  /** Of the journey, in log order, up to the position. */
  readonly events: readonly RecordedEvent[]
  /** Every stream that one of them stands in, whole and in order, up to the position. */
  readonly streams: readonly (readonly RecordedEvent[])[]
}

/**
 * All that shows offline that a journey is complete and unaltered, still to be signed. Pure; each hash is computed
 * anew, so that nothing is signed that would not hold.
 * @throws DamagedRecord
 */
export function receiptOf({
  journeyId,
  position,
  issuedAt,
  viewer,
  events,
  streams,
}: ReceiptInput): ReceiptParts {
  const shown = new Map<number, ReceiptEvent>()
  const others: ReceiptRun[] = []
  const told = streams.map((stream): ReceiptStream => {
    let own = 0
    let run: { readonly sequence: number; readonly previous: string; readonly hashes: string[] } | undefined
    let previous = ''
    for (const [sequence, event] of stream.entries()) {
      if (event.sequence !== sequence) throw damaged(event)
      if (event.journeyId === journeyId) {
        run = undefined
        own += 1
        shown.set(event.position, link(event, previous, viewer))
      } else if (run === undefined) {
        run = { sequence, previous, hashes: [event.hash] }
        others.push({ stream: event.stream, streamId: event.streamId, ...run })
      } else run.hashes.push(event.hash)
      previous = event.hash
    }
    const [first] = stream
    if (first === undefined) throw new DamagedRecord('a stream of the journey cannot be found')
    const { stream: name, streamId } = first
    return { stream: name, streamId, events: stream.length, own, first: first.hash, last: previous }
  })
  const inOrder = events.map((event) => {
    const found = shown.get(event.position)
    if (found?.hash !== event.hash) throw damaged(event)
    return found
  })
  if (inOrder.length !== shown.size) throw new DamagedRecord('an event of the journey is not found by its id')
  return {
    statement: {
      format: RECEIPT_FORMAT,
      journeyId,
      for: viewer,
      position,
      issuedAt,
      events: inOrder.length,
      withheld: inOrder.filter(({ body }) => body === null).map((event) => event.position),
      streams: told,
      digest: sha256(inOrder.map((event) => `${String(event.position)} ${event.hash}\n`).join('')),
    },
    events: inOrder,
    others,
  }
}

/** The text that was hashed for an event (see `RecordedEvent.hash`). */
export function hashedText({ position: _, hash: __, ...event }: RecordedEvent): string {
  return JSON.stringify(event)
}

function link(event: RecordedEvent, previous: string, viewer: Viewer): ReceiptEvent {
  const { position, stream, streamId, sequence, hash } = event
  const body = hashedText(event)
  if (sha256(previous + body) !== hash) throw damaged(event)
  const whole = viewer === 'staff' || isWholeForCustomer(event)
  return { position, stream, streamId, sequence, previous, hash, body: whole ? body : null }
}

function damaged({ position }: RecordedEvent): DamagedRecord {
  return new DamagedRecord(`the record at position ${String(position)} does not fit into its stream`)
}
