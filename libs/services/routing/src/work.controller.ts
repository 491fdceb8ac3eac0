import { Controller, Get, Headers, HttpCode, Param, ParseUUIDPipe, Post, Res } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Allow, Answer, AsCommand, ByCaller, changed } from '@throughline/ports'
import type { Caller, Command, Transacted } from '@throughline/ports'
import { hrefOf } from './agent.service.js'
import { WorkService } from './work.service.js'
import { workOf } from './work.js'
import type { WorkEvent, WorkState } from './work.js'

@ApiTags('routing')
@Controller('api/v1/routing')
export class WorkController {
  constructor(private readonly work: WorkService) {}

  @Get('queues')
  @Allow('agent', 'supervisor', 'analyst', 'administrator')
  @ApiOperation({ summary: 'Who waits where, who is there, and how long it takes now' })
  async queues() {
    return { items: await this.work.queues(), promised: await this.work.promised(), next: null }
  }

  @Get('queues/live')
  @Allow('supervisor', 'analyst')
  @ApiOperation({ summary: 'Hear that queues or agents have changed, and whose (server-sent events)' })
  live(
    @Res() response: unknown,
    @ByCaller() caller: Caller,
    @Headers('last-event-id') lastEventId?: string,
  ): void {
    this.work.listen(response, lastEventId, caller)
  }

  @Get('work/:contactId')
  @Allow('customer', 'guest', 'agent', 'supervisor', 'analyst', 'administrator')
  @ApiOperation({ summary: 'Where a contact is and how long it still takes' })
  async one(@Param('contactId', ParseUUIDPipe) contactId: string, @ByCaller() caller: Caller) {
    const { body, version } = await this.work.find(contactId, caller)
    return new Answer(body, { version, position: 0, outcome: 'read' })
  }

  @Post('work/:contactId/offers/:offerId/acceptance')
  @HttpCode(200)
  @Allow('agent')
  @ApiOperation({ summary: 'Take an offered contact' })
  async accept(
    @Param('contactId', ParseUUIDPipe) contactId: string,
    @Param('offerId', ParseUUIDPipe) offerId: string,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    return answer(await this.work.accept(contactId, offerId, command, caller))
  }

  @Post('work/:contactId/offers/:offerId/refusal')
  @HttpCode(200)
  @Allow('agent')
  @ApiOperation({ summary: 'Say that you cannot take an offered contact now' })
  async refuse(
    @Param('contactId', ParseUUIDPipe) contactId: string,
    @Param('offerId', ParseUUIDPipe) offerId: string,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    return answer(await this.work.refuse(contactId, offerId, command, caller))
  }
}

function answer(told: Transacted<WorkState, WorkEvent>) {
  const work = workOf(told.state)
  return changed(told, {
    contactId: told.id,
    state: told.state.status,
    ...(work !== undefined && {
      journeyId: work.journeyId,
      channel: work.channel,
      context: hrefOf(work.journeyId),
    }),
  })
}
