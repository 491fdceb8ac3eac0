import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  ParseIntPipe,
  ParseUUIDPipe,
  Post,
  Put,
  Query,
} from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { ARTICLE_KINDS, Fit, Id, OneOf, Optional, Parts, Text } from '@throughline/contracts'
import type { ArticleKind } from '@throughline/contracts'
import { Allow, Answer, AsCommand, ByCaller, changed, created, pageOf, PageQuery } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { contentOf } from './article.js'
import { ArticlesService } from './article.service.js'
import type { ArticleRow } from './article.view.js'

class ArticleBody {
  @OneOf(ARTICLE_KINDS) readonly kind!: ArticleKind
  @Text(200, 1) readonly title!: string
  @Text(500) readonly summary!: string
  /** Markdown (CommonMark); kept and given out as it was written. */
  @Text(100_000, 1) readonly body!: string
  @Parts(() => Fit, 20) readonly fits!: readonly Fit[]
  /** BCP 47. */
  @Text(35, 2) readonly language!: string
}

const dishwasher = {
  kind: 'guide' as const,
  title: 'The dishwasher does not start',
  summary: 'Three things to look at before you call us.',
  body: '1. Is the door shut?\n2. Is the tap open?\n3. Hold *Start* for three seconds.',
  fits: [{ things: ['purchase' as const], reasons: ['no-power'], products: [] }],
  language: 'en',
}

export class PublishArticleBody extends ArticleBody {
  /** Member of staff who answers for it; absent: the author, if articles are theirs to own. */
  @Optional() @Id() readonly ownerId?: string
  static readonly example: PublishArticleBody = dishwasher
}

export class ReviseArticleBody extends ArticleBody {
  @Text(500) readonly why!: string
  static readonly example: ReviseArticleBody = { ...dishwasher, why: 'Readers missed the tap.' }
}

export class RetireArticleBody {
  @Text(500, 1) readonly why!: string
  static readonly example: RetireArticleBody = { why: 'No longer sold.' }
}

export class ArticleOwnerBody {
  @Id() readonly ownerId!: string
  static readonly example: ArticleOwnerBody = { ownerId: '00000006-0000-7000-8000-000000000000' }
}

export class ArticleListQuery extends PageQuery {
  @Optional() @OneOf(['live', 'retired']) readonly state?: 'live' | 'retired'
  @Optional() @OneOf(ARTICLE_KINDS) readonly kind?: ArticleKind
  @Optional() @Id() readonly owner?: string
  /** Words to search for, whole, begun or misspelt. */
  @Optional() @Text(200) readonly q?: string
}

@ApiTags('knowledge')
@Controller('api/v1/knowledge')
export class ArticlesController {
  constructor(private readonly articles: ArticlesService) {}

  @Post('articles')
  @Allow('knowledge-owner', 'supervisor', 'administrator', 'importer')
  @ApiOperation({ summary: 'Publish a guide, FAQ or community answer' })
  async publish(@Body() body: PublishArticleBody, @AsCommand() command: Command, @ByCaller() caller: Caller) {
    const told = await this.articles.publish(contentOf(body), body.ownerId, command, caller)
    const path = `/api/v1/knowledge/articles/${told.id}`
    return created(told, path, { id: told.id, version: 1 })
  }

  @Get('articles')
  @Allow('agent', 'knowledge-owner', 'supervisor', 'administrator', 'analyst')
  @ApiOperation({ summary: 'Articles by title, or by words' })
  async list(@Query() query: ArticleListQuery) {
    const { limit, after, ...filter } = query
    const { items, next } = await this.articles.list(filter, pageOf({ limit, after }))
    return { items: items.map(inShort), next }
  }

  @Get('articles/:id')
  @Allow('customer', 'guest', 'agent', 'knowledge-owner', 'supervisor', 'administrator', 'analyst')
  @ApiOperation({ summary: 'An article as it is now, its body as Markdown' })
  async read(@Param('id', ParseUUIDPipe) id: string, @ByCaller() caller: Caller) {
    const row = await this.articles.read(id, caller)
    const { helped, didNotHelp } = await this.articles.record(id, row.version)
    const body = { ...inShort(row), body: row.body, helped, answered: helped + didNotHelp }
    return new Answer(body, { version: row.revision, position: 0, outcome: 'read' })
  }

  @Get('articles/:id/versions')
  @Allow('agent', 'knowledge-owner', 'supervisor', 'administrator', 'analyst')
  @ApiOperation({ summary: 'All versions, newest first, with what became of the readings of each (C17)' })
  async versions(@Param('id', ParseUUIDPipe) id: string) {
    const items = (await this.articles.versions(id)).map(({ version, title, at, by, why, record }) => {
      const { readings, helped, didNotHelp, contacts } = record
      return { version, title, at, by, why, readings, helped, didNotHelp, contacts }
    })
    return { items, next: null }
  }

  @Get('articles/:id/versions/:version')
  @Allow('agent', 'knowledge-owner', 'supervisor', 'administrator', 'analyst')
  @ApiOperation({ summary: 'One version as it was written' })
  async version(@Param('id', ParseUUIDPipe) id: string, @Param('version', ParseIntPipe) version: number) {
    const { articleId, at, by, why, ...content } = await this.articles.version(id, version)
    return { articleId, version, ...contentOf(content), at, by, why }
  }

  @Put('articles/:id')
  @Allow('knowledge-owner', 'supervisor', 'administrator')
  @ApiOperation({ summary: 'Revise an article: a new version with a record of its own' })
  async revise(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ReviseArticleBody,
    @AsCommand() command: Command,
  ) {
    const told = await this.articles.revise(id, contentOf(body), body.why, command)
    return changed(told, { id, version: told.state.status === 'none' ? 0 : told.state.version })
  }

  @Post('articles/:id/retirement')
  @HttpCode(200)
  @Allow('knowledge-owner', 'supervisor', 'administrator')
  @ApiOperation({ summary: 'Take an article away from its readers; its versions and their records stay' })
  async retire(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: RetireArticleBody,
    @AsCommand() command: Command,
  ) {
    return changed(await this.articles.retire(id, body.why, command), { id, state: 'retired' })
  }

  @Put('articles/:id/owner')
  @Allow('knowledge-owner', 'supervisor', 'administrator')
  @ApiOperation({ summary: 'Say who answers for an article; its open tasks go along' })
  async changeOwner(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ArticleOwnerBody,
    @AsCommand() command: Command,
  ) {
    const { ownerId } = body
    return changed(await this.articles.changeOwner(id, ownerId, command), { id, ownerId })
  }

  @Get('duplicates')
  @Allow('knowledge-owner', 'supervisor', 'administrator')
  @ApiOperation({ summary: 'Pairs of live articles that say the same, most alike first (C73)' })
  async duplicates() {
    const items = (await this.articles.duplicates()).map(({ a, b, likeness }) => ({
      a: inShort(a),
      b: inShort(b),
      likeness: Math.round(likeness * 1_000) / 1_000,
    }))
    return { items, next: null }
  }
}

/** An article without its body. */
export function inShort(row: ArticleRow) {
  const { articleId: id, version, kind, title, summary, fits, language, state, publishedAt, changedAt } = row
  return {
    id,
    version,
    kind,
    title,
    summary,
    fits,
    language,
    state,
    publishedAt,
    changedAt,
    ...(row.ownerId !== undefined && { ownerId: row.ownerId }),
    ...(row.why !== undefined && { why: row.why }),
  }
}
