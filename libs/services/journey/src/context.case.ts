import type { CaseEvent, EventOf, FeedbackEvent, FollowUpEvent } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'

export interface CaseKnown {
  readonly id: string
  readonly subject?: string
  readonly words?: string
  readonly status: 'open' | 'resolved'
  readonly openedAt?: Instant
  readonly resolvedAt?: Instant
  readonly how?: string
  readonly staffId?: string
  readonly contacts: readonly string[]
  readonly steps: readonly CaseStep[]
}

export interface CaseStep {
  readonly at: Instant
  readonly what: string
  readonly words?: string
  /** The customer may see it. */
  readonly visible: boolean
}

export function newCase(id: string): CaseKnown {
  return { id, status: 'open', contacts: [], steps: [] }
}

export function caseAfter(known: CaseKnown, event: RecordedEvent<CaseEvent>): CaseKnown {
  const at = event.occurredAt
  const step = (what: string, words: string, visible = true) => ({
    steps: [...known.steps, { at, what, words, visible }],
  })
  switch (event.type) {
    case 'throughline.CaseOpened.v1': {
      const { subject, words, staffId, contactId } = event.data
      return {
        ...known,
        subject,
        words,
        openedAt: at,
        contacts: [...known.contacts, contactId],
        ...(staffId !== undefined && { staffId }),
        ...step('opened', words),
      }
    }
    case 'throughline.ContactAddedToCase.v1': {
      const { contactId, words } = event.data
      return { ...known, contacts: [...known.contacts, contactId], ...step('contact', words) }
    }
    case 'throughline.CaseProgressed.v1':
      return { ...known, ...step('progress', event.data.note, event.data.visible) }
    case 'throughline.CaseAssigned.v1':
      return { ...known, staffId: event.data.staffId }
    case 'throughline.CasePromiseKept.v1':
      return { ...known, ...step('promise-kept', event.data.what) }
    case 'throughline.CasePromiseMissed.v1':
      return { ...known, ...step('promise-missed', event.data.what) }
    case 'throughline.CaseResolved.v1':
      return {
        ...known,
        status: 'resolved',
        resolvedAt: at,
        how: event.data.how,
        ...step('resolved', event.data.words),
      }
    case 'throughline.CaseReopened.v1': {
      const { resolvedAt: _, how: __, ...open } = known
      return { ...open, status: 'open', ...step('reopened', event.data.why) }
    }
  }
}

export interface PromiseKnown {
  readonly what: string
  readonly by: Instant
  readonly state: 'open' | 'kept' | 'missed'
}

type Promising = CaseEvent | EventOf<'throughline.ContactSummarised.v1'>

/** A promise stands in the summary and again in the case that is made of it; it is one promise. */
export function promisesAfter(
  promises: readonly PromiseKnown[],
  event: RecordedEvent<Promising>,
): readonly PromiseKnown[] {
  const settle = (told: string, state: 'kept' | 'missed') => {
    const index = promises.findIndex(({ what, state: now }) => what === told && now !== 'kept')
    return promises.map((promise, at) => (at === index ? { ...promise, state } : promise))
  }
  switch (event.type) {
    case 'throughline.ContactSummarised.v1':
    case 'throughline.CaseOpened.v1':
    case 'throughline.ContactAddedToCase.v1': {
      const known = (what: string, by: Instant) =>
        promises.some((each) => each.what === what && each.by === by)
      const more = event.data.promised.filter(({ what, by }) => !known(what, by))
      return [...promises, ...more.map(({ what, by }) => ({ what, by, state: 'open' }) as const)]
    }
    case 'throughline.CasePromiseKept.v1':
      return settle(event.data.what, 'kept')
    case 'throughline.CasePromiseMissed.v1':
      return settle(event.data.what, 'missed')
    case 'throughline.CaseProgressed.v1':
    case 'throughline.CaseAssigned.v1':
    case 'throughline.CaseResolved.v1':
    case 'throughline.CaseReopened.v1':
      return promises
  }
}

type FeedbackData = EventOf<'throughline.FeedbackGiven.v1'>['data']
export interface FeedbackKnown extends Pick<
  FeedbackData,
  'about' | 'outcome' | 'feeling' | 'comment' | 'followUp' | 'version'
> {
  readonly id: string
  readonly at: Instant
  /** What she said before she changed it, oldest first. */
  readonly before: readonly (Pick<FeedbackData, 'outcome' | 'feeling' | 'comment'> & {
    readonly at: Instant
  })[]
}

export function feedbackAfter(
  all: readonly FeedbackKnown[],
  event: RecordedEvent<FeedbackEvent>,
): readonly FeedbackKnown[] {
  const now = all.find(({ id }) => id === event.data.feedbackId)
  switch (event.type) {
    case 'throughline.FeedbackGiven.v1':
    case 'throughline.FeedbackRevised.v1': {
      const { feedbackId: id, customerId: _, origin: __, ...said } = event.data
      const earlier = now && {
        at: now.at,
        ...(now.outcome && { outcome: now.outcome }),
        ...(now.feeling && { feeling: now.feeling }),
        ...(now.comment !== undefined && { comment: now.comment }),
      }
      const before = [...(now?.before ?? []), ...(earlier ? [earlier] : [])]
      const after = { ...said, id, at: event.occurredAt, before }
      return now === undefined ? [...all, after] : all.map((each) => (each === now ? after : each))
    }
    case 'throughline.FollowUpWished.v1':
      return all.map((each) => (each === now ? { ...each, followUp: true } : each))
    case 'throughline.FollowUpWithdrawn.v1':
      return all.map((each) => (each === now ? { ...each, followUp: false } : each))
  }
}

export interface FollowUpKnown {
  readonly id: string
  readonly what?: string
  readonly dueBy?: Instant
  readonly staffId?: string
  readonly state: 'open' | 'done' | 'cancelled'
}

export function followUpsAfter(
  all: readonly FollowUpKnown[],
  event: RecordedEvent<FollowUpEvent>,
): readonly FollowUpKnown[] {
  const { followUpId: id } = event.data
  const others = all.filter((each) => each.id !== id)
  const now = all.find((each) => each.id === id)
  switch (event.type) {
    case 'throughline.FollowUpRequested.v1': {
      const { what, dueBy } = event.data
      return [...others, { id, what, dueBy, state: 'open' }]
    }
    case 'throughline.FollowUpAssigned.v1':
      return [...others, { state: 'open', ...now, id, staffId: event.data.staffId }]
    case 'throughline.FollowUpDone.v1':
      return [...others, { id, ...now, state: 'done' }]
    case 'throughline.FollowUpCancelled.v1':
      return [...others, { id, ...now, state: 'cancelled' }]
  }
}
