import type { EventOf } from '@throughline/contracts'
import type { DomainEvent } from '@throughline/kernel'
import { tells } from './tells.js'

export type Side = 'customer' | 'staff'

/** Wire names a live stream of contacts looks at. */
export const LIVE = [
  'throughline.ContactRequested.v1',
  'throughline.LegOpened.v1',
  'throughline.LegClosed.v1',
  'throughline.ContactConnected.v1',
  'throughline.MessagePosted.v1',
  'throughline.MessagesSeen.v1',
  'throughline.MessageFailed.v1',
  'throughline.ContactNoteAdded.v1',
  'throughline.ContinuationUsed.v1',
  'throughline.ContactDropped.v1',
  'throughline.ContactResumed.v1',
  'throughline.ContactTransferred.v1',
  'throughline.ContactLeft.v1',
  'throughline.ContactEnded.v1',
  'throughline.ContactSummarised.v1',
  'throughline.CallRang.v1',
  'throughline.CallAnswered.v1',
  'throughline.CallHeld.v1',
  'throughline.CallRetrieved.v1',
  'throughline.CallEnded.v1',
  'throughline.ContactQueued.v1',
  'throughline.ContactAssigned.v1',
  'throughline.ContactRequeued.v1',
] as const

type Live = EventOf<(typeof LIVE)[number]>

export function isLive(event: DomainEvent): event is Live {
  return LIVE.some((type) => type === event.type)
}

/** `MessagePosted` of `throughline.MessagePosted.v1`. */
export function shortName(type: string): string {
  return type.split('.')[1] ?? type
}

/**
 * What each side gets to see of an event; nothing where it is not its business. For customers the fields are listed, so
 * that a field added later is hidden until somebody decides.
 */
export function seenBy(side: Side, event: Live): object | undefined {
  if (tells(event, 'throughline.ContinuationUsed.v1')) {
    const { contactId, channel } = event.data
    return { contactId, channel }
  }
  return side === 'staff' ? event.data : forCustomer(event)
}

function forCustomer(
  event: Exclude<Live, { readonly type: 'throughline.ContinuationUsed.v1' }>,
): object | undefined {
  const { contactId } = event.data
  switch (event.type) {
    case 'throughline.ContactRequested.v1': {
      const { channel, words, item, reason, callFrom, callUntil } = event.data
      return { contactId, channel, words, item, reason, callFrom, callUntil }
    }
    case 'throughline.LegOpened.v1':
      return { contactId, leg: event.data.leg, channel: event.data.channel }
    case 'throughline.LegClosed.v1':
      return { contactId, leg: event.data.leg, why: event.data.why }
    case 'throughline.ContactConnected.v1':
      return { contactId, leg: event.data.leg, channel: event.data.channel, agentId: event.data.agentId }
    case 'throughline.MessagePosted.v1': {
      const { messageId, leg, channel, author, authorId, mode, text, articleId, choices, answers } =
        event.data
      return {
        contactId,
        messageId,
        leg,
        channel,
        author,
        authorId,
        mode,
        text,
        articleId,
        choices,
        answers,
      }
    }
    case 'throughline.MessagesSeen.v1':
      return { contactId, by: event.data.by, messageId: event.data.messageId }
    case 'throughline.MessageFailed.v1':
      return { contactId, messageId: event.data.messageId, code: event.data.code }
    case 'throughline.ContactDropped.v1':
      return { contactId, leg: event.data.leg }
    case 'throughline.ContactResumed.v1':
      return { contactId, leg: event.data.leg, from: event.data.from, channel: event.data.channel }
    case 'throughline.ContactSummarised.v1':
      return { contactId, ...summaryForCustomer(event.data) }
    case 'throughline.ContactEnded.v1':
      return { contactId, by: event.data.by, answeredBy: event.data.answeredBy }
    case 'throughline.ContactQueued.v1': {
      const { channel, enteredAt, dueBy, quoted } = event.data
      return { contactId, channel, enteredAt, dueBy, quoted }
    }
    case 'throughline.ContactTransferred.v1':
    case 'throughline.ContactLeft.v1':
    case 'throughline.ContactRequeued.v1':
      return { contactId }
    case 'throughline.CallRang.v1':
    case 'throughline.CallAnswered.v1':
    case 'throughline.CallHeld.v1':
    case 'throughline.CallRetrieved.v1':
    case 'throughline.CallEnded.v1':
      return { contactId, leg: event.data.leg }
    case 'throughline.ContactNoteAdded.v1':
    case 'throughline.ContactAssigned.v1':
      return undefined
  }
}

/** Without what the team found to be behind it: that is for whoever can change it. */
export function summaryForCustomer(summary: EventOf<'throughline.ContactSummarised.v1'>['data']): object {
  const { outcome, subject, words, promised, articles, caseId } = summary
  return { outcome, subject, words, promised, articles, caseId }
}
