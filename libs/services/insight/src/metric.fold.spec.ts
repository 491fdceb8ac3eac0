import fc from 'fast-check'
import { DAY, HOUR } from '@throughline/kernel'
import { contactOf, log, START } from './insight.fixture.js'
import type { Told } from './insight.fixture.js'
import { history } from './history.fixture.js'
import { difference, explain } from './metric.explain.js'
import { MetricFold } from './metric.fold.fixture.js'
import type { Cell } from './metric.fold.fixture.js'
import type { InsightEvent } from './metric.facts.js'
import { naiveRows } from './metric.naive.js'
import { dayOf, stateOf } from './metric.rows.js'
import type { FactRow } from './metric.rows.js'
import type { MetricDefinition } from './metric.js'
import { answeredWithin, ISSUE_WINDOW, shippedMetrics } from './metrics.shipped.js'

const definitions = [...shippedMetrics, answeredWithin(3600), answeredWithin(3600, 'S4')]

const byUnit = (rows: readonly FactRow[]) => [...rows].sort((a, b) => (a.unit < b.unit ? -1 : 1))

/** Cells counted from nothing. */
function cellsOf(rows: readonly FactRow[], moment: number): readonly Cell[] {
  const ids = [...new Set(rows.map((row) => JSON.stringify([dayOf(row), row.keys])))]
  return ids.map((id) => {
    const own = rows.filter((row) => JSON.stringify([dayOf(row), row.keys]) === id)
    const counted = own.filter((row) => stateOf(row, moment) === 'counted')
    const values = counted.map((row) => row.value ?? 0)
    const [first] = own
    return {
      day: first ? dayOf(first) : '',
      keys: first?.keys ?? {},
      n: counted.length,
      k: counted.filter((row) => row.value !== null && row.value > 0).length,
      sum: values.reduce((a, b) => a + b, 0),
      squares: values.reduce((a, b) => a + b * b, 0),
      pending: own.filter((row) => stateOf(row, moment) === 'pending').length,
      excluded: own.filter((row) => row.excluded !== undefined).length,
    }
  })
}

const byCell = (cells: readonly Cell[]) => cells.map((cell) => JSON.stringify(cell)).sort()

function expectSame(fold: MetricFold, events: readonly InsightEvent[]): void {
  for (const definition of fold.definitions()) {
    const expected = naiveRows(definition, events, ISSUE_WINDOW)
    expect(byUnit(fold.rows(definition))).toEqual(byUnit(expected))
    expect(byCell(fold.cube(definition))).toEqual(byCell(cellsOf(expected, fold.moment)))
  }
}

describe('figures kept as events arrive (C29)', () => {
  it('are those of counting everything anew, in whatever order and however often events come', () => {
    const delivery = history.chain((events) =>
      fc.record({
        events: fc.constant(events),
        order: fc.shuffledSubarray([...events, ...events.slice(0, 8)], {
          minLength: events.length + Math.min(8, events.length),
        }),
        batch: fc.integer({ min: 1, max: 12 }),
        step: fc.integer({ min: 0, max: 3 * 24 }),
      }),
    )
    fc.assert(
      fc.property(delivery, ({ events, order, batch, step }) => {
        const fold = new MetricFold(definitions, ISSUE_WINDOW, START)
        for (let at = 0; at < order.length; at += batch) {
          fold.apply(order.slice(at, at + batch))
          fold.advance(fold.moment + step * HOUR)
        }
        expectSame(fold, events)
      }),
      { numRuns: 60 },
    )
  })

  it('as was at a moment, as known at a position, is what was known then and stays so', () => {
    const question = fc.record({ events: history, days: fc.nat(20), known: fc.nat(45) })
    fc.assert(
      fc.property(question, ({ events, days, known }) => {
        const asWas = START + days * DAY
        const fold = new MetricFold(definitions, ISSUE_WINDOW, START)
        fold.apply(events.filter((event) => event.position <= known))
        const then = definitions.map((definition) => byUnit(fold.rowsAsOf(definition, asWas, known)))
        fold.apply(events)
        definitions.forEach((definition, index) => {
          const now = byUnit(fold.rowsAsOf(definition, asWas, known))
          expect(now).toEqual(then[index])
          expect(now).toEqual(byUnit(naiveRows(definition, events, ISSUE_WINDOW, asWas, known)))
        })
      }),
      { numRuns: 30 },
    )
  })

  it('the list behind each figure sums to its cells, and two reckonings differ by what entered, left and changed', () => {
    fc.assert(
      fc.property(history, fc.nat(45), fc.nat(40), (events, known, days) => {
        const fold = new MetricFold(definitions, ISSUE_WINDOW, START + days * DAY)
        fold.apply(events)
        for (const definition of definitions) {
          const list = explain(definition, fold.rows(definition), fold.moment)
          const cube = fold.cube(definition)
          const total = (of: (cell: Cell) => number) => cube.reduce((sum, cell) => sum + of(cell), 0)
          expect([list.n, list.sum, list.pending.length, list.excluded.length]).toEqual([
            total((c) => c.n),
            total((c) => c.sum),
            total((c) => c.pending),
            total((c) => c.excluded),
          ])
          const earlier = fold.rowsAsOf(definition, fold.moment, known)
          const before = explain(definition, earlier, fold.moment)
          const moved = difference(earlier, fold.moment, fold.rows(definition), fold.moment)
          expect(before.sum + moved.sum).toBe(list.sum)
          expect(before.n + moved.entering.length - moved.leaving.length).toBe(list.n)
        }
      }),
      { numRuns: 30 },
    )
  })

  const find = (metric: string): MetricDefinition => {
    const found = definitions.find((each) => each.metric === metric)
    if (!found) throw new Error(`no ${metric}`)
    return found
  }

  it('a late event corrects the day to which it belongs', () => {
    const wide = find('repeat-contact-wide')
    const [first, second] = [
      contactOf({ contact: 'c1', customer: 'anna', at: 0, answered: 5 }),
      contactOf({ contact: 'c2', customer: 'anna', at: DAY, answered: 5 }),
    ]
    const events = log([...first, ...second])
    const fold = new MetricFold([wide], ISSUE_WINDOW, START + 30 * DAY)
    fold.apply(events.slice(0, first.length))
    expect(fold.cube(wide)).toMatchObject([{ day: '2026-11-02', n: 1, k: 0 }])
    fold.apply(events.slice(first.length))
    expect(fold.cube(wide)).toMatchObject([
      { day: '2026-11-02', n: 1, k: 1 },
      { day: '2026-11-03', n: 1, k: 0 },
    ])
  })

  it('time alone lets pending units count', () => {
    const wide = find('repeat-contact-wide')
    const fold = new MetricFold([wide], ISSUE_WINDOW, START)
    fold.apply(log(contactOf({ contact: 'c1', customer: 'anna', at: 0, answered: 5 })))
    expect(fold.cube(wide)).toMatchObject([{ n: 0, pending: 1 }])
    fold.advance(START + 8 * DAY)
    expect(fold.cube(wide)).toMatchObject([{ n: 1, pending: 0 }])
    fold.advance(START)
    expect(fold.moment).toBe(START + 8 * DAY)
  })

  it('merging two customers and taking it back leaves every cube as it was (C76)', () => {
    const contacts = [
      ...contactOf({ contact: 'c1', customer: 'anna', at: 0, answered: 5 }),
      ...contactOf({ contact: 'c2', customer: 'bert', at: DAY, answered: 5 }),
    ]
    const merge = (name: string, at: number): Told => ({
      name,
      data: { customerId: 'anna', mergedId: 'bert' },
      at,
    })
    const events = log([...contacts, merge('CustomersMerged', 2 * DAY), merge('CustomersUnmerged', 3 * DAY)])
    const fold = new MetricFold(definitions, ISSUE_WINDOW, START + 60 * DAY)
    const cubes = () => definitions.map((definition) => byCell(fold.cube(definition)))
    fold.apply(events.slice(0, -2))
    const before = cubes()
    fold.apply(events.slice(-2, -1))
    expect(fold.cube(find('repeat-contact-wide')).map((cell) => cell.k)).toEqual([1, 0])
    fold.apply(events.slice(-1))
    expect(cubes()).toEqual(before)
  })

  it('a new version is reckoned beside the old one from the beginning', () => {
    const answered = answeredWithin(20)
    const fold = new MetricFold([answered], ISSUE_WINDOW, START + DAY)
    fold.apply(
      log([
        ...contactOf({ contact: 'c1', customer: 'anna', at: 0, answered: 30 }),
        ...contactOf({ contact: 'c2', customer: 'bert', at: 0, answered: 5 }),
      ]),
    )
    const next: MetricDefinition = { ...answeredWithin(60), metric: answered.metric, version: 2 }
    fold.define(next)
    const moved = difference(fold.rows(answered), fold.moment, fold.rows(next), fold.moment)
    expect(moved.changed.map((each) => [each.to.unit, each.from.value, each.to.value])).toEqual([
      ['c1', 0, 1],
    ])
    expect(fold.definition(answered.metric)?.version).toBe(2)
    expect(fold.definition(answered.metric, 1)).toBe(answered)
    expect(fold.cube(answered)).toMatchObject([{ n: 2, k: 1 }])
  })
})
