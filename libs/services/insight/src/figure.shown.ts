import { DAY, Refused, toInstant } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import { has } from '@throughline/ports'
import type { Caller, Role } from '@throughline/ports'
import type { Seen } from './insight.fold.js'
import { figureOf, figuresBy } from './metric.figure.js'
import type { Figure, FigureOptions, IntervalName } from './metric.figure.js'
import { isAttribute } from './metric.js'
import type { Attribute, MetricDefinition } from './metric.js'
import { stateOf } from './metric.rows.js'
import type { FactRow } from './metric.rows.js'
import type { BetaPrior, Share } from './statistics.js'
import { hiddenCells } from './verdict.js'

/** Who reads figures. */
export const READERS: readonly Role[] = ['analyst', 'supervisor', 'knowledge-owner', 'administrator']

/** A figure as it goes out: with n, k, share and interval by name, and nothing that gives a hidden count away. */
export interface FigureShown extends Omit<Figure, 'counts' | 'stillNeeded'> {
  /** Counted units with a value; with k those for which it is so. */
  readonly n?: number
  readonly k?: number
  readonly sum?: number
  readonly share?: number
  readonly interval?: { readonly low: number; readonly high: number; readonly by: IntervalName }
  readonly pending?: number
  readonly excluded?: Readonly<Record<string, number>>
  readonly stillNeeded?: number
}

export function shown(figure: Figure, definition: MetricDefinition): FigureShown {
  const { counts, stillNeeded, ...rest } = figure
  if (!counts) return rest
  const { kind } = definition.estimate
  const isShare = kind === 'share' || kind === 'cells'
  const { estimate } = figure
  return {
    ...rest,
    n: kind === 'count' ? counts.counted : counts.withValue,
    ...(isShare && { k: counts.sum }),
    ...((kind === 'mean' || kind === 'count') && { sum: counts.sum }),
    pending: counts.pending,
    excluded: counts.excluded,
    ...(stillNeeded !== undefined && { stillNeeded }),
    ...(estimate && (isShare || kind === 'ordinal') && { share: estimate.value }),
    ...(estimate && { interval: { low: estimate.low, high: estimate.high, by: estimate.interval } }),
  }
}

/** Whoever answers for a figure also sees counts below ten: owners of articles theirs, supervisors all. */
export function optionsOf(definition: MetricDefinition, seen: Seen, caller: Caller): FigureOptions {
  const { asWas, known } = seen
  const owner = has(caller, 'supervisor') || (definition.unit === 'reading' && has(caller, 'knowledge-owner'))
  return { asWas, known, owner }
}

/** One figure over all rows, or one for each combination of keys. */
export function figuresOf(
  definition: MetricDefinition,
  rows: readonly FactRow[],
  by: readonly Attribute[],
  options: FigureOptions,
  prior?: BetaPrior,
): readonly FigureShown[] {
  const all = { ...options, ...(prior && { prior }) }
  const figures = by.length === 0 ? [figureOf(definition, rows, all)] : figuresBy(definition, rows, by, all)
  return figures.map((figure) => shown(figure, definition))
}

/** `reason,thingKind` as attributes the metric is cut by. @throws Refused `figure.by` */
export function attributesIn(definition: MetricDefinition, by: string | undefined): readonly Attribute[] {
  return (by === undefined || by === '' ? [] : by.split(',')).map((name) => {
    if (isAttribute(name) && definition.by.includes(name)) return name
    throw new Refused('invalid', 'figure.by', `${definition.metric} cannot be cut by ${name}.`, {
      field: 'by',
      todo: `Choose of ${definition.by.join(', ')}.`,
    })
  })
}

export type CellPairs = readonly (readonly [Attribute, string])[]

/** `reason:water-leak,channel:phone` as keys with values in text. @throws Refused `figure.cell`, `figure.by` */
export function cellIn(definition: MetricDefinition, cell: string | undefined): CellPairs {
  return (cell === undefined || cell === '' ? [] : cell.split(',')).map((pair) => {
    const [, name, value] = /^([A-Za-z]+):(.+)$/.exec(pair) ?? []
    const [key] = attributesIn(definition, name)
    if (key !== undefined && value !== undefined) return [key, value] as const
    throw new Refused('invalid', 'figure.cell', `${pair} is no key with a value.`, {
      field: 'cell',
      todo: 'Write keys and values like reason:water-leak,channel:phone.',
    })
  })
}

export function standsIn(pairs: CellPairs, row: FactRow): boolean {
  return pairs.every(([key, value]) => String(row.keys[key] ?? 'none') === value)
}

/** Counted units with a value, and those for which `yes` holds of it. */
export function shareOf(rows: readonly FactRow[], moment: number, yes: (value: number) => boolean): Share {
  const values = rows.flatMap((row) =>
    row.value !== null && stateOf(row, moment) === 'counted' ? [row.value] : [],
  )
  return { k: values.filter(yes).length, n: values.length }
}

/** The figures of a list whose cell has these values. */
export function inCell(
  figures: readonly FigureShown[],
  values: Readonly<Partial<Record<Attribute, unknown>>>,
): readonly FigureShown[] {
  return figures.filter(({ cell }) =>
    Object.entries(values).every(([key, value]) =>
      Object.entries(cell).some(([name, own]) => name === key && String(own) === String(value)),
    ),
  )
}

export const WEEK = 7 * DAY
/** 5 January 1970 was a Monday. */
const FIRST_MONDAY = 4 * DAY

/** First moment (UTC) of the week of a moment, both in milliseconds. */
export function weekAt(moment: number): number {
  return Math.floor((moment - FIRST_MONDAY) / WEEK) * WEEK + FIRST_MONDAY
}

/** A figure for each week, small ones hidden together. */
export function figuresByWeek(
  definition: MetricDefinition,
  rows: readonly FactRow[],
  options: FigureOptions,
): ReadonlyMap<Instant, { readonly figure: FigureShown; readonly rows: readonly FactRow[] }> {
  const weeks = Map.groupBy(rows, ({ cohortAt }) => toInstant(weekAt(cohortAt)))
  const small = [...weeks].map(([id, own]) => {
    const counted = own.filter((row) => stateOf(row, options.asWas) === 'counted')
    const alike =
      definition.estimate.kind === 'ordinal' && new Set(counted.map(({ value }) => value)).size === 1
    const customers = new Set(counted.map(({ person }) => person)).size
    return { id, units: counted.length, customers, alike }
  })
  const hidden = hiddenCells(small)
  return new Map(
    [...weeks].map(([week, own]) => {
      const figure = figureOf(definition, own, options, {}, hidden.has(week))
      return [week, { figure: shown(figure, definition), rows: own }]
    }),
  )
}
