import { fastify as newFastify } from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Metrics } from './metrics.js'
import type { Readers } from './readers.js'

/** What a platform team's own systems ask of a process, on a port that is never routed. */
export interface Management {
  /** Where it listens. */
  readonly url: string
  close(): Promise<void>
}

const PATHS = /^\/(health|metrics)(\/|\?|$)/

/** Answers health and metrics on a port of their own. */
export async function listenManagement(
  { host, port }: { readonly host: string; readonly port: number },
  readers: Readers,
  metrics: Metrics,
): Promise<Management> {
  const server = newFastify({ forceCloseConnections: true })
  server.get('/health/live', async (_request, reply) => {
    const { status, answer } = readers.live()
    return reply.status(status).send(answer)
  })
  server.get('/health/ready', async (_request, reply) => {
    const { status, answer } = await readers.ready()
    return reply.status(status).send(answer)
  })
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  )
  const url = await server.listen({ host, port })
  return { url, close: () => server.close() }
}

/** Whoever reaches the port for people finds neither health nor metrics there. */
export function hideManagement(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (PATHS.test(request.url)) reply.callNotFound()
    else done()
  })
}
