import type { Channel, EventOf, Skill } from '@throughline/contracts'
import type { Instant, Stream } from '@throughline/kernel'

/** The customer is gone in the middle; the agent keeps the contact for when she comes back. Nobody else's business. */
export interface WorkInterrupted {
  readonly type: 'throughline.WorkInterrupted.v1'
  readonly data: { readonly contactId: string; readonly journeyId: string }
}

/** The conversation is over and the agent writes it up; the slot is still taken. Nobody else's business. */
export interface WrapUpBegan {
  readonly type: 'throughline.WrapUpBegan.v1'
  readonly data: { readonly contactId: string; readonly journeyId: string; readonly agentId: string }
}

export type WorkEvent =
  | EventOf<
      | 'throughline.ContactQueued.v1'
      | 'throughline.RequirementRelaxed.v1'
      | 'throughline.ContactOffered.v1'
      | 'throughline.OfferDeclined.v1'
      | 'throughline.OfferExpired.v1'
      | 'throughline.OfferWithdrawn.v1'
      | 'throughline.ContactAssigned.v1'
      | 'throughline.ContactRequeued.v1'
      | 'throughline.ContactLeftQueue.v1'
      | 'throughline.WorkFinished.v1'
      | 'throughline.CallbackScheduled.v1'
      | 'throughline.CallbackDue.v1'
      | 'throughline.CallbackUnanswered.v1'
      | 'throughline.ContactEscalated.v1'
    >
  | WorkInterrupted
  | WrapUpBegan

type Queued = EventOf<'throughline.ContactQueued.v1'>['data']

/** What stays with a contact from its first queue to its end. */
export interface Work {
  readonly contactId: string
  readonly journeyId: string
  readonly channel: Channel
  readonly queue: string
  readonly need: readonly Skill[]
  readonly enteredAt: Instant
  readonly dueBy: Instant
  readonly level: Queued['level']
  readonly policy: string
  readonly version: number
  readonly segment?: string
  /** The wait that was said when it entered. */
  readonly quoted?: Queued['quoted']
  readonly ring: number
  /** Agents it is not offered to until nobody else fits. */
  readonly excluded: readonly string[]
  readonly lastAgentId?: string
  /** She dropped, and another agent is looked for or found before she has come back. */
  readonly isAway?: true
  /** Calls back in vain. */
  readonly attempts: number
  /** Everybody it was ever offered to, by offer. */
  readonly offers: Readonly<Record<string, string>>
}

export interface Offer {
  readonly offerId: string
  readonly agentId: string
  readonly expiresAt: Instant
}

/** A contact is in exactly one of these (P8); `promised` is a callback whose time has not come. */
export type WorkState =
  | { readonly status: 'none' }
  | {
      readonly status: 'promised'
      readonly contactId: string
      readonly journeyId: string
      readonly from: Instant
      readonly until: Instant
      /** Present when it was in a queue before and was called in vain. */
      readonly work?: Work
    }
  | { readonly status: 'queued'; readonly work: Work }
  | { readonly status: 'offered'; readonly work: Work; readonly offer: Offer }
  | {
      readonly status: 'assigned'
      readonly work: Work
      readonly agentId: string
      readonly offerId: string
      readonly interrupted: boolean
    }
  | { readonly status: 'wrap-up'; readonly work: Work; readonly agentId: string }
  | {
      readonly status: 'gone'
      readonly contactId: string
      readonly journeyId: string
      /** Present unless it left before it was ever in a queue. */
      readonly work?: Work
    }

export const works: Stream<WorkState, WorkEvent> = {
  name: 'work',
  initial: { status: 'none' },
  evolve(state, event) {
    switch (event.type) {
      case 'throughline.ContactQueued.v1':
        return { status: 'queued', work: entered(event.data) }
      case 'throughline.CallbackScheduled.v1': {
        const { contactId, journeyId, from, until } = event.data
        const work = workOf(state)
        return { status: 'promised', contactId, journeyId, from, until, ...(work !== undefined && { work }) }
      }
      case 'throughline.ContactLeftQueue.v1':
      case 'throughline.WorkFinished.v1': {
        const { contactId, journeyId } = event.data
        const work = workOf(state)
        return { status: 'gone', contactId, journeyId, ...(work !== undefined && { work }) }
      }
      case 'throughline.CallbackDue.v1':
        // It comes in anew, and to whom it is offered first with it: to the one who called in vain.
        return state.status === 'promised' && state.work !== undefined
          ? { status: 'queued', work: { ...state.work, ring: 0 } }
          : state
      case 'throughline.RequirementRelaxed.v1':
        return state.status === 'queued'
          ? { ...state, work: { ...state.work, ring: event.data.ring } }
          : state
      case 'throughline.ContactOffered.v1': {
        const work = workOf(state)
        const { offerId, agentId, expiresAt } = event.data
        if (work === undefined) return state
        const offers = { ...work.offers, [offerId]: agentId }
        return { status: 'offered', work: { ...work, offers }, offer: { offerId, agentId, expiresAt } }
      }
      case 'throughline.OfferDeclined.v1':
      case 'throughline.OfferExpired.v1':
      case 'throughline.OfferWithdrawn.v1': {
        const work = workOf(state)
        return work === undefined ? state : { status: 'queued', work }
      }
      case 'throughline.ContactAssigned.v1': {
        const work = workOf(state)
        const { agentId, offerId } = event.data
        return work === undefined
          ? state
          : {
              status: 'assigned',
              work: { ...work, lastAgentId: agentId },
              agentId,
              offerId,
              interrupted: work.isAway === true,
            }
      }
      case 'throughline.ContactRequeued.v1': {
        const work = workOf(state)
        if (work === undefined) return state
        const { isAway, ...rest } = requeued(work, event.data)
        const wasAway = isAway === true || (state.status === 'assigned' && state.interrupted)
        const isBack = event.data.why === 'dropped' || event.data.why === 'moved'
        return { status: 'queued', work: { ...rest, ...(wasAway && !isBack && { isAway: true }) } }
      }
      case 'throughline.CallbackUnanswered.v1': {
        const work = workOf(state)
        return work === undefined
          ? state
          : { status: 'queued', work: { ...work, attempts: event.data.attempt } }
      }
      case 'throughline.WorkInterrupted.v1':
        return state.status === 'assigned' ? { ...state, interrupted: true } : state
      case 'throughline.WrapUpBegan.v1':
        return state.status === 'assigned'
          ? { status: 'wrap-up', work: state.work, agentId: state.agentId }
          : state
      case 'throughline.ContactEscalated.v1':
        return state
    }
  },
}

export function workOf(state: WorkState): Work | undefined {
  return 'work' in state ? state.work : undefined
}

function entered({ preferredAgentId: _, ...data }: Queued): Work {
  return { ...data, ring: 0, excluded: [], attempts: 0, offers: {} }
}

function requeued(work: Work, data: EventOf<'throughline.ContactRequeued.v1'>['data']): Work {
  const { channel, excluded, need, queue, dueBy, why } = data
  const sameQueue = why === 'offer-declined' || why === 'offer-expired'
  return {
    ...work,
    channel,
    excluded,
    need: need ?? work.need,
    queue: queue ?? work.queue,
    dueBy: dueBy ?? work.dueBy,
    ring: sameQueue ? work.ring : 0,
  }
}
