import type { CaseEvent, ContactSummarised, EventOf } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { View } from '@throughline/ports'

/** What a case shows of a contact beyond the words of its summary. */
export interface CaseContactRow {
  readonly contactId: string
  /** Who it was, by the id told when the contact was requested. */
  readonly customerId?: string
  readonly channel?: string
  readonly requestedAt?: Instant
  /** When a person answered first, and when it was over. */
  readonly connectedAt?: Instant
  readonly endedAt?: Instant
  /** What the customer said last. */
  readonly lastWords?: { readonly text: string; readonly at: Instant }
  readonly agentId?: string
  readonly outcome?: string
  /** Whether the agent judged it a new issue or one contacted about before (C59). */
  readonly issue?: 'new' | 'same'
  /** What lay behind it, as the person who helped saw it (C39). */
  readonly causes?: ContactSummarised['causes']
  /** The case it came to belong to. */
  readonly caseId?: string
}

type Seen =
  | EventOf<
      | 'throughline.ContactRequested.v1'
      | 'throughline.ContactConnected.v1'
      | 'throughline.MessagePosted.v1'
      | 'throughline.ContactEnded.v1'
      | 'throughline.ContactSummarised.v1'
    >
  | Extract<CaseEvent, { readonly type: 'throughline.CaseOpened.v1' | 'throughline.ContactAddedToCase.v1' }>

/** Contacts by id. Contact and case events come in any order: each sets its own fields and leaves the others. */
export const caseContactsView: View<CaseContactRow, Seen> = {
  name: 'case.contacts',
  version: 2,
  on: [
    'throughline.ContactRequested.v1',
    'throughline.ContactConnected.v1',
    'throughline.MessagePosted.v1',
    'throughline.ContactEnded.v1',
    'throughline.ContactSummarised.v1',
    'throughline.CaseOpened.v1',
    'throughline.ContactAddedToCase.v1',
  ],
  async project(event, rows) {
    const { contactId } = event.data
    const at = event.occurredAt
    const row = (await rows.get(contactId)) ?? { contactId }
    switch (event.type) {
      case 'throughline.ContactRequested.v1': {
        const { channel, person, words } = event.data
        const said = words !== undefined && words !== '' && { lastWords: { text: words, at } }
        rows.put(contactId, { ...row, channel, customerId: person.id, requestedAt: at, ...said })
        return
      }
      case 'throughline.ContactConnected.v1':
        rows.put(contactId, { ...row, connectedAt: row.connectedAt ?? at })
        return
      case 'throughline.MessagePosted.v1': {
        const { author, text } = event.data
        if (author === 'customer') rows.put(contactId, { ...row, lastWords: { text, at } })
        return
      }
      case 'throughline.ContactEnded.v1':
        rows.put(contactId, { ...row, endedAt: at })
        return
      case 'throughline.ContactSummarised.v1': {
        const { channel, agentId, outcome, issue, causes } = event.data
        rows.put(contactId, {
          ...row,
          channel,
          outcome,
          issue,
          causes,
          ...(agentId !== undefined && { agentId }),
        })
        return
      }
      case 'throughline.CaseOpened.v1':
      case 'throughline.ContactAddedToCase.v1':
        rows.put(contactId, { ...row, caseId: event.data.caseId })
    }
  },
}
