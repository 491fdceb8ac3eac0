import { startReplicas } from '@throughline/testing'
import type { Replicas, Response, World } from '@throughline/testing'
import { identityService } from './index.js'

const API = '/api/v1/identity'

describe('identity in two processes', () => {
  let replicas: Replicas
  let one: World
  let other: World

  beforeAll(async () => {
    replicas = await startReplicas([identityService], { identityIssues: true })
    ;[one, other] = replicas.worlds
  })
  afterAll(() => replicas.stop())

  const ask = (world: World, email: string): Promise<Response> =>
    world.anyone().post(`${API}/sign-in-codes`, { email })
  const answer = (world: World, challengeId: string, code: string | undefined): Promise<Response> =>
    world.anyone().post(`${API}/sessions`, { challengeId, code })
  const sentTo = (email: string) => {
    const [sent] = one.courier.sent.filter(({ to }) => to.address === email).slice(-1)
    return { challengeId: sent?.id ?? '', code: /\b\d{7}\b/.exec(sent?.text ?? '')?.[0] }
  }
  const field = ({ body }: Response, name: string): string => {
    const fields: Readonly<Record<string, unknown>> =
      typeof body === 'object' && body !== null ? { ...body } : {}
    return String(fields[name])
  }

  it('a code that one sent is good at the other, and so is the token it gives', async () => {
    expect((await ask(one, 'ana@example.com')).status).toBe(202)
    const { challengeId, code } = sentTo('ana@example.com')
    const signedIn = await answer(other, challengeId, code)
    expect(signedIn.status).toBe(201)
    const bearer = `Bearer ${field(signedIn, 'accessToken')}`
    for (const world of [one, other])
      expect((await world.with(bearer).get(`${API}/sessions`)).status).toBe(200)
    const again = { refreshToken: field(signedIn, 'refreshToken') }
    expect((await one.anyone().post(`${API}/sessions/refresh`, again)).status).toBe(200)
  })

  it('S22: tries of one code and codes of one address are counted over both', async () => {
    expect((await ask(one, 'eve@example.com')).status).toBe(202)
    const { challengeId, code } = sentTo('eve@example.com')
    const wrong = code === '0000000' ? '0000001' : '0000000'
    const tries = await Promise.all(
      Array.from({ length: 10 }, (_, n) => answer(n % 2 === 0 ? one : other, challengeId, wrong)),
    )
    expect(tries.every(({ status }) => status >= 400 && status < 500)).toBe(true)
    // All five tries are gone, wherever they were made.
    expect((await answer(other, challengeId, code)).status).toBeGreaterThanOrEqual(400)
    expect((await answer(one, challengeId, code)).status).toBeGreaterThanOrEqual(400)
    const asked = await Promise.all(
      Array.from({ length: 6 }, (_, n) => ask(n % 2 === 0 ? one : other, 'mia@example.com')),
    )
    expect(asked.filter(({ status }) => status === 202)).toHaveLength(3)
    expect(asked.filter(({ status }) => status === 429)).toHaveLength(3)
  })

  it('a session that is ended at one opens nothing at the other', async () => {
    expect((await ask(other, 'tom@example.com')).status).toBe(202)
    const { challengeId, code } = sentTo('tom@example.com')
    const signedIn = await answer(one, challengeId, code)
    const bearer = `Bearer ${field(signedIn, 'accessToken')}`
    const id = field(signedIn, 'id')
    const ended = await one.with(bearer).delete(`${API}/sessions/${id}`)
    expect(ended.status).toBeLessThan(300)
    await replicas.settled()
    for (const world of [one, other])
      expect((await world.with(bearer).get(`${API}/sessions`)).status).toBe(401)
  })
})
