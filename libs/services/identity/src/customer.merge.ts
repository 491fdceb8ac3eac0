import { Refused } from '@throughline/kernel'
import { customerUnknown } from './customer.js'
import type { CustomerEvent, CustomerState } from './customer.js'

/*
 * A merge is two appends: first the survivor takes the other one in, then the other one goes under the survivor. Each
 * refuses what the other one's first step would make wrong, so merges never form a chain or a circle, whoever merges what
 * at the same moment, and the survivor of any address is one step away.
 * A crash between the two leaves an attempt remembered; merging again and taking that back clears it.
 */

interface Pair {
  readonly customerId: string
  readonly mergedId: string
}

/**
 * The survivor's part. Each attempt is remembered by itself, so that one that fails takes back its own part only.
 * @throws Refused `identity.customer-unknown`, `identity.customer-merged`, `identity.same-customer`
 */
export const takeIn =
  (wish: Pair & { readonly attempt: string }) =>
  (state: CustomerState): readonly CustomerEvent[] => {
    if (wish.customerId === wish.mergedId) throw sameCustomer()
    if (state.status === 'none') throw customerUnknown()
    if (state.status === 'merged') throw mergedAlready()
    return state.tookIn.some(({ attempt }) => attempt === wish.attempt)
      ? []
      : [{ type: 'throughline.CustomerTookIn.v1', data: wish }]
  }

/** The other one's part. @throws Refused as {@link takeIn}, and `identity.customer-has-merged` */
export const mergeInto =
  (wish: Pair) =>
  (state: CustomerState): readonly CustomerEvent[] => {
    if (state.status === 'none') throw customerUnknown()
    if (state.status === 'merged') {
      if (state.into === wish.customerId) return []
      throw mergedAlready()
    }
    if (state.tookIn.length > 0) {
      throw new Refused('conflict', 'identity.customer-has-merged', 'Others go on under this customer.', {
        todo: 'Merge the other way round, or take those merges back first.',
      })
    }
    return [{ type: 'throughline.CustomersMerged.v1', data: wish }]
  }

/** @throws Refused `identity.customer-unknown`, `identity.not-merged` */
export const unmerge =
  (wish: Pair) =>
  (state: CustomerState): readonly CustomerEvent[] => {
    if (state.status === 'none') throw customerUnknown()
    if (state.status === 'registered' || state.into !== wish.customerId) {
      throw new Refused('conflict', 'identity.not-merged', 'These two customers are not merged.')
    }
    return [{ type: 'throughline.CustomersUnmerged.v1', data: wish }]
  }

/** Of one attempt that failed; without an attempt, of the merge altogether. */
export const letGo =
  (wish: Pair & { readonly attempt?: string }) =>
  (state: CustomerState): readonly CustomerEvent[] => {
    if (state.status !== 'registered') return []
    const { mergedId, attempt } = wish
    const known = state.tookIn.some(
      (taken) => taken.mergedId === mergedId && (attempt === undefined || taken.attempt === attempt),
    )
    return known ? [{ type: 'throughline.CustomerLetGo.v1', data: wish }] : []
  }

function sameCustomer(): Refused {
  return new Refused('invalid', 'identity.same-customer', 'A customer cannot be merged with herself.', {
    field: 'mergedId',
  })
}

function mergedAlready(): Refused {
  return new Refused('conflict', 'identity.customer-merged', 'This customer goes on under another one.', {
    todo: 'Name the customer under whom she goes on, or take that merge back first.',
  })
}
