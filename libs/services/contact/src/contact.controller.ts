import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import {
  Cause,
  CHANNELS,
  Codes,
  CONTACT_OUTCOMES,
  Flag,
  Id,
  Ids,
  Moment,
  OneOf,
  Optional,
  Parts,
  Promised,
  Text,
  Whole,
} from '@throughline/contracts'
import type { Channel } from '@throughline/contracts'
import { Allow, AsCommand, ByCaller, changed, created, PageQuery } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { ContactsService } from './contact.service.js'
import type { Told } from './contact.service.js'
import { ContactReader } from './contact.reader.js'

const STATES = ['waiting', 'ringing', 'connected', 'dropped', 'left', 'wrapping', 'ended'] as const

export class RequestContactBody {
  static readonly example: RequestContactBody = {
    journeyId: '01939a3e-0000-7000-8000-000000000001',
    channel: 'chat',
    words: 'The water stays in the bottom.',
    presses: 4,
  }
  @Id() readonly journeyId!: string
  @OneOf(CHANNELS) readonly channel!: Channel
  /** The offer it was chosen from. The latest one of the journey counts, whatever is sent. */
  @Optional() @Id() readonly decisionId?: string
  @Optional() @Text(8000) readonly words?: string
  @Optional() @Whole(0, 1000) readonly presses?: number
  @Optional() @Id() readonly caseId?: string
  @Optional() @Moment() readonly callFrom?: string
  @Optional() @Moment() readonly callUntil?: string
}

export class ContactListQuery extends PageQuery {
  @Optional() @Flag() readonly mine?: boolean
  @Optional() @OneOf(STATES) readonly state?: string
  /** Of supervisors: those that wait beyond their promise, the longest overdue first. */
  @Optional() @Flag() readonly late?: boolean
  @Optional() @Id() readonly customerId?: string
  @Optional() @Id() readonly journeyId?: string
}

export class MoveContactBody {
  static readonly example: MoveContactBody = { channel: 'phone' }
  @OneOf(CHANNELS) readonly channel!: Channel
}

export class TransferContactBody {
  static readonly example: TransferContactBody = {
    why: 'Needs somebody who knows gas boilers.',
    skills: ['gas'],
  }
  @Text(500, 1) readonly why!: string
  @Optional() @Codes(10) readonly skills?: readonly string[]
  @Optional() @Id() readonly toAgentId?: string
}

export class LeaveContactBody {
  static readonly example: LeaveContactBody = { why: 'solved' }
  @OneOf(['gave-up', 'solved', 'callback-chosen']) readonly why!: 'gave-up' | 'solved' | 'callback-chosen'
}

export class SummariseContactBody {
  static readonly example: SummariseContactBody = {
    outcome: 'promised',
    issue: 'new',
    subject: 'Dishwasher does not drain',
    words: 'The pump is blocked. A technician comes on Tuesday.',
    causes: [{ code: 'pump', words: 'Foreign object in the pump', department: 'engineering' }],
    promised: [{ what: 'A technician comes', by: '2026-11-24T12:00:00.000Z' }],
    articles: [],
  }
  @OneOf(CONTACT_OUTCOMES) readonly outcome!: (typeof CONTACT_OUTCOMES)[number]
  @OneOf(['new', 'same']) readonly issue!: 'new' | 'same'
  @Optional() @Id() readonly caseId?: string
  @Text(200, 1) readonly subject!: string
  @Text(4000, 1) readonly words!: string
  @Parts(() => Cause, 5) readonly causes!: readonly Cause[]
  @Parts(() => Promised, 10) readonly promised!: readonly Promised[]
  @Ids(20) readonly articles!: readonly string[]
}

@ApiTags('contact')
@Controller('api/v1/contact/contacts')
export class ContactsController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly reader: ContactReader,
  ) {}

  @Post()
  @Allow('customer', 'guest')
  @ApiOperation({ summary: 'Ask for a contact over an offered channel, with everything known' })
  async request(@Body() body: RequestContactBody, @AsCommand() command: Command, @ByCaller() caller: Caller) {
    const told = await this.contacts.request(body, command, caller)
    return created(told, `/api/v1/contact/contacts/${told.id}`, statusOf(told))
  }

  @Get()
  @Allow('customer', 'guest', 'agent', 'supervisor')
  @ApiOperation({
    summary: 'Contacts, newest first: your own, those you have, or everybody’s for supervisors',
  })
  list(@Query() query: ContactListQuery, @ByCaller() caller: Caller) {
    return this.contacts.list(query, caller)
  }

  @Get(':id')
  @Allow('customer', 'guest', 'agent', 'supervisor')
  @ApiOperation({
    summary: 'A contact with all that is known: who, what, why, what was read and said before',
  })
  read(@Param('id', ParseUUIDPipe) id: string, @ByCaller() caller: Caller) {
    return this.reader.read(id, caller)
  }

  @Post(':id/end')
  @Allow('customer', 'guest', 'agent', 'supervisor')
  @ApiOperation({ summary: 'End the conversation' })
  async end(
    @Param('id', ParseUUIDPipe) id: string,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.contacts.end(id, command, caller)
    return changed(told, statusOf(told))
  }

  @Post(':id/leave')
  @Allow('customer', 'guest')
  @ApiOperation({ summary: 'Leave before anybody has answered' })
  async leave(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: LeaveContactBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.contacts.leave(id, body.why, command, caller)
    return changed(told, statusOf(told))
  }

  @Post(':id/move')
  @Allow('customer', 'guest', 'agent')
  @ApiOperation({ summary: 'Go on over another channel, along a declared way' })
  async move(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: MoveContactBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.contacts.move(id, body.channel, command, caller)
    return changed(told, statusOf(told))
  }

  @Post(':id/transfer')
  @Allow('agent')
  @ApiOperation({ summary: 'Pass the contact on to somebody else, with everything known' })
  async transfer(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: TransferContactBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.contacts.transfer(id, body, command, caller)
    return changed(told, statusOf(told))
  }

  @Put(':id/summary')
  @Allow('agent')
  @ApiOperation({
    summary: 'Write down outcome, cause and promises, once; ends the contact where it is still open',
  })
  async summarise(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: SummariseContactBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.contacts.summarise(id, body, command, caller)
    return changed(told, statusOf(told))
  }
}

/** What every change of a contact answers. */
export function statusOf({ id, state }: Told) {
  if (state.status === 'none') return { id }
  const { legs, journeyId } = state.contact
  const last = legs.at(-1)
  return {
    id,
    journeyId,
    state: state.status,
    ...(last !== undefined && { channel: last.channel, leg: last.leg }),
  }
}
