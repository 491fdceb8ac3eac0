import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Matches } from 'class-validator'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Id, OneOf, Optional, Text } from '@throughline/contracts'
import { Allow, AsCommand, ByCaller, created } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { readAddress } from './address.js'
import { ProofService } from './proof.service.js'
import { ensureOwnPage, holderOf, SessionCookies } from './session.cookie.js'
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

const KEPT = ['cookie'] as const

export class SessionBody extends SignInBody {
  static override readonly example: SessionBody = SignInBody.example
  /** Our own pages: the refresh token goes into a cookie and not into the answer. */
  @Optional() @OneOf(KEPT) readonly keep?: (typeof KEPT)[number]
}

export class GuestBody {
  static readonly example: GuestBody = {}
  /** As at the sign-in. */
  @Optional() @OneOf(KEPT) readonly keep?: (typeof KEPT)[number]
}

@ApiTags('identity')
@Controller('api/v1/identity')
export class SignInController {
  constructor(
    private readonly proof: ProofService,
    private readonly signIns: SignInService,
    private readonly tokens: Tokens,
    private readonly cookies: SessionCookies,
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
  async signIn(
    @Body() { keep, ...proof }: SessionBody,
    @ByCaller() caller: Caller,
    @AsCommand() command: Command,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (keep !== undefined) ensureOwnPage(request)
    const { told, signedIn } = await this.signIns.signIn(proof, caller, command)
    const { sessionId: id, ...tokens } = signedIn
    const answer = { id, ...tokens }
    const holder = holderOf(signedIn.staff === undefined ? 'customer' : 'staff')
    const shown = keep === undefined ? answer : this.cookies.keep(reply, holder, answer)
    return created(told, `/api/v1/identity/sessions/${id}`, shown)
  }

  @Post('guests')
  @Allow('anyone')
  @ApiOperation({ summary: 'Begin without signing in' })
  async startGuest(
    @Body() { keep }: GuestBody,
    @AsCommand() command: Command,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (keep !== undefined) ensureOwnPage(request)
    const { told, grant } = await this.signIns.startGuest(command)
    const { subject: _, who, ...tokens } = grant
    const answer = { ...tokens, ...who }
    const shown = keep === undefined ? answer : this.cookies.keep(reply, 'customer', answer)
    return created(told, `/api/v1/identity/sessions/${grant.sessionId}`, shown)
  }

  @Get('.well-known/jwks.json')
  @Allow('anyone')
  @ApiOperation({ summary: 'Keys that verify access tokens (RFC 7517)' })
  jwks() {
    return this.tokens.jwks()
  }
}
