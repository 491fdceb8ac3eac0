import { ana, helena, ivo, joel, mira, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { routingService } from './index.js'
import { CARE_POLICY } from './policy/care-policy.example.js'
import { begin, idOf, request } from './routing.world.suite.js'

describe('audit: the agent of an offer, chosen again over HTTP', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([routingService])
    await world.as(helena).put('/api/v1/routing/policies/care', CARE_POLICY)
    const skills = ['chat', 'voice'].map((skill) => ({ skill, level: 1 }))
    for (const agent of [joel, mira]) {
      await world.as(helena).put(`/api/v1/routing/agents/${agent.id}/skills`, { skills })
      await world.as(agent).put('/api/v1/routing/agents/me/presence', { state: 'ready' })
      await world.pass(1_000)
    }
    await begin(world, idOf(1), ana.id)
    for (const n of [10, 11, 12]) {
      const of = { journeyId: idOf(1), customerId: ana.id, channel: 'chat' } as const
      await request(world, { contactId: idOf(n), ...of })
    }
    await world.settled()
  })
  afterAll(() => world.stop())

  it('is the same after the world has moved on, and only who answers for it may ask', async () => {
    const [offered] = await world.events('throughline.ContactOffered.v1')
    const { contactId, offerId, agentId } = offered?.data as {
      readonly contactId: string
      readonly offerId: string
      readonly agentId: string
    }
    await world.as(joel).put('/api/v1/routing/agents/me/presence', { state: 'paused' })
    await world.pass(60_000)
    const path = `/api/v1/routing/work/${contactId}/offers/${offerId}/derivation`
    expect(await world.as(ivo).post(path)).toMatchObject({
      status: 200,
      body: { contactId, offerId, agentId, position: offered?.position, equal: true, differences: [] },
    })
    expect((await world.as(joel).post(path)).status).toBe(403)
    expect((await world.as(ana).post(path)).status).toBe(403)
    expect(
      await world.as(helena).post(`/api/v1/routing/work/${contactId}/offers/${idOf(99)}/derivation`),
    ).toMatchObject({ status: 404, body: { code: 'routing.offer-unknown' } })
  })
})
