import { Refused } from '@throughline/kernel'
import type { Clock, DomainEvent, Ids } from '@throughline/kernel'
import { FreshIds, ImmediateTimers, TickingClock, turn, until } from './doubles.suite.js'
import { orderingKey } from './event-bus.js'
import type { EventBus, Running } from './event-bus.js'
import { eventBusFaultsSuite } from './event-bus.faults.suite.js'
import type { Command, EventStore, RecordedEvent } from './event-store.js'
import type { Timers } from './timers.js'

/** A bus on an engine, with the store whose events it carries. */
export interface BusHarness {
  readonly events: EventStore
  readonly bus: EventBus
  /** A bus on the same engine as after `kill -9` of the process: what the old one has in hand is lost to it. */
  restart(): Promise<EventBus>
  /** Closes the store and the bus of the last start. */
  close(): Promise<void>
}

type Noted = DomainEvent<'test.Noted.v1', { readonly text: string }>
const NOTED = 'test.Noted.v1'
const OTHER = 'test.Other.v1'
const noted = (text: string): Noted => ({ type: NOTED, data: { text } })

/**
 * A new bus over an empty store. The bus reads the log as `seen` shows it, for a log that another transaction writes may show
 * a position late; appends go to the store itself.
 */
export type OpenBus = (
  clock: Clock,
  ids: Ids,
  timers: Timers,
  seen: (events: EventStore) => EventStore,
) => Promise<BusHarness>

/** Everything the port promises, also under faults. */
export function eventBusSuite(name: string, open: OpenBus): void {
  eventBusFaultsSuite(name, open)
  describe(`event bus on ${name}`, () => {
    const ids = new FreshIds()
    let timers: ImmediateTimers
    let harness: BusHarness
    let group: string

    beforeEach(async () => {
      timers = new ImmediateTimers()
      harness = await open(new TickingClock(), ids, timers, (events) => events)
      group = `test-${ids.next()}`
    })
    afterEach(async () => {
      await harness.close()
      timers.end()
    })

    const append = async (
      customerId: string,
      ...events: readonly DomainEvent[]
    ): Promise<readonly RecordedEvent[]> => {
      const command: Command = { id: ids.next(), actor: 'system:test', customerId }
      return (await harness.events.append({ stream: 'note', id: ids.next() }, 0, command, events)).events
    }
    const through = (running: Running, position: number): Promise<void> =>
      until(() => running.position >= position)
    const textOf = ({ data }: RecordedEvent): string => (data as Noted['data']).text
    /** A handler that keeps what it got, and fails as often as told for an event's text. */
    const taker = (failures: Readonly<Record<string, number>> = {}) => {
      const tries: string[] = []
      const taken: RecordedEvent[] = []
      const handle = async (event: RecordedEvent): Promise<void> => {
        const text = textOf(event)
        tries.push(text)
        await turn()
        if (tries.filter((one) => one === text).length <= (failures[text] ?? 0))
          throw new TypeError(`no ${text}`)
        taken.push(event)
      }
      return { tries, taken, texts: () => taken.map(textOf), handle }
    }

    describe('a group', () => {
      it('gets every wanted event whole, those from before it was there too', async () => {
        const before = await append('ann', noted('one'), { type: OTHER, data: {} })
        const { taken, handle } = taker()
        const running = await harness.bus.consume({ group, types: [NOTED], handle })
        const after = await append('ann', noted('two'))
        const position = after[0]?.position ?? 0
        await through(running, position)
        expect(taken).toStrictEqual([before[0], after[0]])
        expect(running.position).toBe(position)
        expect(running.failing).toBeUndefined()
      })

      it('gets the events of one key in order, whatever each takes', async () => {
        const events: RecordedEvent[] = []
        for (let index = 0; index < 40; index++) {
          events.push(
            ...(await append(
              `customer-${String(index % 4)}`,
              noted(`a${String(index)}`),
              noted(`b${String(index)}`),
            )),
          )
        }
        const taken: RecordedEvent[] = []
        const inHand = new Set<string>()
        const running = await harness.bus.consume({
          group,
          types: [NOTED],
          handle: async (event) => {
            const key = orderingKey(event)
            expect(inHand.has(key)).toBe(false)
            inHand.add(key)
            for (let turns = (event.position * 7) % 5; turns > 0; turns--) await turn()
            inHand.delete(key)
            taken.push(event)
          },
        })
        await through(running, events.length)
        for (const key of new Set(events.map(orderingKey))) {
          const own = (all: readonly RecordedEvent[]) => all.filter((event) => orderingKey(event) === key)
          expect(own(taken).map(textOf)).toEqual(own(events).map(textOf))
        }
        expect(taken).toHaveLength(events.length)
      })

      it('does not let one key wait for another', async () => {
        await append('slow', noted('slow'))
        await append('fast', noted('fast'))
        let release = (): void => undefined
        const held = new Promise<void>((resolve) => (release = resolve))
        const taken: string[] = []
        const running = await harness.bus.consume({
          group,
          types: [NOTED],
          handle: async (event) => {
            if (textOf(event) === 'slow') await held
            taken.push(textOf(event))
          },
        })
        await until(() => taken.length === 1)
        expect(taken).toEqual(['fast'])
        expect(running.position).toBe(0)
        release()
        await through(running, 2)
        expect(taken).toEqual(['fast', 'slow'])
      })

      it('is tried again with growing pauses, and keeps its order meanwhile', async () => {
        const { tries, texts, handle } = taker({ one: 3 })
        const running = await harness.bus.consume({ group, types: [NOTED], handle })
        await append('ann', noted('one'), noted('two'))
        await through(running, 2)
        expect(tries).toEqual(['one', 'one', 'one', 'one', 'two'])
        expect(texts()).toEqual(['one', 'two'])
        expect(timers.slept).toHaveLength(3)
        expect(timers.slept).toEqual([...timers.slept].sort((a, b) => a - b))
        expect(new Set(timers.slept).size).toBe(3)
        expect(await harness.bus.deadLetters(group)).toEqual([])
      })

      it('parks an event that keeps failing, with its cause, and takes all the others (R17)', async () => {
        const events: RecordedEvent[] = []
        for (let index = 0; index < 100; index++) {
          const text = index === 42 ? 'poison' : `n${String(index)}`
          events.push(...(await append(`customer-${String(index % 10)}`, noted(text))))
        }
        const { tries, texts, handle } = taker({ poison: Infinity })
        const running = await harness.bus.consume({ group, types: [NOTED], handle })
        await through(running, 100)
        const poison = events[42]
        const attempts = tries.filter((text) => text === 'poison').length
        const letters = await harness.bus.deadLetters(group)
        expect(letters).toStrictEqual([
          { group, event: poison, cause: 'TypeError: no poison', attempts, parkedAt: letters[0]?.parkedAt },
        ])
        expect(attempts).toBeGreaterThan(1)
        expect(letters[0]?.parkedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
        // Taken or parked, there is no third box (G8).
        expect([...texts(), 'poison'].sort()).toEqual(events.map(textOf).sort())
        expect(running.failing).toBeUndefined()
      })

      it('gets a parked event once more when asked, and it is forgotten when that succeeds', async () => {
        const [event] = await append('ann', noted('poison'))
        const position = event?.position ?? 0
        let broken = true
        const taken: RecordedEvent[] = []
        const handle = async (one: RecordedEvent): Promise<void> => {
          await turn()
          if (broken) throw new Error('broken')
          taken.push(one)
        }
        const running = await harness.bus.consume({ group, types: [NOTED], handle })
        await through(running, position)
        await expect(harness.bus.redeliver(group, position)).rejects.toThrow('broken')
        expect(await harness.bus.deadLetters(group)).toHaveLength(1)
        broken = false
        await harness.bus.redeliver(group, position)
        expect(taken).toStrictEqual([event])
        expect(await harness.bus.deadLetters(group)).toEqual([])
        const again = await harness.bus.redeliver(group, position).catch((error: unknown) => error)
        expect(again).toBeInstanceOf(Refused)
        expect(again).toMatchObject({ kind: 'not-found', code: 'dead-letter.unknown' })
      })

      it('hears everything for itself, whatever other groups do', async () => {
        await append('ann', noted('one'), noted('two'))
        const [one, other] = [taker({ one: Infinity }), taker()]
        const first = await harness.bus.consume({ group, types: [NOTED], handle: one.handle })
        const second = await harness.bus.consume({
          group: `${group}-other`,
          types: [NOTED],
          handle: other.handle,
        })
        await Promise.all([through(first, 2), through(second, 2)])
        expect([one.texts(), other.texts()]).toEqual([['two'], ['one', 'two']])
        expect(await harness.bus.deadLetters()).toHaveLength(1)
        expect(await harness.bus.deadLetters(`${group}-other`)).toEqual([])
      })

      it('is consumed once at a time in a process', async () => {
        const { handle } = taker()
        await harness.bus.consume({ group, types: [NOTED], handle })
        await expect(harness.bus.consume({ group, types: [NOTED], handle })).rejects.toThrow(group)
      })

      it('finishes what it has in hand when it stops, and goes on behind it (R29)', async () => {
        await append('ann', noted('one'))
        let release = (): void => undefined
        const held = new Promise<void>((resolve) => (release = resolve))
        const first = taker()
        const running = await harness.bus.consume({
          group,
          types: [NOTED],
          handle: async (event) => {
            await first.handle(event)
            await held
          },
        })
        await until(() => first.taken.length === 1)
        let stopped = false
        const stopping = running.stop().then(() => (stopped = true))
        await turn()
        expect(stopped).toBe(false)
        release()
        await stopping
        expect(running.position).toBe(1)
        await append('ann', noted('two'))
        const second = taker()
        const next = await harness.bus.consume({ group, types: [NOTED], handle: second.handle })
        await through(next, 2)
        expect([first.texts(), second.texts()]).toEqual([['one'], ['two']])
      })

      it('gets again after a crash whatever was not finished, even where later events were (R18)', async () => {
        // Enough that a bus which keeps its place now and then has done so.
        const events: RecordedEvent[] = []
        for (let index = 0; index < 300; index++) {
          events.push(...(await append(`customer-${String(index % 5)}`, noted(`n${String(index)}`))))
        }
        const before: string[] = []
        await harness.bus.consume({
          group,
          types: [NOTED],
          handle: async (event) => {
            // The handlers of one key never come back: the process dies on them.
            if (event.customerId === 'customer-2') await new Promise(() => undefined)
            before.push(textOf(event))
          },
        })
        await until(() => before.length === 240)
        const bus = await harness.restart()
        const { taken, texts, handle } = taker()
        const running = await bus.consume({ group, types: [NOTED], handle })
        await through(running, 300)
        const own = (all: readonly RecordedEvent[]) =>
          all.filter(({ customerId }) => customerId === 'customer-2')
        expect(own(taken)).toStrictEqual(own(events))
        expect(new Set([...before, ...texts()]).size).toBe(300)
      })

      it('does not get again after a crash what it had finished and kept', async () => {
        await append('ann', noted('one'))
        const first = taker()
        const running = await harness.bus.consume({ group, types: [NOTED], handle: first.handle })
        await through(running, 1)
        const bus = await harness.restart()
        await append('ann', noted('two'))
        const second = taker()
        await through(await bus.consume({ group, types: [NOTED], handle: second.handle }), 2)
        expect(second.texts()).toEqual(['two'])
      })

      it('has its dead letters still after a crash', async () => {
        const events = await append('ann', noted('poison'))
        const running = await harness.bus.consume({
          group,
          types: [NOTED],
          handle: taker({ poison: Infinity }).handle,
        })
        await through(running, 1)
        const letters = await harness.bus.deadLetters(group)
        const bus = await harness.restart()
        expect(await bus.deadLetters(group)).toStrictEqual(letters)
        const { taken, handle } = taker()
        await bus.consume({ group, types: [NOTED], handle })
        await bus.redeliver(group, 1)
        expect(taken).toStrictEqual(events)
      })

      it('catches up with a long log, in order', async () => {
        const texts = Array.from({ length: 1_300 }, (_, index) => `n${String(index)}`)
        for (let from = 0; from < texts.length; from += 100) {
          await append('ann', ...texts.slice(from, from + 100).map(noted))
        }
        const taken: string[] = []
        const running = await harness.bus.consume({
          group,
          types: [NOTED],
          handle: (event) => {
            taken.push(textOf(event))
            return Promise.resolve()
          },
        })
        await through(running, texts.length)
        expect(taken).toEqual(texts)
      })
    })

    describe('a feed', () => {
      const follower = (failures = 0) => {
        const batches: { texts: readonly string[]; through: number }[] = []
        let left = failures
        const onBatch = async (events: readonly RecordedEvent[], end: number): Promise<void> => {
          await turn()
          if (left-- > 0) throw new Error('not yet')
          batches.push({ texts: events.map(textOf), through: end })
        }
        return { batches, texts: () => batches.flatMap(({ texts }) => texts), onBatch }
      }

      it('gets wanted events from its place on, and how far was looked', async () => {
        await append('ann', noted('one'), noted('two'), { type: OTHER, data: {} }, noted('three'), {
          type: OTHER,
          data: {},
        })
        const { batches, texts, onBatch } = follower()
        const running = await harness.bus.follow({ name: 'f', after: 1, types: [NOTED], onBatch })
        await through(running, 5)
        expect(texts()).toEqual(['two', 'three'])
        expect(batches.at(-1)?.through).toBe(5)
        expect(running.position).toBe(5)
        await append('ann', { type: OTHER, data: {} })
        await through(running, 6)
        expect(batches.at(-1)).toEqual({ texts: [], through: 6 })
      })

      it('gets all types when it names none', async () => {
        const events = await append('ann', noted('one'), { type: OTHER, data: { text: 'other' } })
        const seen: RecordedEvent[] = []
        const running = await harness.bus.follow({
          name: 'f',
          after: 0,
          onBatch: (batch) => {
            seen.push(...batch)
            return Promise.resolve()
          },
        })
        await through(running, 2)
        expect(seen).toStrictEqual(events)
      })

      it('gets the same batch again until it takes it, and says why it is not getting on', async () => {
        const { texts, onBatch } = follower(3)
        let failing: Error | undefined
        const running: Running = await harness.bus.follow({
          name: 'f',
          after: 0,
          onBatch: (events, end) => {
            failing ??= running.failing
            return onBatch(events, end)
          },
        })
        await append('ann', noted('one'))
        await through(running, 1)
        await append('ann', noted('two'))
        await through(running, 2)
        expect(failing?.message).toBe('not yet')
        expect(running.failing).toBeUndefined()
        expect(texts()).toEqual(['one', 'two'])
        expect(timers.slept.slice(0, 3)).toEqual([...timers.slept.slice(0, 3)].sort((a, b) => a - b))
      })

      it('hears from now on when it starts at the head', async () => {
        const [first] = await append('ann', noted('before'))
        const { texts, onBatch } = follower()
        const running = await harness.bus.follow({ name: 'f', after: first?.position ?? 0, onBatch })
        await append('ann', noted('after'))
        await through(running, 2)
        expect(texts()).toEqual(['after'])
      })

      it('hears of events at any distance from the others', async () => {
        const feeds = [0, 1, 2].map(() => follower())
        const start = (index: number, after: number) =>
          harness.bus.follow({
            name: `f${String(index)}`,
            after,
            onBatch: feeds[index]?.onBatch ?? (() => Promise.resolve()),
          })
        for (let index = 0; index < 12; index++) {
          await append('ann', ...Array.from({ length: 100 }, (_, one) => noted(String(index * 100 + one))))
        }
        const late = await start(0, 1_200)
        const early = await start(1, 0)
        const middle = await start(2, 700)
        await append('ann', noted('1200'))
        await Promise.all([late, early, middle].map((running) => through(running, 1_201)))
        const numbers = (from: number) =>
          Array.from({ length: 1_201 - from }, (_, index) => String(from + index))
        expect(feeds.map(({ texts }) => texts())).toEqual([numbers(1_200), numbers(0), numbers(700)])
      })

      it('gets nothing more once it has stopped', async () => {
        const { texts, onBatch } = follower()
        const running = await harness.bus.follow({ name: 'f', after: 0, onBatch })
        await append('ann', noted('one'))
        await through(running, 1)
        await running.stop()
        await append('ann', noted('two'))
        await turn()
        expect(texts()).toEqual(['one'])
        expect(running.position).toBe(1)
      })

      it('can park an event it cannot take', async () => {
        const [event] = await append('ann', noted('one'))
        if (event === undefined) throw new Error('nothing appended')
        await harness.bus.park('reader', event, new RangeError('too long'), 3)
        const letters = await harness.bus.deadLetters('reader')
        expect(letters).toStrictEqual([
          {
            group: 'reader',
            event,
            cause: 'RangeError: too long',
            attempts: 3,
            parkedAt: letters[0]?.parkedAt,
          },
        ])
      })
    })

    it('waits for all that is in hand when it closes', async () => {
      await append('ann', noted('one'))
      const { taken, handle } = taker()
      const running = await harness.bus.consume({ group, types: [NOTED], handle })
      await until(() => taken.length === 1)
      await harness.bus.close()
      expect(running.position).toBe(1)
    })
  })
}
