import { Controller, Get, Query, Res } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Matches } from 'class-validator'
import { Id, Optional } from '@throughline/contracts'
import { Allow, ByCaller, EventFeed, EventStore, FeedQuery } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { exported } from './export.js'
import { PSEUDONYM, Pseudonyms } from './pseudonym.js'

export class InsightFeedQuery extends FeedQuery {
  /** Only what happened in this journey. */
  @Optional() @Id() readonly journey?: string
  /** Only what is about this customer, by the pseudonym that this feed gives her. */
  @Optional() @Matches(PSEUDONYM) readonly customer?: string
}

@ApiTags('insight')
@Controller('api/v1/insight/feed')
export class InsightFeedController {
  constructor(
    private readonly feed: EventFeed,
    private readonly store: EventStore,
    private readonly pseudonyms: Pseudonyms,
  ) {}

  @Get()
  @Allow('analyst')
  @ApiOperation({
    summary: 'Every public event from any position, pseudonymous, as lines of JSON or server-sent events',
  })
  async read(@Query() query: InsightFeedQuery, @ByCaller() caller: Caller, @Res() response: unknown) {
    const { journey, customer } = query
    const pseudonym = await this.pseudonyms.of(caller)
    await this.feed.open(response, {
      caller,
      query,
      // The same lines as those of the export: no door shows more than another.
      select: (event) => {
        if (journey !== undefined && event.journeyId !== journey) return undefined
        const line = exported(event, pseudonym)
        return customer === undefined || line?.customerId === customer ? line : undefined
      },
      ...(journey !== undefined && {
        past: (after: number, upTo: number) => this.store.readJourney(journey, { after, upTo }),
      }),
    })
  }
}
