import { Controller, Get, Header } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Allow } from '@throughline/ports'
import { asyncApi } from './async-api.js'
import { eventsPage } from './async-api.page.js'
import { Schemas } from './schemas.js'

/** What is told to consumers of the events; the same in every process, for it is made of the contracts. */
@ApiTags('platform')
@Controller('api')
export class AsyncApiController {
  #written: { readonly json: string; readonly page: string } | undefined

  constructor(private readonly schemas: Schemas) {}

  @Get('events.json')
  @Allow('anyone')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({ summary: 'The public events: topics, headers and JSON Schemas with examples (AsyncAPI 3)' })
  document(): string {
    return this.#write().json
  }

  @Get('events')
  @Allow('anyone')
  @Header('content-type', 'text/html; charset=utf-8')
  @ApiOperation({ summary: 'The public events as a page' })
  page(): string {
    return this.#write().page
  }

  // Written once: it is long, and open to anyone.
  #write(): { readonly json: string; readonly page: string } {
    if (this.#written === undefined) {
      const document = asyncApi(this.schemas)
      this.#written = { json: JSON.stringify(document), page: eventsPage(document) }
    }
    return this.#written
  }
}
