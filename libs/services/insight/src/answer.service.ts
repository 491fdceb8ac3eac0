import { Injectable } from '@nestjs/common'
import { DAY, fromInstant, HOUR, toInstant } from '@throughline/kernel'
import { ViewStore } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { causesView, ownerAt } from './cause.js'
import { attributesIn, figuresByWeek, figuresOf, optionsOf, shareOf, WEEK } from './figure.shown.js'
import type { FigureShown } from './figure.shown.js'
import { moments } from './figure.service.js'
import { InsightFold } from './insight.fold.js'
import type { Seen, SeenQuery } from './insight.fold.js'
import { anatomyShown } from './journey.paths.js'
import type { FactRow } from './metric.rows.js'
import { answeredWithin, isClaim } from './metrics.shipped.js'
import { inForce, promisesView } from './promise.view.js'
import { fitPrior } from './statistics.js'
import { compareShares } from './verdict.js'
import type { VerdictWord } from './verdict.js'

export interface Asked extends SeenQuery {
  readonly by?: string
}

/** Readings drift, so only the last half year counts for the level of an article (INSIGHT, section 5). */
const ARTICLE_SPAN = 180 * DAY
const READING_MATURE = 48 * HOUR
const TREND_SPAN = 26 * WEEK
/** A move of the response share beyond this, up or down, means that other people answered. */
const RESPONSE_MOVE = 0.2
const MARGIN = 0.05

/** The questions everybody asks, each answered by figures. */
@Injectable()
export class AnswersService {
  constructor(
    private readonly fold: InsightFold,
    private readonly views: ViewStore,
  ) {}

  /** Why people contact us: the commonest reasons for each kind of thing, and the causes found, unowned ones first. */
  async drivers(asked: SeenQuery & { readonly top?: number }, caller: Caller) {
    const seen = await this.fold.seen(asked)
    const contacts = this.fold.definition('contacts-by-reason')
    const options = optionsOf(contacts, seen, caller)
    const kinds = Map.groupBy(this.fold.rows(contacts, seen), (row) => String(row.keys.thingKind))
    // Small reasons are hidden within their kind, as its total stands beside them.
    const things = [...kinds]
      .sort(([, one], [, other]) => other.length - one.length)
      .map(([thingKind, rows]) => ({
        thingKind,
        total: figuresOf(contacts, rows, [], options)[0],
        reasons: figuresOf(contacts, rows, ['reason'], options).slice(0, asked.top ?? 5),
      }))
    return { ...moments(seen), things, causes: await this.#causes(seen, caller) }
  }

  async #causes(seen: Seen, caller: Caller) {
    const definition = this.fold.definition('contacts-by-cause')
    const options = optionsOf(definition, seen, caller)
    const owners = new Map<string, string>()
    for await (const row of this.views.every(causesView, 'all')) {
      const department = ownerAt(row, toInstant(seen.asWas))
      if (department !== undefined) owners.set(row.cause, department)
    }
    return figuresOf(definition, this.fold.rows(definition, seen), ['cause'], options)
      .map((figure) => {
        const cause = String(figure.cell.cause)
        return { cause, department: owners.get(cause) ?? null, figure }
      })
      .sort((a, b) => Number(a.department !== null) - Number(b.department !== null))
  }

  /** Share of contacts that came after online steps, at three depths (C34). */
  async onlineBeforeContact(asked: Asked, caller: Caller) {
    const seen = await this.fold.seen(asked)
    const depth = (name: string) => this.#answer(`preceded-online-${name}`, asked, seen, caller)
    return { ...moments(seen), looked: depth('looked'), chose: depth('chose'), read: depth('read') }
  }

  /** Repeats within the window: as people stated them, and with those that seem to be the same (C59). */
  async repeatContacts(asked: Asked, caller: Caller) {
    const seen = await this.fold.seen(asked)
    const repeat = (name: string) => this.#answer(`repeat-contact-${name}`, asked, seen, caller)
    return { ...moments(seen), stated: repeat('stated'), wide: repeat('wide') }
  }

  async one(metric: string, asked: Asked, caller: Caller) {
    const seen = await this.fold.seen(asked)
    return { ...moments(seen), ...this.#answer(metric, asked, seen, caller) }
  }

  /** Articles by the contacts that better ones might prevent, each version on its own (C17). */
  async articles(asked: SeenQuery, caller: Caller) {
    const seen = await this.fold.seen(asked)
    const from = Math.max(seen.from ?? -Infinity, seen.asWas - ARTICLE_SPAN)
    const definition = this.fold.definition('article-contact-after-reading')
    const rows = this.fold.rows(definition, { ...seen, from })
    const versions = Map.groupBy(rows, ({ keys }) => `${String(keys.article)} ${String(keys.articleVersion)}`)
    const shares = [...versions.values()].map((own) => shareOf(own, seen.asWas, (value) => value > 0))
    const prior = fitPrior(shares)
    const options = optionsOf(definition, seen, caller)
    const figures = figuresOf(definition, rows, ['article', 'articleVersion'], options, prior)
    const usual = median(figures.flatMap(({ share }) => (share === undefined ? [] : [share])))
    const items = figures
      .map((figure) => ({
        articleId: String(figure.cell.article),
        version: Number(figure.cell.articleVersion),
        title: this.fold.titleOf(String(figure.cell.article)) ?? null,
        figure,
        /** Readings × how far the level lies above that of the middle article. */
        preventable:
          figure.share === undefined || figure.n === undefined
            ? null
            : Math.round(figure.n * Math.max(0, figure.share - usual) * 10) / 10,
      }))
      .sort((a, b) => (b.preventable ?? -1) - (a.preventable ?? -1))
    const says = 'Contact after reading, not because of it: who reads may be worse off than who does not.'
    const since = { from: toInstant(from), matureAfterHours: READING_MATURE / HOUR }
    return { ...moments(seen), definition, ...since, prior, items, says }
  }

  /** Answer times as measured, and beside each promise the share it kept, by its own definition and by S2 (C47). */
  async answerTimes(asked: SeenQuery, caller: Caller) {
    const seen = await this.fold.seen(asked)
    const definition = this.fold.definition('answer-time')
    const rows = this.fold.rows(definition, seen)
    const options = optionsOf(definition, seen, caller)
    const promised = []
    for await (const row of this.views.every(promisesView, 'all')) {
      const current = inForce(row, toInstant(seen.asWas))
      if (current) promised.push(this.#kept(current.terms, seen, caller))
    }
    return {
      ...moments(seen),
      definition,
      byChannel: figuresOf(definition, rows, ['channel'], options),
      byHour: figuresOf(definition, rows, ['channel', 'hour'], options),
      promised,
    }
  }

  #kept(terms: NonNullable<ReturnType<typeof inForce>>['terms'], seen: Seen, caller: Caller) {
    const from = Math.max(seen.from ?? -Infinity, fromInstant(terms.validFrom))
    const measured = (claim: string): FigureShown | undefined => {
      if (!isClaim(claim)) return undefined
      const definition = answeredWithin(terms.threshold, claim)
      const rows = this.fold.rows(definition, { ...seen, from })
      const own = rows.filter(({ keys }) => keys.channel === terms.channel)
      return figuresOf(definition, own, [], optionsOf(definition, seen, caller))[0]
    }
    const claimed = measured(terms.definition)
    return { terms, measured: claimed, s2: measured('S2'), word: wordOf(claimed, terms.share / 100) }
  }

  /** Outcome and feeling by week, apart, with the share of those who answered at all (C29). */
  async feedbackTrend(asked: SeenQuery, caller: Caller) {
    const seen = await this.fold.seen(asked)
    const trend = { ...seen, from: seen.from ?? seen.asWas - TREND_SPAN }
    const weekly = (metric: string) => {
      const definition = this.fold.definition(metric)
      return figuresByWeek(definition, this.fold.rows(definition, trend), optionsOf(definition, seen, caller))
    }
    const outcome = weekly('feedback-outcome')
    const feeling = weekly('feedback-feeling')
    const response = weekly('feedback-response')
    const starts = [...new Set([...outcome.keys(), ...feeling.keys(), ...response.keys()])].sort()
    const best = (rows: readonly FactRow[]) => shareOf(rows, seen.asWas, (value) => value >= 4)
    const weeks = starts.map((week, index) => {
      const earlier = starts[index - 1] ?? ''
      const comparable = isSteady(response.get(earlier)?.figure, response.get(week)?.figure)
      const change = (of: typeof outcome) => {
        const [before, now] = [of.get(earlier), of.get(week)]
        const isTold = before?.figure.share !== undefined && now?.figure.share !== undefined
        if (!isTold || !comparable) return null
        return compareShares(best(before.rows), best(now.rows), { good: 'up', concurrent: false })
      }
      return {
        week,
        outcome: outcome.get(week)?.figure ?? null,
        feeling: feeling.get(week)?.figure ?? null,
        response: response.get(week)?.figure ?? null,
        /** False where the response share moved so far that the answers are of other people. */
        comparable,
        outcomeChange: change(outcome),
        feelingChange: change(feeling),
      }
    })
    return { ...moments(seen), from: toInstant(trend.from), weeks }
  }

  async anatomy(asked: SeenQuery & { readonly reason?: string }) {
    const seen = await this.fold.seen(asked)
    const anatomy = this.fold.paths.anatomy(seen.asWas, seen.known, asked.reason)
    return { ...moments(seen), reason: asked.reason ?? null, ...anatomyShown(anatomy) }
  }

  #answer(metric: string, { by }: Asked, seen: Seen, caller: Caller) {
    const definition = this.fold.definition(metric)
    const keys = attributesIn(definition, by)
    const rows = this.fold.rows(definition, seen)
    const options = optionsOf(definition, seen, caller)
    const [figure] = figuresOf(definition, rows, [], options)
    return { definition, figure, by: keys.length === 0 ? [] : figuresOf(definition, rows, keys, options) }
  }
}

/** A measured share beside the promised one, in the words of comparisons. */
function wordOf(figure: FigureShown | undefined, promised: number): VerdictWord {
  const interval = figure?.interval
  if (!interval) return 'Too few to tell'
  if (interval.low > promised) return 'Likely better'
  if (interval.high < promised) return 'Likely worse'
  const isNear = interval.low > promised - MARGIN && interval.high < promised + MARGIN
  return isNear ? 'No difference seen' : 'Too few to tell'
}

function isSteady(before: FigureShown | undefined, now: FigureShown | undefined): boolean {
  if (before?.share === undefined || now?.share === undefined) return true
  return Math.abs(now.share - before.share) <= RESPONSE_MOVE * before.share
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] =
    sorted.length % 2 === 0 ? sorted.slice(middle - 1) : [sorted[middle], sorted[middle]]
  return (low + high) / 2
}
