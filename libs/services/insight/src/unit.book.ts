import { crc32 } from 'node:zlib'
import type { Change, Timers } from '@throughline/ports'
import type { BookStore } from './book.store.js'
import type { IssueWindow } from './issue.js'
import { scopesOf, toFact } from './metric.facts.js'
import type { Fact, InsightEvent } from './metric.facts.js'
import type { MetricDefinition } from './metric.js'
import { idOf } from './metric.js'
import { ScopeFold } from './scope.fold.js'
import { stored, unitsOf, unstored } from './unit.rows.js'
import type { KnownRow, UnitRow } from './unit.rows.js'

/** Scopes looked at before requests have their turn. */
const AT_ONCE = 20

/** Checksums of a scope's units, by metric and version: what has not changed is not written again. */
type Sums = Readonly<Record<string, number>>

interface ScopeRow {
  readonly facts: Fact[]
  readonly sums: Sums
}

/** Facts and units of everybody, in rows: a scope's facts under one key, its units of each metric under another. */
export class UnitBook {
  readonly #fold = new ScopeFold()
  readonly #sums = new Map<string, Sums>()
  #built: ReadonlyMap<string, MetricDefinition> = new Map()

  constructor(
    private readonly store: BookStore,
    private readonly timers: Timers,
    private readonly window: IssueWindow,
    private readonly mostFacts: number,
  ) {}

  /** Whether the units of a definition are in the rows. */
  has(definition: MetricDefinition): boolean {
    return this.#built.has(idOf(definition))
  }

  /** From here on the units of these are kept; those of others are not looked for any more. */
  keep(definitions: readonly MetricDefinition[]): void {
    this.#built = new Map(definitions.map((definition) => [idOf(definition), definition]))
  }

  /** Takes in what was heard; whom it is about is read first. */
  async apply(events: readonly InsightEvent[]): Promise<void> {
    const keys = events.flatMap((event) => {
      const fact = toFact(event)
      return fact === undefined ? [] : scopesOf(fact)
    })
    for (const key of new Set(keys)) await this.#load(key)
    this.#fold.apply(events)
  }

  /** What has changed since the last writing. */
  async changes(): Promise<readonly Change[]> {
    const changes: Change[] = []
    const { scopes, parents } = this.#fold
    let looked = 0
    for (const root of scopes.changed) {
      changes.push(...this.#scopeChanges(root, [...this.#built.values()]))
      if (++looked % AT_ONCE === 0) await this.timers.sleep(0)
    }
    for (const key of parents.changed) {
      const root = parents.get(key)
      changes.push({ key: `k/${key}`, ...(root !== undefined && { row: root }), lists: {} })
    }
    return changes
  }

  /** All of it is in the rows now. */
  written(): void {
    const { scopes, parents } = this.#fold
    scopes.changed.clear()
    parents.changed.clear()
    let facts = 0
    for (const each of scopes.values()) facts += each.length
    for (const [root, each] of scopes) {
      if (facts <= this.mostFacts) return
      facts -= each.length
      this.#fold.leave(root)
      this.#sums.delete(root)
    }
  }

  /** Units of a definition as they are now. Everything must be written. */
  async rows(definition: MetricDefinition): Promise<readonly KnownRow[]> {
    const rows: KnownRow[] = []
    for await (const { row } of this.store.each(listOf(idOf(definition))))
      for (const unit of row as readonly UnitRow[]) rows.push(unstored(definition, unit))
    return rows
  }

  /** Units as it was at `asWas` (milliseconds), as known at log position `known`, from the facts themselves. */
  async rowsAsOf(definition: MetricDefinition, asWas: number, known: number): Promise<readonly KnownRow[]> {
    const rows: KnownRow[] = []
    for await (const { row } of this.store.each('s')) {
      const facts = (row as ScopeRow).facts.filter((fact) => fact.at <= asWas && fact.position <= known)
      if (facts.length > 0) rows.push(...(unitsOf([definition], facts, this.window)[0] ?? []))
    }
    return rows
  }

  /** Units of one more definition, over everything heard so far, written as they are found. */
  async build(definition: MetricDefinition): Promise<void> {
    const id = idOf(definition)
    let changes: Change[] = []
    const write = async (): Promise<void> => {
      await this.store.write(this.store.position, changes)
      changes = []
    }
    for await (const { key, row } of this.store.each('s')) {
      const root = key.slice(2)
      const { facts, sums } = row as ScopeRow
      const [own = []] = unitsOf([definition], facts, this.window)
      const found = unitChange(definition, root, own, sums[id])
      if (found === undefined) continue
      const { [id]: _, ...others } = sums
      const after: Sums = { ...others, ...(found.sum !== undefined && { [id]: found.sum }) }
      if (this.#sums.has(root)) this.#sums.set(root, after)
      changes.push(found.change, scopeChange(root, { facts, sums: after }))
      if (changes.length >= 500) await write()
    }
    if (changes.length > 0) await write()
    this.#built = new Map([...this.#built, [id, definition]])
  }

  #scopeChanges(root: string, definitions: readonly MetricDefinition[]): readonly Change[] {
    const facts = this.#fold.scopes.get(root)
    const before = this.#sums.get(root) ?? {}
    const units = unitsOf(definitions, facts ?? [], this.window)
    // Those of a definition that is not kept now stay as they are: it may be kept again.
    const others = Object.entries(before).filter(([id]) => !this.#built.has(id))
    const sums: Record<string, number> = Object.fromEntries(others)
    const changes: Change[] = []
    definitions.forEach((definition, index) => {
      const id = idOf(definition)
      const found = unitChange(definition, root, units[index] ?? [], before[id])
      const sum = found === undefined ? before[id] : found.sum
      if (sum !== undefined) sums[id] = sum
      if (found !== undefined) changes.push(found.change)
    })
    if (facts === undefined) {
      for (const [id] of others) changes.push({ key: unitKey(id, root), lists: {} })
      this.#sums.delete(root)
      return [...changes, { key: `s/${root}`, lists: {} }]
    }
    this.#sums.set(root, sums)
    return [...changes, scopeChange(root, { facts, sums })]
  }

  /** Reads whom a key stands for, and everything heard of them. */
  async #load(key: string): Promise<void> {
    const { scopes, parents } = this.#fold
    let root = key
    for (;;) {
      const next = parents.get(root)
      if (next === undefined) {
        // What was deleted here and not yet there must not come back.
        if (scopes.has(root) || scopes.changed.has(root) || parents.changed.has(root)) return
        const parent = await this.store.get(`k/${root}`)
        if (typeof parent !== 'string') break
        parents.load(root, parent)
        root = parent
      } else root = next
    }
    const found = (await this.store.get(`s/${root}`)) as ScopeRow | undefined
    if (found === undefined) return
    this.#fold.load(root, found.facts)
    this.#sums.set(root, found.sums)
  }
}

function listOf(id: string): string {
  return `u/${id}`
}

function unitKey(id: string, root: string): string {
  return `u/${id}/${root}`
}

function scopeChange(root: string, row: ScopeRow): Change {
  return { key: `s/${root}`, row, lists: { s: '' } }
}

/** The change of a scope's units in one metric, where there is one. */
function unitChange(
  definition: MetricDefinition,
  root: string,
  units: readonly KnownRow[],
  before: number | undefined,
): { readonly change: Change; readonly sum?: number } | undefined {
  const id = idOf(definition)
  const key = unitKey(id, root)
  if (units.length === 0) return before === undefined ? undefined : { change: { key, lists: {} } }
  const row = units.map((unit) => stored(definition, unit))
  const sum = crc32(JSON.stringify(row))
  return sum === before ? undefined : { change: { key, row, lists: { [listOf(id)]: '' } }, sum }
}
