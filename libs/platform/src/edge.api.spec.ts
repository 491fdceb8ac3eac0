import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startEdge } from './edge.js'
import type { Edge } from './edge.js'
import { serviceOf } from './edge.routes.js'
import { readSettings } from './settings.js'
import { WrongSetting } from './wrong-setting.js'

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void

interface Replica {
  readonly url: string
  readonly asked: {
    readonly method: string
    readonly path: string
    readonly body: string
    readonly headers: IncomingMessage['headers']
  }[]
  answer: Answer
  close(): Promise<void>
}

const DEAD = 'http://127.0.0.1:1'

describe('the edge', () => {
  const open: { close(): Promise<void> }[] = []

  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close()
  })

  async function replica(answer: Answer = (_, response) => response.end('{}')): Promise<Replica> {
    const asked: Replica['asked'] = []
    const server: Server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        asked.push({ method: request.method ?? '', path: request.url ?? '', body, headers: request.headers })
        made.answer(request, response, body)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const made: Replica = {
      url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
      asked,
      answer,
      close: () =>
        new Promise((resolve) => {
          server.closeAllConnections()
          server.close(() => {
            resolve()
          })
        }),
    }
    open.push(made)
    return made
  }

  async function edge(upstreams: Readonly<Record<string, readonly string[]>>): Promise<Edge> {
    const THROUGHLINE_UPSTREAMS = Object.entries(upstreams)
      .map(([service, addresses]) => `${service}=${addresses.join(' ')}`)
      .join(',')
    const started = await startEdge({ settings: { ...readSettings({ THROUGHLINE_UPSTREAMS }), port: 0 } })
    open.push({ close: () => started.stop() })
    return started
  }

  it.each([
    ['/api/v1/case/cases/7', 'case'],
    ['/api/v1/my-stuff?limit=2', 'my-stuff'],
    ['/api/v1/identity/.well-known/jwks.json', 'identity'],
    ['/api/v1/platform/about', 'identity'],
    ['/api/events', 'identity'],
    ['/api/events.json?a=b', 'identity'],
    ['/api/eventsource', undefined],
    ['/api/v1/platform/dead-letters', 'identity'],
    ['/api/v1/platform/views/case.cases/rebuild', 'case'],
    ['/api/v1/platform/dead-letters/my-stuff/12/redelivery', 'my-stuff'],
    ['/api/v1/platform/dead-letters/view:case.cases/12/redelivery', 'case'],
    ['/api/v1/platform/dead-letters/view%3Acase.cases/12/redelivery', 'case'],
    ['/elsewhere', undefined],
  ])('takes %s to %s', (path, service) => {
    expect(serviceOf(path)).toBe(service)
  })

  it('passes on path, query, body and answer as they are, and says for whom', async () => {
    const cases = await replica((_, response) => {
      response
        .writeHead(201, { 'content-type': 'application/json', etag: '"3"', 'x-own': 'yes' })
        .end('{"id":1}')
    })
    const { url } = await edge({ case: [cases.url] })
    const body = '{"a": 1,\n "b": "ä"}'
    const answer = await fetch(`${url}/api/v1/case/cases?x=%2F&y=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' },
      body,
    })
    expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([201, '"3"', '{"id":1}'])
    expect(cases.asked).toMatchObject([{ method: 'POST', path: '/api/v1/case/cases?x=%2F&y=1', body }])
    // Whatever a stranger claims to be forwarded for is no address (S09).
    expect(cases.asked[0]?.headers['x-forwarded-for']).toBe('127.0.0.1')
  })

  it('asks the next replica when one cannot be reached, and comes back to it later', async () => {
    const alive = await replica()
    const { url } = await edge({ case: [DEAD, alive.url] })
    for (let count = 0; count < 6; count++) {
      const answer = await fetch(`${url}/api/v1/case/cases`, { method: 'POST', body: '{}' })
      expect(answer.status).toBe(200)
    }
    expect(alive.asked).toHaveLength(6)
  })

  it('sends nothing more to a replica that says it stops, and tells nobody outside (R29)', async () => {
    const stopping = await replica((_, response) => response.setHeader('Connection', 'close').end('{}'))
    const other = await replica()
    const { url } = await edge({ case: [stopping.url, other.url] })
    for (let count = 0; count < 6; count++) {
      const answer = await fetch(`${url}/api/v1/case/cases`)
      expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'keep-alive'])
    }
    expect([stopping.asked.length, other.asked.length]).toEqual([1, 5])
  })

  it('sends a command that broke off to another replica only under its own key', async () => {
    const broken = await replica((request) => request.socket.destroy())
    const alive = await replica()
    const { url } = await edge({ case: [broken.url, alive.url] })
    const send = (headers: Readonly<Record<string, string>>) =>
      fetch(`${url}/api/v1/case/cases`, { method: 'POST', body: '{}', headers })
    const keyed = await send({ 'idempotency-key': 'k1' })
    expect(keyed.status).toBe(200)
    expect([broken.asked.length, alive.asked.length]).toEqual([1, 1])
    // The broken one is passed over for a while; then both are, and nobody is asked twice for a command without a key.
    alive.answer = (request) => request.socket.destroy()
    const asked = broken.asked.length + alive.asked.length
    const bare = await send({})
    expect(bare.status).toBe(503)
    expect(broken.asked.length + alive.asked.length).toBe(asked + 1)
  })

  it('says what to do when nobody answers, and nothing of where it looked', async () => {
    const { url } = await edge({ case: [DEAD] })
    const answer = await fetch(`${url}/api/v1/case/cases`)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject({
      code: 'service.unavailable',
      title: 'case does not answer at the moment.',
    })
    expect(text).not.toContain('127.0.0.1')
  })

  it('knows no service that it was not told of', async () => {
    const { url } = await edge({ case: [DEAD] })
    expect((await fetch(`${url}/api/v1/ledger/entries`)).status).toBe(404)
  })

  it('lets a live stream through as it comes, and ends it when the reader goes', async () => {
    let ended = (): void => undefined
    const gone = new Promise<void>((resolve) => (ended = resolve))
    const journeys = await replica((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('id: 1\ndata: one\n\n')
      request.socket.on('close', ended)
    })
    const { url } = await edge({ journey: [journeys.url] })
    const abort = new AbortController()
    const answer = await fetch(`${url}/api/v1/journey/live`, { signal: abort.signal })
    const reader = answer.body?.getReader()
    const first = await reader?.read()
    expect(new TextDecoder().decode(first?.value)).toBe('id: 1\ndata: one\n\n')
    abort.abort()
    await gone
  })

  it('tells the readers of all services as one list, and who does not answer', async () => {
    const report = (readers: object) => (_: IncomingMessage, response: ServerResponse) =>
      response.end(JSON.stringify({ head: 7, readers, failing: [], damage: [] }))
    const cases = await replica(report({ 'view:case.cases': 7 }))
    const feedback = await replica(report({ 'reactions:feedback': 5 }))
    const { url } = await edge({ case: [cases.url], feedback: [feedback.url], insight: [DEAD] })
    const answer = await fetch(`${url}/api/v1/platform/readers`, { headers: { authorization: 'Bearer x' } })
    expect(await answer.json()).toEqual({
      head: 7,
      readers: { 'view:case.cases': 7, 'reactions:feedback': 5 },
      failing: ['insight does not answer'],
      damage: [],
    })
    expect(cases.asked[0]?.headers.authorization).toBe('Bearer x')
  })

  it('shows one interface document of all services', async () => {
    const document = (path: string) => (_: IncomingMessage, response: ServerResponse) =>
      response.end(
        JSON.stringify({
          openapi: '3.0.0',
          info: { title: 'Throughline', version: '1' },
          paths: { [path]: {} },
          components: { schemas: { [path]: {} } },
        }),
      )
    const cases = await replica(document('/api/v1/case/cases'))
    const feedback = await replica(document('/api/v1/feedback/feedback'))
    const { url } = await edge({ case: [cases.url], feedback: [feedback.url] })
    const answer = await fetch(`${url}/api/docs-json`)
    const whole = (await answer.json()) as { paths: object; components: { schemas: object } }
    expect(Object.keys(whole.paths)).toEqual(['/api/v1/case/cases', '/api/v1/feedback/feedback'])
    expect(Object.keys(whole.components.schemas)).toHaveLength(2)
    expect((await fetch(`${url}/api/docs`)).status).toBe(200)
  })

  it('does not start without knowing anybody', async () => {
    await expect(startEdge({ settings: readSettings({}) })).rejects.toThrow(WrongSetting)
  })
})
