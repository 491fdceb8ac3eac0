import { DAY } from '@throughline/kernel'
import { defect } from '@throughline/ports/suites'
import fc from 'fast-check'
import { START } from './insight.fixture.js'
import { MetricFold } from './metric.fold.fixture.js'
import { history } from './history.fixture.js'
import type { MetricDefinition } from './metric.js'
import { naiveRows } from './metric.naive.js'
import { redefinition } from './metric.redefined.js'
import { stateOf } from './metric.rows.js'
import type { FactRow } from './metric.rows.js'
import { answeredWithin, ISSUE_WINDOW, shippedMetrics } from './metrics.shipped.js'

const shipped = [...shippedMetrics, answeredWithin(3600), answeredWithin(3600, 'S4')]

/** Another reading of a definition: another window, another start, something left out, or another metric altogether. */
const anyPair: fc.Arbitrary<readonly [MetricDefinition, MetricDefinition]> = fc
  .record({
    first: fc.constantFrom(...shipped),
    second: fc.constantFrom(...shipped),
    how: fc.constantFrom('within', 'where', 'mature', 'exclude', 'another'),
    days: fc.integer({ min: 0, max: 12 }),
  })
  .map(({ first, second, how, days }) => {
    const span = { default: days * DAY, reasons: {} }
    const next: MetricDefinition =
      how === 'within'
        ? { ...first, outcome: first.outcome.map((clause) => ({ ...clause, within: span })) }
        : how === 'where'
          ? { ...first, start: { ...first.start, where: { ...first.start.where, reason: 'leak' } } }
          : how === 'mature'
            ? { ...first, mature: span }
            : how === 'exclude'
              ? { ...first, exclude: [{ id: 'R1', where: { channel: 'phone' } }] }
              : second
    return [first, { ...next, metric: first.metric, version: first.version + 1 }]
  })

/** Counted units by name, as plainly as can be. */
const countedIn = (rows: readonly FactRow[], moment: number) =>
  new Map(rows.filter((row) => stateOf(row, moment) === 'counted').map((row) => [row.unit, row]))

describe('audit: a metric defined anew over a history that was there before it (C48)', () => {
  it('counts as a plain scan of that history does, and the difference is told by the events that decided', () => {
    fc.assert(
      fc.property(history, anyPair, fc.nat(40), (events, [first, second], days) => {
        const moment = START + days * DAY
        const fold = new MetricFold([first], ISSUE_WINDOW, moment)
        // The definition comes when all has happened; the defect forgets what had happened by then.
        if (defect('audit.metric')) fold.define(second)
        else fold.apply(events)
        const [before, after] = [
          naiveRows(first, events, ISSUE_WINDOW),
          naiveRows(second, events, ISSUE_WINDOW),
        ]
        if (!defect('audit.metric')) fold.define(second)
        const found = redefinition(fold.rows(first), fold.rows(second), moment)
        const [from, to] = [countedIn(before, moment), countedIn(after, moment)]
        const names = (units: readonly { readonly unit: string }[]) => units.map(({ unit }) => unit).sort()
        expect(names(found.entering)).toEqual([...to.keys()].filter((unit) => !from.has(unit)).sort())
        expect(names(found.leaving)).toEqual([...from.keys()].filter((unit) => !to.has(unit)).sort())
        expect(names(found.changed)).toEqual(
          [...to.keys()]
            .filter((unit) => from.has(unit) && from.get(unit)?.value !== to.get(unit)?.value)
            .sort(),
        )
        const total = (rows: ReadonlyMap<string, FactRow>) =>
          [...rows.values()].reduce((sum, { value }) => sum + (value ?? 0), 0)
        expect(found.sum).toBe(total(to) - total(from))
        // By the ids of the events, under each version.
        const because = (rows: readonly FactRow[], name: string) =>
          rows.find(({ unit }) => unit === name)?.because ?? []
        const ids = new Set(events.map(({ id }) => id))
        for (const unit of [...found.entering, ...found.leaving, ...found.changed]) {
          expect(unit.before.because).toEqual(because(before, unit.unit))
          expect(unit.after.because).toEqual(because(after, unit.unit))
          const decided = [...unit.before.because, ...unit.after.because]
          expect(decided.length).toBeGreaterThan(0)
          for (const id of decided) expect(ids.has(id)).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('lists in order of time, so that a list can be read page by page', () => {
    fc.assert(
      fc.property(history, anyPair, fc.infiniteStream(fc.nat()), (events, [first, second], draws) => {
        const rows = naiveRows(first, events, ISSUE_WINDOW)
        const others = naiveRows(second, events, ISSUE_WINDOW)
        const shuffled = [...others].sort(() => ((draws.next().value ?? 0) % 2) - 0.5)
        const moment = START + 60 * DAY
        expect(redefinition(rows.toReversed(), shuffled, moment)).toEqual(redefinition(rows, others, moment))
      }),
      { numRuns: 60 },
    )
  })
})
