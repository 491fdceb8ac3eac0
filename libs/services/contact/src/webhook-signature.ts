import { createHmac, timingSafeEqual } from 'node:crypto'

import { fromInstant, MINUTE, SECOND } from '@throughline/kernel'

import { Forged, Stale, type Headers, type RawDelivery } from './channel-adapter.js'

/** Two keys while they are changed, the first signs. */
export type WebhookKeys = readonly [Uint8Array, ...(readonly Uint8Array[])]

const WINDOW = 5 * MINUTE
const MOST_SIGNATURES = 8

/** The three headers of Standard Webhooks 1.0: HMAC-SHA256 over `id.seconds.body`. `at` is in milliseconds since 1970. */
export function signWebhook(id: string, at: number, body: Uint8Array, keys: WebhookKeys): Headers {
  const seconds = String(Math.floor(at / SECOND))
  return {
    'webhook-id': [id],
    'webhook-timestamp': [seconds],
    'webhook-signature': [`v1,${signature(id, seconds, body, keys[0])}`],
  }
}

/** The id of a rightly signed delivery. Throws {@link Forged}, or {@link Stale} for one that is more than five minutes off. */
export function verifyWebhook(raw: RawDelivery, keys: WebhookKeys): string {
  const id = only(raw.headers, 'webhook-id')
  const seconds = only(raw.headers, 'webhook-timestamp')
  // The dot separates what is signed: an id that holds one could lend its tail to the time.
  if (id === '' || id.includes('.') || !/^\d{1,12}$/.test(seconds)) throw new Forged()
  const given = only(raw.headers, 'webhook-signature').split(' ').slice(0, MOST_SIGNATURES)
  const fits = keys
    .map((key) => `v1,${signature(id, seconds, raw.body, key)}`)
    .flatMap((right) => given.map((each) => sameText(each, right)))
  if (!fits.includes(true)) throw new Forged()
  if (Math.abs(fromInstant(raw.at) - Number(seconds) * SECOND) > WINDOW) throw new Stale()
  return id
}

function signature(id: string, seconds: string, body: Uint8Array, key: Uint8Array): string {
  return createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64')
}

/** Compared as text, so that no second spelling of the same base64 passes. */
function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** A header given twice is nobody's: which one was signed? */
function only(headers: Headers, name: string): string {
  const [value = '', ...others] = headers[name] ?? []
  return others.length === 0 ? value : ''
}
