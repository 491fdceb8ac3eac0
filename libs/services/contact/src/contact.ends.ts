import type { EventOf } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import { begun, closing, contactOver, isOver, lastLeg, refuseOtherAgents } from './contact.js'
import type { By, Contact, ContactState, ContactStreamEvent } from './contact.js'

type Decided = readonly ContactStreamEvent[]
type Ended = EventOf<'throughline.ContactEnded.v1'>['data']
type Summarised = EventOf<'throughline.ContactSummarised.v1'>['data']

export const endContact =
  ({ by }: { readonly by: By }) =>
  (state: ContactState): Decided => {
    const { contact } = begun(state)
    if (isOver(state)) return []
    refuseOtherAgents(begun(state), by)
    if (by.is === 'customer' && !contact.answered) {
      throw new Refused('conflict', 'contact.not-answered', 'Nobody has answered yet.', {
        todo: 'Leave the contact instead, and say why.',
      })
    }
    return ending(contact, by.is === 'customer' ? 'customer' : 'agent')
  }

/** Dropped for too long, or called in vain too often. Nothing to do when it went on meanwhile. */
export const giveUp =
  ({ by, leg }: { readonly by: 'dropped' | 'unanswered'; readonly leg?: number }) =>
  (state: ContactState): Decided => {
    const fits = by === 'dropped' ? state.status === 'dropped' : state.status === 'waiting'
    if (!fits || state.status === 'none') return []
    if (leg !== undefined && lastLeg(state.contact).leg !== leg) return []
    return ending(state.contact, by)
  }

/** Before anybody answered. */
export const leaveContact =
  ({ why }: { readonly why: EventOf<'throughline.ContactLeft.v1'>['data']['why'] }) =>
  (state: ContactState): Decided => {
    const { contact } = begun(state)
    if (state.status === 'left') return []
    if (isOver(state)) throw contactOver()
    if (contact.answered) {
      throw new Refused('conflict', 'contact.answered', 'Somebody has answered already.', {
        todo: 'End the contact instead.',
      })
    }
    const { contactId, journeyId } = contact
    return [
      { type: 'throughline.ContactLeft.v1', data: { contactId, journeyId, why } },
      ...closing(contact, 'left', 'left'),
    ]
  }

export type Summary = Omit<Summarised, 'contactId' | 'journeyId' | 'channel' | 'agentId' | 'item' | 'reason'>

/** Written once, by whoever had it; what is still open ends with it. */
export const summariseContact =
  ({ agentId, summary }: { readonly agentId: string; readonly summary: Summary }) =>
  (state: ContactState): Decided => {
    const { contact } = begun(state)
    if (contact.summary !== undefined) {
      throw new Refused('conflict', 'contact.summarised', 'The summary was written already.', {
        todo: 'Add to the case instead.',
      })
    }
    if (!contact.answered) {
      throw new Refused('conflict', 'contact.not-answered', 'Nobody answered this contact.')
    }
    refuseOtherAgents(begun(state), { is: 'agent', id: agentId })
    return [...(isOver(state) ? [] : ending(contact, 'agent')), summarised(contact, summary, agentId)]
  }

export function ending(contact: Contact, by: Ended['by']): Decided {
  const { contactId, journeyId, answered } = contact
  return [
    ...closing(contact, 'ended', 'hung-up'),
    {
      type: 'throughline.ContactEnded.v1',
      data: {
        contactId,
        journeyId,
        by,
        answeredBy: answered ? 'person' : 'nobody',
        channel: lastLeg(contact).channel,
      },
    },
  ]
}

export function summarised(
  contact: Contact,
  summary: Summary,
  agentId: string | undefined,
): ContactStreamEvent {
  const { contactId, journeyId, requested, articles } = contact
  return {
    type: 'throughline.ContactSummarised.v1',
    data: {
      contactId,
      journeyId,
      channel: lastLeg(contact).channel,
      ...(agentId !== undefined && { agentId }),
      ...summary,
      ...(requested.item !== undefined && { item: requested.item }),
      ...(requested.reason !== undefined && { reason: requested.reason }),
      articles: [...new Set([...summary.articles, ...articles])].slice(0, 20),
    },
  }
}
