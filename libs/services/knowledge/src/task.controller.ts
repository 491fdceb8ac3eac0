import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Id, OneOf, Optional, Text } from '@throughline/contracts'
import { Allow, Answer, AsCommand, ByCaller, changed, created, pageOf, PageQuery } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { ArticlesService } from './article.service.js'
import { told } from './reading.controller.js'
import { TasksService } from './task.service.js'
import type { TaskRow } from './task.view.js'

export class FlagArticleBody {
  @Id() readonly articleId!: string
  @OneOf(['outdated', 'duplicate']) readonly why!: 'outdated' | 'duplicate'
  static readonly example: FlagArticleBody = {
    articleId: '0190a0aa-0000-7000-8000-000000000001',
    why: 'outdated',
  }
}

export class CloseTaskBody {
  /** `retired` takes the article away. Revising an article and filling a gap close their tasks by themselves. */
  @OneOf(['not-the-article', 'retired']) readonly how!: 'not-the-article' | 'retired'
  @Text(500, 1) readonly note!: string
  static readonly example: CloseTaskBody = { how: 'not-the-article', note: 'The carrier lost the parcels.' }
}

export class TaskListQuery extends PageQuery {
  @Optional() @OneOf(['open', 'closed']) readonly state?: 'open' | 'closed'
  @Optional() @OneOf(['article', 'gap']) readonly kind?: 'article' | 'gap'
  /** Whose: absent means everyone’s for who leads, one’s own for others. Gaps are nobody’s until they are filled. */
  @Optional() @OneOf(['me', 'nobody', 'everyone']) readonly of?: 'me' | 'nobody' | 'everyone'
}

export class TaskReadingsQuery extends PageQuery {
  /** Only readings that a contact followed. */
  @Optional() @OneOf(['all', 'contacts']) readonly of?: 'all' | 'contacts'
}

const MOST_SHOWN = 50

@ApiTags('knowledge')
@Controller('api/v1/knowledge/tasks')
export class TasksController {
  constructor(
    private readonly tasks: TasksService,
    private readonly articles: ArticlesService,
  ) {}

  @Get()
  @Allow('knowledge-owner', 'supervisor', 'administrator')
  @ApiOperation({ summary: 'Articles that failed their readers, and needs without an article; oldest first' })
  async list(@Query() query: TaskListQuery, @ByCaller() caller: Caller) {
    const { limit, after, state = 'open', ...rest } = query
    const { items, next } = await this.tasks.list({ state, ...rest }, caller, pageOf({ limit, after }))
    return { items: await Promise.all(items.map((row) => this.#shown(row))), next }
  }

  @Post()
  @Allow('agent', 'knowledge-owner', 'supervisor', 'administrator')
  @ApiOperation({ summary: 'Say that an article is outdated or there twice' })
  async flag(@Body() { articleId, why }: FlagArticleBody, @AsCommand() command: Command) {
    const result = await this.tasks.flagByHand(articleId, why, command)
    const answer = { id: result.id, articleId }
    if (result.outcome === 'nothing') return changed(result, answer)
    return created(result, `/api/v1/knowledge/tasks/${result.id}`, answer)
  }

  @Get(':id')
  @Allow('knowledge-owner', 'supervisor', 'administrator')
  @ApiOperation({ summary: 'A task with its first readings, customers’ words and contacts' })
  async read(@Param('id', ParseUUIDPipe) id: string, @ByCaller() caller: Caller) {
    const row = await this.tasks.read(id, caller)
    const readings = await this.tasks.readings(row, 'version', { limit: MOST_SHOWN })
    const failed = await this.tasks.readings(row, 'failed', { limit: 500 })
    const said = await this.tasks.readings(row, 'said', { limit: MOST_SHOWN })
    const contactIds = [
      ...row.contacts,
      ...failed.items.flatMap(({ contactId }) => (contactId === undefined ? [] : [contactId])),
    ]
    const body = {
      ...(await this.#shown(row)),
      contactIds,
      comments: said.items.flatMap(({ rating }) => (rating?.comment === undefined ? [] : [rating.comment])),
      words: said.items.flatMap(({ rating, readAt: at, journeyId }) =>
        rating?.comment === undefined
          ? []
          : [
              {
                text: rating.comment,
                helped: rating.helped,
                at,
                ...(journeyId !== undefined && { journeyId }),
              },
            ],
      ),
      readings: { items: readings.items.map(told), next: readings.next },
    }
    return new Answer(body, { version: row.revision, position: 0, outcome: 'read' })
  }

  @Get(':id/readings')
  @Allow('knowledge-owner', 'supervisor', 'administrator')
  @ApiOperation({ summary: 'Readings of the version a task is about, oldest first' })
  async readings(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: TaskReadingsQuery,
    @ByCaller() caller: Caller,
  ) {
    const row = await this.tasks.read(id, caller)
    const of = query.of === 'contacts' ? 'failed' : 'version'
    const { items, next } = await this.tasks.readings(row, of, pageOf(query))
    return { items: items.map(told), next }
  }

  @Post(':id/closing')
  @HttpCode(200)
  @Allow('knowledge-owner', 'supervisor', 'administrator')
  @ApiOperation({ summary: 'Say that it is not the article’s fault, or retire the article' })
  async close(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { how, note }: CloseTaskBody,
    @AsCommand() command: Command,
    @ByCaller() caller: Caller,
  ) {
    return changed(await this.tasks.close(id, how, note, command, caller), {
      id,
      state: 'closed',
      how,
    })
  }

  @Post(':id/derivation')
  @HttpCode(200)
  @Allow('knowledge-owner', 'supervisor', 'administrator')
  @ApiOperation({
    summary: 'Decide again from the record whether the article had to be flagged, and compare',
  })
  async derive(@Param('id', ParseUUIDPipe) taskId: string, @ByCaller() caller: Caller) {
    const items = (await this.tasks.derive(taskId, caller)).map(({ event, derived }) => ({
      eventId: event.id,
      position: event.position,
      why: event.data.why,
      equal: derived.outcome === 'same',
      differences: derived.outcome === 'different' ? derived.differences : [],
      ...(derived.outcome === 'different' && { says: derived.says }),
      ...(derived.outcome === 'underivable' && { says: derived.because }),
    }))
    return { taskId, items }
  }

  async #shown(row: TaskRow) {
    const { taskId: id, kind, state, why, openedAt, articleId, version } = row
    const article = await this.tasks.articleOf(row)
    const record =
      kind === 'article' && articleId !== undefined && version !== undefined
        ? await this.articles.record(articleId, version)
        : undefined
    return {
      id,
      kind,
      state,
      why,
      openedAt,
      contacts: record?.contacts ?? row.contacts.length,
      ...(articleId !== undefined && { articleId }),
      ...(version !== undefined && { version }),
      ...(article !== undefined && { title: article.title }),
      ...(article?.ownerId !== undefined && { ownerId: article.ownerId }),
      ...(record && { read: record.readings, helped: record.helped, didNotHelp: record.didNotHelp }),
      ...(row.thing !== undefined && { thing: row.thing }),
      ...(row.reason !== undefined && { reason: row.reason }),
      ...(kind === 'gap' && { details: row.details.filter((detail) => detail !== '') }),
      ...(row.how !== undefined && { how: row.how }),
      ...(row.note !== undefined && { note: row.note }),
      ...(row.closedAt !== undefined && { closedAt: row.closedAt }),
      ...(row.closedBy !== undefined && { closedBy: row.closedBy }),
    }
  }
}
