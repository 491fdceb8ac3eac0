import { annotate } from './metric.notes.js'
import type { IssueWindow } from './issue.js'
import type { InsightEvent } from './metric.facts.js'
import { dayOf, rowsOf, stateOf } from './metric.rows.js'
import type { FactRow } from './metric.rows.js'
import { idOf } from './metric.js'
import type { Attribute, MetricDefinition, Scalar } from './metric.js'
import { MatureQueue } from './metric.queue.js'
import { ScopeFold } from './scope.fold.js'

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

/** Of one scope, per metric and version, by unit. */
type ScopeRows = ReadonlyMap<string, ReadonlyMap<string, FactRow>>

/**
 * What figures ought to come to, for the tests of {@link InsightBook}: kept as events arrive, in any order and as often as they like to come. An event is looked at with the facts
 * of the person it belongs to and nobody else's; what it changes goes out of its cell as it was and in as it is, so a
 * late event corrects its own day. Everything is held in memory.
 */
export class MetricFold {
  readonly #definitions = new Map<string, MetricDefinition>()
  readonly #fold = new ScopeFold()
  readonly #rows = new Map<string, ScopeRows>()
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
    for (const { position } of events) this.#position = Math.max(this.#position, position)
    const touched = this.#fold.apply(events, (from, into) => {
      const moved = this.#rows.get(from)
      if (moved === undefined) return
      this.#rows.delete(from)
      this.#rows.set(into, joined(this.#rows.get(into) ?? new Map(), moved))
    })
    for (const root of touched) this.#reconsider(root)
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
    for (const root of this.#fold.scopes.keys()) this.#reconsider(root)
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
    return [...this.#rows.values()].flatMap((rows) => [...(rows.get(idOf(definition))?.values() ?? [])])
  }

  /** Units as it was at moment `asWas` (milliseconds), as known at log position `known`. The same for ever. */
  rowsAsOf(definition: MetricDefinition, asWas: number, known: number): readonly FactRow[] {
    return [...this.#fold.scopes.values()].flatMap((scope) => {
      const facts = scope.filter((fact) => fact.at <= asWas && fact.position <= known)
      return facts.length === 0 ? [] : rowsOf(definition, annotate(facts, this.window))
    })
  }

  #reconsider(root: string): void {
    const notes = annotate(this.#fold.scopes.get(root) ?? [], this.window)
    const before: ScopeRows = this.#rows.get(root) ?? new Map()
    const after: ScopeRows = new Map(
      [...this.#definitions].map(([id, definition]) => {
        const old = before.get(id)
        const rows = rowsOf(definition, notes).map((row): [string, FactRow] => {
          const known = old?.get(row.unit)
          return [row.unit, known && isSame(known, row) ? known : row]
        })
        return [id, new Map(rows)]
      }),
    )
    this.#rows.set(root, after)
    for (const [id, rows] of after) {
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
}

function joined(a: ScopeRows, b: ScopeRows): ScopeRows {
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
