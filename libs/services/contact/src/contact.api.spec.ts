import {
  ana,
  archive,
  guest,
  helena,
  ivo,
  joel,
  mira,
  rita,
  shop,
  staffNamed,
  tomas,
} from '@throughline/testing'
import type { World } from '@throughline/testing'
import { MINUTE, toInstant } from '@throughline/kernel'
import { MoveContactBody, RequestContactBody, SummariseContactBody } from './contact.controller.js'
import {
  API,
  assign,
  bodyOf,
  contactOf,
  journeyOf,
  listAt,
  offer,
  publishPolicy,
  startContactWorld,
  textAt,
} from './contact.world.suite.js'

const staff = staffNamed('0000000b-0000-7000-8000-000000000000', 'agent')
const UNKNOWN = '0c000000-0000-7000-8000-999999999999'

describe('contacts', () => {
  let world: World
  beforeAll(async () => {
    world = await startContactWorld()
    await publishPolicy(world)
  })
  afterAll(() => world.stop())

  it('C13, C15: a contact begins with everything gathered before, on every channel', async () => {
    for (const channel of ['chat', 'phone', 'callback'] as const) {
      const journeyId = await journeyOf(world, ana)
      const made = await world
        .as(ana)
        .post(`${API}/contacts`, { journeyId, channel, words: 'It leaks', presses: 4 })
      expect(made).toMatchObject({ status: 201, body: { journeyId, state: 'waiting', channel, leg: 1 } })
      const contactId = textAt(made, 'id')
      expect(made.headers.location).toBe(`${API}/contacts/${contactId}`)
      const requested = (await world.events('throughline.ContactRequested.v1')).at(-1)
      expect(requested).toMatchObject({
        journeyId,
        customerId: ana.id,
        data: {
          contactId,
          person: { id: ana.id, name: 'Ana Reis', assurance: 'code', verifiedAt: '2026-11-20T08:59:00.000Z' },
          item: { title: 'Dishwasher' },
          reason: { code: 'does-not-drain' },
          readings: [{ title: 'Clean the filter', version: 3, helped: false }],
          presses: 4,
          words: 'It leaks',
        },
      })
    }
  })

  it('C14, C16: whoever takes the call sees it all at once, and nothing has to be asked again', async () => {
    const { contactId, journeyId } = await contactOf(world, ana, 'phone', 'It leaks')
    await assign(world, { contactId, journeyId }, joel, 'phone')
    const seen = await world.as(joel).get(`${API}/contacts/${contactId}`)
    expect(seen).toMatchObject({
      status: 200,
      headers: { etag: '"4"' },
      body: {
        state: 'ringing',
        agentId: joel.id,
        person: { id: ana.id, assurance: 'code' },
        item: { title: 'Dishwasher' },
        reason: { label: 'Does not drain' },
        readings: [{ helped: false }],
        facts: [{ name: 'serial-number', value: 'BX-77' }],
        words: 'It leaks',
      },
    })
    expect(await world.events('throughline.FactAskedAgain.v1')).toEqual([])
  })

  it('refuses a channel that the latest offer does not have, and says what to do', async () => {
    const journeyId = await journeyOf(world, ana, ['message'])
    const refused = await world.as(ana).post(`${API}/contacts`, { journeyId, channel: 'chat' })
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'contact.channel-not-offered', field: 'channel' },
    })
    expect(textAt(refused, 'todo')).toContain('Ask for channels again')
    await offer(world, journeyId, ana, ['chat'])
    expect(await world.as(ana).post(`${API}/contacts`, { journeyId, channel: 'chat' })).toMatchObject({
      status: 201,
    })
  })

  it('has one open contact of a journey, also when two are asked for at once', async () => {
    const journeyId = await journeyOf(world, ana)
    const asked = await Promise.all(
      ['chat', 'phone', 'chat'].map((channel) =>
        world.as(ana).post(`${API}/contacts`, { journeyId, channel }),
      ),
    )
    expect(asked.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    const made = asked.find(({ status }) => status === 201)
    const contactId = made && textAt(made, 'id')
    expect(asked.find(({ status }) => status === 409)?.body).toMatchObject({
      code: 'contact.open-already',
      contactId,
    })
  })

  it('begins a new one when the last is over, and the first again under its key', async () => {
    const journeyId = await journeyOf(world, ana)
    const key = { 'idempotency-key': 'first' }
    const first = await world.as(ana).post(`${API}/contacts`, { journeyId, channel: 'chat' }, key)
    const id = textAt(first, 'id')
    expect(await world.as(ana).post(`${API}/contacts/${id}/leave`, { why: 'solved' })).toMatchObject({
      status: 200,
    })
    const again = await world.as(ana).post(`${API}/contacts`, { journeyId, channel: 'chat' }, key)
    expect(again).toMatchObject({
      status: 201,
      headers: { 'idempotency-replayed': 'true' },
      body: first.body,
    })
    const second = await world.as(ana).post(`${API}/contacts`, { journeyId, channel: 'chat' })
    expect(second.status).toBe(201)
    expect(textAt(second, 'id')).not.toBe(id)
  })

  it('knows no journey, case or contact of somebody else', async () => {
    const journeyId = await journeyOf(world, tomas)
    const wish = { journeyId, channel: 'chat' }
    expect(await world.as(ana).post(`${API}/contacts`, wish)).toMatchObject({
      status: 404,
      body: { code: 'journey.unknown' },
    })
    const caseId = '1c000000-0000-7000-8000-000000000001'
    expect(await world.as(tomas).post(`${API}/contacts`, { ...wish, caseId })).toMatchObject({
      status: 404,
      body: { code: 'contact.case-unknown' },
    })
    const { contactId } = await contactOf(world, tomas)
    for (const id of [contactId, UNKNOWN]) {
      const path = `${API}/contacts/${id}`
      const answers = [
        await world.as(ana).get(path),
        await world.as(ana).get(`${path}/messages`),
        await world.as(ana).get(`${path}/live`),
        await world.as(ana).post(`${path}/messages`, { text: 'x' }),
        await world.as(ana).put(`${path}/seen`, { messageId: id }),
        await world.as(ana).post(`${path}/typing`),
        await world.as(ana).post(`${path}/continuations`, { form: 'spoken' }),
        await world.as(ana).post(`${path}/move`, { channel: 'phone' }),
        await world.as(ana).post(`${path}/leave`, { why: 'solved' }),
        await world.as(ana).post(`${path}/end`),
        await world.as(ana).post(`${API}/resumptions`, { contactId: id, channel: 'chat' }),
      ]
      for (const { status, body } of answers) {
        expect({ status, body }).toEqual({
          status: 404,
          body: expect.objectContaining({
            code: 'contact.unknown',
            title: 'There is no such contact.',
          }) as unknown,
        })
      }
    }
  })

  it('is open to the roles it names', async () => {
    const { contactId } = await contactOf(world, ana)
    const path = `${API}/contacts/${contactId}`
    expect((await world.anyone().get(path)).status).toBe(401)
    for (const caller of [ivo, rita, shop, archive])
      expect((await world.as(caller).get(path)).status).toBe(403)
    expect((await world.as(ana).get(`${path}/notes`)).status).toBe(403)
    expect((await world.as(ana).post(`${path}/notes`, { text: 'x' })).status).toBe(403)
    expect((await world.as(ana).put(`${path}/summary`, SummariseContactBody.example)).status).toBe(403)
    expect((await world.as(ana).post(`${API}/records`, {})).status).toBe(403)
    expect((await world.as(joel).post(`${API}/contacts`, RequestContactBody.example)).status).toBe(403)
    expect((await world.as(helena).get(path)).status).toBe(200)
  })

  it.each([
    ['an unknown channel', { channel: 'fax' }, 'channel'],
    ['a missing journey', { journeyId: undefined, channel: 'chat' }, 'journeyId'],
    ['an unknown field', { channel: 'chat', agentId: joel.id }, 'agentId'],
    ['times for a chat', { channel: 'chat', callFrom: '2026-11-21T09:00:00.000Z' }, 'callFrom'],
  ])('refuses %s', async (_, change, field) => {
    const journeyId = await journeyOf(world, ana)
    const refused = await world.as(ana).post(`${API}/contacts`, { journeyId, ...change })
    expect(refused).toMatchObject({ status: 400, body: { field } })
  })

  it('takes a wish for a call back with its times', async () => {
    const journeyId = await journeyOf(world, ana)
    const times = { callFrom: '2026-11-21T09:00:00.000Z', callUntil: '2026-11-21T10:00:00.000Z' }
    const late = { callFrom: times.callUntil, callUntil: times.callFrom }
    const wish = { journeyId, channel: 'callback' }
    expect((await world.as(ana).post(`${API}/contacts`, { ...wish, ...late })).status).toBe(400)
    expect((await world.as(ana).post(`${API}/contacts`, { ...wish, ...times })).status).toBe(201)
    expect((await world.events('throughline.ContactRequested.v1')).at(-1)?.data).toMatchObject(times)
  })

  it('is summarised once by whoever had it, and the customer sees no causes', async () => {
    const contact = await contactOf(world, ana)
    await assign(world, contact, joel)
    const path = `${API}/contacts/${contact.contactId}`
    expect(await world.as(mira).put(`${path}/summary`, SummariseContactBody.example)).toMatchObject({
      status: 403,
      body: { code: 'contact.not-with-you' },
    })
    const told = await world.as(joel).put(`${path}/summary`, SummariseContactBody.example)
    expect(told).toMatchObject({ status: 200, body: { state: 'ended' } })
    expect((await world.events('throughline.ContactSummarised.v1')).at(-1)).toMatchObject({
      journeyId: contact.journeyId,
      customerId: ana.id,
      data: { agentId: joel.id, outcome: 'promised', item: { title: 'Dishwasher' } },
    })
    expect(await world.as(joel).put(`${path}/summary`, SummariseContactBody.example)).toMatchObject({
      status: 409,
      body: { code: 'contact.summarised' },
    })
    expect(bodyOf(await world.as(joel).get(path)).summary).toHaveProperty('causes')
    const seen = bodyOf(await world.as(ana).get(path))
    expect(seen.summary).toMatchObject({ outcome: 'promised', subject: 'Dishwasher does not drain' })
    expect(seen.summary).not.toHaveProperty('causes')
    expect(seen).not.toHaveProperty('earlier')
  })

  it('lists a customer’s own, an agent’s own and everybody’s for supervisors, by state and page by page', async () => {
    world.clock.move(1_000)
    const one = await contactOf(world, tomas)
    world.clock.move(1_000)
    const two = await contactOf(world, tomas)
    await assign(world, two, mira)
    const own = await world.as(tomas).get(`${API}/contacts?limit=1`)
    expect(listAt(own, 'items')).toMatchObject([{ id: two.contactId, state: 'connected', agentId: mira.id }])
    const next = await world.as(tomas).get(`${API}/contacts?limit=1&after=${textAt(own, 'next')}`)
    expect(listAt(next, 'items')).toMatchObject([{ id: one.contactId }])
    const mine = await world.as(mira).get(`${API}/contacts?mine=true`)
    expect(listAt(mine, 'items')).toMatchObject([{ id: two.contactId }])
    expect(listAt(await world.as(mira).get(`${API}/contacts?mine=true&state=dropped`), 'items')).toEqual([])
    expect(await world.as(mira).get(`${API}/contacts`)).toMatchObject({ status: 403 })
    const waiting = await world.as(helena).get(`${API}/contacts?state=waiting&limit=500`)
    expect(listAt(waiting, 'items')).toContainEqual(expect.objectContaining({ id: one.contactId }))
    expect(listAt(waiting, 'items')).not.toContainEqual(expect.objectContaining({ id: two.contactId }))
    const his = await world.as(mira).get(`${API}/contacts?customerId=${tomas.id}&limit=500`)
    expect(listAt(his, 'items')).toContainEqual(expect.objectContaining({ id: one.contactId }))
  })

  it('C66: tells the desk who, what, the last words, since when nobody answered and how much is unread', async () => {
    const contact = await contactOf(world, ana, 'chat', 'It leaks')
    const path = `${API}/contacts/${contact.contactId}`
    const asked = world.clock.instant()
    await assign(world, contact, staff)
    const line = async () => {
      await world.settled()
      const lines = listAt(await world.as(staff).get(`${API}/contacts?mine=true`), 'items')
      return lines.find((each) => (each as { id: string }).id === contact.contactId)
    }
    expect(await line()).toMatchObject({
      name: 'Ana Reis',
      state: 'connected',
      channel: 'chat',
      channels: ['chat'],
      item: { title: 'Dishwasher' },
      reason: { label: 'Does not drain' },
      lastWords: { author: 'customer', text: 'It leaks', at: asked },
      unansweredSince: asked,
      unread: 1,
    })
    world.clock.move(60_000)
    const more = await world.as(ana).post(`${path}/messages`, { text: 'A lot' })
    expect(await line()).toMatchObject({ unansweredSince: asked, unread: 2, lastWords: { text: 'A lot' } })
    await world.as(staff).put(`${path}/seen`, { messageId: contact.contactId })
    expect(await line()).toMatchObject({ unread: 1 })
    await world.as(staff).put(`${path}/seen`, { messageId: textAt(more, 'id') })
    expect(await line()).toMatchObject({ unansweredSince: asked, unread: 0 })
    await world.as(staff).post(`${path}/messages`, { text: 'Since when?' })
    expect(await line()).not.toHaveProperty('unansweredSince')
    const answered = world.clock.instant()
    await world.as(ana).post(`${path}/messages`, { text: 'Monday' })
    expect(await line()).toMatchObject({ unansweredSince: answered, unread: 1 })
    await world.as(ana).post(`${path}/move`, { channel: 'phone' })
    await assign(world, contact, staff, 'phone')
    await world.as(staff).post(`${path}/call`, { state: 'answered' })
    expect(await line()).toMatchObject({ channel: 'phone', channels: ['chat', 'phone'], unread: 0 })
    expect(await line()).not.toHaveProperty('unansweredSince')
    const own = listAt(await world.as(ana).get(`${API}/contacts`), 'items')
    expect(JSON.stringify(own)).not.toContain('unread')
  })

  it('C48: shows supervisors who waits beyond the promise, the longest overdue first', async () => {
    const late = `${API}/contacts?state=waiting&late=true`
    const [first, second, kept] = [
      await contactOf(world, tomas),
      await contactOf(world, tomas),
      await contactOf(world, tomas),
    ]
    const due = async ({ contactId, journeyId }: typeof first, minutes: number) => {
      const dueBy = toInstant(world.clock.now() + minutes * MINUTE)
      await world.tell(
        'throughline.ContactQueued.v1',
        {
          contactId,
          journeyId,
          channel: 'chat',
          queue: 'chat',
          need: [],
          level: { urgency: 'normal', urgencyRule: 'default', value: 'standard', valueRule: 'default' },
          enteredAt: world.clock.instant(),
          dueBy,
          policy: 'care',
          version: 1,
        },
        { stream: 'work', id: contactId, journeyId, customerId: tomas.id },
      )
      return dueBy
    }
    await due(first, 3)
    const longest = await due(second, 2)
    await due(kept, 60)
    await world.settled()
    expect(listAt(await world.as(helena).get(late), 'items')).toEqual([])
    await world.pass(5 * MINUTE)
    const overdue = await world.as(helena).get(late)
    expect(overdue.body).toMatchObject({ next: null })
    expect(listAt(overdue, 'items')).toMatchObject([
      { id: second.contactId, journeyId: second.journeyId, dueBy: longest, state: 'waiting' },
      { id: first.contactId },
    ])
    const page = await world.as(helena).get(`${late}&limit=1`)
    const next = await world.as(helena).get(`${late}&limit=1&after=${textAt(page, 'next')}`)
    expect(listAt(next, 'items')).toMatchObject([{ id: first.contactId }])
    await assign(world, second, mira)
    expect(listAt(await world.as(helena).get(late), 'items')).toHaveLength(1)
    expect(await world.as(helena).get(`${API}/contacts?state=connected&late=true`)).toMatchObject({
      status: 400,
      body: { code: 'contact.late-of-waiting', field: 'state' },
    })
    expect(await world.as(joel).get(late)).toMatchObject({ status: 403 })
  })

  it('stays with a guest who signs in, and with two customers who are one', async () => {
    const asGuest = await contactOf(world, guest, 'chat', 'Before I signed in')
    const path = `${API}/contacts/${asGuest.contactId}`
    expect((await world.as(tomas).get(path)).status).toBe(404)
    await world.tell(
      'throughline.GuestRecognised.v1',
      { guestId: guest.id, customerId: tomas.id, assurance: 'code' },
      { stream: 'guest', id: guest.id, customerId: tomas.id },
    )
    await world.settled()
    expect((await world.as(tomas).get(path)).status).toBe(200)
    const list = await world.as(tomas).get(`${API}/contacts?limit=500`)
    expect(listAt(list, 'items')).toContainEqual(expect.objectContaining({ id: asGuest.contactId }))
    expect((await world.as(tomas).post(`${path}/messages`, { text: 'It is me' })).status).toBe(201)
    expect((await world.events('throughline.MessagePosted.v1')).at(-1)).toMatchObject({
      customerId: tomas.id,
    })
    const merge = { customerId: ana.id, mergedId: tomas.id }
    await world.tell('throughline.CustomersMerged.v1', merge, { stream: 'customer', id: ana.id })
    await world.settled()
    expect((await world.as(ana).get(path)).status).toBe(200)
    await world.tell('throughline.CustomersUnmerged.v1', merge, { stream: 'customer', id: ana.id })
    await world.settled()
    expect((await world.as(ana).get(path)).status).toBe(404)
    expect((await world.as(tomas).get(path)).status).toBe(200)
  })

  it('C75: moves along declared ways only, and shows them', async () => {
    const contact = await contactOf(world, ana)
    await assign(world, contact, joel)
    const path = `${API}/contacts/${contact.contactId}`
    expect(bodyOf(await world.as(ana).get(path)).ways).toEqual(['phone', 'callback'])
    const before = await world.host.events.head()
    expect(await world.as(ana).post(`${path}/move`, { channel: 'store' })).toMatchObject({
      status: 409,
      body: { code: 'contact.move-not-declared', from: 'chat', to: 'store' },
    })
    expect(await world.host.events.head()).toBe(before)
    expect(await world.as(joel).post(`${path}/move`, MoveContactBody.example)).toMatchObject({
      status: 200,
      body: { state: 'waiting', channel: 'phone', leg: 2 },
    })
    expect(bodyOf(await world.as(ana).get(path)).ways).toEqual([])
  })

  it('is transferred with everything known', async () => {
    const contact = await contactOf(world, ana)
    await assign(world, contact, joel)
    const path = `${API}/contacts/${contact.contactId}`
    const why = { why: 'Needs gas', skills: ['gas'] }
    expect((await world.as(mira).post(`${path}/transfer`, why)).status).toBe(403)
    expect(await world.as(joel).post(`${path}/transfer`, why)).toMatchObject({
      status: 200,
      body: { state: 'waiting' },
    })
    await assign(world, contact, mira)
    expect(await world.as(mira).get(path)).toMatchObject({ body: { state: 'connected', agentId: mira.id } })
    expect((await world.as(joel).post(`${path}/messages`, { text: 'x' })).status).toBe(403)
  })
})
