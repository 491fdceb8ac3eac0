import type {
  Channel,
  ContactAddedToCase,
  EventOf,
  ItemSnapshot,
  ReasonSnapshot,
} from '@throughline/contracts'
import { DAY, fromInstant } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { KeptMap } from './kept.map.js'

const NAMES = [
  'CaseOpened',
  'ContactAddedToCase',
  'CaseAssigned',
  'CasePromiseKept',
  'CaseResolved',
  'FollowUpRequested',
  'FollowUpAssigned',
  'FollowUpDone',
  'FollowUpCancelled',
  'ContactRequested',
  'ContactQueued',
  'ContactOffered',
  'OfferDeclined',
  'OfferExpired',
  'OfferWithdrawn',
  'ContactAssigned',
  'ContactRequeued',
  'ContactLeftQueue',
  'ContactLeft',
  'ContactEnded',
  'ContactSummarised',
  'ItemProgressed',
  'ItemWithdrawn',
  'FeedbackGiven',
  'FeedbackRevised',
] as const
type TroubleEvent = EventOf<`throughline.${(typeof NAMES)[number]}.v1`>

/** Names of the events that begin or end something going wrong. */
export const TROUBLE_EVENTS: ReadonlySet<string> = new Set(NAMES)

/** Nothing looks further back at contacts and feelings than this. */
export const LONGEST = 10 * DAY

export interface OfJourney {
  readonly journeyId: string
  readonly customerId?: string
}

export interface PromisingCase extends OfJourney {
  readonly staffId?: string
  readonly promised: readonly { readonly what: string; readonly by: Instant }[]
}

export interface OpenFollowUp {
  readonly journeyId?: string
  readonly customerId: string
  readonly what: string
  readonly dueBy: Instant
  readonly staffId?: string
  readonly caseId?: string
  readonly feedbackId?: string
}

export interface WaitingContact extends OfJourney {
  readonly dueBy: Instant
  readonly channel: Channel
  /** Whom it is offered to, where it is. */
  readonly staffId?: string
  readonly isAssigned: boolean
}

export interface RecentContact extends OfJourney {
  readonly contactId: string
  readonly at: number
  readonly thing?: string
  readonly kind?: string
  readonly reason?: string
  readonly cases: readonly string[]
  readonly isResolved: boolean
  readonly leftAt?: Instant
}

export interface UnhappyFeedback extends OfJourney {
  readonly at: Instant
  readonly words: string
}

/** What may go wrong, kept as events are read in the order of the log; read again, they change nothing. */
export class TroubleFold {
  readonly cases = new KeptMap<PromisingCase>()
  readonly followUps = new KeptMap<OpenFollowUp>()
  readonly waiting = new KeptMap<WaitingContact>()
  /** Of each customer, oldest first. */
  readonly contacts = new KeptMap<readonly RecentContact[]>()
  readonly unhappy = new KeptMap<UnhappyFeedback>()
  /** What each journey is about, in the words of the thing and the reason. */
  readonly abouts = new KeptMap<{ readonly item?: string; readonly reason?: string }>()
  #position = 0

  /** What is here was stored when everything up to this position was heard. */
  goOnFrom(position: number): void {
    this.#position = position
  }

  apply(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      if (event.position <= this.#position) continue
      this.#position = event.position
      if (isTroubleEvent(event)) this.#hear(event)
    }
    const newest = events.at(-1)
    if (newest === undefined) return
    for (const [id, { at }] of this.unhappy)
      if (fromInstant(at) < fromInstant(newest.occurredAt) - LONGEST) this.unhappy.delete(id)
  }

  #hear(event: RecordedEvent<TroubleEvent>): void {
    const at = event.occurredAt
    switch (event.type) {
      case 'throughline.CaseOpened.v1':
        this.#about(event.data.journeyId, event.data.item, event.data.reason)
        this.#promise(event.data, event.data.staffId)
        this.#change(event.data.contactId, event.customerId, event.data.caseId)
        return
      case 'throughline.ContactAddedToCase.v1':
        this.#promise(event.data)
        this.#change(event.data.contactId, event.customerId, event.data.caseId)
        return
      case 'throughline.CaseAssigned.v1': {
        const { caseId, staffId } = event.data
        const before = this.cases.get(caseId)
        if (before) this.cases.set(caseId, { ...before, staffId })
        return
      }
      case 'throughline.CasePromiseKept.v1': {
        const { caseId, what, by } = event.data
        const before = this.cases.get(caseId)
        const isKept = (one: { readonly what: string; readonly by: Instant }): boolean =>
          one.what === what && (by === undefined || one.by === by)
        const kept = before?.promised.findIndex(isKept)
        if (before)
          this.cases.set(caseId, { ...before, promised: before.promised.filter((_, i) => i !== kept) })
        return
      }
      case 'throughline.CaseResolved.v1': {
        const before = this.cases.get(event.data.caseId)
        if (before) this.cases.set(event.data.caseId, { ...before, promised: [] })
        return
      }
      case 'throughline.FollowUpRequested.v1': {
        const { followUpId, ...asked } = event.data
        const of = event.journeyId === undefined ? {} : { journeyId: event.journeyId }
        this.followUps.set(followUpId, { ...asked, ...of })
        return
      }
      case 'throughline.FollowUpAssigned.v1': {
        const before = this.followUps.get(event.data.followUpId)
        if (before) this.followUps.set(event.data.followUpId, { ...before, staffId: event.data.staffId })
        return
      }
      case 'throughline.FollowUpDone.v1':
      case 'throughline.FollowUpCancelled.v1': {
        const done = this.followUps.get(event.data.followUpId)
        this.followUps.delete(event.data.followUpId)
        if (event.type === 'throughline.FollowUpDone.v1' && done?.feedbackId !== undefined)
          this.unhappy.delete(done.feedbackId)
        return
      }
      case 'throughline.ContactRequested.v1': {
        const { contactId, journeyId, person, item, reason, caseId } = event.data
        this.#about(journeyId, item, reason)
        const customerId = event.customerId ?? person.id
        const contact: RecentContact = {
          contactId,
          journeyId,
          customerId,
          at: fromInstant(at),
          cases: caseId === undefined ? [] : [caseId],
          isResolved: false,
          ...(item && { thing: item.id, kind: item.kind }),
          ...(reason && { reason: reason.code }),
        }
        const recent = [...(this.contacts.get(customerId) ?? []), contact].sort((a, b) => a.at - b.at)
        const newest = recent.at(-1)?.at ?? 0
        this.contacts.set(
          customerId,
          recent.filter((each) => each.at >= newest - LONGEST),
        )
        return
      }
      case 'throughline.ContactQueued.v1': {
        const { contactId, journeyId, dueBy, channel } = event.data
        const of = event.customerId === undefined ? {} : { customerId: event.customerId }
        this.waiting.set(contactId, { journeyId, ...of, dueBy, channel, isAssigned: false })
        return
      }
      case 'throughline.ContactOffered.v1':
        this.#wait(event.data.contactId, { staffId: event.data.agentId })
        return
      case 'throughline.OfferDeclined.v1':
      case 'throughline.OfferExpired.v1':
      case 'throughline.OfferWithdrawn.v1':
        this.#wait(event.data.contactId, {})
        return
      case 'throughline.ContactAssigned.v1':
        this.#wait(event.data.contactId, { staffId: event.data.agentId, isAssigned: true })
        return
      case 'throughline.ContactRequeued.v1': {
        const { contactId, channel, dueBy } = event.data
        this.#wait(contactId, { isAssigned: false, channel, ...(dueBy !== undefined && { dueBy }) })
        return
      }
      case 'throughline.ContactLeftQueue.v1':
      case 'throughline.ContactEnded.v1':
        this.waiting.delete(event.data.contactId)
        return
      case 'throughline.ContactLeft.v1': {
        this.waiting.delete(event.data.contactId)
        const change = event.data.why === 'solved' ? { isResolved: true } : { leftAt: at }
        this.#alter(({ contactId }) => contactId === event.data.contactId, event.customerId, change)
        return
      }
      case 'throughline.ContactSummarised.v1': {
        const { contactId, caseId, outcome } = event.data
        this.#change(contactId, event.customerId, caseId)
        if (outcome === 'resolved')
          this.#alter((each) => each.contactId === contactId, event.customerId, { isResolved: true })
        return
      }
      case 'throughline.ItemProgressed.v1':
      case 'throughline.ItemWithdrawn.v1': {
        const { itemId, customerId } = event.data
        // A quote that went on, or was taken back, waits for nobody.
        this.#alter(({ thing }) => thing === itemId, customerId, { kind: 'settled' })
        return
      }
      case 'throughline.FeedbackGiven.v1':
      case 'throughline.FeedbackRevised.v1': {
        const { feedbackId, customerId, feeling, outcome, about } = event.data
        const said = [feeling === 'upset' || feeling === 'frustrated' ? feeling : undefined]
        const words = [...said, outcome === 'not-at-all' ? outcome : undefined].filter(Boolean).join(', ')
        if (words === '' || event.journeyId === undefined) this.unhappy.delete(feedbackId)
        else {
          this.#about(event.journeyId, about.item, about.reason)
          this.unhappy.set(feedbackId, { journeyId: event.journeyId, customerId, at, words })
        }
      }
    }
  }

  #about(journeyId: string, item: ItemSnapshot | undefined, reason: ReasonSnapshot | undefined): void {
    this.abouts.set(journeyId, {
      ...this.abouts.get(journeyId),
      ...(item && { item: item.title }),
      ...(reason && { reason: reason.detailLabel ?? reason.label }),
    })
  }

  #promise(told: Omit<ContactAddedToCase, 'contactId' | 'words'>, staffId?: string): void {
    const { caseId, customerId, journeyId, promised, heardAt = '' } = told
    const before = this.cases.get(caseId)
    // What was past when it was heard of was promised elsewhere, and nobody watches it.
    const all = [...(before?.promised ?? []), ...promised.filter(({ by }) => by > heardAt)]
    const answers = staffId === undefined ? {} : { staffId }
    this.cases.set(caseId, { ...before, journeyId, customerId, promised: all, ...answers })
  }

  #wait(contactId: string, change: Partial<WaitingContact>): void {
    const { staffId: _, ...before } = this.waiting.get(contactId) ?? {}
    if ('journeyId' in before) this.waiting.set(contactId, { ...before, ...change })
  }

  /** The contact is about a case. */
  #change(contactId: string, customerId: string | undefined, caseId: string | undefined): void {
    if (caseId === undefined) return
    const cases = this.contacts.get(customerId ?? '')?.find((each) => each.contactId === contactId)?.cases
    if (cases && !cases.includes(caseId))
      this.#alter((each) => each.contactId === contactId, customerId, { cases: [...cases, caseId] })
  }

  #alter(
    which: (contact: RecentContact) => boolean,
    customerId: string | undefined,
    change: Partial<RecentContact>,
  ): void {
    const contacts = this.contacts.get(customerId ?? '')
    if (customerId === undefined || contacts === undefined) return
    this.contacts.set(
      customerId,
      contacts.map((each) => (which(each) ? { ...each, ...change } : each)),
    )
  }
}

function isTroubleEvent(event: RecordedEvent): event is RecordedEvent<TroubleEvent> {
  return TROUBLE_EVENTS.has(event.type.split('.')[1] ?? '')
}
