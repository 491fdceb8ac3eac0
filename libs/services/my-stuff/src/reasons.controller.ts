import { Body, Controller, Get, Param, ParseIntPipe, Put, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Code, ITEM_KINDS, OneOf, Parts, Text } from '@throughline/contracts'
import type { ItemKind } from '@throughline/contracts'
import { Allow, AsCommand, changed, pageOf, PageQuery } from '@throughline/ports'
import type { Command } from '@throughline/ports'
import { ReasonsService } from './reasons.service.js'

export class PublishReasonDetail {
  @Code() readonly code!: string
  @Text(120, 1) readonly label!: string
}

export class PublishReason {
  @Code() readonly code!: string
  @Text(120, 1) readonly label!: string
  @Parts(() => PublishReasonDetail, 100) readonly details!: readonly PublishReasonDetail[]
}

// The lists may be longer here than reasons may be: what is too many is refused by name, not by shape.
export class PublishReasonsOfKind {
  @OneOf(ITEM_KINDS) readonly kind!: ItemKind
  @Parts(() => PublishReason, 100) readonly reasons!: readonly PublishReason[]
}

export class PublishReasonsBody {
  @Parts(() => PublishReasonsOfKind, 20) readonly kinds!: readonly PublishReasonsOfKind[]

  static readonly example: PublishReasonsBody = {
    kinds: [
      {
        kind: 'purchase',
        reasons: [
          {
            code: 'not-working',
            label: 'It isn’t working',
            details: [
              { code: 'water-stays', label: 'Water stays in the bottom' },
              { code: 'wont-start', label: 'It won’t start' },
            ],
          },
          { code: 'return', label: 'Return or exchange', details: [] },
        ],
      },
    ],
  }
}

const EDITORS = ['supervisor', 'administrator', 'back-office'] as const

@ApiTags('my-stuff')
@Controller('api/v1/my-stuff/reasons')
export class ReasonsController {
  constructor(private readonly reasons: ReasonsService) {}

  @Put(':taxonomy')
  @Allow(...EDITORS)
  @ApiOperation({ summary: 'Publish a new version of the reasons, at most seven for each kind of thing' })
  async publish(
    @Param('taxonomy') taxonomy: string,
    @Body() body: PublishReasonsBody,
    @AsCommand() command: Command,
  ) {
    const told = await this.reasons.publish(taxonomy, body.kinds, command)
    return changed(told, { taxonomy, version: told.state.status === 'none' ? 0 : told.state.version })
  }

  @Get(':taxonomy')
  @Allow('anyone')
  @ApiOperation({ summary: 'The reasons in force' })
  current(@Param('taxonomy') taxonomy: string) {
    return this.reasons.current(taxonomy)
  }

  @Get(':taxonomy/versions')
  @Allow(...EDITORS, 'analyst', 'knowledge-owner')
  @ApiOperation({ summary: 'All published versions, newest first' })
  versions(@Param('taxonomy') taxonomy: string, @Query() query: PageQuery) {
    return this.reasons.versions(taxonomy, pageOf(query))
  }

  @Get(':taxonomy/versions/:version')
  @Allow('anyone')
  @ApiOperation({ summary: 'The reasons of one version' })
  version(@Param('taxonomy') taxonomy: string, @Param('version', ParseIntPipe) version: number) {
    return this.reasons.version(taxonomy, version)
  }
}
