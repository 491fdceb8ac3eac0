import { Readable } from 'node:stream'
import { Injectable } from '@nestjs/common'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { FastifyRequest } from 'fastify'
import { fromInstant, Ids, Refused } from '@throughline/kernel'
import type { Clock } from '@throughline/kernel'
import { ALLOWED, EXCHANGE, sha256 } from '@throughline/ports'
import type { Caller, Command, Exchange } from '@throughline/ports'
import type { EndedSessions } from './sessions.js'
import { refused } from './tokens.js'
import type { TokenReader } from './tokens.js'

type Marked = FastifyRequest & { [EXCHANGE]?: Exchange }

const KEY = /^[\x21-\x7e]{1,200}$/
/** Somebody unknown shares this name space with everybody: a key that can be guessed would show another's answer. */
const KEY_OF_ANYONE = /^[\x21-\x7e]{22,200}$/
const TRACE = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/

/** Runs before every handler: who is it, may they, and what command is this. Deny by default. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokenReader,
    private readonly sessions: EndedSessions,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Reactions have no caller; they are commands of the service itself.
    if (context.getType() === 'rpc') return true
    const request = context.switchToHttp().getRequest<Marked>()
    const allowed = this.reflector.getAllAndOverride<readonly string[] | undefined>(ALLOWED, [
      context.getHandler(),
      context.getClass(),
    ])
    const caller = await this.tokens.read(request.headers.authorization)
    if (this.sessions.has(caller.session)) throw refused()
    if (allowed?.includes('anyone') !== true) {
      if (caller.kind === 'anyone') {
        throw new Refused('unauthenticated', 'access.unauthenticated', 'Nobody is signed in.', {
          todo: 'Send an access token: Authorization: Bearer …',
        })
      }
      if (!caller.roles.some((role) => allowed?.includes(role))) {
        throw new Refused('forbidden', 'access.forbidden', 'This is not open to your role.')
      }
    }
    request[EXCHANGE] = { caller, command: this.#command(request, caller) }
    return true
  }

  #command(request: FastifyRequest, caller: Caller): Command {
    const key = header(request, 'idempotency-key')
    if (key !== undefined && !(caller.kind === 'anyone' ? KEY_OF_ANYONE : KEY).test(key)) {
      throw new Refused('invalid', 'command.key', 'This Idempotency-Key cannot be used.', {
        field: 'Idempotency-Key',
        todo: 'Use 1 to 200 visible characters, such as a UUID; at least 22 without a token.',
      })
    }
    const trace = header(request, 'traceparent')
    const occurredAt = this.#occurredAt(request, caller)
    return {
      id: key === undefined ? this.ids.next() : `${caller.actor}/${key}`,
      actor: caller.actor,
      ...(key !== undefined && { fingerprint: fingerprint(request) }),
      ...ifVersion(request),
      ...(trace !== undefined && TRACE.test(trace) && { traceparent: trace }),
      ...(occurredAt !== undefined && { occurredAt }),
    }
  }

  // Only systems that hand over what happened elsewhere may say when it happened.
  #occurredAt(request: FastifyRequest, caller: Caller): string | undefined {
    const occurredAt = header(request, 'occurred-at')
    if (occurredAt === undefined) return undefined
    if (!caller.roles.includes('importer') && !caller.roles.includes('back-office')) {
      throw new Refused('forbidden', 'command.occurred-at', 'Only importers say when something happened.', {
        field: 'Occurred-At',
      })
    }
    const at = fromInstant(occurredAt)
    if (Number.isNaN(at) || at > this.clock.now()) {
      throw new Refused('invalid', 'command.occurred-at', 'Occurred-At is no moment of the past.', {
        field: 'Occurred-At',
        todo: 'Send RFC 3339 in UTC: 2017-03-21T00:00:00.000Z.',
      })
    }
    return new Date(at).toISOString()
  }
}

function ifVersion(request: FastifyRequest): { readonly ifVersion?: number } {
  const value = header(request, 'if-match')
  if (value === undefined || value === '*') return {}
  const version = /^"(\d{1,9})"$/.exec(value)?.[1]
  if (version === undefined) {
    throw new Refused('invalid', 'command.if-match', 'If-Match is no version given out here.', {
      field: 'If-Match',
      todo: 'Send the ETag of the answer you read, quotes included.',
    })
  }
  return { ifVersion: Number(version) }
}

function fingerprint(request: FastifyRequest): string {
  const body =
    request.body === undefined || request.body instanceof Readable ? '' : JSON.stringify(request.body)
  return sha256(`${request.method} ${request.url.split('?')[0] ?? ''}\n${body}`)
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}
