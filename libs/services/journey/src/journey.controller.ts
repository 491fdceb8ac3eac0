import { Body, Controller, Get, Headers, Param, ParseUUIDPipe, Post, Put, Query, Res } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import {
  CHANNELS,
  Code,
  ENTRANCES,
  Id,
  ItemSnapshot,
  Moment,
  OneOf,
  Optional,
  Part,
  STAGES,
  Text,
  Whole,
} from '@throughline/contracts'
import type { Channel, Entrance, Stage } from '@throughline/contracts'
import {
  Allow,
  Answer,
  AsCommand,
  ByCaller,
  changed,
  created,
  LiveFeed,
  pageOf,
  PageQuery,
  vantageOf,
} from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { JourneyReader } from './journey.reader.js'
import { JourneyService } from './journey.service.js'
import { momentTypes, sharedMomentOf } from './timeline.js'
import { stageReader } from './timeline.stage.js'

export class StartJourneyBody {
  @OneOf(ENTRANCES) readonly entrance!: Entrance
  @Optional() @OneOf(STAGES) readonly stage?: Stage
  @Optional() @Text(500) readonly page?: string
  @Optional() @Id() readonly caseId?: string
  /** Of importers only. */
  @Optional() @Id() readonly customerId?: string
  /** Of importers only: the system it comes from. */
  @Optional() @Code() readonly origin?: string

  static readonly example: StartJourneyBody = { entrance: 'need-help' }
}

export class ChosenProduct {
  @Text(200, 1) readonly title!: string
  @Optional() @Text(100) readonly product?: string
}

export class ChooseItemBody {
  @Optional() @Id() readonly itemId?: string
  /** What is looked at on a product page and not owned. */
  @Optional() @Part(() => ChosenProduct) readonly product?: ChosenProduct
  /** Of importers only. */
  @Optional() @Part(() => ItemSnapshot) readonly snapshot?: ItemSnapshot

  static readonly example: ChooseItemBody = { itemId: '3f2b8c1e-6a77-5d0c-9a41-0f4b7f0b2d11' }
}

export class ChooseReasonBody {
  @Code() readonly code!: string
  @Optional() @Code() readonly detail?: string
  /** Of importers only. */
  @Optional() @Text(120, 1) readonly label?: string
  @Optional() @Text(120, 1) readonly detailLabel?: string

  static readonly example: ChooseReasonBody = { code: 'not-working', detail: 'water-stays' }
}

export class GiveFactBody {
  @Code() readonly name!: string
  @Text(120, 1) readonly label!: string
  @Text(4000, 1) readonly value!: string

  static readonly example: GiveFactBody = {
    name: 'question',
    label: 'Says',
    value: 'It started after the machine was moved on Wednesday.',
  }
}

export class AskQuestionBody {
  @Code() readonly name!: string

  static readonly example: AskQuestionBody = { name: 'delivery-address' }
}

export class ReachStageBody {
  @OneOf(STAGES) readonly stage!: Stage

  static readonly example: ReachStageBody = { stage: 'use' }
}

export class EndJourneyBody {
  @OneOf(['solved-by-article', 'solved-by-contact', 'given-up', 'solved-itself', 'superseded'])
  readonly outcome!: string

  static readonly example: EndJourneyBody = { outcome: 'solved-by-article' }
}

export class ResumeJourneyBody {
  @OneOf(['page', 'continuation-token', 'spoken-code', 'case']) readonly by!: string
  @Optional() @OneOf(CHANNELS) readonly channel?: Channel

  static readonly example: ResumeJourneyBody = { by: 'page' }
}

export class JourneyListQuery extends PageQuery {
  /** Whose, for members of staff; supervisors and analysts may leave it out. */
  @Optional() @Id() readonly customerId?: string
}

export class JourneyContextQuery {
  /** As known at this moment. */
  @Optional() @Moment() readonly at?: string
  /** As known when the log stood here. */
  @Optional() @Whole(1) readonly position?: number
  /** What had happened by this moment, whenever it was recorded. */
  @Optional() @Moment() readonly occurredUntil?: string
  /** With her eyes: without notes, offers, causes and levels. */
  @Optional() @OneOf(['customer']) readonly as?: 'customer'
}

export class JourneyEventsQuery extends PageQuery {
  /** `customer`: with the moments of her other journeys, each with its `journeyId`. */
  @Optional() @OneOf(['journey', 'customer']) readonly of?: 'journey' | 'customer'
  /** Only what the customer sees. */
  @Optional() @OneOf(['customer']) readonly as?: 'customer'
}

const OWNERS = ['customer', 'guest', 'importer'] as const
const VIEWERS = ['customer', 'guest', 'agent', 'supervisor', 'analyst'] as const

@ApiTags('journey')
@Controller('api/v1/journey/journeys')
export class JourneyController {
  constructor(
    private readonly journeys: JourneyService,
    private readonly reader: JourneyReader,
    private readonly live: LiveFeed,
  ) {}

  @Post()
  @Allow(...OWNERS)
  @ApiOperation({ summary: 'Begin to look for help or an answer' })
  async start(@Body() body: StartJourneyBody, @AsCommand() command: Command, @ByCaller() caller: Caller) {
    const told = await this.journeys.start(body, command, caller)
    return created(told, `/api/v1/journey/journeys/${told.id}`, { id: told.id })
  }

  @Put(':id/item')
  @Allow(...OWNERS)
  @ApiOperation({ summary: 'Say which thing it is about' })
  async chooseItem(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ChooseItemBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.journeys.chooseItem(id, body, command, caller)
    return changed(told, { id, item: told.state.status === 'none' ? null : told.state.known.item })
  }

  @Put(':id/reason')
  @Allow(...OWNERS)
  @ApiOperation({ summary: 'Say why, by a reason in force for the kind of thing' })
  async chooseReason(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ChooseReasonBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.journeys.chooseReason(id, body, command, caller)
    return changed(told, { id, reason: told.state.status === 'none' ? null : told.state.known.reason })
  }

  @Post(':id/facts')
  @Allow(...OWNERS, 'agent')
  @ApiOperation({ summary: 'Tell something that nobody has to ask again' })
  async giveFact(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: GiveFactBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    return changed(await this.journeys.giveFact(id, body, command, caller), { id, ...body })
  }

  @Post(':id/questions')
  @Allow('agent')
  @ApiOperation({ summary: 'Before asking the customer: answers with the fact where the journey holds it' })
  async ask(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: AskQuestionBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    const told = await this.journeys.ask(id, body.name, command, caller)
    const fact = told.state.status === 'none' ? undefined : told.state.known.facts[body.name]
    return changed(told, { id, name: body.name, known: fact !== undefined, ...fact })
  }

  @Post(':id/stage')
  @Allow(...OWNERS, 'agent')
  @ApiOperation({ summary: 'Come to another stage with a thing' })
  async reachStage(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ReachStageBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    return changed(await this.journeys.reachStage(id, body.stage, command, caller), { id, ...body })
  }

  @Post(':id/end')
  @Allow(...OWNERS, 'agent')
  @ApiOperation({ summary: 'Say that the journey is over, and how' })
  async end(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: EndJourneyBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    return changed(await this.journeys.end(id, body.outcome, command, caller), { id, ...body })
  }

  @Post(':id/resumption')
  @Allow('customer', 'guest')
  @ApiOperation({ summary: 'Come back to a journey, however long ago it was' })
  async resume(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ResumeJourneyBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    return changed(await this.journeys.resume(id, body, command, caller), { id, status: 'open' })
  }

  @Get()
  @Allow(...VIEWERS)
  @ApiOperation({
    summary: 'Own journeys, those of a customer, or everybody’s for supervisors and analysts; newest first',
  })
  list(@Query() query: JourneyListQuery, @ByCaller() caller: Caller) {
    return this.reader.list(caller, query.customerId, pageOf(query))
  }

  @Get(':id')
  @Allow(...VIEWERS)
  @ApiOperation({ summary: 'One journey as it stands' })
  async one(@Param('id', ParseUUIDPipe) id: string, @ByCaller() caller: Caller) {
    const { body, version } = await this.reader.one(id, caller)
    return new Answer(body, { version, position: 0, outcome: 'read' })
  }

  @Get(':id/context')
  @Allow(...VIEWERS)
  @ApiOperation({ summary: 'Everything known of a journey, now or as it was known at a moment' })
  context(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { as, ...query }: JourneyContextQuery,
    @ByCaller() caller: Caller,
  ) {
    return this.reader.context(id, vantageOf(query), caller, as)
  }

  @Get(':id/events')
  @Allow(...VIEWERS)
  @ApiOperation({ summary: 'The moments of a journey, oldest first' })
  events(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { of, as, ...page }: JourneyEventsQuery,
    @ByCaller() caller: Caller,
  ) {
    const wish = { ...(of !== undefined && { of }), ...(as !== undefined && { as }) }
    return this.reader.timeline(id, pageOf(page), caller, wish)
  }

  @Get(':id/live')
  @Allow(...VIEWERS)
  @ApiOperation({ summary: 'The moments of a journey as they happen (server-sent events)' })
  async watch(
    @Param('id', ParseUUIDPipe) id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @ByCaller() caller: Caller,
    @Res() response: unknown,
  ): Promise<void> {
    const { viewer, events } = await this.reader.viewer(id, caller)
    const stage = stageReader()
    const heard = lastEventId === undefined ? Infinity : Number(lastEventId)
    for (const event of events) if (!(event.position > heard)) stage(event)
    this.live.open(response, {
      caller,
      types: momentTypes(),
      ...(lastEventId !== undefined && { lastEventId }),
      select: (event) => {
        const moment = event.journeyId === id ? sharedMomentOf(event, viewer, stage(event)) : undefined
        return moment && { event: 'moment', data: moment }
      },
    })
  }
}
