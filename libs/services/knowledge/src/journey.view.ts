import type { EventOf, ItemKind } from '@throughline/contracts'
import type { View } from '@throughline/ports'

/** What knowledge needs to know of a journey. Each part remembers where it was said, so that the last word wins. */
export interface JourneyRow {
  readonly journeyId: string
  readonly person?: { readonly id: string; readonly position: number }
  readonly item?: { readonly thing: ItemKind; readonly product?: string; readonly position: number }
  readonly reason?: { readonly code: string; readonly detail?: string; readonly position: number }
}

type Heard =
  | EventOf<'throughline.JourneyStarted.v1'>
  | EventOf<'throughline.JourneyClaimed.v1'>
  | EventOf<'throughline.ItemChosen.v1'>
  | EventOf<'throughline.ReasonChosen.v1'>

/**
 * Rows by journey id. A claimed journey goes on under another key (the customer's instead of the guest's), so its
 * events may arrive in another order than they were recorded in.
 */
export const journeysView: View<JourneyRow, Heard> = {
  name: 'knowledge.journeys',
  version: 1,
  on: [
    'throughline.JourneyStarted.v1',
    'throughline.JourneyClaimed.v1',
    'throughline.ItemChosen.v1',
    'throughline.ReasonChosen.v1',
  ],
  async project(event, rows) {
    const { journeyId } = event.data
    const before = (await rows.get(journeyId)) ?? { journeyId }
    const { position } = event
    const told = (part: { readonly position: number } | undefined): boolean =>
      part !== undefined && part.position > position
    switch (event.type) {
      case 'throughline.JourneyStarted.v1':
      case 'throughline.JourneyClaimed.v1': {
        if (told(before.person)) return
        rows.put(journeyId, { ...before, person: { id: event.data.person.id, position } })
        return
      }
      case 'throughline.ItemChosen.v1': {
        if (told(before.item)) return
        const { kind, product } = event.data.item
        const made = product === undefined ? {} : { product }
        rows.put(journeyId, { ...before, item: { thing: kind, ...made, position } })
        return
      }
      case 'throughline.ReasonChosen.v1': {
        if (told(before.reason)) return
        const { code, detail } = event.data.reason
        const second = detail === undefined ? {} : { detail }
        rows.put(journeyId, { ...before, reason: { code, ...second, position } })
      }
    }
  },
}
