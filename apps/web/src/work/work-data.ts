import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import type { Api } from '../api/client'
import { useApi } from '../api/context'
import { isEnd, merged, pathOf, rowOfCase, rowOfFollowUp, sourcesOf } from './rows'
import type { CasePage, FollowUpPage, Portion, Source, ViewName, WorkRow } from './rows'
import { endOfDay } from './when'

/** Rows of a page, and how many more are asked for at a time. */
export const PAGE = 50

/** A saved view, by what is due. */
export function useWorkList(view: ViewName, everybody: boolean) {
  const api = useApi()
  const sources = sourcesOf(view, everybody)
  const list = useInfiniteQuery({
    queryKey: ['work-list', view, everybody],
    queryFn: ({ pageParam, signal }) => portionOf(api, sources, pageParam, signal),
    initialPageParam: [] as readonly (string | null)[],
    getNextPageParam: (last) => (isEnd(last) ? undefined : last.next),
  })
  return { ...list, rows: merged(list.data?.pages ?? []) }
}

async function portionOf(
  api: Api,
  sources: readonly Source[],
  cursors: readonly (string | null)[],
  signal: AbortSignal,
): Promise<Portion> {
  const now = new Date()
  const pages = await Promise.all(
    sources.map(async (source, index) => {
      const after = cursors[index]
      if (after === null) return { rows: [], next: null }
      const ends = { now, today: endOfDay(now) }
      const path = pathOf(source, {
        limit: PAGE,
        ...(after !== undefined && { after }),
        ...(source.until !== undefined && { dueBefore: ends[source.until].toISOString() }),
      })
      if (source.kind === 'case') {
        const { items, next } = await api.get<CasePage>(path, { signal })
        return { rows: items.map(rowOfCase), next }
      }
      const { items, next } = await api.get<FollowUpPage>(path, { signal })
      return { rows: items.map(rowOfFollowUp), next }
    }),
  )
  return { rows: pages.map(({ rows }) => rows), next: pages.map(({ next }) => next) }
}

/** Everything shown of cases and follow-ups is asked for again. */
export function useRefreshWork(): () => void {
  const queries = useQueryClient()
  return () => {
    for (const area of ['work-list', 'case', 'cases', 'follow-ups', 'follow-up']) {
      void queries.invalidateQueries({ queryKey: [area] })
    }
  }
}

export function assignPath({ kind, id }: Pick<WorkRow, 'kind' | 'id'>): string {
  return `/case/${kind === 'case' ? 'cases' : 'follow-ups'}/${id}/assignee`
}
