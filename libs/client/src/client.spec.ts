import { Client, Problem } from './client.js'

interface Asked {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** A server that gives these answers one after the other, and whoever waited for it. */
function server(...answers: readonly (Response | Error)[]) {
  const asked: Asked[] = []
  const waited: number[] = []
  let tokens = 0
  const left = [...answers]
  const client = new Client(
    'http://here',
    () => Promise.resolve(`token-${String(++tokens)}`),
    (milliseconds) => {
      waited.push(milliseconds)
      return Promise.resolve()
    },
    (url, { headers }) => {
      asked.push({ url, headers: Object.fromEntries(new Headers(headers)) })
      const answer = left.shift()
      return answer instanceof Response
        ? Promise.resolve(answer)
        : Promise.reject(answer ?? new Error('nothing left'))
    },
  )
  return { client, asked, waited }
}

const answer = (
  status: number,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): Response => new Response(JSON.stringify(body), { status, headers })
const busy = (status: number, seconds: number): Response =>
  answer(status, {}, { 'retry-after': String(seconds) })

describe('a caller of the API', () => {
  it('hands over what was answered, and where it stands in the log', async () => {
    const { client, asked } = server(answer(201, { id: 'a' }, { 'throughline-position': '7' }))
    const options = { key: 'k', occurredAt: '2017-03-21T00:00:00.000Z', minPosition: 5 }
    expect(await client.post('/x', {}, options)).toEqual({ body: { id: 'a' }, position: 7, replayed: false })
    expect(asked[0]).toMatchObject({
      url: 'http://here/x',
      headers: {
        authorization: 'Bearer token-1',
        'idempotency-key': 'k',
        'occurred-at': '2017-03-21T00:00:00.000Z',
        'min-position': '5',
      },
    })
  })

  it('waits as long as a busy server asks, and asks again', async () => {
    const { client, waited } = server(busy(429, 30), busy(503, 0), answer(200, { id: 'a' }))
    await expect(client.put('/x', {}, { key: 'k' })).resolves.toMatchObject({ body: { id: 'a' } })
    expect(waited).toEqual([30_000, 400])
  })

  it('repeats a command whose answer was lost only when it carries a key', async () => {
    const lost = new Error('connection reset')
    await expect(server(lost, answer(200)).client.post('/x', {}, { key: 'k' })).resolves.toBeDefined()
    await expect(server(lost, answer(200)).client.post('/x', {})).rejects.toThrow('connection reset')
    await expect(server(lost, answer(200)).client.get('/x')).resolves.toBeDefined()
  })

  it('gives up after a while, with what the server said', async () => {
    const { client } = server(...Array.from({ length: 5 }, () => busy(429, 1)))
    await expect(client.get('/x')).rejects.toMatchObject({ status: 429 })
  })

  it('asks for a new token once when the old one has run out', async () => {
    const { client, asked } = server(answer(401), answer(200))
    await client.get('/x')
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2'])
    await expect(server(answer(401), answer(401)).client.get('/x')).rejects.toBeInstanceOf(Problem)
  })

  it('tells a refusal by its code, and anything else by its status', async () => {
    const refused = answer(409, { code: 'case.already-resolved', title: 'It is resolved.' })
    await expect(server(refused).client.post('/x', {})).rejects.toMatchObject({
      status: 409,
      code: 'case.already-resolved',
      message: 'It is resolved.',
    })
    const odd = new Response('<html>', { status: 502 })
    await expect(server(odd).client.post('/x', {})).rejects.toMatchObject({ status: 502, code: 'unknown' })
  })
})
