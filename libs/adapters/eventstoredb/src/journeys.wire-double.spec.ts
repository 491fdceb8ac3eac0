import type { DomainEvent } from '@throughline/kernel'
import type { Command, EventStore, RecordedEvent, StreamName } from '@throughline/ports'
import { FreshIds, TickingClock } from '@throughline/ports/suites'
import { Connection } from './connection.js'
import { Journeys } from './journeys.js'
import { LogReader } from './log-reader.js'
import { Names } from './names.js'
import { WireDouble } from './wire-double.fixture.js'
import { openWorld } from './worlds.fixture.js'

// A wire double: proves how we use the client, never how the server behaves.

const ids = new FreshIds()
let double: WireDouble
let events: EventStore

beforeEach(async () => {
  double = await WireDouble.start()
  ;({ events } = await openWorld(double.url, new TickingClock(), ids, { prefix: 'faults' }))
})
afterEach(async () => {
  await events.close()
  double.stop()
})

const fresh = (): StreamName => ({ stream: 'notebook', id: ids.next() })
const noted = (text: string): DomainEvent => ({ type: 'test.Noted.v1', data: { text } })
const command = (more: Partial<Command> = {}): Command => ({ id: ids.next(), actor: 'customer:ann', ...more })
const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error)
const TELLS_WHAT: unknown = expect.stringContaining('enable $by_correlation_id')

describe('a journey', () => {
  it('is whole while the projection is behind, and after it has caught up', async () => {
    const journeyId = ids.next()
    const own: RecordedEvent[] = []
    const tell = async (more: Partial<Command>): Promise<readonly RecordedEvent[]> =>
      (await events.append(fresh(), 0, command(more), [noted('one'), noted('two')])).events
    for (const isLagging of [true, false, true, true]) {
      double.log.isLagging = isLagging
      if (!isLagging) double.log.link()
      own.push(...(await tell({ journeyId })))
      await tell({ journeyId: ids.next() })
      await tell({})
      for (let index = 0; index < 150; index++) double.log.statistics()
      expect(await events.readJourney(journeyId)).toStrictEqual(own)
    }
    const after = own[2]?.position ?? 0
    expect(await events.readJourney(journeyId, { after, limit: 3 })).toStrictEqual(own.slice(3, 6))
    double.log.link()
    expect(await events.readJourney(journeyId)).toStrictEqual(own)
  })

  it('is refused rather than told in part when the projection does not run', async () => {
    double.log.isLagging = true
    const connection = new Connection(double.url, 10_000)
    const names = new Names('faults')
    const journeys = new Journeys(connection, names, new LogReader(connection, names), 20)
    for (const expected of [0, 20]) {
      const many = Array.from({ length: 20 }, (_, index) => noted(String(index)))
      const target = { stream: 'notebook', id: 'one' }
      await events.append(target, expected, command({ journeyId: ids.next() }), many)
      const answer = await caught(journeys.read(ids.next(), {}))
      if (expected === 0) expect(answer).toEqual([])
      else
        expect(answer).toMatchObject({
          kind: 'unavailable',
          code: 'store.unavailable',
          detail: { todo: TELLS_WHAT },
        })
    }
    double.log.link()
    expect(await journeys.read(ids.next(), {})).toEqual([])
    await connection.close()
  })
})
