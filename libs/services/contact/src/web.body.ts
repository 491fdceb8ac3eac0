import { fromInstant, toInstant, type Instant } from '@throughline/kernel'

import { Unreadable, type MediaRef, type What } from './channel-adapter.js'

/** What a page says: words, how far it has read, or that somebody types. */
export type WebWhat = Extract<What, { readonly is: 'text' | 'receipt' | 'typing' }>

export interface WebBody {
  /** Id of the customer's session or guest. */
  readonly from: string
  /** Id of the contact. */
  readonly to: string
  /** By the page's clock. */
  readonly occurredAt: Instant
  /** A continuation token, where the page was opened by one. */
  readonly token?: string
  readonly what: WebWhat
}

/** Members that the page does not know are dropped. Throws {@link Unreadable}. */
export function readWebBody(bytes: Uint8Array): WebBody {
  const body = record(parsed(bytes), 'the delivery')
  const occurredAt = fromInstant(text(body, 'occurredAt'))
  if (Number.isNaN(occurredAt)) throw new Unreadable('occurredAt is no moment')
  return {
    from: name(body, 'from'),
    to: name(body, 'to'),
    occurredAt: toInstant(occurredAt),
    ...(body.token === undefined ? {} : { token: name(body, 'token') }),
    what: readWhat(record(body.what, 'what')),
  }
}

function readWhat(what: Fields): WebWhat {
  const is = text(what, 'is')
  if (is === 'typing') return { is }
  if (is === 'text') {
    return {
      is,
      text: text(what, 'text'),
      ...(what.quoted === undefined ? {} : { quoted: name(what, 'quoted') }),
      media: list(what, 'media').map((file) => readMedia(record(file, 'a file'))),
    }
  }
  if (is === 'receipt') {
    // A page tells what it got and showed; what was sent and what failed is known here.
    const state = text(what, 'state')
    if (state !== 'delivered' && state !== 'seen') throw new Unreadable('a page tells of delivered and seen')
    return { is, of: name(what, 'of'), state }
  }
  throw new Unreadable('a page brings text, a receipt or typing')
}

function readMedia(file: Fields): MediaRef {
  const size = file.size
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw new Unreadable('size is no size')
  return { id: name(file, 'id'), name: name(file, 'name'), type: name(file, 'type'), size }
}

type Fields = Readonly<Record<string, unknown>>

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    throw new Unreadable('the delivery is not JSON in UTF-8')
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function record(value: unknown, what: string): Fields {
  if (!isFields(value)) throw new Unreadable(`${what} is no object`)
  return value
}

function list(fields: Fields, field: string): readonly unknown[] {
  const value = fields[field]
  if (!Array.isArray(value)) throw new Unreadable(`${field} is no list`)
  return value
}

/** Text that came as half a surrogate pair could not go back byte for byte. */
function text(fields: Fields, field: string): string {
  const value = fields[field]
  if (typeof value !== 'string' || !value.isWellFormed()) throw new Unreadable(`${field} is no text`)
  return value
}

function name(fields: Fields, field: string): string {
  const value = text(fields, field)
  if (value === '') throw new Unreadable(`${field} is empty`)
  return value
}
