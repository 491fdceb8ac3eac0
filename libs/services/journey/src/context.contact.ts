import type {
  Channel,
  ContactEvent,
  ContactSummarised,
  EventOf,
  ItemSnapshot,
  ReadBefore,
  ReasonSnapshot,
  UrgencyAndValue,
  Wait,
} from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'

/** Events that tell of one contact, from contact and from routing. */
export type ContactStep =
  | ContactEvent
  | EventOf<
      | 'throughline.ContactQueued.v1'
      | 'throughline.RequirementRelaxed.v1'
      | 'throughline.ContactOffered.v1'
      | 'throughline.OfferDeclined.v1'
      | 'throughline.OfferExpired.v1'
      | 'throughline.OfferWithdrawn.v1'
      | 'throughline.ContactAssigned.v1'
      | 'throughline.ContactRequeued.v1'
      | 'throughline.ContactLeftQueue.v1'
      | 'throughline.WorkFinished.v1'
      | 'throughline.CallbackScheduled.v1'
      | 'throughline.CallbackDue.v1'
      | 'throughline.CallbackUnanswered.v1'
      | 'throughline.ContactEscalated.v1'
    >

export interface LegKnown {
  readonly leg: number
  readonly channel: Channel
  readonly by: string
  readonly assurance: string
  readonly openedAt: Instant
  readonly closedAt?: Instant
  readonly why?: string
}

export interface OfferKnown {
  readonly id: string
  readonly agentId: string
  readonly at: Instant
  readonly expiresAt: Instant
  readonly outcome: 'open' | 'accepted' | 'declined' | 'expired' | 'withdrawn'
}

/** Words of the conversation, on whichever leg they were said. */
export interface WordsKnown {
  readonly id: string
  readonly at: Instant
  readonly leg: number
  readonly channel: Channel
  readonly author: 'customer' | 'agent' | 'system'
  readonly authorId?: string
  readonly mode: 'written' | 'spoken'
  readonly text: string
  readonly articleId?: string
  /** Code of why it was not delivered. */
  readonly failed?: string
}

export interface ContactKnown {
  readonly id: string
  /** Where it goes on now; unknown for a contact that was tied to the journey later. */
  readonly channel?: Channel
  readonly requestedAt?: Instant
  readonly status: 'waiting' | 'offered' | 'assigned' | 'connected' | 'dropped' | 'left' | 'ended'
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  /** The articles that were handed over with it. */
  readonly readings: readonly ReadBefore[]
  readonly words?: string
  readonly presses?: number
  readonly decisionId?: string
  readonly caseId?: string
  readonly origin?: string
  readonly queue?: {
    readonly queue: string
    readonly enteredAt: Instant
    readonly dueBy: Instant
    /** Kept from the customer. */
    readonly level?: UrgencyAndValue
    readonly quoted?: Wait
  }
  readonly offers: readonly OfferKnown[]
  readonly assigned?: { readonly agentId: string; readonly at: Instant }
  readonly connectedAt?: Instant
  readonly legs: readonly LegKnown[]
  readonly callback?: { readonly from: Instant; readonly until: Instant; readonly attempts: number }
  readonly call?: 'ringing' | 'talking' | 'held' | 'ended'
  /** Drops, resumptions, transfers and changes of channel, oldest first. */
  readonly turns: readonly { readonly at: Instant; readonly what: string; readonly why?: string }[]
  readonly transcript: readonly WordsKnown[]
  /** The team's own; never shown to the customer. */
  readonly notes: readonly {
    readonly id: string
    readonly at: Instant
    readonly agentId: string
    readonly text: string
  }[]
  readonly endedAt?: Instant
  /** Who ended it, or why the customer left. */
  readonly how?: string
  readonly summary?: Omit<ContactSummarised, 'contactId' | 'journeyId' | 'item' | 'reason'> & {
    readonly at: Instant
  }
}

export function newContact(id: string): ContactKnown {
  return {
    id,
    status: 'waiting',
    readings: [],
    offers: [],
    legs: [],
    turns: [],
    transcript: [],
    notes: [],
  }
}

/** The contact after one more event about it. */
export function contactAfter(contact: ContactKnown, event: RecordedEvent<ContactStep>): ContactKnown {
  const at = event.occurredAt
  const turn = (what: string, why?: string) => ({
    turns: [...contact.turns, { at, what, ...(why !== undefined && { why }) }],
  })
  const offer = (id: string, outcome: OfferKnown['outcome']) => ({
    offers: contact.offers.map((each) => (each.id === id ? { ...each, outcome } : each)),
  })
  switch (event.type) {
    case 'throughline.ContactRequested.v1': {
      const { contactId: _, journeyId: __, person: ___, callFrom, callUntil, ...asked } = event.data
      const callback = callFrom !== undefined &&
        callUntil !== undefined && { from: callFrom, until: callUntil }
      return {
        ...contact,
        ...asked,
        requestedAt: at,
        ...(callback && { callback: { ...callback, attempts: 0 } }),
      }
    }
    case 'throughline.LegOpened.v1': {
      const { leg, channel, by, assurance } = event.data
      const others = contact.legs.filter((each) => each.leg !== leg)
      return { ...contact, channel, legs: [...others, { leg, channel, by, assurance, openedAt: at }] }
    }
    case 'throughline.LegClosed.v1': {
      const { leg, why } = event.data
      return {
        ...contact,
        legs: contact.legs.map((each) => (each.leg === leg ? { ...each, closedAt: at, why } : each)),
      }
    }
    case 'throughline.ContactConnected.v1': {
      const { channel, agentId } = event.data
      const assigned = agentId !== undefined && contact.assigned?.agentId !== agentId && { agentId, at }
      return {
        ...contact,
        channel,
        status: 'connected',
        connectedAt: contact.connectedAt ?? at,
        ...(assigned && { assigned }),
      }
    }
    case 'throughline.MessagePosted.v1': {
      const { messageId: id, contactId: _, journeyId: __, ...words } = event.data
      return { ...contact, transcript: [...contact.transcript, { id, ...words, at }] }
    }
    case 'throughline.MessageFailed.v1': {
      const { messageId, code } = event.data
      return {
        ...contact,
        transcript: contact.transcript.map((each) =>
          each.id === messageId ? { ...each, failed: code } : each,
        ),
      }
    }
    case 'throughline.ContactNoteAdded.v1': {
      const { noteId: id, agentId, text } = event.data
      return { ...contact, notes: [...contact.notes, { id, at, agentId, text }] }
    }
    case 'throughline.ContactDropped.v1':
      return { ...contact, status: 'dropped', ...turn('dropped', event.data.cause) }
    case 'throughline.ContactResumed.v1': {
      const status = contact.connectedAt === undefined ? 'waiting' : 'connected'
      return { ...contact, channel: event.data.channel, status, ...turn('resumed', event.data.channel) }
    }
    case 'throughline.ContactTransferred.v1':
      return { ...contact, status: 'waiting', ...turn('transferred', event.data.why) }
    case 'throughline.ContactEscalated.v1':
      return { ...contact, channel: event.data.to, ...turn('escalated', event.data.by) }
    case 'throughline.ContactLeft.v1':
      return { ...contact, status: 'left', endedAt: at, how: event.data.why }
    case 'throughline.ContactEnded.v1':
      if (contact.status === 'left') return contact
      return { ...contact, status: 'ended', endedAt: at, how: event.data.by }
    case 'throughline.ContactSummarised.v1': {
      const { contactId: _, journeyId: __, item: ___, reason: ____, ...summary } = event.data
      const { caseId } = summary
      return { ...contact, summary: { ...summary, at }, ...(caseId !== undefined && { caseId }) }
    }
    case 'throughline.ContactLinked.v1':
      return { ...contact, ...turn('linked', event.data.by) }
    case 'throughline.CallRang.v1':
      return { ...contact, call: 'ringing' }
    case 'throughline.CallAnswered.v1':
    case 'throughline.CallRetrieved.v1':
      return { ...contact, call: 'talking' }
    case 'throughline.CallHeld.v1':
      return { ...contact, call: 'held' }
    case 'throughline.CallEnded.v1':
      return { ...contact, call: 'ended' }
    case 'throughline.ContactQueued.v1': {
      const { queue, enteredAt, dueBy, level, quoted } = event.data
      return { ...contact, queue: { queue, enteredAt, dueBy, level, ...(quoted && { quoted }) } }
    }
    case 'throughline.ContactOffered.v1': {
      const { offerId: id, agentId, expiresAt } = event.data
      const offers = [...contact.offers, { id, agentId, at, expiresAt, outcome: 'open' } as const]
      return { ...contact, status: 'offered', offers }
    }
    case 'throughline.OfferDeclined.v1':
      return { ...contact, status: 'waiting', ...offer(event.data.offerId, 'declined') }
    case 'throughline.OfferExpired.v1':
      return { ...contact, status: 'waiting', ...offer(event.data.offerId, 'expired') }
    case 'throughline.OfferWithdrawn.v1':
      return {
        ...contact,
        status: contact.status === 'offered' ? 'waiting' : contact.status,
        ...offer(event.data.offerId, 'withdrawn'),
      }
    case 'throughline.ContactAssigned.v1': {
      const { offerId, agentId } = event.data
      return { ...contact, status: 'assigned', assigned: { agentId, at }, ...offer(offerId, 'accepted') }
    }
    case 'throughline.ContactRequeued.v1': {
      const { assigned: _, ...waiting } = contact
      const status = contact.status === 'dropped' ? 'dropped' : 'waiting'
      return { ...waiting, status, ...turn('requeued', event.data.why) }
    }
    case 'throughline.CallbackScheduled.v1': {
      const { from, until } = event.data
      return { ...contact, callback: { from, until, attempts: contact.callback?.attempts ?? 0 } }
    }
    case 'throughline.CallbackUnanswered.v1':
      if (contact.callback === undefined) return contact
      return { ...contact, callback: { ...contact.callback, attempts: event.data.attempt } }
    // Nothing that anybody who helps has to know: deliveries seen, secrets' digests, routing's own steps.
    case 'throughline.MessagesSeen.v1':
    case 'throughline.ContinuationIssued.v1':
    case 'throughline.ContinuationUsed.v1':
    case 'throughline.RequirementRelaxed.v1':
    case 'throughline.ContactLeftQueue.v1':
    case 'throughline.WorkFinished.v1':
    case 'throughline.CallbackDue.v1':
      return contact
  }
}
