import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { CHANNELS, Code, Moment, OneOf, Optional, Whole } from '@throughline/contracts'
import type { Channel } from '@throughline/contracts'
import { Allow, AsCommand, created, PageQuery } from '@throughline/ports'
import type { Command } from '@throughline/ports'
import { READERS } from './figure.shown.js'
import { PromisesService, termsShown } from './promise.service.js'

const DEFINITIONS = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9']

export class PublishPromiseBody {
  static readonly example: PublishPromiseBody = {
    channel: 'phone',
    definition: 'S2',
    threshold: 120,
    share: 80,
    validFrom: '2099-01-01T00:00:00.000Z',
  }
  @OneOf(CHANNELS) readonly channel!: Channel
  /** How kept is counted; S1 to S5 can be measured here. */
  @OneOf(DEFINITIONS) readonly definition!: string
  /** Seconds. */
  @Whole(1, 31_536_000) readonly threshold!: number
  /** Percent. */
  @Whole(1, 100) readonly share!: number
  /** From now on where absent. */
  @Optional() @Moment() readonly validFrom?: string
  /** The figure it is about; answer times where absent. */
  @Optional() @Code() readonly metric?: string
}

@ApiTags('insight')
@Controller('api/v1/insight/promises')
export class PromisesController {
  constructor(private readonly promises: PromisesService) {}

  @Post()
  @Allow('supervisor')
  @ApiOperation({ summary: 'Publish the next version of what customers may expect of a channel' })
  async publish(@Body() body: PublishPromiseBody, @AsCommand() command: Command) {
    const told = await this.promises.publish(body, command)
    const terms = told.state.status === 'none' ? { id: told.id } : termsShown(told.state.terms)
    return created(told, `/api/v1/insight/promises/${told.id}`, terms)
  }

  @Get()
  @Allow(...READERS, 'agent')
  @ApiOperation({ summary: 'Promises by channel, with all their versions' })
  list(@Query() query: PageQuery) {
    return this.promises.list(query)
  }

  @Get('current')
  @Allow('anyone')
  @ApiOperation({ summary: 'What is promised now' })
  current() {
    return this.promises.current()
  }

  @Get(':id')
  @Allow(...READERS, 'agent')
  @ApiOperation({ summary: 'One promise with its versions' })
  one(@Param('id', ParseUUIDPipe) id: string) {
    return this.promises.one(id)
  }
}
