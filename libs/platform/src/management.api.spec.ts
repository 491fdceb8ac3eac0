import { ManualClock, ManualTimers, MemoryCourier, readSettings, start } from './index.js'
import type { Host } from './index.js'

const begin = (environment: Readonly<Record<string, string>>): Promise<Host> =>
  start({
    services: [],
    settings: readSettings({ THROUGHLINE_STORE: 'memory', THROUGHLINE_PORT: '0', ...environment }),
    clock: new ManualClock(),
    timers: new ManualTimers(),
    courier: new MemoryCourier(),
  })

describe('health and metrics', () => {
  let host: Host

  afterEach(async () => {
    await host.stop()
  })

  const status = async (url: string): Promise<number> => (await fetch(url)).status

  it('are answered on a port of their own where there is one, and are nowhere to be found by people', async () => {
    host = await begin({ THROUGHLINE_MANAGEMENT_PORT: '0' })
    const management = host.management ?? ''
    const paths = ['/health/live', '/health/ready', '/metrics']
    expect(await Promise.all(paths.map((path) => status(`${management}${path}`)))).toEqual([200, 200, 200])
    expect(await Promise.all(paths.map((path) => status(`${host.url}${path}`)))).toEqual([404, 404, 404])
    expect(await status(`${host.url}/metrics?x=1`)).toBe(404)
    expect(await status(`${management}/api/v1/platform/about`)).toBe(404)
    expect(await status(`${host.url}/api/v1/platform/about`)).toBe(200)
  })

  it('are answered beside everything else where there is none', async () => {
    host = await begin({})
    expect(host.management).toBeUndefined()
    expect(await status(`${host.url}/health/ready`)).toBe(200)
  })

  it('say on that port too when the process has begun to stop, before it takes nothing more', async () => {
    host = await begin({ THROUGHLINE_MANAGEMENT_PORT: '0' })
    host.readers.stopping = true
    expect(await status(`${host.management ?? ''}/health/ready`)).toBe(503)
    expect(await status(`${host.management ?? ''}/health/live`)).toBe(200)
  })
})
