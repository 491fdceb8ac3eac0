import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, IsNumber } from 'class-validator'
import {
  Code,
  Codes,
  Document,
  Flag,
  Id,
  Moment,
  OneOf,
  Optional,
  Part,
  Parts,
  PublicEvent,
  Text,
  Whole,
} from './contract.js'
import type { Says } from './contract.js'
import { CHANNELS } from './shared.js'
import type { Channel } from './shared.js'

@PublicEvent(
  'throughline.ChannelPolicyPublished.v1',
  'Which channels are offered, to whom and when, was laid down anew.',
  'throughline.workforce',
)
export class ChannelPolicyPublished {
  @Code() readonly policy!: string
  @Whole(1) readonly version!: number
  /** The policy as ROUTING lays it down; checked before it is published, kept whole. */
  @Document() readonly document!: Readonly<Record<string, unknown>>
  /** The reason for the change, in the words of who published it. */
  @Optional() @Text(500) readonly why?: string
}

/** An expected wait in whole seconds; the customer is told `low` to `high`, gates look at `high`. */
export class Wait {
  @Whole(0) readonly low!: number
  @Whole(0) readonly mid!: number
  @Whole(0) readonly high!: number
  /** Name of the estimate. */
  @Text(40) readonly by!: string
  @IsInt() readonly ahead!: number
  /** Agents who serve it and are at work; a share where they serve other classes too. */
  @IsNumber() readonly servers!: number
}

export class ChannelOffer {
  @OneOf(CHANNELS) readonly channel!: Channel
  @IsBoolean() readonly offered!: boolean
  @OneOf(['immediate', 'soon', 'slow']) readonly pace!: string
  /** Why, in the codes of ROUTING; what is refused always has one. */
  @IsArray() @ArrayMaxSize(12) readonly because!: readonly string[]
  /** Until when an answer is promised on a slow channel. */
  @Optional() @Moment() readonly answerBy?: string
  @Optional() @Part(() => Wait) readonly wait?: Wait
}

export class UrgencyAndValue {
  @OneOf(['trivial', 'normal', 'high', 'critical']) readonly urgency!:
    'trivial' | 'normal' | 'high' | 'critical'
  /** The rule that decided, or `default`. */
  @Text(40) readonly urgencyRule!: string
  @OneOf(['low', 'standard', 'high']) readonly value!: 'low' | 'standard' | 'high'
  @Text(40) readonly valueRule!: string
}

@PublicEvent(
  'throughline.ChannelsOffered.v1',
  'The customer was shown these channels, for these recorded reasons.',
)
export class ChannelsOffered {
  @Id() readonly decisionId!: string
  @Id() readonly journeyId!: string
  @Code() readonly policy!: string
  @Whole(1) readonly version!: number
  /** Version of the code that evaluates policies. */
  @Whole(1) readonly engine!: number
  @Moment() readonly at!: string
  @Part(() => UrgencyAndValue) readonly level!: UrgencyAndValue
  @Optional() @Code() readonly segment?: string
  @Parts(() => ChannelOffer, 12) readonly channels!: readonly ChannelOffer[]
  /** Absent unless an immediate channel was due and none could be offered. */
  @Optional() @Text(200) readonly shortfall?: string
  /** Everything the decision looked at, so that it can be derived again. */
  @Document() readonly inputs!: Readonly<Record<string, unknown>>
}

@PublicEvent('throughline.ImmediateChannelMissing.v1', 'A guaranteed immediate channel could not be offered.')
export class ImmediateChannelMissing {
  @Id() readonly decisionId!: string
  @Id() readonly journeyId!: string
  @Text(200) readonly cause!: string
}

@PublicEvent(
  'throughline.ChannelGateMoved.v1',
  'A channel stopped or began again to be offered, because of its wait.',
  'throughline.workforce',
)
export class ChannelGateMoved {
  @Code() readonly policy!: string
  @OneOf(CHANNELS) readonly channel!: Channel
  @Flag() readonly open!: boolean
  @Whole(0) readonly wait!: number
  /** Urgency and value it is shut or open for: `high/standard`. */
  @Optional() @Text(40) readonly level?: string
  /** Whose policy of its own the gate belongs to; absent for everybody else’s. */
  @Optional() @Code() readonly segment?: string
}

/** A skill with its level; levels are cumulative. */
export class Skill {
  @Code() readonly skill!: string
  @Whole(1, 5) readonly level!: number
}

@PublicEvent(
  'throughline.SkillsAssigned.v1',
  'What an agent can do was laid down anew.',
  'throughline.workforce',
)
export class SkillsAssigned {
  @Id() readonly agentId!: string
  @Parts(() => Skill, 100) readonly skills!: readonly Skill[]
}

class AgentTold {
  @Id() readonly agentId!: string
}

@PublicEvent('throughline.AgentSignedOn.v1', 'An agent came to work.', 'throughline.workforce')
export class AgentSignedOn extends AgentTold {}

@PublicEvent('throughline.AgentBecameReady.v1', 'An agent takes contacts.', 'throughline.workforce')
export class AgentBecameReady extends AgentTold {}

@PublicEvent(
  'throughline.AgentPaused.v1',
  'An agent takes no new contacts for a while.',
  'throughline.workforce',
)
export class AgentPaused extends AgentTold {
  @Optional() @Text(100) readonly why?: string
}

@PublicEvent(
  'throughline.AgentStoppedResponding.v1',
  'An agent let an offer expire and counts as ready no longer.',
  'throughline.workforce',
)
export class AgentStoppedResponding extends AgentTold {}

@PublicEvent('throughline.AgentSignedOff.v1', 'An agent left work.', 'throughline.workforce')
export class AgentSignedOff extends AgentTold {}

class Work {
  @Id() readonly contactId!: string
  @Id() readonly journeyId!: string
}

@PublicEvent('throughline.ContactQueued.v1', 'A contact waits for somebody who fits.')
export class ContactQueued extends Work {
  @OneOf(CHANNELS) readonly channel!: Channel
  @Code() readonly queue!: string
  @Parts(() => Skill, 20) readonly need!: readonly Skill[]
  /** Kept across every re-queue, transfer and change of channel. */
  @Moment() readonly enteredAt!: string
  @Moment() readonly dueBy!: string
  @Part(() => UrgencyAndValue) readonly level!: UrgencyAndValue
  @Code() readonly policy!: string
  @Whole(1) readonly version!: number
  /** What the customer was told; its coverage is measured. */
  @Optional() @Part(() => Wait) readonly quoted?: Wait
  /** Agent tried first: the case's owner, the one last spoken to. */
  @Optional() @Id() readonly preferredAgentId?: string
  /** Decides which rings of the policy apply. */
  @Optional() @Code() readonly segment?: string
}

@PublicEvent('throughline.RequirementRelaxed.v1', 'Nobody took it in time; the next ring of agents may.')
export class RequirementRelaxed extends Work {
  @Whole(1) readonly ring!: number
  @Parts(() => Skill, 20) readonly need!: readonly Skill[]
}

class PassedOver {
  @Id() readonly contactId!: string
  @Text(60) readonly lacks!: string
}

@PublicEvent('throughline.ContactOffered.v1', 'An agent was offered the contact and sees its context.')
export class ContactOffered extends Work {
  @Id() readonly offerId!: string
  @Id() readonly agentId!: string
  @OneOf(CHANNELS) readonly channel!: Channel
  @Moment() readonly dueBy!: string
  @Moment() readonly expiresAt!: string
  @Whole(0) readonly ring!: number
  /** Why this agent: load out of 100 before the offer, ready since, how many were ready. */
  @Whole(0, 100) readonly load!: number
  @Moment() readonly readySince!: string
  @Whole(1) readonly ready!: number
  @Parts(() => PassedOver, 20) readonly passedOver!: readonly PassedOver[]
}

class Offered extends Work {
  @Id() readonly offerId!: string
  @Id() readonly agentId!: string
}

@PublicEvent('throughline.OfferDeclined.v1', 'The agent cannot take it now.')
export class OfferDeclined extends Offered {}

@PublicEvent('throughline.OfferExpired.v1', 'The agent did not answer the offer in time.')
export class OfferExpired extends Offered {}

@PublicEvent(
  'throughline.OfferWithdrawn.v1',
  'The offer ended without the agent: the customer left or another was first.',
)
export class OfferWithdrawn extends Offered {
  @OneOf(['customer-left', 'agent-left', 'agent-full', 'moved']) readonly why!: string
}

@PublicEvent('throughline.ContactAssigned.v1', 'The agent took the contact.')
export class ContactAssigned extends Offered {
  @OneOf(CHANNELS) readonly channel!: Channel
}

@PublicEvent('throughline.ContactRequeued.v1', 'The contact waits again, with its place.')
export class ContactRequeued extends Work {
  @OneOf(['offer-declined', 'offer-expired', 'transferred', 'dropped', 'agent-left', 'moved'])
  readonly why!: string
  @OneOf(CHANNELS) readonly channel!: Channel
  @Codes() readonly excluded!: readonly string[]
  /** Where it changed: what the next agent must have. */
  @Optional() @Parts(() => Skill, 20) readonly need?: readonly Skill[]
  @Optional() @Code() readonly queue?: string
  /** Where a declared move brought it forward. */
  @Optional() @Moment() readonly dueBy?: string
  @Optional() @Id() readonly preferredAgentId?: string
}

@PublicEvent(
  'throughline.ContactLeftQueue.v1',
  'The contact waits no longer, without having reached anybody.',
)
export class ContactLeftQueue extends Work {
  @OneOf(['gave-up', 'solved', 'callback-chosen', 'unanswered', 'moved']) readonly why!: string
}

@PublicEvent('throughline.WorkFinished.v1', 'Wrap-up is done; the agent’s slot is free again.')
export class WorkFinished extends Work {
  @Id() readonly agentId!: string
}

@PublicEvent('throughline.CallbackScheduled.v1', 'A call back was promised for a time.')
export class CallbackScheduled extends Work {
  @Moment() readonly from!: string
  @Moment() readonly until!: string
}

@PublicEvent('throughline.CallbackDue.v1', 'The promised time to call back has come.')
export class CallbackDue extends Work {}

@PublicEvent('throughline.CallbackUnanswered.v1', 'The customer did not answer the call back.')
export class CallbackUnanswered extends Work {
  @IsInt() readonly attempt!: number
}

@PublicEvent('throughline.ContactEscalated.v1', 'A contact moved along a declared path to another channel.')
export class ContactEscalated extends Work {
  @IsIn(CHANNELS) readonly from!: Channel
  @IsIn(CHANNELS) readonly to!: Channel
  @OneOf(['customer', 'agent', 'dropped', 'overdue', 'transfer']) readonly by!: string
}

export type RoutingEvent =
  | Says<'throughline.ChannelPolicyPublished.v1', ChannelPolicyPublished>
  | Says<'throughline.ChannelsOffered.v1', ChannelsOffered>
  | Says<'throughline.ImmediateChannelMissing.v1', ImmediateChannelMissing>
  | Says<'throughline.ChannelGateMoved.v1', ChannelGateMoved>
  | Says<'throughline.SkillsAssigned.v1', SkillsAssigned>
  | Says<'throughline.AgentSignedOn.v1', AgentSignedOn>
  | Says<'throughline.AgentBecameReady.v1', AgentBecameReady>
  | Says<'throughline.AgentPaused.v1', AgentPaused>
  | Says<'throughline.AgentStoppedResponding.v1', AgentStoppedResponding>
  | Says<'throughline.AgentSignedOff.v1', AgentSignedOff>
  | Says<'throughline.ContactQueued.v1', ContactQueued>
  | Says<'throughline.RequirementRelaxed.v1', RequirementRelaxed>
  | Says<'throughline.ContactOffered.v1', ContactOffered>
  | Says<'throughline.OfferDeclined.v1', OfferDeclined>
  | Says<'throughline.OfferExpired.v1', OfferExpired>
  | Says<'throughline.OfferWithdrawn.v1', OfferWithdrawn>
  | Says<'throughline.ContactAssigned.v1', ContactAssigned>
  | Says<'throughline.ContactRequeued.v1', ContactRequeued>
  | Says<'throughline.ContactLeftQueue.v1', ContactLeftQueue>
  | Says<'throughline.WorkFinished.v1', WorkFinished>
  | Says<'throughline.CallbackScheduled.v1', CallbackScheduled>
  | Says<'throughline.CallbackDue.v1', CallbackDue>
  | Says<'throughline.CallbackUnanswered.v1', CallbackUnanswered>
  | Says<'throughline.ContactEscalated.v1', ContactEscalated>
