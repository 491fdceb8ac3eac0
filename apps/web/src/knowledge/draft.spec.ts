import type { Content } from './api'
import { EMPTY, keepDraft, missing, readDraft, same } from './draft'

const content: Content = {
  kind: 'guide',
  title: 'Clean the filter',
  summary: 'Five minutes.',
  body: '1. Turn it left.',
  fits: [{ things: ['purchase', 'booking'], reasons: ['water-stays'], products: ['Bris 45'] }],
  language: 'en',
}

function slots() {
  const kept = new Map<string, string>()
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  }
}

it('keeps a draft for each article until it is taken away', () => {
  const own = slots()
  expect(keepDraft('a', { base: 5, content, savedAt: 7 }, () => own)).toBe(true)
  expect(readDraft('a', () => own)).toEqual({ base: 5, content, savedAt: 7 })
  expect(readDraft('b', () => own)).toBeUndefined()
  keepDraft('a', undefined, () => own)
  expect(readDraft('a', () => own)).toBeUndefined()
})

it('takes what is no draft for none', () => {
  const own = slots()
  for (const kept of ['', '{', 'null', '7', '{"base":1}', '{"base":1,"savedAt":1,"content":{"title":1}}']) {
    own.setItem('throughline.draft.article.a', kept)
    expect(readDraft('a', () => own)).toBeUndefined()
  }
})

it('says so when the browser keeps nothing', () => {
  const closed = () => {
    throw new Error('closed')
  }
  expect(keepDraft('a', { base: 1, content, savedAt: 1 }, closed)).toBe(false)
  expect(readDraft('a', closed)).toBeUndefined()
})

it('knows the same text by what it says, not by the order things were ticked in', () => {
  const [fit] = content.fits
  const other = { ...content, fits: [{ ...fit, things: ['booking', 'purchase'] }] } as Content
  expect(same(content, other)).toBe(true)
  expect(same(content, { ...content, body: '1. Turn it right.' })).toBe(false)
})

it('names what an article cannot be published without', () => {
  expect(missing(EMPTY)).toEqual(['title', 'body'])
  expect(missing({ ...content, body: ' ' })).toEqual(['body'])
  expect(missing(content)).toEqual([])
})
