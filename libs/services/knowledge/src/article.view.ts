import type { ArticleKind } from '@throughline/contracts'
import type { RecordedEvent, Rows, View } from '@throughline/ports'
import { contentOf } from './article.js'
import type { ArticleContent, ArticleEvent } from './article.js'
import { folded } from './words.js'

/** An article as it is now. */
export interface ArticleRow extends ArticleContent {
  readonly is: 'article'
  readonly articleId: string
  readonly version: number
  readonly ownerId?: string
  readonly state: 'live' | 'retired'
  /** Why it was retired. */
  readonly why?: string
  readonly publishedAt: string
  readonly changedAt: string
  /** Events in its stream: its ETag. */
  readonly revision: number
  /** Place in the log of its last change. */
  readonly position: number
}

/** A version as it was written; it never changes. */
export interface VersionRow extends ArticleContent {
  readonly is: 'version'
  readonly articleId: string
  readonly version: number
  readonly at: string
  readonly by: string
  /** Why it was revised; empty for the first. */
  readonly why: string
}

/** Rows by article id, and by `<article id>@<version>` for its versions. */
export const articlesView: View<ArticleRow | VersionRow, ArticleEvent> = {
  name: 'knowledge.articles',
  version: 1,
  on: [
    'throughline.ArticlePublished.v1',
    'throughline.ArticleRevised.v1',
    'throughline.ArticleRetired.v1',
    'throughline.ArticleOwnerChanged.v1',
  ],
  async project(event, rows) {
    const key = event.data.articleId
    const found = await rows.get(key)
    const before = found?.is === 'article' ? found : undefined
    const now = {
      changedAt: event.occurredAt,
      revision: event.sequence + 1,
      position: event.position,
    }
    switch (event.type) {
      case 'throughline.ArticlePublished.v1':
      case 'throughline.ArticleRevised.v1': {
        const { articleId, version, ownerId } = event.data
        const content = contentOf(event.data)
        const owner = ownerId === undefined ? {} : { ownerId }
        const publishedAt = before?.publishedAt ?? event.occurredAt
        put(rows, {
          is: 'article',
          articleId,
          version,
          ...content,
          ...owner,
          state: 'live',
          publishedAt,
          ...now,
        })
        rows.put(versionKey(articleId, version), versionRow(event, content), {
          [`versions:${articleId}`]: place(version),
        })
        return
      }
      case 'throughline.ArticleRetired.v1':
        if (before) put(rows, { ...before, state: 'retired', why: event.data.why, ...now })
        return
      case 'throughline.ArticleOwnerChanged.v1':
        if (before) put(rows, { ...before, ownerId: event.data.ownerId, ...now })
    }
  },
}

export interface ArticleFilter {
  readonly state?: 'live' | 'retired'
  readonly kind?: ArticleKind
  readonly owner?: string
}

/** The list in which all articles of a filter stand, by title. */
export function articleList({ state, kind, owner }: ArticleFilter): string {
  return `${state ?? '*'}/${kind ?? '*'}/${owner ?? '*'}`
}

/** Every article in the order of its last change, so that a reader can take up what is new. */
export const CHANGES = 'changes'

/** A whole number that sorts as text. */
export function place(number: number): string {
  return String(number).padStart(16, '0')
}

export function versionKey(articleId: string, version: number): string {
  return `${articleId}@${String(version)}`
}

function put(rows: Rows<ArticleRow | VersionRow>, row: ArticleRow): void {
  const lists: Record<string, string> = { [CHANGES]: place(row.position) }
  const owners = row.ownerId === undefined ? [undefined] : [undefined, row.ownerId]
  for (const state of [undefined, row.state]) {
    for (const kind of [undefined, row.kind]) {
      for (const owner of owners) {
        const filter = {
          ...(state !== undefined && { state }),
          ...(kind !== undefined && { kind }),
          ...(owner !== undefined && { owner }),
        }
        lists[articleList(filter)] = folded(row.title)
      }
    }
  }
  rows.put(row.articleId, row, lists)
}

function versionRow(
  event: RecordedEvent<
    Extract<ArticleEvent, { type: 'throughline.ArticlePublished.v1' | 'throughline.ArticleRevised.v1' }>
  >,
  content: ArticleContent,
): VersionRow {
  const { articleId, version } = event.data
  const why = event.type === 'throughline.ArticleRevised.v1' ? event.data.why : ''
  return { is: 'version', articleId, version, ...content, at: event.occurredAt, by: event.actor, why }
}
