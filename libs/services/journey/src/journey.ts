import type {
  EventOf,
  ItemSnapshot,
  JourneyStarted,
  Person,
  ReasonSnapshot,
  Stage,
} from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Stream } from '@throughline/kernel'

export type JourneyStreamEvent = EventOf<
  | 'throughline.JourneyStarted.v1'
  | 'throughline.StageReached.v1'
  | 'throughline.ItemChosen.v1'
  | 'throughline.ReasonChosen.v1'
  | 'throughline.FactGiven.v1'
  | 'throughline.FactAskedAgain.v1'
  | 'throughline.JourneyClaimed.v1'
  | 'throughline.JourneyResumed.v1'
  | 'throughline.JourneyEnded.v1'
>

export interface Fact {
  readonly label: string
  readonly value: string
}

export interface Known {
  readonly journeyId: string
  readonly person: Person
  readonly guest: boolean
  readonly stage?: Stage
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly facts: Readonly<Record<string, Fact>>
}

export type JourneyState =
  | { readonly status: 'none' }
  | { readonly status: 'open'; readonly known: Known }
  | { readonly status: 'ended'; readonly known: Known; readonly outcome: string }

export const journeys: Stream<JourneyState, JourneyStreamEvent> = {
  name: 'journey',
  initial: { status: 'none' },
  evolve(state, event) {
    if (event.type === 'throughline.JourneyStarted.v1') {
      const { journeyId, person, guest, stage } = event.data
      return { status: 'open', known: { journeyId, person, guest, facts: {}, ...(stage && { stage }) } }
    }
    if (state.status === 'none') return state
    const { known } = state
    switch (event.type) {
      case 'throughline.StageReached.v1':
        return { ...state, known: { ...known, stage: event.data.stage } }
      case 'throughline.ItemChosen.v1': {
        const { reason, ...rest } = known
        const fits = reason !== undefined && known.item?.kind === event.data.item.kind
        return { ...state, known: { ...rest, item: event.data.item, ...(fits && { reason }) } }
      }
      case 'throughline.ReasonChosen.v1':
        return { ...state, known: { ...known, reason: event.data.reason } }
      case 'throughline.FactGiven.v1': {
        const { name, label, value } = event.data
        return { ...state, known: { ...known, facts: { ...known.facts, [name]: { label, value } } } }
      }
      case 'throughline.FactAskedAgain.v1':
        return state
      case 'throughline.JourneyClaimed.v1':
        return { ...state, known: { ...known, person: event.data.person, guest: false } }
      case 'throughline.JourneyResumed.v1':
        return { status: 'open', known }
      case 'throughline.JourneyEnded.v1':
        return { status: 'ended', known, outcome: event.data.outcome }
    }
  },
}

type Decided = readonly JourneyStreamEvent[]

/** Ids the caller stands for, or `anybody` for callers whose right was checked by other means. */
export type By = readonly string[] | 'anybody'

export const startJourney =
  (input: JourneyStarted) =>
  (state: JourneyState): Decided =>
    state.status === 'none' ? [{ type: 'throughline.JourneyStarted.v1', data: input }] : []

export const chooseItem =
  (input: { readonly item: ItemSnapshot }, by: By) =>
  (state: JourneyState): Decided => {
    const { journeyId, item } = open(state, by)
    if (same(item, input.item)) return []
    return [{ type: 'throughline.ItemChosen.v1', data: { journeyId, item: input.item } }]
  }

/** `reasonOf` finds the words of the choice among the reasons in force for the kind of the chosen thing. */
export const chooseReason =
  (reasonOf: (item: ItemSnapshot) => ReasonSnapshot, by: By) =>
  (state: JourneyState): Decided => {
    const { journeyId, item, reason: before } = open(state, by)
    if (item === undefined) {
      throw new Refused('conflict', 'journey.no-item', 'Which thing it is about is not chosen yet.', {
        todo: 'Choose the thing first; the reasons follow from its kind.',
      })
    }
    const reason = reasonOf(item)
    if (same(before, reason)) return []
    return [{ type: 'throughline.ReasonChosen.v1', data: { journeyId, reason } }]
  }

export const giveFact =
  (input: Fact & { readonly name: string; readonly source: 'customer' | 'agent' | 'system' }, by: By) =>
  (state: JourneyState): Decided => {
    const { journeyId, facts } = open(state, by)
    const { name, label, value, source } = input
    if (facts[name]?.value === value) return []
    return [{ type: 'throughline.FactGiven.v1', data: { journeyId, name, label, value, source } }]
  }

/** A question about what the journey holds is recorded as asked again; about anything else it may be asked (C16). */
export const askQuestion =
  (input: { readonly name: string }, by: By) =>
  (state: JourneyState): Decided => {
    const { journeyId, facts } = open(state, by)
    if (facts[input.name] === undefined) return []
    return [{ type: 'throughline.FactAskedAgain.v1', data: { journeyId, name: input.name } }]
  }

export const reachStage =
  (input: { readonly stage: Stage }, by: By) =>
  (state: JourneyState): Decided => {
    const { journeyId, stage } = open(state, by)
    if (stage === input.stage) return []
    return [{ type: 'throughline.StageReached.v1', data: { journeyId, stage: input.stage } }]
  }

/** A guest who signed in takes her journeys along, ended ones too (C3). */
export const claimJourney =
  (input: { readonly guestId: string; readonly person: Person }) =>
  (state: JourneyState): Decided => {
    if (state.status === 'none') throw unknownJourney()
    const { journeyId, person, guest } = state.known
    if (!guest && person.id === input.person.id) return []
    if (person.id !== input.guestId) throw unknownJourney()
    return [{ type: 'throughline.JourneyClaimed.v1', data: { journeyId, ...input } }]
  }

/** Coming back is worth recording each time; also to a journey that had ended, however long ago (C36). */
export const resumeJourney =
  (input: Pick<EventOf<'throughline.JourneyResumed.v1'>['data'], 'by' | 'channel'>, by: By) =>
  (state: JourneyState): Decided => {
    const { journeyId } = known(state, by)
    return [{ type: 'throughline.JourneyResumed.v1', data: { journeyId, ...input } }]
  }

export const endJourney =
  (input: { readonly outcome: string }, by: By) =>
  (state: JourneyState): Decided => {
    const { journeyId } = known(state, by)
    if (state.status === 'ended') {
      if (state.outcome === input.outcome) return []
      throw ended()
    }
    return [{ type: 'throughline.JourneyEnded.v1', data: { journeyId, outcome: input.outcome } }]
  }

export function unknownJourney(): Refused {
  return new Refused('not-found', 'journey.unknown', 'There is no such journey here.')
}

function known(state: JourneyState, by: By): Known {
  if (state.status === 'none' || (by !== 'anybody' && !by.includes(state.known.person.id)))
    throw unknownJourney()
  return state.known
}

function open(state: JourneyState, by: By): Known {
  const here = known(state, by)
  if (state.status === 'ended') throw ended()
  return here
}

function ended(): Refused {
  return new Refused('conflict', 'journey.ended', 'This journey is over.', {
    todo: 'Resume it, or start another.',
  })
}

function same(before: object | undefined, after: object): boolean {
  const fields = (value: object): string => JSON.stringify(Object.entries(value).sort())
  return before !== undefined && fields(before) === fields(after)
}
