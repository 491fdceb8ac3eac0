import { Refused } from '@throughline/kernel'
import * as fc from 'fast-check'
import { FreshIds } from './doubles.suite.js'
import { StaleView, viewId } from './view-store.js'
import type { Change, View, ViewStore } from './view-store.js'

interface Card {
  readonly title: string
}

/** Everything the port promises. `open` gives a store on an engine; each test writes a view of its own. */
export function viewStoreSuite(name: string, open: () => Promise<ViewStore>): void {
  describe(`view store on ${name}`, () => {
    const ids = new FreshIds()
    let store: ViewStore

    beforeAll(async () => {
      store = await open()
    })
    afterAll(async () => {
      await store.close()
    })

    const fresh = (): string => `test.${ids.next()}@1`
    const card = (key: string, lists: Readonly<Record<string, string>> = {}): Change => ({
      key,
      row: { title: key },
      lists,
    })
    const gone = (key: string): Change => ({ key, lists: {} })
    const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error)
    const keys = async (view: string, list: string, descending = false): Promise<readonly string[]> => {
      const found: string[] = []
      let after: string | undefined
      do {
        const page = await store.page(view, list, {
          limit: 3,
          descending,
          ...(after !== undefined && { after }),
        })
        found.push(...page.items.map(({ key }) => key))
        after = page.next ?? undefined
      } while (after !== undefined)
      return found
    }

    it('knows nothing of a view nobody has written', async () => {
      const view = fresh()
      expect(await store.position(view)).toBe(0)
      expect(await store.get(view, 'a')).toBeUndefined()
      expect(await store.page(view, 'all')).toStrictEqual({ items: [], next: null })
      expect(await store.count(view, 'all')).toBe(0)
    })

    it('shows a whole view in order of key, page by page, with the lists of each row', async () => {
      const [view, other] = [fresh(), fresh()]
      const named = ['b', 'ä', 'a', '𝄞', '～', 'c']
      await store.write(view, 0, 1, [...named.map((key) => card(key, { all: key, some: '' })), card('d')])
      await store.write(other, 0, 1, [card('z')])
      await store.write(view, 1, 2, [gone('c'), card('b', { some: 'x' })])
      const rows: unknown[] = []
      let after: string | undefined
      do {
        const page = await store.scan(view, { limit: 2, ...(after !== undefined && { after }) })
        expect(page.items.length).toBeLessThanOrEqual(2)
        rows.push(...page.items)
        after = page.next ?? undefined
      } while (after !== undefined)
      const row = (key: string, lists: object) => ({ key, row: { title: key }, lists })
      expect(rows).toStrictEqual([
        row('a', { all: 'a', some: '' }),
        row('b', { some: 'x' }),
        row('d', {}),
        row('ä', { all: 'ä', some: '' }),
        row('～', { all: '～', some: '' }),
        row('𝄞', { all: '𝄞', some: '' }),
      ])
      expect(await store.scan(fresh())).toStrictEqual({ items: [], next: null })
    })

    it('keeps rows and position, each in its own view', async () => {
      const [here, there] = [fresh(), fresh()]
      await store.write(here, 0, 7, [card('a', { all: '1' })])
      await store.write(there, 0, 9, [{ key: 'a', row: { title: 'other' }, lists: { all: '1' } }])
      expect(await store.position(here)).toBe(7)
      expect(await store.position(there)).toBe(9)
      expect(await store.get(here, 'a')).toStrictEqual({ title: 'a' })
      expect(await store.get(there, 'a')).toStrictEqual({ title: 'other' })
      expect(await store.count(here, 'all')).toBe(1)
    })

    it('gives back any row that JSON can carry, and not the object that went in', async () => {
      const view = fresh()
      const written = { text: 'Grüße 👩‍👩‍👧 \u0000 \ud83d', list: [1, null, { deep: true }] }
      const row = { ...written, list: [...written.list], nothing: undefined }
      await store.write(view, 0, 1, [{ key: 'ключ 👋', row, lists: { 'list ✓': 'sort ✓' } }])
      row.list.push(2)
      expect(await store.get(view, 'ключ 👋')).toStrictEqual(written)
      const page = await store.page(view, 'list ✓')
      expect(page).toStrictEqual({ items: [{ key: 'ключ 👋', row: written, sort: 'sort ✓' }], next: null })
    })

    it('moves the position on without any change', async () => {
      const view = fresh()
      await store.write(view, 0, 5, [])
      expect(await store.position(view)).toBe(5)
      await store.write(view, 5, 6, [])
      expect(await store.position(view)).toBe(6)
    })

    it('refuses a writer whose view has been moved on, and writes none of its rows (R23)', async () => {
      const view = fresh()
      await store.write(view, 0, 5, [card('a')])
      for (const from of [0, 4, 6]) {
        const error = await caught(store.write(view, from, 9, [card('b'), gone('a')]))
        expect(error).toBeInstanceOf(StaleView)
        expect(error).toMatchObject({ name: 'StaleView' })
      }
      expect(await store.position(view)).toBe(5)
      expect(await store.get(view, 'a')).toStrictEqual({ title: 'a' })
      expect(await store.get(view, 'b')).toBeUndefined()
    })

    it('lets one of many writers at once through', async () => {
      const view = fresh()
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          caught(store.write(view, 0, 1, [card(`k${String(index)}`, { all: '1' })])),
        ),
      )
      expect(answers.filter((answer) => answer === undefined)).toHaveLength(1)
      expect(answers.filter((answer) => answer instanceof StaleView)).toHaveLength(9)
      expect(await store.count(view, 'all')).toBe(1)
    })

    it('applies the changes of one write in order', async () => {
      const view = fresh()
      const second = { key: 'a', row: { title: 'second' }, lists: { new: '1' } }
      await store.write(view, 0, 1, [
        card('a', { old: '1' }),
        second,
        card('b', { new: '2' }),
        gone('b'),
        gone('c'),
      ])
      expect(await store.get(view, 'a')).toStrictEqual({ title: 'second' })
      expect(await store.get(view, 'b')).toBeUndefined()
      expect(await keys(view, 'old')).toEqual([])
      expect(await keys(view, 'new')).toEqual(['a'])
    })

    it('puts a row in exactly the lists it was last given, and takes it out of all when it goes', async () => {
      const view = fresh()
      await store.write(view, 0, 1, [card('a', { open: '1', mine: '1' }), card('b', { open: '2' })])
      expect([await keys(view, 'open'), await keys(view, 'mine')]).toEqual([['a', 'b'], ['a']])
      await store.write(view, 1, 2, [card('a', { open: '3', closed: '1' })])
      expect([await keys(view, 'open'), await keys(view, 'mine'), await keys(view, 'closed')]).toEqual([
        ['b', 'a'],
        [],
        ['a'],
      ])
      expect([await store.count(view, 'open'), await store.count(view, 'mine')]).toEqual([2, 0])
      await store.write(view, 2, 3, [gone('a')])
      expect([await keys(view, 'open'), await keys(view, 'closed')]).toEqual([['b'], []])
      expect(await store.count(view, 'open')).toBe(1)
    })

    it('orders a list by sort key, then key, byte by byte of UTF-8, both ways', async () => {
      const view = fresh()
      // U+FF5E stands before U+1F44B in UTF-8, and behind it in the UTF-16 of a JavaScript comparison.
      const sorts = ['', '1', '10', '2', 'A', 'Z', 'a', 'z', 'ä', '\uff5e', '\u{1f44b}']
      const changes = sorts.map((sort, index) => card(`k${String(index)}`, { all: sort }))
      await store.write(view, 0, 1, [...changes].reverse())
      const wanted = changes.map(({ key }) => key)
      expect(await keys(view, 'all')).toEqual(wanted)
      expect(await keys(view, 'all', true)).toEqual([...wanted].reverse())
      await store.write(view, 1, 2, [
        card('b', { same: '1' }),
        card('a', { same: '1' }),
        card('c', { same: '0' }),
      ])
      expect(await keys(view, 'same')).toEqual(['c', 'a', 'b'])
      expect(await keys(view, 'same', true)).toEqual(['b', 'a', 'c'])
    })

    it('tells with each page whether there is another', async () => {
      const view = fresh()
      await store.write(
        view,
        0,
        1,
        ['a', 'b', 'c', 'd'].map((key) => card(key, { all: key })),
      )
      const first = await store.page(view, 'all', { limit: 2 })
      expect(first).toStrictEqual({
        items: [
          { key: 'a', row: { title: 'a' }, sort: 'a' },
          { key: 'b', row: { title: 'b' }, sort: 'b' },
        ],
        next: first.next,
      })
      const second = await store.page(view, 'all', { limit: 2, after: first.next ?? '' })
      expect(second.items.map(({ key }) => key)).toEqual(['c', 'd'])
      expect(second.next).toBeNull()
    })

    it('goes on at the same place when rows come and go between pages', async () => {
      const view = fresh()
      await store.write(
        view,
        0,
        1,
        ['b', 'd', 'f', 'h'].map((key) => card(key, { all: key })),
      )
      const { next } = await store.page(view, 'all', { limit: 2 })
      await store.write(view, 1, 2, [card('a', { all: 'a' }), card('e', { all: 'e' }), gone('d')])
      const rest = await store.page(view, 'all', { after: next ?? '' })
      expect(rest.items.map(({ key }) => key)).toEqual(['e', 'f', 'h'])
    })

    it('gives 50 rows unless asked, and never more than 500', async () => {
      const view = fresh()
      const number = (index: number): string => String(index).padStart(4, '0')
      await store.write(
        view,
        0,
        1,
        Array.from({ length: 501 }, (_, index) => card(number(index), { all: number(index) })),
      )
      expect((await store.page(view, 'all')).items).toHaveLength(50)
      const most = await store.page(view, 'all', { limit: 1_000 })
      expect(most.items).toHaveLength(500)
      const last = await store.page(view, 'all', { limit: 1_000, after: most.next ?? '' })
      expect(last.items.map(({ key }) => key)).toEqual(['0500'])
      expect(await store.count(view, 'all')).toBe(501)
    })

    it.each(['', 'nonsense', 'WzFd', '{}', Buffer.from('["a"]').toString('base64url')])(
      'refuses the cursor %p that no page gave out',
      async (after) => {
        const view = fresh()
        await store.write(view, 0, 1, [card('a', { all: 'a' })])
        const error = await caught(store.page(view, 'all', { after }))
        expect(error).toBeInstanceOf(Refused)
        expect(error).toMatchObject({
          kind: 'invalid',
          code: 'cursor.unreadable',
          detail: { field: 'after' },
        })
      },
    )

    it('forgets a dropped view with its position, and no other', async () => {
      const [here, there] = [fresh(), fresh()]
      await store.write(here, 0, 5, [card('a', { all: '1' })])
      await store.write(there, 0, 5, [card('a', { all: '1' })])
      await store.drop(here)
      await store.drop(fresh())
      expect(await store.position(here)).toBe(0)
      expect(await store.get(here, 'a')).toBeUndefined()
      expect(await store.count(here, 'all')).toBe(0)
      await store.write(here, 0, 2, [card('b', { all: '1' })])
      expect(await keys(here, 'all')).toEqual(['b'])
      expect(await store.position(there)).toBe(5)
      expect(await keys(there, 'all')).toEqual(['a'])
    })

    it('puts one view in place of another, rows, lists and position as one (R25)', async () => {
      const [live, rebuilt, other] = [fresh(), fresh(), fresh()]
      await store.write(live, 0, 5, [card('old', { all: '1' }), card('both', { all: '2' })])
      await store.write(rebuilt, 0, 9, [card('both', { all: '1' }), card('new', { all: '2' })])
      await store.write(other, 0, 3, [card('a', { all: '1' })])
      await store.replace(live, rebuilt)
      expect([await store.position(live), await store.position(rebuilt)]).toEqual([9, 0])
      expect([await keys(live, 'all'), await keys(rebuilt, 'all')]).toEqual([['both', 'new'], []])
      expect(await store.get(live, 'old')).toBeUndefined()
      expect(await store.get(live, 'new')).toStrictEqual({ title: 'new' })
      expect(await store.get(rebuilt, 'new')).toBeUndefined()
      expect([await store.position(other), await keys(other, 'all')]).toEqual([3, ['a']])
      await store.write(live, 9, 10, [gone('both')])
      expect(await keys(live, 'all')).toEqual(['new'])
      await store.replace(fresh(), live)
      expect(await store.position(live)).toBe(0)
    })

    it('reads rows and lists as the type of their view', async () => {
      const view: View<Card> = {
        name: `test.${ids.next()}`,
        version: 2,
        on: [],
        project: () => Promise.resolve(),
      }
      const changes = Array.from({ length: 501 }, (_, index) => card(`k${String(index)}`, { all: 'same' }))
      await store.write(viewId(view), 0, 1, changes)
      expect(await store.row(view, 'k7')).toStrictEqual({ title: 'k7' })
      expect(await store.row(view, 'none')).toBeUndefined()
      const page = await store.rows(view, 'all', { limit: 1 })
      expect(page).toStrictEqual({ items: [{ title: 'k0' }], next: page.next })
      const titles: string[] = []
      for await (const { title } of store.every(view, 'all')) titles.push(title)
      expect(titles).toHaveLength(501)
      expect(new Set(titles).size).toBe(501)
    })

    it('leaves everything as it was when a write cannot be carried out, whatever else is written with it', async () => {
      const [view, other] = [fresh(), fresh()]
      await store.write(view, 0, 1, [card('a', { all: '1' })])
      expect(await store.get(view, 'a')).toStrictEqual({ title: 'a' })
      const changed = { key: 'a', row: { title: 'changed' }, lists: { all: '2' } }
      const [failed] = await Promise.all([
        caught(store.write(view, 1, 2, [changed, card('b'), { key: 'c', row: { of: 1n }, lists: {} }])),
        store.write(other, 0, 1, [card('a')]),
      ])
      expect(failed).toBeInstanceOf(TypeError)
      expect(await store.position(view)).toBe(1)
      expect((await store.scan(view)).items).toStrictEqual([
        { key: 'a', row: { title: 'a' }, lists: { all: '1' } },
      ])
      expect(await store.get(view, 'a')).toStrictEqual({ title: 'a' })
      expect(await store.get(view, 'b')).toBeUndefined()
      expect(await store.get(other, 'a')).toStrictEqual({ title: 'a' })
      await store.write(view, 1, 2, [changed])
      expect((await store.page(view, 'all')).items).toStrictEqual([
        { key: 'a', row: { title: 'changed' }, sort: '2' },
      ])
    })

    it('does what a plain map does, for any sequence of writes, drops and replacements, whatever was read before', async () => {
      const text = fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '\uff5e', '\u{1f44b}'), maxLength: 3 })
      const names = ['a', 'b', 'c', '\uff5e', '\u{1f44b}']
      const change = fc.record({
        key: fc.constantFrom(...names),
        row: fc.option(fc.record({ title: text }, { noNullPrototype: true }), { nil: undefined }),
        lists: fc.dictionary(fc.constantFrom('open', 'mine'), text, { noNullPrototype: true }),
      })
      const which = fc.constantFrom(0, 1)
      const step = fc.oneof(
        { weight: 6, arbitrary: fc.record({ which, changes: fc.array(change, { maxLength: 5 }) }) },
        { weight: 1, arbitrary: fc.record({ which, drop: fc.constant(true) }) },
        { weight: 1, arbitrary: fc.record({ which, replace: fc.constant(true) }) },
      )
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
          const views = [fresh(), fresh()]
          const models = views.map(() => new Map<string, Change>())
          const positions = [0, 0]
          for (const one of steps) {
            const at = one.which
            const [view = '', model = new Map<string, Change>()] = [views[at], models[at]]
            if ('changes' in one) {
              const from = positions[at] ?? 0
              await store.write(view, from, from + 1, one.changes)
              positions[at] = from + 1
              for (const each of one.changes) {
                if (each.row === undefined) model.delete(each.key)
                else model.set(each.key, each)
              }
            } else if ('drop' in one) {
              await store.drop(view)
              models[at] = new Map()
              positions[at] = 0
            } else {
              await store.replace(view, views[1 - at] ?? '')
              models[at] = models[1 - at] ?? new Map<string, Change>()
              models[1 - at] = new Map()
              positions[at] = positions[1 - at] ?? 0
              positions[1 - at] = 0
            }
            for (const [index, each] of views.entries())
              await expectHeld(each, models[index] ?? new Map<string, Change>(), positions[index] ?? 0, names)
          }
        }),
        { numRuns: 100 },
      )
    })

    const expectHeld = async (
      view: string,
      model: ReadonlyMap<string, Change>,
      position: number,
      names: readonly string[],
    ): Promise<void> => {
      expect(await store.position(view)).toBe(position)
      for (const name of names) expect(await store.get(view, name)).toEqual(model.get(name)?.row)
      for (const list of ['open', 'mine']) {
        const wanted = [...model.values()]
          .flatMap(({ key, row, lists }) => {
            const sort = lists[list]
            return sort === undefined ? [] : [{ key, row, sort }]
          })
          .sort(
            (a, b) =>
              Buffer.compare(Buffer.from(a.sort), Buffer.from(b.sort)) ||
              Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)),
          )
        expect((await store.page(view, list)).items).toStrictEqual(wanted)
        expect(await store.count(view, list)).toBe(wanted.length)
        expect(await keys(view, list, true)).toEqual(wanted.map(({ key }) => key).reverse())
      }
    }
  })
}
