import fc from 'fast-check'
import type { Fit } from '@throughline/contracts'
import { closeness, covers } from './fit.js'
import { better, suggest } from './suggestion.js'
import type { Candidate } from './suggestion.js'

const fitting = (part: Partial<Fit>): Fit => ({ things: [], reasons: [], products: [], ...part })
const need = {
  thing: 'purchase',
  reason: 'no-power',
  detail: 'no-power.fuse',
  product: 'Dishwasher 60',
} as const

describe('what fits (C9)', () => {
  it('is about the thing and the reason, not one of them', () => {
    expect(closeness([fitting({ things: ['purchase'], reasons: ['no-power'] })], need)).toBeDefined()
    expect(closeness([fitting({ things: ['booking'], reasons: ['no-power'] })], need)).toBeUndefined()
    expect(closeness([fitting({ things: ['purchase'], reasons: ['late'] })], need)).toBeUndefined()
    expect(
      closeness([fitting({ things: ['purchase'], reasons: ['late'] }), fitting({ things: ['quote'] })], need),
    ).toBeUndefined()
  })

  it('is closer by product than by second-level reason, by that than by reason, by that than by thing', () => {
    const product = closeness([fitting({ products: ['dishwasher 60'] })], need)
    const detail = closeness([fitting({ reasons: ['no-power.fuse'] })], need)
    const reason = closeness([fitting({ reasons: ['no-power'] })], need)
    const thing = closeness([fitting({ things: ['purchase'] })], need)
    expect([product, detail, reason, thing, closeness([fitting({})], need)]).toEqual([8, 4, 2, 1, 0])
  })

  it('never shows what was written for another product, nor for a product nobody knows', () => {
    expect(closeness([fitting({ products: ['Fridge 2'] })], need)).toBeUndefined()
    expect(closeness([fitting({ products: ['Dishwasher 60'] })], { thing: 'purchase' })).toBeUndefined()
  })

  it('covers a gap whatever the product', () => {
    expect(covers(fitting({ reasons: ['no-power'], products: ['Fridge 2'] }), need)).toBe(true)
    expect(covers(fitting({ reasons: ['no-power.fuse'] }), { thing: 'purchase', reason: 'no-power' })).toBe(
      false,
    )
  })
})

const candidate = (part: Partial<Candidate>): Candidate => ({
  articleId: 'a',
  kind: 'guide',
  title: 'A',
  closeness: 3,
  score: 0,
  helped: 0,
  didNotHelp: 0,
  saidDidNotHelp: false,
  ...part,
})

describe('suggestions (C9)', () => {
  it('come in groups of at most five', () => {
    const many = Array.from({ length: 9 }, (_, at) => candidate({ articleId: String(at) }))
    const { guide, faq, community } = suggest([...many, candidate({ kind: 'faq' })])
    expect([guide.length, faq.length, community.length]).toEqual([5, 1, 0])
  })

  it('put the closer fit first, then what helped more, then the title', () => {
    const close = candidate({ articleId: 'close', closeness: 7 })
    const proven = candidate({ articleId: 'proven', helped: 90, didNotHelp: 10 })
    const lucky = candidate({ articleId: 'lucky', helped: 1 })
    const first = candidate({ articleId: 'first', title: 'A' })
    const second = candidate({ articleId: 'second', title: 'B' })
    const order = suggest([second, first, lucky, proven, close]).guide.map(({ articleId }) => articleId)
    expect(order).toEqual(['close', 'proven', 'lucky', 'first', 'second'])
  })

  it('put last what this customer said did not help', () => {
    const refused = candidate({ articleId: 'refused', closeness: 15, saidDidNotHelp: true })
    const other = candidate({ articleId: 'other', closeness: 0 })
    expect(suggest([refused, other]).guide.map(({ articleId }) => articleId)).toEqual(['other', 'refused'])
  })

  it('have one order, however they were stored', () => {
    const any = fc.record({
      articleId: fc.uuid(),
      kind: fc.constantFrom('guide' as const, 'faq' as const, 'community' as const),
      title: fc.constantFrom('A', 'B', 'C'),
      closeness: fc.option(fc.nat(15), { nil: undefined }),
      score: fc.nat(3),
      helped: fc.nat(5),
      didNotHelp: fc.nat(5),
      saidDidNotHelp: fc.boolean(),
    })
    const distinct = fc.uniqueArray(any, { selector: ({ articleId }) => articleId, maxLength: 20 })
    fc.assert(
      fc.property(distinct, (all) => {
        expect(suggest([...all].reverse())).toEqual(suggest(all))
      }),
    )
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        expect(Math.sign(better(a, b)) + Math.sign(better(b, a))).toBe(0)
        if (better(a, b) < 0 && better(b, c) < 0) expect(better(a, c)).toBeLessThan(0)
      }),
    )
  })
})
