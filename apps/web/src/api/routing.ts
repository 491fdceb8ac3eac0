import { queryOptions } from '@tanstack/react-query'
import type { Api } from './client'

export type Pace = 'immediate' | 'soon' | 'slow'

/** Seconds, as they are said to a person; `to` is null where it may take longer. */
export interface WaitShown {
  readonly shown: { readonly from: number; readonly to: number | null }
}

/** How often a promise of the last seven days was kept; null below 30. */
export interface Kept {
  readonly kept: number
  readonly of: number
}

/** A channel as it stands for anybody. */
export interface ChannelStanding {
  readonly channel: string
  readonly pace: Pace
  readonly open: boolean
  /** When it shuts; null: not today or never. */
  readonly until: string | null
  readonly opensAt: string | null
  /** Null when it is closed or nobody serves it. */
  readonly wait: WaitShown | null
  readonly kept: Kept | null
}

export interface ChannelsStanding {
  readonly at: string
  readonly timezone: string | null
  /** In the policy's order. */
  readonly items: readonly ChannelStanding[]
}

/** What stands open, whoever asks. */
export const channelsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['routing', 'channels'],
    queryFn: ({ signal }) => api.get<ChannelsStanding>('/routing/channels', { signal }),
    refetchInterval: 30_000,
    staleTime: 10_000,
  })

export interface Slot {
  readonly from: string
  readonly until: string
}

/** A channel offered for one journey. */
export interface OfferedChannel {
  readonly channel: string
  readonly best: boolean
  readonly pace: Pace
  readonly because: readonly string[]
  readonly wait: (WaitShown & { readonly low: number; readonly mid: number; readonly high: number }) | null
  readonly answerBy: string | null
  readonly until: string | null
  readonly within: { readonly minutes: number } | { readonly businessDays: number } | null
  readonly kept: Kept | null
  readonly slots?: readonly Slot[]
}

export interface NotOfferedChannel {
  readonly channel: string
  readonly pace: Pace
  readonly because: readonly string[]
  readonly opensAt: string | null
}

/** The channels for one journey, in the policy's order. */
export interface Offer {
  readonly id: string
  readonly journeyId: string
  readonly policy: string
  readonly version: number
  readonly at: string
  readonly level: {
    readonly urgency: string
    readonly urgencyRule: string
    readonly value: string
    readonly valueRule: string
  }
  readonly segment?: string
  readonly channels: readonly OfferedChannel[]
  readonly notOffered: readonly NotOfferedChannel[]
  readonly shortfall: unknown
}

export function askOffer(api: Api, journeyId: string): Promise<Offer> {
  return api.post('/routing/offers', { journeyId })
}

/** How a contact stands in line. */
export interface Work {
  readonly ahead: number | null
  readonly quoted: (WaitShown & { readonly low: number; readonly mid: number; readonly high: number }) | null
  readonly agentId: string | null
}
