import { DAY, HOUR } from '@throughline/kernel'
import { startWorld } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import { identityService } from './index.js'

let world: World
beforeAll(async () => {
  world = await startWorld([identityService], { identityIssues: true, settings: { proxies: ['127.0.0.1'] } })
  await world.anyone().get('/health/live')
})
afterAll(() => world.stop())

const SESSIONS = '/api/v1/identity/sessions'
const REFRESH = `${SESSIONS}/refresh`
/** As a browser sends it from a page of this server. */
const OWN: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' }
let keys = 0
const newKey = (): string => `a-key-nobody-can-guess-${String(++keys)}`

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
const text = (value: unknown, name: string): string => {
  const found = field(value, name)
  if (typeof found !== 'string') throw new Error(`no ${name}`)
  return found
}
const setCookie = ({ headers }: Response): string => headers['set-cookie'] ?? ''
/** `name=value` of what the answer set, as a browser sends it back. */
const jarOf = (answer: Response): string => setCookie(answer).split(';')[0] ?? ''
const proofOf = async (email: string): Promise<{ readonly challengeId: string; readonly code: string }> => {
  const asked = await world.anyone().post('/api/v1/identity/sign-in-codes', { email })
  const challengeId = text(asked.body, 'challengeId')
  const sent = world.courier.sent.find(({ id }) => id === challengeId)
  return { challengeId, code: /\b\d{7}\b/.exec(sent?.text ?? '')?.[0] ?? '' }
}
const signIn = async (email: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  world.anyone().post(SESSIONS, { ...(await proofOf(email)), keep: 'cookie' }, { ...OWN, ...headers })
const refresh = (
  cookie: string,
  { from = 'customer', key = newKey(), headers = OWN } = {},
): Promise<Response> => world.anyone().post(REFRESH, { from }, { cookie, 'idempotency-key': key, ...headers })
const bearer = (answer: Response): string => `Bearer ${text(answer.body, 'accessToken')}`
const ended = async (): Promise<number> => (await world.events('throughline.SessionEnded.v1')).length

describe('a session kept in a cookie (S16, S19)', () => {
  it('shows no script the refresh token, and lasts as long as the session', async () => {
    const answer = await signIn('ana@example.org')
    expect(answer.status).toBe(201)
    expect(answer.body).not.toHaveProperty('refreshToken')
    expect(answer.body).toMatchObject({ refreshExpiresAt: '2026-12-20T09:00:00.000Z', customer: {} })
    expect(setCookie(answer)).toMatch(
      /^throughline-customer=[\w.-]+; Max-Age=2592000; Path=\/api\/v1\/identity\/sessions; HttpOnly; SameSite=Strict$/,
    )
  })

  it('is sent over https alone when it was made over https, as a trusted proxy says', async () => {
    expect(setCookie(await signIn('tls@example.org', { 'x-forwarded-proto': 'https' }))).toMatch(/; Secure/)
  })

  it('is a guest’s as well, in the customer’s cookie', async () => {
    const answer = await world.anyone().post('/api/v1/identity/guests', { keep: 'cookie' }, OWN)
    expect(answer).toMatchObject({ status: 201, body: { guest: {} } })
    expect(answer.body).not.toHaveProperty('refreshToken')
    const again = await refresh(jarOf(answer))
    expect(again.body).toMatchObject({ guest: field(answer.body, 'guest') })
  })

  it('is refreshed with everything a page greets somebody with, and a new cookie', async () => {
    const first = await signIn('name@example.org')
    await world.with(bearer(first)).patch('/api/v1/identity/me', { name: 'Ana Ruiz', language: 'de' })
    const answer = await refresh(jarOf(first))
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      id: text(first.body, 'id'),
      accessToken: expect.any(String) as string,
      expiresAt: expect.any(String) as string,
      refreshExpiresAt: expect.any(String) as string,
      customer: { id: text(field(first.body, 'customer'), 'id'), name: 'Ana Ruiz', language: 'de' },
    })
    expect(jarOf(answer)).toMatch(/^throughline-customer=/)
    expect(jarOf(answer)).not.toBe(jarOf(first))
  })

  it('of staff stands beside a customer’s in one browser, and ends by itself', async () => {
    const staff = await signIn('admin@throughline.localhost')
    expect(setCookie(staff)).toMatch(/^throughline-staff=[\w.-]+; Max-Age=43200;/)
    const jar = `${jarOf(staff)}; ${jarOf(await signIn('both@example.org'))}`
    expect((await refresh(jar, { from: 'staff' })).body).toMatchObject({
      staff: { name: 'Administrator', roles: ['administrator'] },
    })
    expect((await refresh(jar)).body).toMatchObject({ customer: {} })
    const out = await world.with(bearer(staff)).delete(`${SESSIONS}/current`)
    expect(setCookie(out)).toMatch(
      /^throughline-staff=; Max-Age=0; Path=\/api\/v1\/identity\/sessions; Expires=/,
    )
  })

  it('is nobody’s without a cookie', async () => {
    expect((await refresh('')).status).toBe(204)
    const both = await world.anyone().post(REFRESH, { from: 'staff', refreshToken: 'x' }, OWN)
    expect(both).toMatchObject({ status: 400, body: { code: 'identity.refresh-unclear' } })
    expect((await world.anyone().post(REFRESH, {}, OWN)).status).toBe(400)
  })

  it('is forgotten by the browser when it is over or was never one', async () => {
    const first = await signIn('over@example.org')
    await world.with(bearer(first)).delete(`${SESSIONS}/${text(first.body, 'id')}`)
    for (const jar of [jarOf(first), 'throughline-customer=made-up']) {
      const answer = await refresh(jar)
      expect(answer).toMatchObject({ status: 401, body: { code: 'identity.session-over' } })
      expect(setCookie(answer)).toMatch(/^throughline-customer=; Max-Age=0;/)
    }
  })

  it('ends for both when a cookie that was exchanged comes back under another key (S08)', async () => {
    const first = await signIn('stolen@example.org')
    const next = await refresh(jarOf(first))
    const thief = await refresh(jarOf(first))
    expect(thief.status).toBe(401)
    expect(setCookie(thief)).toContain('Max-Age=0')
    expect((await refresh(jarOf(next))).status).toBe(401)
  })
})

describe('an answer that was lost on its way to a page', () => {
  it('is given once more to the cookie that was exchanged', async () => {
    const first = await signIn('lost@example.org')
    const [key, before] = [newKey(), await ended()]
    const lost = await refresh(jarOf(first), { key })
    const again = await refresh(jarOf(first), { key })
    expect(again.status).toBe(200)
    expect(jarOf(again)).toBe(jarOf(lost))
    expect((await refresh(jarOf(again))).status).toBe(200)
    expect(await ended()).toBe(before)
  })

  it('is given once more to the cookie that it set already, and the session goes on', async () => {
    const first = await signIn('lost-later@example.org')
    const [key, before] = [newKey(), await ended()]
    const lost = await refresh(jarOf(first), { key })
    const again = await refresh(jarOf(lost), { key })
    expect(again).toMatchObject({ status: 200, headers: { 'idempotency-replayed': 'true' } })
    expect(jarOf(again)).toBe(jarOf(lost))
    expect((await refresh(jarOf(again))).status).toBe(200)
    expect(await ended()).toBe(before)
  })

  it('is not given when the session has moved on, which neither ends it nor takes the newer cookie', async () => {
    const first = await signIn('moved-on@example.org')
    const [key, before] = [newKey(), await ended()]
    const second = await refresh(jarOf(first), { key })
    const third = await refresh(jarOf(second))
    for (const jar of [jarOf(first), jarOf(second), jarOf(third)]) {
      const late = await refresh(jar, { key })
      expect(late.status).toBe(401)
      expect(setCookie(late)).toBe('')
    }
    expect((await refresh(jarOf(third))).status).toBe(200)
    expect(await ended()).toBe(before)
  })

  it('is not to be had with the key alone (S08)', async () => {
    const first = await signIn('key-alone@example.org')
    const key = newKey()
    const [name = '', value = ''] = jarOf(await refresh(jarOf(first), { key })).split('=')
    const [id = '', generation = ''] = value.split('.')
    const forged = `${name}=${id}.${generation}.${'A'.repeat(43)}`
    expect((await refresh(forged, { key })).status).toBe(401)
  })

  it('is not given when it would be over by now', async () => {
    const staff = await signIn('admin@throughline.localhost')
    const key = newKey()
    await refresh(jarOf(staff), { from: 'staff', key })
    world.clock.move(13 * HOUR)
    expect((await refresh(jarOf(staff), { from: 'staff', key })).status).toBe(401)
    await world.pass(31 * DAY)
  })
})

describe('another site (S16)', () => {
  const FOREIGN: readonly Readonly<Record<string, string>>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:80' },
    {},
  ]

  it.each(FOREIGN)('neither refreshes, nor signs in, nor makes a guest: %j', async (headers) => {
    const jar = jarOf(await signIn(`foreign-${String(++keys)}@example.org`))
    const proof = await proofOf(`foreign-${String(++keys)}@example.org`)
    const before = (await world.events()).length
    const refused = { status: 403, body: { code: 'access.cross-site' } }
    expect(await refresh(jar, { headers })).toMatchObject(refused)
    expect(await world.anyone().post(SESSIONS, { ...proof, keep: 'cookie' }, headers)).toMatchObject(refused)
    const guests = '/api/v1/identity/guests'
    const guest = await world.anyone().post(guests, { keep: 'cookie' }, headers)
    expect(guest).toMatchObject(refused)
    expect(setCookie(guest)).toBe('')
    expect((await world.events()).length).toBe(before)
    expect((await refresh(jar)).status).toBe(200)
  })

  it('is told from our own where the browser says no more than the origin', async () => {
    const jar = jarOf(await signIn('origin@example.org'))
    const headers = { host: 'help.example', origin: 'http://help.example' }
    const plain = await refresh(jar, { headers })
    expect(plain.status).toBe(200)
    expect(
      (await refresh(jarOf(plain), { headers: { ...headers, 'x-forwarded-proto': 'https' } })).status,
    ).toBe(403)
  })

  it.each([
    ['text/plain', '{"from":"customer"}'],
    ['text/plain;charset=UTF-8', '{"from":"customer"}'],
    ['application/x-www-form-urlencoded', 'from=customer'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="from"\r\n\r\ncustomer\r\n--x--',
    ],
  ])('sends forms that nobody reads: %s', async (type, body) => {
    const first = await signIn(`form-${String(++keys)}@example.org`)
    const before = (await world.events()).length
    const sent = { cookie: jarOf(first), 'content-type': type }
    for (const path of [REFRESH, SESSIONS, '/api/v1/identity/guests']) {
      // Were the browser to say that it comes from here, the body would still not be read.
      for (const headers of [sent, { ...sent, ...OWN }]) {
        const answer = await world.anyone().post(path, body, headers)
        expect(answer).toMatchObject({ status: 415, body: { code: 'request.media-type' } })
        expect(setCookie(answer)).toBe('')
      }
    }
    expect((await world.events()).length).toBe(before)
  })

  it('does nothing by a link or a picture: the cookie alone opens no route', async () => {
    const first = await signIn('link@example.org')
    const before = (await world.events()).length
    const routes = world.host.routes.filter(({ path }) => path.startsWith(SESSIONS))
    expect(routes.map(({ method }) => method).sort()).toEqual([
      'DELETE',
      'DELETE',
      'GET',
      'GET',
      'POST',
      'POST',
    ])
    const headers = { cookie: jarOf(first) }
    for (const { method, path } of routes) {
      const at = path.replace(':id', text(first.body, 'id'))
      if (method === 'GET') expect((await world.anyone().get(at, headers)).status).toBe(401)
      if (method === 'DELETE') expect((await world.anyone().delete(at, headers)).status).toBe(401)
    }
    for (const path of [REFRESH, '/api/v1/identity/guests'])
      expect((await world.anyone().get(path, headers)).status).toBeGreaterThanOrEqual(400)
    expect((await world.events()).length).toBe(before)
    expect((await refresh(jarOf(first))).status).toBe(200)
  })
})
