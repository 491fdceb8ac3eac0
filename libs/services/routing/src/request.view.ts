import type { Channel, EventOf } from '@throughline/contracts'
import type { View } from '@throughline/ports'
import { factsOf } from './entry.js'
import type { JourneyFacts } from './policy/channel-policy.js'

export interface RequestRow {
  readonly contactId: string
  readonly channel: Channel
  readonly facts: JourneyFacts
}

/** What a promised callback was asked for with, kept until its time comes. */
export const requestsView: View<
  RequestRow,
  EventOf<'throughline.ContactRequested.v1' | 'throughline.ContactEnded.v1' | 'throughline.ContactLeft.v1'>
> = {
  name: 'routing.requests',
  version: 1,
  on: ['throughline.ContactRequested.v1', 'throughline.ContactEnded.v1', 'throughline.ContactLeft.v1'],
  async project(event, rows) {
    await Promise.resolve()
    const { contactId } = event.data
    if (event.type !== 'throughline.ContactRequested.v1') rows.remove(contactId)
    else if (event.data.callFrom !== undefined)
      rows.put(contactId, { contactId, channel: event.data.channel, facts: factsOf(event.data) })
  },
}
