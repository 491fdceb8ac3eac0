import { DAY, HOUR, MINUTE } from '@throughline/kernel'
import { contactOf, LATER, rows, START } from './insight.fixture.js'
import type { Told } from './insight.fixture.js'
import { explain } from './metric.explain.js'
import { figureOf, figuresBy } from './metric.figure.js'
import { stateOf } from './metric.rows.js'
import { answeredWithin, shippedMetrics } from './metrics.shipped.js'

describe('feedback as last said (C28, C29)', () => {
  const give = (name: string, id: string, outcome: string, at: number, customer = 'anna'): Told => ({
    name,
    data: {
      feedbackId: id,
      customerId: customer,
      about: { kind: 'contact', id: 'c1' },
      outcome,
      followUp: false,
      version: 1,
    },
    at,
    customer,
  })

  it('a revision replaces the word and keeps its day', () => {
    const told = [give('FeedbackGiven', 'f1', 'a-little', 0), give('FeedbackRevised', 'f1', 'fully', DAY)]
    expect(rows('feedback-outcome', told)).toMatchObject([
      { unit: 'f1', value: 5, cohortAt: START, because: ['e1', 'e2'] },
    ])
    expect(rows('feedback-feeling', told)).toEqual([])
  })

  it('shows the two best and the two worst side by side', () => {
    const words = ['not-at-all', 'mostly', 'fully', 'mostly', 'partly']
    const told = Array.from({ length: 50 }, (_, i) =>
      give('FeedbackGiven', `f${String(i)}`, words[i % 5] ?? '', i, `p${String(i)}`),
    )
    const definition = shippedMetrics.find((each) => each.metric === 'feedback-outcome')
    const figure =
      definition && figureOf(definition, rows('feedback-outcome', told), { asWas: LATER, known: 50 })
    expect(figure?.estimate).toMatchObject({ value: 0.6, interval: 'Wilson' })
    expect(figure?.worst).toMatchObject({ value: 0.2 })
    expect(figure?.says).toBe('60 of 100 (46 to 72) in the two best, 20 of 100 (11 to 33) in the two worst')
  })
})

describe('reasons, and what few of them may tell (C29)', () => {
  const definition = shippedMetrics.find((each) => each.metric === 'contacts-by-reason')
  if (!definition) throw new Error('not shipped')
  const options = { asWas: LATER, known: 999 }
  const many = (count: number, reason: string) =>
    Array.from({ length: count }, (_, i) =>
      contactOf({
        contact: `${reason}-${String(i)}`,
        customer: `p-${reason}-${String(i)}`,
        at: i * HOUR,
        reason,
        answered: 5,
      }),
    ).flat()

  it('the commonest comes first, with an exact interval; few are counted without a rate; very few are hidden', () => {
    const told = [
      ...many(12, 'delivery'),
      ...many(40, 'water-leak'),
      ...many(3, 'rare'),
      ...many(11, 'return'),
    ]
    const figures = figuresBy(definition, rows('contacts-by-reason', told), ['reason', 'thingKind'], options)
    expect(figures.map((each) => [each.cell.reason, each.shown])).toEqual([
      ['water-leak', 'rate'],
      ['delivery', 'counts'],
      ['return', 'hidden'],
      ['rare', 'hidden'],
    ])
    expect(figures[0]?.estimate).toMatchObject({ value: 40, interval: 'exact Poisson' })
    expect(figures[1]).toMatchObject({
      counts: { counted: 12, customers: 12 },
      stillNeeded: 18,
      says: '12 contacts',
    })
    expect(figures[3]).not.toHaveProperty('counts')
  })

  it('a hang-up that comes back within the hour is one need', () => {
    const told = [
      ...contactOf({ contact: 'c1', customer: 'anna', at: 0 }),
      ...contactOf({ contact: 'c2', customer: 'anna', at: 10 * MINUTE, answered: 5 }),
    ]
    expect(rows('contacts-by-reason', told).map((row) => row.excluded)).toEqual([undefined, 'same-attempt'])
  })

  it('the list behind a figure sums to it', () => {
    const told = many(40, 'water-leak')
    const own = rows('contacts-by-reason', told)
    const figure = figureOf(definition, own, options)
    const list = explain(definition, own, LATER, { reason: 'water-leak' })
    expect(list.n).toBe(figure.counts?.counted)
    expect(list.sum).toBe(figure.counts?.sum)
    expect(explain(definition, own, LATER, { reason: 'other' }).n).toBe(0)
  })

  it('several contacts of one person make the interval of a share a bootstrap of customers', () => {
    const told = Array.from({ length: 40 }, (_, i) =>
      contactOf({
        contact: `c${String(i)}`,
        customer: `p${String(i % 20)}`,
        at: i * DAY,
        thing: `t${String(i)}`,
        answered: i % 3 ? 5 : 200,
      }),
    ).flat()
    const s2 = answeredWithin(20)
    expect(figureOf(s2, rows(s2.metric, told), options).estimate?.interval).toBe('bootstrap of customers')
  })

  it('a young unit is pending, and no figure counts it', () => {
    const own = rows(
      'repeat-contact-wide',
      contactOf({ contact: 'c1', customer: 'anna', at: 0, answered: 5 }),
    )
    expect(own.map((row) => stateOf(row, START + DAY))).toEqual(['pending'])
    expect(own.map((row) => stateOf(row, START + 8 * DAY))).toEqual(['counted'])
  })
})
