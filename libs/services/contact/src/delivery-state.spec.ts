import fc from 'fast-check'

import { joinDelivery, movesDelivery, type DeliveryState } from './delivery-state.js'

const STATES: readonly DeliveryState[] = ['waiting', 'accepted', 'delivered', 'seen', 'failed']
const state = fc.constantFrom(...STATES)
const after = (receipts: readonly DeliveryState[]): DeliveryState => receipts.reduce(joinDelivery, 'waiting')

describe('the state of a message', () => {
  it('H09: ends the same whatever the order and number of its receipts', () => {
    const shuffledAndRepeated = fc
      .array(state, { minLength: 1, maxLength: 12 })
      .chain((receipts) =>
        fc.tuple(
          fc.constant(receipts),
          fc.shuffledSubarray(receipts, { minLength: receipts.length }),
          fc.array(fc.constantFrom(...receipts), { maxLength: 20 }),
        ),
      )
    fc.assert(
      fc.property(shuffledAndRepeated, ([receipts, shuffled, again]) => {
        expect(after([...shuffled, ...again])).toBe(after(receipts))
        expect(after([...again, ...shuffled])).toBe(after(receipts))
      }),
    )
  })

  it('is a lattice: joining is commutative, associative and idempotent', () => {
    fc.assert(
      fc.property(state, state, state, (a, b, c) => {
        expect(joinDelivery(a, b)).toBe(joinDelivery(b, a))
        expect(joinDelivery(joinDelivery(a, b), c)).toBe(joinDelivery(a, joinDelivery(b, c)))
        expect(joinDelivery(a, a)).toBe(a)
      }),
    )
  })

  it('H09: only moves right, and a late receipt moves nothing', () => {
    fc.assert(
      fc.property(fc.array(state), state, (receipts, late) => {
        const now = after(receipts)
        const then = joinDelivery(now, late)
        expect(joinDelivery(now, then)).toBe(then)
        expect(movesDelivery(now, late)).toBe(then !== now)
        expect(movesDelivery(then, late)).toBe(false)
      }),
    )
    expect(after(['seen', 'delivered', 'accepted'])).toBe('seen')
  })

  it('fails only from waiting or accepted', () => {
    expect(STATES.filter((from) => from !== 'failed' && joinDelivery(from, 'failed') === 'failed')).toEqual([
      'waiting',
      'accepted',
    ])
    expect(movesDelivery('delivered', 'failed')).toBe(false)
  })

  it('arrives after all when a receipt says so after a failure', () => {
    expect(after(['failed', 'delivered'])).toBe('delivered')
    expect(after(['failed', 'accepted'])).toBe('failed')
  })
})
