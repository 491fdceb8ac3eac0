import * as fc from 'fast-check'
import { escaped, keysOf, named, unescaped } from './names.js'

const bytes = (text: string): Buffer => Buffer.from(text)
/** Any text, those that UTF-8 cannot carry and the signs that end a part included. */
const text = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('\0', '\u0001', '\u0002', '\u0003', '\ud83d', '\udc4b', '{', '}', '%', ':', '~'),
  ),
  maxLength: 6,
})

describe('names in Redis', () => {
  it('come back as they were, whatever signs are in them', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(unescaped(escaped(name))).toBe(name)
        expect(bytes(escaped(name)).includes(0)).toBe(false)
        expect(bytes(escaped(name)).toString()).toBe(escaped(name))
      }),
      { numRuns: 2_000 },
    )
  })

  it('stand in the order of their bytes, alone and before a key', () => {
    const wellFormed = text.filter((name) => name.isWellFormed())
    fc.assert(
      fc.property(fc.tuple(wellFormed, wellFormed), fc.tuple(wellFormed, wellFormed), (a, b) => {
        const wanted = Buffer.compare(bytes(a[0]), bytes(b[0])) || Buffer.compare(bytes(a[1]), bytes(b[1]))
        const [first, second] = [a, b].map(([sort, key]) => bytes(`${escaped(sort)}\0${escaped(key)}`))
        expect(Buffer.compare(first ?? bytes(''), second ?? bytes(''))).toBe(wanted)
      }),
      { numRuns: 2_000 },
    )
  })

  it('are another key each, without a sign that means something to Redis', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(named(a)).toMatch(/^[\w.@~%-]*$/)
        expect(named(a) === named(b)).toBe(a === b)
        const keys = [...keysOf('p', a), ...keysOf('p', b)]
        expect(new Set(keys).size).toBe(a === b ? 2 : 4)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['case.cases@1', 'case.cases@1'],
    ['case.cases@1~rebuild', 'case.cases@1'],
    ['routing.engine~snapshot@1~next', 'routing.engine'],
    ['~odd', '%'],
    ['', '%'],
    ['a}{b', 'a%7d%7bb'],
  ])('of %p stand in the slot of %p, so that one script of a cluster reaches them', (view, slot) => {
    for (const key of keysOf('throughline', view)) expect(/\{(.*?)\}/.exec(key)?.[1]).toBe(slot)
  })
})
