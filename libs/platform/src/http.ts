import { Readable } from 'node:stream'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import { Logger } from '@nestjs/common'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refused } from '@throughline/kernel'
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
  await app.register(helmet, {
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
  await app.register(cookie)
  if (widgetOrigins.length > 0) await allowWidgets(app, widgetOrigins)
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
  fastify.addHook('onRequest', async (request) => {
    await Promise.resolve()
    metrics().begun()
    if (
      request.headers['content-encoding'] !== undefined &&
      request.headers['content-encoding'] !== 'identity'
    ) {
      throw new Refused('invalid', 'request.encoding', 'Compressed requests are not read.', {
        field: 'Content-Encoding',
        todo: 'Send the body as it is.',
      })
    }
  })
  fastify.addHook('preValidation', async (request) => {
    await Promise.resolve()
    if (deeperThan(request.body, DEEPEST)) {
      throw new Refused(
        'invalid',
        'request.too-deep',
        `The body is nested deeper than ${String(DEEPEST)} levels.`,
      )
    }
  })
  fastify.addHook('onSend', async (_request, reply) => {
    await Promise.resolve()
    // A connection kept for another request would keep the process as long.
    if (stopping()) void reply.header('Connection', 'close')
  })
  fastify.addHook('onResponse', async (request, reply) => {
    await Promise.resolve()
    // The route's pattern and never the address: an address holds ids and words that people looked for.
    logger.log({
      request: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
    })
    metrics().answered(
      request.method,
      request.routeOptions.url ?? 'none',
      reply.statusCode,
      reply.elapsedTime / 1_000,
    )
  })
}

/**
 * Nest reads urlencoded bodies, which a form of another site can send without asking first; nobody here does (S16).
 * To be called when the application is initialised and does not listen yet.
 */
export function readNoForms(app: NestFastifyApplication): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance()
  fastify.removeContentTypeParser('application/x-www-form-urlencoded')
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Readable) return false
  if (levels === 0) return true
  for (const part of Object.values(value)) if (deeperThan(part, levels - 1)) return true
  return false
}
