import { createHash } from 'node:crypto'

import type { Channel } from '@throughline/contracts'

import { canonicalJson } from './canonical-json.js'
import type { Json } from './canonical-json.js'
import type { DeliveryState } from './delivery-state.js'

/** Ids only: names come from the customer's and the agent's own records, so that erasing them leaves the hash as it is. */
export type TranscriptAuthor =
  | { readonly is: 'customer' }
  | { readonly is: 'agent'; readonly id: string }
  /** Words that nobody wrote: an offer of a callback, an opening hour. */
  | { readonly is: 'automatic' }

export interface TranscriptAttachment {
  readonly id: string
  readonly name: string
  /** Media type by content. */
  readonly type: string
  /** Octets. */
  readonly size: number
}

/** One line for each thing said, written or noted. */
export interface TranscriptLine {
  /** Position in the journey; rises from line to line. */
  readonly position: number
  /** Number of the leg in its contact, from 1. */
  readonly leg: number
  readonly channel: Channel
  readonly author: TranscriptAuthor
  /** Byte for byte as it was said; empty for an attachment alone. */
  readonly said: string
  /** `spoken` for words of a call or visit, which no receipt follows. */
  readonly state: DeliveryState | 'spoken'
  readonly attachments: readonly TranscriptAttachment[]
}

export type Transcript = readonly TranscriptLine[]

/** The lines up to and with this position: what one side had acknowledged when it stopped. */
export function transcriptUpTo(transcript: Transcript, position: number): Transcript {
  return transcript.filter((line) => line.position <= position)
}

/**
 * UTF-8 of the canonical JSON (RFC 8785), the same on every channel for the same lines.
 * Throws RangeError for lines out of order and for numbers that are not whole.
 */
export function transcriptBytes(transcript: Transcript): Uint8Array {
  const disordered = transcript.some((line, at) => line.position <= (transcript[at - 1]?.position ?? -1))
  if (disordered) throw new RangeError('the lines of a transcript rise in position')
  return new TextEncoder().encode(canonicalJson(transcript.map(onlyItsMembers)))
}

/** SHA-256 of {@link transcriptBytes}, in hexadecimal. */
export function transcriptHash(transcript: Transcript): string {
  return createHash('sha256').update(transcriptBytes(transcript)).digest('hex')
}

/** A row of a view may bring more members than the type says; they must not change the bytes. */
function onlyItsMembers(line: TranscriptLine): Json {
  const { position, leg, channel, author, said, state } = line
  return {
    position,
    leg,
    channel,
    author: author.is === 'agent' ? { is: 'agent', id: author.id } : { is: author.is },
    said,
    state,
    attachments: line.attachments.map(({ id, name, type, size }) => ({ id, name, type, size })),
  }
}
