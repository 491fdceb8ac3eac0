import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const css = readFileSync(join(__dirname, 'tokens.css'), 'utf8')

/** The tokens of one scheme: those of :root, overridden. */
function tokensOf(selector: string): ReadonlyMap<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split('}')[0] ?? ''
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

const light = tokensOf(':root')
const schemes = {
  light,
  dark: new Map([...light, ...tokensOf("[data-mantine-color-scheme='dark']")]),
}

/** Contrast ratio of WCAG 2.2, 1 to 21. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

const GROUNDS = ['bg', 'surface', 'sunken', 'bubble', 'hover', 'accent-soft']

const TEXTS: readonly (readonly [string, readonly string[]])[] = [
  ['ink', [...GROUNDS, 'note', 'warn-soft', 'danger-soft', 'ok-soft']],
  ['ink2', [...GROUNDS, 'note']],
  ['ink3', [...GROUNDS, 'note']],
  ['accent-ink', GROUNDS],
  ['accent-text', ['accent', 'accent-hover']],
  ['mine-text', ['mine']],
  ['ok', ['ok-soft', 'surface', 'bg']],
  ['warn', ['warn-soft', 'surface', 'bg']],
  ['danger', ['danger-soft', 'surface', 'bg']],
  ['note-ink', ['note']],
]

const GRAPHICS: readonly (readonly [string, readonly string[]])[] = [
  ['line2', ['surface', 'bg']],
  ['accent', ['surface', 'bg', 'accent-soft']],
  ['warn-fill', ['surface']],
  ['note-line', ['note']],
  ...[1, 2, 3, 4, 5].map((each) => [`chart${String(each)}`, ['surface']] as const),
]

describe.each(Object.entries(schemes))('in the %s scheme', (_scheme, tokens) => {
  const ratio = (one: string, other: string): number =>
    contrast(tokens.get(one) ?? '', tokens.get(other) ?? '')

  it.each(TEXTS)('%s can be read on every ground it stands on: 4.5 to 1', (text, grounds) => {
    for (const ground of grounds)
      expect([text, ground, ratio(text, ground) >= 4.5]).toEqual([text, ground, true])
  })

  it.each(GRAPHICS)('%s can be made out as a graphic: 3 to 1', (mark, grounds) => {
    for (const ground of grounds)
      expect([mark, ground, ratio(mark, ground) >= 3]).toEqual([mark, ground, true])
  })
})

it('has every colour in both schemes', () => {
  expect([...tokensOf("[data-mantine-color-scheme='dark']").keys()].sort()).toEqual([...light.keys()].sort())
})

it('knows black on white as 21 to 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
})
