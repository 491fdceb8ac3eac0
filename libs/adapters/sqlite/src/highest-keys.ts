const MOST = 10_000

/**
 * The highest key of each family of keys: those that are alike up to the last word. Keys end in ids that ascend with time
 * (UUID version 7), and most rows that are asked for and not there are of something that has just begun: such a key is
 * higher than all, and nothing needs to be looked for.
 */
export class HighestKeys {
  readonly #known = new Map<string, string | undefined>()

  /** `ask`: the highest key of a view, if any, from one key on and below another, byte by byte. */
  constructor(private readonly ask: (view: string, from: string, below: string) => string | undefined) {}

  /** Whether the key is higher than every other of its family, so that no row has it. */
  isBeyond(view: string, key: string): boolean {
    const family = familyOf(key)
    const id = `${view} ${family}`
    let highest = this.#known.get(id)
    if (highest === undefined && !this.#known.has(id)) {
      if (this.#known.size >= MOST) this.#known.clear()
      // What follows a family is letters, digits, _ and -, all of them before {.
      highest = this.ask(view, family, `${family}{`)
      this.#known.set(id, highest)
    }
    return highest === undefined || isHigher(key, highest)
  }

  /** A row with this key is there now. */
  put(view: string, key: string): void {
    const id = `${view} ${familyOf(key)}`
    if (!this.#known.has(id)) return
    const highest = this.#known.get(id)
    if (highest === undefined || isHigher(key, highest)) this.#known.set(id, key)
  }

  /** Rows have come that nobody told of, or gone. */
  clear(): void {
    this.#known.clear()
  }
}

/** The order of the file: byte by byte in UTF-8. */
export function isHigher(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) > 0
}

function familyOf(key: string): string {
  let end = key.length
  while (end > 0 && isOfWord(key.charCodeAt(end - 1))) end--
  return key.slice(0, end)
}

function isOfWord(unit: number): boolean {
  return (
    (unit >= 0x30 && unit <= 0x39) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    (unit >= 0x61 && unit <= 0x7a) ||
    unit === 0x2d ||
    unit === 0x5f
  )
}
