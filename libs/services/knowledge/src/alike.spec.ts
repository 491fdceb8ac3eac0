import fc from 'fast-check'
import { alike, shingles } from './alike.js'
import { words } from './words.js'

describe('words', () => {
  it('have neither case nor accents', () => {
    expect(words('Das Gerät LÄUFT nicht!')).toEqual(['das', 'gerat', 'lauft', 'nicht'])
  })

  it('are found in languages that write no spaces', () => {
    expect(words('洗碗机没有电').length).toBeGreaterThan(1)
  })
})

describe('alike (C73)', () => {
  const text = 'Check that the door is shut and the tap is open before you call us'

  it('finds the same text written twice', () => {
    const found = alike(
      [
        { id: 'b', text },
        { id: 'a', text: text.toUpperCase() },
        { id: 'c', text: 'How to send a parcel back to the shop' },
      ],
      0.6,
    )
    expect(found).toEqual([{ a: 'a', b: 'b', likeness: 1 }])
  })

  it('leaves texts alone that share only a phrase', () => {
    const other = 'The tap is open on Sundays, and the shop is where it was last year'
    expect(
      alike(
        [
          { id: 'a', text },
          { id: 'b', text: other },
        ],
        0.6,
      ),
    ).toEqual([])
  })

  it('finds what comparing every pair finds, in whatever order the articles come', () => {
    const word = fc.constantFrom('door', 'tap', 'open', 'shut')
    const texts = fc.array(
      fc.array(word, { maxLength: 8 }).map((all) => all.join(' ')),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(texts, fc.constantFrom(0.3, 0.6, 1), fc.infiniteStream(fc.nat()), (all, least, random) => {
        const documents = all.map((each, at) => ({ id: `d${String(at)}`, text: each }))
        const shuffled = documents
          .map((document) => ({ document, at: Number(random.next().value) }))
          .sort((x, y) => x.at - y.at)
          .map(({ document }) => document)
        const found = alike(shuffled, least)
        const naive = documents.flatMap((a, at) =>
          documents.slice(at + 1).flatMap((b) => {
            const likeness = jaccard(shingles(a.text), shingles(b.text))
            return likeness >= least ? [{ a: a.id, b: b.id, likeness }] : []
          }),
        )
        expect(found).toHaveLength(naive.length)
        expect(found).toEqual(expect.arrayContaining(naive))
        expect(found).toEqual(alike(documents, least))
      }),
    )
  })
})

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((run) => b.has(run)).length
  const all = new Set([...a, ...b]).size
  return all === 0 ? 0 : common / all
}
