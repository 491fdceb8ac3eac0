import { Injectable } from '@nestjs/common'
import { Ids, Refused } from '@throughline/kernel'
import { EventStore, ViewStore } from '@throughline/ports'
import type { Caller, Command, Page, PageRequest } from '@throughline/ports'
import { unknownArticle } from './article.js'
import { retired } from './article.service.js'
import { articlesView, versionKey } from './article.view.js'
import { journeysView } from './journey.view.js'
import type { JourneyRow } from './journey.view.js'
import { leaveArticle, rateArticle, readings, unknownReading, viewArticle } from './reading.js'
import { readingsView } from './reading.view.js'
import type { ReadingRow } from './reading.view.js'

@Injectable()
export class ReadingsService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
  ) {}

  /** Opens an article in the caller's own journey; `version` is the one on the caller's screen, the live one if absent. */
  async open(
    input: { readonly articleId: string; readonly journeyId: string; readonly version?: number },
    command: Command,
    caller: Caller,
  ) {
    const { articleId, journeyId } = input
    const journey = await this.journeyOf(journeyId, caller)
    const { version, title } = await this.#readable(articleId, input.version)
    const readingId = this.ids.derive('reading', journeyId, articleId, String(version))
    const { item, reason } = journey
    const decision = viewArticle({
      readingId,
      articleId,
      version,
      title,
      ...(item !== undefined && { thing: item.thing }),
      ...(reason !== undefined && { reason: reason.code }),
    })
    return this.store.transact(readings, readingId, decision, this.#of(command, journeyId, caller))
  }

  async rate(
    readingId: string,
    input: { readonly helped: boolean; readonly comment?: string },
    command: Command,
    caller: Caller,
  ) {
    const journeyId = await this.#ownJourneyOf(readingId, caller)
    return this.store.transact(readings, readingId, rateArticle(input), this.#of(command, journeyId, caller))
  }

  async leave(readingId: string, dwell: number, command: Command, caller: Caller) {
    const journeyId = await this.#ownJourneyOf(readingId, caller)
    return this.store.transact(
      readings,
      readingId,
      leaveArticle({ dwell }),
      this.#of(command, journeyId, caller),
    )
  }

  /** What was read in a journey, oldest first. */
  async list(journeyId: string, caller: Caller, page: PageRequest): Promise<Page<ReadingRow>> {
    await this.journeyOf(journeyId, caller)
    const { items, next } = await this.views.rows(readingsView, `journey:${journeyId}`, page)
    return { items: items.flatMap((row) => (row.is === 'reading' ? [row] : [])), next }
  }

  async read(readingId: string, caller: Caller): Promise<ReadingRow> {
    const row = await this.views.row(readingsView, readingId)
    if (row?.is !== 'reading') throw unknownReading()
    if (caller.kind === 'staff') return row
    const journey =
      row.journeyId === undefined ? undefined : await this.views.row(journeysView, row.journeyId)
    if (journey?.person?.id !== caller.id) throw unknownReading()
    return row
  }

  /** @throws Refused `journey.unknown` for an unknown journey and, to customers and guests, for another person's */
  async journeyOf(journeyId: string, caller: Caller): Promise<JourneyRow> {
    const row = await this.views.row(journeysView, journeyId)
    if (row === undefined || (caller.kind !== 'staff' && row.person?.id !== caller.id)) {
      throw new Refused('not-found', 'journey.unknown', 'There is no such journey.')
    }
    return row
  }

  // From the record and not from a view, which may not know yet what was opened a moment ago.
  async #ownJourneyOf(readingId: string, caller: Caller): Promise<string> {
    const [first] = await this.store.readStream({ stream: readings.name, id: readingId })
    if (first?.journeyId === undefined) throw unknownReading()
    const journey = await this.views.row(journeysView, first.journeyId)
    if (journey?.person?.id !== caller.id) throw unknownReading()
    return first.journeyId
  }

  async #readable(articleId: string, version: number | undefined) {
    const article = await this.views.row(articlesView, articleId)
    if (article?.is !== 'article') throw unknownArticle()
    if (article.state === 'retired') throw retired()
    if (version === undefined || version === article.version) return article
    const older = await this.views.row(articlesView, versionKey(articleId, version))
    if (older?.is === 'version') return older
    throw new Refused('unprocessable', 'article.version-unknown', 'This article has no such version.', {
      field: 'version',
    })
  }

  #of(command: Command, journeyId: string, caller: Caller): Command {
    return { ...command, journeyId, customerId: caller.id }
  }
}
