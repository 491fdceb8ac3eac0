import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { Api } from '../api/client'
import { useApi, useSession } from '../api/context'
import type { Page, StuffContact } from '../api/my-stuff'
import { Problem } from '../api/problem'
import { randomKey } from '../api/random'
import { journeyToTakeUp } from './my-stuff-journey'
import type { JourneyListed } from './my-stuff-journey'

/** A journey as far as its choices go. */
export interface Begun {
  readonly id: string
  readonly itemId?: string
  readonly reason?: { readonly code: string; readonly detail?: string }
}

/** Keys of beginnings that no answer came to yet: asked again, the same journey is found. */
const beginning = new Map<string, string>()

async function begin(api: Api, itemId: string | undefined): Promise<Begun> {
  const [journeys, contacts] = await Promise.all([
    api.get<Page<JourneyListed>>('/journey/journeys?limit=20'),
    api.get<Page<StuffContact>>('/my-stuff/contacts?limit=20'),
  ])
  const found = journeyToTakeUp(journeys.items, contacts.items, itemId, Date.now())
  const id = found?.id ?? (await start(api, itemId))
  if (itemId !== undefined && found?.item?.id !== itemId) {
    await api.put(`/journey/journeys/${id}/item`, { itemId })
    // The reasons of another kind of thing do not fit this one.
    return { id, itemId }
  }
  return {
    id,
    ...(itemId !== undefined && { itemId }),
    ...(found?.reason !== undefined && { reason: found.reason }),
  }
}

async function start(api: Api, itemId: string | undefined): Promise<string> {
  const slot = itemId ?? ''
  const key = beginning.get(slot) ?? randomKey()
  beginning.set(slot, key)
  const { id } = await api.post<{ readonly id: string }>(
    '/journey/journeys',
    { entrance: 'need-help' },
    { key },
  )
  beginning.delete(slot)
  return id
}

/** Begins a journey about a thing, or about nothing in particular, or takes up the one that goes on. */
export const journeyQuery = (api: Api, person: string, itemId?: string) =>
  queryOptions({
    queryKey: ['my-journey', person, itemId ?? 'anything'],
    queryFn: () => begin(api, itemId),
    staleTime: 60_000,
    // Somebody waits for it: soon known to fail is better than long hoped for, also without a connection.
    retry: 1,
    networkMode: 'always',
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })

/** Whose page this is; empty before anybody is known. */
export function usePersonId(): string {
  const session = useSession()
  return session.status === 'in' ? session.person.id : ''
}

export interface ContactAbout {
  readonly itemId?: string
  readonly reason?: string
  readonly detail?: string
}

interface Recontact {
  readonly caseId: string
  readonly journey: { readonly entrance: 'case'; readonly caseId: string }
  readonly item?: { readonly id?: string }
  readonly reason?: { readonly code: string; readonly detail?: string }
}

/**
 * The one way to us (C10): a journey with all that was chosen, then the ways to reach us. `failed` is why it could not be
 * opened, until it is tried again.
 */
export function useContactUs(): {
  readonly contact: (about?: ContactAbout) => void
  readonly contactAboutCase: (caseId: string) => void
  readonly busy: boolean
  readonly failed: unknown
} {
  const api = useApi()
  const queries = useQueryClient()
  const person = usePersonId()
  const [, navigate] = useLocation()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<unknown>()
  const open = async (work: () => Promise<string>): Promise<void> => {
    if (busy) return
    setBusy(true)
    setFailed(undefined)
    try {
      navigate(`/journeys/${await work()}/contact`)
    } catch (error) {
      setFailed(error)
    } finally {
      setBusy(false)
    }
  }
  return {
    contact: ({ itemId, reason, detail } = {}) => {
      void open(async () => {
        const { id } = await queries.query(journeyQuery(api, person, itemId))
        if (reason !== undefined) await saveReason(api, id, reason, detail)
        return id
      })
    },
    contactAboutCase: (caseId) => {
      void open(() => journeyOfCase(api, caseId))
    },
    busy,
    failed,
  }
}

/** Said again it is nothing new. A reason that is no longer in force does not stand in the way. */
export async function saveReason(api: Api, journeyId: string, code: string, detail?: string): Promise<void> {
  try {
    await api.put(`/journey/journeys/${journeyId}/reason`, { code, ...(detail !== undefined && { detail }) })
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error
  }
}

/** A journey about a case, with everything known of it. */
async function journeyOfCase(api: Api, caseId: string): Promise<string> {
  const { journey, item, reason } = await api.post<Recontact>(`/case/cases/${caseId}/recontact`)
  const { id } = await api.post<{ readonly id: string }>('/journey/journeys', journey)
  if (item?.id !== undefined) {
    await api.put(`/journey/journeys/${id}/item`, { itemId: item.id })
    if (reason !== undefined) await saveReason(api, id, reason.code, reason.detail)
  }
  return id
}
