import type { ContinuationToken } from './continuation-token.js'

/** So many values of one header are looked at; a call carries one or two. */
const MOST = 8

/**
 * What may be a continuation token among the headers of a SIP message, in their order, each once: `User-to-User` and
 * `X-User-to-User`, and the same escaped in the address of `Refer-To` or `Contact`. Opening them is another matter.
 */
export function tokensInSip(
  headers: Iterable<readonly [name: string, value: string]>,
): readonly ContinuationToken[] {
  const found = new Set<ContinuationToken>()
  for (const [name, value] of headers) {
    for (const token of tokensInHeader(name.trim().toLowerCase(), value)) found.add(token)
  }
  return [...found]
}

/**
 * Values of a `User-to-User` header (RFC 7433 §4.1): several with commas between, quoted or not, hexadecimal in either
 * case, and with the protocol discriminator 00 or 04 in front that older switches leave there.
 */
export function tokensInUserToUser(value: string): readonly ContinuationToken[] {
  return splitUnquoted(value, ',').slice(0, MOST).flatMap(tokenOfValue)
}

/** The headers of a SIP address (RFC 3261 §19.1.1): `<sip:desk@example.org?User-to-User=01…%3Bencoding%3Dhex>`. */
export function tokensInSipAddress(address: string): readonly ContinuationToken[] {
  const unnamed = address.replace(/^\s*"(?:[^"\\]|\\.)*"/, '')
  const uri = /<([^<>]*)>/.exec(unnamed)?.[1] ?? unnamed
  const query = uri.indexOf('?')
  if (query === -1) return []
  return uri
    .slice(query + 1)
    .split('&', 64)
    .flatMap((header) => {
      const equals = header.indexOf('=')
      const name = unescaped(header.slice(0, equals)).toLowerCase()
      return equals !== -1 && carriesToken(name)
        ? tokensInUserToUser(unescaped(header.slice(equals + 1)))
        : []
    })
}

function tokensInHeader(name: string, value: string): readonly ContinuationToken[] {
  if (carriesToken(name)) return tokensInUserToUser(value)
  // `r` and `m` are the short names of Refer-To and Contact.
  if (['refer-to', 'r', 'contact', 'm'].includes(name)) return tokensInSipAddress(value)
  return []
}

const carriesToken = (name: string): boolean => name === 'user-to-user' || name === 'x-user-to-user'

function tokenOfValue(value: string): readonly ContinuationToken[] {
  const [data = '', ...parameters] = splitUnquoted(value, ';')
  const encoding = parameters
    .map((parameter) => /^\s*encoding\s*=(.*)$/is.exec(parameter)?.[1])
    .find((found) => found !== undefined)
  if (encoding !== undefined && unquoted(encoding).toLowerCase() !== 'hex') return []
  const hex = /^(?:00|04)?([\da-f]{66})$/i.exec(unquoted(data))?.[1]
  return hex === undefined ? [] : [Buffer.from(hex, 'hex').toString('base64url')]
}

function splitUnquoted(text: string, separator: string): readonly string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (quoted && character === '\\') at++
    else if (character === '"') quoted = !quoted
    else if (character === separator && !quoted) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

function unquoted(text: string): string {
  const trimmed = text.trim()
  const inside = /^"(.*)"$/s.exec(trimmed)?.[1]
  return inside === undefined ? trimmed : inside.replace(/\\(.)/gs, '$1').trim()
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return '' // broken escapes carry no token
  }
}
