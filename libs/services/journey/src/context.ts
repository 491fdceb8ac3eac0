import type { Channel, Feeling, ItemSnapshot, Outcome, ReasonSnapshot } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import { countsFrom, isNow } from '@throughline/ports'
import type { Move, RecordedEvent, Vantage } from '@throughline/ports'
import type { CaseKnown } from './context.case.js'
import type { ContactKnown } from './context.contact.js'
import { journeyKnown } from './context.journey.js'
import type { JourneyKnown } from './context.known.js'

export interface EarlierContact {
  readonly id: string
  readonly journeyId: string
  readonly at: Instant
  readonly channel?: Channel
  readonly status: ContactKnown['status']
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly subject?: string
  readonly words?: string
  readonly outcome?: string
  readonly agentId?: string
  /** How the customer felt about it, as she last said. */
  readonly feeling?: Feeling
  readonly satisfied?: Outcome
}

export interface EarlierCase extends Pick<
  CaseKnown,
  'id' | 'subject' | 'status' | 'openedAt' | 'resolvedAt' | 'how' | 'staffId'
> {
  readonly journeyId: string
  readonly promises: JourneyKnown['promises']
}

/** Everything known of a journey at a moment: what an agent sees before answering, and what replay shows. */
export interface JourneyContext extends JourneyKnown {
  /** The customer's other journeys, newest first, each as one line. */
  readonly earlier: {
    readonly contacts: readonly EarlierContact[]
    readonly cases: readonly EarlierCase[]
    readonly journeys: readonly {
      readonly id: string
      readonly startedAt: Instant
      readonly item?: ItemSnapshot
      readonly reason?: ReasonSnapshot
      readonly status: JourneyKnown['status']
      readonly outcome?: string
    }[]
  }
  /** The last log position it is made of; the same position again gives the same context for ever. */
  readonly position: number
  /** When that was recorded. */
  readonly asOf: Instant
}

/** One journey as a fold of its events, with the last of them. */
export interface JourneyTold {
  readonly known: JourneyKnown
  readonly last: RecordedEvent
}

/** Undefined before the journey began. */
export function toldBy(events: readonly RecordedEvent[]): JourneyTold | undefined {
  const known = journeyKnown(events)
  const last = events.at(-1)
  return known && last && { known, last }
}

/**
 * The context of a journey, from its events and those of the customer's other journeys, all in log order. Pure: the
 * live answer is this at the head of the log, a replay is this further back (C48). Undefined before the journey began.
 */
export function context(
  events: readonly RecordedEvent[],
  history: readonly (readonly RecordedEvent[])[],
  vantage: Vantage = {},
): JourneyContext | undefined {
  const told = toldBy(from(events, vantage))
  return (
    told &&
    contextOf(
      told,
      history.flatMap((each) => toldBy(from(each, vantage)) ?? []),
    )
  )
}

/**
 * The same from journeys that are folded already. `moves`: by which sign-ins and merges the others were found; the answer
 * is made of them too.
 */
export function contextOf(
  { known, last }: JourneyTold,
  others: readonly JourneyTold[],
  moves: readonly Move[] = [],
): JourneyContext {
  const newest = [...others.map((each) => each.last), ...moves].reduce<Move | RecordedEvent>(
    (a, b) => (b.position > a.position ? b : a),
    last,
  )
  const earlier = others
    .map((each) => each.known)
    .filter(({ id }) => id !== known.id)
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
  return {
    ...known,
    earlier: {
      contacts: earlier.flatMap(contactsOf),
      cases: earlier.flatMap(casesOf),
      journeys: earlier.map(({ id, startedAt, item, reason, status, outcome }) => ({
        id,
        startedAt,
        status,
        ...(item && { item }),
        ...(reason && { reason }),
        ...(outcome !== undefined && { outcome }),
      })),
    },
    position: newest.position,
    asOf: newest.recordedAt,
  }
}

/** What counts from a vantage point. */
export function from(events: readonly RecordedEvent[], vantage: Vantage): readonly RecordedEvent[] {
  return isNow(vantage) ? events : events.filter(countsFrom(vantage))
}

/** The context as the customer may read it: without the team's notes and without how routing found somebody. */
export function forCustomer(known: JourneyContext): JourneyContext {
  return {
    ...known,
    contacts: known.contacts.map(({ queue, ...contact }) => ({
      ...contact,
      notes: [],
      offers: [],
      ...(contact.summary && { summary: { ...contact.summary, causes: [] } }),
      ...(queue && { queue: withoutLevel(queue) }),
    })),
    channels: known.channels.map(withoutLevel),
    cases: known.cases.map((each) => ({ ...each, steps: each.steps.filter(({ visible }) => visible) })),
  }
}

// How urgent or valuable somebody is held to be is the organisation's own.
function withoutLevel<Leveled extends { readonly level?: unknown }>({
  level: _,
  ...rest
}: Leveled): Omit<Leveled, 'level'> {
  return rest
}

function contactsOf(journey: JourneyKnown): readonly EarlierContact[] {
  return journey.contacts
    .map((contact): EarlierContact => {
      const about = journey.feedback.find(({ about: { id } }) => id === contact.id)
      const { summary, channel, assigned } = contact
      const item = contact.item ?? journey.item
      const reason = contact.reason ?? journey.reason
      const agentId = summary?.agentId ?? assigned?.agentId
      return {
        id: contact.id,
        journeyId: journey.id,
        at: contact.requestedAt ?? journey.startedAt,
        status: contact.status,
        ...(channel && { channel }),
        ...(item && { item }),
        ...(reason && { reason }),
        ...(summary && { subject: summary.subject, words: summary.words, outcome: summary.outcome }),
        ...(agentId !== undefined && { agentId }),
        ...(about?.feeling && { feeling: about.feeling }),
        ...(about?.outcome && { satisfied: about.outcome }),
      }
    })
    .reverse()
}

function casesOf(journey: JourneyKnown): readonly EarlierCase[] {
  return journey.cases.map(({ words: _, contacts: __, steps: ___, ...summary }) => ({
    ...summary,
    journeyId: journey.id,
    promises: journey.promises,
  }))
}
