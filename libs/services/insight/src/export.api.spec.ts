import { helena, ivo, staffNamed, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import type { Caller } from '@throughline/ports'
import { insightService } from './index.js'
import { named, tellHistory } from './told.fixture.js'

const PATH = '/api/v1/insight/events'
const ida = staffNamed('00000011-0000-7000-8000-000000000000', 'analyst')

interface Line {
  readonly position: number
  readonly type: string
  readonly customerId: string
  readonly data: Readonly<Record<string, unknown>>
}

const linesOf = (text: string): readonly Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)

describe('the export of events', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([insightService])
    await tellHistory((type, data, where) => world.tell(type, data, where))
    const secret = { type: 'throughline.SignInCodeIssued.v1', data: { code: '123456' } }
    const command = { id: 'private', actor: 'system:identity' }
    await world.host.events.append({ stream: 'sign-in', id: 'x' }, 0, command, [secret])
  })
  afterAll(async () => {
    await world.stop()
  })

  const take = async (caller: Caller, query: string) => {
    const headers = { authorization: `Bearer ${await world.token(caller)}` }
    const response = await fetch(`${world.url}${PATH}?${query}`, { headers })
    return { headers: response.headers, text: await response.text() }
  }

  it('goes on from any position until nothing is left, with public events only', async () => {
    const all: Line[] = []
    for (let after = 0; ;) {
      const page = await take(ivo, `after=${String(after)}&limit=100`)
      expect(page.headers.get('content-type')).toContain('application/x-ndjson')
      const through = Number(page.headers.get('throughline-position'))
      all.push(...linesOf(page.text))
      if (through === after) break
      after = through
    }
    const events = await world.events()
    expect(all.map(({ position }) => position)).toEqual(events.slice(0, -1).map(({ position }) => position))
    expect(JSON.stringify(all)).not.toContain('123456')
  })

  it('leaves out what is personal, in parts of the data too, and names nobody', async () => {
    const { text } = await take(ivo, 'limit=5000')
    expect(linesOf(text)).not.toHaveLength(0)
    expect(text).not.toMatch(/Person \d|Secret \d|commandId|"hash"/)
    for (let i = 0; i < 60; i += 1) expect(text).not.toContain(named('customer', i))
    expect(text).not.toContain(named('staff', 1))
  })

  it('gives a person one pseudonym in all events, and another to another reader', async () => {
    const mine = linesOf((await take(ivo, 'limit=20')).text)
    const again = linesOf((await take(ivo, 'limit=20')).text)
    const others = linesOf((await take(ida, 'limit=20')).text)
    expect(again).toEqual(mine)
    const [started] = mine
    expect(started).toMatchObject({
      type: 'throughline.JourneyStarted.v1',
      actor: `customer:${started?.customerId ?? ''}`,
      data: { person: { id: started?.customerId, assurance: 'code' } },
    })
    expect(started?.customerId).toMatch(/^p-[0-9a-f]{32}$/)
    expect(others[0]?.customerId).toMatch(/^p-/)
    expect(others[0]?.customerId).not.toBe(started?.customerId)
  })

  it('is for analysts', async () => {
    expect((await world.as(helena).get(PATH)).status).toBe(403)
    expect((await world.as(ivo).get(`${PATH}?limit=5001`)).status).toBe(400)
  })
})
