import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Put,
  Query,
  UseInterceptors,
} from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Code, Flag, Moment, OneOf, Optional, Text, Whole } from '@throughline/contracts'
import { Allow, Answer, AsCommand, ByCaller, changed, created, PageQuery } from '@throughline/ports'
import type { Caller, Command, Transacted } from '@throughline/ports'
import { READERS } from './figure.shown.js'
import type { FindingEvent, FindingState } from './finding.js'
import { FindingsService } from './finding.service.js'
import { FINDING_STATUSES } from './finding.view.js'
import type { FindingStatus } from './finding.view.js'
import { FoldReached } from './fold.reached.js'

export class FindingListQuery extends PageQuery {
  @Optional() @OneOf(FINDING_STATUSES) readonly status?: FindingStatus
  @Optional() @Code() readonly department?: string
}

export class RaiseFindingBody {
  static readonly example: RaiseFindingBody = {
    metric: 'contacts-by-cause',
    cell: 'cause:letter-unclear',
    says: 'The care plan letter makes people call.',
  }
  @Code() readonly metric!: string
  @Optional() @Whole(1) readonly version?: number
  /** `cause:letter-unclear,channel:phone`; absent for all. */
  @Optional() @Text(500) readonly cell?: string
  /** In words; those of the figure where absent. */
  @Optional() @Text(1000, 1) readonly says?: string
}

export class AssignFindingBody {
  static readonly example: AssignFindingBody = { department: 'letters', actBy: '2099-01-31T12:00:00.000Z' }
  /** That which answers for the cause where absent. */
  @Optional() @Code() readonly department?: string
  @Moment() readonly actBy!: string
}

export class ActOnFindingBody {
  static readonly example: ActOnFindingBody = { what: 'The letter now names the date of the first payment.' }
  @Text(1000, 1) readonly what!: string
  @Optional() @Text(500) readonly link?: string
}

export class CloseFindingBody {
  static readonly example: CloseFindingBody = { helped: true, why: 'Half as many ask about it.' }
  @Flag() readonly helped!: boolean
  @Text(1000, 1) readonly why!: string
}

export class ReopenFindingBody {
  static readonly example: ReopenFindingBody = { why: 'The questions are back.' }
  @Text(1000, 1) readonly why!: string
}

@ApiTags('insight')
@Controller('api/v1/insight/findings')
@UseInterceptors(FoldReached)
export class FindingsController {
  constructor(private readonly findings: FindingsService) {}

  @Get()
  @Allow(...READERS)
  @ApiOperation({ summary: 'Findings by status or department' })
  list(@Query() query: FindingListQuery) {
    return this.findings.list(query)
  }

  @Get(':id')
  @Allow(...READERS)
  @ApiOperation({ summary: 'A finding, and what came of it' })
  async one(@Param('id', ParseUUIDPipe) id: string) {
    const finding = await this.findings.one(id)
    return new Answer(finding, { version: finding.revision, position: 0, outcome: 'read' })
  }

  @Get(':id/measure')
  @Allow(...READERS)
  @ApiOperation({ summary: 'The same figure before it was acted on and since' })
  measure(@Param('id', ParseUUIDPipe) id: string, @ByCaller() caller: Caller) {
    return this.findings.measure(id, caller)
  }

  @Post()
  @Allow('analyst', 'supervisor')
  @ApiOperation({ summary: 'Raise a figure somebody should act on' })
  async raise(@Body() body: RaiseFindingBody, @AsCommand() command: Command, @ByCaller() caller: Caller) {
    const told = await this.findings.raise(body, command, caller)
    return created(told, `/api/v1/insight/findings/${told.id}`, { id: told.id })
  }

  @Put(':id/department')
  @Allow('analyst', 'supervisor')
  @ApiOperation({ summary: 'Assign it to a department, with a time to act by' })
  async assign(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: AssignFindingBody,
    @AsCommand() command: Command,
  ) {
    return answer(await this.findings.assign(id, body, command))
  }

  @Post(':id/actions')
  @HttpCode(200)
  @Allow('analyst', 'supervisor', 'knowledge-owner')
  @ApiOperation({ summary: 'Say what was done about it' })
  async act(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ActOnFindingBody,
    @AsCommand() command: Command,
  ) {
    return answer(await this.findings.act(id, body, command))
  }

  @Post(':id/closing')
  @HttpCode(200)
  @Allow('analyst', 'supervisor')
  @ApiOperation({ summary: 'Close it, and say whether what was done helped' })
  async close(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: CloseFindingBody,
    @AsCommand() command: Command,
  ) {
    return answer(await this.findings.close(id, body, command))
  }

  @Post(':id/reopening')
  @HttpCode(200)
  @Allow('analyst', 'supervisor')
  @ApiOperation({ summary: 'Open it again, because it did not hold' })
  async reopen(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ReopenFindingBody,
    @AsCommand() command: Command,
  ) {
    return answer(await this.findings.reopen(id, body.why, command))
  }
}

function answer(told: Transacted<FindingState, FindingEvent>) {
  return changed(told, { id: told.id, status: told.state.status })
}
