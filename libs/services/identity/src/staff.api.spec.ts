import { Secrets } from '@throughline/ports'
import { HOUR } from '@throughline/kernel'
import { startWorld } from '@throughline/testing'
import type { Client, Response, World } from '@throughline/testing'
import { identityService } from './index.js'

const FIRST = 'admin@throughline.localhost'

let world: World
let administrator: Client
beforeAll(async () => {
  world = await startWorld([identityService], { identityIssues: true })
  administrator = world.with(bearer(await signIn(FIRST)))
})
afterAll(() => world.stop())

const at = (body: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
    body,
  )
const bearer = (answer: Response): string => `Bearer ${String(at(answer.body, 'accessToken'))}`
const signIn = async (email: string): Promise<Response> => {
  const asked = await world.anyone().post('/api/v1/identity/sign-in-codes', { email })
  const sent = world.courier.sent.findLast(({ to }) => to.address === email)
  const code = /\d{7}/.exec(sent?.text ?? '')?.[0]
  return world
    .anyone()
    .post('/api/v1/identity/sessions', { challengeId: at(asked.body, 'challengeId'), code })
}
const add = (name: string, ...roles: readonly string[]): Promise<Response> =>
  administrator.post('/api/v1/identity/staff', { name, email: `${name}@work.example.com`, roles })

describe('staff', () => {
  it('begin with the first administrator, who signs in like everybody', async () => {
    expect((await signIn(FIRST)).body).toMatchObject({ staff: { roles: ['administrator'] } })
    const added = await world.events('throughline.StaffAdded.v1')
    expect(added[0]?.data).toMatchObject({ email: FIRST, roles: ['administrator'] })
  })

  it('are added by an administrator and sign in by their address with their roles', async () => {
    const added = await add('mira', 'supervisor', 'agent')
    expect(added.status).toBe(201)
    const answer = await signIn('mira@work.example.com')
    expect(answer.body).toMatchObject({ staff: { name: 'mira', roles: ['agent', 'supervisor'] } })
    expect(answer.body).not.toHaveProperty('customer')
    const mira = world.with(bearer(answer))
    expect((await mira.get('/api/v1/identity/customers')).status).toBe(200)
    expect((await mira.post('/api/v1/identity/staff', {})).status).toBe(403)
  })

  it('may be customers under the same address, and sign in as staff', async () => {
    await signIn('both@work.example.com')
    await add('both', 'agent')
    expect((await signIn('both@work.example.com')).body).toHaveProperty('staff')
  })

  it('are added once per address', async () => {
    await add('joel', 'agent')
    expect((await add('joel', 'agent')).body).toMatchObject({ status: 409, code: 'identity.address-taken' })
  })

  it('lose their sessions when their roles change, at once and for refreshes too (S08)', async () => {
    const id = String(at((await add('helena', 'supervisor')).body, 'id'))
    const before = await signIn('helena@work.example.com')
    const path = `/api/v1/identity/staff/${id}`
    expect((await administrator.put(`${path}/roles`, { roles: ['analyst'] })).body).toEqual({
      id,
      roles: ['analyst'],
    })
    await world.settled()
    expect((await world.with(bearer(before)).get('/api/v1/identity/customers')).status).toBe(401)
    const refreshToken = at(before.body, 'refreshToken')
    const refreshed = await world.anyone().post('/api/v1/identity/sessions/refresh', { refreshToken })
    expect(refreshed.status).toBe(401)
    expect((await world.events('throughline.SessionEnded.v1')).at(-1)?.data).toMatchObject({
      subjectId: id,
      why: 'roles-changed',
    })
    expect((await signIn('helena@work.example.com')).body).toMatchObject({ staff: { roles: ['analyst'] } })
  })

  it('who leave are signed out, and their address is free', async () => {
    const id = String(at((await add('ivo', 'analyst')).body, 'id'))
    const before = await signIn('ivo@work.example.com')
    expect((await administrator.delete(`/api/v1/identity/staff/${id}`)).status).toBe(200)
    await world.settled()
    expect((await world.with(bearer(before)).get('/api/v1/identity/customers')).status).toBe(401)
    expect((await administrator.get(`/api/v1/identity/staff/${id}`)).status).toBe(404)
    expect((await signIn('ivo@work.example.com')).body).toHaveProperty('customer')
    expect((await add('ivo', 'agent')).status).toBe(201)
  })

  it('are listed, also by role', async () => {
    await add('listed', 'knowledge-owner')
    await world.settled()
    const { body } = await administrator.get('/api/v1/identity/staff?role=knowledge-owner')
    expect(body).toMatchObject({ items: [{ name: 'listed', roles: ['knowledge-owner'] }], next: null })
    const page = await administrator.get('/api/v1/identity/staff?limit=1')
    expect(at(page.body, 'next')).toEqual(expect.any(String))
  })

  it('always have an administrator', async () => {
    const list = await administrator.get('/api/v1/identity/staff?role=administrator')
    const id = String((at(list.body, 'items') as { id: string }[])[0]?.id)
    const refusal = { status: 409, code: 'identity.last-administrator' }
    expect((await administrator.delete(`/api/v1/identity/staff/${id}`)).body).toMatchObject(refusal)
    const roles = await administrator.put(`/api/v1/identity/staff/${id}/roles`, { roles: ['agent'] })
    expect(roles.body).toMatchObject(refusal)
  })

  it.each([
    [{ name: 'x', email: 'x', roles: ['agent'] }, 'email'],
    [{ name: '', email: 'x@example.com', roles: ['agent'] }, 'name'],
    [{ name: 'x', email: 'x@example.com', roles: ['customer'] }, 'roles.0'],
    [{ name: 'x', email: 'x@example.com', roles: [] }, 'roles'],
  ])('are refused when told wrongly: %j', async (body, field) => {
    expect((await administrator.post('/api/v1/identity/staff', body)).body).toMatchObject({
      status: 400,
      field,
    })
  })

  it('work twelve hours at most on one sign-in', async () => {
    await add('night', 'agent')
    const before = await signIn('night@work.example.com')
    await world.pass(12 * HOUR)
    const refreshToken = at(before.body, 'refreshToken')
    const refreshed = await world.anyone().post('/api/v1/identity/sessions/refresh', { refreshToken })
    expect(refreshed.status).toBe(401)
    administrator = world.with(bearer(await signIn(FIRST)))
  })
})

describe('a client', () => {
  const token = (clientId: unknown, clientSecret: unknown): Promise<Response> =>
    world.anyone().post('/api/v1/identity/tokens', { clientId, clientSecret })

  it('gets its secret once and tokens for it; only a digest is kept (C74)', async () => {
    const made = await administrator.post('/api/v1/identity/clients', { name: 'Shop', role: 'back-office' })
    const { id, clientSecret } = made.body as { id: string; clientSecret: string }
    expect(JSON.stringify(await world.events())).not.toContain(clientSecret)
    const read = await administrator.get(`/api/v1/identity/clients/${id}`)
    expect(read.body).toEqual({ id, name: 'Shop', status: 'enabled' })
    const answer = await token(id, clientSecret)
    expect(answer.status).toBe(200)
    const client = world.with(bearer(answer))
    expect((await client.put('/api/v1/identity/customers/by-external-id/shop/1', { name: 'A' })).status).toBe(
      201,
    )
    expect((await client.post('/api/v1/identity/staff', {})).status).toBe(403)
  })

  it('is told the same secret when asked twice under one key', async () => {
    const wish = { name: 'Retry', role: 'importer' }
    const headers = { 'idempotency-key': 'retry' }
    const first = await administrator.post('/api/v1/identity/clients', wish, headers)
    const second = await administrator.post('/api/v1/identity/clients', wish, headers)
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect(second.body).toEqual(first.body)
  })

  it('that is unknown looks like one with a wrong secret (S23)', async () => {
    const made = await administrator.post('/api/v1/identity/clients', { name: 'Shop', role: 'importer' })
    const wrong = await token(at(made.body, 'id'), 'wrong')
    const unknown = await token('00000001-0000-7000-8000-000000000000', 'wrong')
    expect(wrong.body).toMatchObject({ status: 401, code: 'identity.client-refused' })
    expect(unknown.body).toEqual(wrong.body)
  })

  it('gets another secret, and the old one with its tokens is good for nothing (S08)', async () => {
    const made = await administrator.post('/api/v1/identity/clients', { name: 'Shop', role: 'importer' })
    const { id, clientSecret } = made.body as { id: string; clientSecret: string }
    const old = await token(id, clientSecret)
    const replaced = await administrator.post(`/api/v1/identity/clients/${id}/secrets`)
    expect(replaced.status).toBe(201)
    await world.settled()
    expect((await token(id, clientSecret)).status).toBe(401)
    const path = '/api/v1/identity/customers/by-external-id/shop/2'
    expect((await world.with(bearer(old)).put(path, {})).status).toBe(401)
    const renewed = await token(id, at(replaced.body, 'clientSecret'))
    expect((await world.with(bearer(renewed)).put(path, {})).status).toBe(201)
  })

  it('that is disabled gets nothing more, and its tokens are over (S08)', async () => {
    const made = await administrator.post('/api/v1/identity/clients', { name: 'Gone', role: 'importer' })
    const { id, clientSecret } = made.body as { id: string; clientSecret: string }
    const held = await token(id, clientSecret)
    await administrator.delete(`/api/v1/identity/clients/${id}`)
    await world.settled()
    expect((await token(id, clientSecret)).status).toBe(401)
    const path = '/api/v1/identity/customers/by-external-id/shop/3'
    expect((await world.with(bearer(held)).put(path, {})).status).toBe(401)
    const list = await administrator.get('/api/v1/identity/clients')
    expect(at(list.body, 'items')).toContainEqual(
      expect.objectContaining({ name: 'Gone', status: 'disabled' }),
    )
  })

  it('for the machine’s own tools is there from the start', async () => {
    const secret = await world.host.app
      .get(Secrets, { strict: false })
      .keep('operator.secret', () => Promise.resolve('made too late'))
    const operator = world.with(bearer(await token('operator', secret)))
    const added = await operator.post('/api/v1/identity/staff', {
      name: 'Rita',
      email: 'rita@work.example.com',
      roles: ['administrator'],
    })
    expect(added.status).toBe(201)
    expect((await operator.put('/api/v1/identity/customers/by-external-id/shop/9', {})).status).toBe(201)
    expect((await token('operator', 'guess')).status).toBe(401)
  })

  it('is never made an administrator over HTTP', async () => {
    const answer = await administrator.post('/api/v1/identity/clients', { name: 'X', role: 'administrator' })
    expect(answer.body).toMatchObject({ status: 400, field: 'role' })
  })
})
