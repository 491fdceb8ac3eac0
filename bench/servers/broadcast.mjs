// The least that a live stream is: what is posted is written to everybody who listens, from one text, and kept nowhere.
import { fastify } from 'fastify'
import { serve } from '../lib/child.mjs'

const server = fastify({ forceCloseConnections: true })
const listening = new Set()

server.post('/api/v1/journey/journeys', async () => ({ id: '018f3b1c-6a77-7d0c-9a41-0f4b7f0b2d11' }))
server.post('/api/v1/journey/journeys/:id/facts', async (request) => {
  const text = `event: moment\ndata: ${JSON.stringify(request.body)}\n\n`
  for (const response of listening) response.write(text)
  return { id: request.params.id, ...request.body }
})
server.get('/api/v1/journey/journeys/:id/live', (_request, reply) => {
  reply.hijack()
  reply.raw.writeHead(200, { 'Content-Type': 'text/event-stream' })
  reply.raw.flushHeaders()
  listening.add(reply.raw)
  reply.raw.on('close', () => listening.delete(reply.raw))
})

const url = await server.listen({ port: 0, host: '127.0.0.1' })
serve({ url }, { busy: () => performance.eventLoopUtilization().active }, () => server.close())
