import { Controller, Get, HttpCode, Param, ParseIntPipe, Post, Res } from '@nestjs/common'
import { ApiExcludeController, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { Allow, EventBus, EventStore } from '@throughline/ports'
import type { DeadLetter } from '@throughline/ports'
import { Metrics } from './metrics.js'
import { Readers } from './readers.js'

/** What a platform team asks a running process. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly readers: Readers,
    private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  @Allow('anyone')
  live(@Res({ passthrough: true }) reply: FastifyReply): object {
    const { status, answer } = this.readers.live()
    void reply.status(status)
    return answer
  }

  /** Where damage is stands in the list of readers and in the log of the process. */
  @Get('health/ready')
  @Allow('anyone')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { status, answer } = await this.readers.ready()
    void reply.status(status)
    return answer
  }

  @Get('metrics')
  @Allow('anyone')
  async prometheus(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('Content-Type', this.metrics.contentType)
    return this.metrics.text()
  }
}

@ApiTags('platform')
@Controller('api/v1/platform')
@Allow('administrator')
export class OperationsController {
  constructor(
    private readonly readers: Readers,
    private readonly bus: EventBus,
    private readonly store: EventStore,
  ) {}

  @Get('readers')
  @ApiOperation({ summary: 'Every view and consumer with its place in the log' })
  async list(): Promise<object> {
    return this.readers.report()
  }

  @Post('views/:name/rebuild')
  @HttpCode(200)
  @ApiOperation({ summary: 'Build a view anew from the first event, beside the live one, and switch' })
  rebuild(@Param('name') name: string): Promise<{ readonly position: number }> {
    return this.readers.views.rebuild(name)
  }

  @Get('dead-letters')
  @ApiOperation({ summary: 'Events that could not be taken, with their cause' })
  async deadLetters(): Promise<{ readonly items: readonly DeadLetter[]; readonly next: null }> {
    return { items: await this.bus.deadLetters(), next: null }
  }

  @Post('dead-letters/:group/:position/redelivery')
  @HttpCode(200)
  @ApiOperation({ summary: 'Hand a parked event to its consumer once more' })
  async redeliver(
    @Param('group') group: string,
    @Param('position', ParseIntPipe) position: number,
  ): Promise<{ readonly redelivered: true; readonly head: number }> {
    await this.bus.redeliver(group, position)
    return { redelivered: true, head: await this.store.head() }
  }
}
