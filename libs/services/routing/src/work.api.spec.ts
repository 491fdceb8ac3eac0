import { DAY, HOUR, MINUTE, SECOND } from '@throughline/kernel'
import { ana, at, helena, joel, mira, startWorld, tomas } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import { routingService } from './index.js'
import { CARE_POLICY } from './policy/care-policy.example.js'
import { begin, idOf, request } from './routing.world.suite.js'

interface Offers {
  readonly items: readonly { readonly id: string; readonly contactId: string }[]
}

describe('contacts in queues', () => {
  let world: World
  let number = 10
  const presence = (agent: typeof joel, state: string) =>
    world.as(agent).put('/api/v1/routing/agents/me/presence', { state })
  const offersOf = async (agent: typeof joel) =>
    ((await world.as(agent).get('/api/v1/routing/agents/me/offers')).body as Offers).items
  const answer = (agent: typeof joel, contactId: string, offerId: string, how: string): Promise<Response> =>
    world.as(agent).post(`/api/v1/routing/work/${contactId}/offers/${offerId}/${how}`)
  const queue = async (more: object = {}) => {
    const contactId = idOf((number += 1))
    await request(world, { contactId, journeyId: idOf(1), customerId: ana.id, channel: 'chat', ...more })
    await world.settled()
    return contactId
  }
  const told = (contactId: string, actor = ana.actor) => ({
    stream: 'contact',
    id: contactId,
    journeyId: idOf(1),
    customerId: ana.id,
    actor,
  })
  const of = (contactId: string) => ({ contactId, journeyId: idOf(1) })
  const last = async (type: string) => (await world.events(`throughline.${type}.v1`)).at(-1)?.data

  beforeEach(async () => {
    world = await startWorld([routingService])
    await world.as(helena).put('/api/v1/routing/policies/care', CARE_POLICY)
    const skills = ['chat', 'voice', 'message'].map((skill) => ({ skill, level: 2 }))
    for (const agent of [joel, mira])
      await world.as(helena).put(`/api/v1/routing/agents/${agent.id}/skills`, { skills })
    await begin(world, idOf(1), ana.id)
  })
  afterEach(() => world.stop())

  it('C47: tells the wait when it queues, records what was told, and keeps telling it', async () => {
    await presence(joel, 'paused')
    const first = await queue()
    const second = await queue({ reason: 'water-leak' })
    const events = await world.events('throughline.ContactQueued.v1')
    expect(events.map(({ data }) => data)).toMatchObject([
      {
        contactId: first,
        level: { urgency: 'normal' },
        dueBy: at(180_000),
        quoted: { by: 'QLm@0', ahead: 0 },
      },
      { contactId: second, level: { urgency: 'critical' }, dueBy: at(30_000), quoted: { ahead: 0 } },
    ])
    const mine = await world.as(ana).get(`/api/v1/routing/work/${first}`)
    expect(mine).toMatchObject({ status: 200, body: { state: 'waiting', dueBy: at(180_000) } })
    const { wait } = mine.body as { readonly wait: { readonly mid: number; readonly shown: object } }
    expect(wait.mid).toBeGreaterThan(0)
    expect(wait.shown).toMatchObject({ from: expect.any(Number) as unknown })
    expect(mine.body).not.toHaveProperty('excluded')
    // The leak came later and is served first.
    expect(mine.body).toMatchObject({
      ahead: 1,
      quoted: { mid: expect.any(Number) as unknown },
      agentId: null,
    })
    expect(await world.as(ana).get(`/api/v1/routing/work/${second}`)).toMatchObject({ body: { ahead: 0 } })
    expect(await world.as(tomas).get(`/api/v1/routing/work/${first}`)).toMatchObject({ status: 404 })
    expect(await world.as(joel).get(`/api/v1/routing/work/${first}`)).toMatchObject({
      body: { state: 'queued', queue: 'care', ring: 0, policy: 'care', policyVersion: 1 },
    })
  })

  it('C54: serves who is due first, not who came first', async () => {
    const first = await queue()
    const second = await queue({ reason: 'water-leak' })
    await presence(joel, 'ready')
    await world.settled()
    expect(await offersOf(joel)).toMatchObject([{ contactId: second }])
    const queues = await world.as(helena).get('/api/v1/routing/queues')
    expect(queues.body).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({
          queue: 'care',
          channel: 'chat',
          waiting: 1,
          offered: 1,
          firstDueBy: at(30_000),
        }),
      ]) as unknown,
    })
    expect(first).not.toBe(second)
  })

  it('C65: offers only to who has the skill, and shows who waits for nobody', async () => {
    await presence(joel, 'ready')
    const store = await queue({ channel: 'store' })
    expect(await offersOf(joel)).toEqual([])
    const queues = await world.as(joel).get('/api/v1/routing/queues')
    expect(queues.body).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ queue: 'shops', channel: 'store', waiting: 1, unstaffed: 1, signedOn: 0 }),
      ]) as unknown,
    })
    await world
      .as(helena)
      .put(`/api/v1/routing/agents/${joel.id}/skills`, { skills: [{ skill: 'store', level: 1 }] })
    await world.settled()
    expect(await offersOf(joel)).toMatchObject([{ contactId: store }])
  })

  it('keeps the place of a contact that an agent declines, and asks the next one', async () => {
    await presence(joel, 'ready')
    const contactId = await queue()
    await presence(mira, 'ready')
    const [offer] = await offersOf(joel)
    expect(await answer(mira, contactId, String(offer?.id), 'refusal')).toMatchObject({ status: 404 })
    const refused = await answer(joel, contactId, String(offer?.id), 'refusal')
    expect(refused).toMatchObject({ status: 200, body: { state: 'queued' } })
    await world.settled()
    expect(await offersOf(mira)).toMatchObject([{ contactId, dueBy: at(180_000) }])
    expect(await answer(joel, contactId, String(offer?.id), 'acceptance')).toMatchObject({
      status: 409,
      body: { code: 'routing.offer-over' },
    })
    expect(await answer(joel, idOf(999), idOf(998), 'acceptance')).toMatchObject({ status: 404 })
  })

  it('takes an offer back when the customer leaves', async () => {
    await presence(joel, 'ready')
    const contactId = await queue()
    const [offer] = await offersOf(joel)
    await world.tell('throughline.ContactLeft.v1', { ...of(contactId), why: 'solved' }, told(contactId))
    await world.settled()
    expect(await last('OfferWithdrawn')).toMatchObject({ why: 'customer-left', agentId: joel.id })
    expect(await last('ContactLeftQueue')).toMatchObject({ why: 'solved' })
    expect(await answer(joel, contactId, String(offer?.id), 'acceptance')).toMatchObject({ status: 409 })
    expect(await world.as(joel).get('/api/v1/routing/agents/me')).toMatchObject({ body: { load: 0 } })
  })

  it('never routes what took place elsewhere', async () => {
    await queue({ origin: 'crm' })
    expect(await world.events('throughline.ContactQueued.v1')).toEqual([])
  })

  it('C72: is due by what was promised for the channel, and by urgency and value where answers come at once', async () => {
    await queue({ channel: 'email' })
    expect(await last('ContactQueued')).toMatchObject({ channel: 'email', dueBy: '2026-11-22T00:00:00.000Z' })
    await queue()
    expect(await last('ContactQueued')).toMatchObject({ channel: 'chat', dueBy: at(180_000) })
  })

  it('C75: brings a contact forward only as the declared way says, and keeps who had it', async () => {
    await presence(joel, 'ready')
    const contactId = await queue({ channel: 'email' })
    await world.tell(
      'throughline.ContactResumed.v1',
      { ...of(contactId), leg: 2, from: 'email', channel: 'message' },
      told(contactId, joel.actor),
    )
    await world.settled()
    expect(await last('ContactRequeued')).toMatchObject({
      why: 'moved',
      channel: 'message',
      // A minute before the end of the next business day, which was promised for e-mail.
      dueBy: '2026-11-21T23:59:00.000Z',
      need: [{ skill: 'message', level: 1 }],
    })
    expect(await last('ContactEscalated')).toMatchObject({ from: 'email', to: 'message', by: 'agent' })
    expect(await last('ContactOffered')).toMatchObject({ agentId: joel.id, channel: 'message' })
  })

  it('passes a transferred contact to who was named, with the same place', async () => {
    await presence(joel, 'ready')
    const contactId = await queue()
    const [offer] = await offersOf(joel)
    await answer(joel, contactId, String(offer?.id), 'acceptance')
    await presence(mira, 'ready')
    await world.tell(
      'throughline.ContactTransferred.v1',
      {
        ...of(contactId),
        fromAgentId: joel.id,
        toAgentId: mira.id,
        skills: ['voice@2'],
        why: 'knows boilers',
      },
      told(contactId, joel.actor),
    )
    await world.settled()
    expect(await last('ContactRequeued')).toMatchObject({
      why: 'transferred',
      excluded: [joel.id],
      need: [
        { skill: 'chat', level: 1 },
        { skill: 'voice', level: 2 },
      ],
    })
    expect(await offersOf(mira)).toMatchObject([{ contactId, dueBy: at(180_000) }])
    expect(await world.as(joel).get('/api/v1/routing/agents/me')).toMatchObject({ body: { load: 0 } })
  })

  it('calls back at the promised time, and three times in all when nobody answers', async () => {
    await presence(joel, 'ready')
    const contactId = await queue({ channel: 'callback', callFrom: at(HOUR), callUntil: at(2 * HOUR) })
    expect(await world.as(ana).get(`/api/v1/routing/work/${contactId}`)).toMatchObject({
      body: { state: 'promised', callFrom: at(HOUR) },
    })
    await world.pass(HOUR)
    expect(await world.events('throughline.CallbackDue.v1')).toHaveLength(1)
    expect(await last('ContactQueued')).toMatchObject({ channel: 'callback', dueBy: at(2 * HOUR) })
    for (const attempt of [1, 2, 3]) {
      const [offer] = await offersOf(joel)
      await answer(joel, contactId, String(offer?.id), 'acceptance')
      await world.tell(
        'throughline.CallEnded.v1',
        { ...of(contactId), leg: 1, cause: 'unanswered' },
        told(contactId, joel.actor),
      )
      await world.settled()
      expect(await last('CallbackUnanswered')).toMatchObject({ attempt })
      expect(await world.as(joel).get('/api/v1/routing/agents/me')).toMatchObject({ body: { load: 0 } })
      await world.pass(15 * MINUTE)
    }
    expect(await last('ContactLeftQueue')).toMatchObject({ why: 'unanswered' })
    expect((await world.events('throughline.ContactOffered.v1')).map(({ data }) => data)).toMatchObject([
      { dueBy: at(2 * HOUR) },
      { dueBy: at(2 * HOUR) },
      { dueBy: at(2 * HOUR) },
    ])
  })

  it('C13: asks whoever answers for the case first, and anybody after a while', async () => {
    const caseId = idOf(500)
    await world.tell(
      'throughline.CaseOpened.v1',
      {
        caseId,
        customerId: ana.id,
        journeyId: idOf(1),
        contactId: idOf(501),
        subject: 'Boiler',
        words: 'Broken',
        promised: [],
        staffId: mira.id,
      },
      { stream: 'case', id: caseId, journeyId: idOf(1), customerId: ana.id },
    )
    await presence(joel, 'ready')
    await presence(mira, 'ready')
    await presence(mira, 'paused')
    const contactId = await queue({ caseId })
    expect(await offersOf(joel)).toEqual([])
    await world.pass(20 * SECOND)
    expect(await offersOf(joel)).toMatchObject([{ contactId }])
    expect(await last('RequirementRelaxed')).toMatchObject({ ring: 1 })
  })

  it('keeps an agent at work who still has contacts, and lets a supervisor take them away', async () => {
    await presence(joel, 'ready')
    const contactId = await queue()
    const [offer] = await offersOf(joel)
    await answer(joel, contactId, String(offer?.id), 'acceptance')
    expect(await presence(joel, 'signed-off')).toMatchObject({
      status: 409,
      body: { code: 'routing.contacts-held', contacts: [contactId] },
    })
    const path = `/api/v1/routing/agents/${joel.id}/presence`
    expect(await world.as(mira).put(path, { state: 'signed-off' })).toMatchObject({ status: 403 })
    expect(await world.as(helena).put(path, { state: 'signed-off' })).toMatchObject({ status: 200 })
    await world.settled()
    expect(await last('ContactRequeued')).toMatchObject({ why: 'agent-left', contactId })
    expect(await world.as(helena).get('/api/v1/routing/agents')).toMatchObject({
      body: {
        items: [
          { agentId: joel.id, presence: 'signed-off', load: 0, contacts: [] },
          { agentId: mira.id, presence: 'signed-off' },
        ],
      },
    })
    expect(await world.as(helena).get(`/api/v1/routing/agents/${idOf(7)}`)).toMatchObject({ status: 404 })
  })

  it('takes an agent who no longer works here off the queues', async () => {
    await presence(joel, 'ready')
    await world.tell('throughline.StaffLeft.v1', { staffId: joel.id }, { stream: 'staff', id: joel.id })
    await world.settled()
    expect(await last('AgentSignedOff')).toEqual({ agentId: joel.id })
  })

  it('hears of everything twice and does it once', async () => {
    await presence(joel, 'ready')
    const contactId = await queue()
    const ended = { ...of(contactId), by: 'customer', answeredBy: 'nobody', channel: 'chat' } as const
    await world.tell('throughline.ContactEnded.v1', ended, told(contactId))
    await world.tell('throughline.ContactEnded.v1', ended, told(contactId))
    await world.pass(DAY)
    expect(await world.events('throughline.ContactLeftQueue.v1')).toHaveLength(1)
    expect(await world.events('throughline.ContactOffered.v1')).toHaveLength(1)
  })
})
