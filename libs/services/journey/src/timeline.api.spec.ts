import { DAY, HOUR } from '@throughline/kernel'
import { ana, archive, at, helena, ivo, joel, startWorld, tomas } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { journeyService } from './index.js'
import { begin, context, id, JOURNEYS, question } from './journey.world.suite.js'

interface Moment {
  readonly position: number
  readonly journeyId: string
  readonly type: string
  readonly stage: string
  readonly agentId?: string
}

let world: World
beforeEach(async () => {
  world = await startWorld([journeyService])
})
afterEach(() => world.stop())

const contactId = id('c0')

/** Ana asks for a chat, Joel is offered it, answers and notes something; it becomes a case and is felt about. */
async function helpedBy(journeyId: string): Promise<void> {
  const of = { contactId, journeyId }
  const where = (stream: string) => ({ stream, id: contactId, journeyId, customerId: ana.id })
  const offered = { ...of, offerId: id('0f'), agentId: joel.id, channel: 'chat' } as const
  const person = { id: ana.id, assurance: 'code' } as const
  const asked = { ...of, person, channel: 'chat', readings: [] } as const
  await world.tell('throughline.ContactRequested.v1', asked, where('contact'))
  await world.tell('throughline.ContactAssigned.v1', offered, where('work'))
  const said = { ...of, leg: 1, channel: 'chat', mode: 'written' } as const
  const hello = { ...said, messageId: id('e0'), author: 'agent', authorId: joel.id, text: 'Hello' } as const
  await world.tell('throughline.MessagePosted.v1', hello, where('contact'))
  const note = { ...of, noteId: id('e1'), agentId: joel.id, text: 'Third this week' }
  await world.tell('throughline.ContactNoteAdded.v1', note, where('contact'))
  await world.tell(
    'throughline.ContactEnded.v1',
    { ...of, by: 'agent', answeredBy: 'person', channel: 'chat' },
    where('contact'),
  )
  const opened = { subject: 'Water', words: 'Water stays', promised: [], staffId: joel.id }
  const caseId = id('ca')
  await world.tell(
    'throughline.CaseOpened.v1',
    { caseId, customerId: ana.id, ...of, ...opened },
    { ...where('case'), id: caseId },
  )
  await world.settled()
}

describe('the line for the time machine', () => {
  it('C48: says of each moment its part of the journey, and which agent it tells of', async () => {
    const journey = await begin(world)
    await world.as(ana).post(`${JOURNEYS}/${journey}/facts`, question)
    await helpedBy(journey)
    const { items } = (await world.as(ivo).get(`${JOURNEYS}/${journey}/events`)).body as {
      items: readonly Moment[]
    }
    expect(items.map(({ type, stage, agentId }) => [type.split('.')[1], stage, agentId === joel.id])).toEqual(
      [
        ['JourneyStarted', 'help', false],
        ['FactGiven', 'help', false],
        ['ContactRequested', 'contact', false],
        ['ContactAssigned', 'contact', true],
        ['MessagePosted', 'contact', true],
        ['ContactNoteAdded', 'contact', true],
        ['ContactEnded', 'contact', false],
        ['CaseOpened', 'case', true],
      ],
    )
  })

  it('calls what comes before a thing is in use by its own name', async () => {
    const stages = async (body: object) => {
      const journey = await begin(world, ana, body)
      const { items } = (await world.as(ivo).get(`${JOURNEYS}/${journey}/events`)).body as {
        items: readonly Moment[]
      }
      return items.map(({ stage }) => stage)
    }
    expect(await stages({ entrance: 'need-help', stage: 'discovery' })).toEqual(['looking'])
    expect(await stages({ entrance: 'need-help', stage: 'point-of-sale' })).toEqual(['buying'])
    expect(await stages({ entrance: 'need-help', stage: 'delivery' })).toEqual(['delivery'])
    expect(await stages({ entrance: 'product-page', page: '/hob' })).toEqual(['looking'])
  })

  it('goes through all journeys of the customer on one line, page by page, and through nobody else’s', async () => {
    const earlier = await begin(world)
    const other = await begin(world, tomas)
    const journey = await begin(world)
    await world.as(ana).post(`${JOURNEYS}/${earlier}/facts`, question)
    await world.settled()
    const line = async (query: string, caller = ivo) => {
      const answer = await world.as(caller).get(`${JOURNEYS}/${journey}/events?of=customer${query}`)
      return answer.body as { items: readonly Moment[]; next: string | null }
    }
    expect((await line('')).items.map(({ journeyId }) => journeyId)).toEqual([earlier, journey, earlier])
    expect((await line('', ana)).items.map(({ journeyId }) => journeyId)).not.toContain(other)
    const first = await line('&limit=2')
    const rest = await line(`&limit=2&after=${String(first.next)}`)
    expect([...first.items, ...rest.items]).toEqual((await line('')).items)
    expect(rest.next).toBeNull()
  })

  it('C48: shows a past moment as the customer saw it, to who may see more', async () => {
    const journey = await begin(world)
    await helpedBy(journey)
    const own = (await context(world, ana, journey)).body
    expect((await context(world, ivo, journey, '?as=customer')).body).toEqual(own)
    expect((await context(world, helena, journey)).body).toMatchObject({
      contacts: [{ notes: [{ text: 'Third this week' }], transcript: [{ text: 'Hello' }] }],
    })
    expect(own).toMatchObject({ contacts: [{ notes: [], transcript: [{ text: 'Hello' }] }] })
    const line = await world.as(helena).get(`${JOURNEYS}/${journey}/events?as=customer`)
    expect(line.body).toEqual((await world.as(ana).get(`${JOURNEYS}/${journey}/events`)).body)
    expect((await context(world, tomas, journey, '?as=customer')).status).toBe(404)
    expect((await context(world, ivo, journey, '?as=agent')).status).toBe(400)
  })
})

describe('another journey', () => {
  it('is picked from everybody’s newest by supervisors and analysts, and by no one else', async () => {
    const imported = await world
      .as(archive)
      .post(
        JOURNEYS,
        { entrance: 'need-help', customerId: tomas.id, origin: 'old-shop' },
        { 'occurred-at': at(-30 * DAY) },
      )
    const hers = await begin(world)
    await world.pass(HOUR)
    const his = await begin(world, tomas)
    const ids = async (caller = ivo, query = '') => {
      const { body } = await world.as(caller).get(`${JOURNEYS}${query}`)
      return (body as { items: readonly { id: string; customerId: string }[] }).items
    }
    const old = (imported.body as { id: string }).id
    expect((await ids()).map(({ id: each }) => each)).toEqual([his, hers, old])
    expect((await ids(helena, '?limit=1')).map(({ customerId }) => customerId)).toEqual([tomas.id])
    expect((await world.as(joel).get(JOURNEYS)).body).toMatchObject({ code: 'journey.customer' })
    expect((await ids(ana)).map(({ id: each }) => each)).toEqual([hers])
  })
})
