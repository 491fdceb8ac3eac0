import { DAY, HOUR } from '@throughline/kernel'
import { joinIssues } from './issue.js'
import type { ContactFacts, IssueWindow, Joined } from './issue.js'
import type { Attribute, Scalar } from './metric.js'
import { inOrder, withoutUnknown } from './metric.facts.js'
import type { Fact } from './metric.facts.js'

/** A fact with everything that was known around it: what a metric's definition asks about. */
export interface Note {
  readonly fact: Fact
  readonly attributes: Readonly<Partial<Record<Attribute, Scalar>>>
}

/** Where nothing was chosen. Two contacts about "none" are never the same issue by rule. */
export const NONE = 'none'

const SPOKEN: ReadonlySet<string> = new Set(['phone', 'callback', 'store'])

/** What a journey or a contact is about, as told so far. */
interface About {
  thing?: string
  thingKind?: string
  reason?: string
  channel?: string
  segment?: string
  journey?: string
  answeredAt?: number
  requestedAt?: number
  resolution?: string
  cause?: string
  origin?: string
}

/**
 * Reads facts of people in the order in which they happened and notes beside each what was known by then: thing and
 * reason of its journey, channel of its contact. Who a person is, which issue a contact belongs to, which case holds
 * it and how long an article was open are known only afterwards, so these are looked up over all facts given.
 */
export function annotate(facts: readonly Fact[], window: IssueWindow): readonly Note[] {
  const ordered = [...facts].sort(inOrder)
  const personOf = people(ordered)
  const dwell = dwells(ordered)
  const journeys = new Map<string, About>()
  const contacts = new Map<string, About>()
  const notes = ordered.map((fact) => note(fact, personOf(fact), dwell, journeys, contacts))
  const issues = joinIssues(contactFacts(notes), window)
  return notes.map((each) => withIssue(each, issues))
}

function note(
  fact: Fact,
  person: string | undefined,
  dwell: ReadonlyMap<string, number>,
  journeys: Map<string, About>,
  contacts: Map<string, About>,
): Note {
  const journeyId =
    fact.journey ?? (fact.contact === undefined ? undefined : contacts.get(fact.contact)?.journey)
  const journey = journeyId === undefined ? {} : entry(journeys, journeyId)
  const contact = fact.contact === undefined ? undefined : entry(contacts, fact.contact, journey)
  // A reading names only the kind of thing; the thing itself is the journey's.
  tell(fact.contact === undefined ? journey : (contact ?? journey), fact)
  if (fact.name === 'ContactRequested') tell(journey, fact)
  const about = contact ?? journey
  if (journeyId !== undefined) about.journey = journeyId
  const answers =
    fact.name === 'MessagePosted' ||
    (fact.name === 'ContactConnected' && SPOKEN.has(fact.channel ?? about.channel ?? ''))
  if (contact && fact.name === 'ContactRequested') contact.requestedAt ??= fact.at
  if (contact && answers) contact.answeredAt ??= fact.at
  const handled = fact.name === 'ContactEnded' && contact?.answeredAt !== undefined
  const attributes: Partial<Record<Attribute, Scalar | undefined>> = {
    person: person ?? (journeyId === undefined ? undefined : `journey:${journeyId}`),
    journey: journeyId,
    contact: fact.contact,
    case: fact.case,
    thing: about.thing ?? NONE,
    thingKind: fact.thingKind ?? about.thingKind ?? NONE,
    reason: fact.reason ?? about.reason ?? NONE,
    channel: fact.channel ?? about.channel ?? NONE,
    segment: about.segment ?? NONE,
    article: fact.article,
    articleVersion: fact.articleVersion,
    dwell: fact.dwell ?? (fact.reading === undefined ? undefined : dwell.get(fact.reading)),
    actor: fact.actor,
    answers,
    waitOver: answers || fact.name === 'ContactLeft',
    answered:
      fact.answeredBy === undefined ? contact?.answeredAt !== undefined : fact.answeredBy === 'person',
    resolution: about.resolution,
    cause: about.cause,
    satisfaction: fact.satisfaction,
    feeling: fact.feeling,
    feedback: fact.feedback,
    handleSeconds: handled ? Math.floor((fact.at - (contact.answeredAt ?? fact.at)) / 1000) : undefined,
    hour: Math.floor((((fact.at % DAY) + DAY) % DAY) / HOUR),
    origin: about.origin,
    presses: fact.presses,
    helped: fact.helped,
  }
  return { fact, attributes: withoutUnknown(attributes) }
}

function entry(map: Map<string, About>, id: string, from: About = {}): About {
  const known = map.get(id)
  if (known) return known
  const { thing, thingKind, reason, segment, journey, origin } = from
  const made: About = withoutUnknown({ thing, thingKind, reason, segment, journey, origin })
  map.set(id, made)
  return made
}

function tell(about: About, fact: Fact): void {
  const { thing, thingKind, reason, channel, segment, resolution, cause, origin } = fact
  Object.assign(
    about,
    withoutUnknown({ thing, thingKind, reason, channel, segment, resolution, cause, origin }),
  )
}

/** The person of a fact: the customer who stayed after merges, through the journey or contact where none is named. */
function people(ordered: readonly Fact[]): (fact: Fact) => string | undefined {
  const into = new Map<string, string>()
  const byJourney = new Map<string, string>()
  const byContact = new Map<string, string>()
  for (const fact of ordered) {
    if (fact.merged !== undefined && fact.customer !== undefined && fact.merged !== fact.customer) {
      if (fact.name === 'CustomersUnmerged') into.delete(fact.merged)
      else into.set(fact.merged, fact.customer)
    }
    if (fact.customer === undefined) continue
    if (fact.journey !== undefined && !byJourney.has(fact.journey)) byJourney.set(fact.journey, fact.customer)
    if (fact.contact !== undefined && !byContact.has(fact.contact)) byContact.set(fact.contact, fact.customer)
  }
  return (fact) => {
    let person =
      fact.customer ??
      (fact.journey === undefined ? undefined : byJourney.get(fact.journey)) ??
      (fact.contact === undefined ? undefined : byContact.get(fact.contact))
    // Merges that name each other in a circle end where they began.
    for (let step = 0; person !== undefined && into.has(person) && step < into.size; step += 1)
      person = into.get(person)
    return person
  }
}

function dwells(ordered: readonly Fact[]): ReadonlyMap<string, number> {
  const longest = new Map<string, number>()
  for (const { reading, dwell } of ordered) {
    if (reading !== undefined && dwell !== undefined)
      longest.set(reading, Math.max(dwell, longest.get(reading) ?? 0))
  }
  return longest
}

function contactFacts(notes: readonly Note[]): readonly ContactFacts[] {
  const contacts = new Map<string, ContactFacts>()
  for (const { fact, attributes } of notes) {
    const id = fact.contact
    if (id === undefined) continue
    const before = contacts.get(id)
    if (before === undefined && fact.name !== 'ContactRequested') continue
    const text = (value: Scalar | undefined): string => (typeof value === 'string' ? value : NONE)
    const known = before ?? {
      id,
      at: fact.at,
      until: fact.at,
      person: text(attributes.person),
      thing: text(attributes.thing),
      reason: text(attributes.reason),
      cases: [],
      aboutCases: fact.aboutCase === undefined ? [] : [fact.aboutCase],
    }
    const cases =
      fact.case === undefined || known.cases.includes(fact.case) ? known.cases : [...known.cases, fact.case]
    contacts.set(id, {
      ...known,
      cases,
      until: fact.name === 'ContactEnded' ? Math.max(known.until, fact.at) : known.until,
      ...(fact.name === 'ContactSummarised' && fact.issue !== undefined ? { agent: fact.issue } : {}),
    })
  }
  return [...contacts.values()]
}

/** Facts of a contact carry its issue; those of a case or its feedback that of the case's contacts. */
function withIssue({ fact, attributes }: Note, issues: Joined): Note {
  const joined =
    (fact.contact === undefined ? undefined : issues.byContact.get(fact.contact)) ??
    (fact.case === undefined ? undefined : issues.byCase.get(fact.case))
  if (!joined) return { fact, attributes }
  return {
    fact,
    attributes: { ...attributes, issue: joined.stated, issueWide: joined.wide, issueBy: joined.by },
  }
}
