import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { RemoteTokenKeys } from './remote.token-keys.js'
import { ManualClock } from './virtual-time.js'

describe('the keys of identity, asked of another process', () => {
  let asked = 0
  let answer: { readonly status: number; readonly body: string }
  const server = createServer((request, response) => {
    asked++
    response
      .writeHead(request.url === '/api/v1/identity/.well-known/jwks.json' ? answer.status : 404)
      .end(answer.body)
  })
  let clock: ManualClock
  let keys: RemoteTokenKeys

  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  afterAll(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  )
  beforeEach(() => {
    asked = 0
    answer = { status: 200, body: '{"keys":[{"kid":"1"}]}' }
    clock = new ManualClock()
    keys = new RemoteTokenKeys(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, clock)
  })

  it('are asked for once, however many tokens come that do not hold', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => keys.jwks()))
    expect(new Set(all.map((one) => JSON.stringify(one)))).toEqual(new Set(['{"keys":[{"kid":"1"}]}']))
    await keys.jwks()
    expect(asked).toBe(1)
    clock.move(5_000)
    answer = { status: 200, body: '{"keys":[{"kid":"2"}]}' }
    expect(await keys.jwks()).toEqual({ keys: [{ kid: '2' }] })
    expect(asked).toBe(2)
  })

  it('hold as they were given last while identity does not answer', async () => {
    await keys.jwks()
    clock.move(60_000)
    answer = { status: 503, body: 'gone' }
    expect(await keys.jwks()).toEqual({ keys: [{ kid: '1' }] })
  })

  it.each([
    [503, '{"keys":[]}'],
    [200, '{"keys":7}'],
    [200, 'no json'],
  ])('are nobody’s to guess where identity has never given any (%s %s)', async (status, body) => {
    answer = { status, body }
    await expect(keys.jwks()).rejects.toMatchObject({ kind: 'unavailable', code: 'identity.unavailable' })
  })
})
