import { Controller, Get, Module, Res } from '@nestjs/common'
import { Allow, LiveFeed } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { ManualClock, ManualTimers, MemoryCourier, readSettings, start } from './index.js'
import type { Host } from './index.js'

const anyone: Caller = { kind: 'anyone', id: '', actor: 'anyone', roles: [], assurance: 'none' }

@Controller('api/v1/heard')
class HeardController {
  constructor(private readonly live: LiveFeed) {}

  @Get('live')
  @Allow('anyone')
  hear(@Res() reply: unknown): void {
    this.live.open(reply, { caller: anyone, types: [], select: () => undefined })
  }
}
@Module({ controllers: [HeardController] })
class HeardModule {}

const open = (origins: string): Promise<Host> =>
  start({
    services: [{ name: 'heard', module: HeardModule, views: [] }],
    settings: {
      ...readSettings({
        THROUGHLINE_STORE: 'memory',
        THROUGHLINE_PORT: '0',
        THROUGHLINE_WIDGET_ORIGINS: origins,
      }),
      log: 'error',
    },
    clock: new ManualClock(),
    timers: new ManualTimers(),
    courier: new MemoryCourier(),
  })

describe('the widget on pages of other sites', () => {
  const SHOP = 'https://shop.example'
  const ABOUT = '/api/v1/platform/about'
  const ask = (host: Host, url: string, origin: string, method: 'GET' | 'OPTIONS' = 'GET') =>
    host.app.inject({
      method,
      url,
      headers: {
        origin,
        ...(method === 'OPTIONS' && {
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,idempotency-key',
        }),
      },
    })
  let host: Host
  beforeAll(async () => {
    host = await open(`${SHOP}, https://other.example`)
  })
  afterAll(() => host.stop())

  it('may call the API from the origins that are set, without cookies (S19)', async () => {
    const answer = await ask(host, ABOUT, SHOP)
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': SHOP,
      'access-control-expose-headers': 'throughline-position, etag, idempotency-replayed, retry-after',
      vary: 'Origin',
    })
    const asked = await ask(host, '/api/v1/routing/offers', SHOP, 'OPTIONS')
    expect(asked.statusCode).toBe(204)
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': SHOP,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers':
        'authorization, content-type, idempotency-key, if-match, min-position, last-event-id',
    })
    for (const { headers } of [answer, asked])
      expect(headers['access-control-allow-credentials']).toBeUndefined()
  })

  it('hears what happens live (S19)', async () => {
    const hear = async (origin: string): Promise<string | null> => {
      const leaving = new AbortController()
      const response = await fetch(`${host.url}/api/v1/heard/live`, {
        headers: { origin },
        signal: leaving.signal,
      })
      expect(response.headers.get('content-type')).toBe('text/event-stream')
      leaving.abort()
      return response.headers.get('access-control-allow-origin')
    }
    expect(await hear(SHOP)).toBe(SHOP)
    expect(await hear('https://evil.example')).toBeNull()
  })

  it('reads why it was refused', async () => {
    const answer = await ask(host, '/api/v1/platform/readers', SHOP)
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['access-control-allow-origin']).toBe(SHOP)
  })

  it.each([
    [ABOUT, 'https://evil.example'],
    [ABOUT, 'https://shop.example.evil.example'],
    [ABOUT, 'http://shop.example'],
    [ABOUT, 'null'],
    ['/health/live', SHOP],
    ['/metrics', SHOP],
    ['/api/docs-json', SHOP],
  ])('has %s closed to %s', async (path, origin) => {
    expect((await ask(host, path, origin)).headers['access-control-allow-origin']).toBeUndefined()
    const asked = await ask(host, path, origin, 'OPTIONS')
    expect(asked).toMatchObject({ statusCode: 404 })
    expect(asked.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('is nowhere by default', async () => {
    const closed = await open('')
    try {
      expect((await ask(closed, ABOUT, SHOP)).headers['access-control-allow-origin']).toBeUndefined()
      expect((await ask(closed, ABOUT, SHOP, 'OPTIONS')).statusCode).toBe(404)
    } finally {
      await closed.stop()
    }
  })
})
