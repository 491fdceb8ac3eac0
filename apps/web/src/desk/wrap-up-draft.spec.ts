import fc from 'fast-check'
import {
  codeOf,
  draftFrom,
  dropDraft,
  EMPTY_PROMISE,
  faultsOf,
  keepDraft,
  MOST_WORDS,
  OUTCOMES,
  readDraft,
  summaryOf,
} from './wrap-up-draft'
import type { WrapUpDraft } from './wrap-up-draft'

const NOW = Date.parse('2026-11-22T12:00:00.000Z')
const NEW = draftFrom({ reason: 'Water stays in the bottom', thing: 'Bris 45', openCases: 0 })
const WHOLE: WrapUpDraft = {
  ...NEW,
  outcome: 'promised',
  words: 'An engineer brings a new pump.',
  causeWords: 'Installation sheet',
  cause: { code: 'installation-sheet', words: 'Installation sheet', department: 'product' },
  promises: [{ what: 'Confirm the visit', by: '2099-11-21T18:00', who: '' }],
}

describe('a wrap-up', () => {
  it('is prefilled from what is recorded, and invents nothing (C66)', () => {
    expect(NEW).toEqual({
      subject: 'Water stays in the bottom, Bris 45',
      words: '',
      causeWords: '',
      causeUnknown: false,
      issue: 'new',
      promises: [EMPTY_PROMISE],
    })
  })

  it('asks whether it is the same issue where the customer has open cases, and knows it where she came for one (C59)', () => {
    expect(draftFrom({ openCases: 2 }).issue).toBe('')
    expect(draftFrom({ openCases: undefined }).issue).toBe('')
    expect(draftFrom({ openCases: 2, caseId: 'c1' }).issue).toBe('c1')
  })

  it('names every field that is missing, in the order in which they stand', () => {
    expect(Object.keys(faultsOf({ ...draftFrom({ openCases: 1 }), subject: '' }, NOW))).toEqual([
      'outcome',
      'words',
      'cause',
      'issue',
      'subject',
    ])
    expect(faultsOf(WHOLE, NOW)).toEqual({})
  })

  it('wants a promise where something is on its way, and a time ahead for each', () => {
    expect(faultsOf({ ...WHOLE, promises: [EMPTY_PROMISE] }, NOW)).toEqual({
      'promise.0.what': 'none-promised',
    })
    const promises = [
      { what: 'Confirm', by: '', who: '' },
      { what: '', by: '2099-01-01T10:00', who: '' },
      { what: 'Call', by: '2020-01-01T10:00', who: '' },
      EMPTY_PROMISE,
    ]
    expect(faultsOf({ ...WHOLE, promises }, NOW)).toEqual({
      'promise.0.by': 'missing',
      'promise.1.what': 'missing',
      'promise.2.by': 'past',
    })
  })

  it('lets nobody write more than a customer reads', () => {
    expect(faultsOf({ ...WHOLE, words: 'x'.repeat(MOST_WORDS) }, NOW)).toEqual({})
    expect(faultsOf({ ...WHOLE, words: 'x'.repeat(MOST_WORDS + 1) }, NOW)).toEqual({ words: 'too-long' })
  })

  it('sends the cause with the department that answers for it (C39)', () => {
    expect(summaryOf(WHOLE, { outcome: 'promised', articles: ['a1'] }).body).toEqual({
      outcome: 'promised',
      issue: 'new',
      subject: 'Water stays in the bottom, Bris 45',
      words: 'An engineer brings a new pump.',
      causes: [{ code: 'installation-sheet', words: 'Installation sheet', department: 'product' }],
      promised: [{ what: 'Confirm the visit', by: new Date('2099-11-21T18:00').toISOString() }],
      articles: ['a1'],
    })
  })

  it('sends a cause in free words under a code of its own, and none where nobody knows it yet', () => {
    const { cause: _, ...free } = { ...WHOLE, causeWords: ' A letter nobody understood ' }
    expect(summaryOf(free, { outcome: 'open', articles: [] }).body.causes).toEqual([
      { code: 'a-letter-nobody-understood', words: 'A letter nobody understood' },
    ])
    const unknown = { ...free, causeWords: '', causeUnknown: true }
    expect(faultsOf(unknown, NOW)).toEqual({})
    expect(summaryOf(unknown, { outcome: 'open', articles: [] }).body.causes).toEqual([])
  })

  it('tells the same issue by its case (C59), and what somebody else keeps', () => {
    const told = summaryOf(
      { ...WHOLE, issue: 'c7', promises: [{ what: 'Call', by: '2099-01-01T10:00', who: 'mira' }] },
      { outcome: 'referred', articles: [] },
    )
    expect(told.body).toMatchObject({ issue: 'same', caseId: 'c7' })
    expect(told.others).toEqual([
      { what: 'Call', dueBy: new Date('2099-01-01T10:00').toISOString(), staffId: 'mira' },
    ])
  })

  it('makes of any words a code that the service takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (words) => {
        expect(codeOf(words)).toMatch(/^[a-z0-9][a-z0-9-]{0,79}$/)
      }),
    )
    expect(codeOf('Instalação errada')).toBe('instalacao-errada')
  })
})

describe('a draft of a wrap-up', () => {
  const shelf = () => {
    const kept = new Map<string, string>()
    return {
      kept,
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    }
  }

  it('is kept for each contact and comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.option(fc.constantFrom(...OUTCOMES)),
        (words, what, outcome) => {
          const store = shelf()
          const { outcome: _, ...rest } = WHOLE
          const draft = { ...rest, words, promises: [{ what, by: '', who: '' }], ...(outcome && { outcome }) }
          keepDraft(store, 'c1', draft)
          expect(readDraft(store, 'c1')).toEqual(draft)
          expect(readDraft(store, 'c2')).toBeUndefined()
        },
      ),
    )
  })

  it('is none where the browser holds something else', () => {
    const store = shelf()
    for (const held of ['', '{', '7', '[]x', 'null']) {
      store.kept.set('throughline.wrap-up.c1', held)
      expect(readDraft(store, 'c1')).toBeUndefined()
    }
    keepDraft(store, 'c1', WHOLE)
    dropDraft(store, 'c1')
    expect(readDraft(store, 'c1')).toBeUndefined()
  })
})
