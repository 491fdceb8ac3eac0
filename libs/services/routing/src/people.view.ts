import { LINK_EVENTS, ownerOf, rehome } from '@throughline/ports'
import type { LinkEvent, LinkRow, View, ViewStore } from '@throughline/ports'

/**
 * Who goes on as whom. A journey keeps the id it was begun under and is found through here, so that a guest who
 * signs in keeps her journey in whatever order events come, and a merge can be taken back.
 */
export const peopleView: View<LinkRow, LinkEvent> = {
  name: 'routing.people',
  version: 2,
  on: LINK_EVENTS,
  project: (event, rows) => rehome<never>(event, rows, () => Promise.resolve()),
}

/** The id a person has now. */
export function goesBy(views: ViewStore, id: string): Promise<string> {
  return ownerOf(id, (key) => views.row(peopleView, key))
}
