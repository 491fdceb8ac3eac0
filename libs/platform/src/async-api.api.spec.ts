import { ManualClock, ManualTimers, MemoryCourier, readSettings, start } from './index.js'
import type { Host } from './index.js'

describe('the events as a running system tells of them', () => {
  let host: Host
  beforeAll(async () => {
    host = await start({
      services: [],
      settings: { ...readSettings({ THROUGHLINE_STORE: 'memory', THROUGHLINE_PORT: '0' }), log: 'error' },
      clock: new ManualClock(),
      timers: new ManualTimers(),
      courier: new MemoryCourier(),
    })
  })
  afterAll(() => host.stop())

  it('C67: are an AsyncAPI document for programs, open to anyone', async () => {
    const { statusCode, headers, body } = await host.app.inject('/api/events.json')
    expect([statusCode, headers['content-type']]).toEqual([200, expect.stringContaining('application/json')])
    expect(JSON.parse(body)).toMatchObject({
      asyncapi: '3.0.0',
      channels: { journeys: { address: 'throughline.journeys' } },
      components: { messages: { 'CaseOpened.v1': { name: 'throughline.CaseOpened.v1' } } },
    })
  })

  it('are a page for people', async () => {
    const { statusCode, headers, body } = await host.app.inject('/api/events')
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(body).toContain('<code>throughline.CaseOpened.v1</code>')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })
})
