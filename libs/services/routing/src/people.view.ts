import type { EventOf } from '@throughline/contracts'
import type { View, ViewStore } from '@throughline/ports'

export interface PersonRow {
  readonly id: string
  /** The customer this guest, or merged record, is now. */
  readonly goesBy: string
}

/**
 * Who goes on as whom. A journey keeps the id it was begun under and is found through here, so that a guest who
 * signs in keeps her journey in whatever order events come, and a merge can be taken back.
 */
export const peopleView: View<
  PersonRow,
  EventOf<
    'throughline.GuestRecognised.v1' | 'throughline.CustomersMerged.v1' | 'throughline.CustomersUnmerged.v1'
  >
> = {
  name: 'routing.people',
  version: 1,
  on: [
    'throughline.GuestRecognised.v1',
    'throughline.CustomersMerged.v1',
    'throughline.CustomersUnmerged.v1',
  ],
  async project(event, rows) {
    const { customerId: goesBy } = event.data
    const id = event.type === 'throughline.GuestRecognised.v1' ? event.data.guestId : event.data.mergedId
    if (event.type !== 'throughline.CustomersUnmerged.v1') {
      rows.put(id, { id, goesBy }, { [`of:${goesBy}`]: id })
    } else if ((await rows.get(id))?.goesBy === goesBy) rows.remove(id)
  },
}

/** A chain of merges is short; one that is not would be a circle. */
const LONGEST_CHAIN = 20

/** The id a person has now. */
export async function goesBy(views: ViewStore, id: string): Promise<string> {
  let now = id
  for (let step = 0; step < LONGEST_CHAIN; step++) {
    const row = await views.row(peopleView, now)
    if (row === undefined) return now
    now = row.goesBy
  }
  return id
}
