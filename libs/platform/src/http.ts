import { Readable } from 'node:stream'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import { Logger } from '@nestjs/common'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { fastify as newFastify } from 'fastify'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refused } from '@throughline/kernel'
import { tellAnswers } from './answers.js'
import { allowWidgets } from './cors.js'
import type { Metrics } from './metrics.js'
import { problemOf } from './problems.js'
import type { Settings } from './settings.js'

const logger = new Logger('http')

const LARGEST_BODY = 256 * 1024
/** Deeper JSON has no use here and costs more to look at than it says (S27). */
const DEEPEST = 16

export function fastifyAdapter(settings: Settings): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: LARGEST_BODY,
    requestTimeout: 30_000,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    routerOptions: { maxParamLength: 200 },
    trustProxy: settings.proxies.length > 0 ? [...settings.proxies] : false,
    // Requests in hand are finished at a stop; connections that only wait are closed.
    forceCloseConnections: 'idle',
    // What comes over a connection that was taken is answered; its answer says that it is the last (R29).
    return503OnClosing: false,
    // Paths that cannot be read are refused before any route, hook or filter; they get the same kind of answer.
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      const problem = { ...problemOf(error), title: 'This path cannot be read.' }
      void reply
        .status(problem.status)
        .header('Content-Type', 'application/problem+json')
        .send(JSON.stringify(problem))
    },
  })
}

/** What holds for every request before any route is looked at. */
export async function prepareHttp(
  app: NestFastifyApplication,
  widgetOrigins: readonly string[],
  metrics: () => Metrics,
  stopping: () => boolean,
): Promise<void> {
  await app.register(cookie)
  if (widgetOrigins.length > 0) await allowWidgets(app, widgetOrigins)
  const security = await securityHeaders()
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance()
  // A form of another site can send text/plain without asking first; JSON it cannot (S16).
  fastify.removeContentTypeParser('text/plain')
  fastify.addContentTypeParser(
    'application/x-ndjson',
    { bodyLimit: 64 * 1024 * 1024 },
    (_request, payload, done) => {
      done(null, payload)
    },
  )
  // Hooks that call back and promise nothing: six promises a request are more than what is done in them.
  fastify.addHook('onRequest', (request, reply, done) => {
    metrics().begun()
    void reply.headers(security)
    const encoding = request.headers['content-encoding']
    if (encoding === undefined || encoding === 'identity') done()
    else done(compressed())
  })
  fastify.addHook('preValidation', (request, _reply, done) => {
    if (deeperThan(request.body, DEEPEST)) done(tooDeep())
    else done()
  })
  tellAnswers(fastify)
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    // A connection kept for another request would keep the process as long.
    if (stopping()) void reply.header('Connection', 'close')
    done(null, payload)
  })
  fastify.addHook('onResponse', (request, reply, done) => {
    // The route's pattern and never the address: an address holds ids and words that people looked for.
    const route = request.routeOptions.url ?? 'none'
    const { method } = request
    const { statusCode: status, elapsedTime } = reply
    logger.log({
      request: request.id,
      method,
      route,
      status,
      milliseconds: Math.round(elapsedTime * 10) / 10,
    })
    metrics().answered(method, route, status, elapsedTime / 1_000)
    done()
  })
}

/**
 * What helmet says, asked once of a server that nobody else can reach: it says the same with every answer, and composing
 * it anew took longer than reading a request.
 */
export async function securityHeaders(): Promise<Readonly<Record<string, string>>> {
  const scratch = newFastify()
  try {
    await scratch.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          // The API's documentation page styles itself inline; the pages bring a policy of their own.
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'data:'],
          connectSrc: ["'self'"],
          frameAncestors: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
        },
      },
    })
    // At this moment the answer has helmet's headers and none of Fastify's.
    scratch.get('/', (_request, reply) => reply.send(reply.raw.getHeaders()))
    const answer = await scratch.inject('/')
    return answer.json<Record<string, string>>()
  } finally {
    await scratch.close()
  }
}

/**
 * JSON and nothing else: Nest reads urlencoded bodies, which a form of another site can send without asking first (S16).
 * To be called when the application is initialised and does not listen yet.
 */
export function readBodies(app: NestFastifyApplication): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance()
  // Nest's own makes a parser for each request and reads the text from a copy.
  fastify.removeContentTypeParser('application/json')
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    fastify.getDefaultJsonParser('error', 'error'),
  )
  fastify.removeContentTypeParser('application/x-www-form-urlencoded')
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Readable) return false
  if (levels === 0) return true
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && deeperThan(part, levels - 1)) return true
  }
  return false
}

function compressed(): Refused {
  return new Refused('invalid', 'request.encoding', 'Compressed requests are not read.', {
    field: 'Content-Encoding',
    todo: 'Send the body as it is.',
  })
}

function tooDeep(): Refused {
  return new Refused(
    'invalid',
    'request.too-deep',
    `The body is nested deeper than ${String(DEEPEST)} levels.`,
  )
}
