import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Id, ITEM_KINDS, OneOf, Optional, Text } from '@throughline/contracts'
import type { ItemKind } from '@throughline/contracts'
import { Allow, ByCaller, PageQuery } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { CONTACT, MyStuffService } from './my-stuff.service.js'

export class MyStuffQuery extends PageQuery {
  /** Whose stuff, for members of staff; a customer reads her own. */
  @Optional() @Id() readonly customerId?: string
  /** Words to look for. */
  @Optional() @Text(100, 1) readonly q?: string
  @Optional() @OneOf(ITEM_KINDS) readonly kind?: ItemKind
}

export class MyStuffItemQuery {
  /** Whose thing, for members of staff. */
  @Optional() @Id() readonly customerId?: string
}

const READERS = ['customer', 'guest', 'agent', 'supervisor'] as const

@ApiTags('my-stuff')
@Controller('api/v1/my-stuff')
export class MyStuffController {
  constructor(private readonly stuff: MyStuffService) {}

  @Get()
  @Allow(...READERS)
  @ApiOperation({ summary: 'Everything the customer has with us, by group, with the way to contact us' })
  async page(@Query() query: MyStuffQuery, @ByCaller() caller: Caller) {
    return this.stuff.page(await this.stuff.customer(caller, query.customerId), query)
  }

  @Get('items')
  @Allow(...READERS)
  @ApiOperation({ summary: 'Purchases, quotes, enquiries, bookings, marketing and letters, newest first' })
  async items(@Query() query: MyStuffQuery, @ByCaller() caller: Caller) {
    const customer = await this.stuff.customer(caller, query.customerId)
    return { ...(await this.stuff.items(customer, query)), contact: CONTACT }
  }

  @Get('contacts')
  @Allow(...READERS)
  @ApiOperation({ summary: 'Earlier and present contacts on every channel, newest first' })
  async contacts(@Query() query: MyStuffQuery, @ByCaller() caller: Caller) {
    const customer = await this.stuff.customer(caller, query.customerId)
    return { ...(await this.stuff.contacts(customer, query)), contact: CONTACT }
  }

  @Get('cases')
  @Allow(...READERS)
  @ApiOperation({ summary: 'Open and closed cases with their progress, newest first' })
  async cases(@Query() query: MyStuffQuery, @ByCaller() caller: Caller) {
    const customer = await this.stuff.customer(caller, query.customerId)
    return { ...(await this.stuff.cases(customer, query)), contact: CONTACT }
  }

  @Get('correspondence')
  @Allow(...READERS)
  @ApiOperation({
    summary: 'What was sent to the customer and when, with how much about one thing in seven days',
  })
  async correspondence(@Query() query: MyStuffQuery, @ByCaller() caller: Caller) {
    const customer = await this.stuff.customer(caller, query.customerId)
    return { ...(await this.stuff.sent(customer, query)), contact: CONTACT }
  }

  @Get('items/:id')
  @Allow(...READERS)
  @ApiOperation({ summary: 'One thing with its reasons and all contacts, cases and letters about it' })
  async item(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: MyStuffItemQuery,
    @ByCaller() caller: Caller,
  ) {
    return this.stuff.item(await this.stuff.customer(caller, query.customerId), id)
  }

  @Get('items/:id/reasons')
  @Allow(...READERS)
  @ApiOperation({ summary: 'The few reasons that fit a thing' })
  async reasons(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: MyStuffItemQuery,
    @ByCaller() caller: Caller,
  ) {
    return this.stuff.reasonsOf(await this.stuff.customer(caller, query.customerId), id)
  }
}
