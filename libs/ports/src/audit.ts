import type { Ids } from '@throughline/kernel'
import type { EventStore, RecordedEvent } from './event-store.js'
import { differences } from './same-data.js'

/** The reading side of the record: enough to derive anything that was ever decided. */
export type LogReader = Pick<EventStore, 'readAll' | 'readStream' | 'readJourney'>

/** One place where a decision comes out otherwise; null where one of the two has nothing there. */
export interface Otherwise {
  readonly field: string
  readonly recorded: unknown
  readonly derived: unknown
}

/** What came of deciding again from what was recorded. */
export type Derived =
  | { readonly outcome: 'same' }
  | {
      readonly outcome: 'different'
      /** What should have been recorded, in one sentence. */
      readonly says: string
      readonly differences: readonly Otherwise[]
    }
  | { readonly outcome: 'underivable'; readonly because: string }

/**
 * Derives decisions of one kind again, by the code that makes them. Events are handed over in the order of the log, so
 * that a fold can go along with them and never begins anew.
 */
export interface DecisionAudit {
  /** What was decided: `channels`, `agent`, `article`. */
  readonly kind: string
  /** Types of the events that record it. */
  readonly on: readonly string[]
  derive(event: RecordedEvent): Promise<Derived>
}

/** How a service offers the derivation of its decisions; made once for each reading of a log. */
export type DecisionAuditor = (given: { readonly log: LogReader; readonly ids: Ids }) => DecisionAudit

/** Compares what was recorded with what is decided from the same. `says` is asked for only where they differ. */
export function compared(recorded: unknown, derived: unknown, says: () => string): Derived {
  const found = differences(recorded, derived).map(({ field, first, second }) => ({
    field,
    recorded: first ?? null,
    derived: second ?? null,
  }))
  return found.length === 0 ? { outcome: 'same' } : { outcome: 'different', says: says(), differences: found }
}
