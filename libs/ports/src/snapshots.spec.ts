import { FreshIds, TickingClock } from './doubles.suite.js'
import { MemoryEventStore } from './event-store.memory.js'
import { Snapshots } from './snapshots.js'
import { MemoryViewStore } from './view-store.memory.js'

const NAME = { name: 'counter.fold', version: 1 }

describe('snapshots of a fold', () => {
  const begun = async (events: number) => {
    const store = new MemoryEventStore(new TickingClock(), new FreshIds())
    const views = new MemoryViewStore()
    const counted = Array.from({ length: events }, (_, n) => ({ type: 'Counted', data: { n } }))
    const command = { id: 'count', actor: 'system:test' }
    await store.append({ stream: 'counter', id: '1' }, 0, command, counted)
    return { views, open: () => new Snapshots(views, store, NAME) }
  }
  const write = (snapshots: Snapshots, position: number, rows: Readonly<Record<string, unknown>>) =>
    snapshots.write(
      position,
      { changed: Object.keys(rows), all: () => Object.keys(rows) },
      (key) => rows[key],
    )

  it('are read as they were written last, with what changed and without what went', async () => {
    const { open } = await begun(9)
    expect(await open().read()).toBeUndefined()
    const first = open()
    await write(first, 3, { a: { n: 1 }, b: [2], c: 'three' })
    await write(first, 5, { b: undefined, d: null })
    expect(first.position).toBe(5)
    const rows = new Map<string, unknown>(Object.entries({ a: { n: 1 }, c: 'three', d: null }))
    expect(await open().read()).toEqual({ position: 5, rows })
  })

  it('are written on by who reads them', async () => {
    const { open } = await begun(9)
    await write(open(), 3, { a: 1, b: 2 })
    const second = open()
    await second.read()
    await write(second, 4, { b: 3 })
    const rows = new Map<string, unknown>(Object.entries({ a: 1, b: 3 }))
    expect(await open().read()).toEqual({ position: 4, rows })
  })

  it('are written in pieces beside those that stand, thousands of rows of them', async () => {
    const { open } = await begun(3)
    const many = Object.fromEntries(Array.from({ length: 1_234 }, (_, n) => [`row ${String(n)}`, n]))
    await write(open(), 3, many)
    const found = await open().read()
    expect(found !== undefined && 'rows' in found ? found.rows.size : found).toBe(1_234)
  })

  it('are kept by one process: the other gives way and writes no more', async () => {
    const { open } = await begun(9)
    const [one, other] = [open(), open()]
    await write(one, 2, { a: 1 })
    await write(other, 3, { a: 2 })
    await write(one, 4, { b: 1 })
    await write(one, 6, { b: 2 })
    expect(await open().read()).toEqual({ position: 3, rows: new Map([['a', 2]]) })
    await write(other, 7, { a: 3 })
    expect(await open().read()).toEqual({ position: 7, rows: new Map([['a', 3]]) })
  })

  it('are refused at a position that the log does not have', async () => {
    const { open } = await begun(3)
    await expect(write(open(), 4, { a: 1 })).rejects.toThrow('there is no event at 4')
  })

  it.each([
    ['a row that is not as it was written', { key: 'a', row: 7, lists: {} }, 'it is damaged'],
    ['a row too many', { key: 'z', row: 7, lists: {} }, 'it is damaged'],
    ['a row too few', { key: 'a', lists: {} }, 'it is damaged'],
    ['no word of what it is', { key: '~', lists: {} }, 'it does not say what it is'],
  ])('are passed over with %s', async (_, change, unfit) => {
    const { views, open } = await begun(9)
    await write(open(), 3, { a: 1, b: 2 })
    await views.write('counter.fold~snapshot@1', 3, 3, [change])
    const anew = open()
    expect(await anew.read()).toEqual({ unfit })
    await write(anew, 5, { c: 3 })
    expect(await open().read()).toEqual({ position: 5, rows: new Map([['c', 3]]) })
  })
})
