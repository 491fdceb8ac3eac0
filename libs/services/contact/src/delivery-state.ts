/** How far a message has come. `failed` is left again when the message turns out to have arrived. */
export type DeliveryState = 'waiting' | 'accepted' | 'delivered' | 'seen' | 'failed'

/**
 * From left to right. `failed` stands before `delivered`: a failure counts from `waiting` or `accepted` only, and if
 * receipts may come in any order, a receipt of arrival has to win whether it comes before the failure or after.
 */
const ORDER: readonly DeliveryState[] = ['waiting', 'accepted', 'failed', 'delivered', 'seen']

/** The state after both are known. Commutative, associative and idempotent: receipts may repeat and come in any order. */
export function joinDelivery(one: DeliveryState, other: DeliveryState): DeliveryState {
  return ORDER.indexOf(one) < ORDER.indexOf(other) ? other : one
}

/** Whether this receipt says anything new, that is, whether there is an event to record. */
export function movesDelivery(state: DeliveryState, receipt: DeliveryState): boolean {
  return joinDelivery(state, receipt) !== state
}
