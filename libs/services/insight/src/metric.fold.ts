import { annotate } from './metric.notes.js'
import type { IssueWindow } from './issue.js'
import { scopesOf, toFact } from './metric.facts.js'
import type { Fact, InsightEvent } from './metric.facts.js'
import { dayOf, rowsOf, stateOf } from './metric.rows.js'
import type { FactRow } from './metric.rows.js'
import type { Attribute, MetricDefinition, Scalar } from './metric.js'
import { MatureQueue } from './metric.queue.js'

/** One cell of a cube: units of one day with the same keys. Sums are over counted units that have a value. */
export interface Cell {
  readonly day: string
  readonly keys: Readonly<Partial<Record<Attribute, Scalar>>>
  /** Counted units, and among them the sum and sum of squares of their values. */
  readonly n: number
  readonly k: number
  readonly sum: number
  readonly squares: number
  readonly pending: number
  readonly excluded: number
}

interface Scope {
  readonly facts: Fact[]
  /** Per metric and version, by unit. */
  rows: ReadonlyMap<string, ReadonlyMap<string, FactRow>>
}

/**
 * Figures kept as events arrive, in any order and as often as they like to come. An event is looked at with the facts
 * of the person it belongs to and nobody else's; what it changes goes out of its cell as it was and in as it is, so a
 * late event corrects its own day. Everything here can be thrown away and folded again from position 0.
 */
export class MetricFold {
  readonly #definitions = new Map<string, MetricDefinition>()
  readonly #facts = new Map<string, Fact>()
  readonly #scopes = new Map<string, Scope>()
  /** Which scope's key stands for a key; a key that stands for itself is a root. */
  readonly #parents = new Map<string, string>()
  readonly #cubes = new Map<string, Map<string, Cell>>()
  readonly #queue = new MatureQueue<{ readonly cube: string; readonly row: FactRow }>()
  #moment: number
  #position = 0

  /** @param moment the present, in milliseconds; only {@link advance} moves it. */
  constructor(
    definitions: readonly MetricDefinition[],
    private readonly window: IssueWindow,
    moment: number,
  ) {
    this.#moment = moment
    for (const definition of definitions) this.#definitions.set(idOf(definition), definition)
  }

  get position(): number {
    return this.#position
  }

  get moment(): number {
    return this.#moment
  }

  /** Takes a batch in; events heard before change nothing. */
  apply(events: readonly InsightEvent[]): void {
    const touched = new Set<string>()
    for (const event of events) {
      this.#position = Math.max(this.#position, event.position)
      const fact = toFact(event)
      if (fact === undefined || this.#facts.has(fact.id)) continue
      const keys = scopesOf(fact)
      const root = keys
        .map((key) => this.#root(key))
        .reduce<string | undefined>((one, other) => this.#join(one, other), undefined)
      if (root === undefined) continue
      this.#facts.set(fact.id, fact)
      this.#scope(root).facts.push(fact)
      touched.add(root)
    }
    for (const root of new Set([...touched].map((key) => this.#root(key))))
      this.#reconsider(this.#scope(root))
  }

  /** Lets time pass: units whose window has closed begin to count. Going back is asking {@link rowsAsOf}. */
  advance(moment: number): void {
    this.#moment = Math.max(this.#moment, moment)
    for (const { cube, row } of this.#queue.takeUntil(this.#moment)) {
      this.#add(cube, row, -1, 'pending')
      this.#add(cube, row, 1, 'counted')
    }
  }

  /** Adds a version beside those that are there, over everything heard so far. */
  define(definition: MetricDefinition): void {
    this.#definitions.set(idOf(definition), definition)
    for (const scope of this.#scopes.values()) this.#reconsider(scope)
  }

  /** The journey of an event that counts somewhere. */
  journeyOf(eventId: string): string | undefined {
    return this.#facts.get(eventId)?.journey
  }

  /** The contact of an event that counts somewhere. */
  contactOf(eventId: string): string | undefined {
    return this.#facts.get(eventId)?.contact
  }

  definitions(): readonly MetricDefinition[] {
    return [...this.#definitions.values()]
  }

  definition(metric: string, version?: number): MetricDefinition | undefined {
    const versions = this.definitions().filter((each) => each.metric === metric)
    if (version !== undefined) return versions.find((each) => each.version === version)
    return versions.sort((a, b) => b.version - a.version)[0]
  }

  /** Cells of the live cube, by day. */
  cube(definition: MetricDefinition): readonly Cell[] {
    return [...(this.#cubes.get(idOf(definition))?.values() ?? [])].sort((a, b) =>
      a.day < b.day ? -1 : a.day > b.day ? 1 : 0,
    )
  }

  /** Live units; their state is asked with {@link stateOf} and {@link moment}. */
  rows(definition: MetricDefinition): readonly FactRow[] {
    return [...this.#scopes.values()].flatMap((scope) => [
      ...(scope.rows.get(idOf(definition))?.values() ?? []),
    ])
  }

  /** Units as it was at moment `asWas` (milliseconds), as known at log position `known`. The same for ever. */
  rowsAsOf(definition: MetricDefinition, asWas: number, known: number): readonly FactRow[] {
    return [...this.#scopes.values()].flatMap((scope) => {
      const facts = scope.facts.filter((fact) => fact.at <= asWas && fact.position <= known)
      return facts.length === 0 ? [] : rowsOf(definition, annotate(facts, this.window))
    })
  }

  #reconsider(scope: Scope): void {
    const notes = annotate(scope.facts, this.window)
    const before = scope.rows
    scope.rows = new Map(
      [...this.#definitions].map(([id, definition]) => {
        const old = before.get(id)
        const rows = rowsOf(definition, notes).map((row): [string, FactRow] => {
          const known = old?.get(row.unit)
          return [row.unit, known && isSame(known, row) ? known : row]
        })
        return [id, new Map(rows)]
      }),
    )
    for (const [id, rows] of scope.rows) {
      const old = before.get(id)
      for (const [unit, row] of old ?? []) if (rows.get(unit) !== row) this.#out(id, row)
      for (const [unit, row] of rows) if (old?.get(unit) !== row) this.#in(id, row)
    }
  }

  #in(cube: string, row: FactRow): void {
    this.#add(cube, row, 1, stateOf(row, this.#moment))
    if (stateOf(row, this.#moment) === 'pending') this.#queue.put(row.matureAt, { cube, row })
  }

  #out(cube: string, row: FactRow): void {
    this.#add(cube, row, -1, stateOf(row, this.#moment))
    this.#queue.drop(row)
  }

  #add(cube: string, row: FactRow, sign: 1 | -1, state: string): void {
    const cells = this.#cubes.get(cube) ?? new Map<string, Cell>()
    this.#cubes.set(cube, cells)
    const day = dayOf(row)
    const key = JSON.stringify([day, ...Object.values(row.keys)])
    const cell = cells.get(key) ?? {
      day,
      keys: row.keys,
      n: 0,
      k: 0,
      sum: 0,
      squares: 0,
      pending: 0,
      excluded: 0,
    }
    const counted = state === 'counted' ? sign : 0
    const value = row.value ?? 0
    const next: Cell = {
      ...cell,
      n: cell.n + counted,
      k: cell.k + (row.value !== null && row.value > 0 ? counted : 0),
      sum: cell.sum + counted * value,
      squares: cell.squares + counted * value * value,
      pending: cell.pending + (state === 'pending' ? sign : 0),
      excluded: cell.excluded + (state.startsWith('excluded') ? sign : 0),
    }
    if (next.n === 0 && next.pending === 0 && next.excluded === 0) cells.delete(key)
    else cells.set(key, next)
  }

  #scope(root: string): Scope {
    const known = this.#scopes.get(root)
    if (known) return known
    const made: Scope = { facts: [], rows: new Map() }
    this.#scopes.set(root, made)
    return made
  }

  #root(key: string): string {
    let root = key
    for (
      let next = this.#parents.get(root);
      next !== undefined && next !== root;
      next = this.#parents.get(root)
    )
      root = next
    // Later questions take the short way.
    this.#parents.set(key, root)
    return root
  }

  /** Two keys turn out to belong to one person: the smaller scope moves into the larger. */
  #join(one: string | undefined, other: string): string {
    if (one === undefined || one === other) return other
    const [a, b] = [this.#scope(one), this.#scope(other)]
    const [into, from] = a.facts.length >= b.facts.length ? [one, other] : [other, one]
    const [kept, moved] = into === one ? [a, b] : [b, a]
    this.#parents.set(from, into)
    this.#scopes.delete(from)
    for (const fact of moved.facts) kept.facts.push(fact)
    kept.rows = joined(kept.rows, moved.rows)
    return into
  }
}

function idOf(definition: Pick<MetricDefinition, 'metric' | 'version'>): string {
  return `${definition.metric}@${String(definition.version)}`
}

function joined(a: Scope['rows'], b: Scope['rows']): Scope['rows'] {
  return new Map(
    [...new Set([...a.keys(), ...b.keys()])].map((id) => [
      id,
      new Map([...(a.get(id) ?? []), ...(b.get(id) ?? [])]),
    ]),
  )
}

function isSame(a: FactRow, b: FactRow): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
