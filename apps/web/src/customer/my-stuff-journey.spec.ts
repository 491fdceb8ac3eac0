import fc from 'fast-check'
import { journeyToTakeUp } from './my-stuff-journey'
import type { JourneyListed } from './my-stuff-journey'

const NOW = Date.parse('2026-11-20T12:00:00.000Z')
const journey = (part: Partial<JourneyListed>): JourneyListed => ({
  id: 'j',
  lastAt: '2026-11-20T11:00:00.000Z',
  status: 'open',
  ...part,
})
const about = (id: string): Pick<JourneyListed, 'item'> => ({ item: { id } })

describe('the journey that goes on when she comes back (C10, C36)', () => {
  it('is the open one about the same thing', () => {
    const journeys = [journey({ id: 'other', ...about('oven') }), journey({ id: 'same', ...about('hob') })]
    expect(journeyToTakeUp(journeys, [], 'hob', NOW)?.id).toBe('same')
  })

  it('is none of another thing, of another day, or that has ended', () => {
    const journeys = [
      journey({ ...about('oven') }),
      journey({ ...about('hob'), lastAt: '2026-11-19T12:00:00.000Z' }),
      journey({ ...about('hob'), status: 'ended' }),
      journey({ ...about('hob'), caseId: 'k' }),
    ]
    expect(journeyToTakeUp(journeys, [], 'hob', NOW)).toBeUndefined()
  })

  it('is over with its contact, and goes on while the contact does', () => {
    const journeys = [journey({ ...about('hob') })]
    expect(journeyToTakeUp(journeys, [{ journeyId: 'j', status: 'ended' }], 'hob', NOW)).toBeUndefined()
    expect(journeyToTakeUp(journeys, [{ journeyId: 'j', status: 'left' }], 'hob', NOW)).toBeUndefined()
    expect(journeyToTakeUp(journeys, [{ journeyId: 'j', status: 'talking' }], 'hob', NOW)?.id).toBe('j')
  })

  it('is the one she began as a guest without a thing, when she finds the thing', () => {
    expect(journeyToTakeUp([journey({})], [], 'hob', NOW)?.id).toBe('j')
    // Unless somebody answers it already.
    expect(
      journeyToTakeUp([journey({})], [{ journeyId: 'j', status: 'waiting' }], 'hob', NOW),
    ).toBeUndefined()
  })

  it('never has another thing in it', () => {
    const thing = fc.constantFrom('oven', 'hob', undefined)
    fc.assert(
      fc.property(fc.array(thing), thing, (things, wanted) => {
        const journeys = things.map((id, index) =>
          journey({ id: String(index), ...(id !== undefined && about(id)) }),
        )
        const found = journeyToTakeUp(journeys, [], wanted, NOW)
        expect([undefined, wanted]).toContain(found?.item?.id)
      }),
    )
  })
})
