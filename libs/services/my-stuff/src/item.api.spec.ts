import { DAY, HOUR } from '@throughline/kernel'
import { ana, archive, at, customerNamed, helena, joel, shop, startWorld } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import { myStuffService } from './index.js'
import { add, dishwasher, id, publish, STUFF, working } from './my-stuff.world.suite.js'

const NDJSON = { 'content-type': 'application/x-ndjson' }
const line = (fields: object): string => JSON.stringify(fields)
const feed = (world: World, ...lines: readonly string[]): Promise<Response> =>
  world.as(shop).post(`${STUFF}/items/bulk`, lines.join('\n'), NDJSON)

let world: World
beforeEach(async () => {
  world = await startWorld([myStuffService])
})
afterEach(() => world.stop())

describe('a thing', () => {
  it('moves on and is withdrawn by the system it came from', async () => {
    const item = await add(world)
    expect(
      (await world.as(shop).post(`${STUFF}/items/${item}/progress`, { state: 'repaired', note: 'New pump' }))
        .status,
    ).toBe(200)
    expect((await world.as(shop).post(`${STUFF}/items/${item}/withdrawal`, { why: 'Returned' })).status).toBe(
      200,
    )
    await world.settled()
    expect((await world.as(ana).get(`${STUFF}/items/${item}`)).body).toMatchObject({
      state: 'repaired',
      steps: [{ state: 'repaired', note: 'New pump' }],
      withdrawn: { why: 'Returned' },
    })
    expect(await world.as(shop).post(`${STUFF}/items/${item}/progress`, { state: 'sold' })).toMatchObject({
      status: 409,
      body: { code: 'item.withdrawn' },
    })
  })

  it('is made once for one source, kind and reference, and set right by telling it again', async () => {
    const item = await add(world)
    expect(await add(world, { title: 'Bris 45' })).toBe(item)
    expect((await world.as(ana).get(`${STUFF}/items/${item}`)).body).toMatchObject({
      title: 'Bris 45',
      state: 'delivered',
    })
    const events = (await world.events()).map(({ type }) => type)
    expect(events).toEqual(['throughline.ItemAdded.v1', 'throughline.ItemCorrected.v1'])
  })

  it('is nobody’s to add but the back office’s, and unknown ones do not move', async () => {
    expect((await world.as(ana).post(`${STUFF}/items`, dishwasher)).status).toBe(403)
    expect(await world.as(shop).post(`${STUFF}/items/${id('99')}/progress`, { state: 'x' })).toMatchObject({
      status: 404,
      body: { code: 'item.unknown' },
    })
    expect(
      await world.as(shop).post(`${STUFF}/items`, { ...dishwasher, customerId: undefined }),
    ).toMatchObject({
      status: 400,
      body: { code: 'item.customer', field: 'customer' },
    })
  })
})

describe('a feed of things (C74)', () => {
  const customer = { source: 'shop', externalId: '4711' }
  const kettle = {
    customer,
    kind: 'purchase',
    source: 'shop',
    reference: 'K-1',
    title: 'Kettle',
    state: 'ordered',
  }

  it('puts the good lines in, tells the bad ones by number, and adds nothing when sent again', async () => {
    const lines = [
      line(kettle),
      '{"kind":',
      line({ ...kettle, op: 'progress', state: 'delivered', at: at(-HOUR) }),
      '',
      line({ ...kettle, reference: 'K-2', kind: 'boat' }),
      line({ ...kettle, op: 'withdraw', reference: 'K-9', why: 'Returned' }),
      line({ ...kettle, kind: 'booking', reference: 'B-1', startsAt: at(DAY) }),
    ]
    const first = await feed(world, ...lines)
    expect(first.status).toBe(200)
    expect(first.body).toEqual({
      accepted: 3,
      replayed: 0,
      rejectedCount: 3,
      rejected: [
        { line: 2, code: 'line.unreadable', message: 'This line is no JSON.' },
        { line: 5, code: 'line.invalid', message: expect.stringContaining('kind') as string },
        { line: 6, code: 'item.unknown', message: expect.any(String) as string },
      ],
    })
    const count = (await world.events()).length
    expect((await feed(world, ...lines)).body).toMatchObject({ accepted: 0, replayed: 3, rejectedCount: 3 })
    expect((await world.events()).length).toBe(count)
  })

  it('keeps the time things happened apart from the time they were told', async () => {
    await feed(world, line({ ...kettle, at: at(-30 * DAY) }))
    const [event] = await world.events('throughline.ItemAdded.v1')
    expect(event).toMatchObject({ occurredAt: at(-30 * DAY), recordedAt: at(0), actor: shop.actor })
  })

  it('gives things to the customer that identity knows by the same number', async () => {
    await feed(world, line(kettle))
    await world.settled()
    const [event] = await world.events('throughline.ItemAdded.v1')
    expect(event?.customerId).toBeDefined()
    const known = customerNamed(event?.customerId ?? '')
    expect(groups((await world.as(known).get(STUFF)).body)).toMatchObject({ purchase: 1 })
  })

  it('keeps the order of lines about one thing among many others', async () => {
    const lines = Array.from({ length: 300 }, (_, index) => [
      line({ ...kettle, reference: `X${String(index % 40)}` }),
      line({ ...kettle, op: 'progress', reference: `X${String(index % 40)}`, state: `s${String(index)}` }),
    ]).flat()
    const { body } = await feed(world, ...lines)
    expect(body).toMatchObject({ rejectedCount: 0, accepted: 340 })
    await world.settled()
    const states = (await world.events('throughline.ItemProgressed.v1')).filter(
      ({ streamId }) => streamId !== '',
    )
    expect(states).toHaveLength(300)
  })

  it('is open to back-office systems and importers only, and takes lines only', async () => {
    expect((await world.as(archive).post(`${STUFF}/items/bulk`, line(kettle), NDJSON)).status).toBe(200)
    expect((await world.as(ana).post(`${STUFF}/items/bulk`, line(kettle), NDJSON)).status).toBe(403)
    expect(await world.as(shop).post(`${STUFF}/items/bulk`, kettle)).toMatchObject({
      status: 400,
      body: { code: 'feed.content-type' },
    })
  })
})

describe('reasons', () => {
  it('are published as versions and read by anybody', async () => {
    expect((await publish(world, [working])).body).toEqual({ taxonomy: 'reasons', version: 1 })
    expect((await publish(world, [working])).body).toEqual({ taxonomy: 'reasons', version: 1 })
    expect((await publish(world, [{ kind: 'quote', reasons: [] }])).body).toEqual({
      taxonomy: 'reasons',
      version: 2,
    })
    await world.settled()
    expect((await world.anyone().get(`${STUFF}/reasons/reasons`)).body).toMatchObject({ version: 2 })
    expect((await world.anyone().get(`${STUFF}/reasons/reasons/versions/1`)).body).toMatchObject({
      kinds: [working],
    })
    expect((await world.as(helena).get(`${STUFF}/reasons/reasons/versions`)).body).toMatchObject({
      items: [{ version: 2 }, { version: 1 }],
    })
    expect((await world.anyone().get(`${STUFF}/reasons/other`)).body).toMatchObject({
      code: 'reasons.unknown',
    })
  })

  it('are never more than seven for a kind (C7)', async () => {
    const reasons = Array.from({ length: 8 }, (_, index) => ({
      code: `r${String(index)}`,
      label: 'R',
      details: [],
    }))
    expect(await publish(world, [{ kind: 'purchase', reasons }])).toMatchObject({
      status: 400,
      body: { code: 'reasons.too-many', field: 'kinds.purchase' },
    })
    expect((await world.as(joel).put(`${STUFF}/reasons/reasons`, { kinds: [] })).status).toBe(403)
    expect(await world.as(helena).put(`${STUFF}/reasons/NO`, { kinds: [] })).toMatchObject({ status: 400 })
  })
})

function groups(body: unknown): Record<string, number> {
  const { items } = body as { readonly items: readonly { readonly name: string; readonly count: number }[] }
  return Object.fromEntries(items.map(({ name, count }) => [name, count]))
}
