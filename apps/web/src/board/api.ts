import { useQuery } from '@tanstack/react-query'
import { useApi } from '../api/context'
import type { Doc } from '../policy/document'

interface Page<Item> {
  readonly items: readonly Item[]
  readonly next?: string | number | null
}

/** `GET /routing/queues`: one channel of one queue. */
export interface Queue {
  readonly queue: string
  readonly channel: string
  readonly pace: string
  readonly waiting: number
  readonly offered: number
  readonly firstDueBy: string | null
  readonly oldestEnteredAt: string | null
  readonly signedOn: number
  readonly ready: number
  readonly unstaffed: number
}

export interface Queues extends Page<Queue> {
  readonly promised: readonly {
    readonly contactId: string
    readonly journeyId: string
    readonly from: string
    readonly until: string
  }[]
}

export interface Promised {
  readonly channel: string
  /** Seconds. */
  readonly threshold: number
  readonly share: number
}

export interface Hour {
  readonly from: string
  readonly answered: number
  readonly unanswered: number
  readonly waiting: number
  /** Seconds. */
  readonly median: number | null
  readonly kept: number | null
  readonly word: 'kept' | 'close' | 'missed' | null
}

export interface Hours {
  readonly asWas: string
  readonly from: string
  readonly until: string
  readonly channels: readonly {
    readonly channel: string
    readonly promised: { readonly seconds: number; readonly share: number } | null
    readonly hours: readonly Hour[]
  }[]
}

export interface Standing {
  readonly channel: string
  readonly open: boolean
  readonly opensAt: string | null
  readonly within: { readonly minutes: number } | { readonly businessDays: number } | null
  readonly kept: { readonly kept: number; readonly of: number } | null
}

export interface Agent {
  readonly agentId: string
  readonly presence: string
  readonly why?: string
  readonly since: string | null
  readonly skills: readonly { readonly skill: string; readonly level: number }[]
  readonly contacts: readonly {
    readonly contactId: string
    readonly journeyId: string
    readonly channel: string
    readonly state: string
  }[]
  readonly offers: readonly { readonly contactId: string; readonly channel: string }[]
}

interface Why {
  readonly why: string
  readonly since: string
  readonly words?: string
  readonly staffId?: string
  readonly contacts?: number
  readonly channel?: string
}

export interface Trouble extends Why {
  readonly journeyId: string
  readonly customerId?: string
  readonly item?: string
  readonly reason?: string
  readonly also: readonly Why[]
}

export interface WaitingContact {
  readonly id: string
  readonly journeyId: string
  readonly name?: string
  readonly channel: string
  readonly enteredAt?: string
  readonly requestedAt: string
  readonly agentId?: string
  readonly item?: { readonly title: string }
  readonly reason?: { readonly label: string; readonly detailLabel?: string }
}

export interface Asked {
  readonly unit: string
  readonly journey: string
  readonly cohortAt: string
  readonly state: string
  /** Seconds until somebody answered. */
  readonly value: number | null
}

const HOUR = 3_600_000

function midnight(now: number): Date {
  const day = new Date(now)
  day.setHours(0, 0, 0, 0)
  return day
}

/** All that the board shows begins with this, so that it is read anew together. */
export const BOARD = 'board'

/** What the board is made of. `live` false holds still what is there. */
export function useBoard(live: boolean) {
  const api = useApi()
  // What changes with time alone, such as waits, is asked for now and then without any event.
  const again = live
    ? { refetchInterval: 20_000 }
    : { refetchInterval: false as const, refetchOnWindowFocus: false }
  const queues = useQuery({
    queryKey: [BOARD, 'queues'],
    queryFn: ({ signal }) => api.get<Queues>('/routing/queues', { signal }),
    ...again,
  })
  const agents = useQuery({
    queryKey: [BOARD, 'agents'],
    queryFn: ({ signal }) => api.get<Page<Agent>>('/routing/agents', { signal }),
    ...again,
  })
  const connected = useQuery({
    queryKey: [BOARD, 'connected'],
    queryFn: ({ signal }) =>
      api.get<Page<WaitingContact>>('/contact/contacts?state=connected&limit=100', { signal }),
    ...again,
  })
  const standing = useQuery({
    queryKey: [BOARD, 'standing'],
    queryFn: ({ signal }) => api.get<Page<Standing>>('/routing/channels', { signal }),
    ...again,
  })
  const hours = useQuery({
    queryKey: [BOARD, 'hours'],
    queryFn: ({ signal }) =>
      api.get<Hours>(`/insight/answer-times/hours?from=${midnight(Date.now()).toISOString()}`, { signal }),
    ...again,
  })
  const lately = useQuery({
    queryKey: [BOARD, 'lately'],
    queryFn: ({ signal }) =>
      api.get<Hours>(`/insight/answer-times/hours?from=${new Date(Date.now() - HOUR).toISOString()}`, {
        signal,
      }),
    ...again,
  })
  const troubles = useQuery({
    queryKey: [BOARD, 'troubles'],
    queryFn: ({ signal }) =>
      api.get<Page<Trouble> & { readonly total: number }>('/insight/going-wrong?limit=20', { signal }),
    ...again,
  })
  const promises = useQuery({
    queryKey: ['promises', 'current'],
    queryFn: ({ signal }) => api.get<Page<Promised>>('/insight/promises/current', { signal }),
    staleTime: 60_000,
  })
  const policy = useQuery({
    queryKey: ['policy-in-force'],
    queryFn: async ({ signal }) => {
      const { items } = await api.get<Page<{ readonly policy: string; readonly inForce: boolean }>>(
        '/routing/policies',
        { signal },
      )
      const found = items.find(({ inForce }) => inForce)
      if (found === undefined) return null
      return (await api.get<{ readonly document: Doc }>(`/routing/policies/${found.policy}`, { signal }))
        .document
    },
    staleTime: 60_000,
  })
  return { queues, agents, connected, standing, hours, lately, troubles, promises, policy }
}

/** What is behind one number: who waits on a channel, or who asked in an hour. */
export type Opened =
  | { readonly of: 'waiting'; readonly channels: readonly string[] }
  | { readonly of: 'asked'; readonly channel: string; readonly from: string; readonly until: string }

export function useOpened(opened: Opened | undefined) {
  const api = useApi()
  return useQuery({
    queryKey: [BOARD, 'opened', opened],
    enabled: opened !== undefined,
    queryFn: async ({ signal }) => {
      if (opened?.of === 'asked') {
        const { channel, from, until } = opened
        const { units } = await api.get<{ readonly units: readonly Asked[] }>(
          `/insight/metrics/answer-time/explain?cell=channel:${channel}&from=${from}&until=${until}&limit=100`,
          { signal },
        )
        return { asked: units, waiting: [] }
      }
      const { items } = await api.get<Page<WaitingContact>>('/contact/contacts?state=waiting&limit=100', {
        signal,
      })
      return {
        waiting: items.filter(({ channel }) => opened?.channels.includes(channel) === true),
        asked: [],
      }
    },
  })
}
