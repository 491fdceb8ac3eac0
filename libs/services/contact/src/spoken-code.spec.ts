import { Randomness } from '@throughline/kernel'
import fc from 'fast-check'

import { makeSpokenCode, readSpokenCode, showSpokenCode } from './spoken-code.js'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Gives the numbers it was told, in their order. */
class Told extends Randomness {
  private at = 0

  constructor(private readonly numbers: readonly number[]) {
    super()
  }

  override bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256))
  }

  override below(bound: number): number {
    return (this.numbers[this.at++ % this.numbers.length] ?? 0) % bound
  }
}

const codeOf = (numbers: readonly number[]): string => makeSpokenCode(new Told(numbers))
const sevenSymbols = fc.array(fc.nat(31), { minLength: 7, maxLength: 7 })
const replaced = (code: string, at: number, symbol: string): string =>
  code.slice(0, at) + symbol + code.slice(at + 1)

/** Codes at the edges of the alphabet and others spread over it. */
const codes = [
  codeOf([0]),
  codeOf([31]),
  codeOf([0, 0, 0, 0, 0, 0, 1]),
  codeOf([1, 0, 0, 0, 0, 0, 0]),
  ...Array.from({ length: 60 }, (_, n) =>
    codeOf([3, 7, 11, 13, 17, 19, 23].map((step, i) => n * step + i * i)),
  ),
]

describe('the spoken code', () => {
  it('is eight symbols, shown in two groups, and reads back', () => {
    fc.assert(
      fc.property(sevenSymbols, (numbers) => {
        const code = codeOf(numbers)
        expect(showSpokenCode(code)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
        expect(readSpokenCode(showSpokenCode(code))).toEqual({ is: 'code', code })
      }),
    )
  })

  it('keeps its check symbol for as long as codes are in use', () => {
    expect(readSpokenCode('K7M2-9QXD')).toEqual({ is: 'code', code: 'K7M29QXD' })
    expect(codes.slice(0, 5)).toEqual(['00000000', 'ZZZZZZZC', '00000012', '1000000M', '0149GS4D'])
  })

  it('H13: finds every single wrong symbol', () => {
    let missed = 0
    let tried = 0
    for (const code of codes) {
      for (let at = 0; at < code.length; at++) {
        for (const symbol of ALPHABET.replace(code.charAt(at), '')) {
          tried++
          if (readSpokenCode(replaced(code, at, symbol)).is === 'code') missed++
        }
      }
    }
    expect({ tried, missed }).toEqual({ tried: codes.length * 8 * 31, missed: 0 })
  })

  it('H13: finds every two symbols exchanged, adjacent, one apart or further', () => {
    let missed = 0
    let tried = 0
    for (const code of codes) {
      for (let one = 0; one < code.length; one++) {
        for (let other = one + 1; other < code.length; other++) {
          if (code.charAt(one) === code.charAt(other)) continue
          tried++
          const swapped = replaced(replaced(code, one, code.charAt(other)), other, code.charAt(one))
          if (readSpokenCode(swapped).is === 'code') missed++
        }
      }
    }
    expect(tried).toBeGreaterThan(1_000)
    expect(missed).toBe(0)
  })

  it('is understood in lower case, with spaces and dashes, and with I, L and O for 1 and 0', () => {
    const code = codes.find((each) => each.includes('1') && each.includes('0')) ?? ''
    const spellings = [
      code.toLowerCase(),
      ` ${code.split('').join(' ')} `,
      code.split('').join('-'),
      `${code.slice(0, 3)}\u2013${code.slice(3)}\u00a0`,
      code.replaceAll('1', 'I').replaceAll('0', 'O'),
      code.replaceAll('1', 'l').replaceAll('0', 'o'),
    ]
    expect(spellings.map(readSpokenCode)).toEqual(spellings.map(() => ({ is: 'code', code })))
  })

  it('says what is wrong with a code that is none', () => {
    const code = codes[5] ?? ''
    expect(readSpokenCode('')).toEqual({ is: 'unreadable', because: 'length' })
    expect(readSpokenCode(`${code}0`)).toEqual({ is: 'unreadable', because: 'length' })
    expect(readSpokenCode(replaced(code, 2, 'U'))).toEqual({ is: 'unreadable', because: 'symbol' })
    expect(readSpokenCode(replaced(code, 2, 'u'))).toEqual({ is: 'unreadable', because: 'symbol' })
    expect(readSpokenCode(replaced(code, 2, '\u0131'))).toEqual({ is: 'unreadable', because: 'symbol' })
    expect(readSpokenCode(replaced(code, 7, code.endsWith('Z') ? 'Y' : 'Z'))).toEqual({
      is: 'unreadable',
      because: 'check',
    })
  })
})
