import type { EventOf, Says } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Stream } from '@throughline/kernel'

interface Pair {
  readonly customerId: string
  readonly mergedId: string
}

export type CustomerEvent =
  | EventOf<'throughline.CustomerRegistered.v1'>
  | EventOf<'throughline.CustomerDetailsCorrected.v1'>
  | EventOf<'throughline.CustomersMerged.v1'>
  | EventOf<'throughline.CustomersUnmerged.v1'>
  | Says<'throughline.CustomerTookIn.v1', Pair & { readonly attempt: string }>
  | Says<'throughline.CustomerLetGo.v1', Pair & { readonly attempt?: string }>

/** What is known of a customer. */
export type CustomerDetails = Omit<EventOf<'throughline.CustomerRegistered.v1'>['data'], 'customerId'>
/** What can be set right; absent fields stay as they are. */
export type Correction = Omit<EventOf<'throughline.CustomerDetailsCorrected.v1'>['data'], 'customerId'>

interface TakenIn {
  readonly mergedId: string
  readonly attempt: string
}

interface Known {
  readonly customerId: string
  readonly details: CustomerDetails
}

export type CustomerState =
  | { readonly status: 'none' }
  /** `tookIn`: who goes on under this one, or is just about to, by each attempt to merge them. */
  | (Known & { readonly status: 'registered'; readonly tookIn: readonly TakenIn[] })
  /** It goes on under the customer `into`. */
  | (Known & { readonly status: 'merged'; readonly into: string })

export const customers: Stream<CustomerState, CustomerEvent> = {
  name: 'customer',
  initial: { status: 'none' },
  evolve(state, event) {
    if (event.type === 'throughline.CustomerRegistered.v1') {
      const { customerId, ...details } = event.data
      return { status: 'registered', customerId, details, tookIn: [] }
    }
    if (state.status === 'none') return state
    const { customerId, details } = state
    const tookIn = state.status === 'registered' ? state.tookIn : []
    switch (event.type) {
      case 'throughline.CustomerDetailsCorrected.v1':
        return { ...state, details: { ...details, ...difference(details, event.data) } }
      case 'throughline.CustomersMerged.v1':
        return { status: 'merged', customerId, details, into: event.data.customerId }
      case 'throughline.CustomersUnmerged.v1':
        return { status: 'registered', customerId, details, tookIn: [] }
      case 'throughline.CustomerTookIn.v1': {
        const { mergedId, attempt } = event.data
        return { status: 'registered', customerId, details, tookIn: [...tookIn, { mergedId, attempt }] }
      }
      case 'throughline.CustomerLetGo.v1': {
        const { mergedId, attempt } = event.data
        const goes = (taken: TakenIn): boolean =>
          taken.mergedId === mergedId && (attempt === undefined || taken.attempt === attempt)
        const left = tookIn.filter((taken) => !goes(taken))
        return { status: 'registered', customerId, details, tookIn: left }
      }
    }
  },
}

export const registerCustomer =
  (wish: EventOf<'throughline.CustomerRegistered.v1'>['data']) =>
  (state: CustomerState): readonly CustomerEvent[] =>
    state.status === 'none' ? [{ type: 'throughline.CustomerRegistered.v1', data: wish }] : []

/** @throws Refused `identity.customer-unknown` */
export const correctCustomer =
  (wish: { readonly customerId: string; readonly correction: Correction }) =>
  (state: CustomerState): readonly CustomerEvent[] => {
    if (state.status === 'none') throw customerUnknown()
    const changed = difference(state.details, wish.correction)
    if (Object.keys(changed).length === 0) return []
    const data = { customerId: wish.customerId, ...changed }
    return [{ type: 'throughline.CustomerDetailsCorrected.v1', data }]
  }

/** What a back-end system says of a customer, whether she is known already or not. */
export const recordCustomer =
  (wish: EventOf<'throughline.CustomerRegistered.v1'>['data']) =>
  (state: CustomerState): readonly CustomerEvent[] => {
    if (state.status === 'none') return registerCustomer(wish)(state)
    return correctCustomer({ customerId: wish.customerId, correction: wish })(state)
  }

export function customerUnknown(): Refused {
  return new Refused('not-found', 'identity.customer-unknown', 'There is no such customer.')
}

// Only what can be set right, and only where it differs.
function difference(known: CustomerDetails, wish: Correction): Correction {
  const { name, email, phone, segment, brand, language } = wish
  return {
    ...(name !== undefined && name !== known.name && { name }),
    ...(email !== undefined && email !== known.email && { email }),
    ...(phone !== undefined && phone !== known.phone && { phone }),
    ...(segment !== undefined && segment !== known.segment && { segment }),
    ...(brand !== undefined && brand !== known.brand && { brand }),
    ...(language !== undefined && language !== known.language && { language }),
  }
}
