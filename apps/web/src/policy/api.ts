import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Api } from '../api/client'
import { useApi } from '../api/context'
import { Problem } from '../api/problem'
import { isDoc, sameData, textAt } from './document'
import type { Doc } from './document'

export interface PublishedVersion {
  readonly policy: string
  readonly version: number
  readonly publishedAt: string
  /** `staff:<id>` */
  readonly by: string
  readonly why?: string
}

interface Page<Item> {
  readonly items: readonly Item[]
}

export interface PolicyVersion {
  readonly policy: string
  readonly version: number
  readonly newest: number
  readonly document: Doc
}

export interface ReasonKind {
  readonly kind: string
  readonly reasons: readonly {
    readonly code: string
    readonly label: string
    readonly details: readonly { readonly code: string; readonly label: string }[]
  }[]
}

export interface PromiseTerms {
  readonly id: string
  readonly channel: string
  readonly definition: string
  /** Seconds. */
  readonly threshold: number
  /** Of 100. */
  readonly share: number
}

interface Compared {
  readonly live: number
  readonly draft: number
}

export interface Preview {
  readonly days: number
  readonly decisions: number
  readonly changed: number
  readonly channels: readonly (Compared & { readonly channel: string; readonly best: Compared })[]
  readonly rules: readonly (Compared & { readonly axis: string; readonly id: string })[]
  readonly shortfalls: Compared
  readonly examples: readonly {
    readonly decisionId: string
    readonly journeyId: string
    readonly at: string
    readonly before: readonly string[]
    readonly after: readonly string[]
  }[]
  readonly problems: readonly PolicyProblem[]
}

/** What stands against publishing: a place such as `urgency.0`, and a sentence of the server's. */
export interface PolicyProblem {
  readonly field: string
  readonly problem: string
}

export function problemsOf(error: unknown): readonly PolicyProblem[] {
  if (!(error instanceof Problem) || error.code !== 'routing.policy-invalid') return []
  const { problems } = error.more
  const listed: readonly unknown[] = Array.isArray(problems) ? problems : []
  const read = listed.flatMap((one) => {
    const [field, problem] = [textAt(one, ['field']), textAt(one, ['problem'])]
    return field === undefined || problem === undefined ? [] : [{ field, problem }]
  })
  return read.length > 0 ? read : [{ field: error.field ?? '', problem: error.message }]
}

export const liveKey = (name: string) => ['policy', name] as const

/** The policy in force, or the first one there is; null when none was ever published. */
export function useLivePolicy() {
  const api = useApi()
  return useQuery({
    queryKey: ['policy'],
    queryFn: async ({ signal }) => {
      const { items } = await api.get<Page<PublishedVersion & { readonly inForce: boolean }>>(
        '/routing/policies',
        { signal },
      )
      const chosen = items.find(({ inForce }) => inForce) ?? items[0]
      if (chosen === undefined) return null
      const version = await api.get<PolicyVersion>(`/routing/policies/${chosen.policy}`, { signal })
      return { ...version, published: chosen }
    },
  })
}

export function useVersions(name: string | undefined) {
  const api = useApi()
  return useQuery({
    queryKey: ['policy-versions', name],
    queryFn: ({ signal }) =>
      api.get<Page<PublishedVersion>>(`/routing/policies/${name ?? ''}/versions?limit=50`, { signal }),
    enabled: name !== undefined,
  })
}

export function readVersion(api: Api, name: string, version: number): Promise<PolicyVersion> {
  return api.get(`/routing/policies/${name}/versions/${String(version)}`)
}

export function useReasons() {
  const api = useApi()
  return useQuery({
    queryKey: ['reasons'],
    queryFn: async ({ signal }) => {
      try {
        return (
          await api.get<{ readonly kinds: readonly ReasonKind[] }>('/my-stuff/reasons/reasons', { signal })
        ).kinds
      } catch (error) {
        if (error instanceof Problem && error.status === 404) return []
        throw error
      }
    },
    staleTime: 60_000,
  })
}

export function useSegments() {
  const api = useApi()
  return useQuery({
    queryKey: ['segments'],
    queryFn: ({ signal }) =>
      api.get<Page<{ readonly segment: string; readonly customers: number }>>('/identity/segments', {
        signal,
      }),
    staleTime: 60_000,
  })
}

export const promisesKey = ['promises', 'current'] as const

export function usePromises() {
  const api = useApi()
  return useQuery({
    queryKey: promisesKey,
    queryFn: ({ signal }) => api.get<Page<PromiseTerms>>('/insight/promises/current', { signal }),
  })
}

const REST = 600

/** Whom a draft would have affected; asked for when it has not changed for a moment. Old figures stay meanwhile. */
export function usePreview(name: string, draft: Doc | undefined) {
  const api = useApi()
  const rested = useRested(draft)
  const query = useQuery({
    queryKey: ['policy-preview', name, rested],
    queryFn: ({ signal }) => {
      signal.throwIfAborted()
      return api.post<Preview>(`/routing/policies/${name}/preview`, { policy: rested })
    },
    enabled: rested !== undefined && isDoc(rested),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  })
  // A draft that cannot be compared leaves the last figures standing, dimmed.
  const [last, setLast] = useState(query.data)
  if (query.data !== undefined && query.data !== last) setLast(query.data)
  return { ...query, last: query.data ?? last, isOld: query.isPlaceholderData || !sameData(rested, draft) }
}

/** The value once it has been the same for 600 ms; the first one at once. */
function useRested(value: Doc | undefined): Doc | undefined {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => {
      setRested(value)
    }, REST)
    return () => {
      clearTimeout(timer)
    }
  }, [value])
  return rested
}
