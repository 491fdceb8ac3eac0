import fc from 'fast-check'
import { Refused } from '@throughline/kernel'
import { readAddress, readEmail, readPhone } from './address.js'

const read = (text: string): string | undefined => {
  try {
    return readEmail(text).address
  } catch (error) {
    if (error instanceof Refused) return undefined
    throw error
  }
}

describe('an address', () => {
  it('is the same however it is cased, spaced or widened', () => {
    for (const written of [
      'ana@example.com',
      '  Ana@Example.COM ',
      'ａｎａ@example.com',
      'ana@EXAMPLE.com',
    ]) {
      expect(readEmail(written)).toEqual({ kind: 'email', address: 'ana@example.com' })
    }
  })

  it('of look-alike letters, a tag or dots is somebody else (S07)', () => {
    const written = [
      'ana@example.com',
      'ana+news@example.com',
      'a.na@example.com',
      'ana@exаmple.com', // Cyrillic a in the domain
      'ana@example.com.evil.org',
    ]
    expect(new Set(written.map((text) => readEmail(text).address)).size).toBe(written.length)
  })

  it('of another alphabet keeps its domain in the letters of the wire', () => {
    expect(readEmail('ana@exаmple.com').address).toMatch(/^ana@xn--/)
  })

  it.each([
    '',
    'ana',
    'ana@',
    '@example.com',
    'ana@example',
    'ana@exa mple.com',
    'ana@example.com\r\nBcc: x@example.org',
    'ana\u200b@example.com',
    'a"b"@example.com',
    'ana@example.com,tomas@example.com',
    'ana@b@example.com',
    'аna@example.com', // Cyrillic a
    'ána@example.com',
    '.ana@example.com',
    'ana@-example.com',
    `${'a'.repeat(65)}@example.com`,
  ])('is refused when it is none: %j (S07)', (written) => {
    expect(read(written)).toBeUndefined()
  })

  it('read twice is as read once, for any text', () => {
    const local = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(local, fc.constantFrom('example.com', 'EXÄMPLE.org', 'ﬁne.example'), (name, domain) => {
        const once = read(`${name}@${domain}`)
        if (once !== undefined) expect(read(once)).toBe(once)
      }),
    )
  })

  it('by phone is kept as E.164', () => {
    for (const written of ['+49 30 1234567', '0049 (30) 123-4567', ' +49.30.1234567 ', '＋49301234567']) {
      expect(readPhone(written)).toEqual({ kind: 'phone', address: '+49301234567' })
    }
  })

  it.each(['030 1234567', '+0301234567', '+49', '+49301234567890123', 'phone'])(
    'by phone is refused without its country or when it is none: %s',
    (written) => {
      expect(() => readPhone(written)).toThrow('This is not a phone number')
    },
  )

  it('is one of the two and never both', () => {
    expect(readAddress({ phone: '+49301234567' }).kind).toBe('phone')
    expect(() => readAddress({})).toThrow('One address is needed')
    expect(() => readAddress({ email: 'ana@example.com', phone: '+49301234567' })).toThrow(
      'One address is needed',
    )
  })
})
