import { Injectable } from '@nestjs/common'
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Clock, fromInstant, Refused, SECOND } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import type { Caller } from '@throughline/ports'

/** Whose session a browser keeps: a customer (or guest) and a member of staff, side by side in two windows. */
export const HOLDERS = ['customer', 'staff'] as const
export type Holder = (typeof HOLDERS)[number]

/** Sent to the routes of sessions alone. */
const PATH = '/api/v1/identity/sessions'

interface Tokens {
  readonly refreshToken: string
  readonly refreshExpiresAt: Instant
}

/**
 * Refresh tokens that no script can read. They are for our own pages alone: `SameSite=Strict` keeps them from other sites, and
 * {@link ensureOwnPage} from whoever is of the same site and yet not of our origin (S16, S19).
 */
@Injectable()
export class SessionCookies {
  constructor(private readonly clock: Clock) {}

  /** Gives the browser the refresh token until it is worth nothing; returns what a script may see of the answer. */
  keep<Answer extends Tokens>(
    reply: FastifyReply,
    holder: Holder,
    { refreshToken, ...answer }: Answer,
  ): Omit<Answer, 'refreshToken'> {
    const maxAge = Math.floor((fromInstant(answer.refreshExpiresAt) - this.clock.now()) / SECOND)
    void reply.setCookie(nameOf(holder), refreshToken, { ...attributes(reply), maxAge })
    return answer
  }

  read({ cookies }: FastifyRequest, holder: Holder): string | undefined {
    return cookies[nameOf(holder)]
  }

  clear(reply: FastifyReply, holder: Holder): void {
    void reply.clearCookie(nameOf(holder), attributes(reply))
  }
}

export function holderOf(kind: Caller['kind']): Holder {
  return kind === 'staff' ? 'staff' : 'customer'
}

/** @throws Refused `access.cross-site` */
export function ensureOwnPage({ headers, protocol, host }: FastifyRequest): void {
  const site = headers['sec-fetch-site']
  // Browsers leave it out where the connection is not to be trusted: plain http to another machine.
  const own = site === undefined ? headers.origin === `${protocol}://${host}` : site === 'same-origin'
  if (own) return
  throw new Refused('forbidden', 'access.cross-site', 'Sessions in a cookie are for our own pages alone.', {
    todo: 'Send and keep the refresh token yourself: leave out "keep" and "from".',
  })
}

function nameOf(holder: Holder): string {
  return `throughline-${holder}`
}

function attributes({ request }: FastifyReply): CookieSerializeOptions {
  return { httpOnly: true, sameSite: 'strict', path: PATH, secure: request.protocol === 'https' }
}
