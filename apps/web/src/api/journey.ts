import { useQuery } from '@tanstack/react-query'
import type { Api } from './client'
import { useApi } from './context'

/** Moments are RFC 3339 texts in UTC. */
export type Instant = string

export interface ItemSnapshot {
  readonly id: string
  readonly kind: string
  readonly title: string
  readonly reference?: string
  readonly state?: string
  readonly date?: Instant
  readonly startsAt?: Instant
  readonly product?: string
  readonly brand?: string
}

export interface ReasonSnapshot {
  readonly code: string
  readonly label: string
  readonly detail?: string
  readonly detailLabel?: string
  readonly taxonomy?: string
}

export interface PersonSnapshot {
  readonly id: string
  readonly name?: string
  readonly assurance: 'none' | 'code' | 'federated'
  readonly verifiedAt?: Instant
  readonly segment?: string
  readonly brand?: string
  readonly language?: string
}

export interface Level {
  readonly urgency: string
  readonly urgencyRule: string
  readonly value: string
  readonly valueRule: string
}

export interface FactKnown {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly source: string
  readonly at: Instant
}

export interface ReadingKnown {
  readonly id: string
  readonly articleId: string
  readonly version: number
  readonly title: string
  readonly at: Instant
  /** Seconds it was open. */
  readonly dwell?: number
  readonly helped?: boolean
  readonly comment?: string
  readonly didNotHelp?: { readonly contactId: string; readonly said: boolean }
}

export interface ReadBefore {
  readonly readingId: string
  readonly articleId: string
  readonly version: number
  readonly title: string
  readonly helped?: boolean
}

export interface ChannelsKnown {
  readonly id: string
  readonly at: Instant
  readonly policy: string
  readonly version: number
  /** Staff only. */
  readonly level?: Level
  readonly channels: readonly {
    readonly channel: string
    readonly offered: boolean
    readonly pace: string
    readonly because: readonly string[]
    readonly answerBy?: Instant
  }[]
  readonly shortfall?: string
}

export interface WordsKnown {
  readonly id: string
  readonly at: Instant
  readonly leg: number
  readonly channel: string
  readonly author: 'customer' | 'agent' | 'system'
  readonly authorId?: string
  readonly mode: 'written' | 'spoken'
  readonly text: string
  readonly articleId?: string
  readonly choices?: readonly string[]
  readonly answers?: string
  readonly failed?: string
}

export interface NoteKnown {
  readonly id: string
  readonly at: Instant
  readonly agentId: string
  readonly text: string
}

export interface PromiseKnown {
  readonly what: string
  readonly by: Instant
  readonly state: 'open' | 'kept' | 'missed'
}

export interface SummaryKnown {
  readonly at: Instant
  readonly outcome: string
  readonly issue?: string
  readonly subject: string
  readonly words: string
  readonly causes: readonly { readonly code: string; readonly words: string; readonly department?: string }[]
  readonly promised: readonly { readonly what: string; readonly by: Instant }[]
  readonly articles: readonly string[]
  readonly caseId?: string
  readonly agentId?: string
}

export interface ContactKnown {
  readonly id: string
  readonly channel?: string
  readonly requestedAt?: Instant
  readonly status: 'waiting' | 'offered' | 'assigned' | 'connected' | 'dropped' | 'left' | 'ended'
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly readings: readonly ReadBefore[]
  readonly words?: string
  readonly presses?: number
  readonly decisionId?: string
  readonly caseId?: string
  readonly queue?: {
    readonly queue: string
    readonly enteredAt: Instant
    readonly dueBy: Instant
    readonly level?: Level
    /** Seconds. */
    readonly quoted?: { readonly low: number; readonly mid: number; readonly high: number }
  }
  readonly offers: readonly {
    readonly id: string
    readonly agentId: string
    readonly at: Instant
    readonly expiresAt: Instant
    readonly outcome: 'open' | 'accepted' | 'declined' | 'expired' | 'withdrawn'
  }[]
  readonly assigned?: { readonly agentId: string; readonly at: Instant }
  readonly connectedAt?: Instant
  readonly legs: readonly {
    readonly leg: number
    readonly channel: string
    readonly by: string
    readonly assurance: string
    readonly openedAt: Instant
    readonly closedAt?: Instant
    readonly why?: string
  }[]
  readonly callback?: { readonly from: Instant; readonly until: Instant; readonly attempts: number }
  readonly call?: 'ringing' | 'talking' | 'held' | 'ended'
  readonly turns: readonly { readonly at: Instant; readonly what: string; readonly why?: string }[]
  readonly transcript: readonly WordsKnown[]
  readonly notes: readonly NoteKnown[]
  readonly endedAt?: Instant
  readonly how?: string
  readonly summary?: SummaryKnown
}

export interface CaseKnown {
  readonly id: string
  readonly subject?: string
  readonly words?: string
  readonly status: 'open' | 'resolved'
  readonly openedAt?: Instant
  readonly resolvedAt?: Instant
  readonly how?: string
  readonly staffId?: string
  readonly contacts: readonly string[]
  readonly steps: readonly {
    readonly at: Instant
    readonly what: string
    readonly words?: string
    readonly visible: boolean
  }[]
}

export interface FeedbackKnown {
  readonly id: string
  readonly at: Instant
  readonly about: { readonly kind: string; readonly id: string; readonly title?: string }
  readonly outcome?: string
  readonly feeling?: string
  readonly comment?: string
  readonly followUp?: boolean
}

export interface EarlierContact {
  readonly id: string
  readonly journeyId: string
  readonly at: Instant
  readonly channel?: string
  readonly status: ContactKnown['status']
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly subject?: string
  readonly words?: string
  readonly outcome?: string
  readonly agentId?: string
  /** How she felt about it, as she last said. */
  readonly feeling?: string
  readonly satisfied?: string
}

export interface EarlierCase {
  readonly id: string
  readonly journeyId: string
  readonly subject?: string
  readonly status: 'open' | 'resolved'
  readonly openedAt?: Instant
  readonly resolvedAt?: Instant
  readonly how?: string
  readonly staffId?: string
  readonly promises: readonly PromiseKnown[]
}

/** Everything known of a journey at a moment: `GET /journey/journeys/:id/context`. */
export interface JourneyContext {
  readonly id: string
  readonly person: PersonSnapshot
  readonly guest: boolean
  readonly entrance: string
  readonly page?: string
  readonly origin?: string
  readonly caseId?: string
  readonly startedAt: Instant
  readonly lastAt: Instant
  readonly status: 'open' | 'ended'
  readonly outcome?: string
  readonly resumed: readonly { readonly at: Instant; readonly by: string }[]
  readonly stages: readonly { readonly stage: string; readonly at: Instant }[]
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly facts: readonly FactKnown[]
  /** How often somebody was asked for what the journey held (C16). */
  readonly askedAgain: number
  readonly readings: readonly ReadingKnown[]
  readonly channels: readonly ChannelsKnown[]
  readonly contacts: readonly ContactKnown[]
  readonly cases: readonly CaseKnown[]
  readonly promises: readonly PromiseKnown[]
  readonly followUps: readonly {
    readonly id: string
    readonly what?: string
    readonly dueBy?: Instant
    readonly staffId?: string
    readonly state: 'open' | 'done' | 'cancelled'
  }[]
  readonly feedback: readonly FeedbackKnown[]
  readonly said: readonly { readonly at: Instant; readonly where: string; readonly words: string }[]
  readonly earlier: {
    readonly contacts: readonly EarlierContact[]
    readonly cases: readonly EarlierCase[]
    readonly journeys: readonly {
      readonly id: string
      readonly startedAt: Instant
      readonly item?: ItemSnapshot
      readonly reason?: ReasonSnapshot
      readonly status: 'open' | 'ended'
      readonly outcome?: string
    }[]
  }
  readonly position: number
  readonly asOf: Instant
}

/** One moment of a journey's line: `GET /journey/journeys/:id/events`. */
export interface JourneyMoment {
  readonly position: number
  readonly journeyId?: string
  /** `throughline.ReasonChosen.v1` */
  readonly type: string
  readonly says: string
  readonly occurredAt: Instant
  readonly recordedAt: Instant
  readonly by: string
  readonly lane: 'customer' | 'articles' | 'us'
  readonly stage?: 'looking' | 'buying' | 'delivery' | 'help' | 'contact' | 'case'
  readonly agentId?: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

export const contextKey = (journeyId: string): readonly string[] => ['journey', journeyId, 'context']
export const eventsKey = (journeyId: string): readonly string[] => ['journey', journeyId, 'events']

export function fetchContext(api: Api, journeyId: string, signal?: AbortSignal): Promise<JourneyContext> {
  return api.get<JourneyContext>(`/journey/journeys/${journeyId}/context`, { ...(signal && { signal }) })
}

/** What is known of a journey, refreshed when somebody invalidates `contextKey`. */
export function useContext(journeyId: string | undefined) {
  const api = useApi()
  return useQuery({
    queryKey: contextKey(journeyId ?? ''),
    queryFn: ({ signal }) => fetchContext(api, journeyId ?? '', signal),
    enabled: journeyId !== undefined,
  })
}

const MOST_EVENTS = 500

/** The first 500 moments of a journey; more of them nobody reads on one page. */
export function useEvents(journeyId: string | undefined) {
  const api = useApi()
  return useQuery({
    queryKey: eventsKey(journeyId ?? ''),
    queryFn: ({ signal }) =>
      api.get<Page<JourneyMoment>>(
        `/journey/journeys/${journeyId ?? ''}/events?limit=${String(MOST_EVENTS)}`,
        { signal },
      ),
    enabled: journeyId !== undefined,
  })
}
