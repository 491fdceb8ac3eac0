import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Matches } from 'class-validator'
import { Id, Optional, Text } from '@throughline/contracts'
import { Allow, AsCommand, ByCaller, created } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { readAddress } from './address.js'
import { ProofService } from './proof.service.js'
import { SignInService } from './sign-in.service.js'
import { Tokens } from './tokens.js'

/** Exactly one of e-mail and phone. */
export class SignInCodeBody {
  static readonly example: SignInCodeBody = { email: 'ana@example.com' }
  @Optional() @Text(254, 3) readonly email?: string
  /** With its country code. */
  @Optional() @Text(40, 5) readonly phone?: string
  /** From an earlier sign-in on this device; such a device has codes of its own, whoever else asks for some. */
  @Optional() @Text(100) readonly deviceToken?: string
}

export class SignInBody {
  static readonly example: SignInBody = {
    challengeId: '4e0b7a5c-3f1d-5a80-9d9e-5b1f0c2a7d11',
    code: '0482913',
  }
  @Id() readonly challengeId!: string
  /** Seven digits. */
  @Matches(/^\d{7}$/) readonly code!: string
}

@ApiTags('identity')
@Controller('api/v1/identity')
export class SignInController {
  constructor(
    private readonly proof: ProofService,
    private readonly signIns: SignInService,
    private readonly tokens: Tokens,
  ) {}

  @Post('sign-in-codes')
  @HttpCode(202)
  @Allow('anyone')
  @ApiOperation({
    summary: 'Send a sign-in code to an address',
    description: 'The answer is the same whether anybody is known under the address.',
  })
  async sendCode(@Body() body: SignInCodeBody, @AsCommand() command: Command) {
    const { challengeId, expiresAt } = await this.proof.sendCode(readAddress(body), body.deviceToken, command)
    return { challengeId, expiresAt }
  }

  @Post('sessions')
  @Allow('anyone')
  @ApiOperation({
    summary: 'Sign in with a code',
    description:
      'Registers whoever is new. Sent with the token of a guest, what the guest did becomes the customer’s.',
  })
  async signIn(@Body() body: SignInBody, @ByCaller() caller: Caller, @AsCommand() command: Command) {
    const { told, signedIn } = await this.signIns.signIn(body, caller, command)
    const { sessionId: id, ...tokens } = signedIn
    return created(told, `/api/v1/identity/sessions/${id}`, { id, ...tokens })
  }

  @Post('guests')
  @Allow('anyone')
  @ApiOperation({ summary: 'Begin without signing in' })
  async startGuest(@AsCommand() command: Command) {
    const { told, grant } = await this.signIns.startGuest(command)
    const { subject, ...tokens } = grant
    const location = `/api/v1/identity/sessions/${grant.sessionId}`
    return created(told, location, { ...tokens, guest: { id: subject.id } })
  }

  @Get('.well-known/jwks.json')
  @Allow('anyone')
  @ApiOperation({ summary: 'Keys that verify access tokens (RFC 7517)' })
  jwks() {
    return this.tokens.jwks()
  }
}
