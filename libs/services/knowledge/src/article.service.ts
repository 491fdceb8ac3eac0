import { Injectable } from '@nestjs/common'
import { Ids } from '@throughline/kernel'
import { EventStore, has, openCursor, sealCursor, ViewStore } from '@throughline/ports'
import type { Caller, Command, Page } from '@throughline/ports'
import { Refused } from '@throughline/kernel'
import { alike } from './alike.js'
import {
  articles,
  changeOwner,
  publishArticle,
  retireArticle,
  reviseArticle,
  unknownArticle,
} from './article.js'
import type { ArticleContent } from './article.js'
import { articleList, articlesView, place, versionKey } from './article.view.js'
import type { ArticleFilter, ArticleRow, VersionRow } from './article.view.js'
import { Catalogue } from './catalogue.js'
import { emptyRecord, readingsView } from './reading.view.js'
import type { RecordRow } from './reading.view.js'

/** From here on two texts are taken for the same article written twice. */
const ALIKE = 0.6

export interface Duplicate {
  readonly a: ArticleRow
  readonly b: ArticleRow
  readonly likeness: number
}

@Injectable()
export class ArticlesService {
  #duplicates: { readonly revision: number; readonly found: readonly Duplicate[] } | undefined

  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
    private readonly catalogue: Catalogue,
  ) {}

  publish(content: ArticleContent, ownerId: string | undefined, command: Command, caller: Caller) {
    const articleId = this.ids.derive('article', command.id)
    const owner = ownerId ?? (has(caller, 'knowledge-owner') ? caller.id : undefined)
    const input = { articleId, content, ...(owner !== undefined && { ownerId: owner }) }
    return this.store.transact(articles, articleId, publishArticle(input), command)
  }

  revise(articleId: string, content: ArticleContent, why: string, command: Command) {
    return this.store.transact(articles, articleId, reviseArticle({ articleId, content, why }), command)
  }

  retire(articleId: string, why: string, command: Command) {
    return this.store.transact(articles, articleId, retireArticle({ articleId, why }), command)
  }

  changeOwner(articleId: string, ownerId: string, command: Command) {
    return this.store.transact(articles, articleId, changeOwner({ articleId, ownerId }), command)
  }

  /** @throws Refused `article.unknown`; `article.retired` for readers, who see only what is live */
  async read(articleId: string, caller: Caller): Promise<ArticleRow> {
    const row = await this.views.row(articlesView, articleId)
    if (row?.is !== 'article') throw unknownArticle()
    if (row.state === 'retired' && caller.kind !== 'staff') throw retired()
    return row
  }

  async version(articleId: string, version: number): Promise<VersionRow> {
    const row = await this.views.row(articlesView, versionKey(articleId, version))
    if (row?.is !== 'version')
      throw new Refused('not-found', 'article.version-unknown', 'There is no such version of an article.')
    return row
  }

  /** All versions, newest first, each with what became of its own readings (C17). */
  async versions(articleId: string): Promise<readonly (VersionRow & { readonly record: RecordRow })[]> {
    const list: (VersionRow & { readonly record: RecordRow })[] = []
    for await (const row of this.views.every(articlesView, `versions:${articleId}`)) {
      if (row.is === 'version') list.unshift({ ...row, record: await this.record(articleId, row.version) })
    }
    if (list.length === 0) throw unknownArticle()
    return list
  }

  async record(articleId: string, version: number): Promise<RecordRow> {
    const row = await this.views.row(readingsView, versionKey(articleId, version))
    return row?.is === 'record' ? row : emptyRecord(articleId, version)
  }

  /** By title, or best found first when words are given. */
  async list(
    filter: ArticleFilter & { readonly q?: string },
    page: { readonly limit?: number; readonly after?: string },
  ): Promise<Page<ArticleRow>> {
    if (filter.q !== undefined && filter.q.trim() !== '') return this.#search(filter, filter.q, page)
    const { items, next } = await this.views.rows(articlesView, articleList(filter), page)
    return { items: items.flatMap((row) => (row.is === 'article' ? [row] : [])), next }
  }

  /** Live articles that say the same: one need, one article, for every channel (C73). */
  async duplicates(): Promise<readonly Duplicate[]> {
    const live = await this.catalogue.live()
    const { revision } = this.catalogue
    if (this.#duplicates?.revision === revision) return this.#duplicates.found
    const byId = new Map(live.map((row) => [row.articleId, row]))
    const texts = live.map(({ articleId, title, body }) => ({ id: articleId, text: `${title}\n${body}` }))
    const found = alike(texts, ALIKE).flatMap(({ a, b, likeness }) => {
      const [one, other] = [byId.get(a), byId.get(b)]
      return one === undefined || other === undefined ? [] : [{ a: one, b: other, likeness }]
    })
    this.#duplicates = { revision, found }
    return found
  }

  async #search(
    { state, kind, owner }: ArticleFilter,
    q: string,
    { limit = 50, after }: { readonly limit?: number; readonly after?: string },
  ): Promise<Page<ArticleRow>> {
    const found = (await this.catalogue.search(q)).filter(
      ({ row }) =>
        (state === undefined || row.state === state) &&
        (kind === undefined || row.kind === kind) &&
        (owner === undefined || row.ownerId === owner),
    )
    const from = after === undefined ? 0 : Number(openCursor(after).sort)
    const to = from + limit
    const items = found.slice(from, to).map(({ row }) => row)
    return { items, next: to < found.length ? sealCursor({ sort: place(to), key: '' }) : null }
  }
}

export function retired(): Refused {
  return new Refused('gone', 'article.retired', 'This article is no longer shown.')
}
