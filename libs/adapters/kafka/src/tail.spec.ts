import * as fc from 'fast-check'
import { LogTailBus, MemoryCheckpoints, MemoryEventStore } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import { FreshIds, ImmediateTimers, sized, TickingClock, turn, until } from '@throughline/ports/suites'
import { LogTail } from './tail.js'

jest.setTimeout(sized(30_000, 600_000))

const world = async (options: ConstructorParameters<typeof LogTail>[1]) => {
  const [clock, ids, timers] = [new TickingClock(), new FreshIds(), new ImmediateTimers()]
  const store = new MemoryEventStore(clock, ids)
  const tail = new LogTail(store, options)
  const bus = new LogTailBus(tail, new MemoryCheckpoints(), timers, clock)
  const append = async (count: number): Promise<readonly RecordedEvent[]> => {
    const events = Array.from({ length: count }, () => ({ type: 'test.Noted.v1', data: {} }))
    const command = { id: ids.next(), actor: 'system:test' }
    return (await store.append({ stream: 'note', id: ids.next() }, 0, command, events)).events
  }
  const arrive = (event: RecordedEvent): void => {
    tail.arrived({ event, previous: 0, logPrevious: event.position - 1, partitionPrevious: 0 })
  }
  const close = async (): Promise<void> => {
    await bus.close()
    await tail.close()
    timers.end()
  }
  await append(3)
  await tail.start()
  return { store, tail, bus, append, arrive, close }
}
const positions = (events: readonly RecordedEvent[]): readonly number[] =>
  events.map(({ position }) => position)
/** It is not looked at the end of the log while a test runs. */
const NEVER = { poll: 1_000_000, patience: 1_000_000 }

describe('the log as it arrives over Kafka', () => {
  it('is shown in order and without a gap, in whatever order and however often events arrive', async () => {
    const arrivals = fc.integer({ min: 1, max: 25 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        order: fc.shuffledSubarray(
          Array.from({ length: count }, (_, index) => index),
          { minLength: count },
        ),
        again: fc.array(fc.nat({ max: count - 1 }), { maxLength: 10 }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(arrivals, async ({ count, order, again }) => {
        const { bus, append, arrive, close } = await world(NEVER)
        const seen: number[] = []
        const running = await bus.follow({
          name: 'feed',
          after: 2,
          onBatch: async (events) => void seen.push(...positions(events)),
        })
        const events = await append(count)
        const there = new Set<number>()
        for (const index of [...order.flatMap((one, at) => [one, ...again.slice(at, at + 1)]), ...again]) {
          const event = events[index]
          if (event === undefined) continue
          arrive(event)
          there.add(event.position)
          await turn()
          // What stands behind one that is missing is not shown.
          for (const position of seen.slice(1))
            for (let one = 4; one <= position; one++) expect(there.has(one)).toBe(true)
        }
        await until(() => running.position === 3 + count)
        expect(seen).toEqual(Array.from({ length: count + 1 }, (_, index) => index + 3))
        await close()
      }),
      { numRuns: sized(60, 2_000) },
    )
  })

  it('R11: is shown at once while nothing comes over Kafka, once that is known, and from Kafka again when it does', async () => {
    const { tail, bus, append, arrive, close } = await world({ poll: 1_000_000, patience: 40 })
    const seen: number[] = []
    const running = await bus.follow({
      name: 'feed',
      after: 3,
      onBatch: async (events) => void seen.push(...positions(events)),
    })
    await append(1)
    await until(() => running.position === 4)
    // From now on nobody waits for what does not come; no poll would bring these.
    const looks: number[] = []
    for (let count = 0; count < 5; count++) {
      await append(1)
      await until(() => running.position === 5 + count)
      looks.push(running.position)
    }
    expect(looks).toEqual([5, 6, 7, 8, 9])
    const [next] = await append(1)
    if (next !== undefined) arrive(next)
    await until(() => running.position === 10)
    expect(await tail.head()).toBe(10)
    expect(seen).toEqual([4, 5, 6, 7, 8, 9, 10])
    await close()
  })

  it('is shown from the store when nothing arrives, and goes on with what arrives behind that', async () => {
    const { bus, tail, append, arrive, close } = await world({ poll: 5, patience: 5 })
    const seen: number[] = []
    const running = await bus.follow({
      name: 'feed',
      after: 0,
      onBatch: async (events) => void seen.push(...positions(events)),
    })
    await append(4)
    await until(() => running.position === 7)
    const [next] = await append(1)
    if (next) arrive(next)
    await until(() => running.position === 8)
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(await tail.head()).toBe(8)
    await close()
  })

  it('is shown from the store when one of many never arrives', async () => {
    const { bus, append, arrive, close } = await world({ poll: 5, patience: 5 })
    const seen: number[] = []
    const running = await bus.follow({
      name: 'feed',
      after: 3,
      onBatch: async (events) => void seen.push(...positions(events)),
    })
    const events = await append(6)
    for (const event of events.filter(({ position }) => position !== 5)) arrive(event)
    await until(() => running.position === 9)
    expect(seen).toEqual([4, 5, 6, 7, 8, 9])
    await close()
  })

  it('answers from memory at its end, and from the store before that', async () => {
    const { store, tail, append, arrive, close } = await world(NEVER)
    for (const event of await append(5)) arrive(event)
    const asked: (number | undefined)[] = []
    const readAll = store.readAll.bind(store)
    store.readAll = (options) => {
      asked.push(options?.after)
      return readAll(options)
    }
    expect(positions(await tail.readAll({ after: 5, limit: 2 }))).toEqual([6, 7])
    expect(positions(await tail.readAll({ after: 3, upTo: 5 }))).toEqual([4, 5])
    expect(positions(await tail.readAll({ after: 8 }))).toEqual([])
    expect(asked).toEqual([])
    expect(positions(await tail.readAll({ after: 1 }))).toEqual([2, 3, 4, 5, 6, 7, 8])
    expect(asked).toEqual([1])
    await close()
  })
})
