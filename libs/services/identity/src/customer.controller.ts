import { Body, Controller, Delete, Get, Param, ParseUUIDPipe, Patch, Post, Put, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Code, CODE, Id, Optional, Text, Whole } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import { Allow, Answer, AsCommand, ByCaller, changed, created, PageQuery } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { CustomerMergeService } from './customer.merge.service.js'
import { CustomerService } from './customer.service.js'
import { SignInBody } from './sign-in.controller.js'

export class CustomerRecordBody {
  static readonly example: CustomerRecordBody = {
    name: 'Ana Ruiz',
    email: 'ana@example.com',
    segment: 'household',
    brand: 'Hearth',
    language: 'en',
  }
  @Optional() @Text(200) readonly name?: string
  @Optional() @Text(254, 3) readonly email?: string
  @Optional() @Text(40, 5) readonly phone?: string
  @Optional() @Code() readonly segment?: string
  @Optional() @Text(60) readonly brand?: string
  /** BCP 47. */
  @Optional() @Text(35) readonly language?: string
}

/** Addresses are not corrected here: whoever signs in by one has to prove it, or a back-end system tells it. */
export class CustomerCorrectionBody {
  static readonly example: CustomerCorrectionBody = { segment: 'business', language: 'de' }
  @Optional() @Text(200, 1) readonly name?: string
  @Optional() @Code() readonly segment?: string
  @Optional() @Text(60, 1) readonly brand?: string
  @Optional() @Text(35, 2) readonly language?: string
}

export class CustomerOwnCorrectionBody {
  static readonly example: CustomerOwnCorrectionBody = { name: 'Ana Ruiz' }
  @Optional() @Text(200, 1) readonly name?: string
  @Optional() @Text(35, 2) readonly language?: string
}

export class CustomerMergeBody {
  static readonly example: CustomerMergeBody = { mergedId: '00000002-0000-7000-8000-000000000000' }
  /** Goes on under the customer of the path. */
  @Id() readonly mergedId!: string
}

export class CustomerListQuery extends PageQuery {
  @Optional() @Code() readonly segment?: string
  @Optional() @Text(60, 1) readonly brand?: string
}

export class CustomerSearchQuery {
  /** E-mail, phone, `source:id`, or the beginnings of the words of a name. */
  @Text(254, 1) readonly q!: string
  @Optional() @Whole(1, 50) readonly limit?: number
}

const LONGEST_SOURCE = 30
const EXTERNAL_ID = /^[^\p{C}]{1,80}$/u

@ApiTags('identity')
@Controller('api/v1/identity')
export class CustomersController {
  constructor(
    private readonly customers: CustomerService,
    private readonly merges: CustomerMergeService,
  ) {}

  @Get('me')
  @Allow('customer')
  @ApiOperation({ summary: 'What is known of me' })
  async me(@ByCaller() caller: Caller) {
    const { customer, version } = await this.customers.get(caller.id)
    return new Answer(customer, { version, position: 0, outcome: 'read' })
  }

  @Patch('me')
  @Allow('customer')
  @ApiOperation({ summary: 'Set my name or language right' })
  async correctMe(
    @Body() body: CustomerOwnCorrectionBody,
    @ByCaller() caller: Caller,
    @AsCommand() command: Command,
  ) {
    return this.#corrected(caller.id, body, command)
  }

  @Post('me/addresses')
  @Allow('customer')
  @ApiOperation({
    summary: 'Sign in by another address from now on',
    description: 'With a code that was sent to the new address. It replaces the address of its kind.',
  })
  async changeAddress(@Body() body: SignInBody, @ByCaller() caller: Caller, @AsCommand() command: Command) {
    const told = await this.customers.changeAddress(caller.id, body, command)
    return changed(told, (await this.customers.get(caller.id)).customer)
  }

  @Put('customers/by-external-id/:source/:externalId')
  @Allow('back-office', 'importer')
  @ApiOperation({
    summary: 'Tell what another system knows of a customer',
    description: '`signsInBy` names the addresses that lead to this customer.',
  })
  async record(
    @Param('source') source: string,
    @Param('externalId') externalId: string,
    @Body() body: CustomerRecordBody,
    @AsCommand() command: Command,
  ) {
    if (!CODE.test(source) || source.length > LONGEST_SOURCE) throw unreadable('source')
    if (!EXTERNAL_ID.test(externalId)) throw unreadable('externalId')
    const { told, id, signsInBy } = await this.customers.record(source, externalId, body, command)
    const answer = { id, externalId: `${source}:${externalId}`, signsInBy }
    const made = told.events.some(({ type }) => type === 'throughline.CustomerRegistered.v1')
    return made ? created(told, `/api/v1/identity/customers/${id}`, answer) : changed(told, answer)
  }

  @Get('customers')
  @Allow('agent', 'supervisor', 'analyst', 'back-office')
  @ApiOperation({ summary: 'Customers, first registered first' })
  list(@Query() query: CustomerListQuery) {
    return this.customers.list(query)
  }

  @Get('customers/search')
  @Allow('agent', 'supervisor')
  @ApiOperation({ summary: 'Find customers' })
  async search(@Query() { q, limit }: CustomerSearchQuery) {
    return { items: await this.customers.search(q, limit ?? 20), next: null }
  }

  @Get('segments')
  @Allow('agent', 'supervisor', 'analyst', 'administrator', 'back-office')
  @ApiOperation({ summary: 'Segments and how many customers are in each' })
  async segments() {
    return { items: await this.customers.segments(), next: null }
  }

  @Get('customers/:id')
  @Allow('agent', 'supervisor', 'back-office')
  @ApiOperation({ summary: 'A customer' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    const { customer, version } = await this.customers.get(id)
    return new Answer(customer, { version, position: 0, outcome: 'read' })
  }

  @Patch('customers/:id')
  @Allow('agent', 'supervisor', 'back-office', 'importer')
  @ApiOperation({ summary: 'Set details right, or put a customer in a segment' })
  async correct(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: CustomerCorrectionBody,
    @AsCommand() command: Command,
  ) {
    return this.#corrected(id, body, command)
  }

  @Post('customers/:id/merges')
  @Allow('supervisor')
  @ApiOperation({ summary: 'Two records are one customer: the other one goes on under this one' })
  async merge(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { mergedId }: CustomerMergeBody,
    @AsCommand() command: Command,
  ) {
    const told = await this.merges.merge(id, mergedId, command)
    return created(told, `/api/v1/identity/customers/${mergedId}`, { customerId: id, mergedId })
  }

  @Delete('customers/:id/merges/:mergedId')
  @Allow('supervisor')
  @ApiOperation({ summary: 'Take a merge back' })
  async unmerge(
    @Param('id', ParseUUIDPipe) id: string,
    @Param('mergedId', ParseUUIDPipe) mergedId: string,
    @AsCommand() command: Command,
  ) {
    return changed(await this.merges.unmerge(id, mergedId, command), { customerId: id, mergedId })
  }

  async #corrected(id: string, correction: CustomerCorrectionBody, command: Command) {
    const told = await this.customers.correct(id, correction, command)
    return changed(told, (await this.customers.get(id)).customer)
  }
}

function unreadable(field: string): Refused {
  return new Refused('invalid', 'identity.external-id', `The ${field} of the path cannot be used.`, {
    field,
    todo: 'Use a short code for the source and at most 80 visible characters for the id.',
  })
}
