import { Controller, Get } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Allow } from '@throughline/ports'
import type { Link, Settings } from './settings.js'

/** Somebody of an invented company to sign in as. */
export interface DemoRole {
  readonly email: string
  readonly name: string
  /** What they are: customer, or their roles. */
  readonly is: string
}

export interface Demo {
  readonly people: readonly DemoRole[]
}

/** What pages show of the company before anybody has signed in. */
export abstract class About {
  abstract readonly name: string
  abstract readonly links: readonly Link[]
  /** The number to ring. */
  abstract readonly phone: string | null
  abstract readonly demo: Demo | null
}

export function aboutOf({ name, links, phone }: Settings, demo: Demo | undefined): About {
  return { name, links, phone: phone ?? null, demo: demo === undefined ? null : { people: demo.people } }
}

@ApiTags('platform')
@Controller('api/v1/platform/about')
export class AboutController {
  constructor(private readonly about: About) {}

  @Get()
  @Allow('anyone')
  @ApiOperation({ summary: 'Whose pages these are: name, links, phone; in the demo who can sign in' })
  tell(): About {
    return this.about
  }
}
