import { Body, Controller, Param, ParseUUIDPipe, Post } from '@nestjs/common'
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger'
import { Code, Id, ITEM_KINDS, Moment, Money, OneOf, Optional, Part, Text } from '@throughline/contracts'
import type { ItemKind } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import { Allow, AsCommand, changed, created } from '@throughline/ports'
import type { Command } from '@throughline/ports'
import { FeedCustomer, FeedThing } from './feed.js'
import { ItemService } from './item.service.js'

export class AddItemBody {
  @Optional() @Part(() => FeedCustomer) readonly customer?: FeedCustomer
  @Optional() @Id() readonly customerId?: string
  @OneOf(ITEM_KINDS) readonly kind!: ItemKind
  @Code() readonly source!: string
  @Text(100, 1) readonly reference!: string
  @Text(200, 1) readonly title!: string
  @Optional() @Text(1000) readonly detail?: string
  @Optional() @Text(100, 1) readonly state?: string
  @Optional() @Moment() readonly date?: string
  @Optional() @Moment() readonly startsAt?: string
  @Optional() @Moment() readonly endsAt?: string
  @Optional() @Part(() => Money) readonly price?: Money
  @Optional() @Text(100) readonly product?: string
  @Optional() @Text(60) readonly brand?: string
  @Optional() @Text(100) readonly template?: string
  @Optional() @Part(() => FeedThing) readonly about?: FeedThing

  static readonly example: AddItemBody = {
    customer: { source: 'shop', externalId: '4711' },
    kind: 'purchase',
    source: 'shop',
    reference: 'HH-20418',
    title: 'Bris 45 slimline dishwasher',
    state: 'delivered',
    date: '2026-11-04T10:12:00.000Z',
    price: { amount: '489.00', currency: 'EUR' },
    product: 'Bris 45',
  }
}

export class ProgressItemBody {
  @Text(100, 1) readonly state!: string
  @Optional() @Text(1000) readonly note?: string
  @Optional() @Moment() readonly startsAt?: string
  @Optional() @Moment() readonly endsAt?: string

  static readonly example: ProgressItemBody = { state: 'delivered', note: 'Left with a neighbour' }
}

export class WithdrawItemBody {
  @Text(200, 1) readonly why!: string

  static readonly example: WithdrawItemBody = { why: 'Returned' }
}

@ApiTags('my-stuff')
@Controller('api/v1/my-stuff/items')
export class ItemController {
  constructor(private readonly items: ItemService) {}

  @Post('bulk')
  @Allow('back-office', 'importer')
  @ApiConsumes('application/x-ndjson')
  @ApiBody({
    description: 'One JSON object a line, at most 64 kB each and 100,000 lines: a FeedLine',
    schema: { type: 'string' },
    examples: {
      'two things': {
        value: [AddItemBody.example, { ...AddItemBody.example, op: 'progress', state: 'returned' }]
          .map((line) => JSON.stringify(line))
          .join('\n'),
      },
    },
  })
  @ApiOperation({
    summary: 'Take a feed of things; bad lines are reported, the others go in, sent again adds nothing',
  })
  async bulk(@Body() lines: unknown, @AsCommand() command: Command) {
    if (!isReadable(lines)) {
      throw new Refused('invalid', 'feed.content-type', 'This is no feed of lines.', {
        field: 'Content-Type',
        todo: 'Send application/x-ndjson, one JSON object a line.',
      })
    }
    const { position, ...answer } = await this.items.take(lines, command)
    return changed({ version: 0, position, outcome: 'applied' }, answer)
  }

  @Post()
  @Allow('back-office', 'importer')
  @ApiOperation({
    summary: 'Add a thing, or set right what differs in the one with this source, kind and reference',
  })
  async add(@Body() body: AddItemBody, @AsCommand() command: Command) {
    const told = await this.items.add(body, command)
    return created(told, `/api/v1/my-stuff/items/${told.id}`, { id: told.id })
  }

  @Post(':id/progress')
  @Allow('back-office', 'importer')
  @ApiOperation({ summary: 'Say how a thing moved on' })
  async progress(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ProgressItemBody,
    @AsCommand() command: Command,
  ) {
    return changed(await this.items.progress(id, body, command), { id, state: body.state })
  }

  @Post(':id/withdrawal')
  @Allow('back-office', 'importer')
  @ApiOperation({ summary: 'Say that a thing is no longer the customer’s' })
  async withdraw(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: WithdrawItemBody,
    @AsCommand() command: Command,
  ) {
    return changed(await this.items.withdraw(id, body.why, command), { id, why: body.why })
  }
}

function isReadable(body: unknown): body is AsyncIterable<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}
