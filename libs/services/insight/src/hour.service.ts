import { Injectable } from '@nestjs/common'
import type { Channel } from '@throughline/contracts'
import { DAY, HOUR, Refused, toInstant } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import { ViewStore } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { optionsOf } from './figure.shown.js'
import { moments } from './figure.service.js'
import { InsightFold } from './insight.fold.js'
import type { SeenQuery } from './insight.fold.js'
import { stateOf } from './metric.rows.js'
import type { FactRow } from './metric.rows.js'
import { inForce, promisesView } from './promise.view.js'
import { levelOf } from './verdict.js'

const LONGEST = 2 * DAY
/** From here on up to what is promised it is close. */
const CLOSE = 0.9

/** What one hour was like on one channel. */
export interface HourShown {
  readonly from: Instant
  /** Contacts asked for in it: answered, left or ended without an answer, and still waiting. */
  readonly answered: number
  readonly unanswered: number
  readonly waiting: number
  /** Seconds; null where nobody was answered. */
  readonly median: number | null
  /** Of the answered, those within what is promised. */
  readonly kept: number | null
  readonly word: 'kept' | 'close' | 'missed' | null
}

/** Answer times of a day as they were: counts and medians of what happened, not estimates of what to expect. */
@Injectable()
export class HoursService {
  constructor(
    private readonly fold: InsightFold,
    private readonly views: ViewStore,
  ) {}

  /** By hours counted from `from`, so that a reader's own day and zone decide; the last 24 where absent. */
  async hours(asked: SeenQuery, caller: Caller) {
    const seen = await this.fold.seen(asked)
    const until = Math.min(seen.until ?? seen.asWas, seen.asWas)
    const from = seen.from ?? until - DAY
    if (until - from > LONGEST) {
      throw new Refused('invalid', 'figure.span', 'Hours are told for two days at most.', {
        field: 'from',
        todo: 'Ask for a later from, or an earlier until.',
      })
    }
    const definition = this.fold.definition('answer-time')
    const all = await this.fold.rows(definition, { ...seen, from, until })
    const rows = all.filter((row) => row.excluded === undefined)
    const promised = await this.#promised(toInstant(seen.asWas))
    const { owner = false } = optionsOf(definition, seen, caller)
    const names = new Set([...promised.keys(), ...rows.map((row) => String(row.keys.channel))])
    const channels = [...names].sort().map((channel) => {
      const terms = promised.get(channel)
      const own = rows.filter(({ keys }) => keys.channel === channel)
      const byHour = Map.groupBy(own, ({ cohortAt }) => Math.floor((cohortAt - from) / HOUR))
      const hours = [...byHour]
        .sort(([one], [other]) => one - other)
        // Who leads sees each contact of the day anyway; others no hour that few stand behind.
        .filter(([, each]) => owner || isFull(each))
        .map(([hour, each]) => shownHour(each, from + hour * HOUR, seen.asWas, terms?.seconds))
      return { channel, promised: terms ?? null, hours }
    })
    return { ...moments(seen), from: toInstant(from), until: toInstant(until), channels }
  }

  async #promised(
    at: Instant,
  ): Promise<ReadonlyMap<string, { readonly seconds: number; readonly share: number }>> {
    const terms = new Map<Channel, { readonly seconds: number; readonly share: number }>()
    for await (const row of this.views.every(promisesView, 'all')) {
      const current = inForce(row, at)?.terms
      if (current) terms.set(current.channel, { seconds: current.threshold, share: current.share })
    }
    return terms
  }
}

function shownHour(
  rows: readonly FactRow[],
  from: number,
  moment: number,
  promised: number | undefined,
): HourShown {
  const isWaiting = (row: FactRow): boolean => stateOf(row, moment) === 'pending'
  const waits = rows.flatMap(({ value }) => (value === null ? [] : [value])).sort((a, b) => a - b)
  const waiting = rows.filter((row) => row.value === null && isWaiting(row)).length
  const middle = medianOf(waits)
  const kept = promised === undefined ? undefined : waits.filter((wait) => wait <= promised).length
  return {
    from: toInstant(from),
    answered: waits.length,
    unanswered: rows.length - waits.length - waiting,
    waiting,
    median: middle ?? null,
    kept: kept ?? null,
    word: middle === undefined || promised === undefined ? null : wordOf(middle, promised),
  }
}

function isFull(rows: readonly FactRow[]): boolean {
  const level = levelOf(rows.length, new Set(rows.map(({ person }) => person)).size)
  return level === 'rate' || level === 'counts'
}

function wordOf(median: number, promised: number): 'kept' | 'close' | 'missed' {
  if (median > promised) return 'missed'
  return median >= CLOSE * promised ? 'close' : 'kept'
}

function medianOf(sorted: readonly number[]): number | undefined {
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = sorted.length % 2 === 0 ? sorted.slice(middle - 1) : [sorted[middle], sorted[middle]]
  return low === undefined || high === undefined ? undefined : Math.round((low + high) / 2)
}
