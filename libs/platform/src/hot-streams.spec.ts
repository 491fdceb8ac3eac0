import { MemoryEventStore } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import { eventStoreSuite, FreshIds, TickingClock } from '@throughline/ports/suites'
import { CheckedEventStore } from './checked-store.js'
import { HotStreams } from './hot-streams.js'
import { Schemas } from './schemas.js'

const schemas = new Schemas()

eventStoreSuite('the platform, with streams in use kept', (clock, ids) =>
  Promise.resolve(new CheckedEventStore(new MemoryEventStore(clock, ids), schemas)),
)

describe('streams in use', () => {
  const target = { stream: 'notebook', id: '1' }
  const command = (id: string) => ({ id, actor: 'customer:ann' })
  const noted = [{ type: 'test.Noted.v1', data: { text: 'one' } }]
  const record = () => {
    const inner = new MemoryEventStore(new TickingClock(), new FreshIds())
    let reads = 0
    const read = inner.readStream.bind(inner)
    inner.readStream = (of) => {
      reads++
      return read(of)
    }
    return { inner, store: new CheckedEventStore(inner, schemas), reads: () => reads }
  }

  it('are read from the record once, and then known with every append', async () => {
    const { store, reads } = record()
    await store.append(target, 0, command('a'), noted)
    await store.append(target, 1, command('b'), noted)
    expect((await store.readStream(target)).map(({ commandId }) => commandId)).toEqual(['a', 'b'])
    expect(reads()).toBe(0)
  })

  it('are read anew when somebody else wrote, and the loser decides on what is there', async () => {
    const { inner, store } = record()
    await store.append(target, 0, command('a'), noted)
    await inner.append(target, 1, command('elsewhere'), noted)
    await expect(store.append(target, 1, command('b'), noted)).rejects.toThrow('is at version 2')
    expect(await store.readStream(target)).toHaveLength(2)
  })

  it('are not read anew by who lost to somebody who wrote here', async () => {
    const { store, reads } = record()
    await store.append(target, 0, command('a'), noted)
    const notebook = { name: 'notebook', initial: 0, evolve: (count: number) => count + 1 }
    const told = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        store.transact(notebook, '1', () => noted, command(`b${String(index)}`)),
      ),
    )
    expect(told.map(({ state }) => state).sort((a, b) => a - b)).toEqual(told.map((_, index) => index + 2))
    expect(reads()).toBe(0)
  })

  it('are read anew when somebody else carried out the same command', async () => {
    const { inner, store } = record()
    await store.append(target, 0, command('a'), noted)
    await inner.append(target, 1, command('elsewhere'), noted)
    await inner.append(target, 2, command('b'), noted)
    const notebook = { name: 'notebook', initial: 0, evolve: (count: number) => count + 1 }
    const told = await store.transact(notebook, '1', () => noted, command('b'))
    expect(told).toMatchObject({ outcome: 'replayed', version: 3, state: 3 })
  })

  it('are not kept from a reading that an append overtook', () => {
    const hot = new HotStreams()
    const event = (sequence: number) => ({ sequence }) as RecordedEvent
    const begun = hot.appends
    hot.appended(target, 1, [event(1)])
    hot.keep(target, [event(0)], begun)
    expect(hot.get(target)).toBeUndefined()
    hot.keep(target, [event(0), event(1)], hot.appends)
    expect(hot.get(target)).toHaveLength(2)
  })

  it('are not what the first append left when its answer comes after that of the second', () => {
    const event = (sequence: number) => ({ sequence }) as RecordedEvent
    for (const read of [true, false]) {
      const hot = new HotStreams()
      const first = hot.begin(target)
      const second = hot.begin(target)
      // Somebody saw the first event in the record before its writer heard of it, and went on from there.
      if (read) hot.keep(target, [event(0)], hot.appends)
      hot.appended(target, 1, [event(1)], second)
      hot.appended(target, 0, [event(0)], first)
      expect(hot.get(target)).toBeUndefined()
    }
  })

  it('are forgotten when they are used least or grow long', () => {
    const hot = new HotStreams()
    const events = Array.from({ length: 2_000 }, (_, sequence) => ({ sequence }) as RecordedEvent)
    const named = (id: number) => ({ stream: 'notebook', id: String(id) })
    for (let id = 0; id < 10; id++) hot.keep(named(id), events, hot.appends)
    hot.get(named(0))
    hot.keep(named(10), events, hot.appends)
    expect(hot.get(named(0))).toHaveLength(2_000)
    expect(hot.get(named(1))).toBeUndefined()
    hot.appended(named(0), 2_000, events.slice(0, 1))
    expect(hot.get(named(0))).toBeUndefined()
  })
})
