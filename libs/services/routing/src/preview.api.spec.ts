import { DAY, MINUTE } from '@throughline/kernel'
import { ana, helena, ivo, joel, rita, startWorld } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import { routingService } from './index.js'
import { CARE_POLICY, careWith } from './policy/care-policy.example.js'
import { begin, idOf } from './routing.world.suite.js'

const PATH = '/api/v1/routing/policies/care'

describe('whom a draft would affect', () => {
  let world: World
  const preview = (policy: unknown, days?: number): Promise<Response> =>
    world.as(helena).post(`${PATH}/preview`, { policy, ...(days !== undefined && { days }) })

  beforeAll(async () => {
    world = await startWorld([routingService])
    await world.as(helena).put(PATH, CARE_POLICY)
    const skills = ['chat', 'voice', 'message', 'mail', 'store'].map((skill) => ({ skill, level: 1 }))
    await world.as(helena).put(`/api/v1/routing/agents/${joel.id}/skills`, { skills })
    await world.as(joel).put('/api/v1/routing/agents/me/presence', { state: 'ready' })
    await begin(world, idOf(1), ana.id)
    await begin(world, idOf(2), ana.id, { reason: 'water-leak' })
    await begin(world, idOf(3), ana.id, { reason: 'bill' })
    await world.settled()
    for (const n of [1, 2, 3, 3]) {
      await world.as(ana).post('/api/v1/routing/offers', { journeyId: idOf(n) })
      await world.pass(MINUTE)
    }
  })
  afterAll(() => world.stop())

  it('C12, C32: is nobody when it is what is in force', async () => {
    expect(await preview(CARE_POLICY)).toMatchObject({
      status: 200,
      body: { policy: 'care', days: 28, decisions: 4, changed: 0, examples: [], problems: [] },
    })
  })

  it('C12, C32, C70: is who would have been offered something else, counted and with examples, and nothing is recorded', async () => {
    const before = (await world.events()).length
    const draft = careWith({
      order: ['phone', 'chat', 'callback', 'message', 'store', 'email', 'webform'],
      'urgency.1': { id: 'U2', when: { reason: ['bill'] }, is: 'high' },
    })
    const { status, body } = await preview(draft)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      decisions: 4,
      changed: 3,
      shortfalls: { live: 0, draft: 0 },
      examples: [
        { journeyId: idOf(3), after: ['phone', 'chat', 'callback', 'message', 'email', 'webform'] },
        { journeyId: idOf(2), before: ['chat', 'phone', 'callback', 'message', 'email', 'webform'] },
      ],
    })
    const { channels, rules } = body as { readonly channels: unknown; readonly rules: unknown }
    expect(channels).toContainEqual({ channel: 'phone', live: 1, draft: 3, best: { live: 0, draft: 3 } })
    expect(channels).toContainEqual({ channel: 'chat', live: 4, draft: 4, best: { live: 4, draft: 1 } })
    expect(rules).toEqual([
      { axis: 'urgency', id: 'U1', live: 1, draft: 1 },
      { axis: 'urgency', id: 'U2', live: 0, draft: 2 },
      { axis: 'urgency', id: 'default', live: 3, draft: 1 },
      { axis: 'value', id: 'V1', live: 0, draft: 0 },
      { axis: 'value', id: 'default', live: 4, draft: 4 },
    ])
    expect(await world.events()).toHaveLength(before)
  })

  it('says what it cannot know', async () => {
    const draft = careWith({
      'channels.social': { pace: 'soon', active: true, from: [{}], hours: 'always', queue: 'care' },
      order: ['chat', 'phone', 'callback', 'message', 'social', 'store', 'email', 'webform'],
    })
    expect(await preview(draft)).toMatchObject({
      body: {
        changed: 0,
        problems: [{ field: 'channels.social', problem: expect.stringMatching(/^In 4 of/) as unknown }],
      },
    })
  })

  it('is refused for a draft that does not hold, as publishing it is', async () => {
    const draft = careWith({ 'channels.phone.hours': 'weekdays', 'guarantee.when': [{ value: 'high' }] })
    const published = await world.as(helena).put(PATH, draft)
    const tried = await preview(draft)
    expect(tried).toMatchObject({ status: 400, body: { code: 'routing.policy-invalid' } })
    const problems = ({ body }: Response) => (body as { readonly problems: readonly object[] }).problems
    expect(problems(tried)).toEqual(problems(published))
    expect(problems(tried)).toContainEqual(
      expect.objectContaining({ field: 'urgency.0', problem: expect.stringContaining('rule U1') as unknown }),
    )
    expect(
      await world.as(helena).post('/api/v1/routing/policies/other/preview', { policy: CARE_POLICY }),
    ).toMatchObject({ status: 400, body: { field: 'policy' } })
    expect(await preview(CARE_POLICY, 29)).toMatchObject({ status: 400 })
    expect(await preview(CARE_POLICY, 0)).toMatchObject({ status: 400 })
  })

  it('looks back no further than it is asked to', async () => {
    await world.pass(2 * DAY)
    expect(await preview(CARE_POLICY, 1)).toMatchObject({ body: { days: 1, decisions: 0, changed: 0 } })
    expect(await preview(CARE_POLICY, 3)).toMatchObject({ body: { decisions: 4 } })
  })

  it('is for those who lay down policies', async () => {
    const body = { policy: CARE_POLICY }
    expect(await world.as(rita).post(`${PATH}/preview`, body)).toMatchObject({ status: 200 })
    for (const caller of [ana, joel, ivo])
      expect(await world.as(caller).post(`${PATH}/preview`, body)).toMatchObject({ status: 403 })
  })
})
