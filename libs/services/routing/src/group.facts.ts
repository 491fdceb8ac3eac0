import type { RecordedEvent } from '@throughline/ports'
import type { AgentEvent, AgentState } from './agent.js'
import type { GateEvent } from './gate.js'
import type { Requirement } from './matcher/matching.js'
import type { ChannelPolicy } from './policy/channel-policy.js'
import type { PolicyDocument, PolicyEvent } from './policy.js'
import type { WorkEvent, WorkState } from './work.js'

/** The events a routing group is a fold of: routing's own streams and nothing else. */
export type RoutingFact = PolicyEvent | GateEvent | AgentEvent | WorkEvent

/** A contact that is in routing's hands. */
export interface HeldContact {
  readonly contactId: string
  readonly customerId?: string
  readonly state: WorkState
  /** Events in its stream, as far as read. */
  readonly version: number
  /** Position of the event by which it came into routing's hands. */
  readonly heardAt: number
  /** Position of its `ContactQueued`: breaks ties of `dueBy`. */
  readonly seq: number
  readonly rings: readonly Requirement[]
  /** Milliseconds per ring but the last. */
  readonly patience: readonly number[]
  /** When it began to wait and was assigned, milliseconds since the epoch. */
  readonly waitsSince: number
  readonly assignedAt: number
  readonly answered: boolean
  /** What the customer was told, seconds. */
  readonly quoted: number | undefined
  /** Until when the customer was promised an answer, milliseconds since the epoch. */
  readonly promisedBy: number
}

export interface HeldAgent {
  readonly agentId: string
  readonly state: AgentState
  /** Of the present state, milliseconds since the epoch. */
  readonly since: number
  /** By channel: contacts and seconds of the past, evidence of what an agent can do (C65). */
  readonly worked: Readonly<Record<string, { readonly contacts: number; readonly seconds: number }>>
}

export interface PolicyInForce {
  readonly name: string
  readonly version: number
  readonly policy: ChannelPolicy
  readonly document: PolicyDocument
}

export const ROUTING_FACTS: Readonly<Record<RoutingFact['type'], true>> = {
  'throughline.ChannelPolicyPublished.v1': true,
  'throughline.ChannelGateMoved.v1': true,
  'throughline.SkillsAssigned.v1': true,
  'throughline.AgentSignedOn.v1': true,
  'throughline.AgentBecameReady.v1': true,
  'throughline.AgentPaused.v1': true,
  'throughline.AgentStoppedResponding.v1': true,
  'throughline.AgentSignedOff.v1': true,
  'throughline.ContactQueued.v1': true,
  'throughline.RequirementRelaxed.v1': true,
  'throughline.ContactOffered.v1': true,
  'throughline.OfferDeclined.v1': true,
  'throughline.OfferExpired.v1': true,
  'throughline.OfferWithdrawn.v1': true,
  'throughline.ContactAssigned.v1': true,
  'throughline.ContactRequeued.v1': true,
  'throughline.ContactLeftQueue.v1': true,
  'throughline.WorkFinished.v1': true,
  'throughline.CallbackScheduled.v1': true,
  'throughline.CallbackDue.v1': true,
  'throughline.CallbackUnanswered.v1': true,
  'throughline.ContactEscalated.v1': true,
  'throughline.WorkInterrupted.v1': true,
  'throughline.WrapUpBegan.v1': true,
}

export function isRoutingFact(event: RecordedEvent): event is RecordedEvent<RoutingFact> {
  return Object.hasOwn(ROUTING_FACTS, event.type)
}
