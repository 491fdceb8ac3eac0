import { MINUTE, SECOND } from '@throughline/kernel'
import { ManualClock, ManualTimers, MemoryCourier, readSettings, start } from './index.js'
import type { Host } from './index.js'

describe('the limit of an address', () => {
  const clock = new ManualClock()
  const hosts: Host[] = []

  /** A host that takes so many requests a minute, asked from an address. */
  async function limited(rate: number) {
    const settings = readSettings({ THROUGHLINE_STORE: 'memory', THROUGHLINE_PORT: '0' })
    const host = await start({
      services: [],
      settings: { ...settings, log: 'error', rate },
      clock,
      timers: new ManualTimers(),
      courier: new MemoryCourier(),
    })
    hosts.push(host)
    return async (remoteAddress: string, url = '/health/live') => {
      const answer = await host.app.inject({ method: 'GET', url, remoteAddress })
      return {
        status: answer.statusCode,
        limit: Number(answer.headers['ratelimit-limit']),
        left: Number(answer.headers['ratelimit-remaining']),
        reset: Number(answer.headers['ratelimit-reset']),
        retryAfter: answer.headers['retry-after'],
        problem: answer.statusCode < 400 ? undefined : answer.json<unknown>(),
      }
    }
  }

  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.stop()
  })

  it('says how much is left, refuses what is over, and when to come again (S24)', async () => {
    const ask = await limited(3)
    expect(await ask('192.0.2.1')).toMatchObject({ status: 200, limit: 3, left: 2, reset: 60 })
    // Whatever it asks for, it is the same limit.
    await ask('192.0.2.1', '/health/ready')
    expect(await ask('192.0.2.1')).toMatchObject({ status: 200, left: 0 })
    clock.move(15 * SECOND)
    expect(await ask('192.0.2.1')).toMatchObject({
      status: 429,
      retryAfter: '45',
      problem: {
        type: 'urn:throughline:problem:limit.reached',
        title: 'Too many requests from this address.',
        status: 429,
        code: 'limit.reached',
      },
    })
    expect(await ask('192.0.2.2')).toMatchObject({ status: 200, left: 2 })
  })

  it('stops a flood before anybody’s token is looked at', async () => {
    const ask = await limited(1)
    const closed = '/api/v1/platform/readers'
    expect(await ask('192.0.2.1', closed)).toMatchObject({ status: 401 })
    expect(await ask('192.0.2.1', closed)).toMatchObject({ status: 429 })
  })

  it('lets nobody send twice as much by waiting for the minute to turn', async () => {
    const ask = await limited(4)
    clock.move(59 * SECOND)
    for (let count = 0; count < 4; count++) expect(await ask('192.0.2.1')).toMatchObject({ status: 200 })
    clock.move(MINUTE)
    expect(await ask('192.0.2.1')).toMatchObject({ status: 429 })
    clock.move(MINUTE / 2)
    expect(await ask('192.0.2.1')).toMatchObject({ status: 200 })
    expect(await ask('192.0.2.1')).toMatchObject({ status: 200 })
    expect(await ask('192.0.2.1')).toMatchObject({ status: 429 })
    clock.move(2 * MINUTE)
    expect(await ask('192.0.2.1')).toMatchObject({ status: 200, left: 3 })
  })

  it('takes a network of IPv6 for one caller, for its owner has every address of it', async () => {
    const ask = await limited(2)
    await ask('2001:db8:0:1::1')
    await ask('2001:db8::1:a:b:c:d')
    expect(await ask('2001:0db8:0:1:ffff::')).toMatchObject({ status: 429 })
    expect(await ask('2001:db8:0:2::1')).toMatchObject({ status: 200, left: 1 })
  })

  it('gives the machine itself a hundred times as much', async () => {
    const ask = await limited(1)
    for (const ip of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect(await ask(ip)).toMatchObject({ limit: 100 })
    expect(await ask('192.0.2.1')).toMatchObject({ limit: 1 })
  })

  it('does not let a clock that goes back hold anybody up (R24)', async () => {
    const ask = await limited(1)
    await ask('192.0.2.1')
    clock.move(-MINUTE * 60)
    expect(await ask('192.0.2.1')).toMatchObject({ status: 200, left: 0 })
  })
})
