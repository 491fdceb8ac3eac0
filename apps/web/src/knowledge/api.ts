import { queryOptions } from '@tanstack/react-query'
import type { Api } from '../api/client'
import type { ArticleKind } from '../api/knowledge'
import { Problem } from '../api/problem'

export const THINGS = ['purchase', 'quote', 'enquiry', 'booking', 'marketing', 'correspondence'] as const
export type Thing = (typeof THINGS)[number]

/** What an article fits; an empty list means any. */
export interface Fit {
  readonly things: readonly Thing[]
  readonly reasons: readonly string[]
  readonly products: readonly string[]
}

/** What its readers see of an article, and what it fits. */
export interface Content {
  readonly kind: ArticleKind
  readonly title: string
  readonly summary: string
  /** Markdown. */
  readonly body: string
  readonly fits: readonly Fit[]
  readonly language: string
}

export interface ArticleLine extends Omit<Content, 'body'> {
  readonly id: string
  readonly version: number
  readonly state: 'live' | 'retired'
  readonly publishedAt: string
  readonly changedAt: string
  readonly ownerId?: string
  readonly why?: string
}

export interface DeskArticle extends ArticleLine {
  readonly body: string
  readonly helped: number
  readonly answered: number
}

export interface Version {
  readonly version: number
  readonly title: string
  readonly at: string
  readonly by: string
  readonly why: string
  readonly readings: number
  readonly helped: number
  readonly didNotHelp: number
  readonly contacts: number
}

export type TaskWhy = 'did-not-help' | 'outdated' | 'duplicate' | 'gap'

export interface Task {
  readonly id: string
  readonly kind: 'article' | 'gap'
  readonly state: 'open' | 'closed'
  readonly why: TaskWhy
  readonly openedAt: string
  readonly contacts: number
  readonly articleId?: string
  readonly version?: number
  readonly title?: string
  readonly ownerId?: string
  readonly read?: number
  readonly helped?: number
  readonly didNotHelp?: number
  readonly thing?: Thing
  readonly reason?: string
  readonly details?: readonly string[]
}

/** A figure as insight gives it out; shares of 1. */
export interface Figure {
  readonly shown: 'rate' | 'counts' | 'owner' | 'hidden'
  readonly n?: number
  readonly k?: number
  readonly share?: number
  readonly interval?: { readonly low: number; readonly high: number }
  readonly pending?: number
  readonly stillNeeded?: number
}

export type VerdictWord = 'Likely worse' | 'Likely better' | 'Too few to tell' | 'No difference seen'

export interface Verdict {
  readonly word: VerdictWord
  /** The version it is compared with. */
  readonly against: number
  readonly stillNeeded?: number | null
}

export interface VersionFigures {
  readonly articleId: string
  readonly version: number
  readonly reads: number | null
  /** Asked for a person within 48 hours. */
  readonly figure: Figure
  readonly helped: Figure | null
  readonly verdict: Verdict | null
  readonly helpedVerdict: Verdict | null
}

export interface Asked {
  readonly contacts: Figure | undefined
  readonly causes: readonly {
    readonly code: string
    readonly words: string | null
    /** Null where too few customers stand behind it. */
    readonly contacts: number | null
  }[]
  readonly words: readonly {
    readonly text: string
    readonly from: string
    readonly at: string
    readonly journeyId: string
    readonly feeling?: string
  }[]
}

export interface Duplicate {
  readonly a: ArticleLine
  readonly b: ArticleLine
  /** Of 1. */
  readonly likeness: number
}

export interface ReasonsOfKind {
  readonly kind: string
  readonly reasons: readonly {
    readonly code: string
    readonly label: string
    readonly details: readonly { readonly code: string; readonly label: string }[]
  }[]
}

export interface CauseOwner {
  readonly cause: string
  readonly department: string | null
}

interface Listed<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

export const DESK = ['knowledge-desk'] as const

export const tasksQuery = (api: Api) =>
  queryOptions({
    queryKey: [...DESK, 'tasks'],
    queryFn: ({ signal }) => api.get<Listed<Task>>('/knowledge/tasks?limit=100', { signal }),
    refetchInterval: 60_000,
  })

export const taskQuery = (api: Api, id: string | undefined) =>
  queryOptions({
    queryKey: [...DESK, 'task', id],
    queryFn: ({ signal }): Promise<Task> => api.get(`/knowledge/tasks/${id ?? ''}`, { signal }),
    enabled: id !== undefined,
  })

export const articlesQuery = (api: Api, state: 'live' | 'retired', words: string) =>
  queryOptions({
    queryKey: [...DESK, 'articles', state, words],
    queryFn: ({ signal }) => {
      const asked = new URLSearchParams({ state, limit: '100', ...(words !== '' && { q: words }) })
      return api.get<Listed<ArticleLine>>(`/knowledge/articles?${asked.toString()}`, { signal })
    },
    placeholderData: (before) => before,
  })

export const duplicatesQuery = (api: Api) =>
  queryOptions({
    queryKey: [...DESK, 'duplicates'],
    queryFn: ({ signal }) => api.get<Listed<Duplicate>>('/knowledge/duplicates', { signal }),
  })

export const deskArticleQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: [...DESK, 'article', id],
    queryFn: ({ signal }) => api.getVersioned<DeskArticle>(`/knowledge/articles/${id}`, { signal }),
  })

export const versionsQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: [...DESK, 'versions', id],
    queryFn: ({ signal }) => api.get<Listed<Version>>(`/knowledge/articles/${id}/versions`, { signal }),
  })

export const figuresQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: [...DESK, 'figures', id],
    queryFn: ({ signal }) =>
      api.get<{ readonly asWas: string; readonly items: readonly VersionFigures[] }>(
        `/insight/articles?article=${id}`,
        { signal },
      ),
  })

/** Null when nobody ever read it. */
export const askedQuery = (api: Api, id: string, version: number | undefined) =>
  queryOptions({
    queryKey: [...DESK, 'asked', id, version],
    queryFn: async ({ signal }) => {
      try {
        return await api.get<Asked>(`/insight/articles/${id}/asked?version=${String(version ?? '')}`, {
          signal,
        })
      } catch (error) {
        if (error instanceof Problem && error.code === 'article.unknown') return null
        throw error
      }
    },
    enabled: version !== undefined,
  })

/** Empty before any reasons were published. */
export const reasonsQuery = (api: Api) =>
  queryOptions({
    queryKey: [...DESK, 'reasons'],
    queryFn: async ({ signal }) => {
      try {
        const { kinds } = await api.get<{ readonly kinds: readonly ReasonsOfKind[] }>(
          '/my-stuff/reasons/reasons',
          { signal },
        )
        return kinds
      } catch (error) {
        if (error instanceof Problem && error.status === 404) return []
        throw error
      }
    },
    staleTime: 10 * 60_000,
  })

export const causeOwnersQuery = (api: Api) =>
  queryOptions({
    queryKey: [...DESK, 'causes'],
    queryFn: ({ signal }) => api.get<Listed<CauseOwner>>('/insight/causes?limit=100', { signal }),
    staleTime: 60_000,
  })

export const staffQuery = (api: Api, may: boolean) =>
  queryOptions({
    queryKey: [...DESK, 'staff'],
    queryFn: ({ signal }) =>
      api.get<Listed<{ readonly id: string; readonly name: string; readonly roles: readonly string[] }>>(
        '/identity/staff?limit=100',
        { signal },
      ),
    enabled: may,
    staleTime: 5 * 60_000,
  })

/** Where the journeys behind a figure of one version are listed. */
export function journeysBehind(metric: string, articleId: string, version: number, value?: 0 | 1): string {
  const asked = new URLSearchParams({
    metric,
    cell: `article:${articleId},articleVersion:${String(version)}`,
    ...(value !== undefined && { value: String(value) }),
  })
  return `/desk/insight/journeys?${asked.toString()}`
}

/** A reason's words by its code, of the first or second level. */
export function reasonLabel(kinds: readonly ReasonsOfKind[], code: string): string {
  for (const { reasons } of kinds) {
    for (const reason of reasons) {
      if (reason.code === code) return reason.label
      const detail = reason.details.find((each) => each.code === code)
      if (detail !== undefined) return detail.label
    }
  }
  return code
}
