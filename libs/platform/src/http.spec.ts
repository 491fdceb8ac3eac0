import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { ManualClock, ManualTimers, MemoryCourier, readSettings, start } from './index.js'

describe('the HTTP server', () => {
  it('is one Fastify for Nest and for us: an older one beside it costs three times as much for each body', () => {
    const ours = createRequire(__filename)
    const nests = createRequire(ours.resolve('@nestjs/platform-fastify'))
    expect(dirname(nests.resolve('fastify/package.json'))).toBe(dirname(ours.resolve('fastify/package.json')))
  })

  it('tells browsers with every answer, refusals included, what they may not do', async () => {
    const host = await start({
      services: [],
      settings: { ...readSettings({ THROUGHLINE_STORE: 'memory', THROUGHLINE_PORT: '0' }), log: 'error' },
      clock: new ManualClock(),
      timers: new ManualTimers(),
      courier: new MemoryCourier(),
    })
    try {
      for (const url of ['/health/live', '/api/v1/nothing-here']) {
        const { headers } = await host.app.inject({ method: 'GET', url })
        expect(headers).toMatchObject({
          'content-security-policy': [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
          ].join(';'),
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'origin-agent-cluster': '?1',
          'referrer-policy': 'no-referrer',
          'strict-transport-security': 'max-age=31536000; includeSubDomains',
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'SAMEORIGIN',
        })
      }
    } finally {
      await host.stop()
    }
  })
})
