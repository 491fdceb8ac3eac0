import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { CaseLine } from '../api/case'
import { useApi } from '../api/context'
import type { Page } from '../api/journey'

export interface CustomerFound {
  readonly id: string
  readonly name?: string
  readonly email?: string
}

/** What can be chosen in the list of everything. */
export interface Entry {
  readonly id: string
  readonly group: 'customers' | 'cases' | 'actions' | 'places'
  readonly label: string
  readonly detail?: string
  readonly key?: string
  readonly run: () => void
}

const LEAST = 2
const MOST = 6

/** Actions and places whose words begin with every word typed. */
export function fitting(entries: readonly Entry[], typed: string): readonly Entry[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean)
  return entries.filter(({ label }) => {
    const words = plain(label).split(/[\s,:]+/)
    return wanted.every((each) => words.some((word) => word.startsWith(each)))
  })
}

function plain(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

/** Customers by name or address and cases by their seven digits, as somebody types. */
export function useFound(typed: string) {
  const api = useApi()
  const q = typed.trim()
  const reference = q.replaceAll(/\s/g, '')
  const isReference = /^\d{7}$/.test(reference)
  const customers = useQuery({
    queryKey: ['palette', 'customers', q],
    queryFn: ({ signal }) =>
      api.get<Page<CustomerFound>>(
        `/identity/customers/search?q=${encodeURIComponent(q)}&limit=${String(MOST)}`,
        { signal },
      ),
    enabled: q.length >= LEAST && !isReference,
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  })
  const cases = useQuery({
    queryKey: ['palette', 'cases', reference],
    queryFn: ({ signal }) => api.get<Page<CaseLine>>(`/case/cases?reference=${reference}`, { signal }),
    enabled: isReference,
    staleTime: 30_000,
  })
  return {
    customers: q.length >= LEAST && !isReference ? (customers.data?.items ?? []) : [],
    cases: isReference ? (cases.data?.items ?? []) : [],
    failed: customers.isError || cases.isError,
    asking: customers.isFetching || cases.isFetching,
  }
}
