// Words by Unicode's rules (UAX #29) and not by spaces, so that languages written without spaces are found too.
const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

/** The words of a text in order, without case and accents, so that every spelling of a word is the same word. */
export function words(text: string): readonly string[] {
  const found: string[] = []
  for (const { segment, isWordLike } of segmenter.segment(text)) {
    if (isWordLike === true) found.push(folded(segment))
  }
  return found
}

/** Without case and accents: `Gerät` and `gerat` are one. */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
}
