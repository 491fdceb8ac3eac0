import { Body, Controller, Get, HttpCode, Param, ParseIntPipe, Post, Put, Query } from '@nestjs/common'
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger'
import { Code, Document, Moment, Optional, Part, Text, Whole } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import { Allow, Answer, AsCommand, changed, PageQuery, pageOf } from '@throughline/ports'
import type { Command } from '@throughline/ports'
import { CARE_POLICY } from './policy/care-policy.example.js'
import { PoliciesService } from './policy.service.js'
import type { PolicyDocument } from './policy.js'

export class PolicyListQuery extends PageQuery {}

export class TrialFacts {
  @Optional() @Code() readonly reason?: string
  @Optional() @Code() readonly detail?: string
  @Optional() @Code() readonly thing?: string
  @Optional() @Code() readonly segment?: string
  @Optional() @Text(35) readonly language?: string
  /** When the thing starts: the journey, the concert, the visit. */
  @Optional() @Moment() readonly startsAt?: string
}

export class TryPolicyBody {
  static readonly example: TryPolicyBody = { facts: { reason: 'water-leak', thing: 'purchase' } }
  @Part(() => TrialFacts) readonly facts!: TrialFacts
  /** A document that is not published yet; absent tries the newest version. */
  @Optional() @Document() readonly document?: Readonly<Record<string, unknown>>
  /** Another moment than now, for opening hours. */
  @Optional() @Moment() readonly at?: string
}

export class PreviewPolicyBody {
  static readonly example: PreviewPolicyBody = { policy: CARE_POLICY, days: 28 }
  /** The whole draft. */
  @Document() readonly policy!: Readonly<Record<string, unknown>>
  @Optional() @Whole(1, 28) readonly days?: number
}

@ApiTags('routing')
@Controller('api/v1/routing/policies')
export class PoliciesController {
  constructor(private readonly policies: PoliciesService) {}

  @Get()
  @Allow('agent', 'supervisor', 'analyst', 'administrator')
  @ApiOperation({ summary: 'The newest version of every policy, and which one is in force' })
  list(@Query() query: PolicyListQuery) {
    return this.policies.list(pageOf(query))
  }

  @Put(':name')
  @Allow('supervisor', 'administrator')
  @ApiOperation({ summary: 'Publish a version of a policy; it is in force from now on' })
  @ApiBody({
    description: 'The policy as data; with it, where wished, `why` it is changed, kept beside the version',
    schema: { type: 'object' },
    examples: { care: { value: { ...CARE_POLICY, why: 'Chat is staffed on weekdays now.' } } },
  })
  async publish(@Param('name') name: string, @Body() document: unknown, @AsCommand() command: Command) {
    if (!isDocument(document)) {
      throw new Refused('invalid', 'routing.policy-invalid', 'A policy is an object with named members.', {
        more: { problems: [{ field: '', problem: 'A policy is an object with named members.' }] },
      })
    }
    const told = await this.policies.publish(name, document, command)
    return changed(told, told.body)
  }

  @Get(':name')
  @Allow('agent', 'supervisor', 'analyst', 'administrator')
  @ApiOperation({ summary: 'The newest version of a policy' })
  async newest(@Param('name') name: string) {
    const found = await this.policies.find(name)
    return new Answer(found, { version: found.newest, position: 0, outcome: 'read' })
  }

  @Get(':name/versions')
  @Allow('agent', 'supervisor', 'analyst', 'administrator')
  @ApiOperation({ summary: 'Every version of a policy from the newest, with when and by whom' })
  versions(@Param('name') name: string, @Query() query: PolicyListQuery) {
    return this.policies.versions(name, pageOf(query))
  }

  @Get(':name/versions/:version')
  @Allow('agent', 'supervisor', 'analyst', 'administrator')
  @ApiOperation({ summary: 'One version of a policy' })
  one(@Param('name') name: string, @Param('version', ParseIntPipe) version: number) {
    return this.policies.find(name, version)
  }

  @Post(':name/trial')
  @HttpCode(200)
  @Allow('supervisor', 'analyst', 'administrator')
  @ApiOperation({ summary: 'What a journey with these facts would be offered now; nothing is recorded' })
  trial(@Param('name') name: string, @Body() body: TryPolicyBody) {
    return this.policies.trial(name, body)
  }

  @Post(':name/preview')
  @HttpCode(200)
  @Allow('supervisor', 'administrator')
  @ApiOperation({
    summary: 'Whom a draft would have affected in the last days, decided again; nothing is recorded',
  })
  preview(@Param('name') name: string, @Body() { policy, days }: PreviewPolicyBody) {
    return this.policies.preview(name, policy, days ?? 28)
  }
}

function isDocument(raw: unknown): raw is PolicyDocument {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
}
