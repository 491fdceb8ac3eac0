import { useQuery } from '@tanstack/react-query'
import type { ItemSnapshot, ReasonSnapshot } from './contact'
import { useApi } from './context'

/** GET /case/cases: one line. */
export interface CaseLine {
  readonly id: string
  /** Seven digits. */
  readonly reference: string
  readonly customerId: string
  readonly journeyId: string
  readonly subject: string
  readonly status: 'open' | 'resolved'
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly staffId?: string
  readonly contacts: number
  readonly repeat: boolean
  /** The promise that comes next; its time may be past. */
  readonly next?: { readonly what: string; readonly by: string; readonly missed: boolean }
  readonly resolution?: { readonly how: string; readonly words: string; readonly at: string }
  /** What the customer said last in any contact about it. */
  readonly lastWords?: { readonly text: string; readonly at: string }
  readonly openedAt: string
  readonly changedAt: string
}

export interface CasePromise {
  readonly what: string
  readonly by: string
  /** `past`: over before we heard of it (an import). */
  readonly status: 'running' | 'past' | 'missed' | 'kept' | 'kept-late'
  readonly keptAt?: string
}

/** Oldest first. */
export type CaseStep = { readonly at: string } & (
  | {
      readonly what: 'contact'
      readonly contactId: string
      readonly journeyId: string
      readonly words: string
      readonly channel?: string
      readonly agentId?: string
      readonly requestedAt?: string
      readonly connectedAt?: string
      readonly endedAt?: string
      /** Staff only. */
      readonly outcome?: string
      readonly issue?: string
      readonly causes?: readonly {
        readonly code: string
        readonly words: string
        readonly department?: string
      }[]
    }
  | { readonly what: 'progress'; readonly note: string; readonly visible: boolean; readonly staffId?: string }
  | { readonly what: 'assigned'; readonly staffId: string }
  | { readonly what: 'promise-kept'; readonly promise: string; readonly by?: string }
  | { readonly what: 'promise-missed'; readonly promise: string; readonly by: string }
  | { readonly what: 'resolved'; readonly how: string; readonly words: string; readonly staffId?: string }
  | { readonly what: 'reopened'; readonly why?: string; readonly by: string }
)

/** GET /case/cases/:id */
export interface Case extends CaseLine {
  readonly promises: readonly CasePromise[]
  readonly timeline: readonly CaseStep[]
}

/** POST /case/cases/:id/recontact */
export interface Recontact {
  readonly caseId: string
  readonly reference: string
  readonly journey: { readonly entrance: string; readonly caseId: string }
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly staffId?: string
}

/** GET /case/follow-ups: one line. With `?feedbackId=`: who gets back about what was said, one or none. */
export interface FollowUp {
  readonly id: string
  readonly customerId: string
  readonly journeyId?: string
  readonly caseId?: string
  readonly reference?: string
  readonly feedbackId?: string
  readonly what: string
  readonly dueBy: string
  readonly staffId?: string
  readonly status: string
  readonly requestedAt: string
  readonly closedAt?: string
  /** How it went; staff only. */
  readonly note?: string
  /** The customer wished it. */
  readonly wished: boolean
}

export const caseKey = (id: string) => ['case', id] as const

export function useCase(id: string | undefined) {
  const api = useApi()
  return useQuery({
    queryKey: caseKey(id ?? ''),
    queryFn: ({ signal }) => api.get<Case>(`/case/cases/${id ?? ''}`, { signal }),
    enabled: id !== undefined,
  })
}

export function useCases(query = '') {
  const api = useApi()
  return useQuery({
    queryKey: ['cases', query],
    queryFn: ({ signal }) =>
      api.get<{ readonly items: readonly CaseLine[]; readonly next: string | null }>(`/case/cases${query}`, {
        signal,
      }),
  })
}
