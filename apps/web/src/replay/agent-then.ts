import type { ContactLine } from '../api/contact'
import type { AgentOffer } from '../api/desk'
import type { ContactKnown, JourneyContext, NoteKnown, SummaryKnown } from '../api/journey'
import type { EarlierLine } from '../desk/thread'
import { OUTCOMES } from '../desk/wrap-up-draft'
import type { WrapUpDraft } from '../desk/wrap-up-draft'
import { stateThen } from './customer-then'

/** What the agent's screen showed at a moment; `outside`: it came from an older system and was on no screen of ours. */
export type ScreenThen =
  | { readonly screen: 'nothing' | 'outside' }
  | {
      readonly screen: 'offer'
      readonly contact: ContactKnown
      readonly agentId: string
      readonly offer: AgentOffer
    }
  | { readonly screen: 'conversation'; readonly contact: ContactKnown; readonly agentId: string }

export function screenOf(context: JourneyContext): ScreenThen {
  const contact = context.contacts.at(-1)
  if (contact === undefined) return { screen: 'nothing' }
  const open = contact.offers.findLast(({ outcome }) => outcome === 'open')
  if (contact.assigned === undefined && open !== undefined) {
    const { queue } = contact
    const offer: AgentOffer = {
      id: open.id,
      contactId: contact.id,
      journeyId: context.id,
      channel: contact.channel ?? 'message',
      dueBy: queue?.dueBy ?? open.expiresAt,
      expiresAt: open.expiresAt,
      context: { href: '' },
      ...(queue && { queue: queue.queue, enteredAt: queue.enteredAt }),
      ...(queue?.level && { level: queue.level }),
    }
    return { screen: 'offer', contact, agentId: open.agentId, offer }
  }
  const agentId = contact.assigned?.agentId
  if (agentId !== undefined) return { screen: 'conversation', contact, agentId }
  return { screen: contact.queue === undefined && contact.connectedAt !== undefined ? 'outside' : 'nothing' }
}

/** The contact as a row of the agent's list. */
export function lineThen(context: JourneyContext, contact: ContactKnown): ContactLine {
  const { id, channel = 'message', item, reason, queue, connectedAt, endedAt, transcript } = contact
  const last = transcript.at(-1)
  const answered = transcript.findLastIndex(({ author }) => author === 'agent')
  const unanswered = transcript.slice(answered + 1).find(({ author }) => author === 'customer')
  const isOver = contact.status === 'ended' || contact.status === 'left'
  return {
    id,
    journeyId: context.id,
    state: stateThen(contact),
    channel,
    requestedAt: contact.requestedAt ?? context.startedAt,
    ...(context.person.name !== undefined && { name: context.person.name }),
    ...(item && { item }),
    ...(reason && { reason }),
    ...(last && { lastWords: { author: last.author, text: last.text, at: last.at } }),
    ...(!isOver && unanswered && { unansweredSince: unanswered.at }),
    ...(queue && { enteredAt: queue.enteredAt, dueBy: queue.dueBy }),
    ...(connectedAt !== undefined && { connectedAt }),
    ...(endedAt !== undefined && { endedAt }),
  }
}

/** Earlier contacts above the thread, oldest first. */
export function earlierThen({ earlier }: JourneyContext): readonly EarlierLine[] {
  return earlier.contacts
    .map(({ id, channel = 'message', at: requestedAt, subject, reason, feeling }): EarlierLine => ({
      id,
      channel,
      requestedAt,
      ...(subject !== undefined && { subject }),
      ...(reason && { reason }),
      ...(feeling !== undefined && { feeling }),
    }))
    .toReversed()
}

export function notesThen({ notes }: ContactKnown): readonly NoteKnown[] {
  return notes
}

/** The wrap-up as it was saved. */
export function draftThen(summary: SummaryKnown): WrapUpDraft {
  const outcome = OUTCOMES.find((each) => each === summary.outcome)
  const cause = summary.causes[0]
  return {
    subject: summary.subject,
    words: summary.words,
    causeWords: cause?.words ?? '',
    causeUnknown: false,
    issue: summary.issue === 'same' && summary.caseId !== undefined ? summary.caseId : 'new',
    promises: summary.promised.map(({ what, by }) => ({ what, by: fieldTime(by), who: '' })),
    ...(outcome && { outcome }),
    ...(cause && { cause }),
  }
}

/** As a field of date and time holds it, in the reader's zone: `2026-11-21T18:00`. */
function fieldTime(at: string): string {
  const when = new Date(at)
  const pad = (value: number): string => String(value).padStart(2, '0')
  const day = `${String(when.getFullYear())}-${pad(when.getMonth() + 1)}-${pad(when.getDate())}`
  return `${day}T${pad(when.getHours())}:${pad(when.getMinutes())}`
}
