import { toInstant } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import type { Attribute, MetricDefinition, Scalar } from './metric.js'
import { stateOf } from './metric.rows.js'
import type { FactRow, RowState } from './metric.rows.js'

/** One unit behind a figure, with the events that decided it. */
export interface ExplainedUnit {
  readonly unit: string
  readonly cohortAt: Instant
  readonly state: RowState
  readonly value: number | null
  readonly matureAt: Instant
  readonly keys: FactRow['keys']
  readonly because: readonly string[]
}

/** All units of a cell; those counted sum to the figure on the page. */
export interface Explanation {
  readonly metric: string
  readonly version: number
  readonly counted: readonly ExplainedUnit[]
  readonly pending: readonly ExplainedUnit[]
  readonly excluded: readonly ExplainedUnit[]
  /** Number of counted units, and the sum of their values. */
  readonly n: number
  readonly sum: number
}

export type CellKeys = Readonly<Partial<Record<Attribute, Scalar>>>

/** Does a row stand in the cell? Keys that are not named may have any value. */
export function isIn(cell: CellKeys, row: FactRow): boolean {
  return Object.entries(cell).every(([key, value]) =>
    Object.entries(row.keys).some(([k, v]) => k === key && v === value),
  )
}

export function explain(
  definition: MetricDefinition,
  rows: readonly FactRow[],
  moment: number,
  cell: CellKeys = {},
): Explanation {
  const units = rows
    .filter((row) => isIn(cell, row))
    .sort((a, b) => a.cohortAt - b.cohortAt || (a.unit < b.unit ? -1 : 1))
    .map((row): ExplainedUnit => ({
      unit: row.unit,
      cohortAt: toInstant(row.cohortAt),
      state: stateOf(row, moment),
      value: row.value,
      matureAt: toInstant(row.matureAt),
      keys: row.keys,
      because: row.because,
    }))
  const counted = units.filter((each) => each.state === 'counted')
  return {
    metric: definition.metric,
    version: definition.version,
    counted,
    pending: units.filter((each) => each.state === 'pending'),
    excluded: units.filter((each) => each.state.startsWith('excluded')),
    n: counted.length,
    sum: counted.reduce((sum, each) => sum + (each.value ?? 0), 0),
  }
}

/** What changed from one reckoning to another: two versions of a definition, or two moments of knowing. */
export interface Difference {
  readonly entering: readonly FactRow[]
  readonly leaving: readonly FactRow[]
  readonly changed: readonly { readonly from: FactRow; readonly to: FactRow }[]
  /** Σ entering − Σ leaving + Σ changes: the difference of the two sums. */
  readonly sum: number
}

export function difference(
  before: readonly FactRow[],
  beforeMoment: number,
  after: readonly FactRow[],
  afterMoment: number,
): Difference {
  const counted = (rows: readonly FactRow[], moment: number) =>
    new Map(rows.filter((row) => stateOf(row, moment) === 'counted').map((row) => [row.unit, row]))
  const from = counted(before, beforeMoment)
  const to = counted(after, afterMoment)
  const entering = [...to.values()].filter((row) => !from.has(row.unit))
  const leaving = [...from.values()].filter((row) => !to.has(row.unit))
  const changed = [...to.values()].flatMap((row) => {
    const old = from.get(row.unit)
    return old && old.value !== row.value ? [{ from: old, to: row }] : []
  })
  const total = (rows: readonly FactRow[]): number => rows.reduce((sum, row) => sum + (row.value ?? 0), 0)
  const moved = changed.reduce((sum, each) => sum + (each.to.value ?? 0) - (each.from.value ?? 0), 0)
  return { entering, leaving, changed, sum: total(entering) - total(leaving) + moved }
}
