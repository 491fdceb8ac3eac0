import type { Type } from '@nestjs/common'
import type { DecisionAuditor } from './audit.js'
import type { Running } from './event-bus.js'

/** Any {@link View}, as a host sees it: it feeds views and never looks into their rows. */
export interface AnyView {
  readonly name: string
  readonly version: number
  readonly on: readonly string[]
  readonly project: (event: never, rows: never) => Promise<void>
}

/** What a host needs to know of a service. */
export interface ServiceDefinition {
  /** Also its place in paths (`/api/v1/<name>`) and the consumer group of its reactions. */
  readonly name: string
  readonly module: Type
  readonly views: readonly AnyView[]
  /** Providers of the module that follow the log on their own, besides views and reactions. */
  readonly followers?: readonly Type<Follower>[]
  /** Decisions that an audit derives again from what was recorded. */
  readonly audits?: readonly DecisionAuditor[]
}

/** What follows the log by itself; undefined before it has begun. */
export interface Follower {
  readonly running: Running | undefined
}
