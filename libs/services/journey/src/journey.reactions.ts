import { Controller } from '@nestjs/common'
import { EventPattern, Payload } from '@nestjs/microservices'
import type { EventOf } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import { cameUnder, EventStore, reactionTo, viewId, ViewStore } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import { JourneyService } from './journey.service.js'
import { owned } from './journey.view.js'

@Controller()
export class JourneyReactions {
  constructor(
    private readonly journeys: JourneyService,
    private readonly store: EventStore,
    private readonly views: ViewStore,
  ) {}

  /** What a guest did is the customer's from the moment she signs in (C3). */
  @EventPattern('throughline.GuestRecognised.v1', { group: 'journey' })
  async claimJourneys(
    @Payload() event: RecordedEvent<EventOf<'throughline.GuestRecognised.v1'>>,
  ): Promise<void> {
    for (const journeyId of await this.#journeysOf(event.data.guestId, event.position)) {
      try {
        await this.journeys.claim(journeyId, event.data, reactionTo(event, 'journey', journeyId))
      } catch (error) {
        // Somebody else has claimed it by now; it is theirs.
        if (!(error instanceof Refused) || error.kind !== 'not-found') throw error
      }
    }
  }

  // All that began up to now, certainly: what the view knows, and from the log what it has not come to yet.
  async #journeysOf(guestId: string, upTo: number): Promise<ReadonlySet<string>> {
    const found = new Set<string>()
    let after = await this.views.position(viewId(owned))
    for await (const row of this.views.every(owned, cameUnder(guestId))) {
      if (row.kind === 'journey' && row.entry) found.add(row.entry.id)
    }
    while (after < upTo) {
      const page = await this.store.readAll({ after, upTo })
      for (const event of page)
        if (isStart(event) && event.data.person.id === guestId) found.add(event.data.journeyId)
      after = page.at(-1)?.position ?? upTo
    }
    return found
  }
}

function isStart(event: RecordedEvent): event is RecordedEvent<EventOf<'throughline.JourneyStarted.v1'>> {
  return event.type === 'throughline.JourneyStarted.v1'
}
