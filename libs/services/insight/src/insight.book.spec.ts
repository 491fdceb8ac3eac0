import fc from 'fast-check'
import { DAY, HOUR, toInstant } from '@throughline/kernel'
import { MemoryEventStore, MemoryViewStore } from '@throughline/ports'
import type { Change, RecordedEvent } from '@throughline/ports'
import { defect, FreshIds, ImmediateTimers, sized, TickingClock } from '@throughline/ports/suites'
import { Anatomy } from './anatomy.js'
import { history } from './history.fixture.js'
import { InsightBook } from './insight.book.js'
import { START } from './insight.fixture.js'
import { addPath, JourneyPaths } from './journey.paths.js'
import type { InsightEvent } from './metric.facts.js'
import { MetricFold } from './metric.fold.fixture.js'
import type { FactRow } from './metric.rows.js'
import { answeredWithin, ISSUE_WINDOW, shippedMetrics } from './metrics.shipped.js'
import { TroubleFold } from './trouble.fold.js'
import { troublesAt } from './trouble.js'

/** Nothing is kept at hand: whatever is heard of again is read from its rows. */
const NOTHING = { unwritten: 10, facts: 0, journeys: 0, units: 0 }
const definitions = [...shippedMetrics, answeredWithin(3600)]
const late = { ...answeredWithin(60), metric: 'defined-late' }
const NOTES = { of: 'notes' }

/** A log that holds what it is told to. */
class Log extends MemoryEventStore {
  constructor(private readonly events: readonly RecordedEvent[]) {
    super(new TickingClock(), new FreshIds())
  }
  override readAll: MemoryEventStore['readAll'] = (options) =>
    Promise.resolve(
      this.events
        .filter(({ position }) => position > (options?.after ?? 0))
        .slice(0, options?.limit ?? 1_000),
    )
}

/** The defect: what is kept says that it holds one event more than it does, and fits the log all the same. */
class OneTooFar extends MemoryViewStore {
  constructor(private readonly log: Log) {
    super()
  }
  override async position(view: string): Promise<number> {
    return (await this.#next(view))?.position ?? super.position(view)
  }
  override async get(view: string, key: string): Promise<unknown> {
    const of = key === '~' ? (await this.#next(view))?.hash : undefined
    return of === undefined ? super.get(view, key) : { of }
  }
  override async write(view: string, _: number, to: number, changes: readonly Change[]): Promise<void> {
    return super.write(view, await super.position(view), to, changes)
  }
  async #next(view: string) {
    const at = await super.position(view)
    return at === 0 ? undefined : (await this.log.readAll({ after: at, limit: 1 }))[0]
  }
}

const opened = async (views: MemoryViewStore, log: Log, now: () => number = () => START) => {
  const book = new InsightBook(views, log, new ImmediateTimers(), ISSUE_WINDOW, now, NOTHING)
  const found = await book.open()
  book.keep(definitions)
  return { book, ...found }
}

/** What is recorded: contracts say that these are always there. */
function recorded(event: InsightEvent): RecordedEvent {
  const data = {
    promised: [],
    causes: [],
    person: { id: event.customerId ?? 'dora' },
    ...(event.data as object),
  }
  return { ...event, data, commandId: event.id, hash: `of ${String(event.position)}` }
}

const byUnit = (rows: readonly FactRow[]) =>
  rows
    .map(({ unit, person, cohortAt, keys, value, excluded, matureAt, because, position }) =>
      JSON.stringify([unit, person, cohortAt, keys, value, excluded, matureAt, because, position]),
    )
    .sort()

/** Where it stops, and whether what it had in hand is written then. */
const anyStops = fc.array(fc.tuple(fc.nat(45), fc.boolean()), { maxLength: 4 })

describe('what insight keeps of the log', () => {
  it('P11: is what all events come to, wherever it was stopped and whatever was written by then', async () => {
    const question = fc.record({
      told: history,
      batch: fc.integer({ min: 1, max: 12 }),
      stops: anyStops,
      known: fc.nat(45),
      days: fc.nat(20),
      lateAt: fc.nat(45),
    })
    await fc.assert(
      fc.asyncProperty(question, async ({ told, batch, stops, known, days, lateAt }) => {
        const events = told.map(recorded)
        const log = new Log(events)
        const views = defect('snapshot.insight') ? new OneTooFar(log) : new MemoryViewStore()
        const left = [...stops]
        let { book } = await opened(views, log)
        for (let at = 0; at < events.length;) {
          const next = Math.min(events.length, at + batch)
          await book.take(
            events.slice(at, next),
            next,
            () => undefined,
            () => NOTES,
          )
          if (at <= lateAt && lateAt < next) await book.build(late)
          at = next
          // Each once: what was not written is taken in again.
          const stop = left.find(([where]) => where >= at - batch && where < at)
          if (stop === undefined) continue
          left.splice(left.indexOf(stop), 1)
          if (stop[1]) await book.write()
          ;({ book } = await opened(views, log))
          if (lateAt < at) await book.build(late)
          at = book.taken
        }
        const fold = new MetricFold([...definitions, late], ISSUE_WINDOW, START)
        fold.apply(events)
        const paths = new JourneyPaths()
        paths.apply(events)
        const asWas = START + days * DAY
        for (const definition of fold.definitions()) {
          expect(byUnit(await book.rows(definition))).toEqual(byUnit(fold.rows(definition)))
          const then = await book.rows(definition, { asWas, known })
          expect(byUnit(then)).toEqual(byUnit(fold.rowsAsOf(definition, asWas, known)))
        }
        const expected = new Anatomy()
        for (const [journey, path] of paths.journeys) addPath(expected, journey, path, { asWas, known })
        const anatomy = await book.anatomy({ asWas, known })
        expect([anatomy.journeys, anatomy.variants()]).toEqual([expected.journeys, expected.variants()])
      }),
      // A world as large as this takes its time to become small.
      { numRuns: sized(60, 1_000), endOnFailure: defect('snapshot.insight') },
    )
  })

  const id = (kind: string, n: number): string => `${kind}${String(n)}`
  /** Something that happens to a few customers, and how long after what was before. */
  const happening = fc.record({
    what: fc.constantFrom(
      ...(['asks', 'queued', 'assigned', 'leaves', 'out', 'sums up', 'opens', 'adds', 'keeps'] as const),
      ...(['resolves', 'wants back', 'is back', 'says', 'goes on', 'takes'] as const),
    ),
    contact: fc.nat(5),
    customer: fc.nat(2),
    thing: fc.nat(1),
    after: fc.constantFrom(0, HOUR, DAY, 4 * DAY, 9 * DAY),
    by: fc.constantFrom(-DAY, HOUR, 3 * DAY),
    kind: fc.constantFrom('quote', 'purchase'),
    isBad: fc.boolean(),
  })
  type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never

  function dataOf({ what, contact, customer, thing, by, kind, isBad }: Happening, at: number) {
    const of = { contactId: id('c', contact), journeyId: id('j', contact), customerId: id('p', customer) }
    const item = { id: id('t', thing), kind, title: id('Thing ', thing) }
    const reason = { code: 'leak', label: 'It leaks' }
    const dueBy = toInstant(at + by)
    const aboutCase = { ...of, caseId: id('k', thing), promised: [{ what: 'a part', by: dueBy }] }
    const followUp = { followUpId: id('f', thing), ...(isBad ? {} : { caseId: id('k', thing) }) }
    const feedback = {
      feedbackId: id('s', contact),
      ...of,
      about: { kind: 'contact', id: of.contactId, item },
    }
    const told: Readonly<Record<typeof what, readonly [string, object]>> = {
      asks: [
        'ContactRequested',
        { ...of, person: { id: of.customerId }, channel: 'chat', item, reason, readings: [] },
      ],
      queued: ['ContactQueued', { ...of, dueBy, channel: 'chat' }],
      assigned: ['ContactAssigned', { ...of, agentId: 'a', channel: 'chat' }],
      leaves: ['ContactLeft', { ...of, why: isBad ? 'gave-up' : 'solved' }],
      out: ['ContactLeftQueue', { ...of, why: 'gave-up' }],
      'sums up': [
        'ContactSummarised',
        {
          ...of,
          causes: [],
          outcome: isBad ? 'follow-up' : 'resolved',
          ...(isBad && { caseId: aboutCase.caseId }),
        },
      ],
      opens: ['CaseOpened', { ...aboutCase, item, reason, staffId: 'a' }],
      adds: ['ContactAddedToCase', aboutCase],
      keeps: ['CasePromiseKept', { caseId: aboutCase.caseId, what: 'a part' }],
      resolves: ['CaseResolved', { caseId: aboutCase.caseId }],
      'wants back': ['FollowUpRequested', { ...followUp, customerId: of.customerId, what: 'call', dueBy }],
      'is back': ['FollowUpDone', { followUpId: followUp.followUpId }],
      says: ['FeedbackGiven', { ...feedback, outcome: isBad ? 'not-at-all' : 'resolved', feeling: 'fine' }],
      'goes on': ['ItemProgressed', { itemId: item.id, customerId: of.customerId }],
      takes: ['CaseAssigned', { caseId: aboutCase.caseId, staffId: 'b' }],
    }
    const [name, data] = told[what]
    const isOfNoJourney = what === 'wants back' && !isBad
    return {
      name,
      data,
      of: { customerId: of.customerId, ...(!isOfNoJourney && { journeyId: of.journeyId }) },
    }
  }

  it('P11: knows what goes wrong, wherever it was stopped, and holds nothing that is over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { maxLength: 60, size: 'max' }),
        anyStops,
        async (happenings, stops) => {
          let now = START
          const events = happenings.map((each, index): RecordedEvent => {
            now += each.after
            const { name, data, of } = dataOf(each, now)
            const position = index + 1
            return {
              ...recorded({
                id: id('e', position),
                type: `throughline.${name}.v1`,
                data: {},
                occurredAt: toInstant(now),
                recordedAt: toInstant(now),
                position,
                sequence: 0,
                stream: 'any',
                streamId: 'any',
                actor: 'staff:a',
                ...of,
              }),
              data,
            }
          })
          const log = new Log(events)
          const views = new MemoryViewStore()
          const expected = new TroubleFold()
          let moment = START
          let furthest = 0
          const left = [...stops]
          let { book } = await opened(views, log, () => moment)
          for (let at = 0; at < events.length;) {
            const event = events[at]
            if (event === undefined) break
            moment = Math.max(moment, Date.parse(event.occurredAt))
            expected.apply([event])
            await book.take(
              [event],
              event.position,
              () => undefined,
              () => NOTES,
            )
            at += 1
            // One that was stopped is behind for a while.
            if (at > furthest) expect(troublesAt(book.troubles, moment)).toEqual(troublesAt(expected, moment))
            furthest = Math.max(furthest, at)
            const stop = left.find(([where]) => where === at)
            if (stop === undefined) continue
            left.splice(left.indexOf(stop), 1)
            if (stop[1]) await book.write()
            ;({ book } = await opened(views, log, () => moment))
            at = book.taken
          }
          expect(troublesAt(book.troubles, moment + 2 * DAY)).toEqual(troublesAt(expected, moment + 2 * DAY))
          // Weeks later nothing is at hand but what is still promised, waited for or to be done.
          moment += 100 * DAY
          const last = events.length
          await book.take(
            [],
            last + 5_000,
            () => undefined,
            () => NOTES,
          )
          const { cases, contacts, followUps } = book.troubles
          expect(contacts.size).toBe(0)
          for (const [key, { promised }] of cases)
            expect(promised.length > 0 || [...followUps.values()].some(({ caseId }) => caseId === key)).toBe(
              true,
            )
          expect(troublesAt(book.troubles, moment)).toEqual(troublesAt(expected, moment))
        },
      ),
      { numRuns: sized(80, 1_500) },
    )
  })

  const some = Array.from({ length: 40 }, (_, n) =>
    recorded({
      id: `e${String(n)}`,
      type: 'throughline.ContactRequested.v1',
      data: { contactId: `c${String(n)}`, channel: 'chat' },
      occurredAt: toInstant(START + n * HOUR),
      recordedAt: toInstant(START + n * HOUR),
      position: n + 1,
      sequence: 0,
      stream: 'any',
      streamId: 'any',
      journeyId: `j${String(n)}`,
      customerId: `p${String(n % 3)}`,
      actor: 'customer:p',
    }),
  )

  it('goes on from where it ended, and from the first event where what is kept is of another log', async () => {
    const views = new MemoryViewStore()
    const { book } = await opened(views, new Log(some))
    await book.take(
      some,
      40,
      () => undefined,
      () => NOTES,
    )
    await book.write()
    const again = await opened(views, new Log(some))
    expect([again.book.taken, again.notes, again.passedOver]).toEqual([40, NOTES, undefined])
    const other = some.map((event) => ({ ...event, hash: `other ${event.hash}` }))
    const anew = await opened(views, new Log(other))
    expect([anew.book.taken, anew.notes, anew.passedOver]).toEqual([0, undefined, 'it is of another log'])
    expect(await anew.book.rows(shippedMetrics[0] ?? late)).toEqual([])
  })

  it('goes on from the first event where what is kept cannot be read', async () => {
    const broken = new (class extends MemoryViewStore {
      override page(): never {
        throw new SyntaxError('Unexpected token in JSON')
      }
    })()
    const { book } = await opened(broken, new Log(some))
    await book.take(
      some,
      40,
      () => undefined,
      () => NOTES,
    )
    await book.write()
    const again = await opened(broken, new Log(some))
    expect([again.book.taken, again.passedOver]).toEqual([0, 'SyntaxError'])
  })
})
