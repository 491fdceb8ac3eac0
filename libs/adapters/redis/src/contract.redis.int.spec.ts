import { MemoryEventStore, Snapshots } from '@throughline/ports'
import type { ViewStore } from '@throughline/ports'
import { FreshIds, TickingClock, viewStoreSuite } from '@throughline/ports/suites'
import { cleanUp, freshPrefix, opened } from './redis.fixture.js'

// Ends what hangs; how busy the server is is no part of the contract.
jest.setTimeout(60_000)

const views = async (): Promise<ViewStore> => (await opened(freshPrefix())).views

afterAll(cleanUp)

viewStoreSuite('Redis', views)
viewStoreSuite('Redis, for whoever builds views', async () => (await opened(freshPrefix())).views.forWriter())

describe('snapshots of a fold in Redis', () => {
  it('are read as they were written last, in pieces, with what changed and without what went', async () => {
    const events = new MemoryEventStore(new TickingClock(), new FreshIds())
    const counted = Array.from({ length: 9 }, (_, n) => ({ type: 'Counted', data: { n } }))
    await events.append({ stream: 'counter', id: '1' }, 0, { id: 'count', actor: 'system:test' }, counted)
    const store = await views()
    const open = (): Snapshots => new Snapshots(store, events, { name: 'counter.fold', version: 1 })
    const write = (snapshots: Snapshots, position: number, rows: ReadonlyMap<string, unknown>) =>
      snapshots.write(position, { changed: rows.keys(), all: () => rows.keys() }, (key) => rows.get(key))
    const many = new Map<string, unknown>(
      Array.from({ length: 1_234 }, (_, n) => [`row ${String(n)}`, { n, text: '\ud83d \0' }]),
    )
    const first = open()
    await write(first, 3, many)
    await write(
      first,
      5,
      new Map<string, unknown>([
        ['row 7', undefined],
        ['another', [1]],
      ]),
    )
    many.delete('row 7')
    many.set('another', [1])
    expect(await open().read()).toEqual({ position: 5, rows: many })
  })
})
