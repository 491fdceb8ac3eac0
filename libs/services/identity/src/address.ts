import { domainToASCII } from 'node:url'
import { isEmail } from 'class-validator'
import { Refused } from '@throughline/kernel'
import type { Ids } from '@throughline/kernel'
import { sha256 } from '@throughline/ports'

/** Where a person can be reached, in the one spelling under which it is looked up and written to. */
export interface Address {
  readonly kind: 'email' | 'phone'
  readonly address: string
}

const LONGEST = 254
/** The dot-atom of RFC 5322: no quotes, spaces or brackets, nothing that mail software could read as a second address. */
const LOCAL_PART = /^(?=.{1,64}$)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const E164 = /^\+[1-9]\d{6,14}$/

/**
 * Tags (`+news`), dots and domains of look-alike letters stay apart: what looks alike is somebody else's until proven.
 * Spellings that do fall together (case, full-width letters) are harmless because words only go to the result. Letters
 * of other alphabets before the @ (RFC 6531) are not taken.
 * @throws Refused `identity.email-malformed`
 */
export function readEmail(written: string, field = 'email'): Address {
  const text = settled(written.trim())
  const at = text.lastIndexOf('@')
  const local = text.slice(0, Math.max(at, 0))
  const domain = domainToASCII(text.slice(at + 1))
  const address = `${local}@${domain}`
  const good = LOCAL_PART.test(local) && DOMAIN.test(domain) && address.length <= LONGEST && isEmail(address)
  if (!good) {
    throw new Refused('invalid', 'identity.email-malformed', 'This is not an e-mail address.', {
      field,
      todo: 'Write it as name@example.com.',
    })
  }
  return { kind: 'email', address }
}

/** E.164, from the usual ways to write it. @throws Refused `identity.phone-malformed` */
export function readPhone(written: string, field = 'phone'): Address {
  const address = written
    .normalize('NFKC')
    .replaceAll(/[\s()./\u2010-\u2015-]/g, '')
    .replace(/^00/, '+')
  if (!E164.test(address)) {
    throw new Refused(
      'invalid',
      'identity.phone-malformed',
      'This is not a phone number with its country code.',
      {
        field,
        todo: 'Write it as +49 30 1234567.',
      },
    )
  }
  return { kind: 'phone', address }
}

/** @throws Refused `identity.address-missing` unless exactly one of the two is told */
export function readAddress(told: { readonly email?: string; readonly phone?: string }): Address {
  if (told.email !== undefined && told.phone === undefined) return readEmail(told.email)
  if (told.phone !== undefined && told.email === undefined) return readPhone(told.phone)
  throw new Refused('invalid', 'identity.address-missing', 'One address is needed: e-mail or phone.', {
    field: told.email === undefined ? 'email' : 'phone',
    todo: 'Give either email or phone.',
  })
}

/** Id of the streams about an address. It has the address's digest in it, never the address. */
export function addressId(ids: Ids, { kind, address }: Address): string {
  return ids.derive('address', kind, sha256(address))
}

// Lower case can leave what NFKC would still change, and the other way round: until nothing moves any more.
function settled(text: string): string {
  const next = text.normalize('NFKC').toLowerCase()
  return next === text ? text : settled(next)
}
