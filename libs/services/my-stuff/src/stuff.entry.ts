import type {
  Channel,
  ContactSummarised,
  EventOf,
  ItemKind,
  ItemSnapshot,
  Money,
  ReasonSnapshot,
} from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import type { ItemEvent } from './item.js'

/** What is heard of a contact here; its words stay with the contact. */
export type ContactHeard = EventOf<
  | 'throughline.ContactRequested.v1'
  | 'throughline.LegOpened.v1'
  | 'throughline.ContactConnected.v1'
  | 'throughline.ContactDropped.v1'
  | 'throughline.ContactResumed.v1'
  | 'throughline.ContactLeft.v1'
  | 'throughline.ContactEnded.v1'
  | 'throughline.ContactSummarised.v1'
>
export type MessageHeard = EventOf<'throughline.MessagePosted.v1'>

export interface ItemEntry {
  readonly id: string
  readonly customerId: string
  readonly kind: ItemKind
  readonly source: string
  readonly reference: string
  readonly title: string
  readonly detail?: string
  readonly state?: string
  readonly date: Instant
  readonly startsAt?: Instant
  readonly endsAt?: Instant
  readonly price?: Money
  readonly product?: string
  readonly brand?: string
  readonly template?: string
  readonly about?: string
  readonly withdrawn?: { readonly at: Instant; readonly why: string }
  /** How it went on, oldest first. */
  readonly steps: readonly { readonly at: Instant; readonly state: string; readonly note?: string }[]
}

export interface ContactEntry {
  readonly id: string
  readonly customerId: string
  readonly journeyId: string
  readonly at: Instant
  /** The channel it goes over now, and all it went over, in order. */
  readonly channel: Channel
  readonly channels: readonly Channel[]
  readonly status: 'waiting' | 'talking' | 'dropped' | 'left' | 'ended'
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly words?: string
  readonly agentId?: string
  readonly connectedAt?: Instant
  readonly endedAt?: Instant
  /** Who ended it, or why the customer left. */
  readonly how?: string
  readonly outcome?: ContactSummarised['outcome']
  readonly subject?: string
  readonly summary?: string
  readonly caseId?: string
}

/** Words that went to the customer by e-mail or message: correspondence, whoever wrote it (C40). */
export interface MessageEntry {
  readonly id: string
  readonly contactId: string
  readonly journeyId: string
  readonly at: Instant
  readonly channel: Channel
  readonly author: 'agent' | 'system'
  readonly text: string
}

/** The thing as told so far; undefined until it is known that it was added. */
export function itemEntry(heard: readonly RecordedEvent<ItemEvent>[]): ItemEntry | undefined {
  let entry: ItemEntry | undefined
  for (const event of heard) {
    switch (event.type) {
      case 'throughline.ItemAdded.v1': {
        const { itemId, ...added } = event.data
        entry = { ...added, id: itemId, steps: [] }
        break
      }
      case 'throughline.ItemCorrected.v1': {
        const { itemId: _, customerId: __, ...corrected } = event.data
        entry &&= { ...entry, ...corrected }
        break
      }
      case 'throughline.ItemProgressed.v1': {
        const { itemId: _, customerId: __, note, ...moved } = event.data
        const step = { at: event.occurredAt, state: moved.state, ...(note !== undefined && { note }) }
        entry &&= { ...entry, ...moved, steps: [...entry.steps, step] }
        break
      }
      case 'throughline.ItemWithdrawn.v1':
        entry &&= { ...entry, withdrawn: { at: event.occurredAt, why: event.data.why } }
        break
    }
  }
  return entry
}

export function contactEntry(heard: readonly RecordedEvent<ContactHeard>[]): ContactEntry | undefined {
  let entry: ContactEntry | undefined
  for (const event of heard) {
    switch (event.type) {
      case 'throughline.ContactRequested.v1': {
        const { contactId, journeyId, person, channel, item, reason, words, caseId } = event.data
        entry = {
          id: contactId,
          customerId: person.id,
          journeyId,
          at: event.occurredAt,
          channel,
          channels: [channel],
          status: 'waiting',
          ...(item && { item }),
          ...(reason && { reason }),
          ...(words !== undefined && { words }),
          ...(caseId !== undefined && { caseId }),
        }
        break
      }
      case 'throughline.LegOpened.v1':
        entry &&= over(entry, event.data.channel)
        break
      case 'throughline.ContactConnected.v1': {
        const { agentId, channel } = event.data
        entry &&= {
          ...over(entry, channel),
          status: 'talking',
          connectedAt: entry.connectedAt ?? event.occurredAt,
          ...(agentId !== undefined && { agentId }),
        }
        break
      }
      case 'throughline.ContactDropped.v1':
        entry &&= { ...entry, status: 'dropped' }
        break
      case 'throughline.ContactResumed.v1':
        entry &&= {
          ...over(entry, event.data.channel),
          status: entry.connectedAt === undefined ? 'waiting' : 'talking',
        }
        break
      case 'throughline.ContactLeft.v1':
        entry &&= { ...entry, status: 'left', endedAt: event.occurredAt, how: event.data.why }
        break
      case 'throughline.ContactEnded.v1':
        entry &&= {
          ...entry,
          status: entry.status === 'left' ? 'left' : 'ended',
          endedAt: event.occurredAt,
          how: event.data.by,
        }
        break
      case 'throughline.ContactSummarised.v1': {
        const { outcome, subject, words, caseId, agentId } = event.data
        entry &&= {
          ...entry,
          outcome,
          subject,
          summary: words,
          ...(agentId !== undefined && { agentId }),
          ...(caseId !== undefined && { caseId }),
        }
        break
      }
    }
  }
  return entry
}

function over(entry: ContactEntry, channel: Channel): ContactEntry {
  return { ...entry, channel, channels: [...new Set([...entry.channels, channel])] }
}

/** What went to the customer; her own words are no correspondence. */
export function messageEntry(heard: readonly RecordedEvent<MessageHeard>[]): MessageEntry | undefined {
  const event = heard[0]
  if (event === undefined) return undefined
  const { messageId, contactId, journeyId, channel, author, text } = event.data
  if (author === 'customer' || (channel !== 'email' && channel !== 'message')) return undefined
  return { id: messageId, contactId, journeyId, at: event.occurredAt, channel, author, text }
}
