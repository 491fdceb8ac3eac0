import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Flag, Id, Moment, OneOf, Optional, Text, Whole } from '@throughline/contracts'
import type { CaseEvent } from '@throughline/contracts'
import { Allow, Answer, AsCommand, ByCaller, changed, PageQuery, vantageOf } from '@throughline/ports'
import type { Caller, Command, Transacted } from '@throughline/ports'
import { Matches } from 'class-validator'
import type { CaseState } from './case.js'
import { CasesService } from './case.service.js'

const HOW = ['solved', 'compensated', 'explained', 'withdrawn', 'not-possible'] as const

export class CaseListQuery extends PageQuery {
  /** Of the team: whose cases. */
  @Optional() @OneOf(['mine', 'unassigned', 'all']) readonly list?: 'mine' | 'unassigned' | 'all'
  @Optional() @OneOf(['open', 'resolved']) readonly status?: 'open' | 'resolved'
  /** Of the team: the cases of one customer. */
  @Optional() @Id() readonly customerId?: string
  /** Of the team: the seven digits a customer says. */
  @Optional() @Matches(/^\d{7}$/) readonly reference?: string
  /** Of the work list: those whose next promise is due before. */
  @Optional() @Moment() readonly dueBefore?: string
}

export class CaseQuery {
  /** As known at this moment. */
  @Optional() @Moment() readonly at?: string
  /** As known when the log stood here. */
  @Optional() @Whole(1) readonly position?: number
  /** What had happened by this moment, whenever it was recorded. */
  @Optional() @Moment() readonly occurredUntil?: string
  /** With her eyes: without what the team says among itself. */
  @Optional() @OneOf(['customer']) readonly as?: 'customer'
}

export class NoteCaseBody {
  static readonly example: NoteCaseBody = { note: 'The engineer confirmed Tuesday morning.', visible: true }
  @Text(2000, 1) readonly note!: string
  /** The customer sees it. */
  @Flag() readonly visible!: boolean
}

export class AssignCaseBody {
  static readonly example: AssignCaseBody = { staffId: '0190a0a0-0000-7000-8000-00000000a001' }
  @Id() readonly staffId!: string
}

export class KeepCasePromiseBody {
  static readonly example: KeepCasePromiseBody = { what: 'We confirm the visit' }
  @Text(500, 1) readonly what!: string
  /** Needed only where the same words were promised for two times. */
  @Optional() @Moment() readonly by?: string
}

export class ResolveCaseBody {
  static readonly example: ResolveCaseBody = { how: 'solved', words: 'The new pump works.' }
  @OneOf(HOW) readonly how!: (typeof HOW)[number]
  /** In words the customer can read. */
  @Text(2000, 1) readonly words!: string
}

export class ReopenCaseBody {
  static readonly example: ReopenCaseBody = { why: 'The water is back.' }
  @Text(2000, 1) readonly why!: string
}

type Told = Transacted<CaseState, CaseEvent>

@ApiTags('case')
@Controller('api/v1/case/cases')
export class CasesController {
  constructor(private readonly cases: CasesService) {}

  @Get()
  @Allow('customer', 'guest', 'agent', 'supervisor', 'analyst')
  @ApiOperation({ summary: 'Own cases; for the team, the work list by what is due' })
  list(@Query() query: CaseListQuery, @ByCaller() caller: Caller) {
    return this.cases.list(query, caller)
  }

  @Get(':id')
  @Allow('customer', 'guest', 'agent', 'supervisor', 'analyst')
  @ApiOperation({ summary: 'A case with its timeline, now or as it was known at a moment' })
  async one(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { as, ...query }: CaseQuery,
    @ByCaller() caller: Caller,
  ) {
    const { body, version } = await this.cases.shown(id, caller, vantageOf(query), as)
    return new Answer(body, { version, position: 0, outcome: 'read' })
  }

  @Post(':id/recontact')
  @HttpCode(200)
  @Allow('customer', 'guest')
  @ApiOperation({ summary: 'What is needed to contact us about this case again, in one call' })
  recontact(@Param('id', ParseUUIDPipe) id: string, @ByCaller() caller: Caller) {
    return this.cases.recontact(id, caller)
  }

  @Post(':id/notes')
  @HttpCode(200)
  @Allow('agent', 'supervisor')
  @ApiOperation({ summary: 'Note what was done, for the customer to see or for the team' })
  async note(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: NoteCaseBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    return answer(await this.cases.note(id, body.note, body.visible, command, caller))
  }

  @Put(':id/assignee')
  @Allow('agent', 'supervisor')
  @ApiOperation({ summary: 'Say who answers for the case' })
  async assign(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: AssignCaseBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    return answer(await this.cases.assign(id, body.staffId, command, caller))
  }

  @Post(':id/kept-promises')
  @HttpCode(200)
  @Allow('agent', 'supervisor')
  @ApiOperation({ summary: 'Say that what was promised was done' })
  async keep(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: KeepCasePromiseBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    return answer(await this.cases.keep(id, body.what, body.by, command, caller))
  }

  @Post(':id/resolution')
  @HttpCode(200)
  @Allow('customer', 'guest', 'agent', 'supervisor')
  @ApiOperation({
    summary: 'Say how the case was dealt with; a customer says that it is solved or withdrawn',
  })
  async resolve(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ResolveCaseBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    return answer(await this.cases.resolve(id, body.how, body.words, command, caller))
  }

  @Post(':id/reopening')
  @HttpCode(200)
  @Allow('customer', 'guest', 'agent', 'supervisor')
  @ApiOperation({ summary: 'Say that the case is not dealt with after all' })
  async reopen(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ReopenCaseBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    return answer(await this.cases.reopen(id, body.why, command, caller))
  }
}

function answer(told: Told) {
  return changed(told, { id: told.id, status: told.state.status, version: told.version })
}
