import type {
  Channel,
  EventOf,
  ItemSnapshot,
  Person,
  ReadBefore,
  ReasonSnapshot,
} from '@throughline/contracts'
import type { DomainEvent } from '@throughline/kernel'
import { tells } from './tells.js'

export interface Fact {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly source: string
}

/** Everything a journey has gathered that goes with a contact, so that nobody asks for it again (C13, C16). */
export interface JourneyContext {
  /** Absent for a journey nobody has started. */
  readonly person?: Person
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly caseId?: string
  readonly stage?: string
  readonly readings: readonly ReadBefore[]
  /** The last value of each name. */
  readonly facts: readonly Fact[]
  /** The latest offer of channels. */
  readonly offered?: Offered
}

export interface Offered {
  readonly decisionId: string
  readonly policy: string
  readonly channels: readonly Channel[]
}

/** A fold of the whole journey, whichever service told: read from the log, so it is never behind. */
export function journeyContext(events: readonly DomainEvent[]): JourneyContext {
  return events.reduce<JourneyContext>(learn, { readings: [], facts: [] })
}

function learn(known: JourneyContext, event: DomainEvent): JourneyContext {
  if (tells(event, 'throughline.JourneyStarted.v1')) {
    const { person, caseId, stage } = event.data
    return {
      ...known,
      person,
      ...(caseId !== undefined && { caseId }),
      ...(stage !== undefined && { stage }),
    }
  }
  if (tells(event, 'throughline.JourneyClaimed.v1')) return { ...known, person: event.data.person }
  if (tells(event, 'throughline.ItemChosen.v1')) return { ...known, item: event.data.item }
  if (tells(event, 'throughline.ReasonChosen.v1')) return { ...known, reason: event.data.reason }
  if (tells(event, 'throughline.StageReached.v1')) return { ...known, stage: event.data.stage }
  if (tells(event, 'throughline.FactGiven.v1')) {
    const { name, label, value, source } = event.data
    const others = known.facts.filter((fact) => fact.name !== name)
    return { ...known, facts: [...others, { name, label, value, source }] }
  }
  if (tells(event, 'throughline.ArticleViewed.v1'))
    return { ...known, readings: read(known.readings, event.data) }
  if (tells(event, 'throughline.ArticleRated.v1')) {
    return { ...known, readings: read(known.readings, event.data, event.data.helped) }
  }
  if (tells(event, 'throughline.ChannelsOffered.v1')) {
    const { decisionId, policy, channels } = event.data
    const offered = channels.filter((each) => each.offered).map(({ channel }) => channel)
    return { ...known, offered: { decisionId, policy, channels: offered } }
  }
  return known
}

type Reading = EventOf<'throughline.ArticleViewed.v1'>['data']

function read(
  readings: readonly ReadBefore[],
  { readingId, articleId, version, title }: Reading,
  helped?: boolean,
): readonly ReadBefore[] {
  const before = readings.find((each) => each.readingId === readingId)
  const told = helped ?? before?.helped
  const reading = { readingId, articleId, version, title, ...(told !== undefined && { helped: told }) }
  return before === undefined
    ? [...readings, reading]
    : readings.map((each) => (each.readingId === readingId ? reading : each))
}
