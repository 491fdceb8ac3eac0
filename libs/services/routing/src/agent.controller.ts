import { Body, Controller, Get, Headers, Param, ParseUUIDPipe, Put, Res } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { OneOf, Optional, Parts, Skill, Text } from '@throughline/contracts'
import { Allow, AsCommand, ByCaller, changed } from '@throughline/ports'
import type { Caller, Command, Transacted } from '@throughline/ports'
import { AgentsService } from './agent.service.js'
import type { AgentEvent, AgentState, Presence } from './agent.js'

export class AssignSkillsBody {
  static readonly example: AssignSkillsBody = {
    skills: [
      { skill: 'chat', level: 3 },
      { skill: 'voice', level: 2 },
    ],
  }
  @Parts(() => Skill, 100) readonly skills!: readonly Skill[]
}

export class PresenceBody {
  static readonly example: PresenceBody = { state: 'paused', why: 'lunch' }
  @OneOf(['ready', 'paused', 'signed-off']) readonly state!: Presence
  @Optional() @Text(100) readonly why?: string
}

export class SignOffBody {
  static readonly example: SignOffBody = { state: 'signed-off' }
  @OneOf(['paused', 'signed-off']) readonly state!: 'paused' | 'signed-off'
  @Optional() @Text(100) readonly why?: string
}

@ApiTags('routing')
@Controller('api/v1/routing/agents')
export class AgentsController {
  constructor(private readonly agents: AgentsService) {}

  @Get()
  @Allow('supervisor', 'administrator')
  @ApiOperation({ summary: 'Who is at work, with skills, load, contacts and what each has worked on' })
  async list() {
    return { items: await this.agents.list(), next: null }
  }

  @Get('me')
  @Allow('agent')
  @ApiOperation({ summary: 'Own presence, skills, contacts and open offers' })
  me(@ByCaller() caller: Caller) {
    return this.agents.self(caller.id)
  }

  @Put('me/presence')
  @Allow('agent')
  @ApiOperation({ summary: 'Be ready for contacts, pause, or leave work' })
  async be(@Body() body: PresenceBody, @AsCommand() command: Command, @ByCaller() caller: Caller) {
    return answer(await this.agents.beAt(caller.id, body, false, command))
  }

  @Get('me/offers')
  @Allow('agent')
  @ApiOperation({ summary: 'Contacts offered to you now, each with where its context is' })
  async offers(@ByCaller() caller: Caller) {
    return { items: await this.agents.offers(caller.id), next: null }
  }

  @Get('me/live')
  @Allow('agent')
  @ApiOperation({ summary: 'Hear of offers, contacts and your presence as they change (server-sent events)' })
  live(
    @Res() response: unknown,
    @ByCaller() caller: Caller,
    @Headers('last-event-id') lastEventId?: string,
  ): void {
    this.agents.listen(response, lastEventId, caller)
  }

  @Get(':id')
  @Allow('supervisor', 'administrator')
  @ApiOperation({ summary: 'One agent' })
  one(@Param('id', ParseUUIDPipe) id: string) {
    return this.agents.one(id)
  }

  @Put(':id/skills')
  @Allow('supervisor', 'administrator')
  @ApiOperation({ summary: 'Say what an agent can do, all skills at once' })
  async assign(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: AssignSkillsBody,
    @AsCommand() command: Command,
  ) {
    return answer(await this.agents.assign(id, body.skills, command))
  }

  @Put(':id/presence')
  @Allow('supervisor')
  @ApiOperation({ summary: 'Sign off an agent who is gone; contacts held go back to their queues' })
  async signOff(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: SignOffBody,
    @AsCommand() command: Command,
  ) {
    return answer(await this.agents.beAt(id, body, true, command))
  }
}

function answer(told: Transacted<AgentState, AgentEvent>) {
  const { status: presence, skills } = told.state
  return changed(told, { agentId: told.id, presence, skills })
}
