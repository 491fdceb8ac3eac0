import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Id, Moment, OneOf, Optional, Text } from '@throughline/contracts'
import type { FollowUpEvent } from '@throughline/contracts'
import { Allow, Answer, AsCommand, ByCaller, changed, created, PageQuery } from '@throughline/ports'
import type { Caller, Command, Transacted } from '@throughline/ports'
import type { FollowUpState } from './follow-up.js'
import { followUpShown, FollowUpsService } from './follow-up.service.js'
import { ofTeam } from './case.service.js'

const LISTS = ['mine', 'unassigned', 'all', 'closed'] as const
const CANCELLED = ['case-resolved', 'duplicate'] as const

export class FollowUpListQuery extends PageQuery {
  @Optional() @OneOf(LISTS) readonly list?: (typeof LISTS)[number]
  /** All of one case, open and closed. */
  @Optional() @Id() readonly caseId?: string
  /** The one that a wish in feedback made. */
  @Optional() @Id() readonly feedbackId?: string
  /** Of the team: those due before, of lists that are open. */
  @Optional() @Moment() readonly dueBefore?: string
}

export class PlanFollowUpBody {
  static readonly example: PlanFollowUpBody = {
    caseId: '0190a0a0-0000-7000-8000-00000000c001',
    what: 'Write to her after the visit',
    dueBy: '2026-11-25T12:00:00.000Z',
  }
  @Id() readonly caseId!: string
  @Text(500, 1) readonly what!: string
  @Moment() readonly dueBy!: string
  @Optional() @Id() readonly staffId?: string
}

export class AssignFollowUpBody {
  static readonly example: AssignFollowUpBody = { staffId: '0190a0a0-0000-7000-8000-00000000a001' }
  @Id() readonly staffId!: string
}

export class CompleteFollowUpBody {
  static readonly example: CompleteFollowUpBody = { note: 'Called her; the machine runs.' }
  @Text(2000) readonly note!: string
}

export class CancelFollowUpBody {
  static readonly example: CancelFollowUpBody = { why: 'duplicate' }
  @OneOf(CANCELLED) readonly why!: (typeof CANCELLED)[number]
}

@ApiTags('case')
@Controller('api/v1/case/follow-ups')
export class FollowUpsController {
  constructor(private readonly followUps: FollowUpsService) {}

  @Get()
  @Allow('customer', 'guest', 'agent', 'supervisor', 'analyst')
  @ApiOperation({ summary: 'Whom to get back to, by what is due; for a customer, her own' })
  list(@Query() query: FollowUpListQuery, @ByCaller() caller: Caller) {
    return this.followUps.list(query, caller)
  }

  @Get(':id')
  @Allow('customer', 'guest', 'agent', 'supervisor', 'analyst')
  @ApiOperation({ summary: 'A follow-up' })
  async one(@Param('id', ParseUUIDPipe) id: string, @ByCaller() caller: Caller) {
    const row = await this.followUps.find(id, caller)
    const body = followUpShown(row, ofTeam(caller))
    return new Answer(body, { version: row.version, position: 0, outcome: 'read' })
  }

  @Post()
  @Allow('agent', 'supervisor')
  @ApiOperation({ summary: 'Plan to get back to the customer of a case' })
  async plan(@Body() body: PlanFollowUpBody, @AsCommand() command: Command, @ByCaller() caller: Caller) {
    const told = await this.followUps.plan(body, command, caller)
    return created(told, `/api/v1/case/follow-ups/${told.id}`, shown(told))
  }

  @Put(':id/assignee')
  @Allow('agent', 'supervisor')
  @ApiOperation({ summary: 'Say who gets back to the customer' })
  async assign(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: AssignFollowUpBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.followUps.assign(id, body.staffId, command, caller)
    return changed(told, shown(told))
  }

  @Post(':id/completion')
  @HttpCode(200)
  @Allow('agent', 'supervisor')
  @ApiOperation({ summary: 'Say that the customer was got back to' })
  async complete(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: CompleteFollowUpBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.followUps.complete(id, body.note, command, caller)
    return changed(told, shown(told))
  }

  @Post(':id/cancellation')
  @HttpCode(200)
  @Allow('agent', 'supervisor')
  @ApiOperation({ summary: 'Close a follow-up nobody needs; what a customer wished only as a duplicate' })
  async cancel(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: CancelFollowUpBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.followUps.cancel(id, body.why, command, caller)
    return changed(told, shown(told))
  }
}

function shown(told: Transacted<FollowUpState, FollowUpEvent>) {
  return { id: told.id, status: told.state.status, version: told.version }
}
