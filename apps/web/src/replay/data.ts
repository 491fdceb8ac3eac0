import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Api } from '../api/client'
import type {
  Instant,
  ItemSnapshot,
  JourneyContext,
  JourneyMoment,
  Page,
  ReasonSnapshot,
} from '../api/journey'
import type { Stop } from './stops'

/** A journey as a line of the list. */
export interface JourneyLine {
  readonly id: string
  readonly customerId?: string
  readonly guest: boolean
  readonly entrance: string
  readonly startedAt: Instant
  readonly lastAt: Instant
  readonly status: 'open' | 'ended'
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
}

export interface CustomerFound {
  readonly id: string
  readonly name?: string
  readonly email?: string
  readonly phone?: string
}

/** What was known at a moment, with the eyes of the team and with hers. */
export interface Seen {
  readonly stop: Stop
  readonly team: JourneyContext
  readonly customer: JourneyContext
}

const PAGE = 500
/** More of them nobody drags through. */
const MOST = 3_000
const HALF_AN_HOUR = 30 * 60_000

/** All moments of the journey's customer, or only the journey's. */
export const momentsQuery = (api: Api, journeyId: string) =>
  queryOptions({
    queryKey: ['replay', 'moments', journeyId],
    queryFn: async ({ signal }) => {
      const moments: JourneyMoment[] = []
      let after: string | null = ''
      while (after !== null && moments.length < MOST) {
        const from: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`
        const page: Page<JourneyMoment> = await api.get(
          `/journey/journeys/${journeyId}/events?of=customer&limit=${String(PAGE)}${from}`,
          { signal },
        )
        moments.push(...page.items)
        after = page.next
      }
      return moments
    },
    staleTime: 60_000,
    gcTime: HALF_AN_HOUR,
  })

/** What was known at a stop. The same for ever, so it is never asked for twice. */
export const seenQuery = (api: Api, stop: Stop) =>
  queryOptions({
    queryKey: ['replay', 'seen', stop.journeyId, stop.position],
    queryFn: async ({ signal }): Promise<Seen> => {
      const path = `/journey/journeys/${stop.journeyId}/context?position=${String(stop.position)}`
      const [team, customer] = await Promise.all([
        api.get<JourneyContext>(path, { signal }),
        api.get<JourneyContext>(`${path}&as=customer`, { signal }),
      ])
      return { stop, team, customer }
    },
    staleTime: Infinity,
    gcTime: HALF_AN_HOUR,
  })

export const journeysQuery = (api: Api, customerId: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['replay', 'journeys', customerId ?? 'everybody'],
    queryFn: ({ pageParam, signal }) => {
      const of = customerId === undefined ? '' : `&customerId=${encodeURIComponent(customerId)}`
      const after = pageParam === '' ? '' : `&after=${encodeURIComponent(pageParam)}`
      return api.get<Page<JourneyLine>>(`/journey/journeys?limit=30${of}${after}`, { signal })
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  })

export const customersQuery = (api: Api, words: string) =>
  queryOptions({
    queryKey: ['replay', 'customers', words],
    queryFn: ({ signal }) =>
      api.get<Page<CustomerFound>>(`/identity/customers/search?q=${encodeURIComponent(words)}&limit=8`, {
        signal,
      }),
    enabled: words !== '',
    staleTime: 60_000,
  })
