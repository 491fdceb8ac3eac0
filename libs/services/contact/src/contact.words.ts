import type { EventOf } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import { begun, contactOver, isCall, isOver, isPublic, lastLeg, refuseOtherAgents } from './contact.js'
import type { By, Contact, ContactState, ContactStreamEvent } from './contact.js'

type Decided = readonly ContactStreamEvent[]

export interface Words {
  readonly messageId: string
  readonly by: By
  readonly authorId?: string
  readonly text: string
  /** Absent: spoken on a call or at a desk, else written. */
  readonly mode?: 'written' | 'spoken'
  readonly articleId?: string
  /** Answers to choose from; only ours have any. */
  readonly choices?: readonly string[]
  /** The message with choices they answer. */
  readonly answers?: string
  /** The leg they are meant for; absent means wherever the contact is. */
  readonly leg?: number
}

/** Words of either side. What a customer says while the line is down is kept too: it goes into the same thread. */
export const postMessage =
  ({ messageId, by, authorId, text, mode, articleId, choices, answers, leg }: Words) =>
  (state: ContactState): Decided => {
    const { contact } = begun(state)
    if (contact.said.some(({ id }) => id === messageId)) return []
    if (isOver(state)) throw contactOver()
    refuseOtherAgents(begun(state), by)
    const { leg: present, channel } = lastLeg(contact)
    if (leg !== undefined && leg !== present)
      throw wentOn(contact.legs.find((each) => each.leg === leg)?.leg, channel)
    const author = by.is === 'customer' ? 'customer' : by.is === 'agent' ? 'agent' : 'system'
    if (author !== 'customer' && isPublic(channel)) throw legIsPublic()
    if (!text.isWellFormed()) throw notUnicode()
    if (choices?.some((choice) => !choice.isWellFormed()) === true) throw notUnicode('choices')
    if (answers !== undefined) refuseNoChoices(contact, answers)
    const spoken = author !== 'system' && (isCall(channel) || channel === 'store')
    return [
      {
        type: 'throughline.MessagePosted.v1',
        data: {
          contactId: contact.contactId,
          journeyId: contact.journeyId,
          messageId,
          leg: present,
          channel,
          author,
          ...(authorId !== undefined && { authorId }),
          mode: mode ?? (spoken && author === 'agent' ? 'spoken' : 'written'),
          text,
          ...(articleId !== undefined && { articleId }),
          ...(choices !== undefined && { choices }),
          ...(answers !== undefined && { answers }),
        },
      },
    ]
  }

/** One position for everything up to it; it only moves on. */
export const markSeen =
  ({ by, messageId }: { readonly by: By; readonly messageId: string }) =>
  (state: ContactState): Decided => {
    const { contact } = begun(state)
    refuseOtherAgents(begun(state), by)
    const side = by.is === 'customer' ? 'customer' : 'agent'
    const place = contact.said.findIndex(({ id }) => id === messageId)
    if (place < 0) throw unknownMessage()
    if (place < contact.seen[side]) return []
    const { contactId, journeyId } = contact
    return [{ type: 'throughline.MessagesSeen.v1', data: { contactId, journeyId, by: side, messageId } }]
  }

/** A channel said that the words cannot arrive. Their text is kept. */
export const failMessage =
  ({ messageId, code }: { readonly messageId: string; readonly code: string }) =>
  (state: ContactState): Decided => {
    const { contact } = begun(state)
    if (contact.failed.includes(messageId)) return []
    const { contactId, journeyId } = contact
    return [{ type: 'throughline.MessageFailed.v1', data: { contactId, journeyId, messageId, code } }]
  }

/** Anybody of the team may note something, also when the contact is over. */
export const addNote =
  (note: { readonly noteId: string; readonly agentId: string; readonly text: string }) =>
  (state: ContactState): Decided => {
    const { contactId, journeyId } = begun(state).contact
    if (!note.text.isWellFormed()) throw notUnicode()
    return [{ type: 'throughline.ContactNoteAdded.v1', data: { contactId, journeyId, ...note } }]
  }

/** A code or token is kept as its digest alone. */
export const issueContinuation =
  (issue: {
    readonly by: By
    readonly digest: string
    readonly form: EventOf<'throughline.ContinuationIssued.v1'>['data']['form']
    readonly expiresAt: Instant
  }) =>
  (state: ContactState): Decided => {
    const { contactId, journeyId, continuations } = begun(state).contact
    if (isOver(state)) throw contactOver()
    refuseOtherAgents(begun(state), issue.by)
    if (continuations.some(({ digest }) => digest === issue.digest)) return []
    const { digest, form, expiresAt } = issue
    return [
      { type: 'throughline.ContinuationIssued.v1', data: { contactId, journeyId, digest, form, expiresAt } },
    ]
  }

function wentOn(leg: number | undefined, channel: string): Refused {
  if (leg === undefined) {
    return new Refused('not-found', 'contact.leg-unknown', 'This contact has no such leg.', { field: 'leg' })
  }
  return new Refused('conflict', 'contact.went-on', `The contact went on by ${channel}.`, {
    field: 'leg',
    todo: 'Read the thread where it went on; words without a leg go there.',
    more: { channel },
  })
}

function legIsPublic(): Refused {
  return new Refused('conflict', 'contact.leg-is-public', 'Anybody can read this leg.', {
    todo: 'Give the customer a token and go on where she alone reads.',
  })
}

function notUnicode(field = 'text'): Refused {
  return new Refused('invalid', 'text.not-unicode', 'The text holds half a character.', { field })
}

function unknownMessage(field?: string): Refused {
  const says = 'There is no such message in this contact.'
  return new Refused(
    'not-found',
    'contact.message-unknown',
    says,
    field === undefined ? undefined : { field },
  )
}

function refuseNoChoices({ said }: Contact, messageId: string): void {
  const message = said.find(({ id }) => id === messageId)
  if (message === undefined) throw unknownMessage('answers')
  if (message.choices === true) return
  throw new Refused('conflict', 'contact.no-choices', 'That message gives nothing to choose from.', {
    field: 'answers',
    todo: 'Send the words without saying what they answer.',
  })
}
