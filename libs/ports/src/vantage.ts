import type { Instant } from '@throughline/kernel'

/** Which moment to look from; nothing given: now. What is given holds together. */
export interface Vantage {
  /** As known when the log stood here. */
  readonly position?: number
  /** As known at this moment: what was recorded up to it. */
  readonly at?: Instant
  /** As it was at this moment: what had happened by it, whenever it was recorded. */
  readonly occurredUntil?: Instant
}

/** The vantage that a query asks for, without what else it says and without what it leaves open. */
export function vantageOf({
  position,
  at,
  occurredUntil,
}: {
  readonly position?: number | undefined
  readonly at?: Instant | undefined
  readonly occurredUntil?: Instant | undefined
}): Vantage {
  return {
    ...(position !== undefined && { position }),
    ...(at !== undefined && { at }),
    ...(occurredUntil !== undefined && { occurredUntil }),
  }
}

export function isNow({ position, at, occurredUntil }: Vantage): boolean {
  return position === undefined && at === undefined && occurredUntil === undefined
}

/** Whether something recorded was known from a vantage point. */
export function knownFrom({ position = Infinity, at }: Vantage) {
  return (told: { readonly position: number; readonly recordedAt: Instant }): boolean =>
    told.position <= position && (at === undefined || told.recordedAt <= at)
}

/** Whether an event counts from a vantage point: it was known, and where that is asked, it had happened. */
export function countsFrom(vantage: Vantage) {
  const { occurredUntil } = vantage
  const known = knownFrom(vantage)
  return (event: {
    readonly position: number
    readonly recordedAt: Instant
    readonly occurredAt: Instant
  }): boolean => known(event) && (occurredUntil === undefined || event.occurredAt <= occurredUntil)
}
