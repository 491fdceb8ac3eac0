import { Body, Controller, Get, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import {
  CHANNELS,
  Code,
  FEEDBACK_SUBJECTS,
  FEELINGS,
  Flag,
  Id,
  Moment,
  OneOf,
  Optional,
  OUTCOMES,
  Part,
  Text,
} from '@throughline/contracts'
import type { Channel, FeedbackEvent, Feeling, Outcome } from '@throughline/contracts'
import { Allow, Answer, AsCommand, ByCaller, changed, created, PageQuery } from '@throughline/ports'
import type { Caller, Command, Transacted } from '@throughline/ports'
import type { FeedbackState } from './feedback.js'
import { aboutOf, FeedbackService } from './feedback.service.js'
import type { FeedbackRow } from './feedback.view.js'

export class FeedbackAboutBody {
  @OneOf(FEEDBACK_SUBJECTS) readonly kind!: (typeof FEEDBACK_SUBJECTS)[number]
  /** Needed for a contact or case; otherwise a thing of hers, where there is one. */
  @Optional() @Id() readonly id?: string
  @Optional() @Text(200, 1) readonly title?: string
  /** Of imports. */
  @Optional() @OneOf(CHANNELS) readonly channel?: Channel
}

export class GiveFeedbackBody {
  static readonly example: GiveFeedbackBody = {
    about: { kind: 'contact', id: '0190a0a0-0000-7000-8000-00000000d001' },
    outcome: 'mostly',
    feeling: 'cared-for',
    comment: 'Joel knew everything.',
    followUp: false,
  }
  @Part(() => FeedbackAboutBody) readonly about!: FeedbackAboutBody
  /** Satisfaction with the outcome. */
  @Optional() @OneOf(OUTCOMES) readonly outcome?: Outcome
  @Optional() @OneOf(FEELINGS) readonly feeling?: Feeling
  @Optional() @Text(4000) readonly comment?: string
  /** Please get back to me about this. */
  @Flag() readonly followUp!: boolean
  /** Of imports: who gave it, in which system and when. */
  @Optional() @Id() readonly customerId?: string
  @Optional() @Code() readonly origin?: string
  @Optional() @Moment() readonly occurredAt?: string
}

export class ReviseFeedbackBody {
  static readonly example: ReviseFeedbackBody = { outcome: 'fully', followUp: false }
  @Optional() @OneOf(OUTCOMES) readonly outcome?: Outcome
  @Optional() @OneOf(FEELINGS) readonly feeling?: Feeling
  /** Empty takes the comment back. */
  @Optional() @Text(4000) readonly comment?: string
  @Optional() @Flag() readonly followUp?: boolean
}

export class FeedbackListQuery extends PageQuery {
  @Optional() @Id() readonly contactId?: string
  @Optional() @Id() readonly caseId?: string
  /** With `kind`: what it is about, whatever that is. */
  @Optional() @Id() readonly aboutId?: string
  @Optional() @Id() readonly customerId?: string
  @Optional() @OneOf(FEEDBACK_SUBJECTS) readonly kind?: (typeof FEEDBACK_SUBJECTS)[number]
  @Optional() @OneOf(CHANNELS) readonly channel?: Channel
  /** Code of the reason. */
  @Optional() @Code() readonly reason?: string
  @Optional() @OneOf(OUTCOMES) readonly outcome?: Outcome
  @Optional() @OneOf(FEELINGS) readonly feeling?: Feeling
  /** First given at or after. */
  @Optional() @Moment() readonly from?: string
  /** First given before. */
  @Optional() @Moment() readonly until?: string
}

@ApiTags('feedback')
@Controller('api/v1/feedback/feedback')
export class FeedbackController {
  constructor(private readonly feedback: FeedbackService) {}

  @Post()
  @Allow('customer', 'guest', 'importer')
  @ApiOperation({ summary: 'Say how it turned out and how it felt; said again about the same, it revises' })
  async give(@Body() body: GiveFeedbackBody, @AsCommand() command: Command, @ByCaller() caller: Caller) {
    const told = await this.feedback.give(body, command, caller)
    const isNew = told.events[0]?.type === 'throughline.FeedbackGiven.v1'
    return isNew
      ? created(told, `/api/v1/feedback/feedback/${told.id}`, await this.#said(told))
      : changed(told, await this.#said(told))
  }

  @Patch(':id')
  @Allow('customer', 'guest')
  @ApiOperation({ summary: 'Change what you said, at any time; the earlier versions are kept' })
  async revise(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ReviseFeedbackBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.feedback.revise(id, body, command, caller)
    return changed(told, await this.#said(told))
  }

  @Get()
  @Allow('customer', 'guest', 'agent', 'supervisor', 'analyst')
  @ApiOperation({
    summary:
      'Own feedback, or that about one thing with its versions; for the team, of one contact, case or customer, or all of a time',
  })
  async list(@Query() query: FeedbackListQuery, @ByCaller() caller: Caller) {
    const { items, next } = await this.feedback.list(query, caller)
    const ofOne = aboutOf(query) !== undefined
    return {
      items: items.map((row) => ({ ...current(row), ...(ofOne && { versions: row.versions }) })),
      next,
    }
  }

  @Get('open')
  @Allow('customer', 'guest')
  @ApiOperation({ summary: 'Own contacts and cases of late without feedback' })
  async open(@Query() query: PageQuery, @ByCaller() caller: Caller) {
    const { items, next } = await this.feedback.open(query, caller)
    return {
      items: items.map(({ of, id, title, channel, item, journeyId, endedAt }) => ({
        about: { kind: of, id, title, channel, item },
        journeyId,
        endedAt,
      })),
      next,
    }
  }

  @Get(':id')
  @Allow('customer', 'guest', 'agent', 'supervisor', 'analyst')
  @ApiOperation({ summary: 'Feedback with every version of it' })
  async one(@Param('id', ParseUUIDPipe) id: string, @ByCaller() caller: Caller) {
    const row = await this.feedback.find(id, caller)
    const body = { ...current(row), versions: row.versions }
    return new Answer(body, { version: row.events, position: 0, outcome: 'read' })
  }

  /** What counts now, and what was there before (C26). */
  async #said(told: Transacted<FeedbackState, FeedbackEvent>) {
    if (told.state.status === 'none') return { id: told.id }
    const { feedbackId: id, ...now } = told.state.said
    const versions = await this.feedback.versions(id, now.version)
    const [givenAt, changedAt] = [versions[0]?.at, versions.at(-1)?.at]
    return { id, ...now, givenAt, changedAt, before: versions.at(-2) ?? null, versions }
  }
}

/** What counts now. */
function current(row: FeedbackRow) {
  const { feedbackId: id, customerId, journeyId, about, origin, givenAt, changedAt, versions } = row
  const { version, outcome, feeling, comment, followUp } = versions.at(-1) ?? {}
  const now = { version, outcome, feeling, comment, followUp }
  return { id, customerId, journeyId, about, origin, ...now, givenAt, changedAt }
}
