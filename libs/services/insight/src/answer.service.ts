import { Injectable } from '@nestjs/common'
import { fromInstant, toInstant } from '@throughline/kernel'
import { ViewStore } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { attributesIn, figuresByWeek, figuresOf, optionsOf, shareOf, WEEK } from './figure.shown.js'
import type { FigureShown } from './figure.shown.js'
import { moments } from './figure.service.js'
import { InsightFold } from './insight.fold.js'
import type { Seen, SeenQuery } from './insight.fold.js'
import { anatomyShown } from './journey.paths.js'
import type { FactRow } from './metric.rows.js'
import { answeredWithin, isClaim } from './metrics.shipped.js'
import { inForce, promisesView } from './promise.view.js'
import { compareShares } from './verdict.js'
import type { VerdictWord } from './verdict.js'

export interface Asked extends SeenQuery {
  readonly by?: string
}

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

  /** Share of contacts that came after online steps, at three depths (C34). */
  async onlineBeforeContact(asked: Asked, caller: Caller) {
    const seen = await this.fold.seen(asked)
    const depth = (name: string) => this.#answer(`preceded-online-${name}`, asked, seen, caller)
    const [looked, chose, read] = [await depth('looked'), await depth('chose'), await depth('read')]
    return { ...moments(seen), looked, chose, read }
  }

  /** Repeats within the window: as people stated them, and with those that seem to be the same (C59). */
  async repeatContacts(asked: Asked, caller: Caller) {
    const seen = await this.fold.seen(asked)
    const repeat = (name: string) => this.#answer(`repeat-contact-${name}`, asked, seen, caller)
    return { ...moments(seen), stated: await repeat('stated'), wide: await repeat('wide') }
  }

  async one(metric: string, asked: Asked, caller: Caller) {
    const seen = await this.fold.seen(asked)
    return { ...moments(seen), ...(await this.#answer(metric, asked, seen, caller)) }
  }

  /** Answer times as measured, and beside each promise the share it kept, by its own definition and by S2 (C47). */
  async answerTimes(asked: SeenQuery, caller: Caller) {
    const seen = await this.fold.seen(asked)
    const definition = this.fold.definition('answer-time')
    const rows = await this.fold.rows(definition, seen)
    const options = optionsOf(definition, seen, caller)
    const promised = []
    for await (const row of this.views.every(promisesView, 'all')) {
      const current = inForce(row, toInstant(seen.asWas))
      if (current) promised.push(await this.#kept(current.terms, seen, caller))
    }
    return {
      ...moments(seen),
      definition,
      byChannel: figuresOf(definition, rows, ['channel'], options),
      byHour: figuresOf(definition, rows, ['channel', 'hour'], options),
      promised,
    }
  }

  async #kept(terms: NonNullable<ReturnType<typeof inForce>>['terms'], seen: Seen, caller: Caller) {
    const from = Math.max(seen.from ?? -Infinity, fromInstant(terms.validFrom))
    const measured = async (claim: string): Promise<FigureShown | undefined> => {
      if (!isClaim(claim)) return undefined
      const definition = answeredWithin(terms.threshold, claim)
      const rows = await this.fold.rows(definition, { ...seen, from })
      const own = rows.filter(({ keys }) => keys.channel === terms.channel)
      return figuresOf(definition, own, [], optionsOf(definition, seen, caller))[0]
    }
    const claimed = await measured(terms.definition)
    return { terms, measured: claimed, s2: await measured('S2'), word: wordOf(claimed, terms.share / 100) }
  }

  /** Outcome and feeling by week, apart, with the share of those who answered at all (C29). */
  async feedbackTrend(asked: SeenQuery, caller: Caller) {
    const seen = await this.fold.seen(asked)
    const trend = { ...seen, from: seen.from ?? seen.asWas - TREND_SPAN }
    const weekly = async (metric: string) => {
      const definition = this.fold.definition(metric)
      const rows = await this.fold.rows(definition, trend)
      return figuresByWeek(definition, rows, optionsOf(definition, seen, caller))
    }
    const outcome = await weekly('feedback-outcome')
    const feeling = await weekly('feedback-feeling')
    const response = await weekly('feedback-response')
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
    const anatomy = await this.fold.anatomy(seen, asked.reason)
    return { ...moments(seen), reason: asked.reason ?? null, ...anatomyShown(anatomy) }
  }

  async #answer(metric: string, { by }: Asked, seen: Seen, caller: Caller) {
    const definition = this.fold.definition(metric)
    const keys = attributesIn(definition, by)
    const rows = await this.fold.rows(definition, seen)
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
