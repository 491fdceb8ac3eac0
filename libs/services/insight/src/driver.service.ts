import { Injectable } from '@nestjs/common'
import { toInstant } from '@throughline/kernel'
import { ViewStore } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { causesView, ownerAt } from './cause.js'
import { driverTrends, WEEKS } from './driver.trend.js'
import { figuresByWeek, figuresOf, inCell, optionsOf, standsIn, WEEK, weekAt } from './figure.shown.js'
import type { CellPairs, FigureShown } from './figure.shown.js'
import { moments } from './figure.service.js'
import { findingsView } from './finding.view.js'
import type { FindingRow } from './finding.view.js'
import { InsightFold } from './insight.fold.js'
import type { Seen, SeenQuery } from './insight.fold.js'
import type { Attribute } from './metric.js'
import { stateOf } from './metric.rows.js'
import type { FactRow } from './metric.rows.js'

export interface DriversAsked extends SeenQuery {
  readonly top?: number
  readonly thingKind?: string
  readonly channel?: string
}

/** Words of a feeling, worst first, by their rank. */
const RANKS = [1, 2, 3, 4, 5]
const MOST_DRIVERS = 20
const MOST_REASONS = 5

@Injectable()
export class DriversService {
  constructor(
    private readonly fold: InsightFold,
    private readonly views: ViewStore,
  ) {}

  /** Why people contact us: in all, by thing and reason, by kind of thing, and the causes found, unowned ones first. */
  async drivers(asked: DriversAsked, caller: Caller) {
    const seen = await this.fold.seen(asked)
    const { thingKind, channel } = asked
    const of: CellPairs = [
      ...(thingKind === undefined ? [] : [['thingKind', thingKind] as const]),
      ...(channel === undefined ? [] : [['channel', channel] as const]),
    ]
    const causes = await this.#causes(seen, caller)
    return {
      ...moments(seen),
      contacts: await this.#total('contacts-by-reason', of, seen, caller),
      repeats: await this.#total('repeat-contact-wide', of, seen, caller),
      drivers: await this.#drivers(of, asked.top ?? MOST_DRIVERS, seen, caller),
      things: await this.#things(asked.top ?? MOST_REASONS, seen, caller),
      causes,
    }
  }

  /** One figure over the chosen channel and kind of thing; null where nothing stands there. */
  async #total(metric: string, of: CellPairs, seen: Seen, caller: Caller): Promise<FigureShown | null> {
    const definition = this.fold.definition(metric)
    const keys = of.map(([key]) => key)
    const rows = await this.fold.rows(definition, seen)
    const figures = figuresOf(definition, rows, keys, optionsOf(definition, seen, caller))
    return inCell(figures, Object.fromEntries(of))[0] ?? null
  }

  async #drivers(of: CellPairs, top: number, seen: Seen, caller: Caller) {
    const chosen = Object.fromEntries(of)
    const keys = [...new Set<Attribute>(['thingKind', 'reason', ...of.map(([key]) => key)])]
    // Cut by what is chosen too, and then chosen of: so no difference of two answers gives a small cell away.
    const cut = async (metric: string, more: readonly Attribute[] = []) => {
      const definition = this.fold.definition(metric)
      const rows = await this.fold.rows(definition, seen)
      const options = optionsOf(definition, seen, caller)
      return { rows, figures: inCell(figuresOf(definition, rows, [...keys, ...more], options), chosen) }
    }
    const contacts = await cut('contacts-by-reason')
    const repeats = await cut('repeat-contact-wide')
    const outcomes = await cut('feedback-outcome')
    const feelings = await cut('feedback-feeling')
    const causes = await cut('contacts-by-cause', ['cause'])
    const found = await this.#findings()
    const owners = await this.#owners(seen)
    const shown = contacts.figures.slice(0, top)
    const { asWas, known, live } = seen
    const all = await this.fold.rows(this.fold.definition('contacts-by-reason'), { asWas, known, live })
    const weekly = shown.map(({ cell }) => this.#weeks(all, pairsOf(cell), seen, caller))
    const trends = driverTrends(weekly.map(({ counts }) => counts))
    return shown.map((figure, index) => {
      const { cell } = figure
      const feeling = inCell(feelings.figures, cell)[0] ?? null
      const own = feelings.rows.filter((row) => standsIn(pairsOf(cell), row))
      const [commonest] = inCell(causes.figures, cell).filter(
        ({ n, cell: { cause } }) => n !== undefined && cause !== 'none',
      )
      const cause = commonest === undefined ? undefined : String(commonest.cell.cause)
      const reason = String(cell.reason)
      return {
        thingKind: String(cell.thingKind),
        reason,
        label: this.fold.reasonIn(reason) ?? null,
        contacts: figure,
        /** Null where too few stand behind a week or behind the whole, and before anything was recorded. */
        weeks: (weekly[index]?.shown ?? []).map(({ week, n }) => ({
          week,
          n: figure.n === undefined ? null : n,
        })),
        trend: figure.shown === 'rate' ? (trends[index] ?? 'Too few to tell') : 'Too few to tell',
        repeat: inCell(repeats.figures, cell)[0] ?? null,
        outcome: inCell(outcomes.figures, cell)[0] ?? null,
        feeling,
        /** Answers by feeling, upset first; null where too few gave one. */
        feelings: feeling?.n === undefined ? null : distribution(own, seen.asWas),
        cause:
          cause === undefined
            ? null
            : {
                code: cause,
                words: this.fold.causeIn(cause) ?? null,
                contacts: commonest?.n ?? null,
                department: owners.get(cause) ?? null,
              },
        findings: found.filter((each) => isAbout(each, cell, cause)).map(doing),
      }
    })
  }

  /** Contacts of a cell in the last 13 weeks, the present one not over yet, whatever span was asked for. */
  #weeks(all: readonly FactRow[], pairs: CellPairs, seen: Seen, caller: Caller) {
    const definition = this.fold.definition('contacts-by-reason')
    const from = weekAt(seen.asWas) - (WEEKS - 1) * WEEK
    const { asWas } = seen
    const rows = all.filter((row) => row.cohortAt >= from && standsIn(pairs, row))
    const byWeek = figuresByWeek(definition, rows, optionsOf(definition, seen, caller))
    const weeks = Array.from({ length: WEEKS }, (_, index) => toInstant(from + index * WEEK))
    // Before anything was recorded there is nothing to compare with.
    const first = all.reduce((earliest, { cohortAt }) => Math.min(earliest, cohortAt), Infinity)
    const count = (week: string): number =>
      byWeek.get(week)?.rows.filter((row) => stateOf(row, asWas) === 'counted').length ?? 0
    return {
      shown: weeks.map((week, index) => {
        const isBefore = from + (index + 1) * WEEK <= first
        return { week, n: byWeek.has(week) ? (byWeek.get(week)?.figure.n ?? null) : isBefore ? null : 0 }
      }),
      counts: first <= from ? weeks.slice(0, -1).map(count) : [],
    }
  }

  async #things(top: number, seen: Seen, caller: Caller) {
    const contacts = this.fold.definition('contacts-by-reason')
    const options = optionsOf(contacts, seen, caller)
    const kinds = Map.groupBy(await this.fold.rows(contacts, seen), (row) => String(row.keys.thingKind))
    // Small reasons are hidden within their kind, as its total stands beside them.
    return [...kinds]
      .sort(([, one], [, other]) => other.length - one.length)
      .map(([thingKind, rows]) => ({
        thingKind,
        total: figuresOf(contacts, rows, [], options)[0],
        reasons: figuresOf(contacts, rows, ['reason'], options).slice(0, top),
      }))
  }

  async #causes(seen: Seen, caller: Caller) {
    const definition = this.fold.definition('contacts-by-cause')
    const options = optionsOf(definition, seen, caller)
    const owners = await this.#owners(seen)
    return figuresOf(definition, await this.fold.rows(definition, seen), ['cause'], options)
      .map((figure) => {
        const cause = String(figure.cell.cause)
        const words = this.fold.causeIn(cause) ?? null
        return { cause, words, department: owners.get(cause) ?? null, figure }
      })
      .sort((a, b) => Number(a.department !== null) - Number(b.department !== null))
  }

  async #owners(seen: Seen): Promise<ReadonlyMap<string, string>> {
    const owners = new Map<string, string>()
    for await (const row of this.views.every(causesView, 'all')) {
      const department = ownerAt(row, toInstant(seen.asWas))
      if (department !== undefined) owners.set(row.cause, department)
    }
    return owners
  }

  async #findings(): Promise<readonly FindingRow[]> {
    const found: FindingRow[] = []
    for await (const row of this.views.every(findingsView, 'all')) found.unshift(row)
    return found
  }
}

function pairsOf(cell: FigureShown['cell']): CellPairs {
  const { thingKind, reason, channel } = cell
  return Object.entries({ thingKind, reason, channel }).flatMap(([key, value]) =>
    value === undefined || (key !== 'thingKind' && key !== 'reason' && key !== 'channel')
      ? []
      : [[key, String(value)] as const],
  )
}

function distribution(rows: readonly FactRow[], moment: number): readonly number[] {
  const counted = rows.filter((row) => stateOf(row, moment) === 'counted')
  return RANKS.map((rank) => counted.filter(({ value }) => value === rank).length)
}

/** A finding about the cause, or about the thing and reason. */
function isAbout({ cell }: FindingRow, of: FigureShown['cell'], cause: string | undefined): boolean {
  if (cell.cause !== undefined) return cell.cause === cause
  return cell.reason === of.reason && (cell.thingKind === undefined || cell.thingKind === of.thingKind)
}

function doing({ findingId: id, status, says, department, actBy, actions }: FindingRow) {
  return {
    id,
    status,
    says,
    ...(department !== undefined && { department }),
    ...(actBy !== undefined && { actBy }),
    ...(actions.length > 0 && { done: actions.at(-1) }),
  }
}
