import { Body, Controller, Delete, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Text } from '@throughline/contracts'
import { Allow, Answer, AsCommand, ByCaller, changed, PageQuery } from '@throughline/ports'
import type { Caller, Command } from '@throughline/ports'
import { sessionUnknown } from './session.js'
import { SessionService } from './session.service.js'

export class SessionRefreshBody {
  static readonly example: SessionRefreshBody = {
    refreshToken: '4e0b7a5c-3f1d-5a80-9d9e-5b1f0c2a7d11.0.Zk9fT0h1b2xkX25vdF9iZV9hX3JlYWxfc2VjcmV0X3g',
  }
  @Text(200, 1) readonly refreshToken!: string
}

const PEOPLE = [
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
  constructor(private readonly sessions: SessionService) {}

  @Post('refresh')
  @Allow('anyone')
  @ApiOperation({
    summary: 'Exchange the refresh token for new tokens',
    description: 'Each refresh token is good once. Used again it ends the session, whoever holds it.',
  })
  async refresh(@Body() { refreshToken }: SessionRefreshBody, @AsCommand() command: Command) {
    const { told, grant } = await this.sessions.refresh(refreshToken, command)
    const { sessionId: id, subject, ...tokens } = grant
    return changed(told, { id, ...tokens, [subject.kind]: { id: subject.id } })
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
  async signOut(@ByCaller() caller: Caller, @AsCommand() command: Command) {
    if (caller.session === undefined) throw sessionUnknown()
    return changed(await this.sessions.end(caller.session, 'signed-out', command), { id: caller.session })
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
}
