import type { Unreadable } from './event-bus.js'
import type { RecordedEvent } from './event-store.js'

/** What events of other services have to look like to be taken in, whoever published them. */
export abstract class EventContracts {
  /** What is wrong with an event, naming the field and not its content; undefined where nothing is, or no contract is known. */
  abstract breachOf(event: Pick<RecordedEvent, 'type' | 'data'>): Unreadable | undefined
}
