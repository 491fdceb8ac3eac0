import { own } from './own.js'
import type { OpeningHours } from './opening-hours.js'

export const URGENCIES = ['trivial', 'normal', 'high', 'critical'] as const
export const VALUES = ['low', 'standard', 'high'] as const
export const PACES = ['immediate', 'soon', 'slow'] as const
/** Who may move a contact; the last two are the system itself. */
export const MOVERS = ['customer', 'agent', 'transfer', 'dropped', 'overdue'] as const

export type Urgency = (typeof URGENCIES)[number]
export type Value = (typeof VALUES)[number]
export type Pace = (typeof PACES)[number]
export type Mover = (typeof MOVERS)[number]

/** Milliseconds of opening time, or the close of the so-manyth open day after today (`1bd`). */
export type Within = { readonly milliseconds: number } | { readonly businessDays: number }

/** A level or above; what is not named is any. */
export interface AtLeast {
  readonly urgency?: Urgency
  readonly value?: Value
}

/** All that is named must hold; of a list, one. */
export interface Condition {
  readonly reason?: readonly string[]
  readonly thing?: readonly string[]
  readonly segment?: readonly string[]
  readonly language?: readonly string[]
  /** The thing starts between now and so many milliseconds from now. */
  readonly startsWithin?: number
}

export interface LevelRule<Level> {
  readonly id: string
  readonly when: Condition
  readonly is: Level
}

export interface ChannelRule {
  readonly pace: Pace
  readonly active: boolean
  /** Any of these levels; together an up-set, so more urgency or value never takes the channel away. */
  readonly from: readonly AtLeast[]
  readonly hours: string
  /** Without one nobody picks up: a way on to a channel with a queue is then a must. */
  readonly queue?: string
  /** Skills held in every ring. */
  readonly need: readonly string[]
  /** Narrower circles asked first, each for its milliseconds; `need` alone comes last. */
  readonly rings: readonly { readonly need: readonly string[]; readonly for: number }[]
  /** Milliseconds: off above `upper`, back on at `back`, told by the estimator `by`. */
  readonly waitLimit?: { readonly upper: number; readonly back: number; readonly by: string }
  readonly within?: Within
  readonly backlogLimit?: number
}

export interface AnswerWithin {
  /** Milliseconds by urgency. */
  readonly base: Readonly<Record<Urgency, number>>
  /** Milliseconds less by value. */
  readonly less: Readonly<Record<Value, number>>
}

export interface Guarantee {
  readonly when: readonly AtLeast[]
  readonly pace: Pace
  readonly channels: readonly string[]
  readonly else: readonly string[]
  /** Names of hours in which it is known and accepted that nobody is there. */
  readonly acceptGap: readonly string[]
}

export interface EscalationEdge {
  readonly from: string
  readonly to: readonly string[]
  readonly by: readonly Mover[]
  /** Milliseconds that the move brings `dueBy` forward; 0 keeps it. Never back. */
  readonly less: number
}

/** A policy that reads; whether it may be published is the checks' business. */
export interface ChannelPolicy {
  readonly policy: string
  readonly timezone: string
  readonly order: readonly string[]
  readonly urgency: readonly LevelRule<Urgency>[]
  readonly value: readonly LevelRule<Value>[]
  readonly channels: Readonly<Record<string, ChannelRule>>
  readonly answerWithin: AnswerWithin
  readonly guarantee?: Guarantee
  readonly hours: Readonly<Record<string, OpeningHours>>
  readonly escalation: readonly EscalationEdge[]
  /** Whole policies, the overrides already applied. */
  readonly segments: Readonly<Record<string, ChannelPolicy>>
}

/** What a journey says of itself; `startsAt` is that of its thing, milliseconds since the epoch. */
export interface JourneyFacts {
  readonly reason?: string
  /** Second level of the reason; a rule may name either. */
  readonly detail?: string
  readonly thing?: string
  readonly segment?: string
  readonly language?: string
  readonly startsAt?: number
}

export interface Level {
  readonly urgency: Urgency
  readonly value: Value
}

/** A level with the rules that gave it; `default` where none matched. */
export interface ExplainedLevel {
  readonly urgency: { readonly is: Urgency; readonly by: string }
  readonly value: { readonly is: Value; readonly by: string }
}

export function policyFor(policy: ChannelPolicy, segment: string | undefined): ChannelPolicy {
  return (segment === undefined ? undefined : own(policy.segments, segment)) ?? policy
}

export function levelOf(policy: ChannelPolicy, facts: JourneyFacts, at: number): ExplainedLevel {
  const urgency = policy.urgency.find((rule) => matches(rule.when, facts, at))
  const value = policy.value.find((rule) => matches(rule.when, facts, at))
  return {
    urgency: { is: urgency?.is ?? 'normal', by: urgency?.id ?? 'default' },
    value: { is: value?.is ?? 'standard', by: value?.id ?? 'default' },
  }
}

/** Milliseconds from entering the queue to `dueBy`. */
export function answerWithin(policy: ChannelPolicy, level: Level): number {
  return Math.max(0, policy.answerWithin.base[level.urgency] - policy.answerWithin.less[level.value])
}

export function reaches(entries: readonly AtLeast[], level: Level): boolean {
  return entries.some(
    ({ urgency, value }) =>
      (urgency === undefined || URGENCIES.indexOf(urgency) <= URGENCIES.indexOf(level.urgency)) &&
      (value === undefined || VALUES.indexOf(value) <= VALUES.indexOf(level.value)),
  )
}

/** The edge of the escalation map that allows the move; there are no other moves (C75). */
export function mayMove(
  policy: ChannelPolicy,
  from: string,
  to: string,
  by: Mover,
): EscalationEdge | undefined {
  return policy.escalation.find((edge) => edge.from === from && edge.to.includes(to) && edge.by.includes(by))
}

/** The key after a move: kept or brought forward. */
export function dueAfterMove(edge: EscalationEdge, dueBy: number): number {
  return dueBy - edge.less
}

function matches(when: Condition, facts: JourneyFacts, at: number): boolean {
  const among = (list: readonly string[] | undefined, fact: string | undefined) =>
    list === undefined || (fact !== undefined && list.includes(fact))
  return (
    (among(when.reason, facts.reason) || among(when.reason, facts.detail)) &&
    among(when.thing, facts.thing) &&
    among(when.segment, facts.segment) &&
    among(when.language, facts.language) &&
    (when.startsWithin === undefined ||
      (facts.startsAt !== undefined && at <= facts.startsAt && facts.startsAt - at <= when.startsWithin))
  )
}
