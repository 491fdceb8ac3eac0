import { createParamDecorator, SetMetadata } from '@nestjs/common'
import type { ExecutionContext } from '@nestjs/common'
import type { Instant } from '@throughline/kernel'
import type { Command } from './event-store.js'

/** What a caller may be. A person has one or more; `guest` and `customer` exclude each other. */
export const ROLES = [
  'guest',
  'customer',
  'agent',
  'knowledge-owner',
  'supervisor',
  'analyst',
  'administrator',
  'back-office',
  'importer',
] as const
export type Role = (typeof ROLES)[number]

/** How surely we know who it is. */
export type Assurance = 'none' | 'code' | 'federated'

/** Who is asking, from a verified token. Never from a header or a body. */
export interface Caller {
  readonly kind: 'anyone' | 'guest' | 'customer' | 'staff' | 'client'
  /** Id of the guest, customer, member of staff or client; empty for anyone. */
  readonly id: string
  /** As it stands in events: `customer:<id>`. */
  readonly actor: string
  readonly roles: readonly Role[]
  readonly assurance: Assurance
  readonly session?: string
  readonly authenticatedAt?: Instant
  readonly expiresAt?: Instant
}

export const ALLOWED = 'throughline:allowed'

/**
 * Who may call a route, as data. Every route declares it; one that does not stops the start. `anyone` needs no token.
 * Whether the thing named in the path is the caller's own is the handler's question, answered 404 when it is not.
 */
export function Allow(...roles: readonly (Role | 'anyone')[]): MethodDecorator & ClassDecorator {
  return SetMetadata(ALLOWED, roles)
}

/** What the platform puts on each request before a handler runs. */
export interface Exchange {
  readonly caller: Caller
  /** The command this request makes: id from `Idempotency-Key`, actor from the caller, version from `If-Match`. */
  readonly command: Command
}

/** Key of the {@link Exchange} on the raw request of any HTTP framework. */
export const EXCHANGE = Symbol.for('throughline.exchange')

function exchangeOf(context: ExecutionContext): Exchange {
  const request = context.switchToHttp().getRequest<{ [EXCHANGE]?: Exchange }>()
  const exchange = request[EXCHANGE]
  if (exchange === undefined)
    throw new Error('no exchange on the request: the authorisation guard did not run')
  return exchange
}

/** Injects the {@link Caller}. */
export const ByCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller => exchangeOf(context).caller,
)

/** Injects the {@link Command} of this request. */
export const AsCommand = createParamDecorator(
  (_: unknown, context: ExecutionContext): Command => exchangeOf(context).command,
)

export function has(caller: Caller, ...roles: readonly Role[]): boolean {
  return roles.some((role) => caller.roles.includes(role))
}
