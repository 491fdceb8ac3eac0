import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { UseQueryResult } from '@tanstack/react-query'
import { useApi, useSession } from '../api/context'
import { momentsOf, queryOf } from './address'
import type { Filters } from './address'
import type { Figure, Verdict, VerdictWord } from './figure'
import type { Anatomy } from './usual-path'

/** As of when, and as known at which position of the log. */
export interface Moments {
  readonly asWas: string
  readonly known: number
}

export interface Week {
  readonly week: string
  readonly n: number | null
}

export interface Doing {
  readonly id: string
  readonly status: FindingStatus
  readonly says: string
  readonly department?: string
  readonly actBy?: string
  readonly done?: { readonly what: string; readonly link?: string; readonly at: string }
}

export interface Driver {
  readonly thingKind: string
  readonly reason: string
  readonly label: string | null
  readonly contacts: Figure
  readonly weeks: readonly Week[]
  readonly trend: VerdictWord
  readonly repeat: Figure | null
  readonly outcome: Figure | null
  readonly feeling: Figure | null
  readonly feelings: readonly number[] | null
  readonly cause: {
    readonly code: string
    readonly words: string | null
    readonly contacts: number | null
    readonly department: string | null
  } | null
  readonly findings: readonly Doing[]
}

export interface Drivers extends Moments {
  readonly contacts: Figure | null
  readonly repeats: Figure | null
  readonly drivers: readonly Driver[]
  readonly causes: readonly {
    readonly cause: string
    readonly words: string | null
    readonly department: string | null
    readonly figure: Figure
  }[]
}

/** A figure with its parts. */
export interface Answer {
  readonly figure: Figure
  readonly by: readonly Figure[]
}

export interface Repeats extends Moments {
  readonly stated: Answer
  readonly wide: Answer
}

export interface Online extends Moments {
  readonly looked: Answer
  readonly chose: Answer
  readonly read: Answer
}

export interface AnswerTimes extends Moments {
  readonly byChannel: readonly Figure[]
  readonly promised: readonly {
    readonly terms: {
      readonly channel: string
      readonly definition: string
      /** Seconds. */
      readonly threshold: number
      /** Percent. */
      readonly share: number
    }
    readonly measured?: Figure
    readonly s2?: Figure
    readonly word: VerdictWord
  }[]
}

export interface FeedbackTrend extends Moments {
  readonly weeks: readonly {
    readonly week: string
    readonly outcome: Figure | null
    readonly feeling: Figure | null
    readonly response: Figure | null
    readonly comparable: boolean
    readonly outcomeChange: Verdict | null
    readonly feelingChange: Verdict | null
  }[]
}

export interface ArticleVersion {
  readonly articleId: string
  readonly version: number
  readonly title: string | null
  readonly reads: number | null
  readonly figure: Figure
  readonly helped: Figure | null
  readonly verdict: Verdict | null
  readonly helpedVerdict: Verdict | null
  readonly preventable: number | null
}

export interface Weekly extends Moments {
  readonly weeks: readonly { readonly week: string; readonly figure: Figure | null }[]
}

export type FindingStatus = 'raised' | 'assigned' | 'acted-on' | 'closed'

export interface Finding {
  readonly id: string
  readonly metric: string
  readonly version: number
  readonly cell: Figure['cell']
  readonly figure: Partial<Figure>
  readonly says: string
  readonly status: FindingStatus
  readonly overdue: boolean
  readonly department?: string
  readonly actBy?: string
  readonly actions: readonly { readonly what: string; readonly link?: string; readonly at: string }[]
  readonly closings: readonly { readonly helped: boolean; readonly why: string; readonly at: string }[]
  readonly reopenings: readonly { readonly why: string; readonly at: string }[]
  readonly raisedAt: string
}

export interface Measure extends Moments {
  readonly actedAt: string
  readonly before?: Figure
  readonly after?: Figure
  readonly verdict: Verdict
}

export interface Explained extends Moments {
  readonly figure: Figure
  readonly n: number
  readonly sum: number
  readonly pending: number
  readonly excluded: number
  readonly units: readonly Unit[]
  readonly next: number | null
}

export interface Unit {
  readonly unit: string
  readonly cohortAt: string
  readonly state: string
  readonly value: number | null
  readonly matureAt: string
  readonly keys: Readonly<Record<string, string | number | boolean | null>>
  readonly journey: string | null
  readonly because: readonly { readonly event: string; readonly journey: string | null }[]
}

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

export interface Answers {
  readonly drivers: Drivers
  readonly 'repeat-contacts': Repeats
  readonly 'first-contact-resolution': Answer & Moments
  readonly 'asked-again': Answer & Moments
  readonly 'online-before-contact': Online
  readonly 'answer-times': AnswerTimes
  readonly 'feedback-trend': FeedbackTrend
  readonly articles: Moments & { readonly items: readonly ArticleVersion[] }
  readonly anatomy: Anatomy
}

/** One of insight's questions, of the span and as known at the moment that the address names. */
export function useAnswer<Name extends keyof Answers>(
  name: Name,
  filters: Filters,
  more: Readonly<Record<string, string | number | undefined>> = {},
  enabled = true,
): UseQueryResult<Answers[Name]> {
  const api = useApi()
  const path = `/insight/${name}${queryOf({ ...momentsOf(filters), ...more })}`
  return useQuery({
    queryKey: ['insight', path],
    queryFn: ({ signal }) => api.get<Answers[Name]>(path, { signal }),
    // The old figures stay in place until the new ones are there.
    placeholderData: keepPreviousData,
    enabled,
  })
}

export function useWeekly(metric: string, cell: string | undefined, { asWas, known }: Filters) {
  const api = useApi()
  const path = `/insight/metrics/${metric}/weeks${queryOf({ cell, asWas, known })}`
  return useQuery({
    queryKey: ['insight', path],
    queryFn: ({ signal }) => api.get<Weekly>(path, { signal }),
  })
}

export const FINDINGS = ['insight', 'findings']

export function useFindings(status?: FindingStatus | 'overdue') {
  const api = useApi()
  const path = `/insight/findings${queryOf({ status, limit: 100 })}`
  return useQuery({
    queryKey: [...FINDINGS, path],
    queryFn: ({ signal }) => api.get<Page<Finding>>(path, { signal }),
  })
}

/** What somebody with these roles may do here. */
export function useMay() {
  const session = useSession()
  const roles = session.status === 'in' ? session.person.roles : []
  const any = (...wanted: readonly string[]): boolean => wanted.some((role) => roles.includes(role))
  return {
    raise: any('analyst', 'supervisor'),
    act: any('analyst', 'supervisor', 'knowledge-owner'),
    replay: any('analyst', 'supervisor'),
    exportEvents: any('analyst'),
    ownCauses: any('supervisor', 'administrator'),
  }
}
