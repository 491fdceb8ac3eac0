import { DAY, toInstant } from '@throughline/kernel'
import { at, helena, ivo, joel, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { insightService } from './index.js'
import { PublishPromiseBody } from './promise.controller.js'
import { MONDAY, named } from './told.fixture.js'

const PATH = '/api/v1/insight/promises'
const phone = { channel: 'phone', definition: 'S2', threshold: 120, share: 80 }

describe('promises over HTTP (C47)', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([insightService])
  })
  afterAll(async () => {
    await world.stop()
  })

  it('are published in versions, and everybody may know what holds', async () => {
    const made = await world.as(helena).post(PATH, phone)
    expect(made).toMatchObject({ status: 201, body: { version: 1, validFrom: at(0) } })
    await world.as(helena).post(PATH, { ...phone, share: 90, validFrom: at(DAY) })
    await world.settled()
    expect((await world.anyone().get(`${PATH}/current`)).body).toMatchObject({ items: [{ share: 80 }] })
    await world.pass(DAY)
    expect((await world.anyone().get(`${PATH}/current`)).body).toMatchObject({ items: [{ share: 90 }] })
    expect((await world.as(ivo).get(made.headers.location ?? '')).body).toMatchObject({
      channel: 'phone',
      versions: [{ version: 1 }, { version: 2 }],
      current: { version: 2 },
    })
    expect((await world.as(joel).get(PATH)).body).toMatchObject({ items: [{ channel: 'phone' }], next: null })
  })

  it('are never of handle time (C62)', async () => {
    const refused = await world.as(helena).post(PATH, { ...phone, metric: 'handle-time' })
    expect(refused).toMatchObject({ status: 422, body: { code: 'metric.forbidden-target', field: 'metric' } })
  })

  it('are refused where nobody could tell whether they are kept', async () => {
    const refused = await world.as(helena).post(PATH, { ...phone, definition: 'S9' })
    expect(refused).toMatchObject({ status: 422, body: { code: 'promise.not-measurable' } })
  })

  it('are made by supervisors only, in the declared shape', async () => {
    expect((await world.as(ivo).post(PATH, phone)).status).toBe(403)
    expect((await world.as(helena).post(PATH, { ...phone, share: 101 })).status).toBe(400)
    expect((await world.as(helena).post(PATH, PublishPromiseBody.example)).status).toBe(201)
    const unknown = `${PATH}/00000042-0000-7000-8000-000000000000`
    expect((await world.as(ivo).get(unknown)).body).toMatchObject({ code: 'promise.unknown' })
  })

  it('are told as broken when a week lay below them beyond chance, once (C47)', async () => {
    const own = await startWorld([insightService])
    await own.as(helena).post(PATH, phone)
    for (let i = 0; i < 40; i += 1) {
      const [contactId, journeyId, customerId] = [
        named('contact', i),
        named('journey', i),
        named('customer', i),
      ]
      const where = {
        stream: 'contact',
        id: contactId,
        journeyId,
        customerId,
        occurredAt: toInstant(MONDAY + i),
      }
      const person = { id: customerId, assurance: 'code' } as const
      const asked = { contactId, journeyId, person, channel: 'phone', readings: [] } as const
      await own.tell('throughline.ContactRequested.v1', asked, where)
    }
    await own.settled()
    const head = String(await own.host.events.head())
    await own.as(ivo).get('/api/v1/insight/metrics', { 'min-position': head })
    await own.pass(11 * DAY)
    await own.pass(DAY)
    expect(await own.events('throughline.PromiseBroken.v1')).toMatchObject([
      {
        data: {
          version: 1,
          from: '2026-11-23T00:00:00.000Z',
          until: '2026-11-30T00:00:00.000Z',
          kept: 0,
          of: 40,
        },
      },
    ])
    await own.settled()
    expect((await own.as(ivo).get(PATH)).body).toMatchObject({ items: [{ broken: [{ of: 40 }] }] })
    await own.stop()
  })
})
