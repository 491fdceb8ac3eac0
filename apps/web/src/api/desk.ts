import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Api } from './client'
import type { ContactLine } from './contact'
import type { CaseLine, FollowUp } from './case'
import { useApi } from './context'
import type { Level, NoteKnown, Page, PersonSnapshot } from './journey'

export type PresenceState = 'ready' | 'paused' | 'signed-off' | 'away' | 'none'

/** A contact offered to one agent, until somebody answers or the time is over. */
export interface AgentOffer {
  readonly id: string
  readonly contactId: string
  readonly journeyId: string
  readonly channel: string
  readonly queue?: string
  readonly level?: Level
  readonly enteredAt?: string
  readonly dueBy: string
  readonly expiresAt: string
  readonly context: { readonly href: string }
}

/** `GET /routing/agents/me` */
export interface AgentSelf {
  readonly agentId: string
  readonly presence: string
  readonly why?: string
  readonly since: string | null
  readonly skills: readonly { readonly skill: string; readonly level: number }[]
  /** Of 100. */
  readonly load: number
  readonly contacts: readonly {
    readonly contactId: string
    readonly journeyId: string
    readonly channel: string
  }[]
  readonly offers: readonly AgentOffer[]
}

export const meKey = ['routing', 'me'] as const
export const mineKey = ['contacts', 'mine'] as const
export const followUpsKey = ['follow-ups', 'mine'] as const
export const notesKey = (contactId: string) => ['notes', contactId] as const

export function useMe() {
  const api = useApi()
  return useQuery({
    queryKey: meKey,
    queryFn: ({ signal }) => api.get<AgentSelf>('/routing/agents/me', { signal }),
  })
}

export function useMine() {
  const api = useApi()
  return useQuery({
    queryKey: mineKey,
    queryFn: ({ signal }) => api.get<Page<ContactLine>>('/contact/contacts?mine=true&limit=50', { signal }),
  })
}

function followUpsQuery(api: Api) {
  return queryOptions({
    queryKey: followUpsKey,
    queryFn: ({ signal }) => api.get<Page<FollowUp>>('/case/follow-ups?list=mine&limit=50', { signal }),
    refetchInterval: 60_000,
  })
}

export function useMyFollowUps() {
  return useQuery(followUpsQuery(useApi()))
}

/** How much of what one promised is late, as of the last look: the lines that the work list shows as late. */
export function useLateWork(isAgent: boolean): number {
  const api = useApi()
  const followUps = useQuery({
    ...followUpsQuery(api),
    enabled: isAgent,
  })
  const cases = useQuery({
    queryKey: ['cases', 'mine'],
    queryFn: ({ signal }) => api.get<Page<CaseLine>>('/case/cases?list=mine&limit=50', { signal }),
    refetchInterval: 60_000,
    enabled: isAgent,
  })
  const late = (at: number, due: readonly (string | undefined)[]): number =>
    due.filter((by) => by !== undefined && Date.parse(by) < at).length
  return (
    late(
      followUps.dataUpdatedAt,
      (followUps.data?.items ?? []).map(({ dueBy }) => dueBy),
    ) +
    late(
      cases.dataUpdatedAt,
      (cases.data?.items ?? []).map(({ next }) => next?.by),
    )
  )
}

export function useNotes(contactId: string) {
  const api = useApi()
  return useQuery({
    queryKey: notesKey(contactId),
    queryFn: ({ signal }) => api.get<Page<NoteKnown>>(`/contact/contacts/${contactId}/notes`, { signal }),
  })
}

/** What an agent may know of a customer. */
export interface CustomerKnown {
  readonly id: string
  readonly registeredAt?: string
  readonly name?: string
  readonly email?: string
  readonly phone?: string
  readonly segment?: string
  readonly language?: string
}

export function useCustomer(person: PersonSnapshot | undefined, isGuest: boolean) {
  const api = useApi()
  const id = person?.id ?? ''
  return useQuery({
    queryKey: ['customer', id],
    queryFn: ({ signal }) => api.get<CustomerKnown>(`/identity/customers/${id}`, { signal }),
    enabled: person !== undefined && !isGuest,
    staleTime: 60_000,
    retry: false,
  })
}

/** The path of a link that an answer gave, as our client takes it. */
export function pathOf(href: string): string {
  return href.replace(/^\/api\/v1/, '')
}

export function answerOffer(api: Api, offer: AgentOffer): Promise<unknown> {
  return api.post(
    `/routing/work/${offer.contactId}/offers/${offer.id}/acceptance`,
    {},
    { key: `answer-${offer.id}` },
  )
}

export function declineOffer(api: Api, offer: AgentOffer): Promise<unknown> {
  return api.post(
    `/routing/work/${offer.contactId}/offers/${offer.id}/refusal`,
    {},
    { key: `decline-${offer.id}` },
  )
}
