import type { Channel } from '@throughline/contracts'
import { DAY, fromInstant, toInstant } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import type { OfJourney, RecentContact, TroubleFold } from './trouble.fold.js'

/** Why a journey goes wrong, the worst first. */
export const TROUBLES = [
  'promise-late',
  'wait-late',
  'follow-up-late',
  'asked-repeatedly',
  'left-with-quote',
  'unhappy',
] as const
export type TroubleCode = (typeof TROUBLES)[number]

const REPEATED = 3
const REPEATED_SPAN = 9 * DAY
const QUOTE_SPAN = 10 * DAY
const UNHAPPY_SPAN = 3 * DAY

export interface Why {
  readonly why: TroubleCode
  /** When what was promised became late; else when it happened. */
  readonly since: Instant
  /** What was promised, asked, left or felt; it names nobody. */
  readonly words: string
  /** Who answers for it, or is offered it. */
  readonly staffId?: string
  /** So many about the same. */
  readonly contacts?: number
  readonly channel?: Channel
}

/** A journey that goes wrong, by the worst of its reasons. */
export interface Trouble extends Why {
  readonly journeyId: string
  readonly customerId?: string
  readonly item?: string
  readonly reason?: string
  readonly also: readonly Why[]
}

/** What goes wrong at a moment (milliseconds): the worst kind first, then by how many reasons, then the oldest. */
export function troublesAt(fold: TroubleFold, now: number): readonly Trouble[] {
  const rank = ({ why }: Why): number => TROUBLES.indexOf(why)
  // To the last letter, so that the order is not that in which they were heard of.
  const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  const order = (a: Why, b: Why): number =>
    rank(a) - rank(b) || byText(a.since, b.since) || byText(JSON.stringify(a), JSON.stringify(b))
  return [...Map.groupBy(whysAt(fold, now), ({ of }) => of.journeyId).values()]
    .flatMap((found): readonly Trouble[] => {
      const [first, ...others] = found.sort(
        (a, b) => order(a.why, b.why) || byText(JSON.stringify(a.of), JSON.stringify(b.of)),
      )
      if (first === undefined) return []
      const {
        of: { journeyId, customerId },
        why: worst,
      } = first
      const also = others.map(({ why }) => why)
      const about = fold.abouts.get(journeyId)
      return [{ journeyId, ...(customerId !== undefined && { customerId }), ...about, ...worst, also }]
    })
    .sort((a, b) => rank(a) - rank(b) || b.also.length - a.also.length || order(a, b))
}

interface Found {
  readonly of: OfJourney
  readonly why: Why
}

function whysAt(fold: TroubleFold, now: number): readonly Found[] {
  return [
    ...promises(fold, now),
    ...waits(fold, now),
    ...followUps(fold, now),
    ...asked(fold, now),
    ...felt(fold, now),
  ]
}

function* promises({ cases }: TroubleFold, now: number): Generator<Found> {
  for (const { promised, staffId, ...of } of cases.values()) {
    for (const { what: words, by: since } of promised)
      if (fromInstant(since) < now)
        yield { of, why: { why: 'promise-late', since, words, ...staff(staffId) } }
  }
}

function* waits(fold: TroubleFold, now: number): Generator<Found> {
  for (const of of fold.waiting.values()) {
    const { dueBy: since, channel, staffId, isAssigned } = of
    const words = aboutIn(fold, of)
    if (!isAssigned && fromInstant(since) < now)
      yield { of, why: { why: 'wait-late', since, words, channel, ...staff(staffId) } }
  }
}

function* followUps(fold: TroubleFold, now: number): Generator<Found> {
  for (const { what: words, dueBy: since, staffId, customerId, ...told } of fold.followUps.values()) {
    const journeyId =
      told.journeyId ?? (told.caseId === undefined ? undefined : fold.cases.get(told.caseId)?.journeyId)
    if (journeyId !== undefined && fromInstant(since) < now)
      yield { of: { journeyId, customerId }, why: { why: 'follow-up-late', since, words, ...staff(staffId) } }
  }
}

/** Those who ask again and again without an answer, and those who left while a quote waits for them. */
function* asked(fold: TroubleFold, now: number): Generator<Found> {
  for (const contacts of fold.contacts.values()) {
    const recent = contacts.filter(({ at }) => at <= now && now - at <= REPEATED_SPAN)
    const last = recent.at(-1)
    const same = last === undefined ? [] : recent.filter((each) => isSame(each, last))
    if (last && !last.isResolved && same.length >= REPEATED) {
      const counted = { contacts: same.length, since: toInstant(last.at) }
      yield { of: last, why: { why: 'asked-repeatedly', words: aboutIn(fold, last), ...counted } }
    }
    for (const left of contacts) {
      const isBack = contacts.some(({ at, thing }) => at > left.at && thing === left.thing)
      if (left.leftAt === undefined || left.kind !== 'quote' || isBack) continue
      const since = left.leftAt
      if (now - fromInstant(since) <= QUOTE_SPAN)
        yield { of: left, why: { why: 'left-with-quote', since, words: aboutIn(fold, left) } }
    }
  }
}

function* felt({ unhappy }: TroubleFold, now: number): Generator<Found> {
  for (const { at: since, words, ...of } of unhappy.values())
    if (now - fromInstant(since) <= UNHAPPY_SPAN) yield { of, why: { why: 'unhappy', since, words } }
}

function isSame(one: RecentContact, other: RecentContact): boolean {
  const sameThing = one.thing !== undefined && one.thing === other.thing
  const sameReason = one.reason !== undefined && one.reason === other.reason
  return one === other || (sameThing && sameReason) || one.cases.some((each) => other.cases.includes(each))
}

function aboutIn({ abouts }: TroubleFold, { journeyId }: OfJourney): string {
  const { item, reason } = abouts.get(journeyId) ?? {}
  return [item, reason].filter((each) => each !== undefined).join(', ')
}

function staff(staffId: string | undefined): { readonly staffId?: string } {
  return staffId === undefined ? {} : { staffId }
}
