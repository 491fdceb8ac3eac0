import { isAttribute } from './metric.js'
import type { Attribute, Clause, MetricDefinition, Scalar, Source, Span, Test, Where } from './metric.js'
import { DAY, toInstant } from '@throughline/kernel'
import type { Note } from './metric.notes.js'

/** One unit of a metric: the only thing between events and figures. */
export interface FactRow {
  /** Values that name the unit, joined by `|`. */
  readonly unit: string
  readonly person: string
  /** When the unit started, in milliseconds: its cohort. */
  readonly cohortAt: number
  readonly keys: Readonly<Partial<Record<Attribute, Scalar>>>
  /** Null where the unit has none: never answered, no word given. */
  readonly value: number | null
  /** Id of the rule that leaves it out. */
  readonly excluded?: string
  readonly matureAt: number
  /** Events that decided, the start first. */
  readonly because: readonly string[]
  /** Of the last of them in the log. */
  readonly position: number
}

export type RowState = 'pending' | 'counted' | `excluded(${string})`

/** A unit is left out by rule, pending until its window has closed, then counted. */
export function stateOf(row: FactRow, moment: number): RowState {
  if (row.excluded !== undefined) return `excluded(${row.excluded})`
  return row.matureAt > moment ? 'pending' : 'counted'
}

/** First moment of the row's day (UTC): `2026-11-22`. */
export function dayOf(row: FactRow): string {
  return toInstant(Math.floor(row.cohortAt / DAY) * DAY).slice(0, 10)
}

/**
 * Units of a definition in notes that are in order. Notes of different people may stand together, as nothing joins
 * them but what the definition says is the same.
 */
export function rowsOf(definition: MetricDefinition, notes: readonly Note[]): readonly FactRow[] {
  const rows = new Map<string, FactRow>()
  notes.forEach((start, index) => {
    if (!matches(definition.start, start)) return
    const names = definition.first.map((attribute) => start.attributes[attribute])
    const unit = names.join('|')
    if (names.includes(undefined) || rows.has(unit)) return
    rows.set(unit, row(definition, unit, start, index, notes))
  })
  return [...rows.values()]
}

function row(
  definition: MetricDefinition,
  unit: string,
  start: Note,
  index: number,
  notes: readonly Note[],
): FactRow {
  const at = start.fact.at
  const reason = start.attributes.reason
  const found = definition.outcome.map((clause) => related(clause, start, index, notes))
  const settled = definition.settledBy ? related(definition.settledBy, start, index, notes).slice(0, 1) : []
  const left = definition.exclude
    .map((rule) => ({ rule, by: rule.when ? related(rule.when, start, index, notes).slice(0, 1) : [] }))
    .find(
      ({ rule, by }) => (!rule.where || passes(rule.where, start)) && (!rule.when || holds(rule.when, by)),
    )
  const window = at + spanOf(definition.mature, reason)
  // What is settled by an event need not wait for its window.
  const settledAt = definition.settledBy ? [...settled, ...found.flatMap((each) => each.slice(0, 1))] : []
  const decisive = definition.outcome.flatMap((clause, i) => deciding(clause, found[i] ?? []))
  const because = [...new Set([start, ...decisive, ...settled, ...(left?.by ?? [])])]
  const keys: Partial<Record<Attribute, Scalar>> = {}
  for (const key of definition.by) keys[key] = start.attributes[key] ?? 'none'
  return {
    unit,
    person: String(start.attributes.person ?? unit),
    cohortAt: at,
    keys,
    value: valueOf(definition, start, found),
    ...(left ? { excluded: left.rule.id } : {}),
    matureAt: Math.min(window, ...settledAt.map((note) => Math.max(at, note.fact.at))),
    because: because.map((note) => note.fact.id),
    position: Math.max(...because.map((note) => note.fact.position)),
  }
}

function valueOf(
  definition: MetricDefinition,
  start: Note,
  found: readonly (readonly Note[])[],
): number | null {
  const [clause, ...others] = definition.outcome
  if (clause === undefined) return 1
  if (others.length > 0) return definition.outcome.every((each, i) => holds(each, found[i] ?? [])) ? 1 : 0
  const events = found[0] ?? []
  switch (clause.fold) {
    case 'first':
    case 'none':
      return holds(clause, events) ? 1 : 0
    case 'count':
      return events.length
    case 'duration':
      return events[0] ? Math.floor((events[0].fact.at - start.fact.at) / 1000) : null
    case 'sum':
      return numbers(clause, events).reduce((sum, value) => sum + value, 0)
    case 'last':
      return numbers(clause, events).at(-1) ?? null
  }
}

function numbers(clause: Clause, events: readonly Note[]): readonly number[] {
  const { value } = clause
  return value === undefined
    ? []
    : events.map((each) => each.attributes[value]).filter((each) => typeof each === 'number')
}

function holds(clause: Clause, events: readonly Note[]): boolean {
  return clause.fold === 'none' ? events.length === 0 : events.length > 0
}

/** The events without which the value would be another. */
function deciding(clause: Clause, events: readonly Note[]): readonly Note[] {
  if (clause.fold === 'count' || clause.fold === 'sum') return events
  return clause.fold === 'last' ? events.slice(-1) : events.slice(0, 1)
}

/** Events that stand to the start as the clause says, nearest in time first where they come after it. */
function related(clause: Clause, start: Note, index: number, notes: readonly Note[]): readonly Note[] {
  const at = start.fact.at
  const within = clause.within ? spanOf(clause.within, start.attributes.reason) : Infinity
  const fits = (note: Note): boolean =>
    matches(clause, note) &&
    clause.same.every(
      (each) => note.attributes[each] !== undefined && note.attributes[each] === start.attributes[each],
    ) &&
    clause.other.every((each) => note.attributes[each] !== start.attributes[each])
  const found: Note[] = []
  if (clause.side !== 'after') {
    for (let i = index - 1; i >= 0; i -= 1) {
      const note = notes[i]
      if (note === undefined || at - note.fact.at > within) break
      if (fits(note)) found.push(note)
    }
  }
  // What is summed, or known last, begins with what the start itself says.
  const from = clause.fold === 'sum' || clause.fold === 'last' ? index : index + 1
  if (clause.side !== 'before') {
    for (let i = from; i < notes.length; i += 1) {
      const note = notes[i]
      if (note === undefined || note.fact.at - at > within) break
      if (fits(note)) found.push(note)
    }
  }
  return found
}

function matches(source: Source, note: Note): boolean {
  return source.event.includes(note.fact.name) && passes(source.where, note)
}

function passes(where: Where, note: Note): boolean {
  for (const key in where) {
    if (isAttribute(key) && !meets(where[key], note.attributes[key])) return false
  }
  return true
}

function meets(test: Test | undefined, value: Scalar | undefined): boolean {
  if (test === undefined) return true
  if (typeof test !== 'object') return value === test
  if (isList(test)) return value !== undefined && test.includes(value)
  if ('not' in test) return value === undefined || !test.not.includes(value)
  if ('atLeast' in test) return typeof value === 'number' && value >= test.atLeast
  if ('atMost' in test) return typeof value === 'number' && value <= test.atMost
  return test.known === (value !== undefined)
}

function isList(test: object): test is readonly Scalar[] {
  return Array.isArray(test)
}

function spanOf(span: Span, reason: Scalar | undefined): number {
  return (typeof reason === 'string' ? span.reasons[reason] : undefined) ?? span.default
}
