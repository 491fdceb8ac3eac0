import { Refused } from '@throughline/kernel'
import { HEARD } from './metric.facts.js'
import { parseMetric, requireTarget } from './metric.js'
import { answeredWithin, isClaim, shippedMetrics } from './metrics.shipped.js'

const repeat = {
  metric: 'repeat-contact',
  version: 1,
  unit: 'contact',
  start: { event: 'ContactEnded', where: { answered: true } },
  first: ['contact'],
  outcome: [
    {
      event: 'ContactRequested',
      same: ['person', 'issue'],
      other: ['contact'],
      within: { default: '7d', bill: '45d' },
    },
  ],
  mature: '7d',
  by: ['reason', 'channel'],
  estimate: { kind: 'share' },
  good: 'down',
}

const refusal = (input: unknown): Refused => {
  try {
    parseMetric(input, HEARD)
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('a metric is data in a closed language (C29)', () => {
  it('is read with its spans, and what is left out has its usual meaning', () => {
    const metric = parseMetric(repeat, HEARD)
    expect(metric.outcome[0]?.within).toEqual({ default: 604_800_000, reasons: { bill: 3_888_000_000 } })
    expect(metric).toMatchObject({
      exclude: [],
      target: 'allowed',
      title: 'repeat-contact',
      estimate: { quantiles: [] },
    })
    expect(metric.outcome[0]).toMatchObject({ fold: 'first', side: 'after', where: {} })
  })

  it.each([
    ['no object', 'repeat', 'metric'],
    ['an unknown field', { ...repeat, sql: 'drop' }, 'metric.sql'],
    ['a name with spaces', { ...repeat, metric: 'Repeat contact' }, 'metric'],
    ['version 0', { ...repeat, version: 0 }, 'version'],
    ['an event nobody tells', { ...repeat, start: { event: 'ContactExploded' } }, 'start.event'],
    ['an attribute nobody knows', { ...repeat, by: ['shoeSize'] }, 'by'],
    ['a span without a unit', { ...repeat, mature: '7' }, 'mature'],
    [
      'a fold nobody knows',
      { ...repeat, outcome: [{ ...repeat.outcome[0], fold: 'median' }] },
      'outcome.0.fold',
    ],
    [
      'a join over everybody',
      { ...repeat, outcome: [{ event: 'ContactRequested', same: ['reason'] }] },
      'outcome.0.same',
    ],
    ['a unit that is nobody’s', { ...repeat, first: ['reason'] }, 'first'],
    ['a sum of nothing', { ...repeat, outcome: [{ ...repeat.outcome[0], fold: 'sum' }] }, 'outcome.0.value'],
    ['a share of nothing', { ...repeat, outcome: [] }, 'outcome'],
    [
      'two outcomes for a median',
      { ...repeat, outcome: [...repeat.outcome, ...repeat.outcome], estimate: { kind: 'quantile' } },
      'outcome',
    ],
    [
      'a quantile above one',
      { ...repeat, estimate: { kind: 'quantile', quantiles: [90] } },
      'estimate.quantiles',
    ],
    ['an exclusion that excludes nothing', { ...repeat, exclude: [{ id: 'x' }] }, 'exclude.0'],
    [
      'a test of no kind',
      { ...repeat, start: { event: 'ContactEnded', where: { channel: { like: 'c%' } } } },
      'start.where.channel.like',
    ],
  ])('refuses %s and names the field', (_, input, field) => {
    const refused = refusal(input)
    expect(refused.code).toBe('metric.invalid')
    expect(refused.detail.field).toBe(field)
  })
})

describe('handle time and deflection are never targets (C62)', () => {
  it.each(['handle-time', 'contacts-per-hour', 'deflection-web'])(
    '%s can be defined only as forbidden',
    (metric) => {
      const refused = refusal({ ...repeat, metric })
      expect(refused.code).toBe('metric.forbidden-target')
      expect(refused.message).toContain('reported, never rewarded')
      expect(parseMetric({ ...repeat, metric, target: 'forbidden' }, HEARD).target).toBe('forbidden')
    },
  )

  it('handle time under another name is still handle time', () => {
    const outcome = [{ fold: 'last', event: 'ContactEnded', same: ['contact'], value: 'handleSeconds' }]
    expect(refusal({ ...repeat, metric: 'care-minutes', outcome, estimate: { kind: 'mean' } }).code).toBe(
      'metric.forbidden-target',
    )
  })

  it('nobody asking for a person is deflection, whatever it is called', () => {
    const outcome = [{ fold: 'none', event: 'ContactRequested', same: ['journey'] }]
    const input = {
      ...repeat,
      metric: 'self-service-success',
      start: { event: 'JourneyStarted' },
      first: ['journey'],
      outcome,
    }
    expect(refusal(input).code).toBe('metric.forbidden-target')
  })

  it('a promise or a pilot that names one is refused with that sentence, others pass', () => {
    const find = (metric: string) => shippedMetrics.find((each) => each.metric === metric)
    const [handle, outcome] = [find('handle-time'), find('feedback-outcome')]
    if (!handle || !outcome) throw new Error('not shipped')
    expect(() => {
      requireTarget(handle, 'primary')
    }).toThrow('reported, never rewarded')
    expect(() => {
      requireTarget(outcome, 'primary')
    }).not.toThrow()
  })

  it('only handle time among the shipped ones is forbidden, and every claim is a definition', () => {
    expect(shippedMetrics.filter((each) => each.target === 'forbidden').map((each) => each.metric)).toEqual([
      'handle-time',
    ])
    expect(new Set(shippedMetrics.map((each) => each.metric)).size).toBe(shippedMetrics.length)
    expect(answeredWithin(20, 'S3').exclude.map((each) => each.id)).toEqual(['imported', 'left-in-time'])
    expect(isClaim('S2')).toBe(true)
    expect(isClaim('S9')).toBe(false)
  })
})
