import { Body, Controller, Get, Param, ParseIntPipe, Post, Query, UseInterceptors } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Code, Document, Moment, Optional, Text, Whole } from '@throughline/contracts'
import { Allow, AsCommand, ByCaller, created } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { READERS } from './figure.shown.js'
import { FiguresService } from './figure.service.js'
import { FoldReached } from './fold.reached.js'

/** As of when, as known at which position of the log, of units begun when. */
export class FigureMomentsQuery {
  @Optional() @Moment() readonly asWas?: string
  @Optional() @Whole(0) readonly known?: number
  @Optional() @Moment() readonly from?: string
  @Optional() @Moment() readonly until?: string
}

export class FiguresQuery extends FigureMomentsQuery {
  @Optional() @Whole(1) readonly version?: number
  /** Keys with commas between: `reason,thingKind`. */
  @Optional() @Text(200) readonly by?: string
  @Optional() @Whole(0) readonly minUnits?: number
}

export class FigureExplainQuery extends FigureMomentsQuery {
  @Optional() @Whole(1) readonly version?: number
  /** `reason:water-leak,channel:phone`; absent for all. */
  @Optional() @Text(500) readonly cell?: string
  @Optional() @Whole(1, 500) readonly limit?: number
  @Optional() @Whole(0) readonly after?: number
  /** Only units with this value: 1 for those of a share for which it is so, 1 to 5 for answers in words. */
  @Optional() @Whole(0) readonly value?: number
}

/** Of each list: units that enter, leave, are changed. Name the moments of the first answer to go on with it. */
export class FigureDifferenceQuery extends FigureMomentsQuery {
  @Optional() @Whole(1, 500) readonly limit?: number
  @Optional() @Whole(0) readonly after?: number
}

export class FigureWeeksQuery {
  @Optional() @Whole(1) readonly version?: number
  /** As in explain. */
  @Optional() @Text(500) readonly cell?: string
  /** The present one is the last; 13 where absent. */
  @Optional() @Whole(1, 53) readonly weeks?: number
  @Optional() @Moment() readonly asWas?: string
  @Optional() @Whole(0) readonly known?: number
}

export class DefineMetricBody {
  static readonly example: DefineMetricBody = {
    metric: 'repeat-within-three-days',
    why: 'Deliveries are asked about again within three days or not at all.',
    definition: {
      title: 'Of the answered contacts, those followed by another about the same thing within three days.',
      unit: 'contact',
      start: { event: 'ContactEnded', where: { answered: true } },
      first: ['contact'],
      outcome: [{ event: 'ContactRequested', same: ['person', 'thing'], other: ['contact'], within: '3d' }],
      mature: '3d',
      by: ['reason', 'thingKind', 'channel'],
      estimate: { kind: 'share' },
      good: 'down',
    },
  }
  @Code() readonly metric!: string
  @Text(500, 1) readonly why!: string
  /** In the written form of the examples, without name and version. */
  @Document() readonly definition!: Readonly<Record<string, unknown>>
}

@ApiTags('insight')
@Controller('api/v1/insight/metrics')
@UseInterceptors(FoldReached)
export class MetricsController {
  constructor(private readonly figures: FiguresService) {}

  @Get()
  @Allow(...READERS)
  @ApiOperation({ summary: 'All definitions with their versions' })
  list() {
    return this.figures.metrics()
  }

  @Post()
  @Allow('analyst')
  @ApiOperation({ summary: 'Define a figure, or a new version of one; earlier versions stay' })
  async define(@Body() body: DefineMetricBody, @AsCommand() command: Command) {
    const told = await this.figures.define(body, command)
    const version = told.state.status === 'none' ? 0 : told.state.version
    return created(told, `/api/v1/insight/metrics/${body.metric}`, { metric: body.metric, version })
  }

  @Get(':metric')
  @Allow(...READERS)
  @ApiOperation({ summary: 'The versions of one definition' })
  one(@Param('metric') metric: string) {
    return this.figures.metric(metric)
  }

  @Get(':metric/figures')
  @Allow(...READERS)
  @ApiOperation({ summary: 'Figures with counts, interval and the moments they are as of' })
  of(@Param('metric') metric: string, @Query() query: FiguresQuery, @ByCaller() caller: Caller) {
    return this.figures.figures(metric, query, caller)
  }

  @Get(':metric/explain')
  @Allow(...READERS)
  @ApiOperation({ summary: 'The units behind a figure, with the events and journeys that decided' })
  explain(@Param('metric') metric: string, @Query() query: FigureExplainQuery, @ByCaller() caller: Caller) {
    return this.figures.explain(metric, query, caller)
  }

  @Get(':metric/weeks')
  @Allow(...READERS)
  @ApiOperation({ summary: 'One figure week by week, for a line' })
  weeks(@Param('metric') metric: string, @Query() query: FigureWeeksQuery, @ByCaller() caller: Caller) {
    return this.figures.weeks(metric, query, caller)
  }

  @Get(':metric/versions/:from/difference/:to')
  @Allow(...READERS)
  @ApiOperation({
    summary: 'What a redefinition changes: units entering, leaving, changed, with the events that decided',
  })
  difference(
    @Param('metric') metric: string,
    @Param('from', ParseIntPipe) from: number,
    @Param('to', ParseIntPipe) to: number,
    @Query() query: FigureDifferenceQuery,
    @ByCaller() caller: Caller,
  ) {
    return this.figures.difference(metric, from, to, query, caller)
  }
}
