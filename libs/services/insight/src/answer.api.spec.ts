import { DAY } from '@throughline/kernel'
import { helena, ivo, joel, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { insightService } from './index.js'
import { ARTICLE, gaveFeedback, hasRead, isUnhappy, tellHistory, waited, wentOnline } from './told.fixture.js'

const PATH = '/api/v1/insight'
const first40 = Array.from({ length: 40 }, (_, i) => i)
const count = (is: (i: number) => boolean): number => first40.filter(is).length

describe('the ready answers over a told history', () => {
  let world: World
  let head = 0
  beforeAll(async () => {
    world = await startWorld([insightService])
    const promise = { channel: 'phone', definition: 'S1', threshold: 120, share: 95 }
    await world.as(helena).post(`${PATH}/promises`, promise)
    world.clock.move(60 * DAY)
    await tellHistory((type, data, where) => world.tell(type, data, where))
    await world.as(helena).put(`${PATH}/causes/letter-unclear/owner`, { department: 'letters' })
    await world.settled()
    head = await world.host.events.head()
  })
  afterAll(async () => {
    await world.stop()
  })
  const read = async (path: string, caller = ivo) => {
    const { status, body } = await world.as(caller).get(`${PATH}/${path}`, { 'min-position': String(head) })
    expect(status).toBe(200)
    return body
  }

  it('tells the share of contacts after online steps, at three depths (C34)', async () => {
    expect(await read('online-before-contact')).toMatchObject({
      known: head,
      looked: { figure: { n: 45, k: count(wentOnline), shown: 'rate' } },
      chose: { figure: { n: 45, k: count(wentOnline) } },
      read: {
        figure: { n: 45, k: count(hasRead), share: 0.222222, interval: { by: 'bootstrap of customers' } },
      },
    })
  })

  it('tells the commonest reasons for each kind of thing and hides the small ones (C38)', async () => {
    const body = await read('drivers')
    expect(body).toMatchObject({
      things: [
        {
          thingKind: 'purchase',
          total: { n: 45 },
          reasons: [
            { cell: { reason: 'water-leak' }, n: 35, shown: 'rate', interval: { by: 'exact Poisson' } },
            { cell: { reason: 'no-heating' }, shown: 'hidden' },
            { cell: { reason: 'billing' }, shown: 'hidden', says: 'Too few customers to show.' },
          ],
        },
      ],
      causes: [
        { cause: 'seal-worn', department: null, figure: { n: 14 } },
        { cause: 'letter-unclear', department: 'letters', figure: { n: 28 } },
      ],
    })
    // Neither a count nor what is missing to thirty gives a hidden cell away.
    const [thing] = (body as { things: { reasons: object[] }[] }).things
    for (const hidden of thing?.reasons.slice(1) ?? [])
      expect(Object.keys(hidden)).not.toEqual(expect.arrayContaining(['stillNeeded']))
    expect(JSON.stringify(thing?.reasons.slice(1))).not.toMatch(/"(n|k|pending|excluded|stillNeeded)"/)
  })

  it('shows each driver with its weeks, repeats, feelings, cause and what is being done (C38, C42)', async () => {
    const wish = { metric: 'contacts-by-cause', cell: 'cause:letter-unclear', says: 'The letter is unclear.' }
    const raised = await world.as(helena).post(`${PATH}/findings`, wish)
    const { id } = raised.body as { id: string }
    const wanted = { department: 'letters', actBy: '2099-01-31T12:00:00.000Z' }
    await world.as(helena).put(`${PATH}/findings/${id}/department`, wanted)
    await world.settled()
    await world.as(helena).post(`${PATH}/findings/${id}/actions`, { what: 'The letter was changed.' })
    await world.settled()
    const body = (await read('drivers', helena)) as {
      drivers: readonly { weeks: readonly { week: string; n: number | null }[]; feelings: number[] }[]
    }
    expect(body).toMatchObject({
      contacts: { n: 45 },
      repeats: { n: 39, k: 5 },
      drivers: [
        {
          thingKind: 'purchase',
          reason: 'water-leak',
          label: 'Why',
          contacts: { n: 35, shown: 'rate' },
          trend: 'Too few to tell',
          repeat: { n: expect.any(Number) as number },
          feeling: { n: 28 },
          cause: { code: 'letter-unclear', words: 'The letter', department: 'letters' },
          findings: [
            {
              id,
              status: 'acted-on',
              says: 'The letter is unclear.',
              done: { what: 'The letter was changed.' },
            },
          ],
        },
        { reason: 'no-heating', contacts: { shown: 'hidden' }, feelings: null, cause: null },
        { reason: 'billing', contacts: { shown: 'hidden' } },
      ],
    })
    const [leaks] = body.drivers
    expect(leaks?.weeks).toHaveLength(13)
    // Monday, 19 January 2027 stands in the last of them; people asked in the first days of what was told.
    expect(leaks?.weeks.at(-1)).toEqual({ week: '2027-01-18T00:00:00.000Z', n: 0 })
    expect(leaks?.weeks[4]).toEqual({ week: '2026-11-23T00:00:00.000Z', n: 19 })
    expect(leaks?.weeks[3]).toEqual({ week: '2026-11-16T00:00:00.000Z', n: null })
    expect(leaks?.feelings.reduce((sum, each) => sum + each, 0)).toBe(28)
    const hidden = body.drivers[1]?.weeks.map(({ n }) => n) ?? []
    expect(hidden).toEqual(Array.from({ length: 13 }, () => null))
  })

  it('chooses drivers by channel and kind of thing without giving small cells away', async () => {
    const phone = await read('drivers?channel=phone&thingKind=purchase')
    expect(phone).toMatchObject({ contacts: { n: 45 }, drivers: [{ contacts: { n: 35 } }, {}, {}] })
    expect(await read('drivers?channel=chat')).toMatchObject({ contacts: null, repeats: null, drivers: [] })
    expect((await world.as(ivo).get(`${PATH}/drivers?channel=pigeon`)).status).toBe(400)
  })

  it('shows a day hour by hour beside the promise, whole to who leads only (C47)', async () => {
    const day = 'from=2026-11-23T00:00:00.000Z&until=2026-11-24T00:00:00.000Z'
    const body = await read(`answer-times/hours?${day}`, helena)
    expect(body).toMatchObject({
      channels: [
        {
          channel: 'phone',
          promised: { seconds: 120, share: 95 },
          hours: [
            {
              from: '2026-11-23T09:00:00.000Z',
              answered: 1,
              waiting: 0,
              median: 300,
              kept: 0,
              word: 'missed',
            },
            {
              from: '2026-11-23T21:00:00.000Z',
              answered: 1,
              unanswered: 0,
              median: 30,
              kept: 1,
              word: 'kept',
            },
          ],
        },
      ],
    })
    expect(await read(`answer-times/hours?${day}`)).toMatchObject({ channels: [{ hours: [] }] })
    expect(await read('answer-times/hours')).toMatchObject({ channels: [{ channel: 'phone', hours: [] }] })
    const long = await world.as(helena).get(`${PATH}/answer-times/hours?from=2026-11-23T00:00:00.000Z`)
    expect(long).toMatchObject({ status: 400, body: { code: 'figure.span', field: 'from' } })
  })

  // A bill's window is 45 days, so the three who asked about one are still pending.
  it('tells repeats as stated and in the wide sense (C59)', async () => {
    expect(await read('repeat-contacts')).toMatchObject({
      stated: { figure: { n: 39, k: 2, pending: 3 } },
      wide: { figure: { n: 39, k: 5, pending: 3 } },
    })
  })

  it('tells issues resolved by one contact, unhappy customers not among them', async () => {
    const resolved = count((i) => i >= 5 && i < 37 && !(gaveFeedback(i) && isUnhappy(i)))
    expect(await read('first-contact-resolution')).toMatchObject({
      figure: { n: 37, k: resolved, pending: 3 },
    })
  })

  it('counts who was asked for what was known (C16)', async () => {
    expect(await read('asked-again')).toMatchObject({ figure: { n: 45, sum: 3 } })
  })

  it('shows answer times beside what was promised, by its own definition and by S2 (C47)', async () => {
    const inTime = count((i) => waited(i) <= 120) + 2
    expect(await read('answer-times')).toMatchObject({
      byChannel: [{ cell: { channel: 'phone' }, shown: 'rate', n: 42 }],
      promised: [
        {
          terms: { channel: 'phone', definition: 'S1', share: 95 },
          measured: { n: 42, k: inTime, metric: 'answered-within-120s-s1' },
          s2: { n: 45, k: inTime, metric: 'answered-within-120s-s2' },
          word: 'Likely worse',
        },
      ],
    })
  })

  it('shows satisfaction and feeling apart, by week, with the share who answered (C29)', async () => {
    const body = (await read('feedback-trend')) as { weeks: readonly unknown[] }
    const inWeek = (from: number, is: (i: number) => boolean) =>
      `${String(count((i) => i >= from && i < from + 14 && is(i)))} of 14, too few to tell.`
    expect(body.weeks[0]).toMatchObject({
      week: '2026-11-23T00:00:00.000Z',
      outcome: { n: 14, says: inWeek(0, (i) => !isUnhappy(i)), shown: 'counts' },
      feeling: { n: 14, says: inWeek(0, (i) => i % 2 === 0) },
    })
    expect(body.weeks[1]).toMatchObject({
      outcome: { n: 14, says: inWeek(14, (i) => !isUnhappy(i)) },
      response: { n: 14, k: 14 },
      outcomeChange: null,
    })
    expect(body.weeks[2]).toMatchObject({ outcome: null, response: { n: 12, k: 0 } })
  })

  it('ranks articles by the contacts that better ones might prevent, each version on its own (C17)', async () => {
    expect(await read('articles')).toMatchObject({
      items: [
        {
          articleId: ARTICLE,
          version: 1,
          title: 'Stop a leak',
          figure: { n: 30, k: 10, shown: 'rate', interval: { by: 'Beta-binomial' } },
          preventable: 0,
        },
      ],
    })
  })

  it('shows the paths of journeys, none that less than five took (C49)', async () => {
    expect(await read('anatomy?reason=water-leak')).toMatchObject({ journeys: 35 })
    const body = (await read('anatomy')) as {
      journeys: number
      others: number
      variants: { journeys: number }[]
    }
    expect(body.variants.every(({ journeys }) => journeys >= 5)).toBe(true)
    expect(body.variants.reduce((sum, { journeys }) => sum + journeys, body.others)).toBe(body.journeys)
    expect(body.journeys).toBe(65)
    expect(await read('anatomy?reason=no-such-reason')).toMatchObject({ says: 'Too few journeys to show.' })
  })

  it('gives figures to those who work with them and to nobody else', async () => {
    expect((await world.as(joel).get(`${PATH}/drivers`)).status).toBe(403)
    expect((await world.anyone().get(`${PATH}/drivers`)).status).toBe(401)
  })
})
