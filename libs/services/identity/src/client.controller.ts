import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Matches } from 'class-validator'
import { OneOf, Text } from '@throughline/contracts'
import { Allow, Answer, AsCommand, changed, created, PageQuery } from '@throughline/ports'
import type { Command } from '@throughline/ports'
import { ClientService } from './client.service.js'

const SYSTEM_ROLES = ['back-office', 'importer', 'analyst'] as const

export class ClientBody {
  static readonly example: ClientBody = { name: 'Web shop', role: 'back-office' }
  @Text(100, 1) readonly name!: string
  @OneOf(SYSTEM_ROLES) readonly role!: (typeof SYSTEM_ROLES)[number]
}

export class ClientTokenBody {
  static readonly example: ClientTokenBody = {
    clientId: '4e0b7a5c-3f1d-5a80-9d9e-5b1f0c2a7d11',
    clientSecret: 'Zk9fT0h1b2xkX25vdF9iZV9hX3JlYWxfc2VjcmV0X3g',
  }
  /** The client's id; the machine's own tools say `operator`. */
  @Matches(/^([0-9a-f-]{36}|operator)$/) readonly clientId!: string
  @Text(200, 1) readonly clientSecret!: string
}

@ApiTags('identity')
@Controller('api/v1/identity')
export class ClientsController {
  constructor(private readonly clients: ClientService) {}

  @Post('tokens')
  @HttpCode(200)
  @Allow('anyone')
  @ApiOperation({ summary: 'An access token for a system, good for 15 minutes' })
  token(@Body() { clientId, clientSecret }: ClientTokenBody) {
    return this.clients.token(clientId, clientSecret)
  }

  @Post('clients')
  @Allow('administrator')
  @ApiOperation({ summary: 'Let a system call in its own name; its secret is told once' })
  async make(@Body() { name, role }: ClientBody, @AsCommand() command: Command) {
    const { told, id, clientSecret } = await this.clients.make({ name, role }, command)
    return created(told, `/api/v1/identity/clients/${id}`, { id, clientSecret })
  }

  @Get('clients')
  @Allow('administrator')
  @ApiOperation({ summary: 'Systems that call in their own name' })
  list(@Query() query: PageQuery) {
    return this.clients.list(query)
  }

  @Get('clients/:id')
  @Allow('administrator')
  @ApiOperation({ summary: 'A system that calls in its own name' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    const { client, version } = await this.clients.get(id)
    return new Answer(client, { version, position: 0, outcome: 'read' })
  }

  @Post('clients/:id/secrets')
  @Allow('administrator')
  @ApiOperation({ summary: 'Replace the secret; the old one and its tokens are good for nothing' })
  async replaceSecret(@Param('id', ParseUUIDPipe) id: string, @AsCommand() command: Command) {
    const { told, clientSecret } = await this.clients.replaceSecret(id, command)
    return created(told, `/api/v1/identity/clients/${id}`, { id, clientSecret })
  }

  @Delete('clients/:id')
  @Allow('administrator')
  @ApiOperation({ summary: 'Disable a client; its tokens are good for nothing' })
  async disable(@Param('id', ParseUUIDPipe) id: string, @AsCommand() command: Command) {
    return changed(await this.clients.disable(id, command), { id })
  }
}
