import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Flag, Id, OneOf, Optional, Text, Texts, Whole } from '@throughline/contracts'
import { Allow, Answer, AsCommand, ByCaller, changed, created } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { ArrayMinSize, ArrayUnique, MinLength } from 'class-validator'
import { CALL_CAUSES, CALL_STATES } from './contact.call.js'
import type { CallCause, CallTold } from './contact.call.js'
import { statusOf } from './contact.controller.js'
import { ConversationService } from './conversation.service.js'

export class PostMessageBody {
  static readonly example: PostMessageBody = { text: 'The water stays in the bottom.' }
  @Text(8000, 1) readonly text!: string
  /** An article sent along; agents only. */
  @Optional() @Id() readonly articleId?: string
  /** Answers to choose from; agents only. */
  @Optional()
  @Texts(5, 100)
  @ArrayMinSize(2)
  @ArrayUnique()
  @MinLength(1, { each: true })
  readonly choices?: readonly string[]
  /** The message with choices it answers; customers only. The text is the choice, or other words. */
  @Optional() @Id() readonly answers?: string
  /** Whether an agent writes, or writes down what was said. Absent: as the channel has it. */
  @Optional() @OneOf(['written', 'spoken']) readonly mode?: 'written' | 'spoken'
  /** The leg the words are meant for: refused when the contact went on elsewhere. Absent: wherever it is. */
  @Optional() @Whole(1) readonly leg?: number
}

export class MessagesSeenBody {
  static readonly example: MessagesSeenBody = { messageId: '01939a3e-0000-7000-8000-000000000002' }
  @Id() readonly messageId!: string
}

export class AddNoteBody {
  static readonly example: AddNoteBody = { text: 'Asked the technician about the pump.' }
  @Text(4000, 1) readonly text!: string
}

export class CallBody {
  static readonly example: CallBody = { state: 'ended', cause: 'customer-hung-up' }
  @OneOf(CALL_STATES) readonly state!: CallTold
  @Optional() @OneOf(CALL_CAUSES) readonly cause?: CallCause
}

export class MessagesQuery {
  /** All contacts of the journey, not this one alone. */
  @Optional() @Flag() readonly journey?: boolean
}

@ApiTags('contact')
@Controller('api/v1/contact')
export class ConversationController {
  constructor(private readonly conversation: ConversationService) {}

  @Post('contacts/:id/messages')
  @Allow('customer', 'guest', 'agent')
  @ApiOperation({ summary: 'Say something' })
  async say(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: PostMessageBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.conversation.say(id, body, command, caller)
    const { id: contactId, ...contact } = statusOf(told)
    const message = { id: told.messageId, contactId, ...contact }
    return created(told, `/api/v1/contact/contacts/${id}/messages`, message)
  }

  @Get('contacts/:id/messages')
  @Allow('customer', 'guest', 'agent', 'supervisor')
  @ApiOperation({
    summary: 'Everything said, over all legs, with the hash of its canonical bytes (RFC 8785)',
  })
  async messages(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: MessagesQuery,
    @ByCaller() caller: Caller,
  ) {
    const { version, ...body } = await this.conversation.lines(id, isTrue(query.journey), caller)
    return new Answer(body, { version, position: 0, outcome: 'read' })
  }

  @Put('contacts/:id/seen')
  @Allow('customer', 'guest', 'agent')
  @ApiOperation({ summary: 'Say up to which message everything was seen' })
  async seen(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: MessagesSeenBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.conversation.seen(id, body.messageId, command, caller)
    return changed(told, statusOf(told))
  }

  @Post('contacts/:id/typing')
  @HttpCode(204)
  @Allow('customer', 'guest', 'agent')
  @ApiOperation({ summary: 'Show the other side that somebody writes; kept nowhere' })
  async typing(@Param('id', ParseUUIDPipe) id: string, @ByCaller() caller: Caller): Promise<void> {
    await this.conversation.typing(id, caller)
  }

  @Post('contacts/:id/notes')
  @Allow('agent', 'supervisor')
  @ApiOperation({ summary: 'Note something the customer does not see' })
  async note(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: AddNoteBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.conversation.note(id, body.text, command, caller)
    return created(told, `/api/v1/contact/contacts/${id}/notes`, { id: told.noteId, contactId: id })
  }

  @Get('contacts/:id/notes')
  @Allow('agent', 'supervisor')
  @ApiOperation({ summary: 'What the team noted' })
  async notes(@Param('id', ParseUUIDPipe) id: string, @ByCaller() caller: Caller) {
    return { items: await this.conversation.notes(id, caller), next: null }
  }

  @Post('contacts/:id/call')
  @Allow('agent', 'back-office')
  @ApiOperation({ summary: 'Say what the call does; several may tell of the same thing' })
  async call(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: CallBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.conversation.call(id, body, command, caller)
    return changed(told, statusOf(told))
  }

  @Get('contacts/:id/live')
  @Allow('customer', 'guest', 'agent', 'supervisor')
  @ApiOperation({ summary: 'Hear the contact as it goes on (server-sent events)' })
  async live(
    @Param('id', ParseUUIDPipe) id: string,
    @Res() response: unknown,
    @ByCaller() caller: Caller,
    @Headers('last-event-id') lastEventId?: string,
  ): Promise<void> {
    await this.conversation.listen(id, response, lastEventId, caller)
  }

  @Get('live')
  @Allow('agent')
  @ApiOperation({ summary: 'Hear all contacts you have as they go on (server-sent events)' })
  async liveOfMine(
    @Res() response: unknown,
    @ByCaller() caller: Caller,
    @Headers('last-event-id') lastEventId?: string,
  ): Promise<void> {
    await this.conversation.listenToMine(response, lastEventId, caller)
  }
}

/** A query is text: whether the platform made a flag of it or left it does not matter here. */
export function isTrue(flag: boolean | string | undefined): boolean {
  return flag === true || flag === 'true'
}
