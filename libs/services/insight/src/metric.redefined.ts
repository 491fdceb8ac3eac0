import { difference } from './metric.explain.js'
import { stateOf } from './metric.rows.js'
import type { FactRow, RowState } from './metric.rows.js'

/** How a unit stands under one version of a definition. */
export interface Standing {
  /** `no unit`: to this version it is none. */
  readonly state: RowState | 'no unit'
  readonly value: number | null
  /** Ids of the events that decided, the start first. */
  readonly because: readonly string[]
}

/** A unit that two versions count differently. */
export interface RedefinedUnit {
  readonly unit: string
  readonly before: Standing
  readonly after: Standing
}

/** What a redefinition changes, unit by unit, each list in order of time and then of name. */
export interface Redefinition {
  readonly entering: readonly RedefinedUnit[]
  readonly leaving: readonly RedefinedUnit[]
  readonly changed: readonly RedefinedUnit[]
  /** Of the values: the difference of the two sums. */
  readonly sum: number
}

/** Compares the units of two versions as they stand at a moment, milliseconds. */
export function redefinition(
  before: readonly FactRow[],
  after: readonly FactRow[],
  moment: number,
): Redefinition {
  const { entering, leaving, changed, sum } = difference(before, moment, after, moment)
  const [first, second] = [byUnit(before), byUnit(after)]
  const told = (rows: readonly FactRow[]): readonly RedefinedUnit[] =>
    [...rows]
      .sort((a, b) => a.cohortAt - b.cohortAt || (a.unit < b.unit ? -1 : 1))
      .map(({ unit }) => ({
        unit,
        before: standing(first.get(unit), moment),
        after: standing(second.get(unit), moment),
      }))
  return {
    entering: told(entering),
    leaving: told(leaving),
    changed: told(changed.map(({ to }) => to)),
    sum,
  }
}

function standing(row: FactRow | undefined, moment: number): Standing {
  return row === undefined
    ? { state: 'no unit', value: null, because: [] }
    : { state: stateOf(row, moment), value: row.value, because: row.because }
}

function byUnit(rows: readonly FactRow[]): ReadonlyMap<string, FactRow> {
  return new Map(rows.map((row) => [row.unit, row]))
}
