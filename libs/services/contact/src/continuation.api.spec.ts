import { HOUR, MINUTE, SECOND } from '@throughline/kernel'
import { ana, customerNamed, guest, guestNamed, joel, mira, tomas } from '@throughline/testing'
import type { World } from '@throughline/testing'
import {
  API,
  assign,
  bodyOf,
  contactOf,
  listAt,
  publishPolicy,
  startContactWorld,
  textAt,
} from './contact.world.suite.js'

const SAID = ['It leaks 📦', 'e\u0301 is not é\r\n', '\u202eright\u202c "to" left', 'Since Monday', '१२३']

describe('going on elsewhere', () => {
  let world: World
  beforeAll(async () => {
    world = await startContactWorld()
    await publishPolicy(world)
  })
  afterAll(() => world.stop())

  const spoken = async (contactId: string): Promise<string> =>
    textAt(await world.as(ana).post(`${API}/contacts/${contactId}/continuations`, { form: 'spoken' }), 'code')

  it.each(SAID.map((_, at) => at))(
    'H01, C45: a chat that dies after message %i is on the phone with exactly what was acknowledged',
    async (index) => {
      const contact = await contactOf(world, ana, 'chat', SAID[0])
      await assign(world, contact, joel)
      const path = `${API}/contacts/${contact.contactId}`
      const code = await spoken(contact.contactId)
      for (const [at, text] of SAID.slice(1, index + 1).entries()) {
        const speaker = at % 2 === 0 ? joel : ana
        expect((await world.as(speaker).post(`${path}/messages`, { text })).status).toBe(201)
      }
      const acknowledged = await world.as(ana).get(`${path}/messages`)
      await world.settled()
      const call = await world.as(mira).post(`${API}/resumptions`, { code, channel: 'phone' })
      expect(call).toMatchObject({
        status: 201,
        body: { id: contact.contactId, channel: 'phone', leg: 2 },
      })
      await assign(world, contact, mira, 'phone')
      const onPhone = await world.as(mira).get(`${path}/messages`)
      expect(onPhone.body).toEqual(acknowledged.body)
      expect(textAt(onPhone, 'hash')).toMatch(/^[0-9a-f]{64}$/)
      expect(listAt(onPhone, 'items')).toMatchObject(SAID.slice(0, index + 1).map((said) => ({ said })))
    },
  )

  it('H01: one message in flight when it dies is there as a whole or not at all, and once', async () => {
    const contact = await contactOf(world, ana, 'chat', SAID[0])
    await assign(world, contact, joel)
    const path = `${API}/contacts/${contact.contactId}`
    const code = await spoken(contact.contactId)
    await world.settled()
    const key = { 'idempotency-key': 'in-flight' }
    const [, resumed] = await Promise.all([
      world.as(ana).post(`${path}/messages`, { text: 'in flight' }, key),
      world.as(mira).post(`${API}/resumptions`, { code, channel: 'phone' }),
    ])
    expect(resumed.status).toBe(201)
    await world.as(ana).post(`${path}/messages`, { text: 'in flight' }, key)
    expect(listAt(await world.as(mira).get(`${path}/messages`), 'items')).toMatchObject([
      { said: SAID[0] },
      { said: 'in flight' },
    ])
  })

  it('shows the same code under the same key, and stores none', async () => {
    const { contactId } = await contactOf(world, ana)
    const path = `${API}/contacts/${contactId}/continuations`
    for (const form of ['spoken', 'long']) {
      const key = { 'idempotency-key': `code-${form}` }
      const first = await world.as(ana).post(path, { form }, key)
      world.clock.move(1_500)
      const again = await world.as(ana).post(path, { form }, key)
      expect(again.body).toEqual(first.body)
      const { code, token } = bodyOf(first)
      const secret = String(code ?? token)
      const log = JSON.stringify(await world.events())
      expect(log).not.toContain(secret)
      expect(log).not.toContain(secret.replace('-', ''))
    }
    expect((await world.as(ana).post(path, { form: 'spoken' })).body).toMatchObject({
      code: expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/) as unknown,
    })
    expect((await world.as(joel).post(path, { form: 'long' })).status).toBe(403)
  })

  it('opens once, within its time, in whatever spelling, and tells every other cause alike', async () => {
    const { contactId } = await contactOf(world, ana)
    const code = await spoken(contactId)
    const late = await spoken(contactId)
    const token = textAt(
      await world.as(ana).post(`${API}/contacts/${contactId}/continuations`, { form: 'long' }),
      'token',
    )
    await world.settled()
    const resume = (proof: object, caller = customerNamed('00000077-0000-7000-8000-000000000000')) =>
      world.as(caller).post(`${API}/resumptions`, { ...proof, channel: 'chat' })
    expect((await resume({ code: ` ${code.toLowerCase().replace('-', ' ')} ` })).status).toBe(201)
    expect((await resume({ token })).status).toBe(201)
    await world.pass(16 * MINUTE)
    const wrong = [{ code }, { token }, { code: late }, { code: '0000-0001' }, { token: 'x'.repeat(44) }]
    const answers = await Promise.all(wrong.map((proof) => resume(proof)))
    for (const { status, body } of answers) {
      expect({ status, body }).toEqual({ status: 404, body: answers[0]?.body })
      expect(body).toMatchObject({ code: 'contact.continuation-unknown' })
    }
  })

  it('lets who holds the token take part in this contact, and in nothing else', async () => {
    const contact = await contactOf(world, ana, 'chat', 'Mine')
    const other = await contactOf(world, ana, 'chat', 'Other')
    const path = `${API}/contacts/${contact.contactId}`
    const token = textAt(await world.as(ana).post(`${path}/continuations`, { form: 'long' }), 'token')
    const held = guestNamed('00000088-0000-7000-8000-000000000000')
    expect((await world.as(held).get(path)).status).toBe(404)
    const resumed = await world.as(held).post(`${API}/resumptions`, { token, channel: 'chat' })
    expect(resumed).toMatchObject({ status: 201, body: { leg: 1 } })
    expect((await world.as(held).post(`${path}/messages`, { text: 'From my phone' })).status).toBe(201)
    expect((await world.as(held).get(`${API}/contacts/${other.contactId}`)).status).toBe(404)
    expect((await world.as(tomas).get(path)).status).toBe(404)
  })

  it('H13: a caller has five wrong tries an hour, also all at once, and locks out nobody else', async () => {
    const { contactId } = await contactOf(world, ana)
    const code = await spoken(contactId)
    await world.settled()
    const attempt = (body: object, caller = guest) =>
      world.as(caller).post(`${API}/resumptions`, { channel: 'phone', ...body })
    const guessed = await Promise.all(
      Array.from({ length: 40 }, (_, n) => attempt({ code: `0000-00${String(n).padStart(2, '0')}` })),
    )
    expect(guessed.filter(({ status }) => status === 404)).toHaveLength(5)
    const refused = guessed.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(35)
    expect(refused[0]).toMatchObject({
      headers: { 'retry-after': '3600' },
      body: { code: 'contact.too-many-tries' },
    })
    // Not even the right one, and nobody can tell.
    expect((await attempt({ code })).status).toBe(429)
    expect((await attempt({ code }, joel)).status).toBe(201)
    await world.pass(HOUR + MINUTE)
    expect((await attempt({ code: '0000-0001' })).status).toBe(404)
  })

  it('H13: a code of one’s own buys no new tries', async () => {
    const attempt = (body: object) =>
      world.as(tomas).post(`${API}/resumptions`, { channel: 'phone', ...body })
    const statuses: number[] = []
    for (let round = 0; round < 7; round++) {
      const { contactId } = await contactOf(world, tomas)
      const issued = await world
        .as(tomas)
        .post(`${API}/contacts/${contactId}/continuations`, { form: 'spoken' })
      await world.settled()
      statuses.push((await attempt({ code: textAt(issued, 'code') })).status)
      statuses.push((await attempt({ code: `0000-000${String(round)}` })).status)
    }
    expect(statuses.filter((status) => status === 404)).toHaveLength(5)
    expect(statuses.slice(-2)).toEqual([429, 429])
  })

  it('H13: tries count for an hour across the turn of the clock, and no record of them grows for ever', async () => {
    const eve = customerNamed('00000066-0000-7000-8000-000000000000')
    const attempts = async (count: number) => {
      const statuses: number[] = []
      for (let number = 0; number < count; number++) {
        const wrong = { channel: 'phone', code: '0000-0001' }
        statuses.push((await world.as(eve).post(`${API}/resumptions`, wrong)).status)
      }
      return statuses
    }
    await world.pass(HOUR - (world.clock.now() % HOUR) - MINUTE)
    expect(await attempts(3)).toEqual([404, 404, 404])
    await world.pass(2 * MINUTE)
    expect(await attempts(3)).toEqual([404, 404, 429])
    await world.pass(57 * MINUTE)
    expect(await attempts(1)).toEqual([429])
    await world.pass(MINUTE)
    expect(await attempts(4)).toEqual([404, 404, 404, 429])
    const hers = (await world.events()).filter(
      ({ stream, actor }) => stream === 'guess' && actor === eve.actor,
    )
    expect(hers).toHaveLength(8)
    expect(new Set(hers.map(({ streamId }) => streamId)).size).toBe(2)
  })

  it('H13: who tries on both sides of the turn of an hour at once gains nothing', async () => {
    const eve = customerNamed('00000067-0000-7000-8000-000000000000')
    const attempt = () => world.as(eve).post(`${API}/resumptions`, { channel: 'phone', code: '0000-0001' })
    await world.pass(HOUR - (world.clock.now() % HOUR) - SECOND)
    // The clock turns between the moment of the first tries and their recording.
    const { events } = world.host
    const append = events.append.bind(events)
    let turned = false
    const after: Promise<{ readonly status: number }>[] = []
    events.append = async (target, ...rest) => {
      if (target.stream === 'guess' && !turned) {
        turned = true
        world.clock.move(2 * SECOND)
        after.push(...Array.from({ length: 5 }, attempt))
        await Promise.all(after)
      }
      return append(target, ...rest)
    }
    const first = await attempt()
    events.append = append
    const statuses = [first, ...(await Promise.all(after))].map(({ status }) => status)
    expect(statuses.sort()).toEqual([404, 404, 404, 404, 404, 429])
  })

  it('needs no sign-in: the code is the proof, and tries are counted all the same', async () => {
    const { contactId } = await contactOf(world, ana)
    const code = await spoken(contactId)
    await world.settled()
    const anyone = (proof: object) =>
      world.anyone().post(`${API}/resumptions`, { channel: 'phone', ...proof })
    const resumed = await anyone({ code })
    expect(resumed).toMatchObject({ status: 201, body: { id: contactId, channel: 'phone' } })
    const wrong = await Promise.all(Array.from({ length: 8 }, () => anyone({ code: '0000-0001' })))
    expect(wrong.filter(({ status }) => status === 404)).toHaveLength(5)
    expect((await world.anyone().get(`${API}/contacts/${contactId}`)).status).toBe(401)
    const log = JSON.stringify((await world.events()).filter(({ stream }) => stream === 'guess'))
    expect(log).not.toContain('127.0.0.1')
  })

  it('H15, C75: leads along declared ways only, changes nothing else, and the code stays good', async () => {
    const { contactId } = await contactOf(world, ana)
    const code = await spoken(contactId)
    await world.settled()
    const resume = (channel: string) => world.as(ana).post(`${API}/resumptions`, { code, channel })
    const before = (await world.events()).filter(({ streamId }) => streamId === contactId).length
    expect(await resume('email')).toMatchObject({ status: 409, body: { code: 'contact.move-not-declared' } })
    expect((await world.events()).filter(({ streamId }) => streamId === contactId)).toHaveLength(before)
    expect((await resume('phone')).status).toBe(201)
  })

  it('by the session of who began it needs no code, and several proofs are refused', async () => {
    const { contactId } = await contactOf(world, ana)
    const resume = (body: object) => world.as(ana).post(`${API}/resumptions`, { channel: 'phone', ...body })
    expect(await resume({})).toMatchObject({ status: 400, body: { code: 'contact.one-proof' } })
    expect(await resume({ contactId, code: '0000-0000' })).toMatchObject({ status: 400 })
    expect(await resume({ contactId })).toMatchObject({ status: 201, body: { state: 'waiting', leg: 2 } })
    expect(await world.as(joel).post(`${API}/resumptions`, { channel: 'phone', contactId })).toMatchObject({
      status: 404,
      body: { code: 'contact.continuation-unknown' },
    })
  })
})
