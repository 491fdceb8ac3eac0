import { diffWordsWithSpace } from 'diff'

/** A stretch of text, and whether it stays, came or went. */
export interface Stretch {
  readonly text: string
  readonly is: 'same' | 'came' | 'went'
}

// Two texts that differ this much are compared as wholes: the marks would tell nothing.
const MOST_EDITS = 2_000

/** What changed from one text to another, word by word. */
export function changes(before: string, after: string): readonly Stretch[] {
  if (before === after) return before === '' ? [] : [{ text: before, is: 'same' }]
  const found = diffWordsWithSpace(before, after, { maxEditLength: MOST_EDITS })
  if (found === undefined) {
    return [
      { text: before, is: 'went' },
      { text: after, is: 'came' },
    ].filter(({ text }) => text !== '') as readonly Stretch[]
  }
  return found.map(({ value, added, removed }) => ({
    text: value,
    is: added ? 'came' : removed ? 'went' : 'same',
  }))
}
