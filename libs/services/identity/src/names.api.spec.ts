import { ana, guest, helena, ivo, joel, mira, rita, shop, startWorld, tomas } from '@throughline/testing'
import type { World } from '@throughline/testing'
import type { Caller } from '@throughline/ports'
import { identityService } from './index.js'

const UNKNOWN = '018f5e10-0000-7000-8000-00000000dead'
const GONE = '00000042-0000-7000-8000-000000000000'

let world: World
beforeAll(async () => {
  world = await startWorld([identityService])
  for (const [{ id }, name] of [
    [ana, 'Ana Ferreira'],
    [tomas, 'Tomas Novak'],
  ] as const) {
    const data = { customerId: id, name, email: `${name.slice(0, 3)}@example.org` }
    await world.tell('throughline.CustomerRegistered.v1', data, { stream: 'customer', id, customerId: id })
  }
  const staff = async (id: string, name: string): Promise<void> => {
    const data = { staffId: id, name, email: `${name}@halden.example`, roles: ['agent' as const] }
    await world.tell('throughline.StaffAdded.v1', data, { stream: 'staff', id })
  }
  await staff(joel.id, 'Joel')
  await staff(GONE, 'Mats')
  await world.tell('throughline.StaffLeft.v1', { staffId: GONE }, { stream: 'staff', id: GONE })
  await world.settled()
})
afterAll(() => world.stop())

const ask = (caller: Caller, ...ids: readonly string[]) =>
  world.as(caller).get(`/api/v1/identity/names?ids=${ids.join(',')}`)
const ALL = [ana.id, tomas.id, joel.id, GONE, UNKNOWN, guest.id]
const ofStaff = [
  { id: joel.id, kind: 'staff', name: 'Joel' },
  { id: GONE, kind: 'staff', name: 'Mats' },
]
const ofCustomers = [
  { id: ana.id, kind: 'customer', name: 'Ana Ferreira' },
  { id: tomas.id, kind: 'customer', name: 'Tomas Novak' },
]

describe('names behind ids (C16, C18)', () => {
  it.each([
    ['an agent', mira],
    ['a supervisor', helena],
    ['an analyst', ivo],
  ])('%s gets those of staff, gone or here, and of customers', async (_, caller) => {
    const { status, body } = await ask(caller, ...ALL)
    expect(status).toBe(200)
    expect(body).toEqual({ items: [...ofCustomers, ...ofStaff], next: null })
  })

  it('a customer gets those of staff and her own, and hears no difference between others and nobody (S01)', async () => {
    expect((await ask(ana, ...ALL)).body).toEqual({ items: [ofCustomers[0], ...ofStaff], next: null })
    expect((await ask(ana, tomas.id)).body).toEqual((await ask(ana, UNKNOWN)).body)
  })

  it.each([
    ['a guest', guest],
    ['an administrator', rita],
  ])('%s gets those of staff alone', async (_, caller) => {
    expect((await ask(caller, ...ALL)).body).toEqual({ items: ofStaff, next: null })
  })

  it('tells nobody who is not signed in, nor systems', async () => {
    expect((await world.anyone().get(`/api/v1/identity/names?ids=${joel.id}`)).status).toBe(401)
    expect((await ask(shop, joel.id)).status).toBe(403)
  })

  it('takes fifty at most, each once, and passes over what is no id', async () => {
    const many = Array.from({ length: 51 }, (_, at) => `000000${String(at + 10)}-0000-7000-8000-00000000beef`)
    expect(await ask(mira, ...many)).toMatchObject({ status: 400, body: { code: 'identity.too-many-names' } })
    expect((await ask(mira, ...many.slice(1))).status).toBe(200)
    expect((await ask(mira, joel.id, '', 'x', joel.id)).body).toEqual({ items: [ofStaff[0]], next: null })
    expect((await world.as(mira).get('/api/v1/identity/names')).body).toMatchObject({
      status: 400,
      field: 'ids',
    })
  })
})
