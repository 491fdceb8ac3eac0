import fc from 'fast-check'
import { linesOf, LONGEST_LINE, readLine } from './feed.js'
import type { NumberedLine } from './feed.js'

async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  await Promise.resolve()
  let at = 0
  for (const size of sizes) {
    yield bytes.subarray(at, at + size)
    at += size
  }
  yield bytes.subarray(at)
}
async function lines(bytes: Buffer, sizes: readonly number[] = []): Promise<readonly NumberedLine[]> {
  const found: NumberedLine[] = []
  for await (const line of linesOf(inPieces(bytes, sizes))) found.push(line)
  return found
}

const refusal = (code: string) => expect.objectContaining({ name: 'Refused', code }) as Error

describe('a feed', () => {
  it('is cut into the same lines, however its bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' ')),
          { maxLength: 8 },
        ),
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 }),
        async (texts, sizes) => {
          const expected = texts
            .map((text, index) => ({ number: index + 1, text }))
            .filter(({ text }) => text.trim() !== '')
            .map(({ number, text }) => ({ number, text: Buffer.from(text).toString() }))
          expect(await lines(Buffer.from(texts.join('\n')), sizes)).toEqual(
            expected.map((line) => ({ ...line, text: line.text.replace(/^\ufeff/, '') })),
          )
        },
      ),
    )
  })

  it('marks a line that is too long or no UTF-8 and goes on with the next', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"a":1}\n'),
      Buffer.alloc(LONGEST_LINE + 1, 'x'),
      Buffer.from('\n'),
      Buffer.from([0xff, 0xfe, 10]),
      Buffer.from('{"b":2}'),
    ])
    expect(await lines(bytes, [4_000, 40_000, 30_000])).toEqual([
      { number: 1, text: '{"a":1}' },
      { number: 2, text: undefined },
      { number: 3, text: undefined },
      { number: 4, text: '{"b":2}' },
    ])
  })
})

describe('a line', () => {
  const good = {
    customer: { source: 'shop', externalId: '4711' },
    kind: 'purchase',
    source: 'shop',
    reference: 'HH-1',
    title: 'Kettle',
  }
  it('is read with its customer', () => {
    expect(readLine(JSON.stringify(good))).toMatchObject(good)
  })
  it.each([
    ['no JSON', '{"kind":', 'line.unreadable'],
    ['no object', '[1]', 'line.unreadable'],
    ['no customer', JSON.stringify({ ...good, customer: undefined }), 'line.invalid'],
    ['no title', JSON.stringify({ ...good, title: undefined }), 'line.invalid'],
    ['an unknown kind', JSON.stringify({ ...good, kind: 'boat' }), 'line.invalid'],
    ['an unknown field', JSON.stringify({ ...good, colour: 'red' }), 'line.invalid'],
    [
      'a broken price',
      JSON.stringify({ ...good, price: { amount: '1,5', currency: 'EUR' } }),
      'line.invalid',
    ],
    ['progress without a state', JSON.stringify({ ...good, op: 'progress' }), 'line.invalid'],
    ['a withdrawal without a why', JSON.stringify({ ...good, op: 'withdraw' }), 'line.invalid'],
  ])('is refused with %s', (_, text, code) => {
    expect(() => readLine(text)).toThrow(refusal(code))
  })
})
