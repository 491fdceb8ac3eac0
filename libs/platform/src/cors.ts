import cors from '@fastify/cors'
import type { FastifyCorsOptions } from '@fastify/cors'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { FastifyRequest } from 'fastify'

/** Lets pages of these origins call the API as the widget does: with a token, never with a cookie (S19). */
export async function allowWidgets(app: NestFastifyApplication, origins: readonly string[]): Promise<void> {
  const open: FastifyCorsOptions = {
    origin: [...origins],
    credentials: false,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'idempotency-key',
      'if-match',
      'min-position',
      'last-event-id',
    ],
    exposedHeaders: ['throughline-position', 'etag', 'idempotency-replayed', 'retry-after'],
    maxAge: 600,
    // An OPTIONS that asks for nothing is answered as well, not refused in a shape unlike every other refusal.
    strictPreflight: false,
  }
  const closed: FastifyCorsOptions = { origin: false }
  await app.register(cors, {
    delegator: (
      request: FastifyRequest,
      told: (error: Error | null, options: FastifyCorsOptions) => void,
    ): void => {
      const { origin } = request.headers
      const known = origin !== undefined && origins.includes(origin)
      told(null, known && request.url.startsWith('/api/v1/') ? open : closed)
    },
  })
}
