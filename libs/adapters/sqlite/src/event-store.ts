import { join } from 'node:path'
import { Refused } from '@throughline/kernel'
import type { Clock, DomainEvent, Ids, Instant } from '@throughline/kernel'
import {
  commandReused,
  DamagedRecord,
  EventStore,
  latest,
  storedEvent,
  WrongExpectedVersion,
} from '@throughline/ports'
import type { Appended, Command, ReadOptions, RecordedEvent, StreamName } from '@throughline/ports'
import { connect, prepare, unusable } from './connection.js'
import { LogReader } from './log-reader.js'
import { LOG, WRITES } from './log.js'
import type { AppendAnswer, AppendRequest } from './protocol.js'
import { startWriter, ThreadGone } from './thread.js'
import type { WriterThread } from './thread.js'

/** Seconds after which an append that found no room makes sense again. */
const RETRY_AFTER = 5

export interface SqliteEventStoreOptions {
  /** Must be there and be locked by this process (`lockFolder`). */
  readonly folder: string
  readonly clock: Clock
  readonly ids: Ids
  /** The writing thread is gone: nothing can be appended until the process starts again, so it should end. */
  readonly onFatal: (error: Error) => void
}

/** An event by its position, and its hash, which no other event at this position has. */
export interface Place {
  readonly position: number
  readonly hash: string
}

/** Events kept of those written last. */
const MOST_RECENT = 500

/**
 * The record in one SQLite file (`events.db`). Writing happens in a thread, where all appends that wait share one
 * durable commit; reading happens here, on a connection that cannot write.
 */
export class SqliteEventStore extends EventStore {
  readonly #listeners = new Set<() => void>()
  readonly #reader: LogReader
  readonly #writer: WriterThread<AppendRequest, AppendAnswer>
  readonly #clock: Clock
  readonly #ids: Ids
  #head: number
  /** The last event; undefined for an empty log, and for one whose end is damaged. */
  #last: Place | undefined
  /** Of the newest append, also of one still on its way: they are recorded in the order of asking. */
  #recordedAt: Instant | undefined
  /** What this process wrote last, in order and without a gap: whoever follows the log at its end need not read it back. */
  #recent: RecordedEvent[] = []
  #open = true

  private constructor(
    reader: LogReader,
    writer: WriterThread<AppendRequest, AppendAnswer>,
    { clock, ids }: SqliteEventStoreOptions,
  ) {
    super()
    this.#reader = reader
    this.#writer = writer
    this.#clock = clock
    this.#ids = ids
    this.#head = reader.head()
    const last = this.#eventAt(this.#head)
    this.#last = last && placeOf(last)
    this.#recordedAt = last?.recordedAt
  }

  /** @throws UnusableDatabase when the file is not ours, is newer than us, or a pragma does not hold */
  static async open(options: SqliteEventStoreOptions): Promise<SqliteEventStore> {
    const file = join(options.folder, 'events.db')
    prepare(file, LOG)
    const writer = await startWriter<AppendRequest, AppendAnswer>(
      'append.worker',
      file,
      LOG,
      options.onFatal,
      WRITES,
    )
    try {
      return new SqliteEventStore(new LogReader(connect(file, LOG, { readOnly: true })), writer, options)
    } catch (error) {
      await writer.close()
      throw unusable(file, LOG, error)
    }
  }

  /** Where the log ends, as far as it was read or written here: always something that is durable. */
  get last(): Place | undefined {
    return this.#last
  }

  /** Hash of the event at a position; undefined where none stands, or a damaged one. */
  hashAt(position: number): string | undefined {
    return this.#eventAt(position)?.hash
  }

  /** How many commits the appends so far took. */
  get commits(): number {
    return this.#writer.commits
  }

  async append(
    target: StreamName,
    expected: number,
    command: Command,
    events: readonly DomainEvent[],
  ): Promise<Appended> {
    const bodies = this.#bodies(target, expected, command, events)
    const { fingerprint = null, journeyId = null } = command
    const { stream, id } = target
    const answer = await this.#ask([stream, id, expected, command.id, fingerprint, journeyId, ...bodies])
    switch (answer.kind) {
      case 'applied':
        return { outcome: 'applied', events: this.#applied(answer, bodies) }
      case 'known':
        return { outcome: 'replayed', events: this.#replayed(target, answer.sequence, command) }
      case 'elsewhere':
        throw new WrongExpectedVersion(target, expected, answer.actual)
      case 'damaged':
        throw new DamagedRecord(answer.reason)
      case 'unavailable':
        throw unavailable(answer.reason)
    }
  }

  async readStream(target: StreamName): Promise<readonly RecordedEvent[]> {
    await Promise.resolve()
    return this.#reading.stream(target).map(({ event }) => event)
  }

  async readAll({ after = 0, upTo = Infinity, limit = 1_000 }: ReadOptions = {}): Promise<
    readonly RecordedEvent[]
  > {
    await Promise.resolve()
    const reading = this.#reading
    const oldest = this.#recent[0]?.position ?? Infinity
    // Where the answer to a later append came first, what stands between is read.
    const isWhole = this.#recent.at(-1)?.position === this.#head
    if (isWhole && after >= oldest - 1 && upTo === Infinity) {
      const from = after - oldest + 1
      return this.#recent.slice(from, from + Math.max(0, limit))
    }
    const there = Math.min(this.#head, upTo, after + limit) - after
    return reading.all(after, upTo, limit, there)
  }

  async readJourney(
    journeyId: string,
    { after = 0, upTo = Infinity, limit = Infinity }: ReadOptions = {},
  ): Promise<readonly RecordedEvent[]> {
    await Promise.resolve()
    return this.#reading.journey(journeyId, after, upTo, limit)
  }

  async head(): Promise<number> {
    await Promise.resolve()
    return this.#head
  }

  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    this.#listeners.clear()
    // The reader first: the last connection to close folds the write-ahead log into the file, and a reader cannot.
    this.#reader.close()
    await this.#writer.close()
  }

  /** What is damaged is told when it is read, and not here. */
  #eventAt(position: number): RecordedEvent | undefined {
    if (position < 1) return undefined
    try {
      return this.#reader.all(position - 1, position, 1, 1)[0]
    } catch (error) {
      if (error instanceof DamagedRecord) return undefined
      throw error
    }
  }

  get #reading(): LogReader {
    if (!this.#open) throw unavailable('the store is closed')
    return this.#reader
  }

  #bodies(
    target: StreamName,
    expected: number,
    command: Command,
    events: readonly DomainEvent[],
  ): readonly string[] {
    const now = this.#clock.instant()
    const recordedAt = latest(this.#recordedAt, now)
    this.#recordedAt = recordedAt
    return events.map(({ type, data }, index) =>
      JSON.stringify({
        type,
        data: data ?? null,
        id: this.#ids.next(),
        stream: target.stream,
        streamId: target.id,
        sequence: expected + index,
        occurredAt: command.occurredAt ?? now,
        recordedAt,
        commandId: command.id,
        actor: command.actor,
        journeyId: command.journeyId,
        customerId: command.customerId,
        causationId: command.causationId,
        traceparent: command.traceparent,
      }),
    )
  }

  async #ask(request: AppendRequest): Promise<AppendAnswer> {
    try {
      return await this.#writer.ask(request)
    } catch (error) {
      if (error instanceof ThreadGone) throw unavailable(error.message)
      throw error
    }
  }

  #applied(
    { position, hashes }: AppendAnswer & { readonly kind: 'applied' },
    bodies: readonly string[],
  ): readonly RecordedEvent[] {
    const events = bodies.map((body, index) => storedEvent(body, position + index, hashes[index] ?? ''))
    const last = events.at(-1)
    if (last !== undefined) {
      this.#head = Math.max(this.#head, last.position)
      if (last.position > (this.#last?.position ?? 0)) this.#last = placeOf(last)
      this.#remember(events)
      for (const listener of this.#listeners) listener()
    }
    return events
  }

  #remember(events: readonly RecordedEvent[]): void {
    const newest = this.#recent.at(-1)?.position
    if (newest !== undefined && events[0]?.position !== newest + 1) this.#recent = []
    this.#recent.push(...events)
    if (this.#recent.length > 2 * MOST_RECENT) this.#recent = this.#recent.slice(-MOST_RECENT)
  }

  /** What the command recorded the first time. A command's events stand side by side. */
  #replayed(target: StreamName, sequence: number, command: Command): readonly RecordedEvent[] {
    const found = this.#reading.stream(target, sequence)
    const end = found.findIndex(({ event }) => event.commandId !== command.id)
    const own = end < 0 ? found : found.slice(0, end)
    if (own[0] === undefined) throw new DamagedRecord(`the record of command ${command.id} cannot be found`)
    if (own[0].row.fingerprint !== (command.fingerprint ?? null)) throw commandReused()
    return own.map(({ event }) => event)
  }
}

function placeOf({ position, hash }: RecordedEvent): Place {
  return { position, hash }
}

function unavailable(reason: string): Refused {
  return new Refused(
    'unavailable',
    'store.unavailable',
    `Nothing can be written at the moment (${reason}).`,
    {
      retryAfter: RETRY_AFTER,
      todo: 'Send the same command with the same key again; it takes effect once.',
    },
  )
}
