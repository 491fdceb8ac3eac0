import { ana, joel } from '@throughline/testing'
import type { World } from '@throughline/testing'
import {
  API,
  assign,
  contactOf,
  heardBy,
  listAt,
  listen,
  startContactWorld,
  textAt,
} from './contact.world.suite.js'

describe('a conversation on a page', () => {
  let world: World
  beforeAll(async () => {
    world = await startContactWorld()
  })
  afterAll(() => world.stop())

  it('C13: gives choices that she answers with one press, and both see which', async () => {
    const contact = await contactOf(world, ana)
    await assign(world, contact, joel)
    const path = `${API}/contacts/${contact.contactId}`
    const choices = ['Tue 24, 8:00–12:00', 'Wed 25, 13:00–17:00', 'Other times']
    const from = String(await world.host.events.head())
    const asked = await world.as(joel).post(`${path}/messages`, { text: 'Which suits you?', choices })
    const answers = textAt(asked, 'id')
    await world.as(ana).post(`${path}/messages`, { text: choices[0], answers })
    await world.as(ana).post(`${path}/messages`, { text: 'Tuesday is perfect.', answers })
    for (const caller of [ana, joel]) {
      expect(listAt(await world.as(caller).get(`${path}/messages`), 'items')).toMatchObject([
        { said: 'Which suits you?', choices, picked: choices[0] },
        { said: choices[0], answers },
        { said: 'Tuesday is perfect.', answers },
      ])
      const heard = await listen(world, `${path}/live`, caller, from, /perfect/)
      expect(heard).toContain(JSON.stringify({ choices }).slice(1, -1))
      expect(heard).toContain(`"answers":"${answers}"`)
    }
    const again = await world.as(ana).post(`${path}/messages`, { text: choices[2], answers })
    expect(again.status).toBe(201)
    expect(listAt(await world.as(joel).get(`${path}/messages`), 'items')[0]).toMatchObject({
      picked: 'Other times',
    })
  })

  it('C13: lets only agents give choices, two to five different ones, and only customers answer them', async () => {
    const contact = await contactOf(world, ana, 'chat', 'It leaks')
    await assign(world, contact, joel)
    const path = `${API}/contacts/${contact.contactId}/messages`
    for (const choices of [['One'], ['a', 'a'], ['', 'b'], ['1', '2', '3', '4', '5', '6']]) {
      expect((await world.as(joel).post(path, { text: 'Which?', choices })).status).toBe(400)
    }
    await world.as(ana).post(path, { text: 'Which?', choices: ['a', 'b'] })
    await world.as(joel).post(path, { text: 'This', answers: contact.contactId })
    for (const { data } of (await world.events('throughline.MessagePosted.v1')).slice(-2)) {
      expect(data).not.toHaveProperty('choices')
      expect(data).not.toHaveProperty('answers')
    }
    const plain = await world.as(ana).post(path, { text: 'This', answers: contact.contactId })
    expect(plain).toMatchObject({ status: 409, body: { code: 'contact.no-choices', field: 'answers' } })
    const unknown = { text: 'This', answers: contact.journeyId }
    expect(await world.as(ana).post(path, unknown)).toMatchObject({
      status: 404,
      body: { code: 'contact.message-unknown' },
    })
  })

  it('C45: tells her pages, and nobody else, on how many devices the contact is open', async () => {
    const contact = await contactOf(world, ana)
    await assign(world, contact, joel)
    const path = `${API}/contacts/${contact.contactId}`
    const before = await world.host.events.head()
    const on = (session: string) => ({ ...ana, session })
    const devices = (count: number): string =>
      `event: devices\ndata: {"contactId":"${contact.contactId}","count":${String(count)}}`
    const agents = listen(world, `${path}/live`, joel, undefined, /typing/, async () => {
      const phone = listen(world, `${path}/live`, on('phone'), undefined, /typing/, async () => {
        const tab = await listen(world, `${path}/live`, on('phone'), undefined, /devices/)
        expect(tab).toContain(devices(1))
        const laptop = await listen(world, `${path}/live`, on('laptop'), undefined, /devices/)
        expect(laptop).toContain(devices(2))
        await heardBy(world, 2)
        await world.as(joel).post(`${path}/typing`)
      })
      const text = await phone
      expect(text.indexOf(devices(1))).toBeLessThan(text.indexOf(devices(2)))
      expect(text.lastIndexOf(devices(1))).toBeGreaterThan(text.lastIndexOf(devices(2)))
    })
    expect(await agents).not.toContain('devices')
    expect(await world.host.events.head()).toBe(before)
  })
})
