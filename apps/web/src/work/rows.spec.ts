import fc from 'fast-check'
import { inPlace, merged, pathOf, sourcesOf, VIEWS } from './rows'
import type { Portion, WorkRow } from './rows'

const row = (key: string, due: string | undefined): WorkRow => ({
  key,
  kind: 'case',
  id: key,
  caseId: key,
  reference: undefined,
  due,
  promised: undefined,
  customerId: 'c',
  subject: key,
  lastWords: undefined,
  staffId: undefined,
  wished: false,
  over: false,
})

describe('the work list', () => {
  it('is everybody’s for a supervisor, and one’s own with what nobody has for an agent', () => {
    const lists = (everybody: boolean) =>
      VIEWS.map((view) => [...new Set(sourcesOf(view, everybody).map(({ list }) => list))].join('+'))
    expect(lists(true)).toEqual(['mine', 'unassigned', 'all', 'all', 'all'])
    expect(lists(false)).toEqual([
      'mine',
      'unassigned',
      'mine+unassigned',
      'mine+unassigned',
      'mine+unassigned',
    ])
  })

  it('asks for what is due by its views', () => {
    const [late] = sourcesOf('late', true)
    expect(late?.until).toBe('now')
    expect(late && pathOf(late, { limit: 50, dueBefore: '2026-11-22T12:00:00.000Z', after: 'x' })).toBe(
      '/case/cases?list=all&limit=50&after=x&dueBefore=2026-11-22T12%3A00%3A00.000Z',
    )
  })

  it('holds cases and follow-ups by what is due, those without a promise last', () => {
    const portion: Portion = {
      rows: [
        [row('b', '2'), row('d', undefined)],
        [row('a', '1'), row('c', '3')],
      ],
      next: [null, null],
    }
    expect(merged([portion]).map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('only ever grows at its end, however its sources are paged', () => {
    const dues = fc.array(fc.option(fc.integer({ min: 10, max: 99 }), { nil: undefined }), { maxLength: 12 })
    fc.assert(
      fc.property(
        fc.array(dues, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (all, size) => {
          const sources = all.map((each, source) =>
            each
              .toSorted((one, other) => (one ?? 100) - (other ?? 100))
              .map((due, at) => row(`${String(source)}.${String(at)}`, due?.toString())),
          )
          const portions: Portion[] = []
          let shown: readonly string[] = []
          for (let page = 0; page * size < 13; page++) {
            const end = (page + 1) * size
            portions.push({
              rows: sources.map((rows) => rows.slice(page * size, end)),
              next: sources.map((rows) => (rows.length > end ? 'more' : null)),
            })
            const now = merged(portions).map(({ key }) => key)
            const dueOf = (keys: readonly string[]) =>
              keys.map((key) => sources.flat().find((each) => each.key === key)?.due)
            expect(dueOf(now).slice(0, shown.length)).toEqual(dueOf(shown))
            expect(new Set(now)).toEqual(new Set([...now, ...shown]))
            shown = now
          }
          expect(shown).toHaveLength(sources.flat().length)
        },
      ),
    )
  })

  it('keeps every row in its place while somebody is among them', () => {
    const fresh = [row('new', '0'), row('a', '1'), row('b', '2')]
    expect(inPlace(['b', 'gone', 'a'], fresh).map(({ key }) => key)).toEqual(['b', 'a', 'new'])
  })
})
