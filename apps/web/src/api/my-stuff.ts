import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Api } from './client'

export type ItemKind = 'purchase' | 'quote' | 'enquiry' | 'booking' | 'marketing' | 'correspondence'

export interface Money {
  readonly amount: string
  readonly currency: string
}

/** A second-level reason. */
export interface ReasonDetail {
  readonly code: string
  readonly label: string
}

export interface Reason extends ReasonDetail {
  readonly details: readonly ReasonDetail[]
}

/** A thing as it was when somebody spoke of it. */
export interface ItemSnapshot {
  readonly id?: string
  readonly kind: string
  readonly title: string
  readonly reference?: string
  readonly date?: string
  readonly state?: string
  readonly product?: string
}

export interface ReasonSnapshot {
  readonly code: string
  readonly label: string
  readonly detail?: string
  readonly detailLabel?: string
  readonly taxonomy: string
}

/** Something the customer has with us. Instants are ISO 8601 in UTC. */
export interface Item {
  readonly id: string
  readonly kind: ItemKind
  readonly source: string
  /** Its number where it came from: an order or booking number. */
  readonly reference: string
  readonly title: string
  readonly detail?: string
  /** The shop's own word: `delivered`, `open until 30 November`. */
  readonly state?: string
  /** When it was bought, quoted, asked, booked or sent. */
  readonly date: string
  readonly startsAt?: string
  readonly endsAt?: string
  readonly price?: Money
  readonly product?: string
  readonly brand?: string
  readonly template?: string
  readonly withdrawn?: { readonly at: string; readonly why: string }
  /** How it went on, oldest first. */
  readonly steps: readonly { readonly at: string; readonly state: string; readonly note?: string }[]
  /** At most seven (C7). */
  readonly reasons: readonly Reason[]
  readonly taxonomy: string
  readonly openCases: readonly string[]
}

export interface StuffContact {
  readonly id: string
  readonly journeyId: string
  readonly at: string
  readonly channel: string
  readonly channels: readonly string[]
  readonly status: 'waiting' | 'talking' | 'dropped' | 'left' | 'ended'
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly words?: string
  readonly agentId?: string
  readonly connectedAt?: string
  readonly endedAt?: string
  readonly outcome?: string
  readonly subject?: string
  readonly summary?: string
  readonly caseId?: string
}

export interface StuffPromise {
  readonly what: string
  readonly by: string
  readonly state: 'open' | 'kept' | 'missed'
}

export interface StuffCase {
  readonly id: string
  /** Seven digits to say on the phone. */
  readonly reference: string
  readonly journeyId: string
  readonly subject: string
  readonly words: string
  readonly status: 'open' | 'resolved'
  readonly openedAt: string
  readonly resolvedAt?: string
  readonly how?: string
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly staffId?: string
  readonly contacts: readonly string[]
  readonly promises: readonly StuffPromise[]
  /** The promise that is due next. */
  readonly next?: StuffPromise
  readonly steps: readonly { readonly at: string; readonly what: string; readonly words?: string }[]
}

/** What was sent to the customer, by whichever part of the company. */
export interface Letter {
  readonly id: string
  readonly at: string
  readonly by: 'marketing' | 'correspondence' | 'email' | 'message'
  readonly title: string
  readonly inSevenDays: number
}

export interface Page<Shown> {
  readonly items: readonly Shown[]
  readonly next: string | null
}

export interface Group<Shown> extends Page<Shown> {
  readonly name: string
  /** All of the group, not only what is on this page. */
  readonly count: number
  /** Where the rest of the group is, with `/api/v1`. */
  readonly href: string
}

/** Everything the customer has with us. */
export interface MyStuff {
  readonly customerId: string
  readonly open: readonly StuffCase[]
  readonly items: readonly Group<Item>[]
  readonly contacts: Group<StuffContact>
  readonly cases: Group<StuffCase>
  readonly sent: Group<Letter>
}

/** One thing with everything that is about it. */
export interface ItemAbout extends Item {
  readonly contacts: readonly StuffContact[]
  readonly cases: readonly StuffCase[]
  readonly sent: readonly Item[]
}

/** All of My Stuff in one request. `person` is whose it is, so that nobody is shown what another one had. */
export const myStuffQuery = (api: Api, person: string) =>
  queryOptions({
    queryKey: ['my-stuff', person],
    queryFn: ({ signal }) => api.get<MyStuff>('/my-stuff', { signal }),
    // Coming back shows what was known at once; it is asked for again meanwhile.
    gcTime: 30 * 60_000,
  })

export const myStuffSearch = (api: Api, person: string, words: string) =>
  queryOptions({
    queryKey: ['my-stuff', person, 'search', words],
    queryFn: ({ signal }) => api.get<MyStuff>(`/my-stuff?q=${encodeURIComponent(words)}`, { signal }),
    enabled: words !== '',
    placeholderData: keepPreviousData,
  })

export const itemQuery = (api: Api, person: string, itemId: string) =>
  queryOptions({
    queryKey: ['my-stuff', person, 'item', itemId],
    queryFn: ({ signal }) => api.get<ItemAbout>(`/my-stuff/items/${encodeURIComponent(itemId)}`, { signal }),
    gcTime: 30 * 60_000,
  })
