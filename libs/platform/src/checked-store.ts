import { publicEvents } from '@throughline/contracts'
import type { DomainEvent } from '@throughline/kernel'
import { EventStore } from '@throughline/ports'
import type { Appended, Command, ReadOptions, RecordedEvent, StreamName } from '@throughline/ports'
import type { Schemas } from './schemas.js'

/** Holds every public event to its contract before it leaves a service. What was recorded is never judged again. */
export class CheckedEventStore extends EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly schemas: Schemas,
  ) {
    super()
  }

  append(
    target: StreamName,
    expected: number,
    command: Command,
    events: readonly DomainEvent[],
  ): Promise<Appended> {
    for (const { type, data } of events) {
      const contract = publicEvents().get(type)
      const [wrong] = contract === undefined ? [] : this.schemas.check(contract.data, data)
      // A defect of the service, not of the request: the field is named, its content is not.
      if (wrong !== undefined) throw new Error(`${type} breaks its contract: ${wrong.field} ${wrong.says}`)
    }
    return this.store.append(target, expected, command, events)
  }

  readStream(target: StreamName): Promise<readonly RecordedEvent[]> {
    return this.store.readStream(target)
  }
  readAll(options?: ReadOptions): Promise<readonly RecordedEvent[]> {
    return this.store.readAll(options)
  }
  readJourney(journeyId: string, options?: ReadOptions): Promise<readonly RecordedEvent[]> {
    return this.store.readJourney(journeyId, options)
  }
  head(): Promise<number> {
    return this.store.head()
  }
  onAppended(listener: () => void): () => void {
    return this.store.onAppended(listener)
  }
  close(): Promise<void> {
    return this.store.close()
  }
}
