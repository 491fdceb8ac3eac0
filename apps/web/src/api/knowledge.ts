import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Api } from './client'

export type ArticleKind = 'guide' | 'faq' | 'community'

/** An article as it is listed. */
export interface ArticleShown {
  readonly id: string
  readonly version: number
  readonly kind: ArticleKind
  readonly title: string
  readonly summary: string
  readonly language: string
  /** Readers of this version who said it helped, and who said anything. */
  readonly helped: number
  readonly answered: number
  readonly fits: boolean
  /** This customer said so of this version. */
  readonly saidDidNotHelp: boolean
}

export interface Suggestions {
  readonly guides: readonly ArticleShown[]
  readonly faq: readonly ArticleShown[]
  readonly community: readonly ArticleShown[]
}

export interface ArticleFound extends ArticleShown {
  /** Plain text around the first place found. */
  readonly excerpt: string
}

/** An article as readers open it. */
export interface Article {
  readonly id: string
  readonly version: number
  readonly kind: ArticleKind
  readonly title: string
  readonly summary: string
  readonly language: string
  readonly publishedAt?: string
  readonly ownerId?: string
  /** Markdown. */
  readonly body: string
  readonly helped: number
  readonly answered: number
}

export interface Reading {
  readonly id: string
  readonly articleId: string
  readonly version: number
  readonly title: string
  readonly readAt: string
  /** Seconds it was open and in view, all openings together. */
  readonly dwell?: number
  readonly helped?: boolean
}

export interface Need {
  readonly thing?: string
  readonly reason?: string
  readonly detail?: string
  readonly product?: string
  readonly journeyId?: string
  readonly q?: string
}

/** What fits a thing and a reason; `undefined` asks nothing yet. */
export const suggestionsQuery = (api: Api, need: Need | undefined) =>
  queryOptions({
    queryKey: ['knowledge', 'suggestions', need],
    queryFn: ({ signal }) => {
      const asked = new URLSearchParams(Object.entries(need ?? {}))
      return api.get<Suggestions>(`/knowledge/suggestions?${asked.toString()}`, { signal })
    },
    enabled: need !== undefined,
    staleTime: 60_000,
  })

export const articleQuery = (api: Api, articleId: string | undefined) =>
  queryOptions({
    queryKey: ['knowledge', 'article', articleId],
    queryFn: ({ signal }) => api.get<Article>(`/knowledge/articles/${articleId ?? ''}`, { signal }),
    enabled: articleId !== undefined,
    staleTime: 5 * 60_000,
  })

export const knowledgeSearch = (api: Api, words: string) =>
  queryOptions({
    queryKey: ['knowledge', 'search', words],
    queryFn: ({ signal }) =>
      api.get<{ readonly items: readonly ArticleFound[] }>(
        `/knowledge/search?q=${encodeURIComponent(words)}`,
        { signal },
      ),
    enabled: words !== '',
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  })

export const readingsQuery = (api: Api, journeyId: string | undefined) =>
  queryOptions({
    queryKey: ['knowledge', 'readings', journeyId],
    queryFn: ({ signal }) =>
      api.get<{ readonly items: readonly Reading[] }>(`/knowledge/readings?journeyId=${journeyId ?? ''}`, {
        signal,
      }),
    enabled: journeyId !== undefined,
  })

/** Opened again it is the same reading. */
export function openReading(
  api: Api,
  reading: { readonly articleId: string; readonly journeyId: string; readonly version?: number },
): Promise<{ readonly id: string; readonly articleId: string; readonly version: number }> {
  return api.post('/knowledge/readings', reading)
}

export async function rateReading(api: Api, readingId: string, helped: boolean): Promise<void> {
  await api.put(`/knowledge/readings/${readingId}/rating`, { helped })
}

/** `dwell`: seconds it was open and in view, all openings so far together. */
export async function leaveReading(api: Api, readingId: string, dwell: number): Promise<void> {
  await api.post(`/knowledge/readings/${readingId}/leave`, { dwell })
}
