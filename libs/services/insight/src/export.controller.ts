import { Controller, Get, Header, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Optional, Whole } from '@throughline/contracts'
import { Allow, Answer, ByCaller, EventStore } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { exported } from './export.js'
import { Pseudonyms } from './pseudonym.js'

export class ExportEventsQuery {
  /** Position of the last event already taken; 0 from the first. */
  @Optional() @Whole(0) readonly after?: number
  @Optional() @Whole(1, 5000) readonly limit?: number
}

@ApiTags('insight')
@Controller('api/v1/insight/events')
export class ExportController {
  constructor(
    private readonly store: EventStore,
    private readonly pseudonyms: Pseudonyms,
  ) {}

  @Get()
  @Allow('analyst')
  @Header('content-type', 'application/x-ndjson; charset=utf-8')
  @ApiOperation({
    summary:
      'Public events as lines of JSON, pseudonymous; go on after the Throughline-Position of the answer, until it stays',
  })
  async events(@Query() { after = 0, limit = 1000 }: ExportEventsQuery, @ByCaller() caller: Caller) {
    const pseudonym = await this.pseudonyms.of(caller)
    const events = await this.store.readAll({ after, limit })
    const lines = events.flatMap((event) => {
      const line = exported(event, pseudonym)
      return line ? [`${JSON.stringify(line)}\n`] : []
    })
    const through = events.at(-1)?.position ?? after
    return new Answer(lines.join(''), { version: through, position: through, outcome: 'read' })
  }
}
