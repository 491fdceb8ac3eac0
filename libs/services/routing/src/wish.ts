import type { EventOf, Skill } from '@throughline/contracts'
import { toInstant } from '@throughline/kernel'
import type { Decision } from '@throughline/kernel'
import { OFFER_LIFETIME } from './channels.js'
import type { HeldContact } from './group.facts.js'
import type { Explanation } from './matcher/matcher.views.js'
import type { OfferStep } from './matcher/matching.js'
import {
  agentLost,
  callBackNow,
  expireOffer,
  offerContact,
  relaxRequirement,
  withdrawOffer,
} from './work.decisions.js'
import { workOf } from './work.js'
import type { WorkEvent, WorkState } from './work.js'

/** What is due and has to be recorded next. */
export type Wish =
  | { readonly wish: 'expire'; readonly contact: HeldContact; readonly offerId: string }
  | { readonly wish: 'call-back'; readonly contact: HeldContact }
  | {
      readonly wish: 'relax'
      readonly contact: HeldContact
      readonly ring: number
      readonly need: readonly Skill[]
    }
  | {
      readonly wish: 'withdraw'
      readonly contact: HeldContact
      readonly offerId: string
      readonly why: 'agent-left' | 'agent-full'
    }
  | { readonly wish: 'agent-lost'; readonly contact: HeldContact; readonly agentId: string }
  | {
      readonly wish: 'offer'
      readonly contact: HeldContact
      readonly step: OfferStep
      readonly explanation: Explanation
    }

/** The decision that makes a wish fact, in the stream of its contact; `now` in milliseconds since the epoch. */
export function decisionOf(
  wish: Wish,
  given: {
    readonly now: number
    /** Of the offer, should it be one. */
    readonly offerId: string
    /** The first place of a callback whose time has come. */
    readonly queued?: EventOf<'throughline.ContactQueued.v1'>['data']
  },
): Decision<WorkState, WorkEvent> {
  const { offerId, queued } = given
  const now = toInstant(given.now)
  switch (wish.wish) {
    case 'expire':
      return expireOffer({ offerId: wish.offerId, now })
    case 'relax':
      return relaxRequirement({ ring: wish.ring, need: wish.need })
    case 'withdraw':
      return withdrawOffer({ offerId: wish.offerId, why: wish.why })
    case 'agent-lost':
      return agentLost(wish.agentId)
    case 'call-back':
      return callBackNow({ now, ...(queued !== undefined && { queued }) })
    case 'offer':
      return offered(wish, given.now, offerId)
  }
}

function offered(
  { contact, step, explanation }: Extract<Wish, { readonly wish: 'offer' }>,
  now: number,
  offerId: string,
): Decision<WorkState, WorkEvent> {
  const { contactId, state } = contact
  const work = workOf(state)
  if (work === undefined) return () => []
  return offerContact({
    contactId,
    journeyId: work.journeyId,
    offerId,
    agentId: step.agent,
    channel: work.channel,
    dueBy: toInstant(step.dueBy),
    expiresAt: toInstant(now + OFFER_LIFETIME),
    ring: step.ring,
    load: step.load,
    readySince: toInstant(step.readySince),
    ready: Math.max(1, explanation.ready),
    passedOver: explanation.passedOver.map(({ contact: other, lacks }) => ({ contactId: other, lacks })),
  })
}
