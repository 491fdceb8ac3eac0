import { toAddress } from './address.js'

describe('an address', () => {
  it('of a phone is E.164, however it was written', () => {
    for (const text of [
      '+49 30 1234567',
      'tel:+49-30-1234567',
      ' +49 (30) 123.45.67 ',
      '+49\u201130\u20111234567',
    ]) {
      expect(toAddress('phone', text)).toEqual({ kind: 'phone', value: '+49301234567' })
    }
  })

  it('of a mailbox has its domain in lower case and its own part as it is', () => {
    expect(toAddress('email', ' Ana.B+x@Example.ORG ')).toEqual({
      kind: 'email',
      value: 'Ana.B+x@example.org',
    })
  })

  it('at a provider is as the provider writes it', () => {
    expect(toAddress('provider', 'Psid_9A')).toEqual({ kind: 'provider', value: 'Psid_9A' })
  })

  it('is none when it could reach nobody, or somebody else', () => {
    const phones = [
      '',
      '030 1234567',
      '+0301234567',
      '+123456',
      '+1234567890123456',
      '+49 30 call',
      '٠+123456789',
    ]
    const mails = [
      '',
      'ana',
      '@example.org',
      'ana@',
      'a b@example.org',
      'a@b\r\nBcc: c@d',
      '<a@b>',
      `${'a'.repeat(65)}@b`,
    ]
    expect(phones.map((text) => toAddress('phone', text))).toEqual(phones.map(() => undefined))
    expect(mails.map((text) => toAddress('email', text))).toEqual(mails.map(() => undefined))
    expect(toAddress('provider', ' ')).toBeUndefined()
  })
})
