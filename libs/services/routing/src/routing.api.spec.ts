import { SECOND } from '@throughline/kernel'
import { ana, guest, helena, joel, mira, rita, startWorld, tomas } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { routingService } from './index.js'
import { CARE_POLICY } from './policy/care-policy.example.js'
import { begin, idOf, request } from './routing.world.suite.js'

const POLICY = '/api/v1/routing/policies/care'

describe('routing, from a published policy to finished work', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([routingService])
  })
  afterAll(() => world.stop())

  const journeyId = idOf(1)
  const contactId = idOf(2)
  const offersOf = async (agent: typeof joel) => {
    const { body } = await world.as(agent).get('/api/v1/routing/agents/me/offers')
    return (body as { readonly items: readonly { readonly id: string; readonly contactId: string }[] }).items
  }

  it('says what to do as long as there is no policy', async () => {
    await begin(world, journeyId, ana.id)
    await world.settled()
    const refused = await world.as(ana).post('/api/v1/routing/offers', { journeyId })
    expect(refused).toMatchObject({ status: 409, body: { code: 'routing.no-policy' } })
  })

  it('publishes a policy, and the same one again is nothing new', async () => {
    const told = await world.as(helena).put(POLICY, CARE_POLICY)
    expect(told).toMatchObject({ status: 200, body: { policy: 'care', version: 1 } })
    expect(await world.as(rita).put(POLICY, CARE_POLICY)).toMatchObject({ status: 200, body: { version: 1 } })
    expect(await world.as(joel).put(POLICY, CARE_POLICY)).toMatchObject({ status: 403 })
  })

  it('signs agents on with their skills', async () => {
    const skills = [
      { skill: 'chat', level: 1 },
      { skill: 'voice', level: 1 },
    ]
    for (const agent of [joel, mira]) {
      const given = await world.as(helena).put(`/api/v1/routing/agents/${agent.id}/skills`, { skills })
      expect(given).toMatchObject({ status: 200, body: { skills } })
    }
    const ready = await world.as(joel).put('/api/v1/routing/agents/me/presence', { state: 'ready' })
    expect(ready).toMatchObject({ status: 200, body: { agentId: joel.id, presence: 'ready' } })
  })

  it('C70: offers channels in the policy’s order with why and how long', async () => {
    const told = await world.as(ana).post('/api/v1/routing/offers', { journeyId })
    expect(told).toMatchObject({
      status: 201,
      body: {
        journeyId,
        policy: 'care',
        version: 1,
        channels: [
          { channel: 'chat', best: true, because: ['from'], wait: { low: 0, mid: 0, high: 0 } },
          { channel: 'callback', best: false },
        ],
        shortfall: null,
      },
    })
  })

  it('C13, C18: offers a requested contact to who is ready, with its context', async () => {
    await request(world, { contactId, journeyId, customerId: ana.id, channel: 'chat' })
    await world.settled()
    expect(await offersOf(joel)).toMatchObject([
      { contactId, journeyId, context: { href: `/api/v1/journey/journeys/${journeyId}/context` } },
    ])
    expect(await offersOf(mira)).toEqual([])
  })

  it('gives an offer that expires to the next agent, with its place', async () => {
    await world.as(mira).put('/api/v1/routing/agents/me/presence', { state: 'ready' })
    await world.pass(31 * SECOND)
    expect(await world.as(joel).get('/api/v1/routing/agents/me')).toMatchObject({
      body: { presence: 'stopped' },
    })
    expect(await offersOf(mira)).toMatchObject([{ contactId }])
    const [queued] = await world.events('throughline.ContactQueued.v1')
    const [first, second] = await world.events('throughline.ContactOffered.v1')
    expect([first, second].map((event) => event?.data)).toMatchObject([
      { agentId: joel.id, dueBy: (queued?.data as { readonly dueBy: string }).dueBy },
      { agentId: mira.id, dueBy: (queued?.data as { readonly dueBy: string }).dueBy },
    ])
  })

  it('assigns the contact to who accepts, once', async () => {
    const [offer] = await offersOf(mira)
    const path = `/api/v1/routing/work/${contactId}/offers/${String(offer?.id)}/acceptance`
    expect(await world.as(joel).post(path)).toMatchObject({ status: 404 })
    expect(await world.as(mira).post(path)).toMatchObject({
      status: 200,
      body: { state: 'assigned', context: { href: `/api/v1/journey/journeys/${journeyId}/context` } },
    })
    expect(await world.as(mira).post(path)).toMatchObject({ status: 200, body: { state: 'assigned' } })
    expect(await world.events('throughline.ContactAssigned.v1')).toHaveLength(1)
  })

  it('keeps the place when a dropped chat goes on by phone, with who had it', async () => {
    const where = { stream: 'contact', id: contactId, journeyId, customerId: ana.id, actor: ana.actor }
    const of = { contactId, journeyId }
    await world.tell('throughline.ContactDropped.v1', { ...of, leg: 1, cause: 'no live stream' }, where)
    await world.tell(
      'throughline.ContactResumed.v1',
      { ...of, leg: 2, from: 'chat', channel: 'phone' },
      where,
    )
    await world.settled()
    const [queued] = await world.events('throughline.ContactQueued.v1')
    const dueBy = (queued?.data as { readonly dueBy: string }).dueBy
    expect((await world.events('throughline.ContactRequeued.v1')).at(-1)?.data).toMatchObject({
      why: 'dropped',
      channel: 'phone',
      preferredAgentId: mira.id,
    })
    expect(await world.events('throughline.ContactEscalated.v1')).toMatchObject([
      { data: { from: 'chat', to: 'phone', by: 'dropped' } },
    ])
    expect((await world.events('throughline.ContactOffered.v1')).at(-1)?.data).toMatchObject({
      agentId: mira.id,
      channel: 'phone',
      dueBy,
    })
  })

  it('frees the slot when the contact is summed up', async () => {
    const [offer] = await offersOf(mira)
    await world.as(mira).post(`/api/v1/routing/work/${contactId}/offers/${String(offer?.id)}/acceptance`)
    const where = { stream: 'contact', id: contactId, journeyId, customerId: ana.id, actor: mira.actor }
    const of = { contactId, journeyId }
    await world.tell(
      'throughline.ContactEnded.v1',
      { ...of, by: 'agent', answeredBy: 'person', channel: 'phone' },
      where,
    )
    await world.settled()
    expect(await world.as(mira).get('/api/v1/routing/agents/me')).toMatchObject({
      body: { load: 100, contacts: [{ contactId, state: 'wrap-up' }] },
    })
    await world.tell(
      'throughline.ContactSummarised.v1',
      {
        ...of,
        channel: 'phone',
        agentId: mira.id,
        outcome: 'resolved',
        issue: 'new',
        subject: 'Dishwasher',
        words: 'Solved.',
        causes: [],
        promised: [],
        articles: [],
      },
      where,
    )
    await world.settled()
    expect(await world.as(mira).get('/api/v1/routing/agents/me')).toMatchObject({
      body: { load: 0, contacts: [], worked: [{ channel: 'phone', contacts: 1 }] },
    })
    expect(await world.events('throughline.WorkFinished.v1')).toHaveLength(1)
  })

  it('hides a stranger’s journey, decision and contact', async () => {
    expect(await world.as(tomas).post('/api/v1/routing/offers', { journeyId })).toMatchObject({ status: 404 })
    expect(await world.as(guest).get(`/api/v1/routing/work/${contactId}`)).toMatchObject({ status: 404 })
    expect(await world.as(ana).get(`/api/v1/routing/work/${contactId}`)).toMatchObject({
      status: 200,
      body: { state: 'over', wait: null },
    })
  })
})
