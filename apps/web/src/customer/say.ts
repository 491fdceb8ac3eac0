import { inSentence } from '../shared/journey-line'
import type { Format } from '../words/format'

/** A moment within a sentence: `tomorrow 08:00`, `Tue 24 Nov, 8:00`. */
export function momentIn(format: Format, at: string): string {
  return format.momentIn(at)
}

/** A stretch of a day within a sentence: `tomorrow, 8:00–12:00`. */
export function windowIn(format: Format, from: string, until: string): string {
  return format.day(from) === format.date(from)
    ? format.window(from, until)
    : inSentence(format.window(from, until))
}
