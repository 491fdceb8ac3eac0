import { cellIn, cellText, readingOf } from './figure'
import type { Figure } from './figure'

const figure = (more: Partial<Figure>): Figure => ({
  metric: 'repeat-contact-wide',
  version: 1,
  title: '',
  unit: 'contact',
  asWas: '2026-11-22T12:00:00.000Z',
  known: 9,
  cell: {},
  shown: 'counts',
  says: '',
  ...more,
})

describe('what may be said of a figure', () => {
  it('is a rate with its interval from 30 units', () => {
    const interval = { low: 0.05, high: 0.19, by: 'Wilson' }
    expect(readingOf(figure({ shown: 'rate', n: 67, k: 7, share: 0.1, interval }))).toEqual({
      kind: 'rate',
      n: 67,
      value: 0.1,
      low: 0.05,
      high: 0.19,
    })
  })

  it('is counts without a rate below that, of answers in words too', () => {
    expect(readingOf(figure({ n: 17, k: 6 }))).toEqual({ kind: 'counts', k: 6, n: 17 })
    expect(readingOf(figure({ n: 16, says: '13 of 16, too few to tell.' }))).toEqual({
      kind: 'counts',
      k: 13,
      n: 16,
    })
  })

  it('is nothing where the API does not show it', () => {
    expect(readingOf(figure({ shown: 'owner', says: 'Too few to tell.' }))).toEqual({ kind: 'few' })
    expect(readingOf(figure({ shown: 'hidden', says: 'Too few customers to show.' }))).toEqual({
      kind: 'few',
    })
    expect(readingOf(null)).toEqual({ kind: 'few' })
  })

  it('is asked for by a cell that comes back as it went in', () => {
    const cell = { thingKind: 'purchase', reason: 'how-to' }
    expect(cellIn(cellText(cell))).toEqual(cell)
    expect(cellText({ channel: undefined })).toBeUndefined()
    expect(cellIn(undefined)).toEqual({})
  })
})
