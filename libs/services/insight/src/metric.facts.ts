import { fromInstant } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import { FEELINGS, OUTCOMES } from '@throughline/contracts'

/** A recorded event as insight hears it; `data` is whatever its contract says. */
export interface InsightEvent {
  readonly id: string
  /** Wire name: `throughline.ContactEnded.v1`. */
  readonly type: string
  readonly data: unknown
  readonly occurredAt: Instant
  readonly recordedAt: Instant
  readonly position: number
  readonly sequence: number
  readonly stream: string
  readonly streamId: string
  readonly journeyId?: string
  readonly customerId?: string
  /** `customer:<id>`, `guest:<id>`, `staff:<id>`, `client:<id>` or `system:<service>`. */
  readonly actor: string
}

/** Events a metric can ask for, or that say to whom, what and which issue another belongs. */
export const HEARD: ReadonlySet<string> = new Set([
  'JourneyStarted', 'ItemChosen', 'ReasonChosen', 'JourneyClaimed', 'JourneyEnded', 'GuestRecognised',
  'CustomersMerged', 'CustomersUnmerged', 'ItemWithdrawn', 'ArticleViewed', 'ArticleLeft', 'ArticleRated',
  'ContactRequested', 'ContactConnected', 'MessagePosted', 'ContactDropped', 'ContactResumed', 'ContactTransferred', 'ContactLeft',
  'ContactEnded', 'ContactSummarised', 'CaseOpened', 'ContactAddedToCase', 'CaseResolved', 'CaseReopened',
  'FeedbackGiven', 'FeedbackRevised', 'FactAskedAgain',
]) // prettier-ignore

/** What is kept of an event: no words, no names, only what joins and counts. */
export interface Fact {
  readonly id: string
  /** `ContactEnded`. */
  readonly name: string
  /** When it happened, in milliseconds. */
  readonly at: number
  readonly position: number
  readonly actor: string
  readonly journey?: string
  readonly customer?: string
  /** The other customer or guest of a merge; `customer` is the one who stays. */
  readonly merged?: string
  readonly contact?: string
  readonly case?: string
  readonly reading?: string
  readonly feedback?: string
  readonly thing?: string
  readonly thingKind?: string
  readonly reason?: string
  readonly channel?: string
  readonly segment?: string
  readonly article?: string
  readonly articleVersion?: number
  readonly dwell?: number
  readonly resolution?: string
  readonly cause?: string
  readonly issue?: 'same' | 'new'
  /** What the customer said it is about, when asking for contact. */
  readonly aboutCase?: string
  readonly answeredBy?: string
  readonly author?: string
  /** System it was taken over from. */
  readonly origin?: string
  readonly presses?: number
  readonly satisfaction?: number
  readonly feeling?: number
  /** What a reader said: 1 if the article helped, 0 if not. */
  readonly helped?: number
}

/** The fact in an event, or undefined where nothing asks for it. */
export function toFact(event: InsightEvent): Fact | undefined {
  const name = /^throughline\.([A-Za-z]+)\.v\d+$/.exec(event.type)?.[1]
  if (name === undefined || !HEARD.has(name)) return undefined
  const data = record(event.data)
  // Of the words in a contact only those of the team answer anything.
  if (name === 'MessagePosted' && data.author !== 'agent') return undefined
  const about = record(data.about)
  const item = record(data.item ?? about.item)
  const reason = record(data.reason ?? about.reason)
  const person = record(data.person)
  const isRequest = name === 'ContactRequested'
  const stays = name === 'JourneyClaimed' ? person.id : data.customerId
  const said = withoutUnknown({
    journey: text(data.journeyId) ?? event.journeyId,
    customer: text(stays) ?? event.customerId ?? text(person.id),
    merged: text(data.mergedId) ?? text(data.guestId),
    contact: text(data.contactId) ?? (about.kind === 'contact' ? text(about.id) : undefined),
    case: isRequest ? undefined : (text(data.caseId) ?? (about.kind === 'case' ? text(about.id) : undefined)),
    reading: text(data.readingId),
    feedback: text(data.feedbackId),
    thing: text(item.id) ?? text(data.itemId) ?? (about.kind === 'item' ? text(about.id) : undefined),
    thingKind: text(item.kind) ?? text(data.thing),
    reason: text(reason.code) ?? text(data.reason),
    channel: text(data.channel) ?? text(about.channel),
    segment: text(person.segment),
    article: text(data.articleId),
    articleVersion: text(data.articleId) === undefined ? undefined : whole(data.version),
    dwell: whole(data.dwell),
    resolution: name === 'ContactSummarised' ? text(data.outcome) : undefined,
    cause: text(record(Array.isArray(data.causes) ? data.causes[0] : undefined).code),
    issue: judgement(data.issue),
    aboutCase: isRequest ? text(data.caseId) : undefined,
    answeredBy: text(data.answeredBy),
    author: text(data.author),
    origin: text(data.origin),
    presses: whole(data.presses),
    satisfaction: rank(OUTCOMES, data.outcome),
    feeling: rank(FEELINGS, data.feeling),
    helped: typeof data.helped === 'boolean' ? Number(data.helped) : undefined,
  })
  const at = fromInstant(event.occurredAt)
  return { id: event.id, name, at, position: event.position, actor: event.actor.split(':')[0] ?? '', ...said }
}

/** Everything whose facts must be looked at together with this one's. */
export function scopesOf(fact: Fact): readonly string[] {
  const customers = [fact.customer, fact.merged].map((id) => scope('customer', id))
  const { journey, contact, feedback } = fact
  const others = [
    scope('journey', journey),
    scope('contact', contact),
    scope('case', fact.case ?? fact.aboutCase),
  ]
  return [...customers, ...others, scope('feedback', feedback)].flat()
}

function scope(kind: string, id: string | undefined): readonly string[] {
  return id === undefined ? [] : [`${kind}:${id}`]
}

/** By the time of happening; what happened at the same moment, in the order of the log. */
export function inOrder(a: Fact, b: Fact): number {
  return a.at - b.at || a.position - b.position
}

function judgement(value: unknown): 'same' | 'new' | undefined {
  return value === 'same' || value === 'new' ? value : undefined
}

/** 1 for the worst of five words; undefined for what is none of them. */
function rank(words: readonly string[], value: unknown): number | undefined {
  const index = typeof value === 'string' ? words.indexOf(value) : -1
  return index < 0 ? undefined : index + 1
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined
}

/** The fields that are known; an absent field and an unknown one are the same thing. */
export function withoutUnknown<T extends object>(
  fields: T,
): { readonly [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const known: { [Key in keyof T]?: Exclude<T[Key], undefined> } = {}
  for (const key in fields) {
    const value = fields[key]
    if (isKnown(value)) known[key] = value
  }
  return known
}

function isKnown<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined
}
