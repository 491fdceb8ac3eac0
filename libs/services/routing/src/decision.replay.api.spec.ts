import { HOUR, MINUTE } from '@throughline/kernel'
import { defect } from '@throughline/ports/suites'
import { ana, at, helena, ivo, joel, startWorld, tomas } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import { routingService } from './index.js'
import { CARE_POLICY, careWith } from './policy/care-policy.example.js'
import { begin, idOf, request } from './routing.world.suite.js'

const journeyId = idOf(1)
const path = `/api/v1/routing/journeys/${journeyId}/channels`

describe('channels looked back at', () => {
  let world: World
  const made: { readonly id: string; readonly position: number; readonly shown: object }[] = []
  const then = (query: string): Promise<Response> => world.as(ivo).get(`${path}?${query}`)
  const offer = async (): Promise<void> => {
    await world.settled()
    const { body } = await world.as(ana).post('/api/v1/routing/offers', { journeyId })
    const { id, ...shown } = body as { readonly id: string }
    const recorded = (await world.events('throughline.ChannelsOffered.v1')).at(-1)
    made.push({ id, shown, position: (recorded?.position ?? 0) - 1 })
  }
  const presence = (state: string) => world.as(joel).put('/api/v1/routing/agents/me/presence', { state })
  const segment = (value: string) =>
    world.tell(
      'throughline.CustomerRegistered.v1',
      { customerId: ana.id, segment: value },
      {
        stream: 'customer',
        id: ana.id,
      },
    )

  beforeAll(async () => {
    world = await startWorld([routingService])
    await begin(world, journeyId, ana.id)
    await world.as(helena).put('/api/v1/routing/policies/care', CARE_POLICY)
    const skills = ['chat', 'voice', 'message', 'mail'].map((skill) => ({ skill, level: 1 }))
    await world.as(helena).put(`/api/v1/routing/agents/${joel.id}/skills`, { skills })
    await offer()
    await world.pass(MINUTE)
    await presence('ready')
    await offer()
    await world.pass(MINUTE)
    await segment('premium')
    await offer()
    for (let n = 100; n < 112; n += 1)
      await request(world, { contactId: idOf(n), journeyId, customerId: ana.id, channel: 'chat' })
    await offer()
    await world.pass(HOUR)
    const reason = { code: 'water-leak', label: 'Leak' }
    const where = { stream: 'journey', id: journeyId, journeyId, customerId: ana.id }
    // She said it a while ago; we hear of it now.
    await world.tell(
      'throughline.ReasonChosen.v1',
      { journeyId, reason },
      { ...where, occurredAt: at(MINUTE) },
    )
    await offer()
    await world.as(helena).put('/api/v1/routing/policies/care', careWith({ 'channels.chat.active': false }))
    await offer()
    await presence('signed-off')
    await segment('household')
    await offer()
    await world.tell(
      'throughline.CustomersMerged.v1',
      { customerId: tomas.id, mergedId: ana.id },
      {
        stream: 'customer',
        id: ana.id,
      },
    )
    await world.settled()
  })
  afterAll(() => world.stop())

  it('C48: just before each offer that was made, the same is offered again, whatever came later', async () => {
    expect(new Set(made.map(({ shown }) => JSON.stringify({ ...shown, at: '' }))).size).toBe(made.length)
    for (const { shown, position } of made) {
      const query = defect('C48.offer') ? '' : `position=${String(position)}&`
      const again = await then(`${query}at=${(shown as { readonly at: string }).at}`)
      expect(again).toMatchObject({ status: 200, body: { position } })
      const { position: _, ...body } = again.body as { readonly position: number }
      expect(body).toEqual(shown)
    }
  })

  it('C48: the policy is the one that was in force, and what came late is not known before', async () => {
    const [first] = made
    expect((await then(`position=${String(first?.position)}`)).body).toMatchObject({
      version: 1,
      level: { urgency: 'normal' },
    })
    expect((await then(`at=${at(30 * MINUTE)}`)).body).toMatchObject({
      version: 1,
      at: at(30 * MINUTE),
      level: { urgency: 'normal', value: 'high' },
    })
    expect((await then('')).body).toMatchObject({ version: 2, level: { urgency: 'critical' } })
  })

  it('says when there was no journey or no policy yet, and is for who looks at all', async () => {
    expect(await then(`at=${at(-HOUR)}`)).toMatchObject({
      status: 404,
      body: { code: 'routing.journey-not-yet' },
    })
    expect(await then('position=1')).toMatchObject({ status: 409, body: { code: 'routing.no-policy' } })
    expect((await world.as(ivo).get(`/api/v1/routing/journeys/${idOf(9)}/channels`)).status).toBe(404)
    for (const caller of [ana, joel]) expect((await world.as(caller).get(path)).status).toBe(403)
    expect(await world.events('throughline.ChannelsOffered.v1')).toHaveLength(made.length)
  })
})
