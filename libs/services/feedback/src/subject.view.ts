import type {
  CaseEvent,
  Channel,
  EventOf,
  FeedbackEvent,
  ItemSnapshot,
  ReasonSnapshot,
} from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import { cameUnder, isLink, LINK_EVENTS, ownerOf, rehome } from '@throughline/ports'
import type { LinkEvent, LinkRow, Rows, View } from '@throughline/ports'

/** A contact, case or thing that feedback can be about. News of it and feedback about it come in any order. */
export interface SubjectRow {
  readonly kind: 'subject'
  readonly of: 'contact' | 'case' | 'item'
  readonly id: string
  /** Whose it is now, and under which id it came; absent while only the feedback is known. */
  readonly customerId?: string
  readonly first?: string
  readonly journeyId?: string
  readonly title?: string
  readonly channel?: Channel
  readonly item?: Pick<ItemSnapshot, keyof ItemSnapshot>
  readonly reason?: ReasonSnapshot
  /** When there was something to give feedback about. */
  readonly endedAt?: Instant
  /** A case that was reopened: there is nothing to ask about until it ends again. */
  readonly reopened?: boolean
  readonly feedbackId?: string
  /** It was taken over from another system: nobody asks about it now. */
  readonly origin?: string
}

type Seen =
  | LinkEvent
  | EventOf<
      | 'throughline.ContactRequested.v1'
      | 'throughline.ContactLinked.v1'
      | 'throughline.ContactEnded.v1'
      | 'throughline.ContactSummarised.v1'
      | 'throughline.ItemAdded.v1'
      | 'throughline.ItemProgressed.v1'
    >
  | Extract<
      CaseEvent,
      {
        readonly type:
          'throughline.CaseOpened.v1' | 'throughline.CaseResolved.v1' | 'throughline.CaseReopened.v1'
      }
    >
  | Extract<FeedbackEvent, { readonly type: 'throughline.FeedbackGiven.v1' }>

type SubjectRows = Rows<SubjectRow | LinkRow>
type Change = Partial<Omit<SubjectRow, 'kind' | 'of' | 'id' | 'customerId'>>

/** Key of what feedback is about: deliveries, visits and things not understood are things. */
export function subjectKey(kind: string, id: string): string {
  return `${kind === 'contact' || kind === 'case' ? kind : 'item'}:${id}`
}

async function put(row: SubjectRow, rows: SubjectRows): Promise<void> {
  const { first, endedAt } = row
  if (first === undefined) {
    rows.put(subjectKey(row.of, row.id), row)
    return
  }
  const customerId = await ownerOf(first, (key) => rows.get(key))
  const asked =
    endedAt !== undefined && row.feedbackId === undefined && row.reopened !== true && row.origin === undefined
  rows.put(
    subjectKey(row.of, row.id),
    { ...row, customerId },
    { [cameUnder(first)]: row.id, ...(asked && { [`open:${customerId}`]: endedAt }) },
  )
}

async function set(of: SubjectRow['of'], id: string, change: Change, rows: SubjectRows): Promise<SubjectRow> {
  const found = await rows.get(subjectKey(of, id))
  const row = found && !isLink(found) ? found : { kind: 'subject' as const, of, id }
  const next = { ...row, ...change }
  await put(next, rows)
  return next
}

/** What the customer can be asked about, and what is known of it. */
export const subjectsView: View<SubjectRow | LinkRow, Seen> = {
  name: 'feedback.subjects',
  version: 2,
  on: [
    'throughline.ContactRequested.v1',
    'throughline.ContactLinked.v1',
    'throughline.ContactEnded.v1',
    'throughline.ContactSummarised.v1',
    'throughline.CaseOpened.v1',
    'throughline.CaseResolved.v1',
    'throughline.CaseReopened.v1',
    'throughline.ItemAdded.v1',
    'throughline.ItemProgressed.v1',
    'throughline.FeedbackGiven.v1',
    ...LINK_EVENTS,
  ],
  async project(event, rows) {
    const at = event.occurredAt
    switch (event.type) {
      case 'throughline.GuestRecognised.v1':
      case 'throughline.CustomersMerged.v1':
      case 'throughline.CustomersUnmerged.v1':
        await rehome<SubjectRow>(event, rows, (row) => put(row, rows))
        return
      case 'throughline.ContactRequested.v1': {
        const { contactId, journeyId, person, channel, item, reason, origin } = event.data
        const known = {
          first: person.id,
          journeyId,
          channel,
          ...(item !== undefined && { item }),
          ...(reason !== undefined && { reason }),
          ...(origin !== undefined && { origin }),
        }
        await set('contact', contactId, known, rows)
        return
      }
      case 'throughline.ContactLinked.v1': {
        const { contactId, journeyId } = event.data
        const who = event.customerId !== undefined && { first: event.customerId }
        await set('contact', contactId, { journeyId, ...who }, rows)
        return
      }
      case 'throughline.ContactEnded.v1': {
        const { contactId, answeredBy, channel } = event.data
        const ended = answeredBy === 'person' && { endedAt: at }
        await set('contact', contactId, { channel, ...ended }, rows)
        return
      }
      case 'throughline.ContactSummarised.v1': {
        const { contactId, journeyId, channel, subject, item, reason } = event.data
        const before = await rows.get(subjectKey('contact', contactId))
        const known = before && !isLink(before) ? before : undefined
        const first = known?.first ?? event.customerId
        const summed = {
          journeyId,
          channel,
          title: subject,
          endedAt: known?.endedAt ?? at,
          ...(first !== undefined && { first }),
          ...(item !== undefined && { item }),
          ...(reason !== undefined && { reason }),
        }
        await set('contact', contactId, summed, rows)
        return
      }
      case 'throughline.CaseOpened.v1': {
        const { caseId, customerId, journeyId, subject, item, reason } = event.data
        const known = {
          first: customerId,
          journeyId,
          title: subject,
          ...(item !== undefined && { item }),
          ...(reason !== undefined && { reason }),
        }
        await set('case', caseId, known, rows)
        return
      }
      case 'throughline.CaseResolved.v1':
        await set('case', event.data.caseId, { endedAt: at, reopened: false }, rows)
        return
      case 'throughline.CaseReopened.v1':
        await set('case', event.data.caseId, { reopened: true }, rows)
        return
      case 'throughline.ItemAdded.v1': {
        const {
          itemId: id,
          customerId,
          kind,
          title,
          reference,
          state,
          date,
          startsAt,
          product,
          brand,
        } = event.data
        const item = {
          id,
          kind,
          title,
          reference,
          date,
          ...(state !== undefined && { state }),
          ...(startsAt !== undefined && { startsAt }),
          ...(product !== undefined && { product }),
          ...(brand !== undefined && { brand }),
        }
        await set('item', id, { first: customerId, title, item }, rows)
        return
      }
      case 'throughline.ItemProgressed.v1': {
        const { itemId, state } = event.data
        const row = await rows.get(subjectKey('item', itemId))
        if (!row || isLink(row) || !row.item) return
        await put({ ...row, item: { ...row.item, state } }, rows)
        return
      }
      case 'throughline.FeedbackGiven.v1': {
        const { about, feedbackId } = event.data
        if (about.id === undefined) return
        await set(
          about.kind === 'contact' || about.kind === 'case' ? about.kind : 'item',
          about.id,
          { feedbackId },
          rows,
        )
      }
    }
  },
}
