import fc from 'fast-check'
import { fold } from '@throughline/kernel'
import { addresses, claimAddress, claimIfFree, releaseAddress } from './address-claim.js'
import type { AddressEvent } from './address-claim.js'

const ana = { holder: 'customer', holderId: 'ana' } as const
const tomas = { holder: 'customer', holderId: 'tomas' } as const
const mira = { holder: 'staff', holderId: 'mira' } as const
const claimed = (data: typeof ana | typeof tomas | typeof mira): AddressEvent => ({
  type: 'throughline.AddressClaimed.v1',
  data,
})
const after = (...events: readonly AddressEvent[]) => fold(addresses, events)

describe('an address', () => {
  it('is claimed by whoever comes first', () => {
    expect(claimIfFree(ana)(after())).toEqual([claimed(ana)])
    expect(claimAddress(ana)(after())).toEqual([claimed(ana)])
  })

  it('stays with its holder', () => {
    expect(claimIfFree(tomas)(after(claimed(ana)))).toEqual([])
    expect(() => claimAddress(tomas)(after(claimed(ana)))).toThrow('leads to somebody else')
  })

  it('is claimed once', () => {
    expect(claimAddress(ana)(after(claimed(ana)))).toEqual([])
  })

  it('leads to a customer and to a member of staff without their touching', () => {
    const state = after(claimed(ana), claimed(mira))
    expect(state).toEqual({ customer: 'ana', staff: 'mira' })
    expect(releaseAddress(mira)(state)).toEqual([{ type: 'throughline.AddressReleased.v1', data: mira }])
  })

  it('is released by its holder, once, and by nobody else', () => {
    const released: AddressEvent = { type: 'throughline.AddressReleased.v1', data: ana }
    expect(releaseAddress(ana)(after(claimed(ana)))).toEqual([released])
    expect(releaseAddress(ana)(after(claimed(ana), released))).toEqual([])
    expect(releaseAddress(tomas)(after(claimed(ana)))).toEqual([])
  })

  it('never passes from one to another without having been released', () => {
    const wish = fc.tuple(fc.constantFrom(ana, tomas), fc.constantFrom(claimIfFree, releaseAddress))
    fc.assert(
      fc.property(fc.array(wish), (wishes) => {
        let state = after()
        for (const [who, decide] of wishes) {
          const before = state.customer
          state = fold(addresses, decide(who)(state), state)
          if (before !== undefined && state.customer !== undefined) expect(state.customer).toBe(before)
        }
      }),
    )
  })
})
