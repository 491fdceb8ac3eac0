import { publicEvents } from '@throughline/contracts'
import { defect, sized } from '@throughline/ports/suites'
import { ana, helena, ivo, rita, shop, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import fc from 'fast-check'
import { insightService } from './index.js'
import { named, tellHistory } from './told.fixture.js'

const PATH = '/api/v1/insight/feed'
const EXPORT = '/api/v1/insight/events'

interface Line {
  readonly position: number
  readonly previous: number
  readonly type: string
  readonly customerId?: string
  readonly journeyId?: string
}
type Told = Line | { readonly through: number; readonly more?: boolean }

const linesOf = (text: string): readonly Told[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Told)
const eventsOf = (told: readonly Told[]): readonly Line[] => told.filter((line) => 'position' in line)

/** What docs/guides/consume.md tells every consumer to do: nothing is missing as long as no `previous` stands ahead. */
class Proof {
  at = 0
  readonly taken: Line[] = []

  take(told: Told): void {
    if (!('position' in told)) {
      this.at = Math.max(this.at, told.through)
      return
    }
    if (told.position <= this.at) return
    if (told.previous > this.at)
      throw new Error(`missing between ${String(this.at)} and ${String(told.previous)}`)
    this.at = told.position
    this.taken.push(told)
  }
}

describe('the feed of events', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([insightService])
    await tellHistory((type, data, where) => world.tell(type, data, where))
    await secret('between')
    await tellHistory((type, data, where) => world.tell(type, data, { ...where, id: `${where.id}-again` }))
    await secret('last')
  })
  afterAll(() => world.stop())

  const secret = async (name: string): Promise<void> => {
    const event = { type: 'throughline.SignInCodeIssued.v1', data: { code: '123456' } }
    const command = { id: name, actor: 'system:identity' }
    await world.host.events.append({ stream: 'sign-in', id: name }, 0, command, [event])
  }
  const open = async (query: string, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal) =>
    fetch(`${world.url}${PATH}?${query}`, {
      headers: { authorization: `Bearer ${await world.token(ivo)}`, ...headers },
      ...(signal && { signal }),
    })
  const read = async (query: string) => linesOf(await (await open(query)).text())
  const publics = async () => (await world.events()).filter(({ type }) => publicEvents().has(type))
  const more = async (journeyId: string): Promise<void> => {
    const where = { stream: 'journey', id: journeyId, journeyId, customerId: ana.id }
    await world.tell('throughline.StageReached.v1', { journeyId, stage: 'use' }, where)
  }

  /** Reads with follow until a count of lines has come, then kills the connection, in the middle of a line or not. */
  const takeAndKill = async (proof: Proof, bytes: number): Promise<void> => {
    const killing = new AbortController()
    const response = await open(`after=${String(proof.at)}&follow=true`, {}, killing.signal)
    let text = ''
    const decoder = new TextDecoder()
    if (!response.body) throw new Error('no body')
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length >= bytes) break
    }
    killing.abort()
    // Only whole lines were read.
    const whole = text.slice(0, bytes)
    const lines = linesOf(whole.slice(0, whole.lastIndexOf('\n') + 1))
    const lost = defect('C67') ? lines.findIndex((line) => 'position' in line && line.position > 40) : -1
    lines.forEach((line, index) => {
      if (index !== lost) proof.take(line)
    })
  }

  it('C67: read from the first event, killed in the middle and resumed, it proves that nothing is missing', async () => {
    const proof = new Proof()
    await takeAndKill(proof, 30_003)
    expect(proof.taken.length).toBeGreaterThan(20)
    await more(named('journey', 3))
    await takeAndKill(proof, 47_111)
    for (const line of await read(`after=${String(proof.at)}`)) proof.take(line)
    expect(proof.taken.map(({ position }) => position)).toEqual(
      (await publics()).map(({ position }) => position),
    )
  })

  it('C67: any event that is dropped on the way is noticed', async () => {
    const told = await read('')
    const events = eventsOf(told)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: events.length - 2 }), async (dropped) => {
        const proof = new Proof()
        expect(() => {
          for (const line of told) if (line !== events[dropped]) proof.take(line)
        }).toThrow('missing between')
      }),
      { numRuns: sized(50, 500) },
    )
  })

  it('tells of each line the public event before it, and at the end how far it looked', async () => {
    const told = await read('')
    const events = eventsOf(told)
    const positions = (await publics()).map(({ position }) => position)
    expect(events.map(({ previous }) => previous)).toEqual([0, ...positions.slice(0, -1)])
    expect(told.at(-1)).toEqual({ through: await world.host.events.head(), more: false })
    expect(JSON.stringify(told)).not.toContain('123456')
  })

  it('S18: shows of an event exactly what the export shows', async () => {
    const exported = (await world.as(ivo).get(`${EXPORT}?limit=5000`, { accept: 'application/x-ndjson' }))
      .body
    const lines = eventsOf(await read('')).map(({ previous: _, ...line }) => line)
    expect(lines).toEqual(linesOf(typeof exported === 'string' ? exported : ''))
  })

  it('is read in pieces by limit, which says that there may be more', async () => {
    const proof = new Proof()
    for (let pieces = 0; ; pieces += 1) {
      const told = await read(`after=${String(proof.at)}&limit=50`)
      for (const line of told) proof.take(line)
      expect(eventsOf(told).length).toBeLessThanOrEqual(50)
      const end = told.at(-1)
      if (end !== undefined && 'through' in end && end.more === false) break
      expect(pieces).toBeLessThan(100)
    }
    expect(proof.taken).toHaveLength((await publics()).length)
  })

  it('is filtered by type, journey and pseudonym, each of which proves itself', async () => {
    const all = eventsOf(await read(''))
    const journey = named('journey', 3)
    const customer = all.find((line) => line.journeyId === journey)?.customerId ?? ''
    const type = 'throughline.ContactRequested.v1,throughline.ContactEnded.v1'
    for (const [query, fits] of [
      [`journey=${journey}`, (line: Line) => line.journeyId === journey],
      [`customer=${customer}`, (line: Line) => line.customerId === customer],
      [`type=${type}`, (line: Line) => type.split(',').includes(line.type)],
      [
        `type=${type}&journey=${journey}`,
        (line: Line) => line.journeyId === journey && type.includes(line.type),
      ],
    ] as const) {
      const proof = new Proof()
      for (const line of await read(query)) proof.take(line)
      const wanted = all.filter(fits).map(({ position }) => position)
      expect(wanted.length).toBeGreaterThan(0)
      expect(proof.taken.map(({ position }) => position)).toEqual(wanted)
      expect(proof.at).toBe(await world.host.events.head())
    }
  })

  it('goes on with what happens, in lines or as server-sent events that resume by their id', async () => {
    const head = await world.host.events.head()
    for (const accept of ['application/x-ndjson', 'text/event-stream']) {
      const response = await open(`after=0&follow=true&limit=2`, { accept, 'last-event-id': String(head) })
      expect(response.headers.get('content-type')).toContain(accept)
      await more(named('journey', 5))
      await more(named('journey', 6))
      const text = await response.text()
      const data =
        accept === 'text/event-stream' ? [...text.matchAll(/^data: (.*)$/gm)].map(([, line]) => line) : [text]
      const told = eventsOf(linesOf(data.join('\n')))
      expect(told.map(({ journeyId }) => journeyId).sort()).not.toEqual([])
      const ids = [...text.matchAll(/^id: (\d+)\ndata/gm)].map(([, id]) => Number(id))
      if (accept === 'text/event-stream') expect(ids).toEqual(told.map(({ position }) => position))
      expect(told[0]?.previous).toBe(head)
    }
  })

  it('is the analysts’ alone, and says what is wrong with a wish', async () => {
    for (const who of [ana, helena, rita, shop]) {
      expect((await world.as(who).get(PATH)).body).toMatchObject({ status: 403, code: 'access.forbidden' })
    }
    expect((await world.anyone().get(PATH)).status).toBe(401)
    const head = await world.host.events.head()
    for (const [query, code] of [
      ['type=throughline.SignInCodeIssued.v1', 'feed.type'],
      ['limit=0', 'request.invalid'],
      ['follow=perhaps', 'request.invalid'],
      ['customer=00000000-0000-4000-8000-000000000001', 'request.invalid'],
      [`after=${String(head + 1)}`, 'feed.ahead'],
    ]) {
      const { body } = await world.as(ivo).get(`${PATH}?${query ?? ''}`)
      expect(body).toMatchObject({
        code,
        ...(code !== 'request.invalid' && { todo: expect.any(String) as string }),
      })
    }
    const { body } = await world.as(ivo).get(PATH, { 'last-event-id': 'x' })
    expect(body).toMatchObject({ code: 'feed.position', field: 'Last-Event-ID' })
  })

  it('ends with the session and with the token, and at ten at once', async () => {
    const feeds = await Promise.all(Array.from({ length: 10 }, () => open('after=0&follow=true')))
    const refused = await world.as(ivo).get(`${PATH}?limit=1`)
    expect(refused).toMatchObject({ status: 429, body: { code: 'feed.crowded' } })
    await world.tell(
      'throughline.SessionEnded.v1',
      { sessionId: ivo.session ?? '', subjectId: ivo.id, why: 'signed-out' },
      { stream: 'session', id: ivo.session ?? '' },
    )
    await world.settled()
    const texts = await Promise.all(feeds.map((feed) => feed.text()))
    for (const text of texts) expect(text).not.toContain('"more"')
  })
})
