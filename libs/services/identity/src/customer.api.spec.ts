import { Refused } from '@throughline/kernel'
import { ana, archive, customerNamed, helena, ivo, joel, shop, startWorld } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import { identityService } from './index.js'

let world: World
beforeAll(async () => {
  world = await startWorld([identityService])
})
afterAll(() => world.stop())

const at = (body: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
    body,
  )
const idOf = (answer: Response): string => String(at(answer.body, 'id'))
const tell = (externalId: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
  world.as(shop).put(`/api/v1/identity/customers/by-external-id/shop/${externalId}`, body, headers)
const challenge = async (email: string): Promise<{ challengeId: unknown; code: unknown }> => {
  const asked = await world.anyone().post('/api/v1/identity/sign-in-codes', { email })
  const sent = world.courier.sent.findLast(({ to }) => to.address === email)
  return { challengeId: at(asked.body, 'challengeId'), code: /\d{7}/.exec(sent?.text ?? '')?.[0] }
}
const customerBehind = async (email: string): Promise<unknown> => {
  const answer = await world.anyone().post('/api/v1/identity/sessions', await challenge(email))
  return at(answer.body, 'customer', 'id')
}
const merge = (customerId: string, mergedId: string): Promise<Response> =>
  world.as(helena).post(`/api/v1/identity/customers/${customerId}/merges`, { mergedId })

describe('a customer of another system', () => {
  it('is recorded once, set right later, and signs in as herself (C1, C74)', async () => {
    const first = await tell('1', { name: 'Lena Berg', email: 'Lena@example.com', segment: 'household' })
    expect(first.status).toBe(201)
    expect(first.headers.location).toBe(`/api/v1/identity/customers/${idOf(first)}`)
    expect(first.body).toMatchObject({ externalId: 'shop:1', signsInBy: ['email'] })
    const again = await tell('1', { name: 'Lena Bergman', phone: '+49 30 555555' })
    expect(again.status).toBe(200)
    expect(idOf(again)).toBe(idOf(first))
    expect(await customerBehind('lena@example.com')).toBe(idOf(first))
    const read = await world.as(joel).get(`/api/v1/identity/customers/${idOf(first)}`)
    expect(read.headers.etag).toBe('"2"')
    expect(read.body).toMatchObject({ name: 'Lena Bergman', email: 'lena@example.com', phone: '+4930555555' })
  })

  it('does not become somebody who signs in by that address already (S07)', async () => {
    const own = await customerBehind('earlier@example.com')
    const told = await tell('2', { name: 'Same address', email: 'earlier@example.com' })
    expect(told.body).toMatchObject({ signsInBy: [] })
    expect(idOf(told)).not.toBe(own)
    expect(await customerBehind('earlier@example.com')).toBe(own)
  })

  it('who moved to another address signs in by that one alone', async () => {
    const told = await tell('3', { email: 'old-address@example.com' })
    await tell('3', { email: 'new-address@example.com' })
    expect(await customerBehind('new-address@example.com')).toBe(idOf(told))
    expect(await customerBehind('old-address@example.com')).not.toBe(idOf(told))
  })

  it('is told by systems only, and with fields that hold', async () => {
    const path = '/api/v1/identity/customers/by-external-id/shop/4'
    expect((await world.as(joel).put(path, {})).status).toBe(403)
    expect((await world.anyone().put(path, {})).status).toBe(401)
    expect((await world.as(archive).put(path, {})).status).toBe(201)
    expect((await tell('5', { email: 'no address' })).body).toMatchObject({ status: 400, field: 'email' })
    expect((await tell('5', { roles: ['agent'] })).body).toMatchObject({ status: 400, field: 'roles' })
    const source = await world.as(shop).put('/api/v1/identity/customers/by-external-id/Shop%20A/5', {})
    expect(source.body).toMatchObject({ status: 400, code: 'identity.external-id', field: 'source' })
  })
})

describe('customers', () => {
  it('are listed page by page, by segment and by brand', async () => {
    for (const n of ['10', '11', '12'])
      await tell(n, { name: `Paged ${n}`, segment: 'paged', brand: 'Hearth' })
    await world.settled()
    const agent = world.as(joel)
    const first = await agent.get('/api/v1/identity/customers?segment=paged&limit=2')
    const rest = await agent.get(
      `/api/v1/identity/customers?segment=paged&limit=2&after=${String(at(first.body, 'next'))}`,
    )
    const names = [first, rest].flatMap(({ body }) =>
      (at(body, 'items') as { name: string }[]).map(({ name }) => name),
    )
    expect(names.toSorted()).toEqual(['Paged 10', 'Paged 11', 'Paged 12'])
    expect(at(rest.body, 'next')).toBeNull()
    const branded = await agent.get('/api/v1/identity/customers?brand=Hearth')
    expect(at(branded.body, 'items')).toHaveLength(3)
    const segments = await world.as(ivo).get('/api/v1/identity/segments')
    expect(at(segments.body, 'items')).toContainEqual({ segment: 'paged', customers: 3 })
  })

  it('are found by address, number, foreign id and the beginnings of their names', async () => {
    const id = idOf(
      await tell('20', { name: 'Zoë van Dyck', email: 'zoe@example.com', phone: '+31 20 7654321' }),
    )
    await world.settled()
    for (const q of [
      'ZOE@example.com',
      '+31 (0)20',
      '+31 20 765-4321',
      'shop:20',
      'zoe',
      'van zo',
      'Zoë Dyck',
    ]) {
      const found = await world.as(joel).get(`/api/v1/identity/customers/search?q=${encodeURIComponent(q)}`)
      const ids = (at(found.body, 'items') as { id: string }[]).map((row) => row.id)
      expect(ids).toEqual(q === '+31 (0)20' ? [] : [id])
    }
    expect((await world.as(ana).get('/api/v1/identity/customers/search?q=zoe')).status).toBe(403)
  })

  it('are set right and put in segments; asked twice it is recorded once', async () => {
    const id = idOf(await tell('30', { name: 'To correct' }))
    const path = `/api/v1/identity/customers/${id}`
    const first = await world.as(joel).patch(path, { segment: 'business' }, { 'if-match': '"1"' })
    expect(first.body).toMatchObject({ name: 'To correct', segment: 'business' })
    await world.as(joel).patch(path, { segment: 'business' })
    expect((await world.as(joel).get(path)).headers.etag).toBe('"2"')
    expect((await world.as(joel).patch(path, { segment: 'vip' }, { 'if-match': '"1"' })).status).toBe(412)
    expect((await world.as(joel).patch(path, { email: 'x@example.com' })).status).toBe(400)
  })

  it('nobody knows are answered 404', async () => {
    const path = '/api/v1/identity/customers/00000001-0000-7000-8000-00000000ffff'
    expect((await world.as(joel).get(path)).body).toMatchObject({
      status: 404,
      code: 'identity.customer-unknown',
    })
    expect((await world.as(joel).patch(path, { name: 'X' })).status).toBe(404)
  })
})

describe('my own details', () => {
  it('are mine to set right, but for addresses, which I prove (S07)', async () => {
    const id = String(await customerBehind('mine@example.com'))
    const me = world.as(customerNamed(id))
    expect((await me.patch('/api/v1/identity/me', { name: 'Me', language: 'de' })).body).toMatchObject({
      name: 'Me',
    })
    expect((await me.patch('/api/v1/identity/me', { email: 'other@example.com' })).status).toBe(400)
    expect((await me.patch('/api/v1/identity/me', { segment: 'vip' })).status).toBe(400)
    const moved = await me.post('/api/v1/identity/me/addresses', await challenge('moved@example.com'))
    expect(moved.body).toMatchObject({ id, name: 'Me', email: 'moved@example.com' })
    expect(world.courier.sent.at(-1)).toMatchObject({ to: { address: 'mine@example.com' } })
    expect(await customerBehind('moved@example.com')).toBe(id)
    expect(await customerBehind('mine@example.com')).not.toBe(id)
  })

  it('do not take over the address of somebody else (S07)', async () => {
    const victim = await customerBehind('held@example.com')
    const me = world.as(customerNamed(String(await customerBehind('taker@example.com'))))
    const answer = await me.post('/api/v1/identity/me/addresses', await challenge('held@example.com'))
    expect(answer.body).toMatchObject({ status: 409, code: 'identity.address-taken' })
    expect(await customerBehind('held@example.com')).toBe(victim)
  })
})

describe('two records of one customer', () => {
  it('are merged: either address reaches the survivor, and taken back each is its own (C76)', async () => {
    const kept = String(await customerBehind('kept@example.com'))
    const other = String(await customerBehind('merged@example.com'))
    const answer = await merge(kept, other)
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({ customerId: kept, mergedId: other })
    expect((await world.events('throughline.CustomersMerged.v1')).at(-1)).toMatchObject({
      data: { customerId: kept, mergedId: other },
      streamId: other,
      customerId: other,
    })
    expect(await customerBehind('merged@example.com')).toBe(kept)
    expect(await customerBehind('kept@example.com')).toBe(kept)
    const read = await world.as(joel).get(`/api/v1/identity/customers/${other}`)
    expect(read.body).toMatchObject({ email: 'merged@example.com', mergedInto: kept })
    const back = await world.as(helena).delete(`/api/v1/identity/customers/${kept}/merges/${other}`)
    expect(back.status).toBe(200)
    expect(await customerBehind('merged@example.com')).toBe(other)
    expect((await world.events('throughline.CustomersUnmerged.v1')).at(-1)?.data).toEqual({
      customerId: kept,
      mergedId: other,
    })
  })

  it('are merged once, and the sessions of the merged one are over', async () => {
    const [kept, other] = [idOf(await tell('40', {})), String(await customerBehind('session@example.com'))]
    await world.settled()
    await merge(kept, other)
    expect((await merge(kept, other)).status).toBe(201)
    const merged = await world.events('throughline.CustomersMerged.v1')
    expect(merged.filter(({ streamId }) => streamId === other)).toHaveLength(1)
    const ended = await world.events('throughline.SessionEnded.v1')
    expect(ended.at(-1)?.data).toMatchObject({ subjectId: other, why: 'revoked' })
  })

  it('are merged under both keys at once in one direction at most (C76)', async () => {
    const [one, other] = [idOf(await tell('50', {})), idOf(await tell('51', {}))]
    const statuses = (await Promise.all([merge(one, other), merge(other, one)])).map(({ status }) => status)
    expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(1)
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true)
  })

  it.each(['throughline.CustomersMerged.v1', 'throughline.SessionEnded.v1'])(
    'stay merged where the store fails after %s, and no chain comes of it (C76)',
    async (lost) => {
      const [kept, third] = [idOf(await tell(`${lost} 1`, {})), idOf(await tell(`${lost} 2`, {}))]
      const email = `${lost}@example.com`.toLowerCase()
      const other = String(await customerBehind(email))
      await world.settled()
      const { events } = world.host
      const append = events.append.bind(events)
      const failing = jest.spyOn(events, 'append').mockImplementation(async (...asked) => {
        const appended = await append(...asked)
        if (!asked[3].some(({ type }) => type === lost)) return appended
        throw new Refused('unavailable', 'store.unavailable', 'Nobody knows whether it is written.')
      })
      expect((await merge(kept, other)).status).toBe(503)
      failing.mockRestore()
      expect(await customerBehind(email)).toBe(kept)
      expect((await merge(third, kept)).body).toMatchObject({ code: 'identity.customer-has-merged' })
      expect((await merge(kept, other)).status).toBe(201)
      expect(await customerBehind(email)).toBe(kept)
    },
  )

  it('are refused where it makes no sense, with nothing recorded', async () => {
    const [one, other, third] = [
      idOf(await tell('60', {})),
      idOf(await tell('61', {})),
      idOf(await tell('62', {})),
    ]
    const unknown = '00000001-0000-7000-8000-00000000ffff'
    const before = (await world.events()).length
    expect((await merge(one, one)).body).toMatchObject({ status: 400, code: 'identity.same-customer' })
    expect((await merge(one, unknown)).status).toBe(404)
    expect((await merge(unknown, one)).status).toBe(404)
    expect((await world.events()).length).toBe(before)
    await merge(one, other)
    expect((await merge(third, other)).body).toMatchObject({ status: 409, code: 'identity.customer-merged' })
    expect((await merge(third, one)).body).toMatchObject({
      status: 409,
      code: 'identity.customer-has-merged',
    })
    expect((await merge(other, third)).body).toMatchObject({ status: 409, code: 'identity.customer-merged' })
    const path = `/api/v1/identity/customers/${third}/merges/${other}`
    expect((await world.as(helena).delete(path)).body).toMatchObject({ code: 'identity.not-merged' })
    expect((await world.as(joel).post(`/api/v1/identity/customers/${one}/merges`, {})).status).toBe(403)
  })
})
