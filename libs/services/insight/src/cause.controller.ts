import { Body, Controller, Get, Injectable, Param, Put, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Code, CODE, Moment, Optional } from '@throughline/contracts'
import { Clock, Ids, Refused } from '@throughline/kernel'
import { Allow, AsCommand, changed, EventStore, PageQuery, ViewStore } from '@throughline/ports'
import type { Command, PageRequest } from '@throughline/ports'
import { causes, causesView, ownerAt, setCauseOwner } from './cause.js'
import { READERS } from './figure.shown.js'

export class SetCauseOwnerBody {
  static readonly example: SetCauseOwnerBody = { department: 'deliveries' }
  @Code() readonly department!: string
  /** From now on where absent; may be past. */
  @Optional() @Moment() readonly validFrom?: string
}

@Injectable()
export class CausesService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  setOwner(cause: string, body: SetCauseOwnerBody, command: Command) {
    if (!CODE.test(cause)) {
      throw new Refused('invalid', 'cause.code', 'A cause is named by a code like letter-unclear.', {
        field: 'cause',
      })
    }
    const decision = setCauseOwner({ cause, ...body, now: this.clock.instant() })
    return this.store.transact(causes, this.ids.derive('cause', cause), decision, command)
  }

  async list(page: PageRequest) {
    const now = this.clock.instant()
    const { items, next } = await this.views.rows(causesView, 'all', page)
    return { items: items.map((row) => ({ ...row, department: ownerAt(row, now) ?? null })), next }
  }

  /** The department that answers for a cause now. */
  async owner(cause: string): Promise<string | undefined> {
    const row = await this.views.row(causesView, cause)
    return row && ownerAt(row, this.clock.instant())
  }
}

@ApiTags('insight')
@Controller('api/v1/insight/causes')
export class CausesController {
  constructor(private readonly causes: CausesService) {}

  @Get()
  @Allow(...READERS)
  @ApiOperation({ summary: 'Causes and the departments that answer for them' })
  list(@Query() query: PageQuery) {
    return this.causes.list(query)
  }

  @Put(':cause/owner')
  @Allow('supervisor', 'administrator')
  @ApiOperation({ summary: 'Say which department answers for a cause, from when on' })
  async setOwner(
    @Param('cause') cause: string,
    @Body() body: SetCauseOwnerBody,
    @AsCommand() command: Command,
  ) {
    return changed(await this.causes.setOwner(cause, body, command), { cause, ...body })
  }
}
