import type { Instant } from '@throughline/kernel'
import type { RecordedEvent } from './event-store.js'

/** A reader that keeps its own position: a view, a live stream, an export. */
export interface Feed {
  readonly name: string
  /** First position wanted is the one after this. */
  readonly after: number
  /** Wire names; absent means all. */
  readonly types?: readonly string[]
  /**
   * Gets events in log order; `through` is the last position looked at, wanted or not. The next batch comes when the
   * promise resolves; when it rejects, the same batch comes again after a pause.
   */
  readonly onBatch: (events: readonly RecordedEvent[], through: number) => Promise<void>
}

/** A reader whose position the bus keeps: the reactions of one service. */
export interface Consumer {
  readonly group: string
  readonly types: readonly string[]
  /**
   * At least once, in order per key (customer, else journey, else stream). A rejection is tried again with growing
   * pauses; an event that keeps failing is parked as a dead letter with its cause, and the others go on.
   */
  readonly handle: (event: RecordedEvent) => Promise<void>
}

export interface Running {
  /** Everything up to here was handed over and finished. */
  readonly position: number
  /** The last failure, while it lasts. */
  readonly failing: Error | undefined
  /** Takes nothing new, finishes what is in hand, keeps the position. */
  stop(): Promise<void>
}

export interface DeadLetter {
  readonly group: string
  readonly event: RecordedEvent
  readonly cause: string
  readonly attempts: number
  readonly parkedAt: Instant
}

/** How services hear of each other's events. */
export abstract class EventBus {
  abstract follow(feed: Feed): Promise<Running>

  abstract consume(consumer: Consumer): Promise<Running>

  /** Parks an event that a reader of its own position could not take. */
  abstract park(group: string, event: RecordedEvent, cause: Error, attempts: number): Promise<void>

  /** Parked events, oldest first. */
  abstract deadLetters(group?: string): Promise<readonly DeadLetter[]>

  /**
   * Hands a parked event to its consumer once more and forgets it when that succeeds.
   * @throws Refused `dead-letter.unknown`, `dead-letter.of-view` for a view, which is rebuilt instead
   */
  abstract redeliver(group: string, position: number): Promise<void>

  /** Forgets what is parked for a group, because it was made good by other means. */
  abstract forget(group: string): Promise<void>

  abstract close(): Promise<void>
}

/** Events with the same key are handled in order, others side by side. */
export function orderingKey(event: RecordedEvent): string {
  return event.customerId ?? event.journeyId ?? `${event.stream}-${event.streamId}`
}
