import fc from 'fast-check'

import { canonicalJson, type Json } from './canonical-json.js'
import { transcriptBytes, transcriptHash, transcriptUpTo, type TranscriptLine } from './transcript.js'

const line = (position: number, said: string, more: Partial<TranscriptLine> = {}): TranscriptLine => ({
  position,
  leg: 1,
  channel: 'chat',
  author: { is: 'customer' },
  said,
  state: 'delivered',
  attachments: [],
  ...more,
})

describe('canonical JSON', () => {
  it('sorts members as the example of RFC 8785 §3.2.3 does', () => {
    const sample = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 }
    expect(canonicalJson(sample)).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
    )
  })

  it('writes text and literals as RFC 8785 §3.2.2 does', () => {
    const sample: Json = {
      string: '\u20ac$\u000f\nA\'B"\\\\"/\u2028\u007f',
      literals: [null, true, false, -0],
    }
    expect(canonicalJson(sample)).toBe(
      '{"literals":[null,true,false,0],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u2028\u007f"}',
    )
  })

  it('is the same whatever the order of members, and reads back as the same value', () => {
    const values = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(null, true, false),
        fc.maxSafeInteger().map((n) => n + 0),
        fc.string({ unit: 'grapheme' }),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).value
    fc.assert(
      fc.property(values, (value) => {
        const bytes = canonicalJson(value)
        expect(canonicalJson(turned(value))).toBe(bytes)
        expect(JSON.parse(bytes)).toEqual(value)
      }),
    )
  })

  it('refuses what has no such form', () => {
    for (const value of [0.5, NaN, Infinity, 2 ** 53, '\ud83d', { '\udc00': 1 }]) {
      expect(() => canonicalJson(value)).toThrow(RangeError)
    }
  })
})

function turned(value: Json): Json {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(turned)
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, turned(member)]),
  )
}

describe('the transcript', () => {
  const said = [
    line(3, 'Where is my parcel? 📦'),
    line(5, 'e\u0301 is not é\r\n', { author: { is: 'agent', id: 'agent-7' }, state: 'seen' }),
    line(9, '\u202eright\u202c "to" left', {
      leg: 2,
      channel: 'phone',
      state: 'spoken',
      attachments: [{ id: 'm1', name: 'a.pdf', type: 'application/pdf', size: 12 }],
    }),
  ]

  it('has these bytes, and keeps them', () => {
    expect(new TextDecoder().decode(transcriptBytes(said.slice(1, 2)))).toBe(
      '[{"attachments":[],"author":{"id":"agent-7","is":"agent"},"channel":"chat","leg":1,"position":5,' +
        '"said":"e\u0301 is not é\\r\\n","state":"seen"}]',
    )
    expect(transcriptHash([])).toBe('4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945') // of `[]`
  })

  it('H01: what the phone shows has the hash of what the chat had acknowledged', () => {
    const phone = said.map((each) => ({ view: 'phone', ...each, author: { name: 'Ana', ...each.author } }))
    expect(transcriptHash(phone)).toBe(transcriptHash(said))
    expect(transcriptHash(transcriptUpTo(phone, 5))).toBe(transcriptHash(said.slice(0, 2)))
  })

  it('H01: another hash follows from any other word, mark, author, state or line', () => {
    const first = line(3, 'é')
    const others = [
      [],
      [line(3, 'e\u0301')],
      [line(3, 'é ')],
      [line(4, 'é')],
      [line(3, 'é', { leg: 2 })],
      [line(3, 'é', { channel: 'message' })],
      [line(3, 'é', { author: { is: 'automatic' } })],
      [line(3, 'é', { state: 'seen' })],
      [first, line(4, '')],
    ]
    expect(new Set([[first], ...others].map(transcriptHash)).size).toBe(others.length + 1)
  })

  it('refuses lines out of order, twice the same position and numbers that are not whole', () => {
    expect(() => transcriptBytes([line(2, 'b'), line(1, 'a')])).toThrow(RangeError)
    expect(() => transcriptBytes([line(1, 'a'), line(1, 'a')])).toThrow(RangeError)
    expect(() => transcriptBytes([line(1.5, 'a')])).toThrow(RangeError)
  })
})
