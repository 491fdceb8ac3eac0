import { Catch, HttpException, Logger } from '@nestjs/common'
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refused } from '@throughline/kernel'
import type { RefusalKind } from '@throughline/kernel'
import { throwError } from 'rxjs'

const STATUS: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  changed: 412,
  unprocessable: 422,
  'too-many': 429,
  unavailable: 503,
}

/** Problem details, RFC 9457, with a stable `code`. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail?: string
  readonly field?: string
  readonly todo?: string
  readonly [more: string]: unknown
}

const CODES: Readonly<Record<number, string>> = {
  400: 'request.invalid',
  401: 'access.unauthenticated',
  403: 'access.forbidden',
  404: 'request.unknown-path',
  405: 'request.method',
  408: 'request.timeout',
  413: 'request.too-large',
  414: 'request.path-too-long',
  415: 'request.media-type',
  429: 'limit.reached',
  431: 'request.headers-too-large',
}

/** The one place where what went wrong becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('http')

  catch(error: unknown, host: ArgumentsHost): unknown {
    // In a reaction the error goes on to the delivery, which retries and parks with the true cause.
    if (host.getType() === 'rpc') return throwError(() => error)
    const reply = host.switchToHttp().getResponse<FastifyReply>()
    const request = host.switchToHttp().getRequest<FastifyRequest>()
    if (reply.raw.headersSent) {
      this.#logger.error(describe(error))
      reply.raw.end()
      return undefined
    }
    const problem = problemOf(error)
    // A refusal is an answer, 503 included; only what nobody expected is worth a stack.
    if (problem.status >= 500 && !(error instanceof Refused)) {
      this.#logger.error(`${request.method} ${request.routeOptions.url ?? ''} ${describe(error)}`)
    }
    const retryAfter = error instanceof Refused ? error.detail.retryAfter : undefined
    if (retryAfter !== undefined) void reply.header('Retry-After', String(Math.ceil(retryAfter)))
    if (problem.status === 401) void reply.header('WWW-Authenticate', 'Bearer')
    void reply.status(problem.status).header('Content-Type', 'application/problem+json').send(problem)
    return undefined
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof Refused) {
    const { field, todo, more } = error.detail
    return {
      ...more,
      type: `urn:throughline:problem:${error.code}`,
      title: error.message,
      status: STATUS[error.kind],
      code: error.code,
      ...(field !== undefined && { field }),
      ...(todo !== undefined && { todo }),
    }
  }
  const status = statusOf(error)
  // Nothing of an unexpected error is shown: its message may hold what nobody outside should see.
  if (status === undefined || status >= 500) {
    return {
      type: 'urn:throughline:problem:internal',
      title: 'Something went wrong here. Nothing was half done; the same request may be sent again.',
      status: 500,
      code: 'internal',
    }
  }
  const code = CODES[status] ?? 'request.refused'
  const title = error instanceof Error && error.message !== '' ? error.message : 'The request was refused.'
  return { type: `urn:throughline:problem:${code}`, title, status, code }
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus()
  // Fastify's own errors carry a status: body too large, wrong media type, unreadable JSON.
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number')
    return error.statusCode
  return undefined
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
