import replyFrom from '@fastify/reply-from'
import { ConsoleLogger, Logger, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { SwaggerModule } from '@nestjs/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refused } from '@throughline/kernel'
import type { Clock, Randomness } from '@throughline/kernel'
import { fastifyAdapter, securityHeaders } from './http.js'
import { servePages } from './pages.js'
import { serviceOf } from './edge.routes.js'
import { together, wholeApi } from './edge.together.js'
import { problemOf } from './problems.js'
import type { Settings } from './settings.js'
import { SystemClock, SystemRandomness } from './system.js'
import { Upstreams } from './upstreams.js'
import { WrongSetting } from './wrong-setting.js'

export interface EdgeOptions {
  readonly settings: Settings
  /** Folder of built pages, served at `/`; none are served without it. */
  readonly pages?: string
  readonly clock?: Clock
  readonly randomness?: Randomness
}

export interface Edge {
  readonly url: string
  stop(): Promise<void>
}

/** Largest body that is kept until it has been answered, so that another replica can be asked; longer ones flow through. */
const LARGEST_KEPT = 256 * 1024
/** Milliseconds until an upstream has begun to answer. */
const PATIENCE = 35_000
/** Milliseconds for which a connection to an upstream is kept that nothing passes over: less than it drains at a stop. */
const LONGEST_IDLE = 1_000

/**
 * The one address of an installation: pages, and every path of the API at the service whose it is. A replica that cannot be
 * reached is passed over, and what was asked goes to the next where that can do no harm: nothing was sent, it was a
 * question, or the command carries its own key. @throws WrongSetting
 */
export async function startEdge({
  settings,
  pages,
  clock = new SystemClock(),
  randomness = new SystemRandomness(),
}: EdgeOptions): Promise<Edge> {
  if (settings.upstreams.length === 0) {
    throw new WrongSetting(
      'THROUGHLINE_UPSTREAMS: missing. The edge needs case=http://case-1:4000 and all the others.',
    )
  }
  Logger.overrideLogger(
    new ConsoleLogger({ json: settings.logFormat === 'json', logLevels: ['error', 'warn'] }),
  )
  const upstreams = new Upstreams(settings.upstreams, clock)
  const nest = await NestFactory.create<NestFastifyApplication>(EdgeModule, fastifyAdapter(settings), {
    bodyParser: false,
    abortOnError: false,
  })
  const fastify: FastifyInstance = nest.getHttpAdapter().getInstance()
  const security = await securityHeaders()
  let isStopping = false
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(security)
    if (isStopping) void reply.header('Connection', 'close')
    done()
  })
  await nest.init()
  await fastify.register(async (proxied) => {
    await proxied.register(replyFrom, {
      undici: {
        connections: null,
        headersTimeout: PATIENCE,
        bodyTimeout: 0,
        // Whatever an upstream says of it: one that stops closes what is idle, and nothing may be on its way there then.
        keepAliveTimeout: LONGEST_IDLE,
        keepAliveMaxTimeout: LONGEST_IDLE,
      },
      disableRequestLogging: true,
    })
    proxied.setErrorHandler((error, _request, reply) => refuse(reply, error))
    proxied.removeAllContentTypeParsers()
    proxied.addContentTypeParser('application/x-ndjson', (_request, payload, done) => {
      done(null, payload)
    })
    proxied.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: LARGEST_KEPT },
      (_request, body, done) => {
        done(null, body)
      },
    )
    proxied.all('/api/*', (request, reply) => pass(upstreams, request, reply))
    proxied.get('/api/v1/platform/readers', (request, reply) => together(upstreams, request, reply))
  })
  SwaggerModule.setup('api/docs', nest, NOTHING, {
    customSiteTitle: 'Throughline API',
    patchDocumentOnRequest: () => wholeApi(upstreams) as never,
  })
  fastify.get('/health/live', () => ({ status: 'ok' }))
  fastify.get('/health/ready', (_request, reply) =>
    reply.status(isStopping ? 503 : 200).send({ status: isStopping ? 'stopping' : 'ok' }),
  )
  if (pages !== undefined) await servePages(nest, pages, randomness)
  await nest.listen(settings.port, settings.host)
  return {
    url: await nest.getUrl(),
    stop: async () => {
      isStopping = true
      await new Promise((resolve) => setTimeout(resolve, settings.drain))
      await nest.close()
    },
  }
}

class EdgeModule {}
Module({})(EdgeModule)

/** Takes the place of a document that is put together at each request. */
const NOTHING = { openapi: '3.0.0', info: { title: 'Throughline', version: '1' }, paths: {} }

function pass(upstreams: Upstreams, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const service = serviceOf(request.url)
  const addresses = service === undefined ? [] : upstreams.of(service)
  if (addresses.length === 0) {
    reply.callNotFound()
    return reply
  }
  const { body } = request
  const kept = Buffer.isBuffer(body) ? { body, contentType: request.headers['content-type'] ?? '' } : {}
  const ask = ([address, ...others]: readonly string[]): FastifyReply =>
    reply.from(undefined, {
      ...(request.method === 'GET' || request.method === 'HEAD' ? {} : kept),
      getUpstream: () => address ?? '',
      rewriteRequestHeaders: (_request, headers) => ({
        ...headers,
        // Whatever came as such was read by the rules for proxies, or is a lie.
        'x-forwarded-for': request.ip,
        'x-forwarded-proto': request.protocol,
        'x-forwarded-host': request.host,
      }),
      retryDelay: () => null,
      rewriteHeaders: ({ connection, ...headers }) => {
        // It stops, and answers what it has in hand: what comes next goes to another, and on no connection that it is about to close.
        if (address !== undefined && connection === 'close') upstreams.shun(address)
        return headers
      },
      onError: (_reply, { error }) => {
        const cause = causeOf(error)
        if (address !== undefined && UNREACHED.has(cause)) upstreams.shun(address)
        if (others.length > 0 && mayAskAgain(request, cause)) ask(others)
        else refuse(reply, unreachable(service ?? ''))
      },
    })
  return ask(addresses)
}

/** Nothing has reached the upstream. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])
const UNREACHED = new Set([...NOT_SENT, 'ECONNRESET', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT'])

function mayAskAgain({ method, headers, body }: FastifyRequest, cause: string): boolean {
  // A body that flowed through is gone.
  if (body !== undefined && body !== null && !Buffer.isBuffer(body)) return false
  if (NOT_SENT.has(cause)) return true
  return (
    UNREACHED.has(cause) &&
    (method === 'GET' || method === 'HEAD' || headers['idempotency-key'] !== undefined)
  )
}

function causeOf(error: unknown): string {
  for (let at = error; typeof at === 'object' && at !== null; at = 'cause' in at ? at.cause : undefined) {
    if ('code' in at && typeof at.code === 'string' && UNREACHED.has(at.code)) return at.code
  }
  return 'unknown'
}

function unreachable(service: string): Refused {
  return new Refused('unavailable', 'service.unavailable', `${service} does not answer at the moment.`, {
    todo: 'Send the same again in a moment, a command with the same Idempotency-Key.',
    retryAfter: 2,
  })
}

function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  const problem = problemOf(error)
  if (problem.status >= 500 && !(error instanceof Refused)) new Logger('edge').error(error)
  if (error instanceof Refused && error.detail.retryAfter !== undefined)
    void reply.header('Retry-After', String(error.detail.retryAfter))
  return reply
    .status(problem.status)
    .header('Content-Type', 'application/problem+json')
    .serializer(String)
    .send(JSON.stringify(problem))
}
