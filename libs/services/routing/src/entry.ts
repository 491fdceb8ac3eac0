import type { Channel, EventOf, Skill, UrgencyAndValue, Wait } from '@throughline/contracts'
import { toInstant } from '@throughline/kernel'
import { skillOf } from './channels.js'
import type { PolicyInForce } from './group.facts.js'
import { promisedBy, waitOf } from './policy/channel-offers.js'
import type { RecordedWait, Snapshot } from './policy/channel-offers.js'
import { answerWithin, levelOf, policyFor } from './policy/channel-policy.js'
import type { ChannelRule, ExplainedLevel, JourneyFacts } from './policy/channel-policy.js'
import { own } from './policy/own.js'
import type { QueueOf } from './work.decisions.js'

type Requested = EventOf<'throughline.ContactRequested.v1'>['data']

/** What the contact's journey says of itself, as the policy's rules read it. */
export function factsOf({
  person,
  item,
  reason,
}: Pick<Requested, 'person' | 'item' | 'reason'>): JourneyFacts {
  return {
    ...(reason !== undefined && { reason: reason.code }),
    ...(reason?.detail !== undefined && { detail: reason.detail }),
    ...(item !== undefined && { thing: item.kind }),
    ...(item?.startsAt !== undefined && { startsAt: Date.parse(item.startsAt) }),
    ...(person.segment !== undefined && { segment: person.segment }),
    ...(person.language !== undefined && { language: person.language }),
  }
}

export function levelTold({ urgency, value }: ExplainedLevel): UrgencyAndValue {
  return { urgency: urgency.is, urgencyRule: urgency.by, value: value.is, valueRule: value.by }
}

export function waitTold({ low, mid, high, by, ahead, servers }: RecordedWait): Wait {
  return { low, mid, high, by, ahead, servers }
}

/** Which queue a channel leads to. One without a queue of its own still gets a person: everybody serves it. */
export function queueOf(
  channel: Channel,
  rule: ChannelRule | undefined,
  more: readonly Skill[] = [],
): QueueOf {
  const need = [...(rule?.need ?? []).map(skillOf), ...more]
  const names = [...new Set(need.map(({ skill }) => skill))]
  return {
    queue: rule?.queue ?? channel,
    need: names.map((skill) => ({
      skill,
      level: Math.max(...need.filter((one) => one.skill === skill).map(({ level }) => level)),
    })),
  }
}

export interface Entering {
  readonly contactId: string
  readonly journeyId: string
  readonly channel: Channel
  readonly facts: JourneyFacts
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Of a scheduled callback: the end of its time. */
  readonly until?: string
  readonly preferredAgentId?: string
}

/** A contact's first place in a queue: by which policy, how urgent, until when, and what the customer is told. */
export function entryOf(
  { contactId, journeyId, channel, facts, at, until, preferredAgentId }: Entering,
  { name, version, policy: base }: PolicyInForce,
  snapshot: Snapshot,
): EventOf<'throughline.ContactQueued.v1'>['data'] {
  const policy = policyFor(base, facts.segment)
  const level = levelOf(policy, facts, at)
  const plain = { urgency: level.urgency.is, value: level.value.is }
  const wait = waitOf(policy, plain, own(snapshot.channels, channel), { at, snapshot })
  const rule = own(policy.channels, channel)
  // What was promised to the customer is what the contact is due by.
  const promised = rule === undefined ? null : promisedBy(policy, rule, at)
  return {
    contactId,
    journeyId,
    channel,
    ...queueOf(channel, rule),
    enteredAt: toInstant(at),
    dueBy: until ?? toInstant(promised ?? at + answerWithin(policy, plain)),
    level: levelTold(level),
    policy: name,
    version,
    ...(wait !== null && { quoted: waitTold(wait) }),
    ...(preferredAgentId !== undefined && { preferredAgentId }),
    ...(facts.segment !== undefined && { segment: facts.segment }),
  }
}
