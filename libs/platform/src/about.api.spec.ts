import { Courier } from '@throughline/ports'
import { ManualClock, ManualTimers, MemoryCourier, readSettings, start, WrongSetting } from './index.js'
import type { Host, HostOptions } from './index.js'

const settingsOf = (environment: Readonly<Record<string, string>>) => ({
  ...readSettings({ THROUGHLINE_STORE: 'memory', THROUGHLINE_PORT: '0', ...environment }),
  log: 'error' as const,
})
const courier = new MemoryCourier()
const open = (environment: Readonly<Record<string, string>>, options: Partial<HostOptions> = {}) =>
  start({
    services: [],
    settings: settingsOf(environment),
    clock: new ManualClock(),
    timers: new ManualTimers(),
    courier,
    ...options,
  })
const get = (host: Host, url: string, headers: Readonly<Record<string, string>> = {}) =>
  host.app.inject({ method: 'GET', url, headers })

describe('what pages show before anybody has signed in', () => {
  it('comes from the settings, and is little by default', async () => {
    const host = await open({})
    try {
      const answer = await get(host, '/api/v1/platform/about')
      expect(answer.statusCode).toBe(200)
      expect(answer.json()).toEqual({ name: 'Throughline', links: [], phone: null, demo: null })
    } finally {
      await host.stop()
    }
  })

  it('is the company’s name, links and phone', async () => {
    const host = await open({
      THROUGHLINE_NAME: 'Halden Home',
      THROUGHLINE_LINKS: 'Kitchen=https://shop.example/?a=b, Laundry=/laundry#new',
      THROUGHLINE_PHONE: '+44 1632 960 120',
    })
    try {
      expect((await get(host, '/api/v1/platform/about')).json()).toEqual({
        name: 'Halden Home',
        links: [
          { label: 'Kitchen', href: 'https://shop.example/?a=b' },
          { label: 'Laundry', href: '/laundry#new' },
        ],
        phone: '+44 1632 960 120',
        demo: null,
      })
    } finally {
      await host.stop()
    }
  })

  it.each([
    ['THROUGHLINE_LINKS', 'Kitchen'],
    ['THROUGHLINE_LINKS', 'Kitchen=javascript:alert(1)'],
    ['THROUGHLINE_LINKS', 'Kitchen=//evil.example'],
    ['THROUGHLINE_LINKS', '=https://shop.example'],
    ['THROUGHLINE_WIDGET_ORIGINS', '*'],
    ['THROUGHLINE_WIDGET_ORIGINS', 'https://shop.example/'],
    ['THROUGHLINE_WIDGET_ORIGINS', 'https://shop.example,shop.example'],
    ['THROUGHLINE_WIDGET_ORIGINS', 'null'],
    ['THROUGHLINE_NAME', ''],
  ])('is refused at the start when it cannot be used: %s=%s', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(WrongSetting)
    expect(() => readSettings({ [name]: value })).toThrow(name)
  })
})

describe('the demo', () => {
  const CODES = '/api/v1/demo/codes?address='
  const people = [{ email: 'ana@example.org', name: 'Ana Ferreira', is: 'customer' }]

  it('says who can sign in, and the newest code sent to each', async () => {
    const host = await open({}, { demo: { people } })
    try {
      expect((await get(host, '/api/v1/platform/about')).json()).toMatchObject({ demo: { people } })
      const missing = await get(host, `${CODES}ana@example.org`)
      expect(missing.json()).toMatchObject({ status: 404, code: 'demo.no-code' })
      const send = async (id: string, address: string, text: string): Promise<void> => {
        const kind = address.startsWith('+') ? 'phone' : 'email'
        await host.app.get(Courier).send({ id, to: { kind, address }, subject: 'Code', text })
      }
      await send('1', 'ana@example.org', 'Your code is 0482913.')
      await send('2', 'ana@example.org', 'Your code is 1111111, not 22222222.')
      await send('3', 'ana@example.org', 'Another address was set for your account.')
      await send('4', '+49301234567', 'Your code is 3333333.')
      expect((await get(host, `${CODES}%20Ana@Example.org`)).json()).toEqual({ code: '1111111' })
      expect((await get(host, `${CODES}%2B49%2030%201234567`)).json()).toEqual({ code: '3333333' })
      expect((await get(host, CODES)).json()).toMatchObject({ status: 400, field: 'address' })
      expect(courier.sent.map(({ id }) => id)).toEqual(['1', '2', '3', '4'])
    } finally {
      await host.stop()
    }
  })

  it('is not there at all in earnest: no route, and no word of one', async () => {
    const host = await open({})
    try {
      const answer = await get(host, `${CODES}ana@example.org`)
      expect(answer.json()).toMatchObject({ status: 404, code: 'request.unknown-path' })
      expect(host.routes.filter(({ path }) => path.includes('demo'))).toEqual([])
      expect((await get(host, '/api/docs-json')).json()).not.toHaveProperty(['paths', '/api/v1/demo/codes'])
    } finally {
      await host.stop()
    }
  })
})
