import { Controller, Get, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Code, Id, ITEM_KINDS, OneOf, Optional, Text } from '@throughline/contracts'
import type { ItemKind } from '@throughline/contracts'
import { Allow, ByCaller } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { SuggestionsService } from './suggestion.service.js'
import type { Suggested } from './suggestion.service.js'

export class SuggestionsQuery {
  @Optional() @OneOf(ITEM_KINDS) readonly thing?: ItemKind
  @Optional() @Code() readonly reason?: string
  /** Second-level reason. */
  @Optional() @Code() readonly detail?: string
  @Optional() @Text(100, 1) readonly product?: string
  /** Fills in what is left out above. */
  @Optional() @Id() readonly journeyId?: string
  /** Words to search all articles for. */
  @Optional() @Text(200) readonly q?: string
}

@ApiTags('knowledge')
@Controller('api/v1/knowledge/suggestions')
export class SuggestionsController {
  constructor(private readonly suggestions: SuggestionsService) {}

  @Get()
  @Allow('customer', 'guest', 'agent', 'knowledge-owner', 'supervisor')
  @ApiOperation({
    summary:
      'Guides, FAQ and community answers that fit a thing and a reason, at most five of each, best first (C9)',
  })
  async find(@Query() query: SuggestionsQuery, @ByCaller() caller: Caller) {
    const { guide, faq, community } = await this.suggestions.find(query, caller)
    return { guides: guide.map(shown), faq: faq.map(shown), community: community.map(shown) }
  }
}

/** An article as a page lists it. */
export function shown({ row, helped, didNotHelp, closeness, saidDidNotHelp }: Suggested) {
  const { articleId: id, version, kind, title, summary, language } = row
  return {
    id,
    version,
    kind,
    title,
    summary,
    language,
    helped,
    answered: helped + didNotHelp,
    /** False for what the words found beyond the thing and the reason. */
    fits: closeness !== undefined,
    /** This customer said so of this version. */
    saidDidNotHelp,
  }
}
