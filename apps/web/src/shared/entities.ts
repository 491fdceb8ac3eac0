/**
 * Stands in for `markdown-to-jsx/entities`, whose browser build reads names like `&amp;` by handing them to an element as
 * HTML; Trusted Types refuse that, and the whole page would go with it. A name that is not here stays the text it is.
 */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00a0'],
  ['shy', '\u00ad'],
  ['hellip', '…'],
  ['ndash', '–'],
  ['mdash', '—'],
  ['lsquo', '‘'],
  ['rsquo', '’'],
  ['ldquo', '“'],
  ['rdquo', '”'],
  ['laquo', '«'],
  ['raquo', '»'],
  ['bull', '•'],
  ['middot', '·'],
  ['times', '×'],
  ['deg', '°'],
  ['frac12', '½'],
  ['micro', 'µ'],
  ['euro', '€'],
  ['pound', '£'],
  ['copy', '©'],
  ['reg', '®'],
  ['trade', '™'],
  ['rarr', '→'],
  ['larr', '←'],
])

const NUMBER = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i
const LAST = 0x10ffff

/** Asked first by the library; all that it finds here would skip `decodeEntity`. */
export const NAMED_CODES_TO_UNICODE: Readonly<Record<string, string>> = {}

/** What `amp`, `#38` or `#x26` stands for; undefined for what stands for nothing. */
export function decodeEntity(name: string): string | undefined {
  const [, hex, decimal] = NUMBER.exec(name) ?? []
  if (hex === undefined && decimal === undefined) return NAMES.get(name)
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  // What stands for no letter stands for the letter that says so.
  const lone = code >= 0xd800 && code <= 0xdfff
  return code === 0 || code > LAST || lone ? '\ufffd' : String.fromCodePoint(code)
}
