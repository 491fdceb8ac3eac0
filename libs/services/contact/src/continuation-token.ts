import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

import { SECOND } from '@throughline/kernel'

/**
 * The long token in its form for links: 44 characters of base64url (RFC 4648 §5) over 33 octets: version, contact id
 * (16), expiry in seconds since 1970 (4, big endian), MAC (12). {@link toUserToUser} gives the same octets as a header.
 */
export type ContinuationToken = string

/** Secret keys of 32 octets or more. The first signs; the others still open, so that keys can be changed. */
export type ContinuationKeys = readonly [Uint8Array, ...(readonly Uint8Array[])]

export interface Continuation {
  /** Id of the contact, a UUID. */
  readonly contact: string
  /** Milliseconds since 1970; kept in whole seconds, rounded down. */
  readonly expires: number
}

export interface ContinuationReader {
  readonly keys: ContinuationKeys
  /** Whom the token was made for, such as `agent`: signed but not carried, so the reader has to be that audience. */
  readonly audience: string
  /** Milliseconds since 1970. */
  readonly now: number
}

const VERSION = 1
const SIGNED = 21
const OCTETS = 33
const MAC = OCTETS - SIGNED

/** The same input gives the same token. Throws RangeError for what no token can hold. */
export function makeContinuation(
  wanted: Continuation,
  audience: string,
  keys: ContinuationKeys,
): ContinuationToken {
  const seconds = Math.floor(wanted.expires / SECOND)
  if (!(seconds >= 0 && seconds < 2 ** 32))
    throw new RangeError('a continuation token expires between 1970 and 2106')
  const octets = Buffer.alloc(OCTETS)
  octets.writeUInt8(VERSION, 0)
  contactOctets(wanted.contact).copy(octets, 1)
  octets.writeUInt32BE(seconds, 17)
  macOf(octets, audience, keys[0]).copy(octets, SIGNED)
  return octets.toString('base64url')
}

/**
 * What the token opens, or nothing: altered, expired, of another key, version or audience, and no token at all are not
 * told apart, neither here nor in what is answered (H03). Whether it was used before is for the contact's stream to say.
 */
export function openContinuation(token: string, reader: ContinuationReader): Continuation | undefined {
  const octets = octetsOf(token)
  if (octets === undefined) return undefined
  const mac = octets.subarray(SIGNED)
  // Every key and every condition is tried, so that the time taken says no more than the answer.
  const signed = reader.keys
    .map((key) => timingSafeEqual(mac, macOf(octets, reader.audience, key)))
    .includes(true)
  const expires = octets.readUInt32BE(17) * SECOND
  const opens = [signed, octets.readUInt8(0) === VERSION, reader.now < expires]
  return opens.includes(false) ? undefined : { contact: contactOf(octets), expires }
}

/** What is stored of a token: SHA-256 over its octets, in hexadecimal; the same for the link and the header. */
export function digestContinuation(token: ContinuationToken): string {
  const octets = octetsOf(token)
  if (octets === undefined) throw new RangeError('no continuation token')
  return createHash('sha256').update(octets).digest('hex')
}

/** The token as the value of a `User-to-User` header (RFC 7433). */
export function toUserToUser(token: ContinuationToken): string {
  return `${Buffer.from(token, 'base64url').toString('hex')};encoding=hex`
}

/** 44 characters hold exactly 33 octets, so that no two spellings are the same token. */
function octetsOf(token: string): Buffer | undefined {
  return /^[\w-]{44}$/.test(token) ? Buffer.from(token, 'base64url') : undefined
}

function macOf(octets: Buffer, audience: string, key: Uint8Array): Buffer {
  if (key.length < 32) throw new RangeError('a key of continuation tokens has 32 octets or more')
  return createHmac('sha256', key)
    .update('throughline.continuation.')
    .update(octets.subarray(0, SIGNED))
    .update(audience)
    .digest()
    .subarray(0, MAC)
}

function contactOctets(contact: string): Buffer {
  if (!/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(contact))
    throw new RangeError('a contact id is a UUID')
  return Buffer.from(contact.replaceAll('-', ''), 'hex')
}

function contactOf(octets: Buffer): string {
  const hex = octets.subarray(1, 17).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
