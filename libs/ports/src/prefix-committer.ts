/**
 * Which position may be committed while later ones finish first: always the end of the gapless prefix of what has
 * been finished, so that a crash redelivers and never skips.
 */
export class PrefixCommitter {
  readonly #open: number[] = []
  readonly #finished = new Set<number>()
  #committable: number

  constructor(from: number) {
    this.#committable = from
  }

  /** Positions are begun in ascending order. */
  begin(position: number): void {
    const last = this.#open.at(-1) ?? this.#committable
    if (position <= last) throw new RangeError(`position ${String(position)} begun after ${String(last)}`)
    this.#open.push(position)
  }

  /** Returns the position that may be committed now. */
  finish(position: number): number {
    this.#finished.add(position)
    for (let next = this.#open[0]; next !== undefined && this.#finished.has(next); next = this.#open[0]) {
      this.#finished.delete(next)
      this.#open.shift()
      this.#committable = next
    }
    return this.#committable
  }

  get committable(): number {
    return this.#committable
  }
}
