import { DAY, toInstant } from '@throughline/kernel'
import { helena, ivo, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { DefineMetricBody } from './figure.controller.js'
import { insightService } from './index.js'
import { MONDAY, named, tellHistory } from './told.fixture.js'

const PATH = '/api/v1/insight/metrics'

describe('figures over HTTP', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([insightService])
    world.clock.move(60 * DAY)
    await tellHistory((type, data, where) => world.tell(type, data, where))
  })
  afterAll(async () => {
    await world.stop()
  })
  const ask = async (path: string, caller = ivo) =>
    world.as(caller).get(`${PATH}${path}`, { 'min-position': String(await world.host.events.head()) })

  it('come with definition, version, counts, interval and the moments they are as of', async () => {
    const { status, body } = await ask('/contacts-by-reason/figures?by=reason')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      definition: { metric: 'contacts-by-reason', version: 1 },
      asWas: world.clock.instant(),
      known: await world.host.events.head(),
      figures: [
        { cell: { reason: 'water-leak' }, n: 35, pending: 0, excluded: {} },
        { cell: { reason: 'no-heating' }, shown: 'hidden' },
        { cell: { reason: 'billing' }, shown: 'hidden' },
      ],
    })
    const large = await ask('/contacts-by-reason/figures?by=reason&minUnits=30')
    expect(large.body).toMatchObject({ figures: [{ cell: { reason: 'water-leak' } }] })
  })

  it('count the units that began in a span', async () => {
    const week = `from=${toInstant(MONDAY)}&until=${toInstant(MONDAY + 7 * DAY)}`
    expect((await ask(`/contacts-by-reason/figures?${week}`)).body).toMatchObject({ figures: [{ n: 19 }] })
  })

  it('say too few to tell under thirty, and show counts under ten to their owner only', async () => {
    const few = `from=${toInstant(MONDAY)}&until=${toInstant(MONDAY + 3 * DAY)}`
    const metric = '/preceded-online-looked/figures'
    const analyst = await ask(`${metric}?${few}`)
    expect(analyst.body).toMatchObject({ figures: [{ shown: 'owner', says: 'Too few to tell.' }] })
    const owner = await ask(`${metric}?${few}`, helena)
    expect(owner.body).toMatchObject({ figures: [{ shown: 'owner', k: 3, n: 8 }] })
    const more = `from=${toInstant(MONDAY + 7 * DAY)}&until=${toInstant(MONDAY + 14 * DAY)}`
    expect((await ask(`${metric}?${more}`)).body).toMatchObject({
      figures: [{ shown: 'counts', says: '7 of 14, too few to tell.', n: 14, k: 7 }],
    })
  })

  it('open into the units that sum to them, with events and journeys and no person (C48)', async () => {
    const cell = 'cell=reason:water-leak'
    const figures = await ask('/preceded-online-read/figures?by=reason')
    const { figures: listed } = figures.body as { figures: { n: number; k: number }[] }
    let next: number | null = 0
    const units: {
      state: string
      value: number
      journey: string
      because: { event: string; journey: string }[]
    }[] = []
    while (next !== null) {
      const { body, status } = await ask(
        `/preceded-online-read/explain?${cell}&limit=10&after=${String(next)}`,
      )
      expect(status).toBe(200)
      const page = body as { units: typeof units; next: number | null }
      expect(JSON.stringify(body)).not.toContain('00000000-0000-4000-8000')
      units.push(...page.units)
      next = page.next
    }
    expect(units).toHaveLength(listed[0]?.n ?? 0)
    expect(units.reduce((sum, { value }) => sum + value, 0)).toBe(listed[0]?.k)
    const events = new Map((await world.events()).map((event) => [event.id, event]))
    for (const { event, journey } of units.flatMap(({ because }) => because))
      expect(events.get(event)?.journeyId).toBe(journey)
    for (const { journey, because } of units) expect(journey).toBe(because[0]?.journey)
    const yes = await ask(`/preceded-online-read/explain?${cell}&value=1`)
    expect(yes.body).toMatchObject({ n: listed[0]?.n, sum: listed[0]?.k })
    expect((yes.body as { units: unknown[] }).units).toHaveLength(listed[0]?.k ?? 0)
  })

  it('come week by week for a line, small weeks hidden and cells that are hidden refused', async () => {
    const { status, body } = await ask('/contacts-by-reason/weeks?cell=reason:water-leak&weeks=9')
    expect(status).toBe(200)
    const { weeks } = body as { weeks: { week: string; figure: { n?: number } | null }[] }
    // Two asked in the third week; the second is hidden with it, as the total tells the rest.
    const [first, ...rest] = weeks.map(({ figure }) => figure?.n ?? null)
    expect(first).toBe(19)
    expect(rest).toEqual(Array.from({ length: 8 }, () => null))
    expect(weeks[0]?.week).toBe('2026-11-23T00:00:00.000Z')
    expect((await ask('/contacts-by-reason/weeks?cell=reason:billing')).body).toMatchObject({
      code: 'figure.hidden',
    })
    expect((await ask('/contacts-by-reason/weeks?cell=reason:none-such')).status).toBe(404)
  })

  it('do not open where they are hidden', async () => {
    expect(await ask('/contacts-by-reason/explain?cell=reason:billing')).toMatchObject({
      status: 403,
      body: { code: 'figure.hidden' },
    })
    expect(await ask('/contacts-by-reason/explain?cell=reason:nothing')).toMatchObject({ status: 404 })
  })

  it.each([
    ['/contacts-by-reason/figures?by=person', 400, 'figure.by'],
    ['/contacts-by-reason/explain?cell=reason', 400, 'figure.cell'],
    ['/none/figures', 404, 'metric.unknown'],
    ['/contacts-by-reason/figures?asWas=2099-01-01T00:00:00.000Z', 422, 'figure.ahead'],
    ['/contacts-by-reason/figures?known=999999', 422, 'figure.ahead'],
  ])('%s is refused', async (path, status, code) => {
    expect(await ask(path)).toMatchObject({ status, body: { code } })
  })

  it('as known at a position are untouched by anything recorded later', async () => {
    const metric = '/feedback-outcome/figures'
    const then = `${metric}?asWas=${world.clock.instant()}&known=${String(await world.host.events.head())}`
    const before = await ask(then)
    expect(before.body).toMatchObject({ figures: [{ says: '18 of 28, too few to tell.' }] })
    const revised = {
      feedbackId: named('feedback', 3),
      customerId: named('customer', 3),
      about: { kind: 'contact', id: named('contact', 3) },
      outcome: 'mostly',
      followUp: false,
      version: 2,
    } as const
    await world.tell('throughline.FeedbackRevised.v1', revised, {
      stream: 'feedback',
      id: revised.feedbackId,
      customerId: revised.customerId,
      journeyId: named('journey', 3),
      occurredAt: toInstant(MONDAY + 10 * DAY),
    })
    expect((await ask(then)).body).toEqual(before.body)
    expect((await ask(metric)).body).toMatchObject({ figures: [{ says: '19 of 28, too few to tell.' }] })
  })

  it('can be defined anew beside the earlier version, and the difference is told unit by unit', async () => {
    const made = await world.as(ivo).post(PATH, {
      metric: 'contacts-by-reason',
      why: 'Imported or not, all count, but billing belongs to accounts.',
      definition: {
        unit: 'contact',
        start: { event: 'ContactRequested', where: { reason: { not: 'billing' } } },
        first: ['contact'],
        mature: '0s',
        by: ['reason'],
        estimate: { kind: 'count' },
        good: 'neither',
      },
    })
    expect(made).toMatchObject({ status: 201, body: { metric: 'contacts-by-reason', version: 2 } })
    const { body } = await ask('/contacts-by-reason/versions/1/difference/2')
    expect(body).toMatchObject({
      from: { n: 45 },
      to: { n: 42 },
      sum: -3,
      entering: { count: 0 },
      leaving: { count: 3, units: [{ after: 'no unit' }, {}, {}] },
      changed: { count: 0 },
    })
    expect((await ask('/contacts-by-reason')).body).toMatchObject({
      versions: [{ version: 1 }, { version: 2 }],
    })
    const old = await ask('/contacts-by-reason/figures?version=1')
    expect(old.body).toMatchObject({ figures: [{ version: 1, n: 45 }] })
  })

  it('C60: hold a contact as soon as it ends, though nobody asked for it', async () => {
    const counts = () =>
      Promise.all(
        ['handle-time', 'contacts-by-cause'].map(async (metric) => {
          const { body } = await ask(`/${metric}/figures`)
          return (body as { readonly figures: readonly { readonly n: number }[] }).figures[0]?.n ?? 0
        }),
      )
    const of = { contactId: named('back', 7), journeyId: named('again', 7) }
    const where = {
      stream: 'contact',
      id: of.contactId,
      journeyId: of.journeyId,
      customerId: named('customer', 7),
    }
    const person = { id: where.customerId, assurance: 'code' } as const
    const call = { ...of, channel: 'phone' } as const
    await world.tell('throughline.ContactRequested.v1', { ...call, person, readings: [] }, where)
    await world.tell('throughline.ContactConnected.v1', { ...call, leg: 1 }, where)
    const [handled = 0, caused = 0] = await counts()
    await world.tell('throughline.ContactEnded.v1', { ...call, by: 'agent', answeredBy: 'person' }, where)
    expect(await counts()).toEqual([handled + 1, caused])
    const summary = {
      ...call,
      outcome: 'resolved',
      issue: 'new',
      subject: 'A leak',
      words: 'Solved',
      causes: [{ code: 'seal-worn', words: 'The seal' }],
      promised: [],
      articles: [],
    } as const
    await world.tell('throughline.ContactSummarised.v1', summary, where)
    expect(await counts()).toEqual([handled + 1, caused + 1])
  })

  it('are never aims where they are reported only (C62)', async () => {
    const definition = { ...DefineMetricBody.example.definition, target: 'allowed' }
    const body = { metric: 'handle-time-short', why: 'Shorter is better.', definition }
    expect(await world.as(ivo).post(PATH, body)).toMatchObject({
      status: 422,
      body: { code: 'metric.forbidden-target' },
    })
    expect((await world.as(helena).post(PATH, DefineMetricBody.example)).status).toBe(403)
    expect((await world.as(ivo).post(PATH, DefineMetricBody.example)).status).toBe(201)
  })
})
