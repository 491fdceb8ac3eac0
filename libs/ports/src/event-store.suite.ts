import { Refused } from '@throughline/kernel'
import type { Clock, DomainEvent, Ids, Stream } from '@throughline/kernel'
import * as fc from 'fast-check'
import { sha256 } from './digest.js'
import { FreshIds, TickingClock } from './doubles.suite.js'
import { WrongExpectedVersion } from './event-store.js'
import type { Command, EventStore, RecordedEvent, StreamName } from './event-store.js'

type Noted = DomainEvent<'test.Noted.v1', { readonly text: string }>

const notebook: Stream<readonly string[], Noted> = {
  name: 'notebook',
  initial: [],
  evolve: (state, event) => [...state, event.data.text],
}
const noted = (text: string): Noted => ({ type: 'test.Noted.v1', data: { text } })
const note = (text: string) => (): readonly Noted[] => [noted(text)]

/** Everything the port promises. `open` gives a store on an engine; each test writes streams of its own. */
export function eventStoreSuite(name: string, open: (clock: Clock, ids: Ids) => Promise<EventStore>): void {
  describe(`event store on ${name}`, () => {
    const ids = new FreshIds()
    const clock = new TickingClock()
    let store: EventStore

    beforeAll(async () => {
      store = await open(clock, ids)
    })
    afterAll(async () => {
      await store.close()
    })

    /** A clock that somebody sets. */
    class SetClock extends TickingClock {
      set = Date.UTC(2026, 10, 22, 9, 0)
      override now(): number {
        return this.set
      }
    }

    const fresh = (): StreamName => ({ stream: 'notebook', id: ids.next() })
    const command = (more: Partial<Command> = {}): Command => ({
      id: ids.next(),
      actor: 'customer:ann',
      ...more,
    })
    const append = (target: StreamName, expected: number, ...texts: readonly string[]) =>
      store.append(target, expected, command(), texts.map(noted))
    /** What came of it: the answer, or the error as a value. */
    const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error)

    describe('a clock that jumps (R24)', () => {
      const HOUR = 3_600_000

      it('never takes the recorded times back with it, and what happened keeps the time of the clock', async () => {
        const jumping = new SetClock()
        const own = await open(jumping, ids)
        try {
          const start = jumping.set
          const answered: RecordedEvent[] = []
          for (const move of [0, HOUR, -2 * HOUR, 0, HOUR / 2, HOUR, HOUR]) {
            jumping.set += move
            const { events } = await own.append(fresh(), 0, command(), [noted('one'), noted('two')])
            answered.push(...events)
          }
          const log = await own.readAll()
          expect(answered).toEqual(log)
          const hours = (instant: string | undefined): number => (Date.parse(instant ?? '') - start) / HOUR
          const firsts = log.filter(({ sequence }) => sequence === 0)
          expect(firsts.map(({ occurredAt }) => hours(occurredAt))).toEqual([0, 1, -1, -1, -0.5, 0.5, 1.5])
          expect(firsts.map(({ recordedAt }) => hours(recordedAt))).toEqual([0, 1, 1, 1, 1, 1, 1.5])
        } finally {
          await own.close()
        }
      })

      it('finds the position of a moment as if it had not jumped', async () => {
        const jumping = new SetClock()
        const own = await open(jumping, ids)
        try {
          for (const move of [0, HOUR, -HOUR, HOUR / 2, HOUR]) {
            jumping.set += move
            await own.append(fresh(), 0, command(), [noted('one')])
          }
          const log = await own.readAll()
          for (const moment of [...log.map(({ recordedAt }) => recordedAt), '2020-01-01T00:00:00.000Z']) {
            const known = log.filter(({ recordedAt }) => recordedAt <= moment)
            expect(await own.positionAt(moment)).toBe(known.at(-1)?.position ?? 0)
          }
        } finally {
          await own.close()
        }
      })
    })

    describe('append', () => {
      it('records every field of every event, and reads back what it answered', async () => {
        const target = fresh()
        const head = await store.head()
        const wish = command({
          journeyId: ids.next(),
          customerId: 'ann',
          causationId: 'cause',
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          occurredAt: '2020-02-29T12:00:00.000Z',
        })
        const before = clock.now()
        const { outcome, events } = await store.append(target, 0, wish, [noted('one'), noted('two')])
        const after = clock.now()

        expect(outcome).toBe('applied')
        const [first, second] = events
        const place = (event: RecordedEvent | undefined) => ({
          id: event?.id,
          position: event?.position,
          recordedAt: event?.recordedAt,
          hash: event?.hash,
        })
        const shared = {
          type: 'test.Noted.v1',
          stream: target.stream,
          streamId: target.id,
          occurredAt: '2020-02-29T12:00:00.000Z',
          commandId: wish.id,
          actor: 'customer:ann',
          journeyId: wish.journeyId,
          customerId: 'ann',
          causationId: 'cause',
          traceparent: wish.traceparent,
        }
        expect(events).toStrictEqual([
          { ...shared, ...place(first), data: { text: 'one' }, sequence: 0 },
          { ...shared, ...place(second), data: { text: 'two' }, sequence: 1 },
        ])
        expect(first?.id).not.toBe(second?.id)
        expect(first?.position).toBeGreaterThan(head)
        expect(second?.position).toBeGreaterThan(first?.position ?? Infinity)
        expect(await store.head()).toBe(second?.position)
        for (const event of events) {
          expect(Date.parse(event.recordedAt)).toBeGreaterThan(before)
          expect(Date.parse(event.recordedAt)).toBeLessThan(after)
        }
        expect(await store.readStream(target)).toStrictEqual(events)
      })

      it('leaves out what a command does not carry, and says it happened when it was recorded', async () => {
        const target = fresh()
        const wish = command()
        const { events } = await store.append(target, 0, wish, [noted('one')])
        const [event] = events
        expect(events).toStrictEqual([
          {
            type: 'test.Noted.v1',
            data: { text: 'one' },
            id: event?.id,
            stream: target.stream,
            streamId: target.id,
            sequence: 0,
            position: event?.position,
            occurredAt: event?.recordedAt,
            recordedAt: event?.recordedAt,
            commandId: wish.id,
            actor: 'customer:ann',
            hash: event?.hash,
          },
        ])
      })

      it('chains each event to the one before it in its stream', async () => {
        const target = fresh()
        await append(target, 0, 'one', 'two')
        await append(fresh(), 0, 'between')
        await append(target, 2, 'three')
        let previous = ''
        for (const event of await store.readStream(target)) {
          const {
            type,
            data,
            id,
            stream,
            streamId,
            sequence,
            occurredAt,
            recordedAt,
            commandId,
            actor,
            hash,
          } = event
          const hashed = {
            type,
            data,
            id,
            stream,
            streamId,
            sequence,
            occurredAt,
            recordedAt,
            commandId,
            actor,
          }
          expect(hash).toBe(sha256(previous + JSON.stringify(hashed)))
          previous = hash
        }
      })

      it('gives back any text that JSON can carry, letter by letter', async () => {
        const target = fresh()
        const data = {
          text: 'Grüße, Ελλάδα, 日本語, 👩‍👩‍👧, \u0000, \u2028, "quoted" \\ and a lone \ud83d',
          deep: [{ list: [1, -0.5, 1e21, true, null, ''] }],
          'a key with spaces': {},
        }
        const { events } = await store.append(target, 0, command({ customerId: 'Zoë' }), [
          { type: 'test.Any.v1', data },
        ])
        expect(events[0]?.data).toStrictEqual(data)
        const read = await store.readStream(target)
        expect(read).toStrictEqual(events)
      })

      it('keeps what was appended, whatever is done later to the objects that went in or came out', async () => {
        const target = fresh()
        const data = { list: ['one'], nothing: undefined }
        const { events } = await store.append(target, 0, command(), [{ type: 'test.Any.v1', data }])
        data.list.push('later')
        const read = await store.readStream(target)
        expect(read[0]?.data).toStrictEqual({ list: ['one'] })
        expect(events[0]?.data).toStrictEqual({ list: ['one'] })
      })

      it('refuses another version than expected, says which it is, and records nothing', async () => {
        const target = fresh()
        await append(target, 0, 'one', 'two')
        const head = await store.head()
        for (const expected of [0, 1, 3]) {
          const error = await caught(append(target, expected, 'lost', 'too'))
          expect(error).toBeInstanceOf(WrongExpectedVersion)
          expect(error).toMatchObject({ name: 'WrongExpectedVersion', target, expected, actual: 2 })
        }
        const unknown = fresh()
        expect(await caught(append(unknown, 1, 'lost'))).toMatchObject({
          target: unknown,
          expected: 1,
          actual: 0,
        })
        expect((await store.readStream(target)).map(({ data }) => data)).toEqual([
          { text: 'one' },
          { text: 'two' },
        ])
        expect(await store.readStream(unknown)).toEqual([])
        expect(await store.head()).toBe(head)
      })

      it('records nothing for no events', async () => {
        const target = fresh()
        const head = await store.head()
        expect(await store.append(target, 0, command(), [])).toEqual({ outcome: 'applied', events: [] })
        expect(await store.head()).toBe(head)
      })

      it('tells listeners of this process after each append until they stop', async () => {
        const target = fresh()
        const seen: number[] = []
        const pending: Promise<number>[] = []
        const stop = store.onAppended(() => pending.push(store.head()))
        const { events } = await append(target, 0, 'one', 'two')
        seen.push(...(await Promise.all(pending)))
        expect(seen.at(-1)).toBe(events[1]?.position)
        const told = pending.length
        await caught(append(target, 0, 'lost'))
        stop()
        await append(target, 2, 'three')
        expect(pending).toHaveLength(told)
      })
    })

    describe('a command', () => {
      it('asked twice has one effect and gets the first answer, whatever version is expected (R02)', async () => {
        const target = fresh()
        const wish = command({ fingerprint: 'f' })
        const first = await store.append(target, 0, wish, [noted('one'), noted('two')])
        for (const expected of [0, 2, 7]) {
          const again = await store.append(target, expected, wish, [noted('another')])
          expect(again).toStrictEqual({ outcome: 'replayed', events: first.events })
        }
        expect(await store.readStream(target)).toStrictEqual(first.events)
      })

      it('gets its first answer even after later events', async () => {
        const target = fresh()
        await append(target, 0, 'zero')
        const wish = command()
        const first = await store.append(target, 1, wish, [noted('one'), noted('two')])
        await append(target, 3, 'three')
        const again = await store.append(target, 4, wish, [noted('one'), noted('two')])
        expect(again).toStrictEqual({ outcome: 'replayed', events: first.events })
      })

      it('is refused when its id was used for something else', async () => {
        const target = fresh()
        const wish = command({ fingerprint: 'first' })
        await store.append(target, 0, wish, [noted('one')])
        for (const other of [
          { ...wish, fingerprint: 'second' },
          { id: wish.id, actor: wish.actor },
        ]) {
          const error = await caught(store.append(target, 1, other, [noted('two')]))
          expect(error).toBeInstanceOf(Refused)
          expect(error).toMatchObject({
            kind: 'unprocessable',
            code: 'command.reused',
            detail: { field: 'Idempotency-Key' },
          })
        }
        expect(await store.readStream(target)).toHaveLength(1)
      })

      it('has one effect in each stream it touches', async () => {
        const wish = command()
        const [here, there] = [fresh(), fresh()]
        const first = await store.append(here, 0, wish, [noted('here')])
        const second = await store.append(there, 0, wish, [noted('there')])
        expect([first.outcome, second.outcome]).toEqual(['applied', 'applied'])
      })

      it('that was refused for its version may be sent again', async () => {
        const target = fresh()
        await append(target, 0, 'one')
        const wish = command()
        await caught(store.append(target, 0, wish, [noted('two')]))
        expect(await store.append(target, 1, wish, [noted('two')])).toMatchObject({ outcome: 'applied' })
      })

      it('sent many times at once has one effect, and everybody gets the same events (R03)', async () => {
        const target = fresh()
        const wish = command()
        const answers = await Promise.all(
          Array.from({ length: 50 }, () => store.append(target, 0, wish, [noted('one'), noted('two')])),
        )
        expect(answers.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1)
        const events = await store.readStream(target)
        expect(events).toHaveLength(2)
        for (const answer of answers) expect(answer.events).toStrictEqual(events)
      })
    })

    describe('read', () => {
      it('finds no event in a stream nobody has written', async () => {
        expect(await store.readStream(fresh())).toEqual([])
      })

      it('tells streams apart whose names would run together', async () => {
        const id = ids.next()
        await append({ stream: 'note', id: `book-${id}` }, 0, 'one')
        expect(await store.readStream({ stream: 'note-book', id })).toEqual([])
      })

      it('gives the whole log in pages, in order, within bounds', async () => {
        const head = await store.head()
        const [here, there] = [fresh(), fresh()]
        const events: RecordedEvent[] = []
        for (let index = 0; index < 3; index++) {
          events.push(...(await append(here, index * 2, 'one', 'two')).events)
          events.push(...(await append(there, index, 'three')).events)
        }
        expect(await store.readAll({ after: head })).toStrictEqual(events)
        const paged: RecordedEvent[] = []
        for (let after = head; ;) {
          const page = await store.readAll({ after, limit: 4 })
          expect(page.length).toBeLessThanOrEqual(4)
          const last = page.at(-1)
          if (last === undefined) break
          paged.push(...page)
          after = last.position
        }
        expect(paged).toStrictEqual(events)
        const upTo = events[4]?.position ?? 0
        expect(await store.readAll({ after: head, upTo })).toStrictEqual(events.slice(0, 5))
        expect(await store.readAll({ after: events[1]?.position ?? 0, upTo, limit: 2 })).toStrictEqual(
          events.slice(2, 4),
        )
        expect(await store.readAll({ after: await store.head() })).toEqual([])
        const [first] = await store.readAll({ limit: 1 })
        if (store.isDense) expect(first?.position).toBe(1)
        expect(first).toStrictEqual((await store.readAll())[0])
      })

      it('gives a journey across streams, in log order, within bounds', async () => {
        const journeyId = ids.next()
        const [here, there] = [fresh(), fresh()]
        const events: RecordedEvent[] = []
        for (let index = 0; index < 3; index++) {
          for (const target of [here, there]) {
            const wish = command({ journeyId })
            events.push(...(await store.append(target, index * 2, wish, [noted('in')])).events)
            await append(target, index * 2 + 1, 'not in')
          }
        }
        expect(await store.readJourney(journeyId)).toStrictEqual(events)
        const [after, upTo] = [events[0]?.position ?? 0, events[4]?.position ?? 0]
        expect(await store.readJourney(journeyId, { after, upTo })).toStrictEqual(events.slice(1, 5))
        expect(await store.readJourney(journeyId, { after, limit: 2 })).toStrictEqual(events.slice(1, 3))
        expect(await store.readJourney(ids.next())).toEqual([])
      })
    })

    describe('transact', () => {
      it('decides on the present state and answers what came of it', async () => {
        const { id } = fresh()
        const first = await store.transact(notebook, id, note('one'), command())
        expect(first).toStrictEqual({
          outcome: 'applied',
          id,
          state: ['one'],
          events: await store.readStream({ stream: 'notebook', id }),
          version: 1,
          position: await store.head(),
        })
        const second = await store.transact(
          notebook,
          id,
          (state) => [noted(`after ${state.join()}`)],
          command(),
        )
        expect(second).toMatchObject({ outcome: 'applied', state: ['one', 'after one'], version: 2 })
        expect(await store.load(notebook, id)).toEqual({ state: ['one', 'after one'], version: 2 })
        expect(await store.load(notebook, ids.next())).toEqual({ state: [], version: 0 })
      })

      it('records nothing when the wish is already fact', async () => {
        const { id } = fresh()
        const { position } = await store.transact(notebook, id, note('one'), command())
        const nothing = await store.transact(notebook, id, () => [], command())
        expect(nothing).toStrictEqual({
          outcome: 'nothing',
          id,
          state: ['one'],
          events: [],
          version: 1,
          position,
        })
      })

      it('gives a repeated command the state of its moment without deciding again', async () => {
        const { id } = fresh()
        await store.transact(notebook, id, note('zero'), command())
        const wish = command({ ifVersion: 1 })
        const first = await store.transact(notebook, id, note('one'), wish)
        await store.transact(notebook, id, note('two'), command())
        const again = await store.transact(
          notebook,
          id,
          () => {
            throw new Error('decided again')
          },
          wish,
        )
        expect(again).toStrictEqual({ ...first, outcome: 'replayed' })
      })

      it('refuses a repeated command that asks for something else', async () => {
        const { id } = fresh()
        const wish = command({ fingerprint: 'first' })
        await store.transact(notebook, id, note('one'), wish)
        const error = await caught(
          store.transact(notebook, id, note('two'), { ...wish, fingerprint: 'second' }),
        )
        expect(error).toMatchObject({ kind: 'unprocessable', code: 'command.reused' })
      })

      it('refuses a change to a version that has moved on', async () => {
        const { id } = fresh()
        await store.transact(notebook, id, note('one'), command({ ifVersion: 0 }))
        const error = await caught(store.transact(notebook, id, note('two'), command({ ifVersion: 0 })))
        expect(error).toMatchObject({
          kind: 'changed',
          code: 'version.changed',
          detail: { more: { version: 1 } },
        })
        expect(await store.load(notebook, id)).toEqual({ state: ['one'], version: 1 })
      })

      it('lets a refusal of the decision through and records nothing', async () => {
        const { id } = fresh()
        const no = new Refused('conflict', 'test.no', 'No.')
        const decision = (): readonly Noted[] => {
          throw no
        }
        expect(await caught(store.transact(notebook, id, decision, command()))).toBe(no)
        expect(await store.load(notebook, id)).toEqual({ state: [], version: 0 })
      })

      it('decides anew when somebody else was first', async () => {
        const { id } = fresh()
        const seen: (readonly string[])[] = []
        const racing = store.transact(
          notebook,
          id,
          (state) => {
            seen.push(state)
            // The other one is handed to the store before this decision's own append.
            if (seen.length === 1) void append({ stream: 'notebook', id }, 0, 'other')
            return [noted('mine')]
          },
          command(),
        )
        expect(await racing).toMatchObject({ outcome: 'applied', state: ['other', 'mine'], version: 2 })
        expect(seen).toEqual([[], ['other']])
      })

      it('takes different commands on one stream at once, each exactly once (R04)', async () => {
        const { id } = fresh()
        const texts = Array.from({ length: 12 }, (_, index) => `n${String(index)}`)
        const done = await Promise.all(
          texts.map((text) => store.transact(notebook, id, note(text), command())),
        )
        const { state, version } = await store.load(notebook, id)
        expect([...state].sort()).toEqual([...texts].sort())
        expect(version).toBe(texts.length)
        expect(done.map((one) => one.version).sort((a, b) => a - b)).toEqual(
          texts.map((_, index) => index + 1),
        )
        for (const one of done) expect(one.state).toEqual(state.slice(0, one.version))
      })

      it('tells the twin of a command the same state, with other commands in between', async () => {
        const { id } = fresh()
        const wish = command()
        let first: Promise<unknown> | undefined
        const twin = await store.transact(
          notebook,
          id,
          () => {
            first ??= append({ stream: 'notebook', id }, 0, 'other').then(() =>
              store.append({ stream: 'notebook', id }, 1, wish, [noted('mine')]),
            )
            return [noted('mine')]
          },
          wish,
        )
        expect(twin.state).toEqual(['other', 'mine'])
        await first
      })
    })

    it('does what the model does, for any sequence of appends (P2)', async () => {
      const step = fc.record({
        stream: fc.nat(1),
        command: fc.nat(5),
        fingerprint: fc.constantFrom(undefined, 'f', 'g'),
        journey: fc.nat(1),
        events: fc.integer({ min: 1, max: 3 }),
        // Mostly the right version, now and then one beside it.
        off: fc.constantFrom(0, 0, 0, -1, 1),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const head = await store.head()
          const streams = [fresh(), fresh()] as const
          const journeys = [ids.next(), ids.next()] as const
          const commands = Array.from({ length: 6 }, () => ids.next())
          const log: RecordedEvent[] = []
          const known = new Map<
            string,
            { fingerprint: string | undefined; events: readonly RecordedEvent[] }
          >()
          for (const { stream, command: wish, fingerprint, journey, events, off } of steps) {
            const target = streams[stream as 0 | 1]
            const version = log.filter(({ streamId }) => streamId === target.id).length
            const expected = Math.max(0, version + off)
            const id = commands[wish] ?? ''
            const asked: Command = {
              id,
              actor: 'system:model',
              journeyId: journeys[journey as 0 | 1],
              ...(fingerprint !== undefined && { fingerprint }),
            }
            const answer = await caught(
              store
                .append(
                  target,
                  expected,
                  asked,
                  Array.from({ length: events }, (_, index) => noted(String(index))),
                )
                .then((appended) => {
                  if (appended.outcome === 'applied') log.push(...appended.events)
                  return appended
                }),
            )
            const first = known.get(`${String(stream)} ${id}`)
            if (first && first.fingerprint !== fingerprint)
              expect(answer).toMatchObject({ code: 'command.reused' })
            else if (first) expect(answer).toStrictEqual({ outcome: 'replayed', events: first.events })
            else if (expected !== version) expect(answer).toMatchObject({ expected, actual: version })
            else {
              const added = log.slice(-events)
              expect(answer).toStrictEqual({ outcome: 'applied', events: added })
              expect(added.map(({ sequence }) => sequence)).toEqual(added.map((_, index) => version + index))
              known.set(`${String(stream)} ${id}`, { fingerprint, events: added })
            }
          }
          expect(await store.readAll({ after: head })).toStrictEqual(log)
          for (const { id, stream } of streams) {
            const own = log.filter(({ streamId }) => streamId === id)
            expect(await store.readStream({ stream, id })).toStrictEqual(own)
          }
          for (const id of journeys) {
            const own = log.filter(({ journeyId }) => journeyId === id)
            expect(await store.readJourney(id)).toStrictEqual(own)
          }
        }),
        { numRuns: 200 },
      )
    })
  })
}
