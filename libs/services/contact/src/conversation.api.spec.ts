import { MINUTE, SECOND } from '@throughline/kernel'
import { ana, archive, helena, joel, mira, shop } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { viewId, ViewStore } from '@throughline/ports'
import { SummariseContactBody } from './contact.controller.js'
import { contactsView } from './contact.view.js'
import {
  API,
  assign,
  bodyOf,
  contactOf,
  journeyOf,
  listAt,
  listen,
  nobodyListens,
  offer,
  publishPolicy,
  startContactWorld,
  textAt,
} from './contact.world.suite.js'
import { RecordContactBody } from './record.controller.js'

describe('a conversation', () => {
  let world: World
  beforeAll(async () => {
    world = await startContactWorld()
    await publishPolicy(world)
  })
  afterAll(() => world.stop())

  it('holds what both say, in order, with how far it has come', async () => {
    const contact = await contactOf(world, ana, 'chat', 'It leaks 📦')
    await assign(world, contact, joel)
    const path = `${API}/contacts/${contact.contactId}`
    const key = { 'idempotency-key': 'answer' }
    const answer = await world.as(joel).post(`${path}/messages`, { text: 'Since when?' }, key)
    const again = await world.as(joel).post(`${path}/messages`, { text: 'Since when?' }, key)
    expect(again.body).toEqual(answer.body)
    await world.as(ana).post(`${path}/messages`, { text: 'Monday' })
    expect((await world.as(ana).put(`${path}/seen`, { messageId: textAt(answer, 'id') })).status).toBe(200)
    expect((await world.as(joel).put(`${path}/seen`, { messageId: contact.contactId })).status).toBe(200)
    const { body } = await world.as(ana).get(`${path}/messages`)
    expect(body).toMatchObject({
      items: [
        { said: 'It leaks 📦', author: { is: 'customer' }, state: 'seen', leg: 1 },
        { said: 'Since when?', author: { is: 'agent', id: joel.id }, state: 'seen' },
        { said: 'Monday', state: 'delivered' },
      ],
    })
    expect((await world.as(joel).get(`${path}/messages`)).body).toEqual(body)
  })

  it.each([
    ['nothing', { text: '' }, 400],
    ['too much', { text: 'x'.repeat(8_001) }, 400],
    ['half a character', { text: 'a\ud83d' }, 400],
    ['something unknown', { text: 'x', author: 'agent' }, 400],
  ])('refuses %s', async (_, body, status) => {
    const { contactId } = await contactOf(world, ana)
    expect((await world.as(ana).post(`${API}/contacts/${contactId}/messages`, body)).status).toBe(status)
  })

  it('lets nobody be an agent by saying so', async () => {
    const contact = await contactOf(world, ana)
    const body = { text: 'x', mode: 'spoken', articleId: contact.contactId }
    await world.as(ana).post(`${API}/contacts/${contact.contactId}/messages`, body)
    const said = (await world.events('throughline.MessagePosted.v1')).at(-1)?.data
    expect(said).toMatchObject({ author: 'customer', mode: 'written' })
    expect(said).not.toHaveProperty('articleId')
    expect(
      (await world.as(mira).post(`${API}/contacts/${contact.contactId}/messages`, { text: 'x' })).status,
    ).toBe(403)
  })

  it('keeps notes among the team', async () => {
    const contact = await contactOf(world, ana)
    const path = `${API}/contacts/${contact.contactId}`
    expect((await world.as(joel).post(`${path}/notes`, { text: 'Secret pump' })).status).toBe(201)
    expect(listAt(await world.as(helena).get(`${path}/notes`), 'items')).toMatchObject([
      { text: 'Secret pump', agentId: joel.id },
    ])
    for (const each of [path, `${path}/messages`]) {
      expect(JSON.stringify((await world.as(ana).get(each)).body)).not.toContain('Secret')
    }
  })

  it('is heard live by both, resumes without loss, and shows notes and causes to the team alone', async () => {
    const contact = await contactOf(world, ana)
    await assign(world, contact, joel)
    const path = `${API}/contacts/${contact.contactId}`
    const from = String(await world.host.events.head())
    await world.as(joel).post(`${path}/notes`, { text: 'Secret pump' })
    await world.as(joel).post(`${path}/messages`, { text: 'Hello' })
    await world.as(joel).put(`${path}/summary`, SummariseContactBody.example)
    const ended = /ContactSummarised/
    const customer = await listen(world, `${path}/live`, ana, from, ended)
    const agent = await listen(world, `${path}/live`, joel, from, ended)
    const mine = await listen(world, `${API}/live`, joel, from, ended)
    expect(customer).toMatch(/id: \d+\nevent: MessagePosted\ndata: \{.*"Hello"/)
    expect(customer).not.toContain('Secret')
    expect(customer).not.toContain('Foreign object')
    expect(agent).toContain('Secret pump')
    expect(agent).toContain('Foreign object')
    expect(mine).toContain('Secret pump')
  })

  it('shows typing live and keeps it nowhere, and only of the agent who has the contact', async () => {
    const contact = await contactOf(world, ana)
    await assign(world, contact, joel)
    const before = await world.host.events.head()
    const path = `${API}/contacts/${contact.contactId}`
    const heard = listen(world, `${path}/live`, ana, undefined, /typing/, async () => {
      expect((await world.as(mira).post(`${path}/typing`)).body).toMatchObject({
        code: 'contact.not-with-you',
      })
      expect((await world.as(joel).post(`${path}/typing`)).status).toBe(204)
    })
    expect(await heard).toContain(`event: typing\ndata: {"contactId":"${contact.contactId}","by":"agent"}`)
    expect(await world.host.events.head()).toBe(before)
  })

  it('shows an agent typing in contacts that came to her after she began to listen', async () => {
    const contact = await contactOf(world, ana)
    const heard = await listen(world, `${API}/live`, joel, undefined, /typing/, async () => {
      await assign(world, contact, joel)
      expect((await world.as(ana).post(`${API}/contacts/${contact.contactId}/typing`)).status).toBe(204)
    })
    expect(heard).toContain(`event: typing\ndata: {"contactId":"${contact.contactId}","by":"customer"}`)
  })

  it('brings an agent what was assigned between the last list and the stream, and nothing older', async () => {
    const before = await contactOf(world, ana)
    await assign(world, before, joel)
    const gap = await contactOf(world, ana)
    const away = await contactOf(world, ana)
    await assign(world, away, joel)
    const views = world.host.app.get(ViewStore)
    const known = await views.position(viewId(contactsView))
    const page = await views.rows(contactsView, `agent:${joel.id}`, { limit: 200, descending: true })
    await assign(world, away, mira)
    await assign(world, gap, joel)
    // The view as it was a moment ago, as one that lags behind shows it.
    const [position, rows] = [views.position.bind(views), views.rows.bind(views)]
    views.position = () => Promise.resolve(known)
    views.rows = () => Promise.resolve(page as never)
    const heard = listen(world, `${API}/live`, joel, undefined, /Since when/, async () => {
      Object.assign(views, { position, rows })
      for (const { contactId } of [away, before, gap]) {
        const agent = contactId === away.contactId ? mira : joel
        await world.as(agent).post(`${API}/contacts/${contactId}/messages`, { text: 'Since when?' })
      }
    })
    const text = await heard
    expect(text).toMatch(new RegExp(`event: ContactAssigned\ndata: \\{"contactId":"${gap.contactId}"`))
    expect(text).not.toContain(away.contactId)
    expect(text).not.toMatch(new RegExp(`event: ContactAssigned\ndata: \\{"contactId":"${before.contactId}"`))
  })

  it('C45: counts as dropped a minute after the page is gone, and as over after half an hour', async () => {
    const contact = await contactOf(world, ana)
    await assign(world, contact, joel)
    const path = `${API}/contacts/${contact.contactId}`
    await listen(world, `${path}/live`, ana, '0', /ContactConnected/)
    await nobodyListens(world)
    await world.pass(59 * SECOND)
    expect(await world.as(joel).get(path)).toMatchObject({ body: { state: 'connected' } })
    await world.pass(2 * SECOND)
    expect(await world.as(joel).get(path)).toMatchObject({ body: { state: 'dropped' } })
    // Her page still sends what waited in it.
    expect((await world.as(ana).post(`${path}/messages`, { text: 'I was in a tunnel' })).status).toBe(201)
    await world.pass(29 * MINUTE)
    expect(await world.as(joel).get(path)).toMatchObject({ body: { state: 'dropped' } })
    await world.pass(2 * MINUTE)
    expect(await world.as(joel).get(path)).toMatchObject({ body: { state: 'wrapping', agentId: joel.id } })
    expect((await world.events('throughline.ContactEnded.v1')).at(-1)?.data).toMatchObject({ by: 'dropped' })
  })

  it('C45: counts as dropped when her page never listens, and lasts as long as it asks', async () => {
    const contact = await contactOf(world, ana)
    await assign(world, contact, joel)
    const path = `${API}/contacts/${contact.contactId}`
    await world.pass(50 * SECOND)
    await world.as(ana).get(`${path}/messages`)
    await world.pass(50 * SECOND)
    expect(await world.as(joel).get(path)).toMatchObject({ body: { state: 'connected' } })
    await world.pass(11 * SECOND)
    expect(await world.as(joel).get(path)).toMatchObject({ body: { state: 'dropped' } })
  })

  it('C45: on other channels drops nobody who does not listen', async () => {
    const contact = await contactOf(world, ana, 'message')
    await assign(world, contact, joel, 'message')
    await world.pass(2 * MINUTE)
    expect(await world.as(joel).get(`${API}/contacts/${contact.contactId}`)).toMatchObject({
      body: { state: 'connected' },
    })
  })

  it('by phone goes from ringing to the end, told by the agent or the edge', async () => {
    const contact = await contactOf(world, ana, 'phone')
    const path = `${API}/contacts/${contact.contactId}`
    expect((await world.as(joel).post(`${path}/call`, { state: 'ringing' })).status).toBe(403)
    await assign(world, contact, joel, 'phone')
    for (const state of ['answered', 'held', 'retrieved']) {
      expect(await world.as(joel).post(`${path}/call`, { state })).toMatchObject({
        body: { state: 'connected' },
      })
      expect((await world.as(shop).post(`${path}/call`, { state })).status).toBe(200)
    }
    await world.as(joel).post(`${path}/messages`, { text: 'She says it leaks.' })
    expect((await world.events('throughline.MessagePosted.v1')).at(-1)?.data).toMatchObject({
      mode: 'spoken',
    })
    await world.as(shop).post(`${path}/call`, { state: 'ended', cause: 'lost' })
    expect(await world.as(joel).get(path)).toMatchObject({ body: { state: 'dropped' } })
    const told = await world.events()
    const calls = told.filter((event) => event.streamId === contact.contactId && event.type.includes('.Call'))
    expect(calls.map(({ type }) => type.split('.')[1])).toEqual([
      'CallRang',
      'CallAnswered',
      'CallHeld',
      'CallRetrieved',
      'CallEnded',
    ])
  })

  it('says so when it called in vain too often', async () => {
    const contact = await contactOf(world, ana, 'callback')
    const path = `${API}/contacts/${contact.contactId}`
    await assign(world, contact, joel, 'callback')
    expect(await world.as(joel).post(`${path}/call`, { state: 'unanswered' })).toMatchObject({
      body: { state: 'waiting' },
    })
    const left = { contactId: contact.contactId, journeyId: contact.journeyId, why: 'unanswered' }
    await world.tell('throughline.ContactLeftQueue.v1', left, { stream: 'work', id: contact.contactId })
    await world.settled()
    expect(await world.as(ana).get(path)).toMatchObject({ body: { state: 'ended' } })
    expect(listAt(await world.as(ana).get(`${path}/messages`), 'items')).toMatchObject([
      { author: { is: 'automatic' }, said: expect.stringContaining('We called you') as unknown },
    ])
  })

  it('C69: begun by mail, the agent on the phone later sees the mail', async () => {
    const journeyId = await journeyOf(world, ana)
    const mail = { author: 'customer', text: 'I wrote to you last week.', mode: 'written' }
    const record = {
      ...RecordContactBody.example,
      journeyId,
      customerId: ana.id,
      channel: 'email',
      words: [mail],
    }
    const past = { 'occurred-at': '2026-11-13T09:00:00.000Z' }
    const made = await world.as(archive).post(`${API}/records`, { ...record, origin: 'mail' }, past)
    expect(made).toMatchObject({ status: 201, body: { state: 'ended', channel: 'email' } })
    await offer(world, journeyId, ana, ['phone'])
    const phone = await world
      .as(ana)
      .post(`${API}/contacts`, { journeyId, channel: 'phone', words: 'Now I call' })
    await world.settled()
    const path = `${API}/contacts/${textAt(phone, 'id')}`
    const whole = await world.as(joel).get(`${path}/messages?journey=true`)
    expect(listAt(whole, 'items')).toMatchObject([
      { said: 'I wrote to you last week.', channel: 'email', at: '2026-11-13T09:00:00.000Z' },
      { said: 'Now I call', channel: 'phone' },
    ])
    expect(bodyOf(await world.as(joel).get(path)).earlier).toContainEqual(
      expect.objectContaining({
        id: textAt(made, 'id'),
        origin: 'mail',
        subject: 'Dishwasher does not drain',
      }),
    )
  })

  it('C41: of a store is recorded whole by the desk, in a journey of that customer only', async () => {
    const journeyId = await journeyOf(world, ana)
    const record = { ...RecordContactBody.example, journeyId, customerId: ana.id, origin: undefined }
    expect(await world.as(joel).post(`${API}/records`, record)).toMatchObject({ status: 201 })
    expect((await world.events('throughline.ContactRequested.v1')).at(-1)?.data).toMatchObject({
      origin: 'store',
    })
    expect((await world.as(joel).post(`${API}/records`, { ...record, channel: 'chat' })).status).toBe(400)
    const foreign = { ...record, customerId: mira.id }
    expect(await world.as(joel).post(`${API}/records`, foreign)).toMatchObject({ status: 404 })
  })
})
