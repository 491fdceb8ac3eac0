import type { Says } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Stream } from '@throughline/kernel'

/** An address leads to one customer or member of staff. */
interface Holder {
  readonly holder: 'customer' | 'staff'
  readonly holderId: string
}

export type AddressEvent =
  Says<'throughline.AddressClaimed.v1', Holder> | Says<'throughline.AddressReleased.v1', Holder>

/** Who works here may be a customer as well, under the same address: two claims that do not touch. */
export interface AddressState {
  readonly customer: string | undefined
  readonly staff: string | undefined
}

/**
 * One stream per address, so that looking somebody up by address is certain and two sign-ups at once make one
 * customer. The id is made of the address's digest.
 */
export const addresses: Stream<AddressState, AddressEvent> = {
  name: 'address',
  initial: { customer: undefined, staff: undefined },
  evolve(state, { type, data }) {
    switch (type) {
      case 'throughline.AddressClaimed.v1':
        return { ...state, [data.holder]: data.holderId }
      case 'throughline.AddressReleased.v1':
        return { ...state, [data.holder]: undefined }
    }
  },
}

/** Nothing when it is held: the state then tells by whom. */
export const claimIfFree =
  (wish: Holder) =>
  (state: AddressState): readonly AddressEvent[] =>
    state[wish.holder] === undefined ? [{ type: 'throughline.AddressClaimed.v1', data: wish }] : []

/** @throws Refused `identity.address-taken` when it leads to somebody else */
export const claimAddress =
  (wish: Holder) =>
  (state: AddressState): readonly AddressEvent[] => {
    const held = state[wish.holder]
    if (held === wish.holderId) return []
    if (held !== undefined) throw addressTaken()
    return [{ type: 'throughline.AddressClaimed.v1', data: wish }]
  }

/** Only the holder's claim goes; that of anybody else stays. */
export const releaseAddress =
  (wish: Holder) =>
  (state: AddressState): readonly AddressEvent[] =>
    state[wish.holder] === wish.holderId ? [{ type: 'throughline.AddressReleased.v1', data: wish }] : []

export function addressTaken(): Refused {
  return new Refused('conflict', 'identity.address-taken', 'This address leads to somebody else already.', {
    todo: 'Use another address, or have the two records merged.',
  })
}
