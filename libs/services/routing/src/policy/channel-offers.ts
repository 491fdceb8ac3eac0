import { SECOND } from '@throughline/kernel'
import { answerWithin, levelOf, policyFor, reaches, URGENCIES, VALUES } from './channel-policy.js'
import type {
  ChannelPolicy,
  ChannelRule,
  ExplainedLevel,
  JourneyFacts,
  Level,
  Pace,
} from './channel-policy.js'
import { expectedWait, UNFITTED, waitInterval } from './expected-wait.js'
import type { WaitInput, WaitInterval, WaitModel } from './expected-wait.js'
import { afterBusinessDays, afterOpenTime, isOpen, isOpenThrough, nextOpening } from './opening-hours.js'
import { own } from './own.js'

/** Goes up whenever the same policy and the same facts could give another decision. */
export const POLICY_ENGINE = 1

/** What queues and presence say of one channel's class at one moment. */
export interface ChannelStanding extends Pick<
  WaitInput,
  'servers' | 'idle' | 'handle' | 'patience' | 'arrivals'
> {
  /** Signed-on agents who fit in some ring. */
  readonly signedOn: number
  /** Somebody is scheduled: enough for slow channels. */
  readonly scheduled: boolean
  readonly backlog: number
  /** Due times of the waiting contacts these agents could take, milliseconds, ascending. */
  readonly due: readonly number[]
  /** Starts of the calls back promised for the coming days, milliseconds, ascending; absent when there is none. */
  readonly booked?: readonly number[]
  /** How promised answer times were kept in the last seven days; absent when too few to tell. */
  readonly kept?: { readonly kept: number; readonly of: number }
}

export interface Snapshot {
  /** By channel; nobody serves what is missing. */
  readonly channels: Readonly<Record<string, ChannelStanding>>
  readonly model?: WaitModel
}

/** Levels (`high/standard`) that a channel's wait limit now shuts out, by `segment/channel`. */
export type Gates = Readonly<Record<string, readonly string[]>>

/** The data of `ChannelGateMoved`. */
export interface GateMove {
  readonly gate: string
  readonly channel: string
  readonly level: string
  readonly shut: boolean
  /** Upper end of the wait, seconds. */
  readonly upper: number
}

export type Because =
  | 'from'
  | 'guarantee'
  | 'wait-waived' // why it is offered
  | 'inactive'
  | 'level'
  | 'closed'
  | 'closes-before'
  | 'unstaffed'
  | 'waitLimit'
  | 'backlogLimit' // why not

/** Seconds, with what the estimate was made of. */
export interface RecordedWait extends WaitInterval {
  readonly by: string
  readonly ahead: number
  readonly servers: number
  readonly handle: number
  readonly patience: number | null
  /** Milliseconds since the epoch. */
  readonly dueBy: number
}

export interface ChannelDecision {
  readonly channel: string
  readonly pace: Pace
  readonly offered: boolean
  readonly because: readonly Because[]
  readonly wait: RecordedWait | null
  /** When an answer is promised, milliseconds since the epoch, where the channel has `within`. */
  readonly promisedBy: number | null
}

/** At a guaranteed level no channel of the guaranteed pace is to be had; `ImmediateChannelMissing` is due. */
export interface Shortfall {
  readonly pace: Pace
  readonly because: readonly { readonly channel: string; readonly because: readonly Because[] }[]
  /** What there is instead; `at` in milliseconds since the epoch, null when not within a year. */
  readonly else: readonly { readonly channel: string; readonly at: number | null }[]
}

/** The data of `ChannelsOffered`. */
export interface ChannelsDecision {
  readonly policy: string
  readonly engine: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly segment: string | null
  readonly level: ExplainedLevel
  /** Milliseconds from entering a queue to `dueBy`. */
  readonly answerWithin: number
  readonly channels: readonly ChannelDecision[]
  readonly shortfall: Shortfall | null
}

export interface Evaluation {
  readonly decision: ChannelsDecision
  readonly gates: Gates
  readonly moved: readonly GateMove[]
}

export interface EvaluationInput {
  readonly policy: ChannelPolicy
  readonly version: number
  readonly facts: JourneyFacts
  readonly snapshot: Snapshot
  readonly gates: Gates
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Which channels a journey is offered, and why: a pure function of what is passed in. */
export function evaluateChannels(input: EvaluationInput): Evaluation {
  const policy = policyFor(input.policy, input.facts.segment)
  return evaluateAtLevel(input, levelOf(policy, input.facts, input.at))
}

/** The same for a level from elsewhere: what another level would have been offered. */
export function evaluateAtLevel(input: EvaluationInput, level: ExplainedLevel): Evaluation {
  const { at, facts } = input
  const policy = policyFor(input.policy, facts.segment)
  const plain = { urgency: level.urgency.is, value: level.value.is }
  const segment = policy === input.policy ? '' : (facts.segment ?? '')
  const { gates, moved } = moveGates(policy, segment, input)
  const guaranteed = policy.guarantee !== undefined && reaches(policy.guarantee.when, plain)
  const channels = policy.order.flatMap((name): ChannelDecision[] => {
    const rule = own(policy.channels, name)
    if (rule === undefined) return []
    const wait = waitOf(policy, plain, own(input.snapshot.channels, name), input)
    const because = judge(
      policy,
      name,
      rule,
      plain,
      guaranteed,
      wait,
      gates[`${segment}/${name}`] ?? [],
      input,
    )
    const offered = because.every((one) => one === 'from' || one === 'guarantee' || one === 'wait-waived')
    return [
      { channel: name, pace: rule.pace, offered, because, wait, promisedBy: promisedBy(policy, rule, at) },
    ]
  })
  const decision = {
    policy: `${policy.policy}@${String(input.version)}`,
    engine: POLICY_ENGINE,
    at,
    segment: facts.segment ?? null,
    level,
    answerWithin: answerWithin(policy, plain),
    channels,
    shortfall: guaranteed ? shortfallOf(policy, channels, at) : null,
  }
  return { decision, gates, moved }
}

/** The first thing that stands against it, otherwise all that speaks for it. */
function judge(
  policy: ChannelPolicy,
  name: string,
  rule: ChannelRule,
  level: Level,
  guaranteed: boolean,
  wait: RecordedWait | null,
  shut: readonly string[],
  { at, snapshot }: EvaluationInput,
): readonly Because[] {
  const standing = own(snapshot.channels, name)
  const hours = own(policy.hours, rule.hours)
  const inGuarantee = guaranteed && policy.guarantee?.channels.includes(name) === true
  // What stands in for the guarantee is open to the same levels at all times: to open it only in need would take it
  // away from a higher level that is still served.
  const standsIn = guaranteed && policy.guarantee?.else.includes(name) === true
  const byLevel = reaches(rule.from, level)
  if (!rule.active) return ['inactive']
  if (!byLevel && !inGuarantee && !standsIn) return ['level']
  if (hours === undefined || !isOpen(hours, policy.timezone, at)) return ['closed']
  const served = rule.pace === 'immediate' || rule.waitLimit !== undefined
  if (wait !== null && served && !isOpenThrough(hours, policy.timezone, at, at + wait.high * SECOND)) {
    return ['closes-before']
  }
  const staffed =
    standing !== undefined && (standing.signedOn > 0 || (rule.pace === 'slow' && standing.scheduled))
  if (!staffed) return ['unstaffed']
  const refused: Because[] = []
  if (rule.waitLimit !== undefined && shut.includes(levelName(level))) refused.push('waitLimit')
  if (rule.backlogLimit !== undefined && standing.backlog >= rule.backlogLimit) refused.push('backlogLimit')
  if (refused.length > 0 && !inGuarantee) return refused
  const reasons: Because[] = byLevel ? ['from'] : []
  if (inGuarantee || (standsIn && !byLevel)) reasons.push('guarantee')
  if (refused.length > 0) reasons.push('wait-waived')
  return reasons
}

/** Every level of every gated channel at the same instant, whoever asks: that keeps the gates monotone in the level. */
function moveGates(
  policy: ChannelPolicy,
  segment: string,
  input: EvaluationInput,
): { readonly gates: Gates; readonly moved: readonly GateMove[] } {
  const moved: GateMove[] = []
  const changed: [string, readonly string[]][] = []
  for (const channel of policy.order) {
    const limit = own(policy.channels, channel)?.waitLimit
    const standing = own(input.snapshot.channels, channel)
    if (limit === undefined || standing === undefined) continue
    const gate = `${segment}/${channel}`
    const before = own(input.gates, gate) ?? []
    const after: string[] = []
    // Twelve levels share a handful of targets, and only the target tells their waits apart.
    const waits = new Map<number, RecordedWait | null>()
    for (const level of ALL_LEVELS) {
      const target = answerWithin(policy, level)
      const known = waits.get(target)
      const wait = known === undefined ? waitOf(policy, level, standing, input) : known
      waits.set(target, wait)
      const name = levelName(level)
      const was = before.includes(name)
      const upper = (wait?.high ?? 0) * SECOND
      const shut = wait === null ? was : was ? upper > limit.back : upper > limit.upper
      if (shut) after.push(name)
      if (shut !== was) moved.push({ gate, channel, level: name, shut, upper: wait?.high ?? 0 })
    }
    if (moved.some((move) => move.gate === gate)) changed.push([gate, after])
  }
  return {
    gates: changed.length === 0 ? input.gates : { ...input.gates, ...Object.fromEntries(changed) },
    moved,
  }
}

const ALL_LEVELS: readonly Level[] = URGENCIES.flatMap((urgency) =>
  VALUES.map((value) => ({ urgency, value })),
)

function levelName(level: Level): string {
  return `${level.urgency}/${level.value}`
}

/** The wait of somebody who enters the channel's queue now; null where nobody serves it. */
export function waitOf(
  policy: ChannelPolicy,
  level: Level,
  standing: ChannelStanding | undefined,
  { at, snapshot }: Pick<EvaluationInput, 'at' | 'snapshot'>,
): RecordedWait | null {
  if (standing === undefined) return null
  const target = answerWithin(policy, level)
  const dueBy = at + target
  const ahead = countUpTo(standing.due, dueBy)
  const moments = expectedWait({ ...standing, ahead, target: target / SECOND })
  if (moments === null) return null
  const model = snapshot.model ?? UNFITTED
  const { servers, handle, patience } = standing
  const interval = waitInterval(moments, model)
  return {
    ...interval,
    by: `${model.name}@${String(model.version)}`,
    ahead,
    servers,
    handle,
    patience,
    dueBy,
  }
}

/** How many are due at that time or before: an equal due time came first. */
function countUpTo(due: readonly number[], limit: number): number {
  let [low, high] = [0, due.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((due[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low
}

/** When an answer is promised to somebody who asks at a moment; null where the channel has no `within`. */
export function promisedBy(policy: ChannelPolicy, rule: ChannelRule, at: number): number | null {
  const hours = own(policy.hours, rule.hours)
  if (rule.within === undefined || hours === undefined) return null
  return 'businessDays' in rule.within
    ? afterBusinessDays(hours, policy.timezone, at, rule.within.businessDays)
    : afterOpenTime(hours, policy.timezone, at, rule.within.milliseconds)
}

function shortfallOf(
  policy: ChannelPolicy,
  channels: readonly ChannelDecision[],
  at: number,
): Shortfall | null {
  const { guarantee } = policy
  if (guarantee === undefined) return null
  const named = channels.filter(
    (one) => guarantee.channels.includes(one.channel) && one.pace === guarantee.pace,
  )
  if (named.some((one) => one.offered)) return null
  const instead = guarantee.else.flatMap((name) => {
    const rule = own(policy.channels, name)
    const hours = rule === undefined ? undefined : own(policy.hours, rule.hours)
    if (rule === undefined || hours === undefined || !rule.active) return []
    const time =
      rule.within === undefined ? nextOpening(hours, policy.timezone, at) : promisedBy(policy, rule, at)
    return [{ channel: name, at: time }]
  })
  return {
    pace: guarantee.pace,
    because: named.map(({ channel, because }) => ({ channel, because })),
    else: instead,
  }
}
