import type { Channel, Skill } from '@throughline/contracts'
import { fromInstant, MINUTE, Refused, toInstant } from '@throughline/kernel'
import type { Decision, Instant } from '@throughline/kernel'
import { workOf } from './work.js'
import type { Work, WorkEvent, WorkState } from './work.js'

type Decided = Decision<WorkState, WorkEvent>
type Data<Name extends string> = Extract<WorkEvent, { readonly type: `throughline.${Name}.v1` }>['data']

/** A callback nobody answered is tried again so much later, and so many times in all. */
export const CALL_AGAIN_AFTER = 15 * MINUTE
export const CALLS_AT_MOST = 3

export const queueContact =
  (data: Data<'ContactQueued'>): Decided =>
  (state) =>
    state.status === 'none' ? [{ type: 'throughline.ContactQueued.v1', data }] : []

export const scheduleCallback =
  (data: Data<'CallbackScheduled'>): Decided =>
  (state) =>
    state.status === 'none' ? [{ type: 'throughline.CallbackScheduled.v1', data }] : []

/** The time has come. Who was called in vain before waits on with the old place. */
export const callBackNow =
  ({ now, queued }: { readonly now: Instant; readonly queued?: Data<'ContactQueued'> }): Decided =>
  (state) => {
    if (state.status !== 'promised' || state.from > now) return []
    const due = { type: 'throughline.CallbackDue.v1', data: idsOf(state) } as const
    if (state.work !== undefined) return [due]
    return queued === undefined ? [] : [due, { type: 'throughline.ContactQueued.v1', data: queued }]
  }

export const relaxRequirement =
  ({ ring, need }: { readonly ring: number; readonly need: readonly Skill[] }): Decided =>
  (state) => {
    if (state.status !== 'queued' || ring <= state.work.ring) return []
    return [{ type: 'throughline.RequirementRelaxed.v1', data: { ...idsOf(state.work), ring, need } }]
  }

/** Only who waits is offered: whoever comes second, a stale owner of the queue too, changes nothing. */
export const offerContact =
  (data: Data<'ContactOffered'>): Decided =>
  (state) =>
    state.status === 'queued' ? [{ type: 'throughline.ContactOffered.v1', data }] : []

interface ByAgent {
  readonly offerId: string
  readonly agentId: string
}

export const acceptOffer =
  ({ offerId, agentId }: ByAgent): Decided =>
  (state) => {
    const work = offeredTo({ offerId, agentId }, state)
    if (state.status === 'assigned' && state.offerId === offerId) return []
    if (state.status !== 'offered' || state.offer.offerId !== offerId) throw offerOver()
    const { channel } = work
    return [{ type: 'throughline.ContactAssigned.v1', data: { ...idsOf(work), offerId, agentId, channel } }]
  }

export const declineOffer =
  ({ offerId, agentId }: ByAgent): Decided =>
  (state) => {
    const work = offeredTo({ offerId, agentId }, state)
    if (state.status !== 'offered' || state.offer.offerId !== offerId) {
      // Declined before: the wish is fact. Assigned, expired or withdrawn: it no longer can be.
      if (state.status === 'queued' && work.excluded.includes(agentId)) return []
      throw offerOver()
    }
    return [
      { type: 'throughline.OfferDeclined.v1', data: { ...idsOf(work), offerId, agentId } },
      requeued(work, 'offer-declined', { excluded: [...work.excluded, agentId] }),
    ]
  }

export const expireOffer =
  ({ offerId, now }: { readonly offerId: string; readonly now: Instant }): Decided =>
  (state) => {
    if (state.status !== 'offered' || state.offer.offerId !== offerId || state.offer.expiresAt > now)
      return []
    const { work, offer } = state
    return [
      { type: 'throughline.OfferExpired.v1', data: { ...idsOf(work), offerId, agentId: offer.agentId } },
      requeued(work, 'offer-expired', { excluded: [...work.excluded, offer.agentId] }),
    ]
  }

/** The agent went away, or has been offered more than one can hold. The contact keeps its place. */
export const withdrawOffer =
  ({ offerId, why }: { readonly offerId: string; readonly why: 'agent-left' | 'agent-full' }): Decided =>
  (state) => {
    if (state.status !== 'offered' || state.offer.offerId !== offerId) return []
    const { work } = state
    return [withdrawn(state, why), ...(why === 'agent-left' ? [requeued(work, why)] : [])]
  }

/** Whoever had it is gone for good: it waits again, before everybody who came later. */
export const agentLost =
  (agentId: string): Decided =>
  (state) =>
    state.status === 'assigned' && state.agentId === agentId ? [requeued(state.work, 'agent-left')] : []

export const interruptWork: Decided = (state) =>
  state.status === 'assigned' && !state.interrupted
    ? [{ type: 'throughline.WorkInterrupted.v1', data: idsOf(state.work) }]
    : []

/** What the queue of a channel asks for. */
export interface QueueOf {
  readonly queue: string
  readonly need: readonly Skill[]
}

/** The customer goes on, perhaps elsewhere, with the same place; a declared way may bring it forward, never back. */
export const resumeWork =
  (input: {
    readonly from: Channel
    readonly to: Channel
    readonly by: 'customer' | 'agent'
    readonly entry: QueueOf
    /** Milliseconds that the declared way brings it forward. */
    readonly less: number
    readonly preferredAgentId?: string
  }): Decided =>
  (state) => {
    const work = workOf(state)
    if (work === undefined || state.status === 'wrap-up' || state.status === 'gone') return []
    const { from, to, entry, less, preferredAgentId } = input
    const dropped = work.isAway === true || (state.status === 'assigned' && state.interrupted)
    if (to === work.channel && !dropped) return []
    const requeue = requeued(work, dropped ? 'dropped' : 'moved', {
      channel: to,
      excluded: [],
      ...entry,
      ...(less > 0 && { dueBy: toInstant(fromInstant(work.dueBy) - less) }),
      ...(preferredAgentId !== undefined && { preferredAgentId }),
    })
    return [
      ...(state.status === 'offered' ? [withdrawn(state, 'moved')] : []),
      requeue,
      ...(from === to
        ? []
        : [
            {
              type: 'throughline.ContactEscalated.v1',
              data: { ...idsOf(work), from, to, by: dropped ? 'dropped' : input.by },
            } as const,
          ]),
    ]
  }

export const transferWork =
  (input: { readonly fromAgentId: string; readonly toAgentId?: string; readonly entry: QueueOf }): Decided =>
  (state) => {
    if (state.status !== 'assigned' || state.agentId !== input.fromAgentId) return []
    const { fromAgentId, toAgentId, entry } = input
    return [
      requeued(state.work, 'transferred', {
        excluded: [fromAgentId],
        ...entry,
        ...(toAgentId !== undefined && { preferredAgentId: toAgentId }),
      }),
    ]
  }

export const leaveQueue =
  (why: string): Decided =>
  (state) => {
    // She left while somebody took it: nothing was said, so there is nothing to write up.
    if (state.status === 'assigned') return finished(state.work, state.agentId)
    if (state.status !== 'queued' && state.status !== 'offered' && state.status !== 'promised') return []
    return [...(state.status === 'offered' ? [withdrawn(state, 'customer-left')] : []), leftQueue(state, why)]
  }

export const endWork: Decided = (state) => {
  if (state.status !== 'assigned') return leaveQueue('gave-up')(state)
  const { work, agentId } = state
  return [{ type: 'throughline.WrapUpBegan.v1', data: { ...idsOf(work), agentId } }]
}

export const finishWork: Decided = (state) =>
  state.status === 'assigned' || state.status === 'wrap-up' ? finished(state.work, state.agentId) : []

/** The slot is free at once; the place is kept for the next try. */
export const callUnanswered =
  (now: Instant): Decided =>
  (state) => {
    if (state.status !== 'assigned') return []
    const ids = idsOf(state.work)
    const attempt = state.work.attempts + 1
    const told = { type: 'throughline.CallbackUnanswered.v1', data: { ...ids, attempt } } as const
    if (attempt >= CALLS_AT_MOST) return [told, leftQueue(state, 'unanswered')]
    const from = toInstant(fromInstant(now) + CALL_AGAIN_AFTER)
    const until = toInstant(fromInstant(now) + 2 * CALL_AGAIN_AFTER)
    return [told, { type: 'throughline.CallbackScheduled.v1', data: { ...ids, from, until } }]
  }

function offeredTo({ offerId, agentId }: ByAgent, state: WorkState): Work {
  const work = workOf(state)
  if (work?.offers[offerId] === agentId) return work
  throw new Refused('not-found', 'routing.offer-unknown', 'There is no such offer.')
}

function offerOver(): Refused {
  return new Refused('conflict', 'routing.offer-over', 'This offer is over.', {
    todo: 'Nothing is lost: the contact has kept its place.',
  })
}

function idsOf({ contactId, journeyId }: { readonly contactId: string; readonly journeyId: string }) {
  return { contactId, journeyId }
}

function requeued(
  work: Work,
  why: Data<'ContactRequeued'>['why'],
  changes: Partial<Data<'ContactRequeued'>> = {},
) {
  const { channel, excluded } = work
  return {
    type: 'throughline.ContactRequeued.v1',
    data: { ...idsOf(work), why, channel, excluded, ...changes },
  } as const
}

function withdrawn(
  { work, offer }: Extract<WorkState, { readonly status: 'offered' }>,
  why: Data<'OfferWithdrawn'>['why'],
) {
  const { offerId, agentId } = offer
  return { type: 'throughline.OfferWithdrawn.v1', data: { ...idsOf(work), offerId, agentId, why } } as const
}

function leftQueue(
  state: Extract<WorkState, { readonly status: 'queued' | 'offered' | 'assigned' | 'promised' }>,
  why: Data<'ContactLeftQueue'>['why'],
) {
  const of = state.status === 'promised' ? state : state.work
  return { type: 'throughline.ContactLeftQueue.v1', data: { ...idsOf(of), why } } as const
}

function finished(work: Work, agentId: string): readonly WorkEvent[] {
  return [{ type: 'throughline.WorkFinished.v1', data: { ...idsOf(work), agentId } }]
}
