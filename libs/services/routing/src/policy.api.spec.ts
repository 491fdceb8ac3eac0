import { ana, helena, ivo, joel, rita, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { routingService } from './index.js'
import { CARE_POLICY, careWith } from './policy/care-policy.example.js'

const PATH = '/api/v1/routing/policies/care'

describe('channel policies', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([routingService])
  })
  afterAll(() => world.stop())

  it('is unknown before it is published', async () => {
    expect(await world.as(helena).get(PATH)).toMatchObject({
      status: 404,
      body: { code: 'routing.policy-unknown' },
    })
  })

  it('C70, C71: is refused with every place that is wrong, and nothing of it is published', async () => {
    const wrong = careWith({ 'channels.chat.hours': 'never', order: ['chat', 'fax'] })
    const refused = await world.as(helena).put(PATH, wrong)
    expect(refused).toMatchObject({ status: 400, body: { code: 'routing.policy-invalid' } })
    const { problems } = refused.body as { readonly problems: readonly { readonly field: string }[] }
    expect(problems.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['channels.chat.hours', 'order.1', 'order']),
    )
    expect(await world.as(helena).put(PATH, [])).toMatchObject({ status: 400 })
    expect(await world.as(helena).put('/api/v1/routing/policies/other', CARE_POLICY)).toMatchObject({
      status: 400,
      body: { field: 'policy' },
    })
    expect(await world.events('throughline.ChannelPolicyPublished.v1')).toEqual([])
  })

  it('C75: does not go round in circles by itself', async () => {
    const circle = careWith({
      escalation: [
        { from: 'chat', to: ['phone'], by: ['dropped'], keeps: 'due' },
        { from: 'phone', to: ['chat'], by: ['dropped'], keeps: 'due' },
      ],
    })
    expect(await world.as(helena).put(PATH, circle)).toMatchObject({
      status: 400,
      body: { field: 'escalation.0' },
    })
  })

  it('keeps every version as it was published', async () => {
    const changed = careWith({ 'channels.chat.active': false })
    expect(await world.as(helena).put(PATH, CARE_POLICY)).toMatchObject({ body: { version: 1 } })
    expect(await world.as(rita).put(PATH, changed)).toMatchObject({ body: { version: 2 } })
    await world.settled()
    expect(await world.as(joel).get(PATH)).toMatchObject({ body: { version: 2, document: changed } })
    expect(await world.as(ivo).get(`${PATH}/versions/1`)).toMatchObject({ body: { document: CARE_POLICY } })
    expect(await world.as(ivo).get(`${PATH}/versions/3`)).toMatchObject({ status: 404 })
    expect(await world.as(ivo).get(`${PATH}/versions`)).toMatchObject({
      body: {
        items: [
          { version: 2, by: rita.actor },
          { version: 1, by: helena.actor },
        ],
        next: null,
      },
    })
    expect(await world.as(ivo).get('/api/v1/routing/policies')).toMatchObject({
      body: { items: [{ policy: 'care', version: 2, inForce: true }] },
    })
  })

  it('C32: keeps the reason for a change beside the version, and not in the policy', async () => {
    const why = 'Nobody is there for chats on weekdays.'
    const changed = careWith({ 'channels.chat.waitLimit.upper': '6m' }) as object
    expect(await world.as(helena).put(PATH, { ...changed, why })).toMatchObject({
      body: { version: 3, document: changed },
    })
    await world.settled()
    expect(await world.as(joel).get(PATH)).toMatchObject({ body: { document: changed } })
    const { body } = await world.as(ivo).get(`${PATH}/versions`)
    expect((body as { readonly items: readonly object[] }).items).toMatchObject([{ version: 3, why }, {}, {}])
    expect((body as { readonly items: readonly object[] }).items[1]).not.toHaveProperty('why')
    for (const reason of [7, '', 'x'.repeat(501)])
      expect(await world.as(helena).put(PATH, { ...changed, why: reason })).toMatchObject({
        status: 400,
        body: { field: 'why' },
      })
  })

  it('C12: is not published when a rule leaves an urgent contact without somebody at once', async () => {
    const left = careWith({ guarantee: undefined })
    expect(await world.as(helena).put(PATH, left)).toMatchObject({
      status: 400,
      body: {
        code: 'routing.policy-invalid',
        problems: [{ field: 'urgency.0' }, { field: 'urgency.1' }],
      },
    })
  })

  it('is published only on top of the version its author saw', async () => {
    const stale = await world.as(helena).put(PATH, CARE_POLICY, { 'if-match': '"1"' })
    expect(stale).toMatchObject({ status: 412 })
    expect(await world.as(helena).put(PATH, CARE_POLICY, { 'if-match': '"3"' })).toMatchObject({
      status: 200,
      body: { version: 4 },
    })
  })

  it('C12, C70: is tried on facts, published or not, without a trace', async () => {
    const before = (await world.events()).length
    const facts = { reason: 'water-leak', segment: 'public-sector' }
    const tried = await world.as(helena).post(`${PATH}/trial`, { facts })
    expect(tried).toMatchObject({
      status: 200,
      body: {
        version: 4,
        level: { urgency: 'critical', urgencyRule: 'U1' },
        segment: 'public-sector',
        shortfall: { pace: 'immediate' },
      },
    })
    const document = careWith({ 'channels.phone.active': false, guarantee: undefined })
    expect(await world.as(ivo).post(`${PATH}/trial`, { facts, document })).toMatchObject({
      body: { version: null, shortfall: null },
    })
    expect(await world.as(helena).post(`${PATH}/trial`, { facts: { reason: 7 } })).toMatchObject({
      status: 400,
    })
    expect(await world.events()).toHaveLength(before)
  })

  it('is for those who supervise', async () => {
    for (const caller of [ana, joel, ivo])
      expect(await world.as(caller).put(PATH, CARE_POLICY)).toMatchObject({ status: 403 })
    expect(await world.anyone().get(PATH)).toMatchObject({ status: 401 })
  })
})
