import { fold } from '@throughline/kernel'
import { countAsNoHelp, leaveArticle, rateArticle, readings, viewArticle } from './reading.js'
import type { ReadingKey } from './reading.js'

const key: ReadingKey = {
  readingId: '0190a0aa-0000-7000-8000-00000000000a',
  articleId: '0190a0aa-0000-7000-8000-000000000001',
  version: 2,
  title: 'The dishwasher does not start',
  thing: 'purchase',
  reason: 'no-power',
}
const contactId = '0190a0aa-0000-7000-8000-00000000000c'
const none = readings.initial
const read = fold(readings, viewArticle(key)(none))
const refused = fold(readings, rateArticle({ helped: false })(read), read)
const unknown = expect.objectContaining({ code: 'reading.unknown' }) as Error

describe('opening an article', () => {
  it('records version, thing and reason', () => {
    expect(viewArticle(key)(none)).toEqual([{ type: 'throughline.ArticleViewed.v1', data: key }])
  })
  it('again is the same reading', () => {
    expect(viewArticle(key)(read)).toEqual([])
  })
})

describe('leaving an article', () => {
  const left = fold(readings, leaveArticle({ dwell: 40 })(read), read)
  it('says how long it was open', () => {
    expect(leaveArticle({ dwell: 40 })(read)).toEqual([
      { type: 'throughline.ArticleLeft.v1', data: { ...key, dwell: 40 } },
    ])
    expect(leaveArticle({ dwell: 50 })(left)).toHaveLength(1)
  })
  it('is refused for one nobody opened', () => {
    expect(() => leaveArticle({ dwell: 1 })(none)).toThrow(unknown)
  })
  it('tells nothing new when it was told as much before', () => {
    expect(leaveArticle({ dwell: 40 })(left)).toEqual([])
    expect(leaveArticle({ dwell: 39 })(left)).toEqual([])
  })
})

describe('saying whether it helped', () => {
  it('can be changed', () => {
    expect(rateArticle({ helped: true, comment: 'After all.' })(refused)).toEqual([
      { type: 'throughline.ArticleRated.v1', data: { ...key, helped: true, comment: 'After all.' } },
    ])
  })
  it('is refused for one nobody opened', () => {
    expect(() => rateArticle({ helped: true })(none)).toThrow(unknown)
  })
  it('asked twice, is said once', () => {
    expect(rateArticle({ helped: false })(refused)).toEqual([])
  })
})

describe('a contact after a reading (C17)', () => {
  it('marks the version that was read, and whether the reader had said so', () => {
    expect(countAsNoHelp({ contactId })(refused)).toEqual([
      { type: 'throughline.ArticleDidNotHelp.v1', data: { ...key, contactId, said: true } },
    ])
    expect(countAsNoHelp({ contactId })(read)[0]?.data).toMatchObject({ said: false, version: 2 })
  })
  it('is refused for one nobody opened', () => {
    expect(() => countAsNoHelp({ contactId })(none)).toThrow(unknown)
  })
  it('counts once, whatever contacts follow', () => {
    const failed = fold(readings, countAsNoHelp({ contactId })(read), read)
    expect(countAsNoHelp({ contactId: '0190a0aa-0000-7000-8000-00000000000d' })(failed)).toEqual([])
  })
})
