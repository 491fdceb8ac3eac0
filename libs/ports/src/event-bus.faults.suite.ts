import * as fc from 'fast-check'
import { Refused } from '@throughline/kernel'
import type { DomainEvent } from '@throughline/kernel'
import { FreshIds, ImmediateTimers, PartlyVisibleStore, TickingClock, turn, until } from './doubles.suite.js'
import { MissingPosition, orderingKey, Unreadable } from './event-bus.js'
import type { BusHarness, OpenBus } from './event-bus.suite.js'
import type { Command, EventStore, RecordedEvent } from './event-store.js'
import { defect, sized } from './invariants.js'

const NOTED = 'test.Noted.v1'
const noted = (text: string, type = NOTED): DomainEvent => ({ type, data: { text } })
const textOf = ({ data }: RecordedEvent): string => (data as { readonly text: string }).text
const positions = (events: readonly RecordedEvent[]): readonly number[] =>
  events.map(({ position }) => position)

/** What a bus keeps to when the log, its readers or the process fail. Part of {@link eventBusSuite}. */
export function eventBusFaultsSuite(name: string, open: OpenBus): void {
  describe(`event bus on ${name}, under faults`, () => {
    const ids = new FreshIds()
    let timers: ImmediateTimers
    let harness: BusHarness
    let hidden: Set<number>
    let group: string

    const begin = async (closing = false): Promise<void> => {
      timers = new ImmediateTimers()
      hidden = new Set()
      const seen = (events: EventStore) => new PartlyVisibleStore(events, hidden, closing)
      harness = await open(new TickingClock(), ids, timers, seen)
      group = `test-${ids.next()}`
    }
    const end = async (): Promise<void> => {
      await harness.close()
      timers.end()
    }
    beforeEach(() => begin())
    afterEach(end)

    const append = async (customerId: string, ...events: readonly DomainEvent[]) => {
      const command: Command = { id: ids.next(), actor: 'system:test', customerId }
      return (await harness.events.append({ stream: 'note', id: ids.next() }, 0, command, events)).events
    }

    describe('a gap in the log', () => {
      const readers = async () => {
        const taken: RecordedEvent[] = []
        const followed: RecordedEvent[] = []
        const consumer = await harness.bus.consume({
          group,
          types: [NOTED],
          handle: async (event) => {
            taken.push(event)
          },
        })
        const feed = await harness.bus.follow({
          name: `${group}-feed`,
          after: 0,
          onBatch: async (events) => {
            followed.push(...events)
          },
        })
        return { taken, followed, all: [consumer, feed] }
      }
      const waited = async (pauses: number): Promise<void> => {
        const from = timers.slept.length
        await until(() => timers.slept.length >= from + pauses)
      }

      it('R16: holds what stands behind a missing position, and hands it over in order once that is there', async () => {
        if (defect('R16')) {
          // Seeded: what stands behind the gap takes its place, as for a reader that steps over it.
          await end()
          await begin(true)
        }
        await append('ann', noted('one'), noted('two'))
        await append('ann', noted('three'))
        await append('ann', noted('four'))
        await append('ben', noted('five'))
        hidden.add(3)
        const { taken, followed, all } = await readers()
        await until(() => all.every(({ position }) => position >= 2))
        for (let turns = 0; turns < 100; turns++) await turn()
        expect([positions(taken), positions(followed)]).toEqual([
          [1, 2],
          [1, 2],
        ])
        expect(all.map(({ position }) => position)).toEqual([2, 2])
        expect(await harness.bus.deadLetters()).toEqual([])
        hidden.clear()
        await until(() => all.every(({ position }) => position === 5))
        expect(positions(followed)).toEqual([1, 2, 3, 4, 5])
        const anns = taken.filter(({ customerId }) => customerId === 'ann')
        expect(positions(anns)).toEqual([1, 2, 3, 4])
        expect(taken).toHaveLength(5)
      })

      it('R16: is a fault only when it lasts for a minute, and one no longer when it is filled', async () => {
        await append('ann', noted('one'), noted('two'))
        hidden.add(1)
        const { all } = await readers()
        await waited(4)
        expect(all.map(({ failing }) => failing)).toEqual([undefined, undefined])
        await until(() => all.every(({ failing }) => failing instanceof MissingPosition))
        expect(timers.slept.reduce((sum, pause) => sum + pause)).toBeGreaterThanOrEqual(60_000)
        expect(Math.max(...timers.slept)).toBeLessThanOrEqual(1_000)
        expect(all[0]?.failing?.message).toBe('position 1 is not in the log, and the log goes on behind it')
        hidden.clear()
        await until(() => all.every(({ position }) => position === 2))
        expect(all.map(({ failing }) => failing)).toEqual([undefined, undefined])
      })

      it('R16: is waited for at the end of the log too, without a busy loop', async () => {
        await append('ann', noted('one'))
        const { taken, all } = await readers()
        await until(() => all.every(({ position }) => position === 1))
        hidden.add(2)
        await append('ann', noted('two'))
        await waited(5)
        expect(positions(taken)).toEqual([1])
        hidden.clear()
        await until(() => all.every(({ position }) => position === 2))
        expect(positions(taken)).toEqual([1, 2])
      })

      it('R16: hands over every event once and in order, in whatever order positions become visible', async () => {
        const order = fc.integer({ min: 2, max: 12 }).chain((count) =>
          fc.tuple(
            fc.shuffledSubarray(
              Array.from({ length: count }, (_, index) => index + 1),
              { minLength: count },
            ),
            fc.nat({ max: count }),
          ),
        )
        await fc.assert(
          fc.asyncProperty(order, async ([shown, before]) => {
            await end()
            await begin()
            for (const position of shown) hidden.add(position)
            const append1 = async (count: number): Promise<void> => {
              for (let index = 0; index < count; index++) await append('ann', noted(String(index)))
            }
            await append1(before)
            const { taken, followed, all } = await readers()
            await append1(shown.length - before)
            for (const position of shown) {
              hidden.delete(position)
              await turn()
              const first = Math.min(Infinity, ...hidden)
              expect(taken.every((event) => event.position < first)).toBe(true)
            }
            await until(() => all.every(({ position }) => position === shown.length))
            const wanted = shown.map((_, index) => index + 1)
            expect([positions(taken), positions(followed)]).toEqual([wanted, wanted])
          }),
          { numRuns: sized(15, 200) },
        )
      })
    })

    describe('an event that cannot be taken', () => {
      const LONG_TEXT = 'x'.repeat(1_000_000)
      const NEWER = 'test.Noted.v2'
      const UNKNOWN = 'test.Unknown.v1'
      /** One among a thousand, and whether it is tried again. */
      const poisons: readonly (readonly [string, DomainEvent, string, boolean])[] = [
        ['breaks its contract', { type: NOTED, data: { words: 1 } }, 'Unreadable: text is missing', false],
        ['fails whatever is done', noted('poison'), 'TypeError: poison', true],
        ['is a megabyte long', noted(LONG_TEXT), 'RangeError: too long', true],
        ['is of a newer version', noted('newer', NEWER), `NewerVersion: ${NEWER} is newer than what`, false],
      ]

      it.each(poisons)(
        'R17: one that %s is parked with cause and place, and nothing else waits for it',
        async (_, poison, cause, tried) => {
          const events: RecordedEvent[] = []
          for (let index = 0; index < 1_000; index += 10) {
            for (let one = index; one < index + 10; one++) {
              const key = `customer-${String(one % 50)}`
              const event = one === 500 ? poison : one === 701 ? noted('?', UNKNOWN) : noted(String(one))
              events.push(...(await append(key, event)))
            }
          }
          let mended = false
          const seen: number[] = []
          const applied = new Map<number, string>()
          const boxes = { applied: 0, duplicate: 0 }
          const handle = async (event: RecordedEvent): Promise<void> => {
            seen.push(event.position)
            await turn()
            const text: unknown = (event.data as { readonly text?: unknown }).text
            if (!mended) {
              if (typeof text !== 'string') throw new Unreadable('text is missing')
              if (text === 'poison') throw new TypeError(text)
              if (text.length > 1_000) throw new RangeError('too long')
            }
            if (applied.has(event.position)) boxes.duplicate++
            else {
              boxes.applied++
              applied.set(event.position, orderingKey(event))
            }
          }
          const running = await harness.bus.consume({
            group,
            types: [NOTED],
            // Seeded: an error is caught where it arises, and nobody hears of it.
            handle: defect('R17') ? (event) => handle(event).catch(() => undefined) : handle,
          })
          await until(() => running.position === 1_000)
          const letters = await harness.bus.deadLetters(group)
          expect(letters).toHaveLength(1)
          expect(letters[0]).toMatchObject({ event: events[500] })
          expect(letters[0]?.cause.startsWith(cause)).toBe(true)
          expect((letters[0]?.attempts ?? 0) > 1).toBe(tried)
          // Each event is in one of four boxes (G8): the one unknown type is ignored by rule.
          expect(boxes).toEqual({ applied: 998, duplicate: 0 })
          expect(boxes.applied + boxes.duplicate + 1 + letters.length).toBe(events.length)
          // The policy is to go on: what comes behind it with the same key was taken, in order.
          const own = [...applied].filter(([, key]) => key === 'customer-0').map(([position]) => position)
          expect(own).toEqual(Array.from({ length: 20 }, (_, n) => n * 50 + 1).filter((at) => at !== 501))
          mended = true
          const again = harness.bus.redeliver(group, 501)
          if (poison.type === NEWER) {
            // Still nobody here who reads it: it is not taken for done.
            await expect(again).rejects.toMatchObject({ code: 'dead-letter.newer-version' })
            expect(await harness.bus.deadLetters(group)).toHaveLength(1)
            await running.stop()
            await harness.bus.consume({ group, types: [NOTED, NEWER], handle })
            await harness.bus.redeliver(group, 501)
          } else await again
          expect(boxes).toEqual({ applied: 999, duplicate: 0 })
          expect(await harness.bus.deadLetters(group)).toEqual([])
          await expect(harness.bus.redeliver(group, 501)).rejects.toBeInstanceOf(Refused)
          expect(boxes).toEqual({ applied: 999, duplicate: 0 })
        },
      )

      it('R27: a feed parks newer versions of what it reads, and makes it good by reading from the first', async () => {
        const name = `${group}-feed`
        const [, newer] = await append(
          'ann',
          noted('one'),
          noted('two', NEWER),
          noted('three', UNKNOWN),
          noted('four'),
        )
        const follow = async (after: number, ...types: readonly string[]): Promise<readonly string[]> => {
          const texts: string[] = []
          const onBatch = async (events: readonly RecordedEvent[]): Promise<void> => {
            texts.push(...events.map(textOf))
          }
          const running = await harness.bus.follow({ name, after, types, onBatch })
          await until(() => running.position === 4)
          await running.stop()
          return texts
        }
        const letters = async () =>
          (await harness.bus.deadLetters(name)).map(({ event, attempts }) => ({ event, attempts }))
        expect(await follow(0, NOTED)).toEqual(['one', 'four'])
        expect(await letters()).toStrictEqual([{ event: newer, attempts: 0 }])
        expect(await follow(1, NOTED)).toEqual(['four'])
        expect(await letters()).toHaveLength(1)
        // An older version than the one it reads is no news to it.
        expect(await follow(1, 'test.Unknown.v2')).toEqual([])
        expect(await follow(0, NOTED, NEWER)).toEqual(['one', 'two', 'four'])
        expect(await letters()).toEqual([])
      })
    })

    it('R18: whatever is in hand when the process dies is handed over again', async () => {
      const rounds = fc.record({
        delays: fc.array(fc.nat({ max: 6 }), { minLength: 40, maxLength: 40 }),
        keys: fc.array(fc.nat({ max: 7 }), { minLength: 300, maxLength: 300 }),
        dies: fc.integer({ min: 1, max: 290 }),
      })
      await fc.assert(
        fc.asyncProperty(rounds, async ({ delays, keys, dies }) => {
          await end()
          await begin()
          const events: RecordedEvent[] = []
          for (const key of keys) events.push(...(await append(`customer-${String(key)}`, noted(''))))
          const effects = new Map<number, number>()
          let dead = false
          const effect = async ({ position }: RecordedEvent): Promise<void> => {
            for (let left = delays[position % 40] ?? 0; left > 0; left--) await turn()
            // Nothing of a dead process happens any more.
            if (dead) await new Promise(() => undefined)
            effects.set(position, (effects.get(position) ?? 0) + 1)
            if (effects.size === dies) dead = true
          }
          await harness.bus.consume({
            group,
            types: [NOTED],
            // Seeded: says it is done before it is.
            handle: defect('R18.early') ? async (event) => void effect(event) : effect,
          })
          await until(() => dead)
          // Saves on their way may still land: they were asked for before.
          for (let turns = 0; turns < 5; turns++) await turn()
          const before = new Set(effects.keys())
          const bus = await harness.restart()
          const taken: RecordedEvent[] = []
          const running = await bus.consume({
            group,
            types: [NOTED],
            handle: async (event) => {
              taken.push(event)
            },
          })
          await until(() => running.position === events.length)
          const missed = events.filter(
            ({ position }) => !before.has(position) && !taken.some((event) => event.position === position),
          )
          expect(positions(missed)).toEqual([])
          for (const own of Map.groupBy(taken, orderingKey).values()) {
            expect(positions(own)).toEqual(positions(own).toSorted((a, b) => a - b))
          }
        }),
        { numRuns: sized(8, 150) },
      )
    })
  })
}
