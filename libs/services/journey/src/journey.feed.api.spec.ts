import {
  ana,
  customerNamed,
  guest,
  helena,
  ivo,
  joel,
  mira,
  rita,
  shop,
  startWorld,
  tomas,
} from '@throughline/testing'
import type { World } from '@throughline/testing'
import type { Caller } from '@throughline/ports'
import { journeyService } from './index.js'
import { begin, id, JOURNEYS, question } from './journey.world.suite.js'

const PATH = '/api/v1/journey/feed'

interface Moment {
  readonly position: number
  readonly previous: number
  readonly journeyId: string
  readonly type: string
}

describe('the feed of journeys', () => {
  let world: World
  let first: string
  let second: string
  let foreign: string
  const contactId = id('c0')

  beforeEach(async () => {
    world = await startWorld([journeyService])
    first = await begin(world)
    foreign = await begin(world, tomas)
    second = await begin(world)
    await world.as(ana).post(`${JOURNEYS}/${first}/facts`, question)
    await world.as(tomas).post(`${JOURNEYS}/${foreign}/facts`, question)
    const of = { contactId, journeyId: first }
    const where = { stream: 'work', id: contactId, journeyId: first, customerId: ana.id }
    const offer = { ...of, offerId: id('0f'), agentId: joel.id, channel: 'chat' } as const
    await world.tell('throughline.ContactAssigned.v1', offer, where)
    const note = { ...of, noteId: id('e1'), agentId: joel.id, text: 'Third this week' }
    await world.tell('throughline.ContactNoteAdded.v1', note, { ...where, stream: 'contact' })
    await world.settled()
  })
  afterEach(() => world.stop())

  const open = async (who: Caller, query = '', headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${world.url}${PATH}?${query}`, {
      headers: { authorization: `Bearer ${await world.token(who)}`, ...headers },
    })
  const linesOf = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Moment | { readonly through: number })
  const momentsOf = (text: string): readonly Moment[] => linesOf(text).filter((line) => 'position' in line)
  const read = async (who: Caller, query = '') => momentsOf(await (await open(who, query)).text())

  it.each([
    ['Ana herself', ana],
    ['the agent who helps her', joel],
    ['a supervisor', helena],
  ])('S18: shows %s of a journey what its line shows them', async (_, who) => {
    const { items } = (await world.as(who).get(`${JOURNEYS}/${first}/events?limit=500`)).body as {
      readonly items: readonly Moment[]
    }
    const told = await read(who, `journey=${first}`)
    expect(told.map(({ previous: _previous, ...moment }) => moment)).toEqual(items)
    expect(items.some(({ type }) => type.includes('Note'))).toBe(who !== ana)
    // In the middle of it the parts of the journey are named as from the beginning.
    const middle = items[1]?.position ?? 0
    const rest = await read(who, `journey=${first}&after=${String(middle)}`)
    expect(rest.map(({ previous: _previous, ...moment }) => moment)).toEqual(items.slice(2))
  })

  it('C67: tells a customer all of her own journeys and nobody else’s, each line with the one before it', async () => {
    const told = await read(ana)
    expect([...new Set(told.map(({ journeyId }) => journeyId))].sort()).toEqual([first, second].sort())
    expect(told.map(({ previous }) => previous)).toEqual([
      0,
      ...told.slice(0, -1).map(({ position }) => position),
    ])
    expect(await read(ana, `customer=${ana.id}`)).toEqual(told)
    expect(await read(joel, `customer=${ana.id}`)).not.toHaveLength(0)
    expect((await read(ana, 'type=throughline.FactGiven.v1')).map(({ type }) => type)).toEqual([
      'throughline.FactGiven.v1',
    ])
    expect(await read(customerNamed(id('99')))).toEqual([])
  })

  it('goes on with what she does next, in a journey that begins later too', async () => {
    const head = await world.host.events.head()
    const response = await open(ana, 'limit=3', {
      accept: 'text/event-stream',
      'last-event-id': String(head),
    })
    await world.as(tomas).post(`${JOURNEYS}/${foreign}/stage`, { stage: 'use' })
    await world.as(ana).post(`${JOURNEYS}/${second}/stage`, { stage: 'use' })
    const third = await begin(world)
    await world.as(ana).post(`${JOURNEYS}/${third}/facts`, question)
    const text = (await response.text()).replaceAll('data: ', '')
    expect(momentsOf(text).map(({ journeyId }) => journeyId)).toEqual([second, third, third])
    expect(momentsOf(text)[0]?.previous).toBe(head)
  })

  it('hides what is not the caller’s behind the same answer as what nobody has', async () => {
    const nobodys = id('404')
    for (const [who, wish] of [
      [ana, 'journey='],
      [guest, 'journey='],
      [mira, 'journey='],
    ] as const) {
      const one = await open(who, `${wish}${foreign}`)
      const none = await open(who, `${wish}${nobodys}`)
      expect([one.status, none.status]).toEqual([404, 404])
      expect(await one.text()).toBe(await none.text())
    }
    expect((await open(ana, `customer=${tomas.id}`)).status).toBe(404)
    expect((await open(mira, `customer=${ana.id}`)).status).toBe(404)
  })

  it('is never everybody’s at once, and not open to who looks at no journey', async () => {
    for (const who of [joel, helena]) {
      const { status, body } = await world.as(who).get(PATH)
      expect([status, body]).toMatchObject([
        400,
        { code: 'feed.whose', todo: expect.stringContaining('?journey=') as string },
      ])
    }
    for (const who of [ivo, rita, shop]) expect((await world.as(who).get(PATH)).status).toBe(403)
    expect((await world.anyone().get(PATH)).status).toBe(401)
  })
})
