import { Controller, Get, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Optional, Text, Whole } from '@throughline/contracts'
import { Allow, ByCaller } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { excerpt } from './excerpt.js'
import { shown } from './suggestion.controller.js'
import { SuggestionsService } from './suggestion.service.js'

const FIRST = 10

export class KnowledgeSearchQuery {
  @Text(200, 1) readonly q!: string
  /** 10 where absent. */
  @Optional() @Whole(1, 50) readonly limit?: number
}

@ApiTags('knowledge')
@Controller('api/v1/knowledge/search')
export class KnowledgeSearchController {
  constructor(private readonly suggestions: SuggestionsService) {}

  @Get()
  @Allow('customer', 'guest', 'agent', 'knowledge-owner', 'supervisor', 'administrator')
  @ApiOperation({ summary: 'Articles in force by the words in them, best first, each with where they stand' })
  async find(@Query() { q, limit = FIRST }: KnowledgeSearchQuery, @ByCaller() caller: Caller) {
    const found = await this.suggestions.search(q, limit, caller)
    return {
      items: found.map((each) => ({ ...shown(each), excerpt: excerpt(each.row.body, q) })),
      next: null,
    }
  }
}
