import { Controller, Get, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Text } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import { Allow, ByCaller } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { NamesService } from './names.service.js'
import { PEOPLE } from './session.controller.js'

const MOST = 50
const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

export class NamesQuery {
  /** Ids, separated by commas; 50 at most. */
  @Text(4_000, 1) readonly ids!: string
}

@ApiTags('identity')
@Controller('api/v1/identity/names')
export class NamesController {
  constructor(private readonly names: NamesService) {}

  @Get()
  @Allow(...PEOPLE)
  @ApiOperation({
    summary: 'The names behind ids',
    description:
      'Staff for everybody who is signed in; customers for agents, supervisors, analysts, and themselves. ' +
      'Ids that are unknown, or not yours to know, are left out.',
  })
  async list(@Query() query: NamesQuery, @ByCaller() caller: Caller) {
    const ids = [...new Set(query.ids.split(',').map((id) => id.trim().toLowerCase()))].filter((id) =>
      ID.test(id),
    )
    if (ids.length > MOST) {
      throw new Refused('invalid', 'identity.too-many-names', `These are more than ${String(MOST)} ids.`, {
        field: 'ids',
        todo: 'Ask for the rest in another request.',
      })
    }
    return { items: await this.names.of(ids, caller), next: null }
  }
}
