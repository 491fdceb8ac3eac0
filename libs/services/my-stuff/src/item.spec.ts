import fc from 'fast-check'
import type { ItemAdded } from '@throughline/contracts'
import { fold } from '@throughline/kernel'
import { addItem, items, progressItem, withdrawItem } from './item.js'
import type { ItemEvent, ItemState } from './item.js'

const itemId = '00000000-0000-7000-8000-00000000000a'
const customerId = '00000000-0000-7000-8000-00000000000b'
const dishwasher: ItemAdded = {
  itemId,
  customerId,
  kind: 'purchase',
  source: 'shop',
  reference: 'HH-20418',
  title: 'Bris 45 slimline dishwasher',
  state: 'ordered',
  date: '2026-11-04T10:00:00.000Z',
  price: { amount: '489.00', currency: 'EUR' },
}
const added: ItemEvent = { type: 'throughline.ItemAdded.v1', data: dishwasher }
const after = (...events: readonly ItemEvent[]): ItemState => fold(items, events)
const progressed = (state: string): ItemEvent => ({
  type: 'throughline.ItemProgressed.v1',
  data: { itemId, customerId, state },
})
const withdrawn: ItemEvent = {
  type: 'throughline.ItemWithdrawn.v1',
  data: { itemId, customerId, why: 'Returned' },
}

const refusal = (code: string) => expect.objectContaining({ name: 'Refused', code }) as Error

describe('adding a thing', () => {
  it('puts it into the customer’s stuff (C4)', () => {
    expect(addItem(dishwasher, 'now')(after())).toEqual([added])
  })
  it('sets right only what differs', () => {
    const told = { ...dishwasher, title: 'Bris 45', price: { amount: '479.00', currency: 'EUR' } }
    expect(addItem(told, 'now')(after(added))).toEqual([
      {
        type: 'throughline.ItemCorrected.v1',
        data: { itemId, customerId, title: 'Bris 45', price: { amount: '479.00', currency: 'EUR' } },
      },
    ])
  })
  it('takes another state as progress', () => {
    expect(addItem({ ...dishwasher, state: 'delivered' }, 'again')(after(added))).toEqual([
      progressed('delivered'),
    ])
  })
  it('adds nothing when told the same again', () => {
    expect(addItem(dishwasher, 'again')(after(added))).toEqual([])
  })
  it('does not go back to an earlier state when a whole feed comes again', () => {
    expect(addItem(dishwasher, 'again')(after(added, progressed('delivered')))).toEqual([])
  })
  it('is refused for another customer’s thing', () => {
    const other = { ...dishwasher, customerId: '00000000-0000-7000-8000-00000000000c' }
    expect(() => addItem(other, 'now')(after(added))).toThrow(refusal('item.of-another-customer'))
  })
  it('is refused with news of a thing that was withdrawn, and silent without', () => {
    expect(() => addItem({ ...dishwasher, title: 'Other' }, 'now')(after(added, withdrawn))).toThrow(
      refusal('item.withdrawn'),
    )
    expect(addItem(dishwasher, 'now')(after(added, withdrawn))).toEqual([])
  })
})

describe('progress of a thing', () => {
  it('is recorded with its note', () => {
    const told = { itemId, state: 'delivered', note: 'Left with a neighbour' }
    expect(progressItem(told, 'now')(after(added))).toEqual([
      { type: 'throughline.ItemProgressed.v1', data: { ...told, customerId } },
    ])
  })
  it('is refused for a thing nobody knows and for one that was withdrawn', () => {
    expect(() => progressItem({ itemId, state: 'x' }, 'now')(after())).toThrow(refusal('item.unknown'))
    expect(() => progressItem({ itemId, state: 'x' }, 'now')(after(added, withdrawn))).toThrow(
      refusal('item.withdrawn'),
    )
  })
  it('adds nothing when it is there already', () => {
    expect(progressItem({ itemId, state: 'ordered' }, 'now')(after(added))).toEqual([])
    expect(
      progressItem({ itemId, state: 'ordered' }, 'again')(after(added, progressed('delivered'))),
    ).toEqual([])
  })
  it('may come back to an earlier state when it says when', () => {
    expect(
      progressItem({ itemId, state: 'ordered' }, 'dated')(after(added, progressed('delivered'))),
    ).toEqual([progressed('ordered')])
  })
})

describe('withdrawing a thing', () => {
  it('takes it out of what is held', () => {
    expect(withdrawItem({ itemId, why: 'Returned' })(after(added))).toEqual([withdrawn])
  })
  it('is refused for a thing nobody knows', () => {
    expect(() => withdrawItem({ itemId, why: 'Returned' })(after())).toThrow(refusal('item.unknown'))
  })
  it('adds nothing the second time', () => {
    expect(withdrawItem({ itemId, why: 'Again' })(after(added, withdrawn))).toEqual([])
  })
})

describe('any feed of lines without dates', () => {
  const line = fc.oneof(
    fc.record({
      op: fc.constant('add' as const),
      title: fc.constantFrom('A', 'B', 'C'),
      state: fc.constantFrom('x', 'y'),
    }),
    fc.record({ op: fc.constant('progress' as const), state: fc.constantFrom('x', 'y', 'z') }),
    fc.record({ op: fc.constant('withdraw' as const) }),
  )
  type Line = typeof line extends fc.Arbitrary<infer Each> ? Each : never
  const run = (from: ItemState, lines: readonly Line[]) => {
    let state = from
    let count = 0
    for (const each of lines) {
      try {
        const events =
          each.op === 'add'
            ? addItem({ ...dishwasher, title: each.title, state: each.state }, 'again')(state)
            : each.op === 'progress'
              ? progressItem({ itemId, state: each.state }, 'again')(state)
              : withdrawItem({ itemId, why: 'Returned' })(state)
        state = fold(items, events, state)
        count += events.length
      } catch {
        // Refused, as it is the second time.
      }
    }
    return { state, count }
  }

  it('adds nothing the second time (C74)', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (rest) => {
        const lines: readonly Line[] = [{ op: 'add', title: 'A', state: 'x' }, ...rest]
        const first = run({ status: 'none' }, lines)
        expect(run(first.state, lines)).toEqual({ state: first.state, count: 0 })
      }),
    )
  })
})
