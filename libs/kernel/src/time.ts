/** A moment as RFC 3339 in UTC with milliseconds: `2026-11-22T09:43:20.000Z`. Sorts as text. */
export type Instant = string

/** The only source of the present moment; replay and tests give their own. */
export abstract class Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  abstract now(): number

  instant(): Instant {
    return toInstant(this.now())
  }
}

export function toInstant(milliseconds: number): Instant {
  return new Date(milliseconds).toISOString()
}

/** Milliseconds since the epoch; NaN for what is no moment. */
export function fromInstant(instant: Instant): number {
  return Date.parse(instant)
}

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
