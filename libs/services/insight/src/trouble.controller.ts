import { Controller, Get, Injectable, Query, UseInterceptors } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Optional, Whole } from '@throughline/contracts'
import { Clock } from '@throughline/kernel'
import { Allow, ByCaller, has } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { FoldReached } from './fold.reached.js'
import { moments } from './figure.service.js'
import { InsightFold } from './insight.fold.js'
import { troublesAt } from './trouble.js'
import type { Why } from './trouble.js'

const MOST = 20

export class GoingWrongQuery {
  @Optional() @Whole(1, MOST) readonly limit?: number
}

@Injectable()
export class TroublesService {
  constructor(
    private readonly fold: InsightFold,
    private readonly clock: Clock,
  ) {}

  /** People are named to who leads only; who analyses opens the journeys. */
  async now(limit: number, caller: Caller) {
    const seen = await this.fold.seen({})
    const found = troublesAt(this.fold.troubles, this.clock.now())
    const leads = has(caller, 'supervisor')
    const nameless = <Of extends Why>({ staffId, ...why }: Of) => ({
      ...why,
      ...(leads && staffId !== undefined && { staffId }),
    })
    const items = found.slice(0, limit).map(({ customerId, also, ...trouble }) => ({
      ...nameless(trouble),
      ...(leads && customerId !== undefined && { customerId }),
      also: also.map(nameless),
    }))
    return { ...moments(seen), total: found.length, items }
  }
}

@ApiTags('insight')
@Controller('api/v1/insight/going-wrong')
@UseInterceptors(FoldReached)
export class TroublesController {
  constructor(private readonly troubles: TroublesService) {}

  @Get()
  @Allow('supervisor', 'analyst')
  @ApiOperation({ summary: 'Journeys going wrong, before anybody complains; the worst first' })
  now(@Query() { limit = MOST }: GoingWrongQuery, @ByCaller() caller: Caller) {
    return this.troubles.now(limit, caller)
  }
}
