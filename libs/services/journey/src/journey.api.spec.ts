import { DAY } from '@throughline/kernel'
import { ana, archive, at, guest, shop, startWorld, tomas } from '@throughline/testing'
import type { World } from '@throughline/testing'
import type { Caller } from '@throughline/ports'
import { journeyService } from './index.js'
import { begin, context, id, JOURNEYS, question } from './journey.world.suite.js'

const dishwasher = id('d15')

let world: World
beforeEach(async () => {
  world = await startWorld([journeyService])
})
afterEach(() => world.stop())

async function stock(): Promise<void> {
  const customer = { customerId: ana.id, name: 'Ana Ferreira', segment: 'plus' }
  await world.tell('throughline.CustomerRegistered.v1', customer, { stream: 'customer', id: ana.id })
  await world.tell(
    'throughline.ItemAdded.v1',
    {
      itemId: dishwasher,
      customerId: ana.id,
      kind: 'purchase',
      source: 'shop',
      reference: 'HH-20418',
      title: 'Bris 45',
      date: at(-16 * DAY),
    },
    { stream: 'item', id: dishwasher, customerId: ana.id },
  )
  const reasons = [
    { code: 'not-working', label: 'It isn’t working', details: [{ code: 'leaks', label: 'It leaks' }] },
  ]
  await world.tell(
    'throughline.ReasonsPublished.v1',
    { taxonomy: 'reasons', version: 3, kinds: [{ kind: 'purchase', reasons }] },
    { stream: 'reasons', id: id('5ea') },
  )
  await world.settled()
}

describe('a customer’s journey', () => {
  it('goes from Need Help to thing and reason, each with the words she saw (C13, C34)', async () => {
    await stock()
    const journey = await begin(world, ana, { entrance: 'need-help', stage: 'use' })
    const item = await world.as(ana).put(`${JOURNEYS}/${journey}/item`, { itemId: dishwasher })
    expect(item).toMatchObject({ status: 200, body: { item: { title: 'Bris 45', reference: 'HH-20418' } } })
    const reason = await world
      .as(ana)
      .put(`${JOURNEYS}/${journey}/reason`, { code: 'not-working', detail: 'leaks' })
    expect(reason.body).toMatchObject({
      reason: { label: 'It isn’t working', detailLabel: 'It leaks', taxonomy: 'reasons@3' },
    })
    await world.as(ana).post(`${JOURNEYS}/${journey}/facts`, question)
    await world.as(ana).post(`${JOURNEYS}/${journey}/stage`, { stage: 'end' })
    const one = await world.as(ana).get(`${JOURNEYS}/${journey}`)
    expect(one).toMatchObject({
      status: 200,
      headers: { etag: '"5"' },
      body: {
        status: 'open',
        person: {
          id: ana.id,
          name: 'Ana Ferreira',
          segment: 'plus',
          assurance: 'code',
          verifiedAt: '2026-11-20T08:59:00.000Z',
        },
        facts: { question: { value: question.value } },
        stage: 'end',
      },
    })
    expect((await context(world, ana, journey)).body).toMatchObject({
      stages: [{ stage: 'use' }, { stage: 'end' }],
      guest: false,
    })
    for (const event of await world.events()) {
      if (event.stream === 'journey') expect(event).toMatchObject({ journeyId: journey, customerId: ana.id })
    }
  })

  it('takes only things of her own and reasons in force', async () => {
    await stock()
    const [journey, other] = [await begin(world), await begin(world, tomas)]
    const item = (caller: Caller, of: string, body: object) =>
      world.as(caller).put(`${JOURNEYS}/${of}/item`, body)
    expect(await item(tomas, other, { itemId: dishwasher })).toMatchObject({
      status: 404,
      body: { code: 'item.unknown' },
    })
    expect(await item(ana, journey, { itemId: id('99') })).toMatchObject({
      status: 404,
      body: { code: 'item.unknown' },
    })
    expect(await item(ana, journey, {})).toMatchObject({ status: 400, body: { code: 'journey.one-thing' } })
    const reason = (body: object) => world.as(ana).put(`${JOURNEYS}/${journey}/reason`, body)
    expect(await reason({ code: 'not-working' })).toMatchObject({
      status: 409,
      body: { code: 'journey.no-item' },
    })
    await item(ana, journey, { itemId: dishwasher })
    expect(await reason({ code: 'boredom' })).toMatchObject({
      status: 422,
      body: { code: 'journey.reason-unknown', field: 'code' },
    })
    expect(await reason({ code: 'not-working', detail: 'x' })).toMatchObject({
      status: 422,
      body: { field: 'detail' },
    })
    expect(await reason({ code: 'not-working', label: 'Mine' })).toMatchObject({ status: 403 })
  })

  it('is nobody else’s: another customer gets what an unknown one gives', async () => {
    const journey = await begin(world)
    const paths = ['', '/context', '/events', '/live']
    for (const path of paths) {
      const foreign = await world.as(tomas).get(`${JOURNEYS}/${journey}${path}`)
      const unknown = await world.as(tomas).get(`${JOURNEYS}/${id('99')}${path}`)
      expect(foreign).toMatchObject({ status: 404, body: { code: 'journey.unknown' } })
      expect(foreign.body).toMatchObject({ code: (unknown.body as { code: string }).code })
    }
    expect((await world.as(tomas).post(`${JOURNEYS}/${journey}/facts`, question)).status).toBe(404)
    expect((await world.as(tomas).get(`${JOURNEYS}?customerId=${ana.id}`)).status).toBe(404)
    expect((await world.as(shop).get(`${JOURNEYS}/${journey}`)).status).toBe(403)
    expect((await world.anyone().post(JOURNEYS, { entrance: 'need-help' })).status).toBe(401)
  })

  it('begins with a case of her own, whatever id it came under, and with no other', async () => {
    const open = (caseId: string, customerId: string) => {
      const data = {
        caseId,
        customerId,
        journeyId: id('1'),
        contactId: id('2'),
        subject: 'Leaks',
        words: 'The pump.',
        promised: [],
      }
      return world.tell('throughline.CaseOpened.v1', data, { stream: 'case', id: caseId, customerId })
    }
    await open(id('ca5e'), ana.id)
    await open(id('ca5f'), guest.id)
    const recognised = { guestId: guest.id, customerId: ana.id, assurance: 'code' } as const
    await world.tell('throughline.GuestRecognised.v1', recognised, {
      stream: 'guest',
      id: guest.id,
      customerId: ana.id,
    })
    await world.settled()
    const start = (caller: Caller, caseId: string, more: object = {}) =>
      world.as(caller).post(JOURNEYS, { entrance: 'need-help', caseId, ...more })
    for (const caseId of [id('ca5e'), id('ca5f')]) expect((await start(ana, caseId)).status).toBe(201)
    const refused = { status: 404, body: { code: 'journey.case-unknown', field: 'caseId' } }
    const [foreign, unknown] = [await start(tomas, id('ca5e')), await start(tomas, id('99'))]
    expect(foreign).toMatchObject(refused)
    expect(unknown).toMatchObject(refused)
    const imported = { customerId: ana.id, origin: 'helpdesk' }
    expect((await start(archive, id('ca5f'), imported)).status).toBe(201)
    expect(await start(archive, id('ca5f'), { ...imported, customerId: tomas.id })).toMatchObject(refused)
  })

  it('is made once for one key', async () => {
    const key = { 'idempotency-key': 'once' }
    const [first, again] = [
      await world.as(ana).post(JOURNEYS, { entrance: 'need-help' }, key),
      await world.as(ana).post(JOURNEYS, { entrance: 'need-help' }, key),
    ]
    expect(again.body).toEqual(first.body)
    expect(await world.events('throughline.JourneyStarted.v1')).toHaveLength(1)
    expect(await world.as(ana).post(JOURNEYS, { entrance: 'window' })).toMatchObject({
      status: 400,
      body: { field: 'entrance' },
    })
  })

  it('ends, is listed newest first and page by page, and is resumed after two years (C36)', async () => {
    const first = await begin(world)
    await world.as(ana).post(`${JOURNEYS}/${first}/facts`, question)
    await world.as(ana).post(`${JOURNEYS}/${first}/end`, { outcome: 'given-up' })
    expect(await world.as(ana).post(`${JOURNEYS}/${first}/facts`, { ...question, value: 'x' })).toMatchObject(
      {
        status: 409,
        body: { code: 'journey.ended' },
      },
    )
    await world.pass(2 * 365 * DAY)
    const second = await begin(world)
    const page = await world.as(ana).get(`${JOURNEYS}?limit=1`)
    expect(page.body).toMatchObject({
      items: [{ id: second, status: 'open' }],
      next: expect.any(String) as string,
    })
    const { next } = page.body as { next: string }
    expect((await world.as(ana).get(`${JOURNEYS}?limit=1&after=${next}`)).body).toMatchObject({
      items: [{ id: first, status: 'ended', outcome: 'given-up' }],
      next: null,
    })
    expect((await world.as(ana).post(`${JOURNEYS}/${first}/resumption`, { by: 'page' })).status).toBe(200)
    expect((await context(world, ana, first)).body).toMatchObject({
      status: 'open',
      facts: [{ value: question.value }],
      earlier: { journeys: [{ id: second }] },
    })
  })
})

describe('a guest’s journey (C3)', () => {
  it('starts from a product page, about a product looked at, and is hers when she signs in', async () => {
    const journey = await begin(world, guest, {
      entrance: 'product-page',
      page: '/hobs/flame',
      stage: 'discovery',
    })
    const product = { title: 'Flame 60 hob', product: 'Flame 60' }
    await world.as(guest).put(`${JOURNEYS}/${journey}/item`, { product })
    await world.as(guest).post(`${JOURNEYS}/${journey}/facts`, question)
    expect((await context(world, guest, journey)).body).toMatchObject({
      guest: true,
      item: { kind: 'enquiry', ...product },
    })
    const recognised = { guestId: guest.id, customerId: ana.id, name: 'Ana', assurance: 'code' } as const
    await world.tell('throughline.GuestRecognised.v1', recognised, {
      stream: 'customer',
      id: ana.id,
      customerId: ana.id,
    })
    await world.settled()
    expect((await context(world, ana, journey)).body).toMatchObject({
      guest: false,
      person: { id: ana.id, name: 'Ana', assurance: 'code' },
      facts: [{ value: question.value }],
    })
    expect((await world.as(ana).get(JOURNEYS)).body).toMatchObject({ items: [{ id: journey }] })
    expect((await context(world, guest, journey)).status).toBe(404)
    expect((await world.as(guest).get(JOURNEYS)).body).toEqual({ items: [], next: null })
    expect(
      (await world.as(guest).post(`${JOURNEYS}/${journey}/facts`, { ...question, value: 'x' })).status,
    ).toBe(404)
    expect(
      (await world.as(ana).post(`${JOURNEYS}/${journey}/facts`, { ...question, value: 'x' })).status,
    ).toBe(200)
    expect(await world.events('throughline.JourneyClaimed.v1')).toHaveLength(1)
  })

  it('is a customer’s also after her record was merged into another', async () => {
    const journey = await begin(world, tomas)
    const merged = { customerId: ana.id, mergedId: tomas.id }
    await world.tell('throughline.CustomersMerged.v1', merged, { stream: 'customer', id: ana.id })
    await world.settled()
    expect((await world.as(ana).get(JOURNEYS)).body).toMatchObject({ items: [{ id: journey }] })
    expect((await context(world, ana, journey)).status).toBe(200)
    expect((await context(world, tomas, journey)).status).toBe(200)
    await world.tell('throughline.CustomersUnmerged.v1', merged, { stream: 'customer', id: ana.id })
    await world.settled()
    expect((await context(world, ana, journey)).status).toBe(404)
    expect((await context(world, tomas, journey)).status).toBe(200)
  })
})

describe('an imported journey', () => {
  it('keeps its customer, its origin and its times', async () => {
    const past = { 'occurred-at': at(-900 * DAY) }
    const made = await world
      .as(archive)
      .post(JOURNEYS, { entrance: 'elsewhere', customerId: ana.id, origin: 'cfpb' }, past)
    expect(made.status).toBe(201)
    const { id: journey } = made.body as { id: string }
    const snapshot = { id: id('88'), kind: 'purchase', title: 'Mortgage' }
    expect((await world.as(archive).put(`${JOURNEYS}/${journey}/item`, { snapshot }, past)).status).toBe(200)
    const reason = { code: 'servicing', label: 'Loan servicing' }
    expect((await world.as(archive).put(`${JOURNEYS}/${journey}/reason`, reason, past)).status).toBe(200)
    await world.settled()
    expect((await world.as(ana).get(JOURNEYS)).body).toMatchObject({
      items: [
        {
          id: journey,
          origin: 'cfpb',
          startedAt: at(-900 * DAY),
          item: { title: 'Mortgage' },
          reason,
        },
      ],
    })
  })

  it('is brought by importers only, with customer and origin', async () => {
    const body = { entrance: 'elsewhere', customerId: ana.id, origin: 'cfpb' }
    expect(await world.as(tomas).post(JOURNEYS, body)).toMatchObject({
      status: 403,
      body: { code: 'journey.import' },
    })
    expect(await world.as(archive).post(JOURNEYS, { entrance: 'elsewhere' })).toMatchObject({
      status: 400,
      body: { code: 'journey.import', field: 'customerId' },
    })
  })
})
