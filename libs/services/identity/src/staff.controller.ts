import { Body, Controller, Delete, Get, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn } from 'class-validator'
import { OneOf, Optional, STAFF_ROLES, Text } from '@throughline/contracts'
import type { StaffRole } from '@throughline/contracts'
import { Allow, Answer, AsCommand, changed, created, PageQuery } from '@throughline/ports'
import type { Command } from '@throughline/ports'
import { StaffService } from './staff.service.js'

const MOST_ROLES = STAFF_ROLES.length

export class StaffMemberBody {
  static readonly example: StaffMemberBody = {
    name: 'Mira Okafor',
    email: 'mira@example.com',
    roles: ['agent'],
  }
  @Text(200, 1) readonly name!: string
  @Text(254, 3) readonly email!: string
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_ROLES)
  @IsIn(STAFF_ROLES, { each: true })
  readonly roles!: readonly StaffRole[]
}

export class StaffRolesBody {
  static readonly example: StaffRolesBody = { roles: ['agent', 'supervisor'] }
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_ROLES)
  @IsIn(STAFF_ROLES, { each: true })
  readonly roles!: readonly StaffRole[]
}

export class StaffListQuery extends PageQuery {
  @Optional() @OneOf(STAFF_ROLES) readonly role?: StaffRole
}

@ApiTags('identity')
@Controller('api/v1/identity/staff')
export class StaffController {
  constructor(private readonly staff: StaffService) {}

  @Post()
  @Allow('administrator')
  @ApiOperation({ summary: 'Add somebody who works here; they sign in by their e-mail address' })
  async add(@Body() { name, email, roles }: StaffMemberBody, @AsCommand() command: Command) {
    const { told, id } = await this.staff.add({ name, email, roles }, command)
    return created(told, `/api/v1/identity/staff/${id}`, { id })
  }

  @Get()
  @Allow('administrator', 'supervisor')
  @ApiOperation({ summary: 'Who works here' })
  list(@Query() query: StaffListQuery) {
    return this.staff.list(query)
  }

  @Get(':id')
  @Allow('administrator', 'supervisor')
  @ApiOperation({ summary: 'A member of staff' })
  async get(@Param('id', ParseUUIDPipe) id: string) {
    const { member, version } = await this.staff.get(id)
    return new Answer(member, { version, position: 0, outcome: 'read' })
  }

  @Put(':id/roles')
  @Allow('administrator')
  @ApiOperation({
    summary: 'Change what a member of staff may do',
    description: 'Their sessions end; they sign in again with the new roles.',
  })
  async changeRoles(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { roles }: StaffRolesBody,
    @AsCommand() command: Command,
  ) {
    const told = await this.staff.changeRoles(id, roles, command)
    return changed(told, { id, roles: told.state.status === 'working' ? told.state.roles : [] })
  }

  @Delete(':id')
  @Allow('administrator')
  @ApiOperation({ summary: 'Remove somebody who no longer works here; their sessions end' })
  async remove(@Param('id', ParseUUIDPipe) id: string, @AsCommand() command: Command) {
    return changed(await this.staff.remove(id, command), { id })
  }
}
