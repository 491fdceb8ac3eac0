import type { Channel, EventOf, ItemSnapshot, ReasonSnapshot } from '@throughline/contracts'
import type { RecordedEvent, Rows, View } from '@throughline/ports'
import { isCall } from './contact.js'
import type { ContactHolderJoined, ContactState, ContactTaken } from './contact.js'

/** What lists show of a contact. */
export interface ContactRow {
  readonly contactId: string
  readonly journeyId: string
  /** As requested: the guest who signed in later is found through `contact.people`. */
  readonly personId: string
  readonly holders: readonly string[]
  readonly name?: string
  readonly state: Exclude<ContactState['status'], 'none'>
  readonly channel: Channel
  /** All it went over, in order. */
  readonly channels: readonly Channel[]
  readonly leg: number
  readonly agentId?: string
  /** Who talked last, and writes the summary where nobody has it when it ends. */
  readonly lastAgentId?: string
  readonly requestedAt: string
  readonly connectedAt?: string
  readonly droppedAt?: string
  readonly endedAt?: string
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly caseId?: string
  readonly origin?: string
  /** Of routing: kept over every change of channel. */
  readonly enteredAt?: string
  readonly dueBy?: string
  readonly lastWords?: { readonly author: string; readonly text: string; readonly at: string }
  /** She asked or wrote first then, and nobody has answered since. */
  readonly unansweredSince?: string
  /** What she said and we have neither answered nor seen, in order. */
  readonly unread: readonly string[]
  readonly outcome?: string
  readonly subject?: string
}

/** A contact as lists give it out. How much is unread is for whoever has to answer. */
export type ContactLine = Omit<ContactRow, 'contactId' | 'lastAgentId' | 'unread'> & {
  readonly id: string
  readonly unread?: number
}

export function contactLine(row: ContactRow, toTeam: boolean): ContactLine {
  const { contactId: id, lastAgentId: _, unread, ...line } = row
  return { id, ...line, ...(toTeam && { unread: unread.length }) }
}

type Told =
  | EventOf<
      | 'throughline.ContactRequested.v1'
      | 'throughline.LegOpened.v1'
      | 'throughline.ContactConnected.v1'
      | 'throughline.CallEnded.v1'
      | 'throughline.MessagePosted.v1'
      | 'throughline.MessagesSeen.v1'
      | 'throughline.ContactDropped.v1'
      | 'throughline.ContactResumed.v1'
      | 'throughline.ContactTransferred.v1'
      | 'throughline.ContactLeft.v1'
      | 'throughline.ContactEnded.v1'
      | 'throughline.ContactSummarised.v1'
      | 'throughline.ContactQueued.v1'
    >
  | ContactTaken
  | ContactHolderJoined

export const contactsView: View<ContactRow, Told> = {
  name: 'contact.contacts',
  version: 3,
  on: [
    'throughline.ContactRequested.v1',
    'throughline.LegOpened.v1',
    'throughline.ContactTaken.v1',
    'throughline.ContactConnected.v1',
    'throughline.CallEnded.v1',
    'throughline.MessagePosted.v1',
    'throughline.MessagesSeen.v1',
    'throughline.ContactHolderJoined.v1',
    'throughline.ContactDropped.v1',
    'throughline.ContactResumed.v1',
    'throughline.ContactTransferred.v1',
    'throughline.ContactLeft.v1',
    'throughline.ContactEnded.v1',
    'throughline.ContactSummarised.v1',
    'throughline.ContactQueued.v1',
  ],
  async project(event, rows) {
    if (event.type === 'throughline.ContactRequested.v1') {
      keep(rows, begin(event.data, event.occurredAt))
      return
    }
    const row = await rows.get(event.data.contactId)
    if (row !== undefined) keep(rows, change(row, event))
  },
}

function begin(data: EventOf<'throughline.ContactRequested.v1'>['data'], at: string): ContactRow {
  const { contactId, journeyId, person, channel, item, reason, caseId, origin, words } = data
  return {
    contactId,
    journeyId,
    personId: person.id,
    holders: [],
    ...(person.name !== undefined && { name: person.name }),
    state: 'waiting',
    channel,
    channels: [channel],
    leg: 1,
    requestedAt: at,
    unansweredSince: at,
    unread: words === undefined || words === '' ? [] : [contactId],
    ...(item !== undefined && { item }),
    ...(reason !== undefined && { reason }),
    ...(caseId !== undefined && { caseId }),
    ...(origin !== undefined && { origin }),
    ...(words !== undefined && words !== '' && { lastWords: { author: 'customer', text: words, at } }),
  }
}

type Later = Exclude<Told, { readonly type: 'throughline.ContactRequested.v1' }>

function change(row: ContactRow, event: RecordedEvent<Later>): ContactRow {
  const at = event.occurredAt
  switch (event.type) {
    case 'throughline.LegOpened.v1': {
      const { channel, leg } = event.data
      return { ...row, channel, channels: [...new Set([...row.channels, channel])], leg }
    }
    case 'throughline.ContactTaken.v1':
      return { ...row, state: row.state === 'dropped' ? 'dropped' : 'ringing', agentId: event.data.agentId }
    case 'throughline.ContactConnected.v1': {
      const { agentId } = event.data
      // Who picks up a call answers; who takes a chat has yet to write.
      const { lastAgentId: _, ...rest } = waiting(isWritten(event.data.channel) ? row : answered(row))
      const connected = { ...rest, state: 'connected', connectedAt: row.connectedAt ?? at } as const
      return { ...connected, ...(agentId !== undefined && { agentId, lastAgentId: agentId }) }
    }
    case 'throughline.CallEnded.v1':
      return row.state === 'ringing' ? waiting(row) : row
    case 'throughline.MessagePosted.v1':
      return said(row, event.data, at)
    case 'throughline.MessagesSeen.v1': {
      const { by, messageId } = event.data
      return by === 'agent' ? { ...row, unread: row.unread.slice(row.unread.indexOf(messageId) + 1) } : row
    }
    case 'throughline.ContactHolderJoined.v1':
      return { ...row, holders: [...row.holders, event.data.holderId] }
    case 'throughline.ContactDropped.v1':
      return { ...row, state: 'dropped', droppedAt: at }
    case 'throughline.ContactResumed.v1':
    case 'throughline.ContactTransferred.v1':
      return waiting(row)
    case 'throughline.ContactLeft.v1':
      return { ...answered(waiting(row)), state: 'left', endedAt: at }
    case 'throughline.ContactEnded.v1': {
      const over = { ...answered(row), endedAt: at }
      if (event.data.answeredBy !== 'person') return { ...over, state: 'ended' }
      const agentId = row.agentId ?? row.lastAgentId
      return { ...over, state: 'wrapping', ...(agentId !== undefined && { agentId }) }
    }
    case 'throughline.ContactSummarised.v1':
      return { ...row, state: 'ended', outcome: event.data.outcome, subject: event.data.subject }
    case 'throughline.ContactQueued.v1':
      return { ...row, enteredAt: event.data.enteredAt, dueBy: event.data.dueBy }
  }
}

function waiting(row: ContactRow): ContactRow {
  const { agentId, ...rest } = row
  return agentId === undefined ? { ...row, state: 'waiting' } : { ...rest, state: 'waiting' }
}

function isWritten(channel: Channel): boolean {
  return !isCall(channel) && channel !== 'store'
}

/** Nothing of hers waits for an answer any more: it was given, or the contact is over. */
function answered(row: ContactRow): ContactRow {
  const { unansweredSince: _, ...rest } = row
  return { ...rest, unread: [] }
}

function said(
  row: ContactRow,
  { messageId, author, text }: EventOf<'throughline.MessagePosted.v1'>['data'],
  at: string,
): ContactRow {
  const heard = { ...row, lastWords: { author, text, at } }
  if (author === 'agent') return answered(heard)
  if (author === 'system') return heard
  return { ...heard, unansweredSince: row.unansweredSince ?? at, unread: [...row.unread, messageId] }
}

function keep(rows: Rows<ContactRow>, row: ContactRow): void {
  const { agentId, state, requestedAt } = row
  const people = [row.personId, ...row.holders]
  const lists: Readonly<Record<string, string>> = Object.fromEntries(
    [...people.map((id) => `person:${id}`), 'all', `state:${state}`].map((list) => [list, requestedAt]),
  )
  rows.put(row.contactId, row, {
    ...lists,
    [`journey:${row.journeyId}`]: requestedAt,
    ...(agentId !== undefined && {
      [`agent:${agentId}`]: requestedAt,
      [`agent:${agentId}:${state}`]: requestedAt,
      ...(state !== 'ended' && { [`with:${agentId}`]: requestedAt }),
    }),
    ...(state === 'waiting' && row.dueBy !== undefined && { 'due:waiting': row.dueBy }),
    ...(state === 'dropped' && { 'due:dropped': row.droppedAt ?? requestedAt }),
    ...(state === 'connected' && row.channel === 'chat' && { 'live:chat': requestedAt }),
  })
}
