import type { Address } from './channel-adapter.js'

/** The address in normal form, or nothing when the text is no such address. Numbers are international: `+49 30 1234567`. */
export function toAddress(kind: Address['kind'], text: string): Address | undefined {
  const value = normalForm[kind](text.trim())
  return value === undefined ? undefined : { kind, value }
}

const normalForm: Readonly<Record<Address['kind'], (text: string) => string | undefined>> = {
  phone(text) {
    const digits = text.replace(/^tel:/i, '').replace(/[\s().\p{Pd}]/gu, '')
    return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : undefined
  },
  email(text) {
    const at = text.lastIndexOf('@')
    const local = text.slice(0, at)
    const domain = text.slice(at + 1).toLowerCase()
    // The local part is the other server's own (RFC 5321 §2.4): its case stays. 254 is the longest path of SMTP.
    const well = at > 0 && at <= 64 && text.length <= 254 && !/[\s<>\p{Cc}]/u.test(local)
    return well && /^[^\s<>@"\p{Cc}]+$/u.test(domain) ? `${local}@${domain}` : undefined
  },
  provider: (text) => (text === '' ? undefined : text),
}
