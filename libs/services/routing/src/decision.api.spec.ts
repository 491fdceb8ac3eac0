import { DAY, HOUR, MINUTE } from '@throughline/kernel'
import { ana, at, guest, helena, ivo, joel, mira, startWorld, tomas } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import type { OfferedChannels } from './decision.js'
import { routingService } from './index.js'
import { CARE_POLICY, careWith } from './policy/care-policy.example.js'
import { begin, idOf, request } from './routing.world.suite.js'

interface Shown {
  readonly id: string
  readonly level: object
  readonly channels: readonly { readonly channel: string }[]
  readonly notOffered: readonly { readonly channel: string; readonly because: readonly string[] }[]
  readonly shortfall: object | null
}

const shown = ({ body }: Response): Shown => body as Shown
const names = (response: Response) => shown(response).channels.map(({ channel }) => channel)

describe('channels offered to a journey', () => {
  let world: World
  const offer = (journeyId: string, caller = ana, headers = {}) =>
    world.as(caller).post('/api/v1/routing/offers', { journeyId }, headers)

  beforeAll(async () => {
    world = await startWorld([routingService])
    await world.as(helena).put('/api/v1/routing/policies/care', CARE_POLICY)
    const skills = ['chat', 'voice', 'message', 'mail', 'store'].map((skill) => ({ skill, level: 1 }))
    await world.as(helena).put(`/api/v1/routing/agents/${joel.id}/skills`, { skills })
    await world.as(joel).put('/api/v1/routing/agents/me/presence', { state: 'ready' })
    await begin(world, idOf(1), ana.id)
    await begin(world, idOf(2), ana.id, { reason: 'water-leak' })
    await begin(world, idOf(3), guest.id, { segment: 'premium' })
    await world.settled()
  })
  afterAll(() => world.stop())

  it('C11, C12: a leak gets the phone, a question does not, and both are told why', async () => {
    const question = await offer(idOf(1))
    expect(shown(question)).toMatchObject({ level: { urgency: 'normal', urgencyRule: 'default' } })
    expect(names(question)).toEqual(['chat', 'callback', 'message', 'email', 'webform'])
    expect(shown(question).notOffered).toEqual([
      { channel: 'phone', pace: 'immediate', because: ['level'], opensAt: null },
      { channel: 'store', pace: 'soon', because: ['closed'], opensAt: at(30 * MINUTE) },
    ])
    const leak = await offer(idOf(2))
    expect(shown(leak)).toMatchObject({ level: { urgency: 'critical', urgencyRule: 'U1' } })
    expect(names(leak)).toEqual(['chat', 'phone', 'callback', 'message', 'email', 'webform'])
  })

  it('C11: says until when a channel is open, and in which times somebody can be called', async () => {
    const told = await offer(idOf(1))
    expect(shown(told).channels).toMatchObject([
      { channel: 'chat', until: at(11 * HOUR), within: null, kept: null },
      {
        channel: 'callback',
        until: at(11 * HOUR),
        within: { minutes: 120 },
        answerBy: at(2 * HOUR),
        // The first keeps the promise; the last two are of the next day that is open, after the weekend.
        slots: [
          { from: at(90 * MINUTE), until: at(120 * MINUTE) },
          { from: at(135 * MINUTE), until: at(165 * MINUTE) },
          { from: at(180 * MINUTE), until: at(210 * MINUTE) },
          { from: '2026-11-23T08:00:00.000Z', until: '2026-11-23T08:30:00.000Z' },
          { from: '2026-11-23T08:45:00.000Z', until: '2026-11-23T09:15:00.000Z' },
        ],
      },
      { channel: 'message' },
      { channel: 'email', until: null, within: { businessDays: 1 } },
      { channel: 'webform', until: null },
    ])
    expect(shown(told).channels[0]).not.toHaveProperty('slots')
  })

  it('C52: a premium guest is of high value, by the rule that says so', async () => {
    const premium = await offer(idOf(3), guest)
    expect(shown(premium)).toMatchObject({ level: { value: 'high', valueRule: 'V1' } })
    expect(names(premium)).toContain('phone')
  })

  it('C52: a segment that is set right later counts from then on', async () => {
    await world.tell(
      'throughline.CustomerRegistered.v1',
      { customerId: ana.id, segment: 'premium' },
      { stream: 'customer', id: ana.id, customerId: ana.id },
    )
    await world.settled()
    expect(shown(await offer(idOf(1)))).toMatchObject({ level: { value: 'high' } })
    await world.tell(
      'throughline.CustomerDetailsCorrected.v1',
      { customerId: ana.id, segment: 'household' },
      { stream: 'customer', id: ana.id, customerId: ana.id },
    )
    await world.settled()
    expect(shown(await offer(idOf(1)))).toMatchObject({ level: { value: 'standard' } })
  })

  it('gives the same answer to the same request, recorded once', async () => {
    const key = { 'idempotency-key': 'offer-of-today' }
    const first = await offer(idOf(1), ana, key)
    const second = await offer(idOf(1), ana, key)
    expect(second).toMatchObject({ status: 201, body: first.body })
    expect(second.headers['idempotency-replayed']).toBe('true')
  })

  it('derives a decision again from what was recorded, after the world has moved on', async () => {
    const { body: first } = await offer(idOf(2))
    const { id: decisionId } = first as Shown
    await world.as(helena).put('/api/v1/routing/policies/care', careWith({ 'channels.chat.active': false }))
    await world.as(joel).put('/api/v1/routing/agents/me/presence', { state: 'paused' })
    const path = `/api/v1/routing/decisions/${decisionId}`
    await world.pass(3 * MINUTE)
    const { body: read } = await world.as(ana).get(path)
    expect((read as { readonly shown: unknown }).shown).toEqual(first)
    expect(await world.as(ivo).post(`${path}/derivation`)).toMatchObject({
      status: 200,
      body: { decisionId, policy: 'care', version: 1, equal: true, differences: [] },
    })
    expect(await world.as(ana).get(path)).toMatchObject({
      status: 200,
      body: {
        id: decisionId,
        inputs: { facts: { reason: 'water-leak' } },
        shown: { channels: [{ channel: 'chat' }, {}, {}, {}, {}, {}] },
      },
    })
    expect(await world.as(tomas).get(path)).toMatchObject({ status: 404 })
    expect(await world.as(tomas).post(`${path}/derivation`)).toMatchObject({ status: 404 })
    expect(await world.as(ivo).get(`/api/v1/routing/decisions/${idOf(99)}`)).toMatchObject({ status: 404 })
  })

  it('C71: a channel that is switched off is offered to nobody, from the next decision on', async () => {
    const off = await offer(idOf(2))
    expect(shown(off).notOffered).toContainEqual({
      channel: 'chat',
      pace: 'immediate',
      because: ['inactive'],
      opensAt: null,
    })
    await world.as(helena).put('/api/v1/routing/policies/care', CARE_POLICY)
    expect(names(await offer(idOf(2)))).toContain('chat')
    await world.as(joel).put('/api/v1/routing/agents/me/presence', { state: 'ready' })
  })

  it('C72: a channel that cannot be served well is not offered, unless it is guaranteed', async () => {
    for (let n = 100; n < 140; n += 1) {
      await request(world, {
        contactId: idOf(n),
        journeyId: idOf(1),
        customerId: ana.id,
        channel: 'chat',
      })
    }
    await world.settled()
    const question = await offer(idOf(1))
    expect(shown(question).notOffered).toContainEqual({
      channel: 'chat',
      pace: 'immediate',
      because: ['waitLimit'],
      opensAt: null,
    })
    const leak = await offer(idOf(2))
    expect(shown(leak).channels[0]).toMatchObject({
      channel: 'chat',
      because: ['from', 'guarantee', 'wait-waived'],
    })
    const moved = await world.events('throughline.ChannelGateMoved.v1')
    expect(moved.map(({ data }) => data)).toContainEqual(
      expect.objectContaining({ policy: 'care', channel: 'chat', open: false, level: 'normal/standard' }),
    )
    // Asked again, nothing moves: the gate is where it was.
    await offer(idOf(1))
    expect(await world.events('throughline.ChannelGateMoved.v1')).toHaveLength(moved.length)
    const { id: decisionId } = shown(await offer(idOf(1)))
    expect(await world.as(ivo).post(`/api/v1/routing/decisions/${decisionId}/derivation`)).toMatchObject({
      body: { equal: true },
    })
  })

  it('C12: says when nobody is there for what was guaranteed, and what there is instead', async () => {
    const held = await world.as(joel).get('/api/v1/routing/agents/me/offers')
    expect(held.status).toBe(200)
    await world.as(helena).put(`/api/v1/routing/agents/${joel.id}/presence`, { state: 'signed-off' })
    const leak = await offer(idOf(2))
    expect(shown(leak).shortfall).toMatchObject({
      pace: 'immediate',
      instead: [{ channel: 'callback' }],
    })
    const [missing] = await world.events('throughline.ImmediateChannelMissing.v1')
    expect(missing).toMatchObject({
      journeyId: idOf(2),
      data: { journeyId: idOf(2), cause: 'chat: unstaffed; phone: unstaffed' },
    })
  })

  it('offers what is open at the time', async () => {
    await world.pass(DAY + 3 * HOUR)
    const saturday = await offer(idOf(1))
    expect(shown(saturday).notOffered).toContainEqual({
      channel: 'chat',
      pace: 'immediate',
      because: ['closed'],
      opensAt: '2026-11-23T08:00:00.000Z',
    })
  })

  it('refuses a body that is none', async () => {
    expect(await world.as(ana).post('/api/v1/routing/offers', {})).toMatchObject({ status: 400 })
    expect(await world.as(joel).post('/api/v1/routing/offers', { journeyId: idOf(1) })).toMatchObject({
      status: 403,
    })
    expect(await offer(idOf(77))).toMatchObject({ status: 404, body: { code: 'routing.journey-unknown' } })
  })
})

describe('a channel with a wait limit', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([routingService])
  })
  afterAll(() => world.stop())

  it('C72: goes off above the limit and comes back only well below it', async () => {
    const journeyId = idOf(1)
    const queue = async (...numbers: readonly number[]) => {
      for (const n of numbers) {
        const of = { journeyId, customerId: ana.id, channel: 'chat' } as const
        await request(world, { contactId: idOf(n), ...of })
      }
      await world.settled()
    }
    const leave = async (...numbers: readonly number[]) => {
      for (const n of numbers) {
        const where = { stream: 'contact', id: idOf(n), journeyId, customerId: ana.id }
        await world.tell(
          'throughline.ContactLeft.v1',
          { contactId: idOf(n), journeyId, why: 'solved' },
          where,
        )
      }
      await world.settled()
    }
    const chat = async () => {
      const told = await world.as(ana).post('/api/v1/routing/offers', { journeyId })
      const path = `/api/v1/routing/decisions/${shown(told).id}`
      const { body } = await world.as(ana).get(path)
      const { channels } = body as OfferedChannels
      const found = channels.find(({ channel }) => channel === 'chat')
      return { offered: found?.offered, ahead: found?.wait?.ahead, upper: found?.wait?.high ?? 0 }
    }
    await world.as(helena).put('/api/v1/routing/policies/care', CARE_POLICY)
    await begin(world, journeyId, ana.id)
    await queue(10, 11, 12, 13, 14, 15)
    for (const agent of [joel, mira]) {
      const skills = [{ skill: 'chat', level: 1 }]
      await world.as(helena).put(`/api/v1/routing/agents/${agent.id}/skills`, { skills })
      await world.as(agent).put('/api/v1/routing/agents/me/presence', { state: 'ready' })
      for (let held = 0; held < 3; held += 1) {
        await world.settled()
        const { body } = await world.as(agent).get('/api/v1/routing/agents/me/offers')
        const [offer] = (
          body as { readonly items: readonly { readonly id: string; readonly contactId: string }[] }
        ).items
        const { contactId = '', id = '' } = offer ?? {}
        await world.as(agent).post(`/api/v1/routing/work/${contactId}/offers/${id}/acceptance`)
      }
    }
    await queue(20)
    const quiet = await chat()
    expect(quiet).toMatchObject({ offered: true, ahead: 1 })
    await queue(21, 22, 23, 24)
    expect(await chat()).toMatchObject({ offered: false, ahead: 5 })
    await leave(21, 22, 23, 24)
    expect(await chat()).toEqual({ ...quiet, offered: false })
    expect(quiet.upper).toBeGreaterThan(180)
    expect(quiet.upper).toBeLessThan(300)
    await leave(20)
    expect(await chat()).toMatchObject({ offered: true, ahead: 0 })
  })
})
