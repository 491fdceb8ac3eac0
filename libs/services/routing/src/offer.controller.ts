import { Controller, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Ids, Refused } from '@throughline/kernel'
import { Allow, EventStore, Timers } from '@throughline/ports'
import { isOffered, OfferAudit } from './offer.derivation.js'
import { works } from './work.js'

@ApiTags('routing')
@Controller('api/v1/routing/work')
export class OffersController {
  constructor(
    private readonly store: EventStore,
    private readonly ids: Ids,
    private readonly timers: Timers,
  ) {}

  @Post(':contactId/offers/:offerId/derivation')
  @HttpCode(200)
  @Allow('supervisor', 'analyst', 'administrator')
  @ApiOperation({ summary: 'Choose the agent of an offer again from what the log held then, and compare' })
  async derive(
    @Param('contactId', ParseUUIDPipe) contactId: string,
    @Param('offerId', ParseUUIDPipe) offerId: string,
  ) {
    const told = await this.store.readStream({ stream: works.name, id: contactId })
    const offer = told.filter(isOffered).find(({ data }) => data.offerId === offerId)
    if (offer === undefined)
      throw new Refused('not-found', 'routing.offer-unknown', 'There is no such offer.')
    const audit = new OfferAudit(this.store, this.ids, () => this.timers.sleep(0))
    const derived = await audit.derive(offer)
    return {
      contactId,
      offerId,
      agentId: offer.data.agentId,
      position: offer.position,
      /** As far as the log had to be read for the choice. */
      known: audit.position,
      equal: derived.outcome === 'same',
      differences: derived.outcome === 'different' ? derived.differences : [],
      ...(derived.outcome === 'different' && { says: derived.says }),
    }
  }
}
