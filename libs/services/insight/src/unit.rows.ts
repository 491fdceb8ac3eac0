import { annotate } from './metric.notes.js'
import type { IssueWindow } from './issue.js'
import type { Fact } from './metric.facts.js'
import type { MetricDefinition, Scalar } from './metric.js'
import { rowsOf } from './metric.rows.js'
import type { FactRow } from './metric.rows.js'

/** A unit with the journey and the contact of each event in `because`. */
export interface KnownRow extends FactRow {
  readonly journeys: readonly (string | null)[]
  readonly contacts: readonly (string | null)[]
}

/** One unit as it is stored, without the names that its definition tells. */
export type UnitRow = readonly [
  unit: string,
  person: string,
  cohortAt: number,
  keys: readonly (Scalar | null)[],
  value: number | null,
  excluded: string | null,
  matureAt: number,
  position: number,
  because: readonly string[],
  journeys: readonly (string | null)[],
  contacts: readonly (string | null)[],
]

/** Units of each definition in the facts of one scope; as it was at `asWas`, as known at `known`, where asked. */
export function unitsOf(
  definitions: readonly MetricDefinition[],
  facts: readonly Fact[],
  window: IssueWindow,
): readonly (readonly KnownRow[])[] {
  const notes = annotate(facts, window)
  const byId = new Map(facts.map((fact) => [fact.id, fact]))
  return definitions.map((definition) =>
    rowsOf(definition, notes).map((row) => ({
      ...row,
      journeys: row.because.map((id) => byId.get(id)?.journey ?? null),
      contacts: row.because.map((id) => byId.get(id)?.contact ?? null),
    })),
  )
}

export function stored({ by }: MetricDefinition, row: KnownRow): UnitRow {
  const { unit, person, cohortAt, keys, value, excluded, matureAt, position, because, journeys, contacts } =
    row
  const values = by.map((key) => keys[key] ?? null)
  return [
    unit,
    person,
    cohortAt,
    values,
    value,
    excluded ?? null,
    matureAt,
    position,
    because,
    journeys,
    contacts,
  ]
}

export function unstored({ by }: MetricDefinition, row: UnitRow): KnownRow {
  const [unit, person, cohortAt, values, value, excluded, matureAt, position, because, journeys, contacts] =
    row
  const keys = Object.fromEntries(by.map((key, index) => [key, values[index] ?? 'none']))
  return {
    unit,
    person,
    cohortAt,
    keys,
    value,
    ...(excluded !== null && { excluded }),
    matureAt,
    because,
    position,
    journeys,
    contacts,
  }
}

/** The journey of an event that decided one of these units. */
export function journeysIn(rows: readonly KnownRow[]): (eventId: string) => string | undefined {
  const journeys = new Map<string, string>()
  for (const row of rows)
    row.because.forEach((event, index) => {
      const journey = row.journeys[index]
      if (typeof journey === 'string') journeys.set(event, journey)
    })
  return (eventId) => journeys.get(eventId)
}
