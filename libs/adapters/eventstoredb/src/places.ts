import type { Instant } from '@throughline/kernel'

interface Mark {
  readonly position: number
  readonly recordedAt: Instant
}

const MOST_KNOWN = 20_000
const MOST_MARKS = 4_096

/**
 * Positions at which a record is known to begin. They are byte offsets, so the server can begin to read at no other; and
 * marks along the log tell where to look for a moment.
 */
export class Places {
  readonly #known = new Set<number>()
  #marks: Mark[] = []

  has(position: number): boolean {
    return this.#known.has(position)
  }

  learn(position: number): void {
    this.#known.add(position)
    for (const oldest of this.#known) {
      if (this.#known.size <= MOST_KNOWN) break
      this.#known.delete(oldest)
    }
  }

  mark(mark: Mark): void {
    const index = this.#marks.findLastIndex(({ position }) => position <= mark.position)
    if (this.#marks[index]?.position === mark.position) return
    this.#marks.splice(index + 1, 0, mark)
    if (this.#marks.length > MOST_MARKS) this.#marks = this.#marks.filter((_, place) => place % 2 === 0)
  }

  /** The last mark at or before a position; 0 where there is none. */
  before(position: number): number {
    return this.#marks.findLast((mark) => mark.position <= position)?.position ?? 0
  }

  /** The marks around a moment. */
  around(moment: Instant): { readonly before: Mark | undefined; readonly after: Mark | undefined } {
    const index = this.#marks.findIndex(({ recordedAt }) => recordedAt > moment)
    return index < 0
      ? { before: this.#marks.at(-1), after: undefined }
      : { before: this.#marks[index - 1], after: this.#marks[index] }
  }
}
