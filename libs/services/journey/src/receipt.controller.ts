import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { OneOf, Optional } from '@throughline/contracts'
import { Allow, ByCaller } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { ReceiptKeys } from './receipt.keys.js'
import { ReceiptService } from './receipt.service.js'

export class ReceiptQuery {
  /** The one the customer gets: what is the team's own is there as a hash alone. */
  @Optional() @OneOf(['customer']) readonly as?: 'customer'
}

@ApiTags('journey')
@Controller('api/v1/journey')
export class ReceiptController {
  constructor(
    private readonly receipts: ReceiptService,
    private readonly keys: ReceiptKeys,
  ) {}

  @Get('journeys/:id/receipt')
  @Allow('customer', 'guest', 'supervisor', 'analyst', 'administrator')
  @ApiOperation({ summary: 'What shows offline that a journey is complete and unaltered, signed' })
  receipt(@Param('id', ParseUUIDPipe) id: string, @Query() { as }: ReceiptQuery, @ByCaller() caller: Caller) {
    return this.receipts.of(id, caller, as)
  }

  @Get('receipt-keys')
  @Allow('anyone')
  @ApiOperation({ summary: 'The public keys of receipts, as a JSON Web Key Set' })
  jwks() {
    return this.keys.jwks()
  }
}
