import { joinIssues } from './issue.js'
import type { ContactFacts, IssueWindow, Joined } from './issue.js'
import { inOrder, toFact } from './metric.facts.js'
import type { Fact, InsightEvent } from './metric.facts.js'
import { ATTRIBUTES } from './metric.js'
import type { Attribute, Clause, MetricDefinition, Scalar, Source, Test } from './metric.js'
import type { FactRow } from './metric.rows.js'

/**
 * What a metric means, said as plainly as can be: every question is a scan of everything that is known. Far too slow to
 * serve; it is what the fold is held to, over histories that arrive late, twice and in any order.
 */
export function naiveRows(
  definition: MetricDefinition,
  events: readonly InsightEvent[],
  window: IssueWindow,
  asWas = Infinity,
  known = Infinity,
): readonly FactRow[] {
  const once = new Map(events.map((event) => [event.id, event]))
  const facts = [...once.values()]
    .flatMap((event) => toFact(event) ?? [])
    .filter((fact) => fact.at <= asWas && fact.position <= known)
    .sort(inOrder)
  const ask = asker(facts, window)
  const meets = (source: Source, fact: Fact): boolean =>
    source.event.includes(fact.name) && ATTRIBUTES.every((key) => passes(source.where[key], ask(fact, key)))
  const near = (clause: Clause, start: Fact): readonly Fact[] => {
    const reason = String(ask(start, 'reason'))
    const within = clause.within?.reasons[reason] ?? clause.within?.default ?? Infinity
    const own = clause.fold === 'sum' || clause.fold === 'last'
    return facts.filter((fact) => {
      const order = inOrder(fact, start)
      const side = order < 0 ? clause.side !== 'after' : order > 0 ? clause.side !== 'before' : own
      return (
        side &&
        Math.abs(fact.at - start.at) <= within &&
        meets(clause, fact) &&
        clause.same.every((key) => ask(fact, key) !== undefined && ask(fact, key) === ask(start, key)) &&
        clause.other.every((key) => ask(fact, key) !== ask(start, key))
      )
    })
  }
  const starts = facts.filter((fact) => meets(definition.start, fact))
  const unitOf = (fact: Fact): readonly (Scalar | undefined)[] =>
    definition.first.map((key) => ask(fact, key))
  const named = starts.filter((fact) => !unitOf(fact).includes(undefined))
  const units = named.filter(
    (fact) => named.find((one) => unitOf(one).join('|') === unitOf(fact).join('|')) === fact,
  )
  return units.map((start) => {
    // Seen from the start: nearest before it first, then nearest after it.
    const found = (clause: Clause): readonly Fact[] => {
      const all = near(clause, start)
      return [
        ...all.filter((fact) => inOrder(fact, start) < 0).reverse(),
        ...all.filter((fact) => inOrder(fact, start) >= 0),
      ]
    }
    const isTrue = (clause: Clause): boolean =>
      clause.fold === 'none' ? found(clause).length === 0 : found(clause).length > 0
    const left = definition.exclude.find(
      ({ where, when }) =>
        (!where || meets({ event: [start.name], where }, start)) && (!when || isTrue(when)),
    )
    const settled = definition.settledBy ? found(definition.settledBy).slice(0, 1) : []
    const first = definition.settledBy
      ? definition.outcome.flatMap((clause) => found(clause).slice(0, 1))
      : []
    const deciding = definition.outcome.flatMap((clause) => {
      if (clause.fold === 'count' || clause.fold === 'sum') return found(clause)
      return clause.fold === 'last' ? found(clause).slice(-1) : found(clause).slice(0, 1)
    })
    const leaving = left?.when ? found(left.when).slice(0, 1) : []
    const because = [...new Set([start, ...deciding, ...settled, ...leaving])]
    const mature = definition.mature.reasons[String(ask(start, 'reason'))] ?? definition.mature.default
    const unit = unitOf(start).join('|')
    return {
      unit,
      person: String(ask(start, 'person') ?? unit),
      cohortAt: start.at,
      keys: Object.fromEntries(definition.by.map((key) => [key, ask(start, key) ?? 'none'])),
      value: valueOf(definition, start, found, isTrue, ask),
      ...(left ? { excluded: left.id } : {}),
      matureAt: Math.min(
        start.at + mature,
        ...[...settled, ...first].map((fact) => Math.max(start.at, fact.at)),
      ),
      because: because.map((fact) => fact.id),
      position: Math.max(...because.map((fact) => fact.position)),
    }
  })
}

type Ask = (fact: Fact, key: Attribute) => Scalar | undefined

function valueOf(
  definition: MetricDefinition,
  start: Fact,
  found: (clause: Clause) => readonly Fact[],
  isTrue: (clause: Clause) => boolean,
  ask: Ask,
): number | null {
  const [clause, second] = definition.outcome
  if (!clause) return 1
  if (second || clause.fold === 'first' || clause.fold === 'none')
    return definition.outcome.every(isTrue) ? 1 : 0
  const facts = found(clause)
  if (clause.fold === 'count') return facts.length
  if (clause.fold === 'duration') return facts[0] ? Math.floor((facts[0].at - start.at) / 1000) : null
  const values = facts
    .flatMap((fact) => Number(clause.value === undefined ? NaN : (ask(fact, clause.value) ?? NaN)))
    .filter((v) => !Number.isNaN(v))
  return clause.fold === 'sum' ? values.reduce((sum, each) => sum + each, 0) : (values.at(-1) ?? null)
}

function passes(test: Test | undefined, value: Scalar | undefined): boolean {
  if (test === undefined) return true
  if (typeof test !== 'object') return test === value
  if (Array.isArray(test)) return test.some((each) => each === value)
  if ('not' in test) return !test.not.some((each) => each === value)
  if ('atLeast' in test) return Number(value ?? NaN) >= test.atLeast
  if ('atMost' in test) return Number(value ?? NaN) <= test.atMost
  return 'known' in test && test.known === (value !== undefined)
}

function asker(facts: readonly Fact[], window: IssueWindow): Ask {
  const upTo = (fact: Fact): readonly Fact[] => facts.filter((each) => inOrder(each, fact) <= 0)
  const answersOf = (fact: Fact): boolean =>
    fact.name === 'MessagePosted' ||
    (fact.name === 'ContactConnected' &&
      ['phone', 'callback', 'store'].includes(String(told(fact, 'channel'))))
  const journeyOf = (fact: Fact): string | undefined =>
    fact.journey ??
    (fact.contact === undefined
      ? undefined
      : upTo(fact).findLast((each) => each.contact === fact.contact && each.journey !== undefined)?.journey)
  type Said = 'thing' | 'thingKind' | 'reason' | 'channel' | 'segment' | 'resolution' | 'cause' | 'origin'
  const ofJourney = (
    journey: string | undefined,
    key: Said,
    until: Fact,
    inclusive: boolean,
  ): Scalar | undefined =>
    facts.findLast(
      (each) =>
        inOrder(each, until) < (inclusive ? 1 : 0) &&
        journey !== undefined &&
        each[key] !== undefined &&
        (each.contact === undefined || each.name === 'ContactRequested') &&
        journeyOf(each) === journey,
    )?.[key]
  const inherited: readonly Said[] = ['thing', 'thingKind', 'reason', 'segment', 'origin']
  function told(fact: Fact, key: Said): Scalar | undefined {
    if (fact.contact === undefined)
      return journeyOf(fact) === undefined ? fact[key] : ofJourney(journeyOf(fact), key, fact, true)
    const own = upTo(fact).findLast((each) => each.contact === fact.contact && each[key] !== undefined)?.[key]
    const first = facts.find((each) => each.contact === fact.contact) ?? fact
    return own ?? (inherited.includes(key) ? ofJourney(journeyOf(first), key, first, false) : undefined)
  }
  const person = (fact: Fact): string | undefined => {
    let id =
      fact.customer ??
      facts.find(
        (each) => each.journey !== undefined && each.journey === fact.journey && each.customer !== undefined,
      )?.customer ??
      facts.find(
        (each) => each.contact !== undefined && each.contact === fact.contact && each.customer !== undefined,
      )?.customer
    const merges = facts.filter(
      (each) => each.merged !== undefined && each.customer !== undefined && each.merged !== each.customer,
    )
    const current = [...new Set(merges.map((each) => each.merged))].flatMap((merged) => {
      const last = merges.findLast((each) => each.merged === merged)
      return last && last.name !== 'CustomersUnmerged' ? [last] : []
    })
    id = current.reduce((known) => current.find((each) => each.merged === known)?.customer ?? known, id)
    return id ?? (journeyOf(fact) === undefined ? undefined : `journey:${String(journeyOf(fact))}`)
  }
  let issues: Joined | undefined
  const joined = (): Joined => {
    if (issues) return issues
    const requests = facts.filter((each) => each.name === 'ContactRequested')
    const firsts = requests.filter(
      (each) => requests.find((one) => one.contact === each.contact) === each && each.contact !== undefined,
    )
    const contacts = firsts.map((request): ContactFacts => {
      const own = facts.filter((each) => each.contact === request.contact && inOrder(each, request) >= 0)
      const agent = own.findLast(
        (each) => each.name === 'ContactSummarised' && each.issue !== undefined,
      )?.issue
      return {
        id: request.contact ?? '',
        person: person(request) ?? 'none',
        at: request.at,
        until: Math.max(
          request.at,
          ...own.filter((each) => each.name === 'ContactEnded').map((each) => each.at),
        ),
        thing: String(told(request, 'thing') ?? 'none'),
        reason: String(told(request, 'reason') ?? 'none'),
        cases: [...new Set(own.flatMap((each) => each.case ?? []))],
        aboutCases: request.aboutCase === undefined ? [] : [request.aboutCase],
        ...(agent ? { agent } : {}),
      }
    })
    issues = joinIssues(contacts, window)
    return issues
  }
  const issue = (fact: Fact) =>
    joined().byContact.get(fact.contact ?? '') ?? joined().byCase.get(fact.case ?? '')
  return (fact, key) => {
    switch (key) {
      case 'person': return person(fact)
      case 'journey': return journeyOf(fact)
      case 'issue': return issue(fact)?.stated
      case 'issueWide': return issue(fact)?.wide
      case 'issueBy': return issue(fact)?.by
      case 'thing': return told(fact, key) ?? 'none'
      case 'segment': return told(fact, key) ?? 'none'
      case 'thingKind':
      case 'reason':
      case 'channel': return fact[key] ?? told(fact, key) ?? 'none'
      case 'resolution':
      case 'cause':
      case 'origin': return told(fact, key)
      case 'dwell': {
        const seen = facts.flatMap((each) => (each.reading !== undefined && each.reading === fact.reading ? (each.dwell ?? []) : []))
        return fact.dwell ?? (seen.length > 0 ? Math.max(...seen) : undefined)
      }
      case 'answers': return answersOf(fact)
      case 'waitOver': return answersOf(fact) || fact.name === 'ContactLeft'
      case 'answered': return fact.answeredBy === undefined ? answeredAt(fact) !== undefined : fact.answeredBy === 'person'
      case 'handleSeconds': {
        const from = answeredAt(fact)
        return fact.name === 'ContactEnded' && from !== undefined ? Math.floor((fact.at - from) / 1000) : undefined
      }
      case 'hour': return new Date(fact.at).getUTCHours()
      case 'contact':
      case 'case':
      case 'article':
      case 'articleVersion':
      case 'actor':
      case 'satisfaction':
      case 'feeling':
      case 'feedback':
      case 'presses':
      case 'helped': return fact[key]
    }
  } // prettier-ignore
  function answeredAt(fact: Fact): number | undefined {
    if (fact.contact === undefined) return undefined
    return upTo(fact).find((each) => each.contact === fact.contact && answersOf(each))?.at
  }
}
