import { DAY, HOUR, MINUTE } from '@throughline/kernel'
import { ana, at, helena, ivo, joel, mira, startWorld, tomas } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import { journeyService } from './index.js'
import { begin, context, id, JOURNEYS, question } from './journey.world.suite.js'

let world: World
beforeEach(async () => {
  world = await startWorld([journeyService])
})
afterEach(() => world.stop())

async function offer(journeyId: string, customerId: string, agent = joel): Promise<void> {
  const contactId = id('c0')
  const where = { stream: 'work', id: contactId, journeyId, customerId }
  const person = { id: customerId, assurance: 'code' } as const
  await world.tell(
    'throughline.ContactRequested.v1',
    { contactId, journeyId, person, channel: 'chat', readings: [] },
    where,
  )
  await world.tell(
    'throughline.ContactOffered.v1',
    {
      contactId,
      journeyId,
      offerId: id('0f'),
      agentId: agent.id,
      channel: 'chat',
      dueBy: at(MINUTE),
      expiresAt: at(MINUTE),
      ring: 0,
      load: 0,
      readySince: at(0),
      ready: 1,
      passedOver: [],
    },
    where,
  )
}

describe('the context', () => {
  it('is open to the agent who was offered the contact, at once, and to no other (C18)', async () => {
    const journey = await begin(world)
    expect((await context(world, joel, journey)).status).toBe(404)
    await offer(journey, ana.id)
    expect((await context(world, joel, journey)).body).toMatchObject({ contacts: [{ status: 'offered' }] })
    await world.settled()
    expect((await context(world, mira, journey)).status).toBe(404)
    expect((await world.as(joel).get(`${JOURNEYS}?customerId=${ana.id}`)).body).toMatchObject({
      items: [{ id: journey }],
    })
    expect((await context(world, helena, journey)).status).toBe(200)
    expect((await context(world, ivo, journey)).status).toBe(200)
    const other = await begin(world)
    expect((await context(world, joel, other)).status).toBe(200)
  })

  it('C46: answers from the log, however far behind every view is', async () => {
    const journey = await begin(world)
    const { views } = world.host
    const write = views.write.bind(views)
    let goOn = (): void => undefined
    const held = new Promise<void>((resolve) => (goOn = resolve))
    views.write = async (...change) => {
      await held
      await write(...change)
    }
    await world.as(ana).post(`${JOURNEYS}/${journey}/facts`, question)
    await offer(journey, ana.id)
    expect(await context(world, joel, journey)).toMatchObject({
      status: 200,
      body: { facts: [{ value: question.value }], contacts: [{ status: 'offered' }] },
    })
    expect(await world.host.readers.atHead()).toBe(false)
    goOn()
    await world.settled()
  })

  it('replays what was known at a moment, the same for ever (C48)', async () => {
    const journey = await begin(world)
    const early = (await context(world, helena, journey)).body as { position: number; asOf: string }
    await world.pass(HOUR)
    await world.as(ana).post(`${JOURNEYS}/${journey}/facts`, question)
    expect((await context(world, helena, journey, `?position=${String(early.position)}`)).body).toEqual(early)
    expect((await context(world, helena, journey, `?at=${at(MINUTE)}`)).body).toEqual(early)
    const live = (await context(world, helena, journey)).body as { position: number }
    expect(live).toMatchObject({ facts: [{ name: 'question' }], asOf: at(HOUR) })
    expect((await context(world, helena, journey, `?position=${String(live.position)}`)).body).toEqual(live)
    expect(await context(world, helena, journey, `?at=${at(-DAY)}`)).toMatchObject({
      status: 404,
      body: { code: 'journey.not-yet' },
    })
    expect(await context(world, helena, journey, '?at=yesterday')).toMatchObject({
      status: 400,
      body: { field: 'at' },
    })
  })

  it('lets no later sign-in or merge into an earlier moment', async () => {
    const earlier = await begin(world, tomas)
    const journey = await begin(world)
    const { position } = (await context(world, helena, journey)).body as { position: number }
    const merged = { customerId: ana.id, mergedId: tomas.id }
    await world.tell('throughline.CustomersMerged.v1', merged, { stream: 'customer', id: ana.id })
    await world.settled()
    expect((await context(world, helena, journey)).body).toMatchObject({
      earlier: { journeys: [{ id: earlier }] },
    })
    const replay = await context(world, helena, journey, `?position=${String(position)}`)
    expect(replay.body).toMatchObject({ earlier: { journeys: [] } })
  })

  it('C48: is made of merges too, so that the position it names gives it again', async () => {
    const earlier = await begin(world, tomas)
    const journey = await begin(world)
    const moved = { customerId: ana.id, mergedId: tomas.id }
    const where = { stream: 'customer', id: ana.id }
    await world.tell('throughline.CustomersMerged.v1', moved, where)
    await world.settled()
    await world.pass(HOUR)
    const then = (await context(world, helena, journey, `?at=${at(MINUTE)}`)).body as { position: number }
    expect(then).toMatchObject({ earlier: { journeys: [{ id: earlier }] } })
    await world.tell('throughline.CustomersUnmerged.v1', moved, where)
    await world.settled()
    expect((await context(world, helena, journey)).body).toMatchObject({ earlier: { journeys: [] } })
    const replay = await context(world, helena, journey, `?position=${String(then.position)}`)
    expect(replay.body).toEqual(then)
  })

  it('says what the journey holds before an agent asks again, and counts it (C16)', async () => {
    const journey = await begin(world)
    await offer(journey, ana.id)
    await world.settled()
    await world.as(ana).post(`${JOURNEYS}/${journey}/facts`, question)
    const ask = (name: string, caller = joel) =>
      world.as(caller).post(`${JOURNEYS}/${journey}/questions`, { name })
    expect(await ask('question')).toMatchObject({ status: 200, body: { known: true, value: question.value } })
    expect((await ask('serial-number')).body).toEqual({ id: journey, name: 'serial-number', known: false })
    expect((await ask('question', mira)).status).toBe(404)
    expect((await ask('question', ana)).status).toBe(403)
    expect((await context(world, joel, journey)).body).toMatchObject({ askedAgain: 1 })
    const given = await world
      .as(joel)
      .post(`${JOURNEYS}/${journey}/facts`, { name: 'serial-number', label: 'Serial', value: '7' })
    expect(given.status).toBe(200)
    expect((await context(world, joel, journey)).body).toMatchObject({
      facts: [{ source: 'customer' }, { source: 'agent' }],
    })
  })
})

describe('the line of a journey', () => {
  it('gives its moments in order, page by page, the team’s own to the team only', async () => {
    const journey = await begin(world)
    await world.as(ana).post(`${JOURNEYS}/${journey}/facts`, question)
    await offer(journey, ana.id)
    const path = `${JOURNEYS}/${journey}/events`
    const types = ({ body }: Response) =>
      (body as { items: { type: string }[] }).items.map(({ type }) => type)
    const all = await world.as(helena).get(path)
    expect(types(all)).toEqual(
      ['JourneyStarted', 'FactGiven', 'ContactRequested', 'ContactOffered'].map(
        (name) => `throughline.${name}.v1`,
      ),
    )
    expect(types(await world.as(ana).get(path))).toEqual(types(all).slice(0, 3))
    expect(all.body).toMatchObject({
      items: [
        {
          by: 'customer',
          lane: 'customer',
          occurredAt: at(0),
          recordedAt: at(0),
          says: expect.any(String) as string,
        },
        {},
        {},
        { lane: 'us' },
      ],
    })
    const first = await world.as(ana).get(`${path}?limit=2`)
    const { next } = first.body as { next: string }
    expect(types(await world.as(ana).get(`${path}?limit=2&after=${next}`))).toEqual([
      'throughline.ContactRequested.v1',
    ])
  })

  it('goes on live and resumes after the last moment that was heard', async () => {
    const journey = await begin(world)
    const other = await begin(world, tomas)
    const [start] = await world.events('throughline.JourneyStarted.v1')
    await world.as(tomas).post(`${JOURNEYS}/${other}/facts`, { ...question, value: 'Not hers' })
    await world.as(ana).post(`${JOURNEYS}/${journey}/facts`, question)
    const abort = new AbortController()
    const response = await fetch(`${world.url}${JOURNEYS}/${journey}/live`, {
      headers: {
        authorization: `Bearer ${await world.token(ana)}`,
        'last-event-id': String(start?.position),
      },
      signal: abort.signal,
    })
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      if (text.includes(question.value)) break
    }
    abort.abort()
    expect(text).toMatch(/id: \d+\nevent: moment\ndata: \{.*FactGiven/)
    expect(text).not.toContain('JourneyStarted')
    expect(text).not.toContain('Not hers')
  })
})
