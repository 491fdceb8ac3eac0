import { answerWithin, reaches, URGENCIES, VALUES } from './channel-policy.js'
import type { AtLeast, ChannelPolicy, Condition, Level, LevelRule } from './channel-policy.js'
import { readChannelPolicy, refuseProblems } from './channel-policy.reader.js'
import type { PolicyProblem } from './data-reader.js'
import { ESTIMATORS } from './expected-wait.js'
import { skillLevel } from '../matcher/matching.js'
import { readableGap, weekGaps } from './opening-hours.js'
import { own } from './own.js'

/** What exists outside the policy. A list left out is not checked against. */
export interface KnownNames {
  readonly channels?: readonly string[]
  readonly queues?: readonly string[]
  readonly skills?: readonly string[]
  readonly reasons?: readonly string[]
  readonly things?: readonly string[]
  readonly segments?: readonly string[]
}

type Say = (field: string, problem: string) => void

/**
 * A policy fit to be published.
 *
 * @throws Refused `invalid` `routing.policy-invalid` with every problem in `detail.more.problems`
 */
export function publishable(raw: unknown, known: KnownNames = {}): ChannelPolicy {
  const policy = readChannelPolicy(raw)
  refuseProblems(checkChannelPolicy(policy, known))
  return policy
}

/** What stands against publishing; each segment's policy is checked as a whole, without repeating the base's problems. */
export function checkChannelPolicy(policy: ChannelPolicy, known: KnownNames = {}): readonly PolicyProblem[] {
  const problems = checkWhole(policy, known)
  const told = new Set(problems.map(({ field, problem }) => `${field} ${problem}`))
  for (const [name, segment] of Object.entries(policy.segments)) {
    if (known.segments?.includes(name) === false) {
      problems.push({ field: `segments.${name}`, problem: `There is no segment "${name}".` })
    }
    for (const { field, problem } of checkWhole(segment, known)) {
      if (!told.has(`${field} ${problem}`)) problems.push({ field: `segments.${name}.${field}`, problem })
    }
  }
  return problems
}

function checkWhole(policy: ChannelPolicy, known: KnownNames): PolicyProblem[] {
  const problems: PolicyProblem[] = []
  const say: Say = (field, problem) => void problems.push({ field, problem })
  checkNames(policy, known, say)
  checkRules(policy, say)
  checkLevels(policy, say)
  checkWaits(policy, say)
  checkUrgent(policy, say)
  checkGuarantee(policy, say)
  checkMoves(policy, say)
  checkPeople(policy, say)
  return problems
}

function checkNames(policy: ChannelPolicy, known: KnownNames, say: Say): void {
  const channel = (name: string, field: string) => {
    if (own(policy.channels, name) === undefined) say(field, `There is no channel "${name}".`)
  }
  const among = (
    names: readonly string[] | undefined,
    kind: string,
    field: string,
    list?: readonly string[],
  ) => {
    for (const name of names ?? [])
      if (list?.includes(name) === false) say(field, `There is no ${kind} "${name}".`)
  }
  for (const [n, name] of policy.order.entries()) {
    channel(name, `order.${String(n)}`)
    if (policy.order.indexOf(name) < n) say(`order.${String(n)}`, `"${name}" is named twice.`)
  }
  for (const [name, rule] of Object.entries(policy.channels)) {
    const field = `channels.${name}`
    among([name], 'channel', field, known.channels)
    if (!policy.order.includes(name)) say('order', `The channel "${name}" has no place in the order.`)
    if (own(policy.hours, rule.hours) === undefined)
      say(`${field}.hours`, `There are no hours "${rule.hours}".`)
    if (rule.queue !== undefined) among([rule.queue], 'queue', `${field}.queue`, known.queues)
    const skills = [...rule.need, ...rule.rings.flatMap((ring) => ring.need)].map(
      (skill) => skillLevel(skill)[0],
    )
    among([...new Set(skills)], 'skill', `${field}.need`, known.skills)
  }
  for (const axis of ['urgency', 'value'] as const) {
    for (const [n, { when }] of policy[axis].entries()) {
      const field = `${axis}.${String(n)}.when`
      among(when.reason, 'reason', `${field}.reason`, known.reasons)
      among(when.thing, 'thing', `${field}.thing`, known.things)
      among(when.segment, 'segment', `${field}.segment`, known.segments)
    }
  }
  for (const [n, edge] of policy.escalation.entries()) {
    channel(edge.from, `escalation.${String(n)}.from`)
    for (const to of edge.to) channel(to, `escalation.${String(n)}.to`)
  }
  for (const name of policy.guarantee?.channels ?? []) channel(name, 'guarantee.channels')
  for (const name of policy.guarantee?.else ?? []) channel(name, 'guarantee.else')
  for (const name of policy.guarantee?.acceptGap ?? []) {
    if (own(policy.hours, name) === undefined) say('guarantee.acceptGap', `There are no hours "${name}".`)
  }
}

function checkRules(policy: ChannelPolicy, say: Say): void {
  const check = (axis: string, rules: readonly LevelRule<string>[]) => {
    for (const [n, rule] of rules.entries()) {
      const field = `${axis}.${String(n)}`
      if (rules.findIndex((other) => other.id === rule.id) < n)
        say(`${field}.id`, `"${rule.id}" is named twice.`)
      const { reason, thing, segment, language } = rule.when
      const empty = [reason, thing, segment, language].some((list) => list?.length === 0)
      const shadow = rules.slice(0, n).find((earlier) => holdsWhenever(earlier.when, rule.when))
      if (empty) say(`${field}.when`, `The rule ${rule.id} can never match: an empty list.`)
      else if (shadow !== undefined) {
        say(
          `${field}.when`,
          `The rule ${rule.id} can never match: ${shadow.id} comes first and matches whenever it does.`,
        )
      }
    }
  }
  check('urgency', policy.urgency)
  check('value', policy.value)
}

/** Whether `wide` holds whenever `narrow` does. */
function holdsWhenever(wide: Condition, narrow: Condition): boolean {
  const lists = (['reason', 'thing', 'segment', 'language'] as const).every((name) => {
    const [outer, inner] = [wide[name], narrow[name]]
    return outer === undefined || inner?.every((one) => outer.includes(one)) === true
  })
  const { startsWithin } = wide
  const within =
    startsWithin === undefined || (narrow.startsWithin !== undefined && narrow.startsWithin <= startsWithin)
  return lists && within
}

/** The levels that the rules can give. */
function levels(policy: ChannelPolicy): readonly Level[] {
  const urgencies = URGENCIES.filter(
    (one) => one === 'normal' || policy.urgency.some((rule) => rule.is === one),
  )
  const values = VALUES.filter((one) => one === 'standard' || policy.value.some((rule) => rule.is === one))
  return urgencies.flatMap((urgency) => values.map((value) => ({ urgency, value })))
}

function checkLevels(policy: ChannelPolicy, say: Say): void {
  const possible = levels(policy)
  const check = (entries: readonly AtLeast[], field: string) => {
    if (entries.length === 0) say(field, 'An empty list can never match.')
    for (const [n, entry] of entries.entries()) {
      if (!possible.some((level) => reaches([entry], level))) {
        say(`${field}.${String(n)}`, 'This can never match: no rule gives such a level.')
      }
    }
  }
  for (const [name, rule] of Object.entries(policy.channels)) check(rule.from, `channels.${name}.from`)
  if (policy.guarantee !== undefined) check(policy.guarantee.when, 'guarantee.when')
}

function checkWaits(policy: ChannelPolicy, say: Say): void {
  for (const [name, { waitLimit }] of Object.entries(policy.channels)) {
    if (waitLimit === undefined) continue
    const field = `channels.${name}.waitLimit`
    if (waitLimit.back > waitLimit.upper)
      say(`${field}.back`, 'It must not come back above the limit it left at.')
    const estimator = own(ESTIMATORS, waitLimit.by)
    if (estimator === undefined) say(`${field}.by`, `There is no wait estimate "${waitLimit.by}".`)
    else if (!estimator.monotone) {
      say(
        `${field}.by`,
        `The wait estimate "${waitLimit.by}" is not monotone: more ahead could tell less, so no gate may use it.`,
      )
    }
  }
  // A gate judges by position, so a later due time for more urgency or value would take a channel away from it.
  for (const [n, urgency] of URGENCIES.entries()) {
    const below = URGENCIES[n - 1]
    const { base } = policy.answerWithin
    if (below !== undefined && base[urgency] > base[below]) {
      say(
        `answerWithin.${urgency}`,
        `The wait estimate is not monotone: ${urgency} may not be answered later than ${below}.`,
      )
    }
  }
  for (const [n, value] of VALUES.entries()) {
    const below = VALUES[n - 1]
    const { less } = policy.answerWithin
    if (below !== undefined && less[value] < less[below]) {
      say(
        `answerWithin.less.value.${value}`,
        `The wait estimate is not monotone: ${value} value may not be answered later than ${below}.`,
      )
    }
  }
}

/** A contact that a rule makes urgent is never left without somebody at once (C12): the guarantee has to hold it. */
function checkUrgent(policy: ChannelPolicy, say: Say): void {
  const { guarantee, urgency } = policy
  const immediate = guarantee?.pace === 'immediate' ? guarantee : undefined
  for (const [n, { id, is }] of urgency.entries()) {
    if (is !== 'high' && is !== 'critical') continue
    const left = levels(policy).find(
      (level) => level.urgency === is && !reaches(immediate?.when ?? [], level),
    )
    if (left === undefined) continue
    say(
      `urgency.${String(n)}`,
      `The rule ${id} makes a contact ${is}, and at ${left.value} value nothing guarantees it an immediate channel; ` +
        `add {"urgency": "${is}"} to guarantee.when, with the pace immediate.`,
    )
  }
}

function checkGuarantee(policy: ChannelPolicy, say: Say): void {
  const { guarantee } = policy
  if (guarantee === undefined) return
  const guaranteed = levels(policy).filter((level) => reaches(guarantee.when, level))
  const open = guarantee.channels.flatMap((name) => {
    const rule = own(policy.channels, name)
    const serves = rule?.active === true && rule.pace === guarantee.pace && rule.queue !== undefined
    return (serves ? own(policy.hours, rule.hours) : undefined) ?? []
  })
  // Of several, one that a rule made urgent: that is whom the gap would hurt.
  const first =
    guaranteed.find(({ urgency }) => urgency === 'high' || urgency === 'critical') ?? guaranteed[0]
  if (first === undefined) return
  const byRule =
    policy.urgency.find(({ is }) => is === first.urgency) ?? policy.value.find(({ is }) => is === first.value)
  const whom = `At ${first.urgency} urgency and ${first.value} value${byRule === undefined ? '' : ` (rule ${byRule.id})`}`
  if (open.length === 0) {
    say(
      'guarantee.channels',
      `${whom} no ${guarantee.pace} channel is ever open; no accepted gap makes up for that.`,
    )
    return
  }
  const accepted = guarantee.acceptGap.flatMap((name) => own(policy.hours, name) ?? [])
  const gaps = weekGaps([...open, ...accepted])
  if (gaps.length === 0) return
  const when = gaps.map(readableGap).join(', ')
  say(
    'guarantee.channels',
    `${whom} no ${guarantee.pace} channel is open ${when}; ` +
      'open one, or name hours that hold the gap in acceptGap.',
  )
}

function checkMoves(policy: ChannelPolicy, say: Say): void {
  const seen = new Set<string>()
  const automatic = new Map<string, string[]>()
  for (const [n, edge] of policy.escalation.entries()) {
    if (edge.to.length === 0 || edge.by.length === 0)
      say(`escalation.${String(n)}`, 'This can never match: an empty list.')
    for (const to of edge.to) {
      for (const by of edge.by) {
        const move = `${edge.from} to ${to} by ${by}`
        if (seen.has(move)) say(`escalation.${String(n)}`, `This can never match: ${move} is already a move.`)
        seen.add(move)
      }
      if (edge.by.includes('dropped') || edge.by.includes('overdue')) {
        automatic.set(edge.from, [...(automatic.get(edge.from) ?? []), to])
      }
    }
  }
  for (const [n, edge] of policy.escalation.entries()) {
    if (automatic.has(edge.from) && reachable(automatic, edge.from).has(edge.from)) {
      say(`escalation.${String(n)}`, `Automatic moves go round in a circle through "${edge.from}".`)
    }
  }
}

function checkPeople(policy: ChannelPolicy, say: Say): void {
  const moves = new Map<string, string[]>()
  for (const edge of policy.escalation) moves.set(edge.from, [...(moves.get(edge.from) ?? []), ...edge.to])
  const staffed = (name: string) => {
    const rule = own(policy.channels, name)
    return rule?.active === true && rule.queue !== undefined
  }
  for (const [name, rule] of Object.entries(policy.channels)) {
    if (!rule.active || rule.queue !== undefined || [...reachable(moves, name)].some(staffed)) continue
    say(
      `channels.${name}`,
      'It has no way to a person: give it a queue, or a move to an active channel that has one.',
    )
  }
}

/** Everything one or more moves away. */
function reachable(moves: ReadonlyMap<string, readonly string[]>, from: string): ReadonlySet<string> {
  const found = new Set<string>()
  const left = [...(moves.get(from) ?? [])]
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (found.has(name)) continue
    found.add(name)
    left.push(...(moves.get(name) ?? []))
  }
  return found
}

/** Milliseconds by level, for a page that shows the policy. */
export function targets(policy: ChannelPolicy): readonly (Level & { readonly within: number })[] {
  return levels(policy).map((level) => ({ ...level, within: answerWithin(policy, level) }))
}
