import type { ItemSnapshot, Person, ReasonSnapshot } from '@throughline/contracts'
import fc from 'fast-check'
import { fold, Refused } from '@throughline/kernel'
import {
  askQuestion,
  chooseItem,
  chooseReason,
  claimJourney,
  endJourney,
  giveFact,
  journeys,
  reachStage,
  resumeJourney,
  startJourney,
} from './journey.js'
import type { JourneyState, JourneyStreamEvent } from './journey.js'

const id = (name: string): string => `00000000-0000-7000-8000-${name.padStart(12, '0')}`
const journeyId = id('1')
const person: Person = { id: id('a'), assurance: 'code' }
const by = [person.id]
const others = [id('b')]
const item: ItemSnapshot = { id: id('2'), kind: 'purchase', title: 'Bris 45' }
const quote: ItemSnapshot = { id: id('3'), kind: 'quote', title: 'Hob' }
const reason: ReasonSnapshot = { code: 'not-working', label: 'It isn’t working' }
const fact = { name: 'question', label: 'Says', value: 'It leaks', source: 'customer' } as const

const started: JourneyStreamEvent = {
  type: 'throughline.JourneyStarted.v1',
  data: { journeyId, person, guest: false, entrance: 'need-help', stage: 'use' },
}
const byGuest: JourneyStreamEvent = {
  type: 'throughline.JourneyStarted.v1',
  data: { journeyId, person: { id: id('c'), assurance: 'none' }, guest: true, entrance: 'product-page' },
}
const chosen: JourneyStreamEvent = { type: 'throughline.ItemChosen.v1', data: { journeyId, item } }
const told: JourneyStreamEvent = { type: 'throughline.FactGiven.v1', data: { journeyId, ...fact } }
const why: JourneyStreamEvent = { type: 'throughline.ReasonChosen.v1', data: { journeyId, reason } }
const over: JourneyStreamEvent = {
  type: 'throughline.JourneyEnded.v1',
  data: { journeyId, outcome: 'given-up' },
}
const after = (...events: readonly JourneyStreamEvent[]): JourneyState => fold(journeys, events)
const refusal = (code: string) => expect.objectContaining({ name: 'Refused', code }) as Error

describe('starting a journey', () => {
  it('records who, how surely known, and where it began (C34, C35)', () => {
    expect(startJourney(started.data)(after())).toEqual([started])
  })
  it('starts once', () => {
    expect(startJourney(started.data)(after(started))).toEqual([])
  })
})

describe('choosing a thing', () => {
  it('records it as it was', () => {
    expect(chooseItem({ item }, by)(after(started))).toEqual([chosen])
  })
  it('is refused in another’s journey and in one that ended', () => {
    expect(() => chooseItem({ item }, others)(after(started))).toThrow(refusal('journey.unknown'))
    expect(() => chooseItem({ item }, by)(after(started, over))).toThrow(refusal('journey.ended'))
    expect(() => chooseItem({ item }, by)(after())).toThrow(refusal('journey.unknown'))
  })
  it('adds nothing for the same thing', () => {
    expect(
      chooseItem({ item: { title: 'Bris 45', kind: 'purchase', id: item.id } }, by)(after(started, chosen)),
    ).toEqual([])
  })
})

describe('choosing a reason', () => {
  it('records its words', () => {
    expect(chooseReason(() => reason, by)(after(started, chosen))).toEqual([why])
  })
  it('is refused before the thing is chosen, and again after a thing of another kind', () => {
    expect(() => chooseReason(() => reason, by)(after(started))).toThrow(refusal('journey.no-item'))
    const moved = after(started, chosen, why, {
      type: 'throughline.ItemChosen.v1',
      data: { journeyId, item: quote },
    })
    expect(moved.status === 'open' && moved.known.reason).toBeUndefined()
  })
  it('adds nothing for the same reason', () => {
    expect(chooseReason(() => reason, by)(after(started, chosen, why))).toEqual([])
  })
})

describe('a fact', () => {
  it('is recorded, and again when it changes', () => {
    expect(giveFact(fact, by)(after(started))).toEqual([told])
    expect(giveFact({ ...fact, value: 'It drips' }, by)(after(started, told))).toHaveLength(1)
  })
  it('is refused in another’s journey', () => {
    expect(() => giveFact(fact, others)(after(started))).toThrow(refusal('journey.unknown'))
  })
  it('adds nothing the second time', () => {
    expect(giveFact(fact, by)(after(started, told))).toEqual([])
  })
})

describe('asking the customer', () => {
  it('for what the journey holds is recorded as asked again (C16)', () => {
    expect(askQuestion({ name: 'question' }, 'anybody')(after(started, told))).toEqual([
      { type: 'throughline.FactAskedAgain.v1', data: { journeyId, name: 'question' } },
    ])
  })
  it('for something new records nothing', () => {
    expect(askQuestion({ name: 'serial-number' }, 'anybody')(after(started, told))).toEqual([])
  })
  it('is refused in a journey nobody knows', () => {
    expect(() => askQuestion({ name: 'question' }, 'anybody')(after())).toThrow(refusal('journey.unknown'))
  })
})

describe('a stage', () => {
  it('is recorded when it is another (C35)', () => {
    expect(reachStage({ stage: 'end' }, by)(after(started))).toHaveLength(1)
    expect(reachStage({ stage: 'use' }, by)(after(started))).toEqual([])
    expect(() => reachStage({ stage: 'end' }, by)(after(started, over))).toThrow(refusal('journey.ended'))
  })
})

describe('claiming a guest’s journey', () => {
  const guestId = id('c')
  it('makes it the customer’s, facts and all (C3)', () => {
    const events = claimJourney({ guestId, person })(after(byGuest, told))
    expect(events).toEqual([{ type: 'throughline.JourneyClaimed.v1', data: { journeyId, guestId, person } }])
    const state = fold(journeys, events, after(byGuest, told))
    expect(state).toMatchObject({
      known: { person, guest: false, facts: { question: { value: 'It leaks' } } },
    })
    expect(() => giveFact({ ...fact, value: 'New' }, [guestId])(state)).toThrow(refusal('journey.unknown'))
  })
  it('is refused for somebody else’s', () => {
    const claimed = fold(journeys, claimJourney({ guestId, person })(after(byGuest)), after(byGuest))
    expect(() => claimJourney({ guestId, person: { ...person, id: id('d') } })(claimed)).toThrow(
      refusal('journey.unknown'),
    )
  })
  it('happens once', () => {
    const claimed = fold(journeys, claimJourney({ guestId, person })(after(byGuest)), after(byGuest))
    expect(claimJourney({ guestId, person })(claimed)).toEqual([])
  })
})

describe('the end of a journey and coming back', () => {
  it('ends once, with one outcome', () => {
    expect(endJourney({ outcome: 'given-up' }, by)(after(started))).toEqual([over])
    expect(endJourney({ outcome: 'given-up' }, by)(after(started, over))).toEqual([])
    expect(() => endJourney({ outcome: 'superseded' }, by)(after(started, over))).toThrow(
      refusal('journey.ended'),
    )
  })
  it('opens it again with everything that was known (C36)', () => {
    const [resumed] = resumeJourney({ by: 'page' }, by)(after(started, chosen, why, told, over))
    expect(resumed).toBeDefined()
    expect(fold(journeys, resumed ? [resumed] : [], after(started, chosen, why, told, over))).toEqual(
      after(started, chosen, why, told),
    )
    expect(() => resumeJourney({ by: 'page' }, others)(after(started))).toThrow(refusal('journey.unknown'))
  })
})

describe('any wish asked twice', () => {
  const wish = fc.oneof(
    fc.constantFrom(item, quote).map((thing) => chooseItem({ item: thing }, by)),
    fc.constantFrom('a', 'b').map((code) => chooseReason(() => ({ code, label: code }), by)),
    fc.constantFrom('x', 'y').map((value) => giveFact({ ...fact, value }, by)),
    fc.constantFrom('use', 'end').map((stage) => reachStage({ stage }, by)),
    fc.constantFrom('given-up', 'superseded').map((outcome) => endJourney({ outcome }, by)),
  )
  it('is fact after the first, and replay gives the same state', () => {
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 20 }), (wishes) => {
        const log: JourneyStreamEvent[] = [started]
        let state = after(started)
        for (const decide of wishes) {
          try {
            const events = decide(state)
            log.push(...events)
            state = fold(journeys, events, state)
            expect(decide(state)).toEqual([])
          } catch (error) {
            if (!(error instanceof Refused)) throw error
          }
        }
        expect(after(...log)).toEqual(state)
      }),
    )
  })
})
