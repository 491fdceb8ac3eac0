import { MINUTE } from '@throughline/kernel'
import fc from 'fast-check'

import {
  digestContinuation,
  makeContinuation,
  openContinuation,
  toUserToUser,
  type ContinuationKeys,
} from './continuation-token.js'
import { tokensInSip, tokensInSipAddress, tokensInUserToUser } from './user-to-user.js'

const contact = '0199f3a4-7c11-7d2e-8b5f-3a6c0f9e1d42'
const now = 1_795_341_000_000
const expires = now + 30 * MINUTE
const key = Buffer.alloc(32, 7)
const otherKey = Buffer.alloc(32, 8)
const keys: ContinuationKeys = [key]
const reader = { keys, audience: 'agent', now }
const token = makeContinuation({ contact, expires }, 'agent', keys)
const hex = Buffer.from(token, 'base64url').toString('hex')

describe('the continuation token', () => {
  it('opens its contact until it expires', () => {
    expect(openContinuation(token, reader)).toEqual({ contact, expires })
    expect(openContinuation(token, { ...reader, now: expires - 1 })).toEqual({ contact, expires })
  })

  it('is 33 octets: 44 characters in a link, 66 in a header, with no name, reason or word in it', () => {
    expect(token).toMatch(/^[\w-]{44}$/)
    expect(toUserToUser(token)).toMatch(/^[\da-f]{66};encoding=hex$/)
  })

  it('never lives longer than was asked', () => {
    const odd = makeContinuation({ contact, expires: expires + 999 }, 'agent', keys)
    expect(openContinuation(odd, reader)?.expires).toBe(expires)
  })

  it('carries any contact id and any second up to the year 2106', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 0xffff_ffff }), (id, second) => {
        const made = makeContinuation({ contact: id, expires: second * 1000 }, 'agent', keys)
        const opened = openContinuation(made, { ...reader, now: second * 1000 - 1 })
        expect(opened).toEqual({ contact: id, expires: second * 1000 })
      }),
    )
  })

  it('cannot be made of what it cannot hold', () => {
    expect(() => makeContinuation({ contact: 'ana', expires }, 'agent', keys)).toThrow(RangeError)
    expect(() => makeContinuation({ contact, expires: -1 }, 'agent', keys)).toThrow(RangeError)
    expect(() => makeContinuation({ contact, expires: 2 ** 32 * 1000 }, 'agent', keys)).toThrow(RangeError)
    expect(() => makeContinuation({ contact, expires }, 'agent', [Buffer.alloc(16)])).toThrow(RangeError)
  })

  it('H03: altered in any bit, expired, of another key or audience, or no token: refused alike', () => {
    const octets = Buffer.from(token, 'base64url')
    const altered = Array.from({ length: octets.length * 8 }, (_, bit) => {
      const copy = Buffer.from(octets)
      copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      return copy.toString('base64url')
    })
    expect(new Set([token, ...altered]).size).toBe(265)
    const answers = [
      ...altered.map((each) => openContinuation(each, reader)),
      ...['', token.slice(1), `${token}A`, `${token}=`, ` ${token}`, hex].map((each) =>
        openContinuation(each, reader),
      ),
      openContinuation(token, { ...reader, now: expires }),
      openContinuation(token, { ...reader, now: expires + 1 }),
      openContinuation(token, { ...reader, keys: [otherKey] }),
      openContinuation(token, { ...reader, audience: 'customer' }),
    ]
    expect(new Set(answers)).toEqual(new Set([undefined]))
  })

  it('opens under the key before while keys are changed, and signs with the new one', () => {
    const both: ContinuationKeys = [otherKey, key]
    expect(openContinuation(token, { ...reader, keys: both })).toEqual({ contact, expires })
    expect(openContinuation(makeContinuation({ contact, expires }, 'agent', both), reader)).toBeUndefined()
  })

  it('is stored as a digest, the same for the link and the header', () => {
    const [fromHeader = ''] = tokensInUserToUser(toUserToUser(token))
    expect(digestContinuation(fromHeader)).toBe(digestContinuation(token))
    expect(digestContinuation(token)).toMatch(/^[\da-f]{64}$/)
    expect(() => digestContinuation('none')).toThrow(RangeError)
  })
})

describe('the token in a call', () => {
  const other = makeContinuation({ contact, expires: expires + MINUTE }, 'agent', keys)

  it.each([
    ['as we write it', toUserToUser(token)],
    ['without its encoding', hex],
    ['in upper case', `${hex.toUpperCase()};ENCODING=HEX`],
    ['quoted', `"${hex}";encoding="hex"`],
    ['quoted with escapes', `"\\${hex.slice(0, 2)}${hex.slice(2)}"`],
    ['with spaces', `  ${hex} ; encoding = hex `],
    ['with further parameters', `${hex};purpose=isdn-uui;content=isdn-uui;encoding=hex`],
    ['after protocol octet 00', `00${hex};encoding=hex`],
    ['after protocol octet 04', `04${hex.toUpperCase()};encoding=hex`],
    [
      'after the value of somebody else',
      `"a,b;c";encoding=base64, 48656c6c6f;encoding=hex, ${toUserToUser(token)}`,
    ],
  ])('H03: is found %s', (_, value) => {
    expect(tokensInUserToUser(value)).toEqual([token])
    expect(tokensInSip([['X-User-To-User', value]])).toEqual([token])
  })

  it('H03: is found in the escaped header of an address, as Refer-To and Contact carry it', () => {
    const escaped = encodeURIComponent(toUserToUser(token))
    const addresses = [
      `<sip:desk@example.org?User-to-User=${escaped}>`,
      `"Desk <one> \\" ?" <sip:desk@example.org;transport=tcp?Replaces=a%40b&User-to-User=${escaped}>;q=0.5`,
      `sip:desk@example.org?x-user-to-user=${escaped.toUpperCase()}`,
      `<sip:desk@example.org?%55ser-to-User=${hex}>`,
    ]
    expect(addresses.map(tokensInSipAddress)).toEqual(addresses.map(() => [token]))
    expect(tokensInSip([['Refer-To', addresses[0] ?? '']])).toEqual([token])
    expect(tokensInSip([['m', addresses[1] ?? '']])).toEqual([token])
  })

  it('gives every one of several, each once and in order', () => {
    const value = `${toUserToUser(token)}, 04${toUserToUser(other)}`
    const headers: readonly (readonly [string, string])[] = [
      ['User-to-User', value],
      ['X-User-to-User', toUserToUser(token)],
    ]
    expect(tokensInSip(headers)).toEqual([token, other])
  })

  it('H03: is not found in anything else', () => {
    const nothing = [
      '',
      hex.slice(2),
      `01${hex}`,
      `0400${hex}`,
      `${hex};encoding=base64`,
      `"a,${hex},b"`,
      `"${hex}`,
      `${hex}g`,
    ]
    expect(nothing.flatMap(tokensInUserToUser)).toEqual([])
    expect(
      ['sip:a@b', '<sip:a@b?User-to-User>', '<sip:a@b?User-to-User=%E0%A4%A>'].flatMap(tokensInSipAddress),
    ).toEqual([])
    expect(tokensInSip([['Subject', toUserToUser(token)]])).toEqual([])
  })
})
