import type { RecordedInputs } from './decision.shown.js'
import type { PolicyInForce } from './group.facts.js'
import type { RoutingGroup } from './group.js'
import { policyFor } from './policy/channel-policy.js'
import type { JourneyFacts } from './policy/channel-policy.js'
import { packed, snapshotOf } from './standing.js'

export interface DecisionInputs {
  readonly inForce: PolicyInForce
  readonly inputs: RecordedInputs
}

/**
 * What an offer of channels is decided from: the policy in force, and what journey, queues and presence say at a moment
 * (milliseconds since the epoch). Undefined while no policy is published. Live offers and replays both come from here.
 */
export function inputsOf(group: RoutingGroup, facts: JourneyFacts, at: number): DecisionInputs | undefined {
  const { inForce } = group
  if (inForce === undefined) return undefined
  const { name, policy } = inForce
  const snapshot = packed(snapshotOf(group, policy, at), [policyFor(policy, facts.segment)], at)
  return { inForce, inputs: { facts, snapshot, gates: group.gates(name), at } }
}
