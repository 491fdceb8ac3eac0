import { Body, Controller, Ip, Param, ParseUUIDPipe, Post } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { CHANNELS, Id, OneOf, Optional, Text } from '@throughline/contracts'
import type { Channel } from '@throughline/contracts'
import { Allow, AsCommand, ByCaller, created } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { statusOf } from './contact.controller.js'
import { ContinuationService } from './continuation.service.js'

export class IssueContinuationBody {
  static readonly example: IssueContinuationBody = { form: 'spoken' }
  @OneOf(['spoken', 'long']) readonly form!: 'spoken' | 'long'
}

export class ResumeContactBody {
  static readonly example: ResumeContactBody = { code: 'K7M2-9QXD', channel: 'phone' }
  /** As it was read aloud or typed. */
  @Optional() @Text(40, 1) readonly code?: string
  @Optional() @Text(100, 1) readonly token?: string
  /** Where the caller's own session is the proof. */
  @Optional() @Id() readonly contactId?: string
  @OneOf(CHANNELS) readonly channel!: Channel
}

@ApiTags('contact')
@Controller('api/v1/contact')
export class ContinuationController {
  constructor(private readonly continuations: ContinuationService) {}

  @Post('contacts/:id/continuations')
  @Allow('customer', 'guest', 'agent')
  @ApiOperation({ summary: 'A code to say (15 min) or a token to carry (30 min), good once' })
  async issue(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: IssueContinuationBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const { told, ...secret } = await this.continuations.issue(id, body.form, command, caller)
    return created(told, `/api/v1/contact/contacts/${id}`, { contactId: id, ...secret })
  }

  @Post('resumptions')
  @Allow('anyone', 'customer', 'guest', 'agent', 'back-office')
  @ApiOperation({ summary: 'Go on with a contact over another leg; the code or token is the proof' })
  async resume(
    @Body() body: ResumeContactBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
    @Ip() peer: string,
  ) {
    const told = await this.continuations.resume(body, command, caller, peer)
    return created(told, `/api/v1/contact/contacts/${told.id}`, statusOf(told))
  }
}
