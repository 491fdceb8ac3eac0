// A bare Fastify, with the same routes: answers at once (`nothing`), or after the raw durable insert, shared by all that
// wait (`insert`). No access, no rules, no views: the most that this machine gives a Node server.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { fastify } from 'fastify'
import { serve } from '../lib/child.mjs'

const insert = process.argv[2] === 'insert'
const data = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
const log = insert
  ? new Worker(new URL('../lib/raw-log.worker.mjs', import.meta.url), {
      workerData: { folder: data },
    })
  : undefined
const server = fastify()
const ID = '018f3b1c-6a77-7d0c-9a41-0f4b7f0b2d11'

const versions = new Map()
const waiting = []
let asked = []
let stream = 0
log?.on('message', (count) => {
  for (const done of waiting.splice(0, count)) done()
})

/** Resolves when the event is on the disk. */
function recorded(id, body) {
  const sequence = versions.get(id) ?? 0
  versions.set(id, sequence + 1)
  if (asked.push({ stream: id, sequence, command: `${id}/${sequence}`, body: JSON.stringify(body) }) === 1) {
    setImmediate(() => {
      log.postMessage(asked)
      asked = []
    })
  }
  return new Promise((resolve) => waiting.push(resolve))
}

server.post('/api/v1/journey/journeys', async (request, reply) => {
  const id = insert ? String(++stream) : ID
  if (insert) await recorded(id, request.body)
  reply.status(201).header('Throughline-Position', '1')
  return { id }
})
server.post('/api/v1/journey/journeys/:id/facts', async (request, reply) => {
  if (insert) await recorded(request.params.id, request.body)
  reply.header('Throughline-Position', '1')
  return { id: request.params.id, ...request.body }
})
server.get('/api/v1/journey/journeys', async () => ({ items: [], next: null }))

const url = await server.listen({ port: 0, host: '127.0.0.1' })
serve({ url }, {}, async () => {
  await server.close()
  log?.postMessage('close')
  if (log) await new Promise((resolve) => log.once('exit', resolve))
  rmSync(data, { recursive: true, force: true })
})
