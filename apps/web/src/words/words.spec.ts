import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

type Words = Readonly<Record<string, unknown>>

const areas = readdirSync(join(__dirname, 'en'))

function read(language: string, area: string): Words {
  return JSON.parse(readFileSync(join(__dirname, language, area), 'utf8')) as Words
}

/** Every text by its whole key. */
function texts(words: Words, under = ''): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[`${under}${key}`, value] as const]
        : [...texts(value as Words, `${under}${key}.`)],
    ),
  )
}

const plural = /_(zero|one|two|few|many|other)$/

/** Keys without their plural forms. */
function stems(words: Words): readonly string[] {
  return [...new Set([...texts(words).keys()].map((key) => key.replace(plural, '')))].sort()
}

function values(text: string): readonly string[] {
  return [...text.matchAll(/\{\{\s*([\w-]+)/g)].map(([, name = '']) => name).sort()
}

it('has a catalogue for each area in each language', () => {
  expect(readdirSync(join(__dirname, 'pt'))).toEqual(areas)
})

describe.each(areas)('%s', (area) => {
  const en = read('en', area)
  const pt = read('pt', area)

  it('says everything in both languages', () => {
    expect(stems(pt)).toEqual(stems(en))
  })

  it('has every plural form that the language needs', () => {
    for (const [language, words] of [
      ['en', en],
      ['pt', pt],
    ] as const) {
      const keys = texts(words)
      const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories
      const counted = [...keys.keys()].filter((key) => plural.test(key)).map((key) => key.replace(plural, ''))
      for (const key of new Set(counted)) {
        const forms = needed.filter((form) => keys.has(`${key}_${form}`))
        expect([language, key, forms]).toEqual([language, key, needed])
      }
    }
  })

  it('leaves no text empty and puts the same values into both languages', () => {
    const english = texts(en)
    for (const [key, text] of texts(pt)) {
      expect([key, text.trim()]).not.toEqual([key, ''])
      const same = english.get(key) ?? english.get(key.replace(plural, '_other')) ?? ''
      // A form for one may leave the number out.
      const wanted = key.endsWith('_one') ? values(text) : values(same)
      expect([key, values(text)]).toEqual([key, wanted])
    }
  })

  it('does not shout', () => {
    for (const language of ['en', 'pt']) {
      for (const [key, text] of texts(read(language, area)))
        expect([key, text.includes('!')]).toEqual([key, false])
    }
  })
})
