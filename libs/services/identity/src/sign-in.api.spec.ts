import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  generateKeyPair,
  jwtVerify,
  SignJWT,
} from 'jose'
import type { JSONWebKeySet } from 'jose'
import { randomUUID } from 'node:crypto'
import { DAY, HOUR, MINUTE } from '@throughline/kernel'
import { startWorld } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import { identityService } from './index.js'

let world: World
beforeAll(async () => {
  world = await startWorld([identityService], { identityIssues: true })
})
afterAll(() => world.stop())

const at = (body: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
    body,
  )
const text = (body: unknown, name: string): string => {
  const value = at(body, name)
  if (typeof value !== 'string') throw new Error(`no ${name} in the answer`)
  return value
}
const codeSentTo = (address: string): string => {
  const sent = world.courier.sent.findLast(({ to }) => to.address === address)
  return /\b\d{7}\b/.exec(sent?.text ?? '')?.[0] ?? 'none sent'
}
const wrong = (code: string): string => String((Number(code) + 1) % 10 ** 7).padStart(7, '0')
const ask = async (email: string, more: object = {}): Promise<Response> =>
  world.anyone().post('/api/v1/identity/sign-in-codes', { email, ...more })
const codeOf = (challengeId: string): string | undefined =>
  /\b\d{7}\b/.exec(world.courier.sent.find(({ id }) => id === challengeId)?.text ?? '')?.[0]
const signIn = async (email: string, authorization?: string): Promise<Response> => {
  const challengeId = text((await ask(email)).body, 'challengeId')
  const client = authorization === undefined ? world.anyone() : world.with(authorization)
  return client.post('/api/v1/identity/sessions', {
    challengeId,
    code: codeOf(challengeId),
  })
}
const anyText: unknown = expect.any(String)
const objectWith = (fields: object): unknown => expect.objectContaining(fields)
const bearer = (answer: Response): string => `Bearer ${text(answer.body, 'accessToken')}`
const refresh = (refreshToken: string, key?: string): Promise<Response> =>
  world
    .anyone()
    .post(
      '/api/v1/identity/sessions/refresh',
      { refreshToken },
      key === undefined ? {} : { 'idempotency-key': key },
    )

describe('signing in', () => {
  it('is one step, and registers whoever is new (C1)', async () => {
    const answer = await signIn('Ana@Example.com')
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      accessToken: anyText,
      refreshToken: anyText,
      expiresAt: '2026-11-20T09:15:00.000Z',
      customer: { id: anyText },
    })
    const [registered] = await world.events('throughline.CustomerRegistered.v1')
    expect(registered?.data).toMatchObject({ email: 'ana@example.com' })
    const me = await world.with(bearer(answer)).get('/api/v1/identity/me')
    expect(me.body).toMatchObject({ id: registered?.streamId, email: 'ana@example.com' })
  })

  it('sends the code where a courier failed and the same is asked again, and no second time after that', async () => {
    const send = jest.spyOn(world.courier, 'send')
    send.mockRejectedValueOnce(new Error('no mail today'))
    const key = { 'idempotency-key': randomUUID() }
    const again = (): Promise<Response> =>
      world.anyone().post('/api/v1/identity/sign-in-codes', { email: 'pia@example.com' }, key)
    expect((await again()).status).toBe(500)
    const answer = await again()
    expect(answer.status).toBe(202)
    const challengeId = text(answer.body, 'challengeId')
    const [failed, sent] = send.mock.calls
    expect(sent).toEqual(failed)
    expect((await again()).body).toEqual(answer.body)
    expect(send).toHaveBeenCalledTimes(2)
    send.mockRestore()
    const code = codeOf(challengeId)
    const session = await world.anyone().post('/api/v1/identity/sessions', { challengeId, code })
    expect(session.status).toBe(201)
    // Nor once it was used.
    expect((await again()).status).toBe(202)
    expect(codeSentTo('pia@example.com')).toBe(code)
  })

  it('again reaches the same customer, by phone as by mail (C1)', async () => {
    const [first, second] = [await signIn('tomas@example.com'), await signIn(' TOMAS@example.com ')]
    expect(second.body).toMatchObject({ customer: at(first.body, 'customer') })
    const told = await world.anyone().post('/api/v1/identity/sign-in-codes', { phone: '+49 30 1234567' })
    const code = codeSentTo('+49301234567')
    const phone = await world
      .anyone()
      .post('/api/v1/identity/sessions', { challengeId: text(told.body, 'challengeId'), code })
    expect(phone.status).toBe(201)
  })

  it('of look-alike addresses makes different customers (S07)', async () => {
    const ids = new Set<unknown>()
    for (const email of ['mia@example.com', 'mia@exаmple.com', 'mia+x@example.com']) {
      const answer = await signIn(email)
      expect(answer.body).toMatchObject({ customer: {} })
      ids.add(at(answer.body, 'customer', 'id'))
    }
    expect(ids.size).toBe(3)
  })

  it('at the same moment in two places makes one customer', async () => {
    const email = 'twins@example.com'
    const asked = [await ask(email), await ask(email)]
    const answers = await Promise.all(
      asked.map(({ body }) => {
        const challengeId = text(body, 'challengeId')
        return world.anyone().post('/api/v1/identity/sessions', { challengeId, code: codeOf(challengeId) })
      }),
    )
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    const registered = await world.events('throughline.CustomerRegistered.v1')
    expect(registered.filter(({ data }) => Reflect.get(data as object, 'email') === email)).toHaveLength(1)
  })

  it('repeated under one key gives the same session again', async () => {
    const challengeId = text((await ask('again@example.com')).body, 'challengeId')
    const body = { challengeId, code: codeSentTo('again@example.com') }
    const headers = { 'idempotency-key': 'a-key-nobody-can-guess-1' }
    const first = await world.anyone().post('/api/v1/identity/sessions', body, headers)
    const second = await world.anyone().post('/api/v1/identity/sessions', body, headers)
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect(text(second.body, 'refreshToken')).toBe(text(first.body, 'refreshToken'))
  })

  it.each([
    [{}, 'email'],
    [{ email: 'nobody' }, 'email'],
    [{ phone: '030 123456' }, 'phone'],
    [{ email: 'a@example.com', phone: '+49301234567' }, 'phone'],
    [{ email: 'a@example.com', verified: true }, 'verified'],
  ])('refuses %j and names the field', async (body, field) => {
    const answer = await world.anyone().post('/api/v1/identity/sign-in-codes', body)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ field })
  })
})

describe('a sign-in code', () => {
  it('is asked for in the same way whoever is known (S23)', async () => {
    await signIn('known@example.com')
    const [known, unknown] = [await ask('known@example.com'), await ask('unknown@example.com')]
    expect([known.status, unknown.status]).toEqual([202, 202])
    expect(Object.keys(known.body as object)).toEqual(Object.keys(unknown.body as object))
    const shape = (answer: Response) => ({ ...answer.headers, date: '', 'ratelimit-remaining': '' })
    expect(shape(known)).toEqual(shape(unknown))
    const [one, other] = world.courier.sent
      .slice(-2)
      .map(({ subject, text }) => [subject, text.replace(/\d{7}/, '')])
    expect(one).toEqual(other)
  })

  it('has seven digits and stands nowhere in the log, nor does the address of a stranger', async () => {
    await ask('stranger@example.com')
    const issued = (await world.events('throughline.SignInCodeIssued.v1')).at(-1)
    expect(codeSentTo('stranger@example.com')).toMatch(/^\d{7}$/)
    expect(JSON.stringify(issued?.data)).not.toContain(codeSentTo('stranger@example.com'))
    expect(JSON.stringify(await world.events())).not.toContain('stranger@example.com')
  })

  it('can be tried five times, also by two hundred at once (S22)', async () => {
    const email = 'target@example.com'
    const challengeId = text((await ask(email)).body, 'challengeId')
    const code = wrong(codeSentTo(email))
    const attempts = await Promise.all(
      Array.from({ length: 200 }, () =>
        world.anyone().post('/api/v1/identity/sessions', { challengeId, code }),
      ),
    )
    const statuses = attempts.map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(5)
    expect(statuses.filter((status) => status === 410)).toHaveLength(195)
    const right = await world
      .anyone()
      .post('/api/v1/identity/sessions', { challengeId, code: codeSentTo(email) })
    expect(right.status).toBe(410)
  })

  it('opens one session, however many bring it at once (S22)', async () => {
    const email = 'once@example.com'
    const body = { challengeId: text((await ask(email)).body, 'challengeId'), code: codeSentTo(email) }
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => world.anyone().post('/api/v1/identity/sessions', body)),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  })

  it('fits its own challenge alone', async () => {
    const challengeId = text((await ask('first@example.com')).body, 'challengeId')
    await ask('second@example.com')
    const code = codeSentTo('second@example.com')
    const answer = await world.anyone().post('/api/v1/identity/sessions', { challengeId, code })
    expect(answer.body).toMatchObject({ status: 401, code: 'identity.code-wrong', triesLeft: 4 })
  })

  it('is over after ten minutes, and an unknown one looks the same (S23)', async () => {
    const email = 'late@example.com'
    const challengeId = text((await ask(email)).body, 'challengeId')
    await world.pass(10 * MINUTE)
    const late = await world
      .anyone()
      .post('/api/v1/identity/sessions', { challengeId, code: codeSentTo(email) })
    const unknown = await world.anyone().post('/api/v1/identity/sessions', {
      challengeId: '00000001-0000-7000-8000-000000000000',
      code: '1234567',
    })
    expect(late.body).toMatchObject({ status: 410, code: 'identity.code-over' })
    expect(unknown.body).toEqual(late.body)
  })

  it('goes to an address three times an hour at most while nobody answers (S22, S25)', async () => {
    const email = 'victim@example.com'
    const answers = []
    for (let n = 0; n < 6; n++) answers.push(await ask(n % 2 === 0 ? email : 'VICTIM@example.com'))
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 429, 429, 429])
    expect(answers[3]?.headers['retry-after']).toBe('3600')
    expect(world.courier.sent.filter(({ to }) => to.address === email)).toHaveLength(3)
    await world.pass(HOUR)
    expect((await ask(email)).status).toBe(202)
  })

  it('still reaches a device that signed in before when strangers used up theirs (S22)', async () => {
    const email = 'owner@example.com'
    const deviceToken = text((await signIn(email)).body, 'deviceToken')
    for (let n = 0; n < 3; n++) await ask(email)
    expect((await ask(email)).status).toBe(429)
    expect((await ask(email, { deviceToken: 'made-up' })).status).toBe(429)
    expect((await ask(email, { deviceToken })).status).toBe(202)
  })

  it('is never named in a refusal, nor is the address', async () => {
    const email = 'private@example.com'
    const challengeId = text((await ask(email)).body, 'challengeId')
    const code = wrong(codeSentTo(email))
    const miss = await world.anyone().post('/api/v1/identity/sessions', { challengeId, code })
    expect(JSON.stringify(miss.body)).not.toMatch(new RegExp(`${code}|private`))
  })
})

describe('a guest', () => {
  it('who signs in is recognised, and the guest’s session is over (C3)', async () => {
    const guest = await world.anyone().post('/api/v1/identity/guests')
    expect(guest.status).toBe(201)
    expect(guest.body).toMatchObject({ guest: { id: anyText } })
    const answer = await signIn('prospect@example.com', bearer(guest))
    const recognised = (await world.events('throughline.GuestRecognised.v1')).at(-1)
    expect(recognised?.data).toEqual({
      guestId: at(guest.body, 'guest', 'id'),
      customerId: at(answer.body, 'customer', 'id'),
      assurance: 'code',
    })
    await world.settled()
    expect((await world.with(bearer(guest)).get('/api/v1/identity/sessions')).status).toBe(401)
    expect((await refresh(text(guest.body, 'refreshToken'))).status).toBe(401)
  })

  it('may not do what customers may', async () => {
    const guest = await world.anyone().post('/api/v1/identity/guests')
    expect((await world.with(bearer(guest)).get('/api/v1/identity/me')).status).toBe(403)
  })
})

describe('a session', () => {
  it('carries exactly what services believe, signed with the published key', async () => {
    const answer = await signIn('claims@example.com')
    const published = await world.anyone().get('/api/v1/identity/.well-known/jwks.json')
    const jwks = published.body as JSONWebKeySet
    const token = text(answer.body, 'accessToken')
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
      currentDate: new Date(world.clock.now()),
      algorithms: ['EdDSA'],
      issuer: 'throughline',
      audience: 'throughline',
    })
    const now = Math.floor(world.clock.now() / 1_000)
    expect(payload).toEqual({
      iss: 'throughline',
      aud: 'throughline',
      sub: `customer:${String(at(answer.body, 'customer', 'id'))}`,
      roles: ['customer'],
      sid: text(answer.body, 'id'),
      aal: 'code',
      auth_time: now,
      iat: now,
      exp: now + 900,
      jti: anyText,
    })
    expect(decodeProtectedHeader(token).kid).toBe(jwks.keys[0]?.kid)
    expect(jwks.keys[0]).not.toHaveProperty('d')
  })

  it('is refreshed, and ends for everybody when an old refresh token comes back (S08)', async () => {
    const first = text((await signIn('refresh@example.com')).body, 'refreshToken')
    const renewed = await refresh(first)
    expect(renewed.status).toBe(200)
    expect(text(renewed.body, 'refreshToken')).not.toBe(first)
    expect((await refresh(first)).body).toMatchObject({ status: 401, code: 'identity.session-over' })
    const ended = (await world.events('throughline.SessionEnded.v1')).at(-1)
    expect(ended?.data).toMatchObject({ why: 'refresh-reused' })
    await world.settled()
    expect((await refresh(text(renewed.body, 'refreshToken'))).status).toBe(401)
    expect((await world.with(bearer(renewed)).get('/api/v1/identity/me')).status).toBe(401)
  })

  it('gives the same refresh token to the same request asked twice, and nothing once it is over', async () => {
    const token = text((await signIn('lost-answer@example.com')).body, 'refreshToken')
    const key = 'a-key-nobody-can-guess-2'
    const [first, second] = [await refresh(token, key), await refresh(token, key)]
    expect(text(second.body, 'refreshToken')).toBe(text(first.body, 'refreshToken'))
    await world.with(bearer(second)).delete('/api/v1/identity/sessions/current')
    expect((await refresh(token, key)).status).toBe(401)
  })

  it.each(['', 'x', '00000001-0000-7000-8000-000000000000.0.' + 'A'.repeat(43)])(
    'is not to be had with a made-up refresh token: %j (S08)',
    async (token) => {
      expect([400, 401]).toContain((await refresh(token)).status)
    },
  )

  it('is believed by no token that identity did not sign as it signs (S08)', async () => {
    const answer = await signIn('forged@example.com')
    const token = text(answer.body, 'accessToken')
    const [header = '', body = '', signature = ''] = token.split('.')
    const { kid } = decodeProtectedHeader(token)
    const published = (await world.anyone().get('/api/v1/identity/.well-known/jwks.json')).body
    const claims = decodeJwt(token)
    const stranger = (await generateKeyPair('EdDSA')).privateKey
    const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const asAdministrator = base64({ ...claims, roles: ['administrator'] })
    const shared = new TextEncoder().encode(JSON.stringify(published).padEnd(64))
    const forged = [
      `${header}.${asAdministrator}.${signature}`,
      `${header}.${body}.`,
      `${base64({ alg: 'none', kid })}.${body}.`,
      `${base64({ alg: 'none', kid })}.${asAdministrator}.AA`,
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', ...(kid !== undefined && { kid }) })
        .sign(shared),
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', ...(kid !== undefined && { kid }) })
        .sign(stranger),
      await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid: '../../etc/passwd' }).sign(stranger),
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AA' } })
        .sign(stranger),
      text(answer.body, 'refreshToken'),
    ]
    for (const bad of forged) {
      expect((await world.with(`Bearer ${bad}`).get('/api/v1/identity/me')).status).toBe(401)
    }
    expect((await world.with(bearer(answer)).get('/api/v1/identity/me')).status).toBe(200)
    await world.pass(16 * MINUTE)
    expect((await world.with(bearer(answer)).get('/api/v1/identity/me')).status).toBe(401)
  })

  it('stores no refresh token', async () => {
    const token = text((await signIn('digest@example.com')).body, 'refreshToken')
    expect(JSON.stringify(await world.events())).not.toContain(token.split('.')[2])
  })

  it('ends by signing out, at once for its tokens (S08)', async () => {
    const answer = await signIn('leaving@example.com')
    const gone = await world.with(bearer(answer)).delete('/api/v1/identity/sessions/current')
    expect(gone.status).toBe(200)
    await world.settled()
    expect((await world.with(bearer(answer)).get('/api/v1/identity/me')).status).toBe(401)
    expect((await refresh(text(answer.body, 'refreshToken'))).status).toBe(401)
  })

  it('is listed for its owner, who can end it from another device', async () => {
    const [lost, here] = [await signIn('devices@example.com'), await signIn('devices@example.com')]
    await world.settled()
    const me = world.with(bearer(here))
    const { body } = await me.get('/api/v1/identity/sessions')
    expect(body).toMatchObject({ items: [{}, {}], next: null })
    const one = await me.get(`/api/v1/identity/sessions/${text(here.body, 'id')}`)
    expect(one.body).toMatchObject({ current: true, assurance: 'code' })
    expect((await me.delete(`/api/v1/identity/sessions/${text(lost.body, 'id')}`)).status).toBe(200)
    await world.settled()
    expect((await me.get('/api/v1/identity/sessions')).body).toMatchObject({ items: [{ current: true }] })
  })

  it('of another is unknown (S01)', async () => {
    const [mine, foreign] = [await signIn('mine@example.com'), await signIn('foreign@example.com')]
    const me = world.with(bearer(mine))
    const known = await me.delete(`/api/v1/identity/sessions/${text(foreign.body, 'id')}`)
    const unknown = await me.delete('/api/v1/identity/sessions/00000001-0000-7000-8000-000000000000')
    expect(known.status).toBe(404)
    expect(known.body).toEqual(unknown.body)
    expect((await refresh(text(foreign.body, 'refreshToken'))).status).toBe(200)
  })

  it('nobody refreshed for thirty days is said to be over', async () => {
    const answer = await signIn('forgotten@example.com')
    await world.pass(31 * DAY)
    const ended = await world.events('throughline.SessionEnded.v1')
    expect(ended.map(({ data }) => data)).toContainEqual(
      objectWith({ sessionId: text(answer.body, 'id'), why: 'expired' }),
    )
    expect((await refresh(text(answer.body, 'refreshToken'))).status).toBe(401)
  })
})
