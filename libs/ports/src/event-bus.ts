import type { Instant } from '@throughline/kernel'
import type { RecordedEvent } from './event-store.js'

/** A reader that keeps its own position: a view, a live stream, an export. */
export interface Feed {
  readonly name: string
  /** First position wanted is the one after this. */
  readonly after: number
  /**
   * Wire names; absent means all. A newer version of one of them is parked under the feed's name as {@link NewerVersion},
   * for a reader that passed over it would be wrong in silence.
   */
  readonly types?: readonly string[]
  /**
   * Gets events in log order and never one behind a position that is missing; `through` is the last position looked at, wanted or not. The next batch comes when the
   * promise resolves; when it rejects, the same batch comes again after a pause.
   */
  readonly onBatch: (events: readonly RecordedEvent[], through: number) => Promise<void>
}

/** A reader whose position the bus keeps: the reactions of one service. */
export interface Consumer {
  readonly group: string
  /** Wire names. A newer version of one of them is parked as {@link NewerVersion}. */
  readonly types: readonly string[]
  /**
   * At least once, in order per key (customer, else journey, else stream). A rejection is tried again with growing
   * pauses, one with {@link Unreadable} is not. An event that keeps failing is parked as a dead letter with its cause, and
   * the others go on, those of the same key too: a customer does not wait for an operator.
   */
  readonly handle: (event: RecordedEvent) => Promise<void>
}

export interface Running {
  /** Everything up to here was handed over and finished. */
  readonly position: number
  /**
   * Where the processes of a group share its events: the shares are given out anew, or were not yet. Until they are, what
   * others had and did not finish may be this one's, and the position does not show it.
   */
  readonly isUnassigned?: boolean
  /** The last failure, while it lasts. */
  readonly failing: Error | undefined
  /** Takes nothing new, finishes what is in hand, keeps the position. */
  stop(): Promise<void>
}

/** This event will not be taken however often it comes: it is parked at once. */
export class Unreadable extends Error {
  override readonly name: string = 'Unreadable'
}

/** A version of an event that was made after this reader. */
export class NewerVersion extends Unreadable {
  override readonly name = 'NewerVersion'
  constructor(type: string, reader: string) {
    super(`${type} is newer than what ${reader} reads`)
  }
}

/** A position that ought to be there is not, or not yet: what stands behind it waits. */
export class MissingPosition extends Error {
  override readonly name = 'MissingPosition'
  constructor(readonly position: number) {
    super(`position ${String(position)} is not in the log, and the log goes on behind it`)
  }
}

export interface DeadLetter {
  readonly group: string
  readonly event: RecordedEvent
  readonly cause: string
  /** How often it was handed over; 0 for one that could not be read at all. */
  readonly attempts: number
  readonly parkedAt: Instant
}

/**
 * How services hear of each other's events. No reader steps over a gap: while a position is missing that later ones
 * follow, the reader waits in front of it, looks again, and tells it as `failing` when it has waited for a minute.
 */
export abstract class EventBus {
  abstract follow(feed: Feed): Promise<Running>

  abstract consume(consumer: Consumer): Promise<Running>

  /** Parks an event that a reader of its own position could not take. */
  abstract park(group: string, event: RecordedEvent, cause: Error, attempts: number): Promise<void>

  /** Parked events, oldest first. */
  abstract deadLetters(group?: string): Promise<readonly DeadLetter[]>

  /**
   * Hands a parked event to its consumer once more and forgets it when that succeeds.
   * @throws Refused `dead-letter.unknown`, `dead-letter.of-view` for a view, which is rebuilt instead,
   * `dead-letter.newer-version` while its consumer still does not read this version
   */
  abstract redeliver(group: string, position: number): Promise<void>

  /** Forgets what is parked for a group, but for these positions, because it was made good by other means. */
  abstract forget(group: string, except?: ReadonlySet<number>): Promise<void>

  abstract close(): Promise<void>
}

/** Events with the same key are handled in order, others side by side. */
export function orderingKey(event: RecordedEvent): string {
  return event.customerId ?? event.journeyId ?? `${event.stream}-${event.streamId}`
}
