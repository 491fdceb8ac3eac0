import fc from 'fast-check'
import type { JourneyMoment } from '../api/journey'
import { laneOf, stageStep, stopAt, stopsOf } from './stops'

let position = 100

function moment(kind: string, more: Partial<JourneyMoment> = {}): JourneyMoment {
  position += 1
  const at = more.occurredAt ?? '2026-11-20T14:14:00.000Z'
  return {
    position,
    journeyId: 'one',
    type: `throughline.${kind}.v1`,
    says: '',
    occurredAt: at,
    recordedAt: at,
    by: 'customer',
    lane: 'customer',
    stage: 'help',
    data: {},
    ...more,
  }
}

describe('the stops of the time machine', () => {
  it('put what was recorded along with a choice to the choice (C48)', () => {
    const stops = stopsOf([moment('ContactRequested'), moment('LegOpened'), moment('ContactQueued')])
    expect(stops).toHaveLength(1)
    expect(stops[0]?.also.map(({ type }) => type)).toEqual([
      'throughline.LegOpened.v1',
      'throughline.ContactQueued.v1',
    ])
    // The leg is known at this stop, so it reaches as far as the log did.
    expect(stops[0]?.position).toBe(position)
  })

  it('put what closes something to what came of it', () => {
    const later = { occurredAt: '2026-11-20T14:18:00.000Z' }
    const stops = stopsOf([
      moment('ArticleViewed'),
      moment('ArticleLeft', later),
      moment('ArticleRated', later),
    ])
    expect(stops.map((stop) => stop.moment.type)).toEqual([
      'throughline.ArticleViewed.v1',
      'throughline.ArticleRated.v1',
    ])
  })

  it('let what came later stand for itself', () => {
    const later = '2026-11-20T14:15:00.000Z'
    expect(stopsOf([moment('MessagePosted'), moment('MessagesSeen', { occurredAt: later })])).toHaveLength(2)
    expect(stopsOf([moment('MessagePosted'), moment('LegOpened', { journeyId: 'other' })])).toHaveLength(2)
  })

  it('give to the customer what she did, also where an older system told it', () => {
    const imported = { by: 'client', lane: 'us' } as const
    expect(laneOf(moment('ContactRequested', imported))).toBe('customer')
    expect(laneOf(moment('MessagePosted', { ...imported, data: { author: 'customer' } }))).toBe('customer')
    expect(laneOf(moment('MessagePosted', { ...imported, data: { author: 'agent' } }))).toBe('us')
    expect(laneOf(moment('ArticleViewed', { lane: 'articles' }))).toBe('articles')
  })

  it('are found by a position of the log, and none stands before the first', () => {
    const stops = stopsOf([moment('JourneyStarted'), moment('ContactRequested'), moment('LegOpened')])
    expect(stopAt(stops, position - 3)).toBe(-1)
    expect(stopAt(stops, position - 2)).toBe(0)
    expect(stopAt(stops, position - 1)).toBe(1)
    expect(stopAt(stops, position)).toBe(1)
    expect(stopAt(stops, position + 50)).toBe(1)
  })

  it('step to where a stage begins', () => {
    const stops = stopsOf([
      moment('JourneyStarted'),
      moment('ReasonChosen'),
      moment('ContactRequested', { stage: 'contact' }),
      moment('MessagePosted', { stage: 'contact' }),
      moment('CaseOpened', { stage: 'case' }),
    ])
    expect(stageStep(stops, 0, 1)).toBe(2)
    expect(stageStep(stops, 2, 1)).toBe(4)
    expect(stageStep(stops, 4, 1)).toBe(4)
    expect(stageStep(stops, 3, -1)).toBe(2)
    expect(stageStep(stops, 2, -1)).toBe(0)
    expect(stageStep(stops, 0, -1)).toBe(0)
  })

  it('lose no event and keep their order, whatever was recorded', () => {
    const kinds = fc.constantFrom(
      'ReasonChosen',
      'LegOpened',
      'ContactQueued',
      'MessagePosted',
      'MessagesSeen',
    )
    const events = fc.array(
      fc.record({ kind: kinds, second: fc.nat(9), journey: fc.constantFrom('one', 'two') }),
    )
    fc.assert(
      fc.property(events, (drawn) => {
        const moments = drawn.map(({ kind, second, journey }) =>
          moment(kind, { occurredAt: `2026-11-20T14:14:0${String(second)}.000Z`, journeyId: journey }),
        )
        const stops = stopsOf(moments)
        const told = stops.flatMap((stop) =>
          [stop.moment, ...stop.also].toSorted((one, other) => one.position - other.position),
        )
        expect(told).toEqual(moments)
        for (const [index, stop] of stops.entries()) {
          expect(stopAt(stops, stop.from)).toBe(index)
          expect(stopAt(stops, stop.position)).toBe(index)
        }
      }),
    )
  })
})
