import { DAY } from '@throughline/kernel'
import { helena, ivo, joel, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { insightService } from './index.js'
import { tellHistory } from './told.fixture.js'

const PATH = '/api/v1/insight/findings'

describe('findings over HTTP (C42)', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([insightService])
    world.clock.move(60 * DAY)
    await tellHistory((type, data, where) => world.tell(type, data, where))
  })
  afterAll(async () => {
    await world.stop()
  })
  const raise = async (body: object) => {
    const head = String(await world.host.events.head())
    return world.as(ivo).post(PATH, body, { 'min-position': head })
  }
  const soon = (): string => new Date(world.clock.now() + 7 * DAY).toISOString()

  it('go from a figure to the department of its cause, are acted on, measured, closed and reopened', async () => {
    const made = await raise({ metric: 'contacts-by-cause', cell: 'cause:letter-unclear' })
    expect(made.status).toBe(201)
    const path = made.headers.location ?? ''
    await world.settled()
    const nobody = await world.as(ivo).put(`${path}/department`, { actBy: soon() })
    expect(nobody).toMatchObject({ status: 422, body: { code: 'finding.no-department' } })
    await world.as(helena).put('/api/v1/insight/causes/letter-unclear/owner', { department: 'letters' })
    await world.settled()
    const assigned = await world.as(ivo).put(`${path}/department`, { actBy: soon() })
    expect(assigned.status).toBe(200)
    await world.settled()
    expect((await world.as(ivo).get(`${path}/measure`)).status).toBe(409)
    await world.as(helena).post(`${path}/actions`, { what: 'The letter names the first payment.' })
    await world.pass(30 * DAY)
    expect((await world.as(helena).get(`${path}/measure`)).body).toMatchObject({
      before: { shown: 'hidden' },
      verdict: { word: 'Too few to tell', link: 'with' },
    })
    await world.as(ivo).post(`${path}/closing`, { helped: true, why: 'Nobody asks any more.' })
    await world.as(ivo).post(`${path}/reopening`, { why: 'They ask again.' })
    await world.settled()
    expect((await world.as(helena).get(path)).body).toMatchObject({
      metric: 'contacts-by-cause',
      cell: { cause: 'letter-unclear' },
      figure: { n: 28 },
      status: 'assigned',
      department: 'letters',
      actions: [{ what: 'The letter names the first payment.' }],
      closings: [{ helped: true }],
      reopenings: [{ why: 'They ask again.' }],
      overdue: true,
    })
    const overdue = await world.as(ivo).get(`${PATH}?status=overdue`)
    expect(overdue.body).toMatchObject({ items: [{ department: 'letters' }], next: null })
    expect((await world.as(ivo).get(`${PATH}?department=letters`)).body).toMatchObject({ items: [{}] })
    expect((await world.as(ivo).get(`${PATH}?status=closed`)).body).toEqual({ items: [], next: null })
  })

  it('are not raised on hidden figures, nor on those that are no aim (C62)', async () => {
    expect(await raise({ metric: 'contacts-by-reason', cell: 'reason:billing' })).toMatchObject({
      status: 403,
      body: { code: 'figure.hidden' },
    })
    expect(await raise({ metric: 'handle-time' })).toMatchObject({
      status: 422,
      body: { code: 'metric.forbidden-target' },
    })
  })

  it('are for those who work with figures', async () => {
    expect((await world.as(joel).get(PATH)).status).toBe(403)
    const unknown = `${PATH}/00000042-0000-7000-8000-000000000000`
    expect((await world.as(ivo).get(unknown)).body).toMatchObject({ code: 'finding.unknown' })
    expect((await world.as(ivo).post(`${unknown}/closing`, { helped: false, why: 'x' })).status).toBe(404)
  })
})
