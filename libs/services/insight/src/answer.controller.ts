import { Controller, Get, Param, ParseUUIDPipe, Query, UseInterceptors } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { CHANNELS, Code, Id, ITEM_KINDS, OneOf, Optional, Text, Whole } from '@throughline/contracts'
import { Allow, ByCaller } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { AnswersService } from './answer.service.js'
import { ArticlesAnswersService } from './article.service.js'
import { DriversService } from './driver.service.js'
import { FigureMomentsQuery } from './figure.controller.js'
import { READERS } from './figure.shown.js'
import { FoldReached } from './fold.reached.js'
import { HoursService } from './hour.service.js'

export class AnswerQuery extends FigureMomentsQuery {
  /** Keys with commas between: `reason,thingKind`. */
  @Optional() @Text(200) readonly by?: string
}

export class DriversQuery extends FigureMomentsQuery {
  /** Reasons for each kind of thing (5 where absent), and drivers in all (20). */
  @Optional() @Whole(1, 50) readonly top?: number
  @Optional() @OneOf([...ITEM_KINDS, 'none']) readonly thingKind?: string
  @Optional() @OneOf(CHANNELS) readonly channel?: string
}

export class ArticleAnswersQuery extends FigureMomentsQuery {
  /** Only the versions of this one. */
  @Optional() @Id() readonly article?: string
}

export class AskedAfterQuery extends FigureMomentsQuery {
  @Optional() @Whole(1) readonly version?: number
  /** Texts at most. */
  @Optional() @Whole(1, 50) readonly limit?: number
}

export class AnatomyQuery extends FigureMomentsQuery {
  @Optional() @Code() readonly reason?: string
}

@ApiTags('insight')
@Controller('api/v1/insight')
@UseInterceptors(FoldReached)
export class AnswersController {
  constructor(
    private readonly answers: AnswersService,
    private readonly contacts: DriversService,
    private readonly reading: ArticlesAnswersService,
    private readonly hours: HoursService,
  ) {}

  @Get('drivers')
  @Allow(...READERS)
  @ApiOperation({ summary: 'Why people contact us, by thing and reason, and who answers for the causes' })
  drivers(@Query() query: DriversQuery, @ByCaller() caller: Caller) {
    return this.contacts.drivers(query, caller)
  }

  @Get('online-before-contact')
  @Allow(...READERS)
  @ApiOperation({ summary: 'Share of contacts after online steps: looked, chose, read' })
  onlineBeforeContact(@Query() query: AnswerQuery, @ByCaller() caller: Caller) {
    return this.answers.onlineBeforeContact(query, caller)
  }

  @Get('articles')
  @Allow(...READERS)
  @ApiOperation({
    summary: 'Of each version of an article: contact after reading and said to help, over the last half year',
  })
  articles(@Query() query: ArticleAnswersQuery, @ByCaller() caller: Caller) {
    return this.reading.articles(query, caller)
  }

  @Get('articles/:id/asked')
  @Allow('knowledge-owner', 'supervisor', 'analyst')
  @ApiOperation({ summary: 'Why people still asked after reading: causes noted, and their own words' })
  asked(@Param('id', ParseUUIDPipe) id: string, @Query() query: AskedAfterQuery, @ByCaller() caller: Caller) {
    return this.reading.asked(id, query, caller)
  }

  @Get('answer-times')
  @Allow(...READERS)
  @ApiOperation({ summary: 'Answer times by channel and hour, beside what is promised' })
  answerTimes(@Query() query: FigureMomentsQuery, @ByCaller() caller: Caller) {
    return this.answers.answerTimes(query, caller)
  }

  @Get('answer-times/hours')
  @Allow(...READERS)
  @ApiOperation({
    summary: 'Promised against measured by channel and hour, of the last day or of a span up to two',
  })
  answerHours(@Query() query: FigureMomentsQuery, @ByCaller() caller: Caller) {
    return this.hours.hours(query, caller)
  }

  @Get('feedback-trend')
  @Allow(...READERS)
  @ApiOperation({ summary: 'Satisfaction and feeling by week, apart, with the share who answered' })
  feedbackTrend(@Query() query: FigureMomentsQuery, @ByCaller() caller: Caller) {
    return this.answers.feedbackTrend(query, caller)
  }

  @Get('repeat-contacts')
  @Allow(...READERS)
  @ApiOperation({
    summary: 'Contacts followed by another about the same issue, as stated and in the wide sense',
  })
  repeatContacts(@Query() query: AnswerQuery, @ByCaller() caller: Caller) {
    return this.answers.repeatContacts(query, caller)
  }

  @Get('first-contact-resolution')
  @Allow(...READERS)
  @ApiOperation({ summary: 'Issues resolved by one contact' })
  firstContactResolution(@Query() query: AnswerQuery, @ByCaller() caller: Caller) {
    return this.answers.one('first-contact-resolution', query, caller)
  }

  @Get('asked-again')
  @Allow(...READERS)
  @ApiOperation({ summary: 'How often somebody was asked for what the journey already held' })
  askedAgain(@Query() query: AnswerQuery, @ByCaller() caller: Caller) {
    return this.answers.one('asked-again', query, caller)
  }

  @Get('anatomy')
  @Allow(...READERS)
  @ApiOperation({ summary: 'What journeys look like: steps, paths, where they begin and end' })
  anatomy(@Query() query: AnatomyQuery) {
    return this.answers.anatomy(query)
  }
}
