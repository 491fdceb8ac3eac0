import { Injectable } from '@nestjs/common'
import { sealCursor, ViewStore } from '@throughline/ports'
import MiniSearch from 'minisearch'
import { articlesView, CHANGES, place } from './article.view.js'
import type { ArticleRow } from './article.view.js'
import { words } from './words.js'

interface Indexed {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly body: string
}

/** All articles in memory with an index of their words. It follows its view and can be lost at any time. */
@Injectable()
export class Catalogue {
  readonly #rows = new Map<string, ArticleRow>()
  readonly #index = new MiniSearch<Indexed>({
    fields: ['title', 'summary', 'body'],
    tokenize: (text) => [...words(text)],
    processTerm: (term) => term,
    searchOptions: {
      boost: { title: 3, summary: 2 },
      prefix: (term) => term.length > 1,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    },
  })
  #revision = 0
  #after: string | undefined

  constructor(private readonly views: ViewStore) {}

  /** Place in the log of the last change that was taken up. */
  get revision(): number {
    return this.#revision
  }

  /** Every article, retired ones included, as the view knows them now. */
  async articles(): Promise<readonly ArticleRow[]> {
    await this.#catchUp()
    return [...this.#rows.values()]
  }

  async live(): Promise<readonly ArticleRow[]> {
    return (await this.articles()).filter(({ state }) => state === 'live')
  }

  /** Articles in which words of `query` stand, whole, begun or misspelt, with how well each was found. */
  async search(query: string): Promise<readonly { readonly row: ArticleRow; readonly score: number }[]> {
    await this.#catchUp()
    return this.#index.search(query).flatMap(({ id, score }) => {
      const row = this.#rows.get(String(id))
      return row === undefined ? [] : [{ row, score }]
    })
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const page = await this.views.rows(articlesView, CHANGES, {
        limit: 500,
        ...(this.#after !== undefined && { after: this.#after }),
      })
      for (const row of page.items) if (row.is === 'article') this.#take(row)
      if (page.next === null) return
    }
  }

  // Two requests may read the same page at once: a row that is not newer is left alone.
  #take(row: ArticleRow): void {
    const before = this.#rows.get(row.articleId)
    if (before !== undefined && before.position >= row.position) return
    if (before !== undefined) this.#index.remove(indexed(before))
    this.#index.add(indexed(row))
    this.#rows.set(row.articleId, row)
    if (this.#revision < row.position) {
      this.#revision = row.position
      this.#after = sealCursor({ sort: place(row.position), key: row.articleId })
    }
  }
}

function indexed({ articleId, title, summary, body }: ArticleRow): Indexed {
  return { id: articleId, title, summary, body }
}
