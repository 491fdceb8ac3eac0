import { inSentence } from '../shared/journey-line'
import type { Format } from '../words/format'

const DAY = 86_400_000

/** As a field of date and time holds it, in the reader's zone: `2026-11-21T18:00`. */
export function dayTime(at: Date): string {
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${String(at.getFullYear())}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:${pad(at.getMinutes())}`
}

/** Times that are often promised: this evening, tomorrow noon, noon in three days. */
export function soonTimes(now: Date): readonly Date[] {
  const at = (days: number, hour: number): Date =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour)
  return [at(0, 18), at(1, 12), at(3, 12)].filter((time) => time.getTime() - now.getTime() > 3_600_000)
}

/** The end of the reader's day. */
export function endOfDay(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1)
}

export type DueSaid =
  | { readonly is: 'none' }
  | { readonly is: 'late'; readonly words: string }
  /** Within the hour. */
  | { readonly is: 'soon' | 'later'; readonly words: string }

/** How long something is late, or when it is due. */
export function dueSaid(by: string | undefined, now: number, format: Format): DueSaid {
  if (by === undefined) return { is: 'none' }
  const left = Date.parse(by) - now
  if (left < 0) return { is: 'late', words: roughly(-left, format) }
  return { is: left < 3_600_000 ? 'soon' : 'later', words: format.moment(by) }
}

/** Minutes under an hour, hours and minutes under two days, then days: seconds say nothing here. */
function roughly(milliseconds: number, format: Format): string {
  const minute = 60_000
  const unit = milliseconds > 2 * DAY ? DAY : minute
  return format.duration(Math.max(unit, Math.floor(milliseconds / unit) * unit))
}

/** A moment within a sentence: `today 18:00`, `Tue 24 Nov, 8:00`. */
export function saidAt(at: string, format: Format): string {
  const said = format.moment(at)
  // The name of a day is followed by its date and a comma; today, yesterday and tomorrow are not.
  return said.includes(',') ? said : inSentence(said)
}
