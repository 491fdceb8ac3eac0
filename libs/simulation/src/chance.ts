import { Ids, Randomness } from '@throughline/kernel'
import type { Clock } from '@throughline/kernel'
import { UuidIds } from '@throughline/platform'

/** A sequence that looks random and is the same for the same seed (mulberry32, Tommy Ettinger, public domain). */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A sequence of its own for one purpose: what one part draws does not shift what the others get. */
  static of(seed: number, purpose: string): Chance {
    let mixed = seed >>> 0
    for (const letter of purpose) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193) >>> 0
    return new Chance(mixed)
  }

  /** From 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound)
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** True in this share of cases. */
  is(share: number): boolean {
    return this.next() < share
  }

  /** @throws RangeError for an empty list */
  of<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new RangeError('nothing to choose from')
    return item
  }

  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += this.below(16).toString(16)
    return text
  }
}

/** Ids that a seed gives: as long, as sorted and as unlike each other as the real ones (UUIDv7). */
export class SeededIds extends Ids {
  readonly #named: UuidIds

  constructor(
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {
    super()
    this.#named = new UuidIds(clock)
  }

  next(): string {
    const time = this.clock.now().toString(16).padStart(12, '0')
    const variant = (8 + this.chance.below(4)).toString(16)
    const random = this.chance.hex(18)
    return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(3, 6)}-${random.slice(6)}`
  }

  derive(...parts: readonly string[]): string {
    return this.#named.derive(...parts)
  }
}

/** Unpredictable to nobody. */
export class SeededRandomness extends Randomness {
  constructor(private readonly chance: Chance) {
    super()
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.chance.below(256))
  }

  below(bound: number): number {
    return this.chance.below(bound)
  }
}
