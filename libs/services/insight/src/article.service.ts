import { Injectable } from '@nestjs/common'
import { DAY, HOUR, Refused, toInstant } from '@throughline/kernel'
import { EventStore } from '@throughline/ports'
import type { Caller, RecordedEvent } from '@throughline/ports'

import { wordsAfter } from './article.words.js'
import type { AskedWords } from './article.words.js'
import { figuresOf, inCell, optionsOf, shareOf } from './figure.shown.js'
import type { FigureShown } from './figure.shown.js'
import { moments } from './figure.service.js'
import { InsightFold } from './insight.fold.js'
import type { SeenQuery } from './insight.fold.js'
import type { MetricDefinition } from './metric.js'
import { stateOf } from './metric.rows.js'
import type { FactRow } from './metric.rows.js'
import { fitPrior } from './statistics.js'
import type { KnownRow } from './unit.rows.js'
import { compareShares, neighboursDrift } from './verdict.js'
import type { Verdict } from './verdict.js'

/** Readings drift, so only the last half year counts for the level of an article (INSIGHT, section 5). */
const ARTICLE_SPAN = 180 * DAY
const READING_MATURE = 48 * HOUR
const MOST_WORDS = 20

export interface ArticlesAsked extends SeenQuery {
  readonly article?: string
}

export interface AskedAfter extends SeenQuery {
  readonly version?: number
  readonly limit?: number
}

@Injectable()
export class ArticlesAnswersService {
  constructor(
    private readonly fold: InsightFold,
    private readonly store: EventStore,
  ) {}

  /** Articles by the contacts that better ones might prevent, each version on its own and beside the one before (C17). */
  async articles(asked: ArticlesAsked, caller: Caller) {
    const seen = await this.fold.seen(asked)
    const from = Math.max(seen.from ?? -Infinity, seen.asWas - ARTICLE_SPAN)
    const definition = this.fold.definition('article-contact-after-reading')
    const rows = await this.fold.rows(definition, { ...seen, from })
    const versions = Map.groupBy(rows, versionOf)
    const shares = [...versions.values()].map((own) => shareOf(own, seen.asWas, (value) => value > 0))
    const prior = fitPrior(shares)
    const options = optionsOf(definition, seen, caller)
    const figures = figuresOf(definition, rows, ['article', 'articleVersion'], options, prior)
    const usual = median(figures.flatMap(({ share }) => (share === undefined ? [] : [share])))
    const helping = this.fold.definition('article-helped')
    const said = await this.fold.rows(helping, { ...seen, from })
    const helped = figuresOf(helping, said, ['article', 'articleVersion'], optionsOf(helping, seen, caller))
    const items = figures
      .filter(({ cell }) => asked.article === undefined || cell.article === asked.article)
      .map((figure) => {
        const { article, articleVersion } = figure.cell
        const before = earlier(figures, figure)
        const own = inCell(helped, figure.cell)[0] ?? null
        const helpedBefore = before === undefined ? undefined : inCell(helped, before.cell)[0]
        return {
          articleId: String(article),
          version: Number(articleVersion),
          title: this.fold.titleOf(String(article)) ?? null,
          /** Readings of 8 seconds or more, those of the last 48 hours too; null where hidden. */
          reads: figure.n === undefined ? null : figure.n + (figure.pending ?? 0),
          figure,
          helped: own,
          verdict: before === undefined ? null : compared(definition, rows, before, figure, seen.asWas),
          helpedVerdict:
            helpedBefore === undefined || own === null
              ? null
              : compared(helping, said, helpedBefore, own, seen.asWas),
          /** Readings × how far the level lies above that of the middle article. */
          preventable:
            figure.share === undefined || figure.n === undefined
              ? null
              : Math.round(figure.n * Math.max(0, figure.share - usual) * 10) / 10,
        }
      })
      .sort((a, b) => (b.preventable ?? -1) - (a.preventable ?? -1))
    const says = 'Contact after reading, not because of it: who reads may be worse off than who does not.'
    const since = { from: toInstant(from), matureAfterHours: READING_MATURE / HOUR }
    return { ...moments(seen), definition, ...since, prior, items, says }
  }

  /** Why people still asked after reading: causes the team noted, and what the customers said (C17). */
  async asked(articleId: string, asked: AskedAfter, caller: Caller) {
    const seen = await this.fold.seen(asked)
    const definition = this.fold.definition('article-contact-after-reading')
    const rows = (await this.fold.rows(definition, seen))
      .filter(
        ({ keys, value }) =>
          keys.article === articleId &&
          (asked.version === undefined || keys.articleVersion === asked.version) &&
          value !== null &&
          value > 0,
      )
      .sort((a, b) => b.cohortAt - a.cohortAt)
    if (rows.length === 0 && this.fold.titleOf(articleId) === undefined)
      throw new Refused('not-found', 'article.unknown', 'There is no such article.')
    const options = optionsOf(definition, seen, caller)
    const counting = this.fold.definition('contacts-by-cause')
    const caused = await this.fold.rows(counting, seen)
    const causeOf = new Map(caused.map(({ unit, keys }) => [unit, String(keys.cause)]))
    // One row for each contact; those without a cause stand beside the others, so that no total gives one away.
    const contacts = new Map(
      rows
        .filter((row) => stateOf(row, seen.asWas) === 'counted')
        .flatMap((row): readonly [string, FactRow][] => {
          const id = contactOf(row)
          if (id === undefined) return []
          return [[id, { ...row, unit: id, value: 1, keys: { cause: causeOf.get(id) ?? 'none' } }]]
        }),
    )
    const counted = [...contacts.values()]
    const causes = figuresOf(counting, counted, ['cause'], options).map((figure) => {
      const code = String(figure.cell.cause)
      const words = code === 'none' ? null : (this.fold.causeIn(code) ?? null)
      return { code, words, contacts: figure.n ?? null, figure }
    })
    return {
      ...moments(seen),
      articleId,
      version: asked.version ?? null,
      title: this.fold.titleOf(articleId) ?? null,
      contacts: figuresOf(counting, counted, [], options)[0],
      causes,
      words: await this.#words(articleId, rows, asked.limit ?? MOST_WORDS, seen.known),
    }
  }

  async #words(
    articleId: string,
    rows: readonly KnownRow[],
    limit: number,
    known: number,
  ): Promise<readonly AskedWords[]> {
    const found = new Map<string, AskedWords>()
    for (const row of rows) {
      if (found.size >= limit) break
      const contactId = contactOf(row)
      for (const journeyId of new Set(row.journeys.flatMap((each) => each ?? []))) {
        const events: readonly RecordedEvent[] = await this.store.readJourney(journeyId, { upTo: known })
        for (const each of wordsAfter(events, { journeyId, articleId, contactId }))
          found.set(`${each.journeyId} ${each.text}`, each)
      }
    }
    return [...found.values()].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, limit)
  }
}

function contactOf({ contacts }: KnownRow): string | undefined {
  return contacts.flatMap((contact) => contact ?? [])[0]
}

function versionOf({ keys }: FactRow): string {
  return `${String(keys.article)} ${String(keys.articleVersion)}`
}

/** The version before it of which anything is known. */
function earlier(figures: readonly FigureShown[], { cell }: FigureShown): FigureShown | undefined {
  const version = Number(cell.articleVersion)
  return figures
    .filter((each) => each.cell.article === cell.article && Number(each.cell.articleVersion) < version)
    .sort((a, b) => Number(b.cell.articleVersion) - Number(a.cell.articleVersion))[0]
}

/** In words only where both shares are shown; else the difference would tell what is not. */
function compared(
  { good }: MetricDefinition,
  rows: readonly FactRow[],
  before: FigureShown,
  after: FigureShown,
  moment: number,
): (Pick<Verdict, 'word' | 'link'> & Partial<Verdict> & { readonly drift?: number }) & {
  readonly against: number
} {
  const against = Number(before.cell.articleVersion)
  if (before.share === undefined || after.share === undefined || good === 'neither')
    return { word: 'Too few to tell', link: 'with', against }
  const of = ({ cell }: FigureShown) =>
    rows.filter(({ keys }) => keys.article === cell.article && keys.articleVersion === cell.articleVersion)
  const share = (own: readonly FactRow[]) => shareOf(own, moment, (value) => value > 0)
  const own = of(after)
  const since = own.reduce((first, { cohortAt }) => Math.min(first, cohortAt), Infinity)
  const others = Map.groupBy(
    rows.filter(({ keys }) => keys.article !== after.cell.article),
    versionOf,
  )
  const neighbours = [...others.values()].map((each) => ({
    before: share(each.filter(({ cohortAt }) => cohortAt < since)),
    after: share(each.filter(({ cohortAt }) => cohortAt >= since)),
  }))
  const drift = neighboursDrift(neighbours)
  return {
    ...compareShares(share(of(before)), share(own), { good, drift, concurrent: false }),
    drift,
    against,
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] =
    sorted.length % 2 === 0 ? sorted.slice(middle - 1) : [sorted[middle], sorted[middle]]
  return (low + high) / 2
}
