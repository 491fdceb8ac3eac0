import { NO_STREAM, WrongExpectedVersionError } from '@eventstore/db-client'
import type { Clock, DomainEvent, Ids, Instant } from '@throughline/kernel'
import { commandReused, DamagedRecord, EventStore, latest, WrongExpectedVersion } from '@throughline/ports'
import type { Appended, Command, ReadOptions, RecordedEvent, StreamName, Timers } from '@throughline/ports'
import type { Connection } from './connection.js'
import { Journeys } from './journeys.js'
import { KnownTails } from './known.js'
import type { Tail as StreamTail } from './known.js'
import { LogReader } from './log-reader.js'
import type { Names } from './names.js'
import { bodyOf, hashOf, toWire } from './records.js'
import type { Found } from './records.js'
import { Tail } from './tail.js'

export interface EventStoreDbEventStoreOptions {
  readonly connection: Connection
  readonly names: Names
  readonly clock: Clock
  readonly ids: Ids
  readonly timers: Timers
}

/**
 * The record in EventStoreDB. Positions are the server's commit positions: they ascend and leave gaps.
 *
 * Every append names the exact revision it expects. The server then takes a repeated append for the first one as long as
 * the stream has not moved on, and stores it a second time when it is repeated at the revision that is right by then; so
 * nothing rests on that, and whoever appends has looked in the stream for the command.
 *
 * Recorded times never go back from one append to the next, nor behind what this process has heard of others (a subscription
 * tells it, within milliseconds). Appends that are under way at the same time may be stored in either order: within a process
 * their times then differ from the order of their positions by that time, between processes by the difference of their
 * clocks too.
 */
export class EventStoreDbEventStore extends EventStore {
  readonly #log: LogReader
  readonly #journeys: Journeys
  readonly #tail: Tail
  readonly #known = new KnownTails()
  /** The last append in the queue of a stream, until nobody is left. */
  readonly #turns = new Map<string, Promise<void>>()
  /** Of the newest append, also of one still on its way. */
  #recordedAt: Instant | undefined

  private constructor(
    private readonly options: EventStoreDbEventStoreOptions,
    log: LogReader,
    head: number,
  ) {
    super()
    const { connection, names, timers } = options
    this.#log = log
    this.#journeys = new Journeys(connection, names, log)
    this.#tail = new Tail(connection, names, log, timers, head)
  }

  /** @throws Refused `store.unavailable` @throws WrongCredentials */
  static async open(options: EventStoreDbEventStoreOptions): Promise<EventStoreDbEventStore> {
    const log = new LogReader(options.connection, options.names)
    return new EventStoreDbEventStore(options, log, await log.head())
  }

  override readonly isDense = false

  async append(
    target: StreamName,
    expected: number,
    command: Command,
    events: readonly DomainEvent[],
  ): Promise<Appended> {
    const name = this.options.names.stream(target)
    const leave = await this.#turn(name)
    try {
      return await this.#append(name, target, expected, command, events)
    } finally {
      leave()
    }
  }

  async readStream(target: StreamName): Promise<readonly RecordedEvent[]> {
    const name = this.options.names.stream(target)
    const found = await this.#log.stream(name)
    this.#known.whole(name, found)
    return found.map(({ event }) => event)
  }

  async readAll(options: ReadOptions = {}): Promise<readonly RecordedEvent[]> {
    return this.#log.page(options)
  }

  /**
   * Every event of a journey, by the links of the server's projection `$by_correlation_id`, which has to be enabled, and,
   * as it works a moment behind, by a look at the end of the log.
   */
  async readJourney(journeyId: string, options: ReadOptions = {}): Promise<readonly RecordedEvent[]> {
    return this.#journeys.read(journeyId, options)
  }

  async head(): Promise<number> {
    return this.#log.head()
  }

  /** Halving, as other stores do it, would ask for positions at which no record begins. */
  override async positionAt(moment: Instant): Promise<number> {
    return this.#log.at(moment)
  }

  onAppended(listener: () => void): () => void {
    return this.#tail.onAppended(listener)
  }

  /** Ends the connection too, which the registers share. */
  async close(): Promise<void> {
    this.#tail.close()
    await this.options.connection.close()
  }

  async #append(
    name: string,
    target: StreamName,
    expected: number,
    command: Command,
    events: readonly DomainEvent[],
  ): Promise<Appended> {
    let tail = this.#known.get(name)
    if (tail?.version !== expected || tail.commands.has(command.id)) {
      const found = await this.#log.stream(name)
      tail = this.#known.whole(name, found)
      const replayed = replayOf(found, command)
      if (replayed !== undefined) return replayed
      if (tail.version !== expected) throw new WrongExpectedVersion(target, expected, tail.version)
    }
    if (events.length === 0) return { outcome: 'applied', events: [] }
    const attempt = this.options.ids.next()
    try {
      await this.#write(name, target, tail, command, events, attempt)
    } catch (error) {
      this.#known.forget(name)
      if (!(error instanceof WrongExpectedVersionError)) throw error
      return await this.#lookBack(name, target, expected, command, error)
    }
    const written = await this.#readBack(name, expected, events.length)
    if (written[0]?.attempt !== attempt) {
      // The server took this append for one that came before it: a lost answer, or the same command through another process.
      this.#known.forget(name)
      const replayed = replayOf(await this.#log.stream(name), command)
      if (replayed === undefined)
        throw new DamagedRecord(`the record of command ${command.id} cannot be found`)
      return replayed
    }
    this.#known.grown(name, tail, written)
    const last = written.at(-1)?.event
    if (last !== undefined) this.#tail.tell(last.position)
    return { outcome: 'applied', events: written.map(({ event }) => event) }
  }

  async #write(
    name: string,
    target: StreamName,
    { version, hash }: StreamTail,
    command: Command,
    events: readonly DomainEvent[],
    attempt: string,
  ): Promise<void> {
    const { clock, ids, connection } = this.options
    const now = clock.instant()
    const recordedAt = latest(latestOf(this.#recordedAt, this.#log.newest?.recordedAt), now)
    this.#recordedAt = recordedAt
    let previous = hash
    const records = events.map(({ type, data }, index) => {
      const id = ids.derive(target.stream, target.id, command.id, String(index))
      const times = { id, recordedAt, occurredAt: command.occurredAt ?? now }
      // As through a file: what JSON cannot carry does not come back.
      const plain = { type, data: JSON.parse(JSON.stringify(data ?? null)) as unknown }
      const body = bodyOf(target, version + index, plain, times, command)
      const own = hashOf(previous, body)
      const { fingerprint } = command
      const record = toWire(body, {
        previous,
        hash: own,
        attempt,
        ...(fingerprint !== undefined && { fingerprint }),
      })
      previous = own
      return record
    })
    const expectedRevision = version === 0 ? NO_STREAM : BigInt(version - 1)
    await connection.run((client) =>
      client.appendToStream(name, records, { ...connection.options, expectedRevision }),
    )
  }

  /** The answer to an append tells the place of the last event at most, so all are read where they stand now. */
  async #readBack(name: string, from: number, count: number): Promise<readonly Found[]> {
    const found = await this.#log.stream(name, from)
    if (found.length < count) {
      this.#known.forget(name)
      throw new DamagedRecord(`what was just appended to ${name} cannot be found`)
    }
    return found.slice(0, count)
  }

  /** Somebody was first, perhaps this very command. */
  async #lookBack(
    name: string,
    target: StreamName,
    expected: number,
    command: Command,
    { actualVersion }: WrongExpectedVersionError,
  ): Promise<Appended> {
    const found = await this.#log.stream(name)
    const { version } = this.#known.whole(name, found)
    const replayed = replayOf(found, command)
    if (replayed !== undefined) return replayed
    const told = typeof actualVersion === 'bigint' ? Number(actualVersion) + 1 : 0
    throw new WrongExpectedVersion(target, expected, Math.max(told, version))
  }

  /** Appends of one stream go one after the other, as the server would take them anyway. */
  async #turn(name: string): Promise<() => void> {
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
}

/** What a command recorded the first time. @throws Refused `command.reused` */
function replayOf(stream: readonly Found[], command: Command): Appended | undefined {
  const own = stream.filter(({ event }) => event.commandId === command.id)
  if (own[0] === undefined) return undefined
  if (own[0].fingerprint !== command.fingerprint) throw commandReused()
  return { outcome: 'replayed', events: own.map(({ event }) => event) }
}

function latestOf(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  return one === undefined ? other : latest(other, one)
}
