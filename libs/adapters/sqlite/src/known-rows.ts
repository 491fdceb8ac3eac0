/** A row of a view as it stands in the file, as far as this process knows. */
export interface KnownRow {
  /** Undefined: there is no such row. */
  readonly json: string | undefined
  /** The lists it stands in, as JSON; undefined when nobody has looked. */
  readonly lists: string | undefined
}

const MOST = 10_000
/** A longer one is read from the file each time: a few of them would be most of the memory. */
const LONGEST = 8_000

/**
 * The rows written or read last. A view reads the row of nearly every event it writes, and this process alone writes the
 * file, so what it wrote is what stands there; text and not objects, for whoever reads may change what it gets.
 */
export class KnownRows {
  readonly #rows = new Map<string, KnownRow>()

  get(view: number, key: string): KnownRow | undefined {
    return this.#rows.get(idOf(view, key))
  }

  set(view: number, key: string, row: KnownRow): void {
    const id = idOf(view, key)
    this.#rows.delete(id)
    if ((row.json?.length ?? 0) > LONGEST) return
    this.#rows.set(id, row)
    if (this.#rows.size <= MOST) return
    const [oldest] = this.#rows.keys()
    if (oldest !== undefined) this.#rows.delete(oldest)
  }

  /** After anything but a write that was committed: what is not known is read again. */
  clear(): void {
    this.#rows.clear()
  }
}

function idOf(view: number, key: string): string {
  return `${String(view)} ${key}`
}
