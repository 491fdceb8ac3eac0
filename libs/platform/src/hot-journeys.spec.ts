import * as fc from 'fast-check'
import { MemoryEventStore } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import { FreshIds, TickingClock } from '@throughline/ports/suites'
import { CheckedEventStore } from './checked-store.js'
import { HotJourneys } from './hot-journeys.js'
import { Schemas } from './schemas.js'

const schemas = new Schemas()

describe('journeys that are looked at', () => {
  const command = (id: string, journeyId = 'j1') => ({ id, actor: 'customer:ann', journeyId })
  const noted = [{ type: 'test.Noted.v1', data: { text: 'one' } }]
  const book = (id: string) => ({ stream: 'notebook', id })
  const record = () => {
    const inner = new MemoryEventStore(new TickingClock(), new FreshIds())
    let reads = 0
    const read = inner.readJourney.bind(inner)
    inner.readJourney = (...asked) => {
      reads++
      return read(...asked)
    }
    return { inner, store: new CheckedEventStore(inner, schemas), reads: () => reads }
  }

  it('are read from the record once, and grow with what any stream of theirs gets', async () => {
    const { store, reads } = record()
    await store.append(book('1'), 0, command('a'), noted)
    expect(await store.readJourney('j1')).toHaveLength(1)
    await store.append(book('2'), 0, command('b'), noted)
    await store.append(book('3'), 0, command('c', 'j2'), noted)
    await store.append(book('1'), 1, command('d'), noted)
    expect((await store.readJourney('j1')).map(({ commandId }) => commandId)).toEqual(['a', 'b', 'd'])
    expect(await store.readJourney('j1', { after: 1, upTo: 3 })).toHaveLength(1)
    expect(await store.readJourney('j1', { limit: 2 })).toHaveLength(2)
    expect(reads()).toBe(1)
  })

  it('are asked of the record while something of theirs is on its way, and after something nobody knows of', async () => {
    const { inner, store, reads } = record()
    await store.append(book('1'), 0, command('a'), noted)
    await store.readJourney('j1')
    const append = inner.append.bind(inner)
    // Recorded, and its answer lost.
    inner.append = async (...asked) => {
      await append(...asked)
      expect(await store.readJourney('j1')).toHaveLength(2)
      throw new Error('the answer was lost')
    }
    await expect(store.append(book('2'), 0, command('b'), noted)).rejects.toThrow('lost')
    expect(await store.readJourney('j1')).toHaveLength(2)
    expect(reads()).toBe(3)
  })

  it('are not kept from a reading that an append overtook, nor in another order than that of the log', () => {
    const hot = new HotJourneys()
    const event = (position: number) => ({ position }) as RecordedEvent
    const begun = hot.appends
    hot.begin('j1')
    hot.ended('j1', [event(2)])
    hot.keep('j1', [event(1)], begun)
    expect(hot.get('j1')).toBeUndefined()
    hot.keep('j1', [event(1), event(2)], hot.appends)
    hot.begin('j1')
    hot.begin('j1')
    hot.ended('j1', [event(4)])
    expect(hot.get('j1')).toBeUndefined()
    hot.ended('j1', [event(3)])
    expect(hot.get('j1')).toBeUndefined()
  })

  it('are what the record says, whoever appends and reads at the same time', async () => {
    const step = fc.record({
      append: fc.boolean(),
      journey: fc.constantFrom('j1', 'j2'),
      stream: fc.constantFrom('1', '2', '3'),
      atOnce: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { inner, store } = record()
        const notebook = { name: 'notebook', initial: 0, evolve: (count: number) => count + 1 }
        let underway: Promise<unknown>[] = []
        for (const [index, { append, journey, stream, atOnce }] of steps.entries()) {
          underway.push(
            append
              ? store.transact(notebook, stream, () => noted, command(String(index), journey))
              : store.readJourney(journey),
          )
          if (atOnce) continue
          await Promise.all(underway)
          underway = []
          expect(await store.readJourney(journey)).toEqual(await inner.readJourney(journey))
        }
        await Promise.all(underway)
        for (const journey of ['j1', 'j2'])
          expect(await store.readJourney(journey)).toEqual(await inner.readJourney(journey))
      }),
    )
  })
})
