import { Refused } from '@throughline/kernel'
import type { Clock, DomainEvent, Ids } from '@throughline/kernel'
import { sha256 } from './digest.js'
import { EventStore, latest, WrongExpectedVersion } from './event-store.js'
import type { Appended, Command, ReadOptions, RecordedEvent, StreamName } from './event-store.js'

interface Kept {
  readonly event: RecordedEvent
  readonly fingerprint: string | undefined
}

/** The port in memory: the reference for every other store, and what api tests run on. */
export class MemoryEventStore extends EventStore {
  readonly #log: Kept[] = []
  readonly #streams = new Map<string, Kept[]>()
  readonly #listeners = new Set<() => void>()

  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {
    super()
  }

  async append(
    target: StreamName,
    expected: number,
    command: Command,
    events: readonly DomainEvent[],
  ): Promise<Appended> {
    await Promise.resolve()
    const name = keyOf(target)
    const stream = this.#streams.get(name) ?? []
    const known = stream.filter(({ event }) => event.commandId === command.id)
    if (known.length > 0) {
      if (known[0]?.fingerprint !== command.fingerprint) throw commandReused()
      return { outcome: 'replayed', events: known.map(({ event }) => structuredClone(event)) }
    }
    if (stream.length !== expected) throw new WrongExpectedVersion(target, expected, stream.length)
    const now = this.clock.instant()
    const recordedAt = latest(this.#log.at(-1)?.event.recordedAt, now)
    const added: RecordedEvent[] = []
    let previous = stream.at(-1)?.event.hash ?? ''
    for (const [index, { type, data }] of events.entries()) {
      const event = {
        type,
        // As through a file: what JSON cannot carry does not come back.
        data: JSON.parse(JSON.stringify(data ?? null)) as unknown,
        id: this.ids.next(),
        stream: target.stream,
        streamId: target.id,
        sequence: expected + index,
        occurredAt: command.occurredAt ?? now,
        recordedAt,
        commandId: command.id,
        actor: command.actor,
        ...(command.journeyId !== undefined && { journeyId: command.journeyId }),
        ...(command.customerId !== undefined && { customerId: command.customerId }),
        ...(command.causationId !== undefined && { causationId: command.causationId }),
        ...(command.traceparent !== undefined && { traceparent: command.traceparent }),
      }
      previous = sha256(previous + JSON.stringify(event))
      const recorded: RecordedEvent = { ...event, position: this.#log.length + 1, hash: previous }
      const kept = { event: recorded, fingerprint: command.fingerprint }
      this.#log.push(kept)
      stream.push(kept)
      added.push(structuredClone(recorded))
    }
    this.#streams.set(name, stream)
    for (const listener of this.#listeners) listener()
    return { outcome: 'applied', events: added }
  }

  async readStream(target: StreamName): Promise<readonly RecordedEvent[]> {
    await Promise.resolve()
    return (this.#streams.get(keyOf(target)) ?? []).map(({ event }) => structuredClone(event))
  }

  async readAll({ after = 0, upTo = Infinity, limit = 1_000 }: ReadOptions = {}): Promise<
    readonly RecordedEvent[]
  > {
    await Promise.resolve()
    return this.#log.slice(after, Math.min(upTo, after + limit)).map(({ event }) => structuredClone(event))
  }

  async readJourney(
    journeyId: string,
    { after = 0, upTo = Infinity, limit = Infinity }: ReadOptions = {},
  ): Promise<readonly RecordedEvent[]> {
    await Promise.resolve()
    return this.#log
      .filter(
        ({ event }) => event.journeyId === journeyId && event.position > after && event.position <= upTo,
      )
      .slice(0, limit)
      .map(({ event }) => structuredClone(event))
  }

  async head(): Promise<number> {
    await Promise.resolve()
    return this.#log.length
  }

  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    await Promise.resolve()
    this.#listeners.clear()
  }
}

// A name alone could be two streams: note + book-1, note-book + 1.
function keyOf({ stream, id }: StreamName): string {
  return `${String(stream.length)} ${stream} ${id}`
}

export function commandReused(): Refused {
  return new Refused('unprocessable', 'command.reused', 'This key was used before for something else.', {
    field: 'Idempotency-Key',
    todo: 'Use a new key for a new wish; repeat a wish only with its first body.',
  })
}
