import { Injectable } from '@nestjs/common'
import { has, ViewStore } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import type { ArticleKind } from '@throughline/contracts'
import { ArticlesService } from './article.service.js'
import { versionKey } from './article.view.js'
import type { ArticleRow } from './article.view.js'
import { Catalogue } from './catalogue.js'
import { closeness } from './fit.js'
import type { Need } from './fit.js'
import type { JourneyRow } from './journey.view.js'
import { ReadingsService } from './reading.service.js'
import { readingsView } from './reading.view.js'
import { better, suggest } from './suggestion.js'
import type { Candidate } from './suggestion.js'

interface Found {
  readonly row: ArticleRow
  readonly score: number
  readonly close: number | undefined
}

export type Suggested = Candidate & { readonly row: ArticleRow }

@Injectable()
export class SuggestionsService {
  constructor(
    private readonly views: ViewStore,
    private readonly catalogue: Catalogue,
    private readonly articles: ArticlesService,
    private readonly readings: ReadingsService,
  ) {}

  /**
   * What fits a thing and a reason (C9), or is found by words. What the caller leaves open is taken from the journey.
   * @throws Refused `journey.unknown`
   */
  async find(
    asked: Need & { readonly journeyId?: string; readonly q?: string },
    caller: Caller,
  ): Promise<Readonly<Record<ArticleKind, readonly Suggested[]>>> {
    const journey =
      asked.journeyId === undefined ? undefined : await this.readings.journeyOf(asked.journeyId, caller)
    const reader = has(caller, 'customer', 'guest') ? caller.id : journey?.person?.id
    const found = await this.#found(needOf(asked, journey), asked.q?.trim() ?? '')
    return suggest(await this.#candidates(found, reader))
  }

  /** What is found by words alone, of every kind together. */
  async search(q: string, limit: number, caller: Caller): Promise<readonly Suggested[]> {
    const reader = has(caller, 'customer', 'guest') ? caller.id : undefined
    const found = q.trim() === '' ? [] : await this.#found({}, q.trim())
    return [...(await this.#candidates(found, reader))].sort(better).slice(0, limit)
  }

  async #candidates(found: readonly Found[], reader: string | undefined): Promise<readonly Suggested[]> {
    const refused = await this.#didNotHelp(reader)
    return Promise.all(
      found.map(async ({ row, score, close }): Promise<Suggested> => {
        const { articleId, version, kind, title } = row
        const { helped, didNotHelp } = await this.articles.record(articleId, version)
        const saidDidNotHelp = refused.has(versionKey(articleId, version))
        return { row, articleId, kind, title, closeness: close, score, helped, didNotHelp, saidDidNotHelp }
      }),
    )
  }

  async #found(need: Need, q: string): Promise<readonly Found[]> {
    if (q === '') {
      return (await this.catalogue.live()).flatMap((row) => {
        const close = closeness(row.fits, need)
        return close === undefined ? [] : [{ row, score: 0, close }]
      })
    }
    // Without a thing and a reason nothing can fit better than anything else.
    const open = Object.keys(need).length === 0
    return (await this.catalogue.search(q))
      .filter(({ row }) => row.state === 'live')
      .map(({ row, score }) => ({ row, score, close: open ? 0 : closeness(row.fits, need) }))
  }

  async #didNotHelp(reader: string | undefined): Promise<ReadonlySet<string>> {
    const versions = new Set<string>()
    if (reader === undefined) return versions
    for await (const row of this.views.every(readingsView, `no-help:${reader}`)) {
      if (row.is === 'reading') versions.add(versionKey(row.articleId, row.version))
    }
    return versions
  }
}

function needOf(asked: Need, journey: JourneyRow | undefined): Need {
  const thing = asked.thing ?? journey?.item?.thing
  const reason = asked.reason ?? journey?.reason?.code
  // The journey's second level belongs to the journey's first level and to no other.
  const detail = asked.detail ?? (reason === journey?.reason?.code ? journey?.reason?.detail : undefined)
  const product = asked.product ?? (thing === journey?.item?.thing ? journey?.item?.product : undefined)
  return {
    ...(thing !== undefined && { thing }),
    ...(reason !== undefined && { reason }),
    ...(detail !== undefined && { detail }),
    ...(product !== undefined && { product }),
  }
}
