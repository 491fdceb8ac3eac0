import { useQuery } from '@tanstack/react-query'
import type { QueryClient } from '@tanstack/react-query'
import { useApi } from './context'
import type { LiveEvent } from './live'

/** `left`: before anybody answered. `wrapping`: over for the customer, the agent still writes it down. */
export type ContactState = 'waiting' | 'ringing' | 'connected' | 'dropped' | 'left' | 'wrapping' | 'ended'

export interface ItemSnapshot {
  readonly id: string
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
}

export interface Leg {
  readonly leg: number
  readonly channel: string
  readonly open: boolean
  readonly call?: string
}

/** What the customer can read of a summary. */
export interface ContactSummary {
  readonly outcome: string
  readonly subject: string
  readonly words: string
  readonly promised: readonly { readonly what: string; readonly by: string }[]
  readonly articles?: readonly string[]
  readonly caseId?: string
}

/** GET /contact/contacts/:id */
export interface Contact {
  readonly id: string
  readonly journeyId: string
  readonly state: ContactState
  readonly channel: string
  readonly legs: readonly Leg[]
  readonly person: {
    readonly id: string
    readonly name?: string
    readonly segment?: string
    readonly language?: string
    readonly assurance: string
    readonly verifiedAt?: string
  }
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly readings: readonly {
    readonly readingId: string
    readonly articleId: string
    readonly title: string
    readonly helped?: boolean
  }[]
  readonly facts: readonly {
    readonly name: string
    readonly label: string
    readonly value: string
    readonly source: string
  }[]
  readonly words?: string
  readonly caseId?: string
  readonly callFrom?: string
  readonly callUntil?: string
  readonly agentId?: string
  readonly said: number
  readonly seen: { readonly customer?: string; readonly agent?: string }
  /** Channels it can go on over from here, for whoever asks. */
  readonly ways: readonly string[]
  readonly requestedAt?: string
  readonly enteredAt?: string
  readonly dueBy?: string
  readonly summary?: ContactSummary
}

/** A contact as a line of a list; `unread` for staff only. */
export interface ContactLine {
  readonly id: string
  readonly journeyId: string
  readonly personId?: string
  readonly name?: string
  readonly state: ContactState
  readonly channel: string
  readonly channels?: readonly string[]
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly agentId?: string
  readonly lastWords?: {
    readonly author: 'customer' | 'agent' | 'system'
    readonly text: string
    readonly at: string
  }
  readonly unansweredSince?: string
  readonly unread?: number
  readonly requestedAt: string
  readonly enteredAt?: string
  readonly dueBy?: string
  readonly connectedAt?: string
  readonly droppedAt?: string
  readonly endedAt?: string
  readonly caseId?: string
  readonly outcome?: string
  readonly subject?: string
}

export type Author =
  { readonly is: 'customer' } | { readonly is: 'agent'; readonly id: string } | { readonly is: 'automatic' }

/** One thing said. `spoken` is followed by no receipt. */
export interface Message {
  readonly id: string
  readonly contactId: string
  readonly position: number
  readonly leg: number
  readonly channel: string
  readonly author: Author
  readonly said: string
  readonly state: 'waiting' | 'accepted' | 'delivered' | 'seen' | 'failed' | 'spoken'
  readonly at: string
  readonly articleId?: string
  readonly choices?: readonly string[]
  /** The choice picked last. */
  readonly picked?: string
  /** The message with choices it answers. */
  readonly answers?: string
}

export interface Messages {
  readonly items: readonly Message[]
}

/** GET /routing/work/:contactId as the one who waits sees it. Waits in seconds. */
export interface Work {
  readonly contactId: string
  readonly journeyId: string
  readonly state: 'promised' | 'waiting' | 'answered' | 'over'
  readonly channel?: string
  readonly enteredAt?: string
  readonly dueBy?: string
  readonly callFrom?: string
  readonly callUntil?: string
  readonly wait: Wait | null
  /** How many are before it; null unless it waits. */
  readonly ahead: number | null
  /** What was said at the beginning. */
  readonly quoted: Wait | null
  readonly agentId?: string | null
}

export interface Wait {
  readonly low: number
  readonly mid: number
  readonly high: number
  /** Round steps; `to` is null for "more than". */
  readonly shown: { readonly from: number; readonly to: number | null }
}

/** POST /contact/contacts */
export interface Started {
  readonly id: string
  readonly journeyId: string
  readonly state: ContactState
  readonly channel: string
  readonly leg: number
}

export const contactKey = (id: string) => ['contact', id] as const
export const messagesKey = (id: string) => ['messages', id] as const

export function useContact(id: string | undefined) {
  const api = useApi()
  return useQuery({
    queryKey: contactKey(id ?? ''),
    queryFn: ({ signal }) => api.get<Contact>(`/contact/contacts/${id ?? ''}`, { signal }),
    enabled: id !== undefined,
  })
}

export function useMessages(id: string | undefined) {
  const api = useApi()
  return useQuery({
    queryKey: messagesKey(id ?? ''),
    queryFn: ({ signal }) => api.get<Messages>(`/contact/contacts/${id ?? ''}/messages`, { signal }),
    enabled: id !== undefined,
  })
}

/** Own contacts, or as the query says, newest first. */
export function useContacts(query = '') {
  const api = useApi()
  return useQuery({
    queryKey: ['contacts', query],
    queryFn: ({ signal }) =>
      api.get<{ readonly items: readonly ContactLine[]; readonly next: string | null }>(
        `/contact/contacts${query}`,
        { signal },
      ),
  })
}

export function isOver(state: ContactState): boolean {
  return state === 'ended' || state === 'left' || state === 'wrapping'
}

/** What live events about a contact carry; each event has some of it. */
export interface ContactNews {
  readonly contactId: string
  readonly messageId?: string
  readonly leg?: number
  readonly channel?: string
  readonly author?: 'customer' | 'agent' | 'system'
  readonly authorId?: string
  readonly mode?: 'written' | 'spoken'
  readonly text?: string
  readonly articleId?: string
  readonly choices?: readonly string[]
  readonly answers?: string
  readonly by?: string
  readonly count?: number
}

/** The data of a live event of contacts. */
export function newsOf({ data }: LiveEvent): ContactNews | undefined {
  return typeof data === 'object' && data !== null && 'contactId' in data ? (data as ContactNews) : undefined
}

/** The thread with what an event tells; the same array when it tells nothing of the thread. Heard twice it tells nothing new. */
export function threadAfter(
  items: readonly Message[],
  { name, position }: LiveEvent,
  news: ContactNews,
  at: string,
): readonly Message[] {
  switch (name) {
    case 'MessagePosted': {
      if (news.messageId === undefined || items.some(({ id }) => id === news.messageId)) return items
      return [...picked(items, news), messageOf(news, news.messageId, position ?? 0, at)].toSorted(
        (one, other) => one.position - other.position,
      )
    }
    case 'MessagesSeen': {
      const until = items.find(({ id }) => id === news.messageId)?.position
      if (until === undefined) return items
      return items.map((line) =>
        line.position <= until &&
        line.state !== 'spoken' &&
        (line.author.is === 'customer') !== (news.by === 'customer')
          ? { ...line, state: 'seen' as const }
          : line,
      )
    }
    case 'MessageFailed':
      return items.map((line) =>
        line.id === news.messageId && (line.state === 'waiting' || line.state === 'accepted')
          ? { ...line, state: 'failed' as const }
          : line,
      )
    default:
      return items
  }
}

function picked(items: readonly Message[], { answers, text }: ContactNews): readonly Message[] {
  if (answers === undefined || text === undefined) return items
  return items.map((line) =>
    line.id === answers && line.choices?.includes(text) === true ? { ...line, picked: text } : line,
  )
}

function messageOf(news: ContactNews, id: string, position: number, at: string): Message {
  const { contactId, leg = 1, channel = 'chat', author, authorId = '', mode, text = '' } = news
  return {
    id,
    contactId,
    position,
    leg,
    channel,
    author:
      author === 'agent'
        ? { is: 'agent', id: authorId }
        : { is: author === 'customer' ? 'customer' : 'automatic' },
    said: text,
    state: mode === 'spoken' ? 'spoken' : author === 'customer' ? 'delivered' : 'accepted',
    at,
    ...(news.articleId !== undefined && { articleId: news.articleId }),
    ...(news.choices !== undefined && { choices: news.choices }),
    ...(news.answers !== undefined && { answers: news.answers }),
  }
}

/** Takes a live event into what is cached of its contact. `at`: when it was heard. */
export function takeNews(queries: QueryClient, event: LiveEvent, at: string): void {
  const news = newsOf(event)
  if (news === undefined) return
  const { contactId } = news
  queries.setQueryData<Messages>(messagesKey(contactId), (thread) => {
    if (thread === undefined) return thread
    const items = threadAfter(thread.items, event, news, at)
    return items === thread.items ? thread : { ...thread, items }
  })
  switch (event.name) {
    case 'typing':
    case 'devices':
    case 'MessagePosted':
    case 'MessagesSeen':
    case 'MessageFailed':
      return
    default:
      // Everything else moves the contact itself, or what may be done with it.
      void queries.invalidateQueries({ queryKey: contactKey(contactId) })
      void queries.invalidateQueries({ queryKey: ['work', contactId] })
  }
}
