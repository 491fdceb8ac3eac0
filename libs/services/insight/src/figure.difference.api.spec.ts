import { DAY } from '@throughline/kernel'
import { ivo, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { insightService } from './index.js'
import { HEARD } from './metric.facts.js'
import { parseMetric } from './metric.js'
import type { MetricDefinition } from './metric.js'
import { naiveRows } from './metric.naive.js'
import { stateOf } from './metric.rows.js'
import type { FactRow } from './metric.rows.js'
import { ISSUE_WINDOW, shippedMetrics } from './metrics.shipped.js'
import { tellHistory } from './told.fixture.js'

const PATH = '/api/v1/insight/metrics'
const METRIC = 'repeat-contact-wide'

interface Unit {
  readonly unit: string
  readonly decided: { readonly before: readonly string[]; readonly after: readonly string[] }
}
interface Listed {
  readonly count: number
  readonly units: readonly Unit[]
  readonly next: number | null
}
type Told = Readonly<Record<'entering' | 'leaving' | 'changed', Listed>> & {
  readonly asWas: string
  readonly known: number
  readonly sum: number
}

describe('audit: a metric defined anew, over HTTP (C48)', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([insightService])
    world.clock.move(60 * DAY)
    await tellHistory((type, data, where) => world.tell(type, data, where))
  })
  afterAll(() => world.stop())

  const definition = {
    unit: 'contact',
    start: { event: 'ContactRequested', where: { reason: { not: 'billing' } } },
    first: ['contact'],
    outcome: [{ event: 'ContactRequested', same: ['person'], other: ['contact'], within: '1d' }],
    mature: '1d',
    by: ['reason'],
    estimate: { kind: 'share' },
    good: 'down',
  }

  it('counts what happened before it was defined, and tells the difference by the ids of the events', async () => {
    const made = await world.as(ivo).post(PATH, { metric: METRIC, why: 'One day is enough.', definition })
    expect(made).toMatchObject({ status: 201, body: { version: 2 } })
    const ask = async (query: string): Promise<Told> => {
      const { status, body } = await world.as(ivo).get(`${PATH}/${METRIC}/versions/1/difference/2?${query}`, {
        'min-position': String(await world.host.events.head()),
      })
      expect(status).toBe(200)
      return body as Told
    }
    const whole = await ask('')
    const events = await world.events()
    const first = shippedMetrics.find(({ metric }) => metric === METRIC)
    if (first === undefined) throw new Error('not shipped')
    const second = parseMetric({ ...definition, metric: METRIC, version: 2 }, HEARD)
    const moment = Date.parse(whole.asWas)
    const rowsOf = (of: MetricDefinition): ReadonlyMap<string, FactRow> =>
      new Map(naiveRows(of, events, ISSUE_WINDOW).map((row) => [row.unit, row]))
    const [before, after] = [rowsOf(first), rowsOf(second)]
    const counts = (row: FactRow | undefined) => row !== undefined && stateOf(row, moment) === 'counted'
    const wanted = {
      entering: [...after.keys()].filter((unit) => counts(after.get(unit)) && !counts(before.get(unit))),
      leaving: [...before.keys()].filter((unit) => counts(before.get(unit)) && !counts(after.get(unit))),
      changed: [...after.keys()].filter(
        (unit) =>
          counts(after.get(unit)) &&
          counts(before.get(unit)) &&
          after.get(unit)?.value !== before.get(unit)?.value,
      ),
    }
    expect(wanted.leaving.length + wanted.changed.length).toBeGreaterThan(3)
    const ids = new Set(events.map(({ id }) => id))
    const lists = ['entering', 'leaving', 'changed'] as const
    for (const list of lists) {
      const { count, units, next } = whole[list]
      expect([count, next]).toEqual([wanted[list].length, null])
      expect(units.map(({ unit }) => unit).sort()).toEqual(wanted[list].sort())
      for (const { unit, decided } of units) {
        expect(decided.before).toEqual(before.get(unit)?.because ?? [])
        expect(decided.after).toEqual(after.get(unit)?.because ?? [])
        for (const id of [...decided.before, ...decided.after]) expect(ids.has(id)).toBe(true)
      }
    }
    // Page by page, at the moments of the first answer.
    const paged = { entering: [] as Unit[], leaving: [] as Unit[], changed: [] as Unit[] }
    for (let from: number | null = 0; from !== null;) {
      const page: Told = await ask(
        `limit=2&after=${String(from)}&asWas=${whole.asWas}&known=${String(whole.known)}`,
      )
      for (const list of lists) paged[list].push(...page[list].units)
      from = page.entering.next ?? page.leaving.next ?? page.changed.next
    }
    for (const list of lists) expect(paged[list]).toEqual(whole[list].units)
  })
})
