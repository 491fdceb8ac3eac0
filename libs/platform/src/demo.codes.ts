import { Controller, Get, Module, Query } from '@nestjs/common'
import type { DynamicModule } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Text } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import { Allow, Courier } from '@throughline/ports'
import type { Dispatch } from '@throughline/ports'

/** Addresses remembered; the one that was written to the longest ago is forgotten first. */
const MOST = 1_000
const CODE = /(?<!\d)\d{7}(?!\d)/

/** Sends as the courier it stands before, and remembers the newest sign-in code of each address. For the demo alone. */
export class SentCodes extends Courier {
  readonly #codes = new Map<string, string>()

  constructor(private readonly courier: Courier) {
    super()
  }

  async send(dispatch: Dispatch): Promise<void> {
    await this.courier.send(dispatch)
    const code = CODE.exec(dispatch.text)?.[0]
    if (code === undefined) return
    const address = spelt(dispatch.to.address)
    this.#codes.delete(address)
    this.#codes.set(address, code)
    const [oldest] = this.#codes.keys()
    if (this.#codes.size > MOST && oldest !== undefined) this.#codes.delete(oldest)
  }

  newest(address: string): string | undefined {
    return this.#codes.get(spelt(address))
  }
}

export class DemoCodesQuery {
  @Text(254, 3) readonly address!: string
}

@ApiTags('demo')
@Controller('api/v1/demo/codes')
export class DemoCodesController {
  constructor(private readonly codes: SentCodes) {}

  @Get()
  @Allow('anyone')
  @ApiOperation({ summary: 'The newest sign-in code sent to an address. There in the demo alone' })
  newest(@Query() { address }: DemoCodesQuery): { readonly code: string } {
    const code = this.codes.newest(address)
    if (code === undefined)
      throw new Refused('not-found', 'demo.no-code', 'No code was sent to this address.')
    return { code }
  }
}

@Module({})
export class DemoModule {}

/** Lets anybody read anybody's sign-in code. */
export function demoModule(codes: SentCodes): DynamicModule {
  return {
    module: DemoModule,
    controllers: [DemoCodesController],
    providers: [{ provide: SentCodes, useValue: codes }],
  }
}

// As people type it: identity sends to the address in its one spelling.
function spelt(address: string): string {
  const plain = address.trim().normalize('NFC').toLowerCase()
  return plain.startsWith('+') ? plain.replaceAll(/[^+\d]/g, '') : plain
}
