/** A set of tokens as bits, 32 to a word. Missing words are zero, so that masks of different age compare. */
export type Mask = readonly number[]

export const NOTHING: Mask = []

/** Gives every token a bit, in the order of first sight. Which bit it is never decides anything. */
export class Vocabulary {
  private readonly bits = new Map<string, number>()
  private readonly tokens: string[] = []

  bit(token: string): number {
    const known = this.bits.get(token)
    if (known !== undefined) return known
    const bit = this.tokens.length
    this.bits.set(token, bit)
    this.tokens.push(token)
    return bit
  }

  token(bit: number): string {
    return this.tokens[bit] ?? ''
  }

  mask(tokens: readonly string[]): Mask {
    const words: number[] = []
    for (const token of tokens) {
      const bit = this.bit(token)
      while (words.length <= bit >>> 5) words.push(0)
      words[bit >>> 5] = (words[bit >>> 5] ?? 0) | (1 << (bit & 31))
    }
    return words
  }
}

/** Whether everything in `need` is in `mask`. */
export function covers(mask: Mask, need: Mask): boolean {
  for (let word = 0; word < need.length; word += 1) {
    if (((need[word] ?? 0) & ~(mask[word] ?? 0)) !== 0) return false
  }
  return true
}

export function hasBit(mask: Mask, bit: number): boolean {
  return ((mask[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0
}

export function without(mask: Mask, bits: readonly number[]): Mask {
  const words = [...mask]
  for (const bit of bits) {
    if (bit >>> 5 < words.length) words[bit >>> 5] = (words[bit >>> 5] ?? 0) & ~(1 << (bit & 31))
  }
  return words
}

export function bitsOf(mask: Mask): readonly number[] {
  const bits: number[] = []
  for (let bit = 0; bit < mask.length * 32; bit += 1) if (hasBit(mask, bit)) bits.push(bit)
  return bits
}
