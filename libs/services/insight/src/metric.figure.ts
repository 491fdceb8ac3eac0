import { toInstant } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import type { Attribute, MetricDefinition, Scalar } from './metric.js'
import { stateOf } from './metric.rows.js'
import type { FactRow } from './metric.rows.js'
import { betaBinomial, clusterBootstrap, fitPrior, poisson, quantile, wilson } from './statistics.js'
import type { BetaPrior, Cluster, Estimate, Share } from './statistics.js'
import { hiddenAmong, levelOf, RATE_FROM } from './verdict.js'
import type { Level } from './verdict.js'

export type IntervalName =
  'Wilson' | 'bootstrap of customers' | 'exact Poisson' | 'Beta-binomial' | 'order statistics'

/** A figure with all that makes it honest: what was counted, as of when, how sure, and what is still open. */
export interface Figure {
  readonly metric: string
  readonly version: number
  readonly title: string
  readonly unit: MetricDefinition['unit']
  readonly good: MetricDefinition['good']
  readonly target: MetricDefinition['target']
  /** The moment it is as of, and the log position up to which things were known. */
  readonly asWas: Instant
  readonly known: number
  readonly cell: Readonly<Partial<Record<Attribute, Scalar>>>
  readonly shown: Level
  /** Absent where the level hides them. */
  readonly counts?: Counts
  readonly estimate?: Estimate & { readonly interval: IntervalName }
  /** For ordinal answers: share in the two worst; the estimate is the share in the two best. */
  readonly worst?: Estimate
  readonly quantiles?: readonly (Estimate & { readonly q: number; readonly bounded: boolean })[]
  /** Counted units still missing until a rate is shown. */
  readonly stillNeeded?: number
  /** One plain sentence. */
  readonly says: string
}

export interface Counts {
  /** Units whose window has closed, those of them with a value, and the sum of the values. */
  readonly counted: number
  readonly withValue: number
  readonly sum: number
  readonly pending: number
  readonly excluded: Readonly<Record<string, number>>
  readonly customers: number
}

export interface FigureOptions {
  /** Milliseconds. */
  readonly asWas: number
  readonly known: number
  /** Whoever answers for the cell also sees counts below ten. */
  readonly owner?: boolean
  readonly fewestCustomers?: number
  /** For `cells`; fitted over the cells of the list unless given. */
  readonly prior?: BetaPrior
}

export function figureOf(
  definition: MetricDefinition,
  rows: readonly FactRow[],
  options: FigureOptions,
  cell: Figure['cell'] = {},
  hidden = false,
): Figure {
  const counted = rows.filter((row) => stateOf(row, options.asWas) === 'counted')
  const counts = countsOf(rows, counted, options.asWas)
  const natural = levelOf(counts.counted, counts.customers, options.fewestCustomers)
  const shown = hidden ? 'hidden' : natural
  const { metric, version, title, unit, good, target } = definition
  const missing = Math.max(0, RATE_FROM - counts.counted)
  const common = {
    metric,
    version,
    title,
    unit,
    good,
    target,
    asWas: toInstant(options.asWas),
    known: options.known,
    cell,
  }
  if (shown === 'hidden' || (shown === 'owner' && options.owner !== true)) {
    const few = shown === 'hidden' ? 'Too few customers to show.' : 'Too few to tell.'
    const says = rows.length === 0 ? 'Nothing to count yet.' : few
    return { ...common, shown, ...(missing > 0 ? { stillNeeded: missing } : {}), says }
  }
  if (shown !== 'rate') {
    // How many there are is known exactly; what share of them is not.
    const says =
      definition.estimate.kind === 'count'
        ? inWords(counts.counted, unit)
        : `${part(definition, counted)}, too few to tell.`
    return { ...common, shown, counts, stillNeeded: missing, says }
  }
  return { ...common, shown, counts, ...estimated(definition, counted, options.prior) }
}

/** A figure per combination of the given keys, fullest cell first; small cells are hidden together. */
export function figuresBy(
  definition: MetricDefinition,
  rows: readonly FactRow[],
  by: readonly Attribute[],
  options: FigureOptions,
): readonly Figure[] {
  interface Group {
    readonly cell: Figure['cell']
    readonly rows: FactRow[]
  }
  const cells = new Map<string, Group>()
  for (const row of rows) {
    const id = JSON.stringify(by.map((key) => row.keys[key]))
    const cell = Object.fromEntries(by.map((key) => [key, row.keys[key] ?? 'none']))
    const known: Group = cells.get(id) ?? { cell, rows: [] }
    known.rows.push(row)
    cells.set(id, known)
  }
  const small = [...cells].map(([id, { cell, rows: own }]) => {
    const counted = own.filter((row) => stateOf(row, options.asWas) === 'counted')
    const alike =
      definition.estimate.kind === 'ordinal' && new Set(counted.map((row) => row.value)).size === 1
    const values = by.map((key) => cell[key])
    return { id, units: counted.length, customers: people(counted), alike, values }
  })
  const hidden = hiddenAmong(small, options.fewestCustomers)
  const shares = [...cells.values()].map(({ rows: own }) =>
    shareOf(own.filter((row) => stateOf(row, options.asWas) === 'counted')),
  )
  const prior = options.prior ?? (definition.estimate.kind === 'cells' ? fitPrior(shares) : undefined)
  const size = new Map(small.map((each) => [each.id, each.units]))
  return [...cells]
    .sort(([a], [b]) => (size.get(b) ?? 0) - (size.get(a) ?? 0) || (a < b ? -1 : 1))
    .map(([id, each]) =>
      figureOf(definition, each.rows, { ...options, ...(prior ? { prior } : {}) }, each.cell, hidden.has(id)),
    )
}

function estimated(
  definition: MetricDefinition,
  counted: readonly FactRow[],
  prior: BetaPrior | undefined,
): Pick<Figure, 'estimate' | 'worst' | 'quantiles' | 'says'> {
  const { kind, quantiles } = definition.estimate
  switch (kind) {
    case 'count':
      return {
        estimate: { ...poisson(counted.length), interval: 'exact Poisson' },
        says: inWords(counted.length, definition.unit),
      }
    case 'share': {
      const estimate = share(counted, (value) => value)
      return { estimate, says: inHundred(estimate) }
    }
    case 'cells': {
      const fitted = prior ?? { yes: 0.5, no: 0.5 }
      const estimate = { ...betaBinomial(shareOf(counted), fitted), interval: 'Beta-binomial' } as const
      return { estimate, says: inHundred(estimate) }
    }
    case 'ordinal': {
      const estimate = share(counted, (value) => (value >= 4 ? 1 : 0))
      const worst = share(counted, (value) => (value <= 2 ? 1 : 0))
      return {
        estimate,
        worst,
        says: `${inHundred(estimate)} in the two best, ${inHundred(worst)} in the two worst`,
      }
    }
    case 'mean': {
      const mean = clusterBootstrap(clusters(counted, (value) => value)) ?? { value: 0, low: 0, high: 0 }
      const says = `${String(round2(mean.value))} (${String(round2(mean.low))} to ${String(round2(mean.high))})`
      return { estimate: { ...mean, interval: 'bootstrap of customers' }, says }
    }
    case 'quantile': {
      const values = counted.flatMap((row) => (row.value === null ? [] : [row.value]))
      const found = quantiles.flatMap((q) => {
        const estimate = quantile(values, q)
        return estimate ? [{ q, ...estimate }] : []
      })
      const says = found
        .map((each) => `${String(Math.round(each.q * 100))} of 100 within ${String(each.value)}`)
        .join(', ')
      const without = counted.length - values.length
      return { quantiles: found, says: without > 0 ? `${says}; ${String(without)} never` : says }
    }
  }
}

/** Wilson where each person stands behind one unit, else customers are drawn again (INSIGHT, rule 2). */
function share(counted: readonly FactRow[], yes: (value: number) => number): NonNullable<Figure['estimate']> {
  const groups = clusters(counted, yes)
  const k = groups.reduce((sum, each) => sum + each.x, 0)
  const n = groups.reduce((sum, each) => sum + each.n, 0)
  // Where nobody differs, drawing again shows nothing but the same share, as if it were certain.
  const drawn = groups.some((each) => each.n > 1) && k > 0 && k < n ? clusterBootstrap(groups) : undefined
  return drawn
    ? { ...drawn, interval: 'bootstrap of customers' }
    : { ...wilson({ k, n: Math.max(n, 0) }), interval: 'Wilson' }
}

function clusters(counted: readonly FactRow[], yes: (value: number) => number): readonly Cluster[] {
  const people = new Map<string, Cluster>()
  for (const { person, value } of counted) {
    if (value === null) continue
    const known = people.get(person) ?? { id: person, x: 0, n: 0 }
    people.set(person, { id: person, x: known.x + yes(value), n: known.n + 1 })
  }
  return [...people.values()]
}

function shareOf(counted: readonly FactRow[]): Share {
  const values = counted.flatMap((row) => (row.value === null ? [] : [row.value]))
  return { k: values.filter((value) => value > 0).length, n: values.length }
}

function countsOf(rows: readonly FactRow[], counted: readonly FactRow[], moment: number): Counts {
  const excluded: Record<string, number> = {}
  for (const row of rows)
    if (row.excluded !== undefined) excluded[row.excluded] = (excluded[row.excluded] ?? 0) + 1
  return {
    counted: counted.length,
    withValue: counted.filter((row) => row.value !== null).length,
    sum: counted.reduce((sum, row) => sum + (row.value ?? 0), 0),
    pending: rows.filter((row) => stateOf(row, moment) === 'pending').length,
    excluded,
    customers: people(counted),
  }
}

function people(rows: readonly FactRow[]): number {
  return new Set(rows.map((row) => row.person)).size
}

/** `7 of 17`: what share it is of is left to the reader. */
function part(definition: MetricDefinition, counted: readonly FactRow[]): string {
  const isGood = (row: FactRow): boolean =>
    row.value !== null && (definition.estimate.kind === 'ordinal' ? row.value >= 4 : row.value > 0)
  const k =
    definition.estimate.kind === 'quantile'
      ? counted.filter((row) => row.value !== null).length
      : counted.filter(isGood).length
  return `${String(k)} of ${String(counted.length)}`
}

function inHundred({ value, low, high }: Estimate): string {
  const of = (share: number): string => String(Math.round(share * 100))
  return `${of(value)} of 100 (${of(low)} to ${of(high)})`
}

function inWords(count: number, unit: string): string {
  return `${String(count)} ${count === 1 || unit === 'feedback' ? unit : `${unit}s`}`
}

function round2(value: number): number {
  return Math.round(value * 100) / 100
}
