import { Controller, Get, Query, Res } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Id, Optional } from '@throughline/contracts'
import { Allow, ByCaller, FeedQuery } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { JourneyFeed } from './journey.feed.js'

export class JourneyFeedQuery extends FeedQuery {
  @Optional() @Id() readonly journey?: string
  /** Journeys of this customer; for a customer or guest, all of their own where it is absent. */
  @Optional() @Id() readonly customer?: string
}

@ApiTags('journey')
@Controller('api/v1/journey/feed')
export class JourneyFeedController {
  constructor(private readonly journeys: JourneyFeed) {}

  @Get()
  @Allow('customer', 'guest', 'agent', 'supervisor')
  @ApiOperation({
    summary: 'The moments of journeys from any position, as lines of JSON or server-sent events',
  })
  read(@Query() query: JourneyFeedQuery, @ByCaller() caller: Caller, @Res() response: unknown) {
    return this.journeys.open(response, query, caller)
  }
}
