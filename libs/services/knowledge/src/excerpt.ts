import { folded, words } from './words.js'

const LONGEST = 160
/** How much of the text stands before the word that was found. */
const BEFORE = 40

// Each with a bound, so that no text an author writes makes the search slow.
const MARKUP: readonly (readonly [RegExp, string])[] = [
  [/^\s{0,3}(?:```|~~~).{0,200}$/gmu, ''],
  [/!?\[([^\][\n]{0,300})\]\([^()\n]{0,2000}\)/gu, '$1'],
  [/<\/?[a-z][^<>\n]{0,300}>/giu, ''],
  [/^\s{0,8}(?:#{1,6}|>|[-*+]|\d{1,9}[.)])\s{1,4}/gmu, ''],
  [/^\s{0,3}(?:[-*_]\s?){3,80}$/gmu, ''],
  [/(?<!\\)(?:\*\*|__|~~|`)/gu, ''],
  [/(?<![\p{L}\p{N}\\])[*_](?=\S)|(?<=[^\s\\])[*_](?![\p{L}\p{N}])/gu, ''],
  [/\\([\\`*_{}[\]()#+.!>-])/gu, '$1'],
]

/** The words of a Markdown text in one line, without its marks. It is text: whoever shows it escapes it. */
export function plainText(markdown: string): string {
  return MARKUP.reduce((text, [mark, by]) => text.replace(mark, by), markdown)
    .replace(/\s+/gu, ' ')
    .trim()
}

/** At most 160 characters of a text around the first word that begins as one searched for; else its beginning. */
export function excerpt(markdown: string, query: string): string {
  const text = plainText(markdown)
  if (text.length <= LONGEST) return text
  const found = placeOf(text, words(query))
  const start = found <= BEFORE ? 0 : startOfWord(text, found - BEFORE)
  const cut = text.slice(start, start + LONGEST)
  const whole = start + LONGEST >= text.length
  const end = whole ? cut.length : cut.lastIndexOf(' ')
  // A text without spaces is cut where it is full, and between characters.
  const kept = end > 0 ? cut.slice(0, end) : cut.replace(/[\ud800-\udbff]$/u, '')
  return `${start > 0 ? '… ' : ''}${kept}${whole ? '' : ' …'}`
}

const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

function placeOf(text: string, searched: readonly string[]): number {
  for (const { segment, index, isWordLike } of segmenter.segment(text)) {
    if (isWordLike === true && searched.some((word) => folded(segment).startsWith(word))) return index
  }
  return 0
}

function startOfWord(text: string, from: number): number {
  const space = text.indexOf(' ', from)
  return space < 0 || space > from + BEFORE ? from + BEFORE : space + 1
}
