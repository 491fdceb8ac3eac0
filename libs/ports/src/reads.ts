/** What an event is to a reader: one it reads, a newer version of one it reads, or none of its business. */
export type Concern = 'reads' | 'newer' | 'ignores'

const VERSIONED = /^(.+)\.v([1-9]\d{0,3})$/

/** The wire names a reader takes, and the newer versions of them that it must not pass over in silence. */
export class Reads {
  readonly #concerns: Map<string, Concern>
  readonly #newest = new Map<string, number>()

  constructor(types: readonly string[]) {
    this.#concerns = new Map(types.map((type) => [type, 'reads']))
    for (const type of types) {
      const [, name = type, version] = VERSIONED.exec(type) ?? []
      this.#newest.set(name, Math.max(Number(version ?? 0), this.#newest.get(name) ?? 0))
    }
  }

  of(type: string): Concern {
    const known = this.#concerns.get(type)
    if (known !== undefined) return known
    const [, name = '', version] = VERSIONED.exec(type) ?? []
    const concern = Number(version) > (this.#newest.get(name) ?? Infinity) ? 'newer' : 'ignores'
    // A log holds few types, and each is asked for with every event.
    this.#concerns.set(type, concern)
    return concern
  }
}
