import { Body, Controller, Post } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import {
  CHANNELS,
  Code,
  Id,
  ItemSnapshot,
  OneOf,
  Optional,
  Part,
  Parts,
  ReasonSnapshot,
  Text,
} from '@throughline/contracts'
import type { Channel } from '@throughline/contracts'
import { Allow, AsCommand, ByCaller, created } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { statusOf, SummariseContactBody } from './contact.controller.js'
import { ContactsService } from './contact.service.js'

export class RecordedWords {
  @OneOf(['customer', 'agent']) readonly author!: 'customer' | 'agent'
  @Text(8000, 1) readonly text!: string
  @OneOf(['written', 'spoken']) readonly mode!: 'written' | 'spoken'
}

export class RecordContactBody {
  static readonly example: RecordContactBody = {
    journeyId: '01939a3e-0000-7000-8000-000000000001',
    customerId: '01939a3e-0000-7000-8000-000000000003',
    channel: 'store',
    words: [{ author: 'customer', text: 'The handle is loose.', mode: 'spoken' }],
    summary: SummariseContactBody.example,
    origin: 'store-lisbon',
  }
  @Id() readonly journeyId!: string
  @Id() readonly customerId!: string
  @OneOf(CHANNELS) readonly channel!: Channel
  @Optional() @Part(() => ItemSnapshot) readonly item?: ItemSnapshot
  @Optional() @Part(() => ReasonSnapshot) readonly reason?: ReasonSnapshot
  @Parts(() => RecordedWords, 200) readonly words!: readonly RecordedWords[]
  @Part(() => SummariseContactBody) readonly summary!: SummariseContactBody
  /** The system or desk it comes from. Absent: the channel. */
  @Optional() @Code() readonly origin?: string
  /** Who helped, where that is known and not who records it. */
  @Optional() @Id() readonly agentId?: string
}

@ApiTags('contact')
@Controller('api/v1/contact/records')
export class RecordsController {
  constructor(private readonly contacts: ContactsService) {}

  @Post()
  @Allow('importer', 'back-office', 'agent')
  @ApiOperation({ summary: 'Record a contact that took place elsewhere, whole; it is never routed' })
  async record(@Body() body: RecordContactBody, @AsCommand() command: Command, @ByCaller() caller: Caller) {
    const told = await this.contacts.record(body, command, caller)
    return created(told, `/api/v1/contact/contacts/${told.id}`, statusOf(told))
  }
}
