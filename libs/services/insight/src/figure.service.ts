import { Injectable } from '@nestjs/common'
import { Ids, Refused, toInstant } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import { EventStore } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { defineMetric, definitions } from './definition.js'
import {
  attributesIn,
  cellIn,
  figuresByWeek,
  figuresOf,
  optionsOf,
  shown,
  standsIn,
  WEEK,
  weekAt,
} from './figure.shown.js'
import type { CellPairs } from './figure.shown.js'
import { InsightFold } from './insight.fold.js'
import type { Seen, SeenQuery } from './insight.fold.js'
import { explain } from './metric.explain.js'
import type { CellKeys } from './metric.explain.js'
import { figureOf, figuresBy } from './metric.figure.js'
import type { FigureOptions } from './metric.figure.js'
import type { MetricDefinition } from './metric.js'
import { redefinition } from './metric.redefined.js'
import type { RedefinedUnit } from './metric.redefined.js'
import type { FactRow } from './metric.rows.js'
import { shippedMetrics } from './metrics.shipped.js'
import { Pseudonyms } from './pseudonym.js'
import type { Pseudonym } from './pseudonym.js'
import { journeysIn } from './unit.rows.js'

export interface FiguresAsked extends SeenQuery {
  readonly version?: number
  readonly by?: string
  readonly minUnits?: number
}

export interface ExplainAsked extends SeenQuery {
  readonly version?: number
  readonly cell?: string
  readonly limit?: number
  readonly after?: number
  readonly value?: number
}

export interface WeeksAsked extends SeenQuery {
  readonly version?: number
  readonly cell?: string
  readonly weeks?: number
}

export interface DifferenceAsked extends SeenQuery {
  readonly limit?: number
  readonly after?: number
}

/** A difference lists this many units of each kind at once where nothing else is asked; the counts are whole. */
const LISTED = 200

@Injectable()
export class FiguresService {
  constructor(
    private readonly fold: InsightFold,
    private readonly store: EventStore,
    private readonly ids: Ids,
    private readonly pseudonyms: Pseudonyms,
  ) {}

  metrics() {
    const items = this.fold
      .definitions()
      .map((definition) => ({ ...definition, ...this.fold.origin(definition) }))
      .sort((a, b) => (a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : a.version - b.version))
    return { known: this.fold.known, items }
  }

  metric(metric: string) {
    this.fold.definition(metric)
    const { known, items } = this.metrics()
    return { known, metric, versions: items.filter((each) => each.metric === metric) }
  }

  async define(
    input: {
      readonly metric: string
      readonly why: string
      readonly definition: Readonly<Record<string, unknown>>
    },
    command: Command,
  ) {
    const versions = shippedMetrics.filter(({ metric }) => metric === input.metric)
    const shipped = Math.max(0, ...versions.map(({ version }) => version))
    const id = this.ids.derive('metric', input.metric)
    return this.store.transact(definitions, id, defineMetric({ ...input, shipped }), command)
  }

  async figures(metric: string, asked: FiguresAsked, caller: Caller) {
    const definition = this.fold.definition(metric, asked.version)
    const by = attributesIn(definition, asked.by)
    const seen = await this.fold.seen(asked)
    const options = optionsOf(definition, seen, caller)
    const { minUnits } = asked
    const rows = await this.fold.rows(definition, seen)
    const figures = figuresOf(definition, rows, by, options).filter(
      ({ n }) => minUnits === undefined || (n !== undefined && n >= minUnits),
    )
    return { definition, ...moments(seen), figures }
  }

  /** The units behind one figure. @throws Refused `figure.hidden` where the figure itself is not shown */
  async explain(metric: string, asked: ExplainAsked, caller: Caller) {
    const definition = this.fold.definition(metric, asked.version)
    const pairs = cellIn(definition, asked.cell)
    const seen = await this.fold.seen(asked)
    const rows = await this.fold.rows(definition, seen)
    const figure = cellFigure(definition, rows, pairs, optionsOf(definition, seen, caller))
    const cell: CellKeys = figure.cell
    const { counted, pending, excluded, n, sum } = explain(definition, rows, seen.asWas, cell)
    const { after = 0, limit = 100, value } = asked
    const all = [...counted, ...pending, ...excluded]
    const units = value === undefined ? all : all.filter((each) => each.value === value)
    const pseudonym = await this.pseudonyms.of(caller)
    const journeyOf = journeysIn(rows)
    return {
      ...moments(seen),
      figure: shown(figure, definition),
      n,
      sum,
      pending: pending.length,
      excluded: excluded.length,
      units: units.slice(after, after + limit).map((each) => ({
        ...each,
        unit: nameless(definition, each.unit, pseudonym),
        /** Of the event it starts with. */
        journey: journeyOf(each.because[0] ?? '') ?? null,
        because: each.because.map((event) => ({ event, journey: journeyOf(event) ?? null })),
      })),
      next: after + limit < units.length ? after + limit : null,
    }
  }

  /** One figure week by week, small weeks hidden together. @throws Refused `figure.hidden`, `figure.empty` */
  async weeks(metric: string, asked: WeeksAsked, caller: Caller) {
    const definition = this.fold.definition(metric, asked.version)
    const pairs = cellIn(definition, asked.cell)
    const seen = await this.fold.seen(asked)
    const options = optionsOf(definition, seen, caller)
    const rows = await this.fold.rows(definition, seen)
    cellFigure(definition, rows, pairs, options)
    const { weeks = 13 } = asked
    const from = weekAt(seen.asWas) - (weeks - 1) * WEEK
    const own = rows.filter((row) => row.cohortAt >= from && standsIn(pairs, row))
    const found = figuresByWeek(definition, own, options)
    return {
      definition,
      ...moments(seen),
      weeks: Array.from({ length: weeks }, (_, index) => {
        const week = toInstant(from + index * WEEK)
        return { week, figure: found.get(week)?.figure ?? null }
      }),
    }
  }

  /** What a redefinition changes, unit by unit, with the events that decided under each version. */
  async difference(metric: string, from: number, to: number, asked: DifferenceAsked, caller: Caller) {
    const one = this.fold.definition(metric, from)
    const other = this.fold.definition(metric, to)
    const seen = await this.fold.seen(asked)
    const { asWas } = seen
    const before = await this.fold.rows(one, seen)
    const after = await this.fold.rows(other, seen)
    const figures = [
      cellFigure(one, before, [], optionsOf(one, seen, caller)),
      cellFigure(other, after, [], optionsOf(other, seen, caller)),
    ] as const
    const { entering, leaving, changed, sum } = redefinition(before, after, asWas)
    const pseudonym = await this.pseudonyms.of(caller)
    const { after: begin = 0, limit = LISTED } = asked
    const page = <Told>(
      all: readonly RedefinedUnit[],
      of: MetricDefinition,
      tell: (unit: RedefinedUnit) => Told,
    ) => ({
      count: all.length,
      units: all.slice(begin, begin + limit).map((each) => ({
        unit: nameless(of, each.unit, pseudonym),
        ...tell(each),
        decided: { before: each.before.because, after: each.after.because },
      })),
      next: begin + limit < all.length ? begin + limit : null,
    })
    return {
      ...moments(seen),
      metric,
      from: shown(figures[0], one),
      to: shown(figures[1], other),
      sum,
      entering: page(entering, other, (each) => ({
        value: each.after.value,
        because: each.after.because,
        before: each.before.state,
      })),
      leaving: page(leaving, one, (each) => ({
        value: each.before.value,
        because: each.before.because,
        after: each.after.state,
      })),
      changed: page(changed, other, (each) => ({
        value: each.after.value,
        because: each.after.because,
        before: each.before.value,
      })),
    }
  }

  /**
   * The figure of one cell, hidden with the others of its list where it is small.
   * @throws Refused `figure.hidden`
   */
  async cell(metric: string, version: number | undefined, cell: string | undefined, caller: Caller) {
    const definition = this.fold.definition(metric, version)
    const seen = await this.fold.seen({})
    const rows = await this.fold.rows(definition, seen)
    const options = optionsOf(definition, seen, caller)
    return { definition, figure: cellFigure(definition, rows, cellIn(definition, cell), options) }
  }
}

/** The two moments every answer names. */
export function moments({ asWas, known }: Seen): { readonly asWas: Instant; readonly known: number } {
  return { asWas: toInstant(asWas), known }
}

function cellFigure(
  definition: MetricDefinition,
  rows: readonly FactRow[],
  pairs: CellPairs,
  options: FigureOptions,
) {
  const keys = pairs.map(([key]) => key)
  const figure =
    pairs.length === 0
      ? figureOf(definition, rows, options)
      : figuresBy(definition, rows, keys, options).find(({ cell }) =>
          pairs.every(([key, value]) => String(cell[key]) === value),
        )
  if (!figure || rows.every((row) => !standsIn(pairs, row))) {
    throw new Refused('not-found', 'figure.empty', 'No unit stands in this cell.', { field: 'cell' })
  }
  if (figure.counts === undefined) {
    throw new Refused('forbidden', 'figure.hidden', 'Too few are behind this figure to be shown.', {
      field: 'cell',
      todo: 'Ask for a larger cell, or whoever answers for it.',
    })
  }
  return figure
}

/** A unit's name with a pseudonym where a person's id is part of it. */
function nameless({ first }: MetricDefinition, unit: string, pseudonym: Pseudonym): string {
  const parts = unit.split('|')
  return parts.map((part, index) => (first[index] === 'person' ? pseudonym(part) : part)).join('|')
}
