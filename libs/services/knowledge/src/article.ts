import { Refused } from '@throughline/kernel'
import type { Stream } from '@throughline/kernel'
import type { ArticleKind, EventOf, Fit } from '@throughline/contracts'

/** What its readers see of an article, and what it fits. */
export interface ArticleContent {
  readonly kind: ArticleKind
  readonly title: string
  readonly summary: string
  /** Markdown, as it was written. */
  readonly body: string
  readonly fits: readonly Fit[]
  readonly language: string
}

export type ArticleState =
  | { readonly status: 'none' }
  | {
      readonly status: 'live'
      readonly version: number
      readonly content: ArticleContent
      readonly ownerId: string | undefined
    }
  | { readonly status: 'retired'; readonly version: number; readonly ownerId: string | undefined }

/** Another member of staff answers for an article. */
export interface ArticleOwnerChanged {
  readonly type: 'throughline.ArticleOwnerChanged.v1'
  readonly data: { readonly articleId: string; readonly ownerId: string }
}

export type ArticleEvent =
  | EventOf<'throughline.ArticlePublished.v1'>
  | EventOf<'throughline.ArticleRevised.v1'>
  | EventOf<'throughline.ArticleRetired.v1'>
  | ArticleOwnerChanged

export const articles: Stream<ArticleState, ArticleEvent> = {
  name: 'article',
  initial: { status: 'none' },
  evolve(state, event): ArticleState {
    switch (event.type) {
      case 'throughline.ArticlePublished.v1':
      case 'throughline.ArticleRevised.v1': {
        const { version, ownerId } = event.data
        return { status: 'live', version, content: contentOf(event.data), ownerId }
      }
      case 'throughline.ArticleRetired.v1':
        return state.status === 'live'
          ? { status: 'retired', version: state.version, ownerId: state.ownerId }
          : state
      case 'throughline.ArticleOwnerChanged.v1':
        return state.status === 'none' ? state : { ...state, ownerId: event.data.ownerId }
    }
  },
}

export const publishArticle =
  (input: { readonly articleId: string; readonly content: ArticleContent; readonly ownerId?: string }) =>
  (state: ArticleState): readonly ArticleEvent[] => {
    const { articleId, content, ownerId } = input
    if (state.status !== 'none') {
      if (state.status === 'live' && state.version === 1 && same(state.content, content)) return []
      throw new Refused('conflict', 'article.exists', 'An article with this id is there already.')
    }
    const owner = ownerId === undefined ? {} : { ownerId }
    return [
      { type: 'throughline.ArticlePublished.v1', data: { articleId, version: 1, ...content, ...owner } },
    ]
  }

/** The new version starts with a record of its own: what the old one did to its readers stays with the old one (C17). */
export const reviseArticle =
  (input: { readonly articleId: string; readonly content: ArticleContent; readonly why: string }) =>
  (state: ArticleState): readonly ArticleEvent[] => {
    const { articleId, content, why } = input
    const live = liveOnly(state)
    if (same(live.content, content)) return []
    const owner = live.ownerId === undefined ? {} : { ownerId: live.ownerId }
    const version = live.version + 1
    return [
      { type: 'throughline.ArticleRevised.v1', data: { articleId, version, ...content, ...owner, why } },
    ]
  }

export const retireArticle =
  (input: { readonly articleId: string; readonly why: string }) =>
  (state: ArticleState): readonly ArticleEvent[] => {
    if (state.status === 'retired') return []
    liveOnly(state)
    return [{ type: 'throughline.ArticleRetired.v1', data: { articleId: input.articleId, why: input.why } }]
  }

export const changeOwner =
  (input: { readonly articleId: string; readonly ownerId: string }) =>
  (state: ArticleState): readonly ArticleEvent[] => {
    const live = liveOnly(state)
    if (live.ownerId === input.ownerId) return []
    return [
      {
        type: 'throughline.ArticleOwnerChanged.v1',
        data: { articleId: input.articleId, ownerId: input.ownerId },
      },
    ]
  }

export function unknownArticle(): Refused {
  return new Refused('not-found', 'article.unknown', 'There is no such article.')
}

function liveOnly(state: ArticleState): Extract<ArticleState, { status: 'live' }> {
  if (state.status === 'none') throw unknownArticle()
  if (state.status === 'retired')
    throw new Refused(
      'conflict',
      'article.retired',
      'This article is no longer shown, so it cannot change.',
      {
        todo: 'Publish a new article.',
      },
    )
  return state
}

/** The content alone, its fields in one order, so that two can be compared as text. */
export function contentOf({ kind, title, summary, body, fits, language }: ArticleContent): ArticleContent {
  const plain = fits.map(({ things, reasons, products }) => ({ things, reasons, products }))
  return { kind, title, summary, body, fits: plain, language }
}

function same(a: ArticleContent, b: ArticleContent): boolean {
  return JSON.stringify(contentOf(a)) === JSON.stringify(contentOf(b))
}
