import type { Randomness } from '@throughline/kernel'

/** Eight symbols without the dash, as {@link readSpokenCode} gives them: seven random ones and a check symbol. */
export type SpokenCode = string

export type SpokenCodeRead =
  | { readonly is: 'code'; readonly code: SpokenCode }
  /** `length`: not eight symbols. `symbol`: one that is never used, such as U. `check`: misheard or mistyped. */
  | { readonly is: 'unreadable'; readonly because: 'length' | 'symbol' | 'check' }

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ' // Crockford base32: without I, L, O and U
const LENGTH = 8

/** A new code: 35 random bits and the check symbol. */
export function makeSpokenCode(randomness: Randomness): SpokenCode {
  const symbols = Array.from({ length: LENGTH - 1 }, () => randomness.below(ALPHABET.length))
  // The check symbol has weight 1, so it has to be the sum of the others: adding is its own reverse here.
  symbols.push(weightedSum([...symbols, 0]))
  return symbols.map((symbol) => ALPHABET.charAt(symbol)).join('')
}

/** As it is shown and read aloud: `K7M2-9QXD`. */
export function showSpokenCode(code: SpokenCode): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`
}

/**
 * What a person said or typed, in any case, with spaces and dashes anywhere; I and L are read as 1, O as 0.
 * A wrong symbol, and two symbols exchanged at whatever distance, are always found.
 */
export function readSpokenCode(text: string): SpokenCodeRead {
  const code = text
    .replace(/[\s\p{Pd}\u2212]/gu, '')
    // Letters of ASCII only: other capitals would turn foreign letters into ours (dotless i into I).
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/[IL]/g, '1')
    .replace(/O/g, '0')
  if (code.length !== LENGTH) return { is: 'unreadable', because: 'length' }
  const symbols = Array.from(code, (symbol) => ALPHABET.indexOf(symbol))
  if (symbols.includes(-1)) return { is: 'unreadable', because: 'symbol' }
  if (weightedSum(symbols) !== 0) return { is: 'unreadable', because: 'check' }
  return { is: 'code', code }
}

/**
 * The sum of cᵢ·a⁷⁻ⁱ in GF(32), a the generator. The weights are eight different field elements, none zero, so that one
 * changed symbol adds e·aⁱ ≠ 0 and two exchanged add (c − d)(aⁱ − aʲ) ≠ 0.
 */
function weightedSum(symbols: readonly number[]): number {
  return symbols.reduce((sum, symbol) => timesGenerator(sum) ^ symbol, 0)
}

function timesGenerator(element: number): number {
  const shifted = element << 1
  return shifted & 0b100000 ? shifted ^ 0b100101 : shifted // x⁵ + x² + 1
}
