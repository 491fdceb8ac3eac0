import { useQuery } from '@tanstack/react-query'
import type { ItemSnapshot, ReasonSnapshot } from './contact'
import { useApi } from './context'

/** Lowest first. */
export const OUTCOMES = ['not-at-all', 'a-little', 'partly', 'mostly', 'fully'] as const
export type Outcome = (typeof OUTCOMES)[number]

export const FEELINGS = ['upset', 'frustrated', 'unsure', 'at-ease', 'cared-for'] as const
export type Feeling = (typeof FEELINGS)[number]

export type FeedbackKind = 'contact' | 'case' | 'item' | 'delivery' | 'visit' | 'something-unclear'

/** `id` of a contact or case is needed; otherwise a thing of hers, where there is one. */
export interface FeedbackAbout {
  readonly kind: FeedbackKind
  readonly id?: string
  readonly title?: string
  readonly channel?: string
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
}

export interface FeedbackVersion {
  readonly version: number
  readonly at: string
  readonly outcome?: Outcome
  readonly feeling?: Feeling
  readonly comment?: string
  readonly followUp: boolean
}

/** What counts now. `versions`, oldest first, where one is asked for. */
export interface Feedback {
  readonly id: string
  readonly customerId?: string
  readonly journeyId?: string
  readonly about: FeedbackAbout
  readonly version: number
  readonly outcome?: Outcome
  readonly feeling?: Feeling
  readonly comment?: string
  readonly followUp: boolean
  readonly givenAt: string
  readonly changedAt: string
  readonly versions?: readonly FeedbackVersion[]
}

export const feedbackKey = ({ kind, id = '' }: FeedbackAbout) => ['feedback', kind, id] as const

/** What she said about one thing, with every version; null when nothing was said. */
export function useFeedback(about: FeedbackAbout) {
  const api = useApi()
  return useQuery({
    queryKey: feedbackKey(about),
    queryFn: async ({ signal }): Promise<Feedback | null> => {
      const { items } = await api.get<{ readonly items: readonly Feedback[] }>(
        `/feedback/feedback?kind=${about.kind}&aboutId=${about.id ?? ''}`,
        { signal },
      )
      return items[0] ?? null
    },
    enabled: about.id !== undefined,
  })
}
