import type { StuffContact } from '../api/my-stuff'

/** A journey of hers, as the list tells it. */
export interface JourneyListed {
  readonly id: string
  readonly lastAt: string
  readonly status: 'open' | 'ended'
  readonly caseId?: string
  readonly item?: { readonly id?: string }
  readonly reason?: { readonly code: string; readonly detail?: string }
}

const RECENT = 12 * 3_600_000

/**
 * The journey that goes on: about the same thing, or about nothing yet; of the last hours, and no contact in it is over.
 * With `itemId` undefined only one about nothing in particular.
 */
export function journeyToTakeUp(
  journeys: readonly JourneyListed[],
  contacts: readonly Pick<StuffContact, 'journeyId' | 'status'>[],
  itemId: string | undefined,
  now: number,
): JourneyListed | undefined {
  const contacted = new Map(contacts.map(({ journeyId, status }) => [journeyId, status]))
  const goesOn = journeys.filter(({ id, status, lastAt, caseId }) => {
    const contact = contacted.get(id)
    const over = contact === 'ended' || contact === 'left'
    return status === 'open' && caseId === undefined && !over && now - Date.parse(lastAt) < RECENT
  })
  return (
    goesOn.find(({ item }) => item?.id === itemId) ??
    // She began without a thing and has found it now: the same journey, unless somebody is answering it already.
    goesOn.find(({ id, item }) => item === undefined && !contacted.has(id))
  )
}
