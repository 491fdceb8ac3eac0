import { KeptMap } from './kept.map.js'
import { scopesOf, toFact } from './metric.facts.js'
import type { Fact, InsightEvent } from './metric.facts.js'

/** Facts by the person they belong to, as far as events have told who that is. */
export class ScopeFold {
  /** All that has to be looked at together, by the key that stands for it. */
  readonly scopes = new KeptMap<Fact[]>()
  /** Which key another one stands behind; one that is not here stands for itself. */
  readonly parents = new KeptMap<string>()
  readonly #known = new Set<string>()

  /**
   * Takes a batch in; facts heard before change nothing. Returns the scopes that have changed; `moved` hears first of
   * every one that went into another.
   */
  apply(
    events: readonly InsightEvent[],
    moved: (from: string, into: string) => void = () => undefined,
  ): ReadonlySet<string> {
    const touched = new Set<string>()
    for (const event of events) {
      const fact = toFact(event)
      if (fact === undefined || this.#known.has(fact.id)) continue
      const root = scopesOf(fact)
        .map((key) => this.#root(key))
        .reduce<string | undefined>((one, other) => this.#join(one, other, moved), undefined)
      if (root === undefined) continue
      this.#known.add(fact.id)
      const facts = this.scopes.get(root) ?? []
      facts.push(fact)
      this.scopes.set(root, facts)
      touched.add(root)
    }
    return new Set([...touched].map((key) => this.#root(key)))
  }

  /** What was stored of a scope. */
  load(root: string, facts: Fact[]): void {
    this.scopes.load(root, facts)
    for (const { id } of facts) this.#known.add(id)
  }

  /** Lets a scope go that is stored: its facts and keys with it. */
  leave(root: string): void {
    for (const fact of this.scopes.get(root) ?? []) {
      this.#known.delete(fact.id)
      for (const key of scopesOf(fact)) this.parents.leave(key)
    }
    this.scopes.leave(root)
  }

  #root(key: string): string {
    let root = key
    for (let next = this.parents.get(root); next !== undefined; next = this.parents.get(root)) root = next
    // Later questions take the short way.
    if (root !== key && this.parents.get(key) !== root) this.parents.set(key, root)
    return root
  }

  /** Two keys turn out to belong to one person: the smaller scope moves into the larger. */
  #join(one: string | undefined, other: string, moved: (from: string, into: string) => void): string {
    if (one === undefined || one === other) return other
    const [a, b] = [this.scopes.get(one) ?? [], this.scopes.get(other) ?? []]
    const [into, from] = a.length >= b.length ? [one, other] : [other, one]
    this.parents.set(from, into)
    if (this.scopes.has(from)) {
      this.scopes.delete(from)
      this.scopes.set(into, into === one ? a.concat(b) : b.concat(a))
    }
    moved(from, into)
    return into
  }
}
