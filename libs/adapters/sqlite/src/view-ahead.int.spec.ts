import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import * as fc from 'fast-check'
import type { Change } from '@throughline/ports'
import { caught, cleanUp, folder } from './folders.fixture.js'
import { SqliteViewStore } from './view-store.js'

afterEach(cleanUp)

const open = (place: string): Promise<SqliteViewStore> =>
  SqliteViewStore.open(place, (error) => {
    throw error
  })
/** Longer than what the store remembers of what it wrote. */
const LONG = 'x'.repeat(9_000)
const card = (key: string, title: string, lists = {}): Change => ({ key, row: { title }, lists })

/** What another program finds in the file. */
function inFile(place: string): { readonly position: number; readonly rows: readonly string[] } {
  const database = new DatabaseSync(join(place, 'views.db'), { readOnly: true })
  const rows = database.prepare('SELECT key FROM rows ORDER BY key').all()
  const position = database.prepare('SELECT max(position) AS position FROM views').get()?.position
  database.close()
  return { position: Number(position ?? 0), rows: rows.map(({ key }) => String(key)) }
}

/** The folder as a crash would leave it now. */
function crashed(place: string): string {
  const copy = folder()
  cpSync(place, copy, { recursive: true })
  return copy
}

describe('views ahead of their file', () => {
  it('R18: are seen by every reader at once, and a crash takes rows and position back together', async () => {
    const place = folder()
    const store = await open(place)
    await store.write('v', 0, 1, [card('a', 'first', { all: '1' })])
    expect(await store.count('v', 'all')).toBe(1)
    await store.write('v', 1, 2, [card('a', LONG, { all: '1' }), card('b', 'new', { all: '2' })])
    await store.write('v', 2, 3, [card('b', 'newer', { all: '0' })])
    expect(await store.position('v')).toBe(3)
    expect(await store.get('v', 'a')).toEqual({ title: LONG })
    expect(await store.get('v', 'b')).toEqual({ title: 'newer' })

    expect(inFile(place)).toEqual({ position: 1, rows: ['a'] })
    const after = await open(crashed(place))
    expect(await after.position('v')).toBe(1)
    expect(await after.get('v', 'a')).toEqual({ title: 'first' })
    expect((await after.page('v', 'all')).items.map(({ key }) => key)).toEqual(['a'])
    await after.close()

    const { items } = await store.page('v', 'all')
    expect(items).toEqual([
      { key: 'b', row: { title: 'newer' }, sort: '0' },
      { key: 'a', row: { title: LONG }, sort: '1' },
    ])
    expect(inFile(place)).toEqual({ position: 3, rows: ['a', 'b'] })
    await store.close()
  })

  it('are in the file when there are many, and when the store is closed', async () => {
    const place = folder()
    const store = await open(place)
    const many = Array.from({ length: 500 }, (_, index) => card(`k${String(index)}`, 'one'))
    await store.write('v', 0, 1, many.slice(0, 499))
    expect(inFile(place)).toEqual({ position: 0, rows: [] })
    await store.write('v', 1, 2, many.slice(499))
    // Asks the file, which has them first.
    await store.scan('v')
    expect(inFile(place)).toMatchObject({ position: 2, rows: { length: 500 } })
    await store.write('v', 2, 3, [])
    await store.close()
    expect(inFile(place).position).toBe(3)
  })

  it('are found on their way into the file and after it, beyond the key that was the highest before', async () => {
    const store = await open(folder())
    await store.write('v', 0, 1, [card('j/3', LONG)])
    const scanned = store.scan('v')
    expect(await store.get('v', 'j/3')).toEqual({ title: LONG })
    await scanned
    expect(await store.get('v', 'j/5')).toBeUndefined()
    await store.write('v', 1, 2, [card('j/7', LONG)])
    await store.scan('v')
    expect(await store.get('v', 'j/7')).toEqual({ title: LONG })
    expect(await store.get('v', 'j/6')).toBeUndefined()
    await store.close()
  })

  it('one that cannot be written is refused by name and takes no other along; later it is written whole', async () => {
    const place = folder()
    const store = await open(place)
    const other = new DatabaseSync(join(place, 'views.db'))
    other.exec(`CREATE TRIGGER no_room BEFORE INSERT ON rows WHEN new.key = 'bad'
      BEGIN SELECT RAISE(ABORT, 'there is no room'); END`)
    await store.write('bad', 0, 1, [card('bad', 'kept', { all: '1' })])
    await store.write('good', 0, 1, [card('good', 'kept', { all: '1' })])
    const refused = { kind: 'unavailable', code: 'views.unavailable', detail: { retryAfter: 5 } }
    expect(await caught(store.page('bad', 'all'))).toMatchObject(refused)
    expect(await store.count('good', 'all')).toBe(1)
    expect(inFile(place)).toEqual({ position: 1, rows: ['good'] })
    // Nothing that was taken is forgotten, and nothing more is taken.
    expect(await store.get('bad', 'bad')).toEqual({ title: 'kept' })
    expect(await caught(store.write('bad', 1, 2, []))).toMatchObject(refused)
    expect(await store.position('bad')).toBe(1)

    other.exec('DROP TRIGGER no_room')
    other.close()
    await store.write('bad', 1, 2, [card('bad', 'changed', { all: '1' })])
    expect((await store.page('bad', 'all')).items).toEqual([
      { key: 'bad', row: { title: 'changed' }, sort: '1' },
    ])
    await store.close()
    expect(inFile(place)).toEqual({ position: 2, rows: ['bad', 'good'] })
  })

  it('find every row there is, whatever its key, and none that is not', async () => {
    // Of few letters, so that families and their orders meet; beyond the basic plane bytes are ordered otherwise than units.
    const key = fc.string({
      unit: fc.constantFrom('a', 'b', '-', '/', '~', 'é', '\uff5e', '𝄞'),
      minLength: 1,
      maxLength: 4,
    })
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ how: fc.constantFrom('put' as const, 'put long' as const), key }) },
      { weight: 2, arbitrary: fc.record({ how: fc.constant('remove' as const), key }) },
      { weight: 6, arbitrary: fc.record({ how: fc.constant('get' as const), key }) },
      {
        weight: 1,
        arbitrary: fc.record({
          how: fc.constantFrom('open' as const, 'list' as const, 'drop' as const),
          key,
        }),
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const place = folder()
        let store = await open(place)
        const model = new Map<string, string>()
        let at = 0
        for (const one of steps) {
          if (one.how === 'open') {
            await store.close()
            store = await open(place)
          } else if (one.how === 'list') {
            expect(await store.count('v', 'all')).toBe(model.size)
          } else if (one.how === 'drop') {
            await store.drop('v')
            model.clear()
            at = 0
          } else if (one.how === 'get') {
            expect(await store.get('v', one.key)).toBe(model.get(one.key))
          } else {
            const text = `${String(at)} ${one.how === 'put long' ? LONG : ''}`
            const row = one.how === 'remove' ? undefined : text
            if (row === undefined) model.delete(one.key)
            else model.set(one.key, row)
            await store.write('v', at, ++at, [
              {
                key: one.key,
                ...(row !== undefined && { row }),
                lists: row === undefined ? {} : { all: '' },
              },
            ])
          }
        }
        await store.close()
      }),
      { numRuns: 40 },
    )
  })
})
