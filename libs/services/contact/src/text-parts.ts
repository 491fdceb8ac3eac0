const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

export type TextParts =
  | { readonly is: 'parts'; readonly parts: readonly string[] }
  /** `text.not-unicode`: half a surrogate pair. `text.grapheme-too-long`: one sign with its marks is over the limit. */
  | { readonly is: 'refused'; readonly code: 'text.not-unicode' | 'text.grapheme-too-long' }

/**
 * Cuts text into as few parts of at most `longest` UTF-16 units as fit, between graphemes (UAX #29) and never within one;
 * together the parts are the text, unit for unit. Text that fits is one part, and so is empty text.
 */
export function toTextParts(text: string, longest: number): TextParts {
  if (!text.isWellFormed()) return { is: 'refused', code: 'text.not-unicode' }
  if (text.length <= longest) return { is: 'parts', parts: [text] }
  const parts: string[] = []
  let start = 0
  let end = 0
  for (const { segment, index } of graphemes.segment(text)) {
    if (segment.length > longest) return { is: 'refused', code: 'text.grapheme-too-long' }
    if (index + segment.length - start > longest) {
      parts.push(text.slice(start, end))
      start = end
    }
    end = index + segment.length
  }
  return { is: 'parts', parts: [...parts, text.slice(start)] }
}
