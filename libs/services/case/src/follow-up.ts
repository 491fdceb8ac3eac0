import type { FollowUpEvent, FollowUpRequested } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Decision, Instant, Stream } from '@throughline/kernel'

interface Known {
  readonly followUpId: string
  readonly customerId: string
  readonly feedbackId?: string
  readonly staffId?: string
}

export type FollowUpState =
  | { readonly status: 'none' }
  | ({ readonly status: 'open' } & Known)
  | ({ readonly status: 'done' } & Known)
  | ({ readonly status: 'cancelled'; readonly why: string } & Known)

type Decided = Decision<FollowUpState, FollowUpEvent>

export const followUps: Stream<FollowUpState, FollowUpEvent> = {
  name: 'follow-up',
  initial: { status: 'none' },
  evolve(state, event) {
    if (event.type === 'throughline.FollowUpRequested.v1') {
      const { followUpId, customerId, feedbackId, staffId } = event.data
      return {
        status: 'open',
        followUpId,
        customerId,
        ...(feedbackId !== undefined && { feedbackId }),
        ...(staffId !== undefined && { staffId }),
      }
    }
    if (state.status === 'none') return state
    switch (event.type) {
      case 'throughline.FollowUpAssigned.v1':
        return { ...state, staffId: event.data.staffId }
      case 'throughline.FollowUpDone.v1':
        return { ...state, status: 'done' }
      case 'throughline.FollowUpCancelled.v1':
        return { ...state, status: 'cancelled', why: event.data.why }
    }
  },
}

export const unknownFollowUp = (): Refused =>
  new Refused('not-found', 'case.follow-up-unknown', 'There is no such follow-up.')

function open(state: FollowUpState): Extract<FollowUpState, { readonly status: 'open' }> {
  switch (state.status) {
    case 'none':
      throw unknownFollowUp()
    case 'open':
      return state
    case 'done':
      throw new Refused('conflict', 'case.follow-up-done', 'The customer was got back to already.')
    case 'cancelled':
      throw new Refused('conflict', 'case.follow-up-cancelled', `It was cancelled: ${state.why}.`)
  }
}

const of = ({ followUpId, customerId }: Known) => ({ followUpId, customerId })

/**
 * One living task for one wish: a wish taken back and uttered again opens it again (C28). `now` is told where somebody
 * sets the time; a wish found late is late and not refused.
 */
export const requestFollowUp =
  (input: FollowUpRequested, now?: Instant): Decided =>
  (state) => {
    if (state.status === 'open') return []
    if (now !== undefined && input.dueBy <= now) {
      throw new Refused('unprocessable', 'case.follow-up-past', 'The time to get back by is past.', {
        field: 'dueBy',
        todo: 'Tell a time that is still to come.',
      })
    }
    return [{ type: 'throughline.FollowUpRequested.v1', data: input }]
  }

export const assignFollowUp =
  (staffId: string): Decided =>
  (state) => {
    const found = open(state)
    if (found.staffId === staffId) return []
    return [{ type: 'throughline.FollowUpAssigned.v1', data: { ...of(found), staffId } }]
  }

export const completeFollowUp =
  (input: { readonly note: string; readonly staffId: string }): Decided =>
  (state) => {
    if (state.status === 'done') return []
    return [{ type: 'throughline.FollowUpDone.v1', data: { ...of(open(state)), ...input } }]
  }

/** The team may close what the customer wished only as a duplicate: else her wish closes by being met or withdrawn. */
export const cancelFollowUp =
  (why: 'case-resolved' | 'duplicate'): Decided =>
  (state) => {
    if (state.status === 'cancelled' && state.why === why) return []
    const found = open(state)
    if (found.feedbackId !== undefined && why === 'case-resolved') {
      throw new Refused('conflict', 'case.follow-up-wished', 'The customer wishes to hear from us.', {
        todo: 'Get back to her, then say that it is done.',
      })
    }
    return [{ type: 'throughline.FollowUpCancelled.v1', data: { ...of(found), why } }]
  }

export const withdrawWish = (): Decided => (state) =>
  state.status === 'open'
    ? [{ type: 'throughline.FollowUpCancelled.v1', data: { ...of(state), why: 'wish-withdrawn' } }]
    : []
