import type { CaseEvent } from '@throughline/contracts'
import type { DomainEvent } from '@throughline/kernel'
import { cameUnder, inLogOrder, LINK_EVENTS, ownerOf, rehome } from '@throughline/ports'
import type { LinkEvent, LinkRow, RecordedEvent, Rows, View } from '@throughline/ports'
import { caseEntry } from './case.entry.js'
import type { CaseEntry } from './case.entry.js'
import type { ItemEvent } from './item.js'
import { contactEntry, itemEntry, messageEntry } from './stuff.entry.js'
import type { ContactEntry, ContactHeard, ItemEntry, MessageEntry, MessageHeard } from './stuff.entry.js'

type StuffEvent = ItemEvent | ContactHeard | CaseEvent | MessageHeard | LinkEvent

interface RowOf<Kind extends string, Event extends DomainEvent, Entry> {
  readonly kind: Kind
  /** The customer or guest it was first told of; where it stands now follows the links. */
  readonly owner?: string
  readonly heard: readonly RecordedEvent<Event>[]
  readonly entry?: Entry
}
export type ItemRow = RowOf<'item', ItemEvent, ItemEntry>
export type ContactRow = RowOf<'contact', ContactHeard, ContactEntry>
export type CaseRow = RowOf<'case', CaseEvent, CaseEntry>
export type MessageRow = RowOf<'message', MessageHeard, MessageEntry>
export type StuffRow = ItemRow | ContactRow | CaseRow | MessageRow | LinkRow

/**
 * Everything a customer has with us. A row keeps what was heard of one thing in log order and is made anew from it, so
 * the order of hearing never shows; when a guest is recognised or customers are merged, the rows change lists.
 *
 * Lists of a customer: `item:`, `kind:<id>:<kind>`, `contact:`, `case:`, `open:`, `sent:`; `about:<id>:<item id>`.
 */
export const stuff: View<StuffRow, StuffEvent> = {
  name: 'my-stuff.stuff',
  version: 3,
  on: [
    'throughline.ItemAdded.v1',
    'throughline.ItemCorrected.v1',
    'throughline.ItemProgressed.v1',
    'throughline.ItemWithdrawn.v1',
    'throughline.ContactRequested.v1',
    'throughline.LegOpened.v1',
    'throughline.ContactConnected.v1',
    'throughline.ContactDropped.v1',
    'throughline.ContactResumed.v1',
    'throughline.ContactLeft.v1',
    'throughline.ContactEnded.v1',
    'throughline.ContactSummarised.v1',
    'throughline.CaseOpened.v1',
    'throughline.ContactAddedToCase.v1',
    'throughline.CaseProgressed.v1',
    'throughline.CaseAssigned.v1',
    'throughline.CasePromiseKept.v1',
    'throughline.CasePromiseMissed.v1',
    'throughline.CaseResolved.v1',
    'throughline.CaseReopened.v1',
    'throughline.MessagePosted.v1',
    ...LINK_EVENTS,
  ],
  async project(event, rows) {
    switch (event.type) {
      case 'throughline.ItemAdded.v1':
      case 'throughline.ItemCorrected.v1':
      case 'throughline.ItemProgressed.v1':
      case 'throughline.ItemWithdrawn.v1': {
        const row = await rows.get(event.data.itemId)
        const heard = inLogOrder(row?.kind === 'item' ? row.heard : [], event)
        await put(
          event.data.itemId,
          { kind: 'item', owner: event.data.customerId, ...made(heard, itemEntry) },
          rows,
        )
        return
      }
      case 'throughline.ContactRequested.v1':
      case 'throughline.LegOpened.v1':
      case 'throughline.ContactConnected.v1':
      case 'throughline.ContactDropped.v1':
      case 'throughline.ContactResumed.v1':
      case 'throughline.ContactLeft.v1':
      case 'throughline.ContactEnded.v1':
      case 'throughline.ContactSummarised.v1': {
        const row = await rows.get(event.data.contactId)
        const heard = inLogOrder(row?.kind === 'contact' ? row.heard : [], event)
        const contact = made(heard, contactEntry)
        const owner = contact.entry && { owner: contact.entry.customerId }
        await put(event.data.contactId, { kind: 'contact', ...owner, ...contact }, rows)
        return
      }
      case 'throughline.CaseOpened.v1':
      case 'throughline.ContactAddedToCase.v1':
      case 'throughline.CaseProgressed.v1':
      case 'throughline.CaseAssigned.v1':
      case 'throughline.CasePromiseKept.v1':
      case 'throughline.CasePromiseMissed.v1':
      case 'throughline.CaseResolved.v1':
      case 'throughline.CaseReopened.v1': {
        const row = await rows.get(event.data.caseId)
        const heard = inLogOrder(row?.kind === 'case' ? row.heard : [], event)
        await put(
          event.data.caseId,
          { kind: 'case', owner: event.data.customerId, ...made(heard, caseEntry) },
          rows,
        )
        return
      }
      case 'throughline.MessagePosted.v1': {
        const message = made([event], messageEntry)
        if (message.entry === undefined || event.customerId === undefined) return
        await put(event.data.messageId, { kind: 'message', owner: event.customerId, ...message }, rows)
        return
      }
      case 'throughline.GuestRecognised.v1':
      case 'throughline.CustomersMerged.v1':
      case 'throughline.CustomersUnmerged.v1':
        await rehome<Exclude<StuffRow, LinkRow>>(event, rows, (row, key) => put(key, row, rows))
    }
  },
}

async function put(key: string, row: Exclude<StuffRow, LinkRow>, rows: Rows<StuffRow>): Promise<void> {
  if (row.owner === undefined || row.entry === undefined) {
    rows.put(key, row)
    return
  }
  const customer = await ownerOf(row.owner, (each) => rows.get(each))
  rows.put(key, row, { [cameUnder(row.owner)]: key, ...listsOf(row, customer) })
}

function listsOf(row: Exclude<StuffRow, LinkRow>, customer: string): Readonly<Record<string, string>> {
  const sort = sortOf(row)
  switch (row.kind) {
    case 'item': {
      const { kind, about } = row.entry ?? { kind: 'enquiry' }
      const sent = kind === 'marketing' || kind === 'correspondence'
      return {
        [`item:${customer}`]: sort,
        [`kind:${customer}:${kind}`]: sort,
        ...(sent && { [`sent:${customer}`]: sort }),
        ...(about !== undefined && { [`about:${customer}:${about}`]: sort }),
      }
    }
    case 'contact': {
      const about = row.entry?.item?.id
      return {
        [`contact:${customer}`]: sort,
        ...(about !== undefined && { [`about:${customer}:${about}`]: sort }),
      }
    }
    case 'case': {
      const about = row.entry?.item?.id
      return {
        [`case:${customer}`]: sort,
        ...(row.entry?.status === 'open' && { [`open:${customer}`]: sort }),
        ...(about !== undefined && { [`about:${customer}:${about}`]: sort }),
      }
    }
    case 'message':
      return { [`sent:${customer}`]: sort }
  }
}

/** The moment a row is sorted by. */
export function sortOf(row: StuffRow): string {
  switch (row.kind) {
    case 'item':
      return row.entry?.date ?? ''
    case 'case':
      return row.entry?.openedAt ?? ''
    case 'contact':
    case 'message':
      return row.entry?.at ?? ''
    case 'link':
      return row.id
  }
}

function made<Event extends DomainEvent, Entry>(
  heard: readonly RecordedEvent<Event>[],
  make: (heard: readonly RecordedEvent<Event>[]) => Entry | undefined,
): { readonly heard: readonly RecordedEvent<Event>[]; readonly entry?: Entry } {
  const entry = make(heard)
  return { heard, ...(entry && { entry }) }
}
