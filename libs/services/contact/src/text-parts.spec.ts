import fc from 'fast-check'

import { toTextParts } from './text-parts.js'

describe('text in parts', () => {
  it('is one part when it fits, also when it is empty', () => {
    expect(toTextParts('', 5)).toEqual({ is: 'parts', parts: [''] })
    expect(toTextParts('abcde', 5)).toEqual({ is: 'parts', parts: ['abcde'] })
  })

  it('is cut before a sign that would be cut in two', () => {
    expect(toTextParts('ab\r\ncd', 3)).toEqual({ is: 'parts', parts: ['ab', '\r\nc', 'd'] })
    expect(toTextParts('a👍🏽b', 4)).toEqual({ is: 'parts', parts: ['a', '👍🏽', 'b'] })
  })

  it('is refused where it cannot be cut or has no octets', () => {
    expect(toTextParts('ae\u0301\u0302', 2)).toEqual({ is: 'refused', code: 'text.grapheme-too-long' })
    expect(toTextParts('a\ud83d', 5)).toEqual({ is: 'refused', code: 'text.not-unicode' })
  })

  it('is the same text together, each part within the limit', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 20, max: 60 }),
        (text, longest) => {
          const cut = toTextParts(text, longest)
          if (cut.is === 'refused') return
          expect(cut.parts.join('')).toBe(text)
          expect(Math.max(...cut.parts.map((part) => part.length))).toBeLessThanOrEqual(longest)
        },
      ),
    )
  })
})
