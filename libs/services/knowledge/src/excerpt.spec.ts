import fc from 'fast-check'
import { excerpt, plainText } from './excerpt.js'

const filler = 'Words that say nothing about it. '

describe('the words of an article in one line', () => {
  it.each([
    [
      'a heading and a list',
      '# Drain\n\n1. Open the *door*\n2. **Clean** the `filter`',
      'Drain Open the door Clean the filter',
    ],
    ['links and pictures', 'See [the guide](https://example.org) ![hose](/hose.png)', 'See the guide hose'],
    ['quotes, code and rules', '> Note\n\n---\n```js\nrun()\n```', 'Note run()'],
    ['tags', 'a<br>b <b>bold</b>', 'ab bold'],
    ['marks that are meant', '2 * 3 is snake_case \\*', '2 * 3 is snake_case *'],
  ])('leave out the marks of %s', (_, markdown, text) => {
    expect(plainText(markdown)).toBe(text)
  })
})

describe('an excerpt', () => {
  it('shows the first place of a word searched for, whatever case or accents', () => {
    const found = excerpt(`${filler.repeat(9)}Prüfe die Pumpe. ${filler.repeat(9)}`, 'PRUFE')
    expect(found).toMatch(/^… .*Prüfe die Pumpe\..* …$/)
    expect(found.length).toBeLessThanOrEqual(164)
  })

  it('is the beginning where nothing is found, and the whole of a short text', () => {
    expect(excerpt(filler.repeat(9), 'pump')).toMatch(/^Words that say .* …$/)
    expect(excerpt('Short.', 'pump')).toBe('Short.')
  })

  it('is never long and always of whole characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 900 }),
        fc.string({ maxLength: 20 }),
        (text, query) => {
          const found = excerpt(text, query)
          expect(found.length).toBeLessThanOrEqual(165)
          expect(found.isWellFormed()).toBe(true)
        },
      ),
    )
  })

  it('of a hostile text is quick', () => {
    for (const part of ['![', '<a ', '**_', '[a](', '- ', '> ']) excerpt(part.repeat(20_000), 'pump')
    expect(excerpt('['.repeat(50_000), 'pump').length).toBeLessThanOrEqual(165)
  })
})
