import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Id, Moment, Optional, Whole } from '@throughline/contracts'
import { Allow, Answer, AsCommand, ByCaller, created, vantageOf } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { DecisionsService } from './decision.service.js'

export class OfferChannelsBody {
  static readonly example: OfferChannelsBody = { journeyId: '01939a3e-0000-7000-8000-000000000001' }
  @Id() readonly journeyId!: string
}

export class ChannelsThenQuery {
  /** As known at this moment; opening hours and waits are of this moment too. */
  @Optional() @Moment() readonly at?: string
  /** As known when the log stood here. */
  @Optional() @Whole(1) readonly position?: number
}

@ApiTags('routing')
@Controller('api/v1/routing')
export class DecisionsController {
  constructor(private readonly decisions: DecisionsService) {}

  @Post('offers')
  @Allow('customer', 'guest')
  @ApiOperation({ summary: 'Which channels there are for a journey now, in order, with why and how long' })
  async offer(@Body() body: OfferChannelsBody, @AsCommand() command: Command, @ByCaller() caller: Caller) {
    const told = await this.decisions.offer(body.journeyId, command, caller)
    return created(told, `/api/v1/routing/decisions/${told.id}`, told.shown)
  }

  @Get('journeys/:id/channels')
  @Allow('supervisor', 'analyst', 'administrator')
  @ApiOperation({
    summary: 'Which channels a journey would have been offered at a moment, by the policy in force then',
  })
  shownThen(@Param('id', ParseUUIDPipe) id: string, @Query() query: ChannelsThenQuery) {
    return this.decisions.shownThen(id, vantageOf(query))
  }

  @Get('decisions/:id')
  @Allow('customer', 'guest', 'agent', 'supervisor', 'analyst', 'administrator')
  @ApiOperation({ summary: 'An offer of channels with everything it was decided from' })
  async one(@Param('id', ParseUUIDPipe) id: string, @ByCaller() caller: Caller) {
    const { body, version } = await this.decisions.find(id, caller)
    return new Answer(body, { version, position: 0, outcome: 'read' })
  }

  @Post('decisions/:id/derivation')
  @HttpCode(200)
  @Allow('customer', 'guest', 'agent', 'supervisor', 'analyst', 'administrator')
  @ApiOperation({ summary: 'Decide again from what was recorded, and compare' })
  derive(@Param('id', ParseUUIDPipe) id: string, @ByCaller() caller: Caller) {
    return this.decisions.derive(id, caller)
  }
}
