import { DAY, HOUR, SECOND } from '@throughline/kernel'
import { at, helena, joel, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { routingService } from './index.js'
import { careWith } from './policy/care-policy.example.js'

const PATH = '/api/v1/routing/channels'

describe('what stands open in general', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([routingService])
  })
  afterAll(() => world.stop())

  it('is nothing before there is a policy', async () => {
    expect(await world.anyone().get(PATH)).toMatchObject({ status: 200, body: { items: [], timezone: null } })
  })

  it('C71, C58: is told to anyone, in the policy’s order, with hours and waits, and leaves no trace', async () => {
    const policy = careWith({ 'channels.store.active': false })
    await world.as(helena).put('/api/v1/routing/policies/care', policy)
    const skills = [{ skill: 'chat', level: 1 }]
    await world.as(helena).put(`/api/v1/routing/agents/${joel.id}/skills`, { skills })
    await world.as(joel).put('/api/v1/routing/agents/me/presence', { state: 'ready' })
    await world.settled()
    const before = (await world.events()).length
    const { status, body } = await world.anyone().get(PATH)
    expect(status).toBe(200)
    const { items } = body as { readonly items: readonly { readonly channel: string }[] }
    expect(items.map(({ channel }) => channel)).toEqual([
      'chat',
      'phone',
      'callback',
      'message',
      'email',
      'webform',
    ])
    expect(items).toMatchObject([
      {
        channel: 'chat',
        pace: 'immediate',
        open: true,
        until: at(11 * HOUR),
        opensAt: null,
        wait: { shown: { from: expect.any(Number) as unknown } },
        kept: null,
      },
      { channel: 'phone', open: true, until: null, wait: null },
      { channel: 'callback', within: { minutes: 120 } },
      { channel: 'message' },
      { channel: 'email' },
      { channel: 'webform' },
    ])
    expect(await world.events()).toHaveLength(before)
  })

  it('changes with who is there, and with the hour', async () => {
    await world.as(joel).put('/api/v1/routing/agents/me/presence', { state: 'signed-off' })
    await world.pass(SECOND)
    expect(await world.anyone().get(PATH)).toMatchObject({
      body: { items: [{ open: true, wait: null }, {}, {}, {}, {}, {}] },
    })
    await world.pass(DAY)
    expect(await world.anyone().get(PATH)).toMatchObject({
      body: {
        items: [
          { channel: 'chat', open: false, until: null, opensAt: '2026-11-23T08:00:00.000Z', wait: null },
          { channel: 'phone', open: true },
          {},
          {},
          {},
          {},
        ],
      },
    })
  })
})
