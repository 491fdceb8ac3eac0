import { fold, Refused } from '@throughline/kernel'
import type { Decision, DomainEvent, Instant, Stream } from '@throughline/kernel'

/** Where an event stands: the noun of the stream and the id of the one it tells of. */
export interface StreamName {
  readonly stream: string
  readonly id: string
}

/**
 * The wish behind an append. `id` has at most one effect in each stream: the same command again gets the first answer.
 */
export interface Command {
  readonly id: string
  /** Who wished it: `customer:<id>`, `guest:<id>`, `staff:<id>`, `client:<id>` or `system:<service>`. */
  readonly actor: string
  readonly journeyId?: string
  readonly customerId?: string
  /** The event that led to this command. */
  readonly causationId?: string
  /** W3C trace context of the request. */
  readonly traceparent?: string
  /** When it happened in the world, where that is not the moment of recording (imports, late deliveries). */
  readonly occurredAt?: Instant
  /** Digest of what was asked. The same id with another fingerprint is refused, not replayed. */
  readonly fingerprint?: string
  /** The version of the stream the caller saw (If-Match); refused as `changed` when it has moved on. */
  readonly ifVersion?: number
}

/** An event as it stands in the log. `sequence` counts from 0 in its stream, `position` ascends in the whole log. */
export type RecordedEvent<Event extends DomainEvent = DomainEvent> = Event & {
  readonly id: string
  readonly stream: string
  readonly streamId: string
  readonly sequence: number
  readonly position: number
  readonly occurredAt: Instant
  /** Never before that of the event at the position before, whatever the clock did meanwhile (R24). */
  readonly recordedAt: Instant
  readonly commandId: string
  readonly actor: string
  readonly journeyId?: string
  readonly customerId?: string
  readonly causationId?: string
  readonly traceparent?: string
  /**
   * SHA-256, hex, of the hash before it in the same stream (empty for the first) followed by this event as JSON in the
   * order of these fields, without `position` and `hash`: a log keeps its hashes when it moves to another engine.
   */
  readonly hash: string
}

export interface Appended {
  readonly outcome: 'applied' | 'replayed'
  readonly events: readonly RecordedEvent[]
}

export interface Transacted<State, Event extends DomainEvent> {
  /** `nothing`: the wish was already fact. */
  readonly outcome: 'applied' | 'replayed' | 'nothing'
  readonly id: string
  /** The state just after this command; for a replay, as it was then. */
  readonly state: State
  /** What this command recorded. */
  readonly events: readonly RecordedEvent<Event>[]
  /** Number of events in the stream just after this command. */
  readonly version: number
  /** The log position the caller has to wait for to see what was done. */
  readonly position: number
}

export interface ReadOptions {
  /** Only events after this position; 0 reads from the first. */
  readonly after?: number
  /** Only events up to and including this position. */
  readonly upTo?: number
  readonly limit?: number
}

/** The stream was not at the version the append expected; somebody else was first. */
export class WrongExpectedVersion extends Error {
  override readonly name = 'WrongExpectedVersion'
  constructor(
    readonly target: StreamName,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`${target.stream}-${target.id} is at version ${String(actual)}, not ${String(expected)}`)
  }
}

/** What is stored is not what was written: a checksum or a link of a hash chain does not fit. Nothing of it is served. */
export class DamagedRecord extends Error {
  override readonly name = 'DamagedRecord'
}

const MOST_ATTEMPTS = 20

/** The time an append is recorded at: a clock that went back does not take the record with it (R24). */
export function latest(before: Instant | undefined, now: Instant): Instant {
  return before !== undefined && before > now ? before : now
}

/** The record. A request appends and nothing else; everything shown anywhere is derived from here. */
export abstract class EventStore {
  /** The last in the queue for a stream, until nobody is left. */
  readonly #turns = new Map<string, Promise<void>>()

  /**
   * Appends all events or none, durably, at `expected` = the number of events the stream holds.
   * A command id already in the stream gives its first events back as `replayed`, whatever `expected` says.
   * @throws WrongExpectedVersion when the stream stands elsewhere
   * @throws Refused `command.reused` when the command id is known with another fingerprint
   * @throws Refused `store.unavailable` when nothing can be written at the moment
   */
  abstract append(
    target: StreamName,
    expected: number,
    command: Command,
    events: readonly DomainEvent[],
  ): Promise<Appended>

  /** All events of a stream in order, none for an unknown one. @throws DamagedRecord */
  abstract readStream(target: StreamName): Promise<readonly RecordedEvent[]>

  /** A page of the whole log in order. The default limit is 1,000. @throws DamagedRecord */
  abstract readAll(options?: ReadOptions): Promise<readonly RecordedEvent[]>

  /** Every event that carries this journey id, whichever stream it stands in, in log order. @throws DamagedRecord */
  abstract readJourney(journeyId: string, options?: ReadOptions): Promise<readonly RecordedEvent[]>

  /** Position of the last event; 0 for an empty log. */
  abstract head(): Promise<number>

  /**
   * Whether positions are 1, 2, 3 without a gap. Where they are not, they ascend all the same, and no event ever becomes
   * visible behind one that was read already.
   */
  readonly isDense: boolean = true

  /** Calls back when the log has grown: after each durable append of this process, soon after those of others. Returns the way to stop. */
  abstract onAppended(listener: () => void): () => void

  abstract close(): Promise<void>

  /** Reads, folds, decides and appends; decides anew when somebody else was first. Nobody else loads streams. */
  async transact<State, Event extends DomainEvent>(
    stream: Stream<State, Event>,
    id: string,
    decision: Decision<State, Event>,
    command: Command,
  ): Promise<Transacted<State, Event>> {
    const target: StreamName = { stream: stream.name, id }
    let leave: (() => void) | undefined
    try {
      for (let attempt = 1; ; attempt++) {
        const history = await this.#read<Event>(target)
        const first = history.findIndex((event) => event.commandId === command.id)
        // A known command goes to the store all the same: there its fingerprint is checked.
        const version = history.length
        const state = fold(stream, history)
        if (first < 0 && command.ifVersion !== undefined && command.ifVersion !== version) {
          throw new Refused('changed', 'version.changed', 'It was changed since you read it.', {
            todo: 'Read it again and repeat the change on what it is now.',
            more: { version },
          })
        }
        const wanted = first < 0 ? decision(state) : []
        if (first < 0 && wanted.length === 0) {
          const position = history.at(-1)?.position ?? 0
          return { outcome: 'nothing', id, state, events: [], version, position }
        }
        try {
          const { outcome, events } = await this.append(target, version, command, wanted)
          // A twin of this command was first, behind others we have not read: its state needs their events too.
          if (events[0] !== undefined && events[0].sequence > version) continue
          return this.#answer(stream, id, history, outcome, events as readonly RecordedEvent<Event>[])
        } catch (error) {
          if (!(error instanceof WrongExpectedVersion)) throw error
          if (attempt >= MOST_ATTEMPTS) throw crowded(error)
          leave ??= await this.#turn(target)
        }
      }
    } finally {
      leave?.()
    }
  }

  /** The present state of a stream and its version; version 0 for one nobody has written. */
  async load<State, Event extends DomainEvent>(
    stream: Stream<State, Event>,
    id: string,
  ): Promise<{ readonly state: State; readonly version: number }> {
    const history = await this.#read<Event>({ stream: stream.name, id })
    return { state: fold(stream, history), version: history.length }
  }

  /** Position of the last event recorded at or before a moment; 0 when there is none. */
  async positionAt(moment: Instant): Promise<number> {
    let low = 0
    let high = await this.head()
    // Halving: recorded times ascend with positions, whatever the clock does; every store sees to it.
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      const [event] = await this.readAll({ after: middle - 1, limit: 1 })
      if (event !== undefined && event.recordedAt <= moment) low = event.position
      else high = middle - 1
    }
    return low
  }

  /** Who lost a race for a stream goes on one after the other: all at once, each would lose to the others again (R04). */
  async #turn({ stream, id }: StreamName): Promise<() => void> {
    const name = `${stream}\0${id}`
    const before = this.#turns.get(name)
    let over = (): void => undefined
    const mine = new Promise<void>((resolve) => (over = resolve))
    this.#turns.set(name, mine)
    await before
    return () => {
      if (this.#turns.get(name) === mine) this.#turns.delete(name)
      over()
    }
  }

  async #read<Event extends DomainEvent>(target: StreamName): Promise<readonly RecordedEvent<Event>[]> {
    // The one place where stored events get their stream's type: a stream holds only what its own decisions wrote.
    return (await this.readStream(target)) as readonly RecordedEvent<Event>[]
  }

  #answer<State, Event extends DomainEvent>(
    stream: Stream<State, Event>,
    id: string,
    history: readonly RecordedEvent<Event>[],
    outcome: 'applied' | 'replayed',
    events: readonly RecordedEvent<Event>[],
  ): Transacted<State, Event> {
    const first = events[0]?.sequence ?? history.length
    const last = events.at(-1)
    return {
      outcome,
      id,
      state: fold(stream, [...history.slice(0, first), ...events]),
      events,
      version: (last?.sequence ?? -1) + 1,
      position: last?.position ?? 0,
    }
  }
}

function crowded(cause: WrongExpectedVersion): Refused {
  const refused = new Refused('conflict', 'stream.crowded', 'Too many wish to change this at once.', {
    todo: 'Send the same command with the same key again; it takes effect once.',
    retryAfter: 1,
  })
  return Object.assign(refused, { cause })
}

/**
 * The command a service gives itself because it heard of an event. Heard twice it is the same command, so it has one
 * effect; `step` tells several commands of one reaction apart. It happened when its cause happened.
 */
export function reactionTo(event: RecordedEvent, service: string, step = 'react'): Command {
  return {
    id: `${event.id}/${service}.${step}`,
    actor: `system:${service}`,
    causationId: event.id,
    occurredAt: event.occurredAt,
    ...(event.journeyId !== undefined && { journeyId: event.journeyId }),
    ...(event.customerId !== undefined && { customerId: event.customerId }),
    ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
  }
}
