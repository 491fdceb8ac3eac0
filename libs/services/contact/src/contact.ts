import type { Channel, ContactEvent, EventOf } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { DomainEvent, Stream } from '@throughline/kernel'

/** An agent took a contact on a channel of calls; both sides do not speak yet. Nobody else's business. */
export type ContactTaken = DomainEvent<
  'throughline.ContactTaken.v1',
  { readonly contactId: string; readonly journeyId: string; readonly agentId: string }
>

/** Somebody who held a token or a code, and is not known to be the customer, takes part from now on. */
export type ContactHolderJoined = DomainEvent<
  'throughline.ContactHolderJoined.v1',
  { readonly contactId: string; readonly journeyId: string; readonly holderId: string }
>

export type ContactStreamEvent = ContactEvent | ContactTaken | ContactHolderJoined

export type Author = 'customer' | 'agent' | 'system'

export interface Leg {
  readonly leg: number
  readonly channel: Channel
  readonly open: boolean
  /** Of legs that are calls; `none` before it rings and after it ended. */
  readonly call: 'none' | 'ringing' | 'answered' | 'held'
}

export interface ContinuationKept {
  readonly digest: string
  readonly expiresAt: string
  readonly used: boolean
}

/** What is known of a contact whatever its status. */
export interface Contact {
  readonly contactId: string
  readonly journeyId: string
  readonly requested: EventOf<'throughline.ContactRequested.v1'>['data']
  /** From leg 1; only the last may be open. */
  readonly legs: readonly Leg[]
  /** Everything said, in order; first words have the contact's own id. */
  readonly said: readonly { readonly id: string; readonly author: Author; readonly choices?: true }[]
  /** How many of `said` each side has seen. */
  readonly seen: { readonly customer: number; readonly agent: number }
  readonly failed: readonly string[]
  /** Articles sent. */
  readonly articles: readonly string[]
  readonly continuations: readonly ContinuationKept[]
  readonly holders: readonly string[]
  /** A person answered at least once. */
  readonly answered: boolean
  readonly lastAgentId: string | undefined
  readonly summary: EventOf<'throughline.ContactSummarised.v1'>['data'] | undefined
}

export type ContactState =
  | { readonly status: 'none' }
  /** For somebody who takes it: at first, after a transfer, after going on elsewhere. */
  | { readonly status: 'waiting'; readonly contact: Contact }
  /** A call that somebody took and that is not answered yet. */
  | { readonly status: 'ringing'; readonly contact: Contact; readonly agentId: string }
  | { readonly status: 'connected'; readonly contact: Contact; readonly agentId: string | undefined }
  | { readonly status: 'dropped'; readonly contact: Contact; readonly agentId: string | undefined }
  | { readonly status: 'left'; readonly contact: Contact }
  /** Over, and the summary is still to be written. */
  | { readonly status: 'wrapping'; readonly contact: Contact; readonly agentId: string | undefined }
  | { readonly status: 'ended'; readonly contact: Contact }

export type Begun = Exclude<ContactState, { readonly status: 'none' }>

export const contacts: Stream<ContactState, ContactStreamEvent> = {
  name: 'contact',
  initial: { status: 'none' },
  evolve(state, event) {
    if (event.type === 'throughline.ContactRequested.v1') {
      return { status: 'waiting', contact: begin(event.data) }
    }
    if (state.status === 'none') return state
    const { contact } = state
    switch (event.type) {
      case 'throughline.LegOpened.v1': {
        const { leg, channel } = event.data
        return within(state, { legs: [...contact.legs, { leg, channel, open: true, call: 'none' }] })
      }
      case 'throughline.LegClosed.v1':
        return withLeg(state, event.data.leg, { open: false, call: 'none' })
      case 'throughline.ContactTaken.v1':
        return state.status === 'dropped'
          ? { ...state, agentId: event.data.agentId }
          : { status: 'ringing', contact, agentId: event.data.agentId }
      case 'throughline.ContactConnected.v1': {
        const { agentId } = event.data
        return { status: 'connected', contact: { ...contact, answered: true, lastAgentId: agentId }, agentId }
      }
      case 'throughline.CallRang.v1':
        return withLeg(state, event.data.leg, { call: 'ringing' })
      case 'throughline.CallAnswered.v1':
      case 'throughline.CallRetrieved.v1':
        return withLeg(state, event.data.leg, { call: 'answered' })
      case 'throughline.CallHeld.v1':
        return withLeg(state, event.data.leg, { call: 'held' })
      case 'throughline.CallEnded.v1': {
        const silent = withLeg(state, event.data.leg, { call: 'none' })
        return silent.status === 'ringing' ? { status: 'waiting', contact: silent.contact } : silent
      }
      case 'throughline.MessagePosted.v1': {
        const { messageId, author, articleId, choices } = event.data
        return within(state, {
          said: [...contact.said, { id: messageId, author, ...(choices !== undefined && { choices: true }) }],
          ...(articleId !== undefined && { articles: [...contact.articles, articleId] }),
        })
      }
      case 'throughline.MessagesSeen.v1': {
        const seen = contact.said.findIndex(({ id }) => id === event.data.messageId) + 1
        return within(state, { seen: { ...contact.seen, [event.data.by]: seen } })
      }
      case 'throughline.MessageFailed.v1':
        return within(state, { failed: [...contact.failed, event.data.messageId] })
      case 'throughline.ContinuationIssued.v1': {
        const { digest, expiresAt } = event.data
        return within(state, {
          continuations: [...contact.continuations, { digest, expiresAt, used: false }],
        })
      }
      case 'throughline.ContinuationUsed.v1':
        return within(state, {
          continuations: contact.continuations.map((kept) =>
            kept.digest === event.data.digest ? { ...kept, used: true } : kept,
          ),
        })
      case 'throughline.ContactHolderJoined.v1':
        return within(state, { holders: [...contact.holders, event.data.holderId] })
      case 'throughline.ContactDropped.v1':
        return { status: 'dropped', contact, agentId: agentOf(state) }
      case 'throughline.ContactResumed.v1':
      case 'throughline.ContactTransferred.v1':
        return { status: 'waiting', contact }
      case 'throughline.ContactLeft.v1':
        return { status: 'left', contact }
      case 'throughline.ContactEnded.v1':
        return contact.answered
          ? { status: 'wrapping', contact, agentId: agentOf(state) ?? contact.lastAgentId }
          : { status: 'ended', contact }
      case 'throughline.ContactSummarised.v1':
        return { status: 'ended', contact: { ...contact, summary: event.data } }
      case 'throughline.ContactNoteAdded.v1':
      case 'throughline.ContactLinked.v1':
        return state
    }
  },
}

function begin(requested: Contact['requested']): Contact {
  const { contactId, journeyId, words } = requested
  return {
    contactId,
    journeyId,
    requested,
    legs: [],
    said: words === undefined || words === '' ? [] : [{ id: contactId, author: 'customer' }],
    seen: { customer: 0, agent: 0 },
    failed: [],
    articles: [],
    continuations: [],
    holders: [],
    answered: false,
    lastAgentId: undefined,
    summary: undefined,
  }
}

function within(state: Begun, change: Partial<Contact>): Begun {
  return { ...state, contact: { ...state.contact, ...change } }
}

function withLeg(state: Begun, number: number, change: Partial<Leg>): Begun {
  const legs = state.contact.legs.map((leg) => (leg.leg === number ? { ...leg, ...change } : leg))
  return within(state, { legs })
}

/** Who has it now, or had it when it ended and writes the summary. */
export function agentOf(state: ContactState): string | undefined {
  return 'agentId' in state ? state.agentId : undefined
}

export function isOver(state: ContactState): boolean {
  return state.status === 'left' || state.status === 'wrapping' || state.status === 'ended'
}

/** The leg it goes over, or went over last. */
export function lastLeg(contact: Contact): Leg {
  return contact.legs.at(-1) ?? { leg: 0, channel: contact.requested.channel, open: false, call: 'none' }
}

/** Channels on which words are spoken and somebody has to be rung up. */
export function isCall(channel: Channel): boolean {
  return channel === 'phone' || channel === 'callback'
}

/** What anybody may read. Words of ours that are for the customer alone never go there. */
export function isPublic(channel: Channel): boolean {
  return channel === 'social'
}

/** @throws Refused `contact.unknown` for a contact that never began */
export function begun(state: ContactState): Begun {
  if (state.status === 'none') throw unknownContact()
  return state
}

export function unknownContact(): Refused {
  return new Refused('not-found', 'contact.unknown', 'There is no such contact.')
}

export function contactOver(): Refused {
  return new Refused('conflict', 'contact.over', 'This contact is over.', {
    todo: 'Begin a new contact about the same thing or case.',
  })
}

/** Who wishes something of a contact, once it is known that they may know of it. */
export type By =
  | { readonly is: 'customer' }
  | { readonly is: 'agent'; readonly id: string }
  | { readonly is: 'supervisor' }
  /** The edge of a telephone system, which sees calls. */
  | { readonly is: 'telephony' }
  | { readonly is: 'system' }

/** @throws Refused `contact.not-with-you` for an agent who does not have it */
export function refuseOtherAgents(state: Begun, by: By): void {
  if (by.is === 'agent' && agentOf(state) !== by.id) {
    throw new Refused('forbidden', 'contact.not-with-you', 'This contact is not with you.', {
      todo: 'Take it from the queue first, or ask whoever has it to transfer it.',
    })
  }
}

/** What ends the open leg, if there is one: the call on it first. */
export function closing(
  contact: Contact,
  why: EventOf<'throughline.LegClosed.v1'>['data']['why'],
  cause: string,
): readonly ContactStreamEvent[] {
  const { leg, open, call } = lastLeg(contact)
  const of = { contactId: contact.contactId, journeyId: contact.journeyId, leg }
  if (!open) return []
  return [
    ...(call === 'none' ? [] : [{ type: 'throughline.CallEnded.v1', data: { ...of, cause } } as const]),
    { type: 'throughline.LegClosed.v1', data: { ...of, why } },
  ]
}
