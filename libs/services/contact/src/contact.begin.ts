import type { Channel, EventOf } from '@throughline/contracts'
import { fold, Refused } from '@throughline/kernel'
import { contacts, isOver } from './contact.js'
import type { ContactState, ContactStreamEvent } from './contact.js'
import { ending, summarised } from './contact.ends.js'
import type { Summary } from './contact.ends.js'

type Requested = EventOf<'throughline.ContactRequested.v1'>['data']
type LegData = EventOf<'throughline.LegOpened.v1'>['data']

/** Everything known goes with it. One contact of a journey is open at a time. */
export const requestContact =
  ({
    requested,
    leg,
  }: {
    readonly requested: Requested
    readonly leg: Pick<LegData, 'by' | 'assurance' | 'adapter'>
  }) =>
  (state: ContactState): readonly ContactStreamEvent[] => {
    const { contactId, journeyId, channel, words } = requested
    if (state.status !== 'none') throw isOver(state) ? placeTaken() : openAlready(contactId, channelOf(state))
    if (words !== undefined && !words.isWellFormed()) {
      throw new Refused('invalid', 'text.not-unicode', 'The text holds half a character.', { field: 'words' })
    }
    return [
      { type: 'throughline.ContactRequested.v1', data: requested },
      { type: 'throughline.LegOpened.v1', data: { contactId, journeyId, leg: 1, channel, ...leg } },
    ]
  }

export interface RecordOfContact {
  readonly requested: Requested
  readonly leg: Pick<LegData, 'by' | 'assurance' | 'adapter'>
  readonly agentId?: string
  readonly words: readonly {
    readonly messageId: string
    readonly author: 'customer' | 'agent'
    readonly text: string
    readonly mode: 'written' | 'spoken'
  }[]
  readonly summary: Summary
}

/** A contact that took place elsewhere, recorded whole in one append, so that nothing ever sees it half. */
export const recordContact =
  ({ requested, leg, agentId, words, summary }: RecordOfContact) =>
  (state: ContactState): readonly ContactStreamEvent[] => {
    if (state.status !== 'none') return []
    const { contactId, journeyId, channel } = requested
    const of = { contactId, journeyId }
    const first: readonly ContactStreamEvent[] = [
      { type: 'throughline.ContactRequested.v1', data: requested },
      { type: 'throughline.LegOpened.v1', data: { ...of, leg: 1, channel, ...leg } },
      {
        type: 'throughline.ContactConnected.v1',
        data: { ...of, leg: 1, channel, ...(agentId !== undefined && { agentId }) },
      },
      ...words.map(({ messageId, author, text, mode }): ContactStreamEvent => ({
        type: 'throughline.MessagePosted.v1',
        data: {
          ...of,
          messageId,
          leg: 1,
          channel,
          author,
          ...(author === 'agent' && agentId !== undefined && { authorId: agentId }),
          mode,
          text,
        },
      })),
    ]
    const told = fold(contacts, first)
    if (told.status === 'none') return []
    return [...first, ...ending(told.contact, 'elsewhere'), summarised(told.contact, summary, agentId)]
  }

/** Where the journey's contact of this number is over, the next number is tried. */
export const PLACE_TAKEN = 'contact.place-taken'

function placeTaken(): Refused {
  return new Refused('conflict', PLACE_TAKEN, 'This contact of the journey is over.')
}

function openAlready(contactId: string, channel: Channel): Refused {
  return new Refused('conflict', 'contact.open-already', 'A contact about this is open already.', {
    todo: 'Go on with it, or end it first.',
    more: { contactId, channel },
  })
}

function channelOf(state: Exclude<ContactState, { readonly status: 'none' }>): Channel {
  return state.contact.legs.at(-1)?.channel ?? state.contact.requested.channel
}
