import type { Ids } from '@throughline/kernel'

/**
 * The id of a customer a back-end system knows: made of the system's name and its own id, so that every service gives the
 * same customer the same id without asking another, whichever hears of her first.
 */
export function customerIdOf(ids: Ids, source: string, externalId: string): string {
  return ids.derive('customer', 'external', source, externalId)
}
