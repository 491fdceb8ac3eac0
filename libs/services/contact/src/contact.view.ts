import type { Channel, EventOf, ItemSnapshot, ReasonSnapshot } from '@throughline/contracts'
import type { RecordedEvent, Rows, View } from '@throughline/ports'
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
  readonly outcome?: string
  readonly subject?: string
}

/** A contact as lists give it out. */
export type ContactLine = Omit<ContactRow, 'contactId' | 'lastAgentId'> & { readonly id: string }

export function contactLine({ contactId: id, lastAgentId: _, ...row }: ContactRow): ContactLine {
  return { id, ...row }
}

type Told =
  | EventOf<
      | 'throughline.ContactRequested.v1'
      | 'throughline.LegOpened.v1'
      | 'throughline.ContactConnected.v1'
      | 'throughline.CallEnded.v1'
      | 'throughline.MessagePosted.v1'
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
  version: 2,
  on: [
    'throughline.ContactRequested.v1',
    'throughline.LegOpened.v1',
    'throughline.ContactTaken.v1',
    'throughline.ContactConnected.v1',
    'throughline.CallEnded.v1',
    'throughline.MessagePosted.v1',
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
    leg: 1,
    requestedAt: at,
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
    case 'throughline.LegOpened.v1':
      return { ...row, channel: event.data.channel, leg: event.data.leg }
    case 'throughline.ContactTaken.v1':
      return { ...row, state: 'ringing', agentId: event.data.agentId }
    case 'throughline.ContactConnected.v1': {
      const { agentId } = event.data
      const { lastAgentId: _, ...rest } = waiting(row)
      const connected = { ...rest, state: 'connected', connectedAt: row.connectedAt ?? at } as const
      return { ...connected, ...(agentId !== undefined && { agentId, lastAgentId: agentId }) }
    }
    case 'throughline.CallEnded.v1':
      return row.state === 'ringing' ? waiting(row) : row
    case 'throughline.MessagePosted.v1':
      return { ...row, lastWords: { author: event.data.author, text: event.data.text, at } }
    case 'throughline.ContactHolderJoined.v1':
      return { ...row, holders: [...row.holders, event.data.holderId] }
    case 'throughline.ContactDropped.v1':
      return { ...row, state: 'dropped', droppedAt: at }
    case 'throughline.ContactResumed.v1':
    case 'throughline.ContactTransferred.v1':
      return waiting(row)
    case 'throughline.ContactLeft.v1':
      return { ...waiting(row), state: 'left', endedAt: at }
    case 'throughline.ContactEnded.v1': {
      if (event.data.answeredBy !== 'person') return { ...row, state: 'ended', endedAt: at }
      const agentId = row.agentId ?? row.lastAgentId
      return { ...row, state: 'wrapping', endedAt: at, ...(agentId !== undefined && { agentId }) }
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
    ...(state === 'dropped' && { 'due:dropped': row.droppedAt ?? requestedAt }),
    ...(state === 'connected' && row.channel === 'chat' && { 'live:chat': requestedAt }),
  })
}
