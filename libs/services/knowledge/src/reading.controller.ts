import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Flag, Id, Optional, Text, Whole } from '@throughline/contracts'
import { Allow, AsCommand, ByCaller, changed, created, pageOf, PageQuery } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { ReadingsService } from './reading.service.js'
import type { ReadingRow } from './reading.view.js'

export class OpenReadingBody {
  @Id() readonly articleId!: string
  @Id() readonly journeyId!: string
  /** The version on the reader's screen; the live one if absent. */
  @Optional() @Whole(1) readonly version?: number
  static readonly example: OpenReadingBody = {
    articleId: '0190a0aa-0000-7000-8000-000000000001',
    journeyId: '0190a0aa-0000-7000-8000-000000000002',
  }
}

export class RateReadingBody {
  @Flag() readonly helped!: boolean
  @Optional() @Text(1000) readonly comment?: string
  static readonly example: RateReadingBody = { helped: false, comment: 'The tap was open.' }
}

export class LeaveReadingBody {
  /** Seconds it was open and in view, all openings so far together. */
  @Whole(0, 86_400) readonly dwell!: number
  static readonly example: LeaveReadingBody = { dwell: 42 }
}

export class ReadingListQuery extends PageQuery {
  @Id() readonly journeyId!: string
}

@ApiTags('knowledge')
@Controller('api/v1/knowledge/readings')
export class ReadingsController {
  constructor(private readonly readings: ReadingsService) {}

  @Post()
  @Allow('customer', 'guest')
  @ApiOperation({ summary: 'Open an article in one’s own journey; opened again it is the same reading' })
  async open(@Body() body: OpenReadingBody, @AsCommand() command: Command, @ByCaller() caller: Caller) {
    const told = await this.readings.open(body, command, caller)
    const version = told.state.status === 'read' ? told.state.key.version : 0
    const answer = { id: told.id, articleId: body.articleId, version }
    if (told.outcome === 'nothing') return changed(told, answer)
    return created(told, `/api/v1/knowledge/readings/${told.id}`, answer)
  }

  @Get()
  @Allow('customer', 'guest', 'agent', 'supervisor', 'knowledge-owner')
  @ApiOperation({ summary: 'What was read in a journey, oldest first' })
  async list(@Query() query: ReadingListQuery, @ByCaller() caller: Caller) {
    const { items, next } = await this.readings.list(query.journeyId, caller, pageOf(query))
    return { items: items.map(told), next }
  }

  @Get(':id')
  @Allow('customer', 'guest', 'agent', 'supervisor', 'knowledge-owner')
  @ApiOperation({ summary: 'One reading' })
  async read(@Param('id', ParseUUIDPipe) id: string, @ByCaller() caller: Caller) {
    return told(await this.readings.read(id, caller))
  }

  @Put(':id/rating')
  @Allow('customer', 'guest')
  @ApiOperation({ summary: 'Say whether it helped, or say otherwise than before' })
  async rate(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: RateReadingBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const result = await this.readings.rate(id, body, command, caller)
    const { helped, comment } = body
    return changed(result, { id, helped, ...(comment !== undefined && { comment }) })
  }

  @Post(':id/leave')
  @HttpCode(200)
  @Allow('customer', 'guest')
  @ApiOperation({ summary: 'Say how long it was open' })
  async leave(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: LeaveReadingBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const result = await this.readings.leave(id, body.dwell, command, caller)
    return changed(result, { id, dwell: body.dwell })
  }
}

/** A reading as it is given out: who read it stands in the journey. */
export function told(row: ReadingRow) {
  const { readingId: id, articleId, version, title, thing, reason, journeyId, readAt, dwell, contactId } = row
  return {
    id,
    articleId,
    version,
    title,
    readAt,
    ...(journeyId !== undefined && { journeyId }),
    ...(thing !== undefined && { thing }),
    ...(reason !== undefined && { reason }),
    ...(dwell !== undefined && { dwell }),
    ...(row.rating !== undefined && { helped: row.rating.helped }),
    ...(row.rating?.comment !== undefined && { comment: row.rating.comment }),
    ...(contactId !== undefined && { contactId }),
  }
}
