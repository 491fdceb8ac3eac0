import fc from 'fast-check'
import { fold, Refused } from '@throughline/kernel'
import { customers, registerCustomer } from './customer.js'
import type { CustomerEvent, CustomerState } from './customer.js'
import { letGo, mergeInto, takeIn, unmerge } from './customer.merge.js'

const none: CustomerState = { status: 'none' }
const registered = (customerId: string): CustomerState =>
  fold(customers, registerCustomer({ customerId, name: customerId })(none))
const after = (
  state: CustomerState,
  decision: (state: CustomerState) => readonly CustomerEvent[],
): CustomerState => fold(customers, decision(state), state)

const pair = { customerId: 'ana', mergedId: 'old-ana' }
const first = { ...pair, attempt: 'first' }
const survivor = after(registered('ana'), takeIn(first))
const merged = after(registered('old-ana'), mergeInto(pair))

describe('a merge of two customers', () => {
  it('puts one under the other and keeps what is known of both (C76)', () => {
    expect(survivor).toMatchObject({
      status: 'registered',
      tookIn: [{ mergedId: 'old-ana', attempt: 'first' }],
      details: { name: 'ana' },
    })
    expect(merged).toMatchObject({ status: 'merged', into: 'ana', details: { name: 'old-ana' } })
  })

  it('made twice is made once', () => {
    expect(takeIn(first)(survivor)).toEqual([])
    expect(mergeInto(pair)(merged)).toEqual([])
  })

  it('is refused for unknown customers and for one and the same', () => {
    expect(() => takeIn(first)(none)).toThrow('no such customer')
    expect(() => mergeInto(pair)(none)).toThrow('no such customer')
    expect(() => takeIn({ ...first, mergedId: 'ana' })(registered('ana'))).toThrow('with herself')
  })

  it('is refused where it would make a chain', () => {
    expect(() => takeIn({ ...first, customerId: 'old-ana', mergedId: 'third' })(merged)).toThrow(
      'under another one',
    )
    expect(() => mergeInto({ customerId: 'third', mergedId: 'old-ana' })(merged)).toThrow('under another one')
    expect(() => mergeInto({ customerId: 'third', mergedId: 'ana' })(survivor)).toThrow('go on under this')
  })

  it('can be taken back, and each is its own again (C76)', () => {
    expect(after(merged, unmerge(pair))).toEqual(registered('old-ana'))
    expect(after(survivor, letGo(pair))).toEqual(registered('ana'))
  })

  it('that is none cannot be taken back', () => {
    expect(() => unmerge(pair)(registered('old-ana'))).toThrow('not merged')
    expect(() => unmerge({ ...pair, customerId: 'third' })(merged)).toThrow('not merged')
    expect(() => unmerge(pair)(none)).toThrow('no such customer')
    expect(letGo(pair)(registered('ana'))).toEqual([])
  })

  it('that fails takes back its own part and no other attempt’s', () => {
    const twice = after(survivor, takeIn({ ...pair, attempt: 'second' }))
    expect(after(twice, letGo(first))).toMatchObject({ tookIn: [{ attempt: 'second' }] })
    expect(after(twice, letGo(pair))).toMatchObject({ tookIn: [] })
  })

  // Each merge is two appends in two streams; here their steps are mixed in any order.
  it('never makes a circle or a chain, however many are made at the same moment (C76)', () => {
    const names = ['a', 'b', 'c', 'd'] as const
    const one = fc.record({ customerId: fc.constantFrom(...names), mergedId: fc.constantFrom(...names) })
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (merges, order) => {
        const states = new Map<string, CustomerState>(names.map((name) => [name, registered(name)]))
        const decide = (
          id: string,
          decision: (state: CustomerState) => readonly CustomerEvent[],
        ): boolean => {
          try {
            states.set(id, after(states.get(id) ?? none, decision))
            return true
          } catch (error) {
            expect(error).toBeInstanceOf(Refused)
            return false
          }
        }
        const waiting = merges.map((pair, index) => ({ wish: { ...pair, attempt: String(index) }, step: 0 }))
        while (waiting.length > 0) {
          const index = (order.next().value ?? 0) % waiting.length
          const [work] = waiting.splice(index, 1)
          if (work === undefined) break
          const { wish, step } = work
          if (step === 0 && decide(wish.customerId, takeIn(wish))) waiting.push({ wish, step: 1 })
          if (step === 1 && !decide(wish.mergedId, mergeInto(wish))) decide(wish.customerId, letGo(wish))
        }
        for (const state of states.values()) {
          if (state.status !== 'merged') continue
          const into = states.get(state.into)
          expect(into?.status === 'registered' && into.tookIn.map(({ mergedId }) => mergedId)).toContain(
            state.customerId,
          )
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
