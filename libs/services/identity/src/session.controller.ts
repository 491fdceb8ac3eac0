import { Body, Controller, Delete, Get, Param, ParseUUIDPipe, Post, Query, Req, Res } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { OneOf, Optional, Text } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import { Allow, Answer, AsCommand, ByCaller, changed, PageQuery } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { sessionUnknown } from './session.js'
import { ensureOwnPage, HOLDERS, holderOf, SessionCookies } from './session.cookie.js'
import type { Holder } from './session.cookie.js'
import { SessionService } from './session.service.js'

/** Exactly one of the two. */
export class SessionRefreshBody {
  static readonly example: SessionRefreshBody = {
    refreshToken: '4e0b7a5c-3f1d-5a80-9d9e-5b1f0c2a7d11.0.Zk9fT0h1b2xkX25vdF9iZV9hX3JlYWxfc2VjcmV0X3g',
  }
  @Optional() @Text(200, 1) readonly refreshToken?: string
  /** Our own pages: the token stands in the browser's cookie of this side, and so does the new one. */
  @Optional() @OneOf(HOLDERS) readonly from?: Holder
}

export const PEOPLE = [
  'guest',
  'customer',
  'agent',
  'knowledge-owner',
  'supervisor',
  'analyst',
  'administrator',
] as const

@ApiTags('identity')
@Controller('api/v1/identity/sessions')
export class SessionsController {
  constructor(
    private readonly sessions: SessionService,
    private readonly cookies: SessionCookies,
  ) {}

  @Post('refresh')
  @Allow('anyone')
  @ApiOperation({
    summary: 'Exchange the refresh token for new tokens',
    description: 'Each refresh token is good once. Used again it ends the session, whoever holds it.',
  })
  async refresh(
    @Body() { refreshToken, from }: SessionRefreshBody,
    @AsCommand() command: Command,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if ((refreshToken === undefined) === (from === undefined)) throw unclear()
    if (refreshToken !== undefined) {
      const { told, answer } = await this.#refresh(refreshToken, command)
      return changed(told, answer)
    }
    if (from === undefined) throw unclear()
    ensureOwnPage(request)
    const kept = this.cookies.read(request, from)
    // Asked at every first page: nobody is signed in is an answer and no fault.
    if (kept === undefined) {
      void reply.status(204)
      return undefined
    }
    try {
      const { told, answer } = await this.#refresh(kept, command)
      return changed(told, this.cookies.keep(reply, from, answer))
    } catch (error) {
      // Not on every refusal: what is refused here may be older than what the browser has by now.
      if (error instanceof Refused && (await this.sessions.isSpent(kept))) this.cookies.clear(reply, from)
      throw error
    }
  }

  @Get()
  @Allow(...PEOPLE)
  @ApiOperation({ summary: 'My open sessions' })
  async list(@ByCaller() caller: Caller, @Query() query: PageQuery) {
    const { items, next } = await this.sessions.list(caller.id, query)
    return { items: items.map((session) => ({ ...session, current: session.id === caller.session })), next }
  }

  @Get(':id')
  @Allow(...PEOPLE)
  @ApiOperation({ summary: 'One of my open sessions' })
  async get(@Param('id', ParseUUIDPipe) id: string, @ByCaller() caller: Caller) {
    const { session, version } = await this.sessions.mine(id, caller.id)
    const current = id === caller.session
    return new Answer({ ...session, current }, { version, position: 0, outcome: 'read' })
  }

  @Delete('current')
  @Allow(...PEOPLE)
  @ApiOperation({ summary: 'Sign out' })
  async signOut(
    @ByCaller() caller: Caller,
    @AsCommand() command: Command,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (caller.session === undefined) throw sessionUnknown()
    const told = await this.sessions.end(caller.session, 'signed-out', command)
    this.cookies.clear(reply, holderOf(caller.kind))
    return changed(told, { id: caller.session })
  }

  @Delete(':id')
  @Allow(...PEOPLE)
  @ApiOperation({ summary: 'End one of my sessions, on a device that was lost' })
  async revoke(
    @Param('id', ParseUUIDPipe) id: string,
    @ByCaller() caller: Caller,
    @AsCommand() command: Command,
  ) {
    await this.sessions.mine(id, caller.id)
    return changed(await this.sessions.end(id, 'revoked', command), { id })
  }
  async #refresh(refreshToken: string, command: Command) {
    const { told, grant } = await this.sessions.refresh(refreshToken, command)
    const { sessionId: id, subject: _, who, ...tokens } = grant
    return { told, answer: { id, ...tokens, ...who } }
  }
}

function unclear(): Refused {
  return new Refused('invalid', 'identity.refresh-unclear', 'Which session is meant is not clear.', {
    field: 'refreshToken',
    todo: 'Send either "refreshToken" or "from".',
  })
}
