import { idsUnder, LINK_EVENTS, ownerOf, rehome } from '@throughline/ports'
import type { LinkEvent, LinkRow, View, ViewStore } from '@throughline/ports'

/**
 * Who goes on as whom. A contact keeps the id it was requested under and is found through here, so that a guest who
 * signs in keeps her contact in whatever order events come, and a merge can be taken back.
 */
export const peopleView: View<LinkRow, LinkEvent> = {
  name: 'contact.people',
  version: 2,
  on: LINK_EVENTS,
  project: (event, rows) => rehome<never>(event, rows, () => Promise.resolve()),
}

/** The id a person has now. */
export function goesBy(views: ViewStore, id: string): Promise<string> {
  return ownerOf(id, (key) => views.row(peopleView, key))
}

/** All ids a person has had: her own first, then those that go on as her. */
export function idsOf(views: ViewStore, id: string): Promise<readonly string[]> {
  return idsUnder(id, async (list) => {
    const found = []
    for await (const row of views.every(peopleView, list)) found.push({ row })
    return found
  })
}
