import { StaleView } from '@throughline/ports'
import type { Change, ViewStore } from '@throughline/ports'
import { defect, engineAt, sized, turn, until } from '@throughline/ports/suites'
import * as fc from 'fast-check'
import { bare, caught, cleanUp, freshPrefix, keysUnder, opened } from './redis.fixture.js'
import { Proxy } from './server.fixture.js'

// Ends what hangs.
jest.setTimeout(60_000)

const VIEW = 'test.cards@1'

type Writer = Pick<ViewStore, 'position' | 'write'>

/** Seeded: no compare-and-set, the last one to write wins. */
function lastWins(store: ViewStore): Writer {
  return {
    position: (view) => store.position(view),
    write: async (view, _from, to, changes) => store.write(view, await store.position(view), to, changes),
  }
}

afterEach(cleanUp)

describe('two writers of one view', () => {
  const row = (n: number): readonly Change[] => [{ key: 'a', row: { n }, lists: { all: String(n) } }]

  it('R23: never take it back, whichever of them is held up between reading and writing', async () => {
    const prefix = freshPrefix()
    const stores = [(await opened(prefix)).views, (await opened(prefix)).views]
    const reader = (await opened(prefix)).views
    const writes = sized(200, 5_000)
    let [written, stale] = [0, 0]
    const regressions: string[] = []
    const writing = async (store: Writer, pauses: number): Promise<void> => {
      while (written < writes) {
        const from = await store.position(VIEW)
        for (let turns = 0; turns < pauses * (written % 7); turns++) await turn()
        const error = await caught(store.write(VIEW, from, from + 1, row(from + 1)))
        if (error === undefined) written++
        else if (error instanceof StaleView) stale++
        else throw new Error('a write failed', { cause: error })
      }
    }
    const reading = async (): Promise<void> => {
      let seen = 0
      while (written < writes && regressions.length === 0) {
        const now = await caught(reader.forWriter().get(VIEW, 'a'))
        const n = typeof now === 'object' && now !== null && 'n' in now ? Number(now.n) : 0
        if (n < seen) regressions.push(`from ${String(seen)} to ${String(n)}`)
        seen = n
      }
    }
    const [one, other] = stores.map((store) => (defect('R23.compare') ? lastWins(store) : store))
    if (one === undefined || other === undefined) throw new Error('there are two writers')
    await Promise.all([writing(one, 0), writing(other, 3), reading()])
    expect(regressions).toEqual([])
    expect(stale).toBeGreaterThan(0)
    // Each write moved it on by one, and none was lost.
    expect(await reader.position(VIEW)).toBe(written)
    expect(await reader.get(VIEW, 'a')).toEqual({ n: written })
  })

  it('R23: never take it back with a write that the network delivers late', async () => {
    const prefix = freshPrefix()
    const proxy = await Proxy.open(engineAt('REDIS_URL'))
    const late = (await opened(prefix, proxy.url)).views
    const prompt = (await opened(prefix)).views
    await prompt.write(VIEW, 0, 1, row(1))
    for (let times = 0; times < sized(3, 20); times++) {
      const from = await late.position(VIEW)
      const to = from + 10
      proxy.pause()
      // Seeded: its comparison holds whatever happens meanwhile.
      const write = caught(late.write(VIEW, defect('R23.late') ? to : from, from + 1, row(from + 1)))
      await prompt.write(VIEW, from, to, row(to))
      expect(await write).toMatchObject({ kind: 'unavailable', code: 'views.unavailable' })
      proxy.resume()
      await until(async () => typeof (await caught(late.position(VIEW))) === 'number')
      expect(await prompt.position(VIEW)).toBe(to)
      expect(await prompt.get(VIEW, 'a')).toEqual({ n: to })
    }
  })
})

describe('the keys of a view', () => {
  const SIGNS = [
    '\0',
    '*',
    '?',
    '[',
    ']',
    '{',
    '}',
    ':',
    '~',
    '%',
    '\r\n',
    '"',
    "'",
    '\\',
    ' ',
    'a',
    'ä',
    '\ud83d',
    '\u0001',
  ]
  const name = fc.array(fc.constantFrom(...SIGNS, '__proto__', 'DEL *', 'K', 'L', 'T'), { maxLength: 4 })
  const text = name.map((signs) => signs.join(''))
  const change = fc.record({
    key: text,
    row: fc.option(text, { nil: undefined }),
    lists: fc
      .uniqueArray(fc.tuple(text, text), { selector: ([list]) => list, maxLength: 3 })
      .map(Object.fromEntries),
  })

  /** Seeded: a name is cut at the first sign that means something. */
  const cut = (view: string): string =>
    defect('S13.cut') ? (view.split(/[\0*?[{}\r\n"~:%]/)[0] ?? '') : view

  it('S13: are its own, whatever signs are in names, keys, lists and sorts', async () => {
    const prefix = freshPrefix()
    const store = (await opened(prefix)).views
    const redis = bare()
    await redis.set(`${prefix}:canary`, 'sings')
    let run = 0
    const held = async (view: string): Promise<unknown> => ({
      at: await store.position(cut(view)),
      rows: (await store.scan(cut(view))).items,
    })
    await fc.assert(
      fc.asyncProperty(text, text, fc.array(change, { maxLength: 6 }), async (first, second, changes) => {
        fc.pre(first !== second)
        const [ours, theirs] = [`${String(run)}${first}`, `${String(run++)}${second}`]
        await store.write(cut(theirs), 0, 7, [{ key: 'theirs', row: second, lists: { all: '1' } }])
        const before = await held(theirs)
        await store.write(cut(ours), 0, 1, changes)
        const rows = new Map<string, Change>()
        for (const each of changes) rows.set(each.key, each)
        for (const [key, { row, lists }] of rows) {
          expect(await store.get(cut(ours), key)).toBe(row)
          if (row === undefined) continue
          for (const [list, sort] of Object.entries(lists)) {
            expect((await store.page(cut(ours), list)).items).toContainEqual({ key, row, sort })
          }
        }
        const kept = [...rows.values()].filter(({ row }) => row !== undefined)
        const found = (await store.scan(cut(ours))).items
        expect(found).toHaveLength(kept.length)
        expect(found).toEqual(expect.arrayContaining(kept))
        expect(await held(theirs)).toStrictEqual(before)
        await store.drop(cut(ours))
        expect(await held(theirs)).toStrictEqual(before)
        await store.drop(cut(theirs))
        expect(await keysUnder(redis, prefix)).toEqual([`${prefix}:canary`])
      }),
      { numRuns: sized(100, 2_000) },
    )
    expect(await redis.get(`${prefix}:canary`)).toBe('sings')
  })
})
