import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { Refused } from '@throughline/kernel'
import type { Clock, DomainEvent, Ids } from '@throughline/kernel'
import { commandReused, DamagedRecord, EventStore, WrongExpectedVersion } from '@throughline/ports'
import type { Appended, Command, ReadOptions, RecordedEvent, StreamName } from '@throughline/ports'
import { connect, expectedPragmas, pragmas, prepare, resultCode } from './connection.js'
import type { DatabaseKind } from './connection.js'
import type { AppendAnswer, AppendRequest } from './protocol.js'
import { assertLinked, COLUMNS, eventOf, parsed, rowOf } from './rows.js'
import type { Row } from './rows.js'
import { ThreadGone, WriterThread } from './thread.js'

/** The log. Rows are only ever added; streams are numbered because an integer key makes appends nearly twice as fast. */
export const LOG: DatabaseKind = {
  application: 0x54_48_4c_45,
  version: 1,
  synchronous: 'FULL',
  schema: `
    CREATE TABLE streams (
      number INTEGER PRIMARY KEY,
      stream TEXT NOT NULL,
      id TEXT NOT NULL,
      UNIQUE (stream, id)
    ) STRICT;
    CREATE TABLE events (
      position INTEGER PRIMARY KEY,
      stream INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      command TEXT,
      fingerprint TEXT,
      journey TEXT,
      body TEXT NOT NULL,
      previous TEXT NOT NULL,
      hash TEXT NOT NULL,
      checksum INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX events_by_stream ON events (stream, sequence);
    CREATE UNIQUE INDEX events_by_command ON events (stream, command) WHERE command IS NOT NULL;
    CREATE INDEX events_by_journey ON events (journey) WHERE journey IS NOT NULL;
    CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
      BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
    CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
      BEGIN SELECT RAISE(ABORT, 'events are never removed'); END;
  `,
}

const WRITES = {
  findStream: 'SELECT number FROM streams WHERE stream = ? AND id = ?',
  addStream: 'INSERT INTO streams (stream, id) VALUES (?, ?)',
  findTail:
    'SELECT sequence, body, previous, hash FROM events WHERE stream = ? ORDER BY sequence DESC LIMIT 1',
  findCommand: 'SELECT sequence FROM events WHERE stream = ? AND command = ?',
  addEvent: `INSERT INTO events (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  findHead: 'SELECT max(position) AS head FROM events',
}

const CORRUPT = new Set([11, 26])

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

/**
 * The record in one SQLite file (`events.db`). Writing happens in a thread, where all appends that wait share one
 * durable commit; reading happens here, on a connection that cannot write.
 */
export class SqliteEventStore extends EventStore {
  readonly #listeners = new Set<() => void>()
  readonly #database: DatabaseSync
  readonly #writer: WriterThread<AppendRequest, AppendAnswer>
  readonly #clock: Clock
  readonly #ids: Ids
  readonly #findStream: StatementSync
  readonly #readStream: StatementSync
  readonly #readAll: StatementSync
  readonly #readJourney: StatementSync
  #head: number
  #open = true

  private constructor(
    database: DatabaseSync,
    writer: WriterThread<AppendRequest, AppendAnswer>,
    { clock, ids }: SqliteEventStoreOptions,
  ) {
    super()
    const rows = (where: string): StatementSync => {
      const statement = database.prepare(`SELECT ${COLUMNS} FROM events WHERE ${where}`)
      statement.setReturnArrays(true)
      return statement
    }
    this.#database = database
    this.#writer = writer
    this.#clock = clock
    this.#ids = ids
    this.#findStream = database.prepare(WRITES.findStream)
    this.#readStream = rows('stream = ? AND sequence >= ? ORDER BY sequence')
    this.#readAll = rows('position > ? AND position <= ? ORDER BY position LIMIT ?')
    this.#readJourney = rows('journey = ? AND position > ? AND position <= ? ORDER BY position LIMIT ?')
    this.#head = Number(database.prepare(WRITES.findHead).get()?.head ?? 0)
  }

  /** @throws UnusableDatabase when the file is not ours, is newer than us, or a pragma does not hold */
  static async open(options: SqliteEventStoreOptions): Promise<SqliteEventStore> {
    const file = join(options.folder, 'events.db')
    prepare(file, LOG)
    const writer = await WriterThread.start<AppendRequest, AppendAnswer>(
      'append.worker',
      { file, setup: pragmas(LOG), expected: expectedPragmas(LOG), statements: WRITES },
      options.onFatal,
    )
    try {
      return new SqliteEventStore(connect(file, LOG, { readOnly: true }), writer, options)
    } catch (error) {
      await writer.close()
      throw error
    }
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
    const answer = await this.#ask({
      stream: target.stream,
      id: target.id,
      expected,
      command: command.id,
      fingerprint: command.fingerprint ?? null,
      journey: command.journeyId ?? null,
      bodies,
    })
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
    return this.#rowsOf(target, 0).map(({ event }) => event)
  }

  async readAll({ after = 0, upTo = Infinity, limit = 1_000 }: ReadOptions = {}): Promise<
    readonly RecordedEvent[]
  > {
    await Promise.resolve()
    const there = Math.min(this.#head, upTo, after + limit) - after
    const rows = this.#rows(this.#readAll, after, most(upTo), most(limit))
    // Positions leave no gap, so a record that cannot be found any more is missed here.
    const whole = rows.every((row, index) => row.position === after + index + 1)
    if (!whole || rows.length < there)
      throw new DamagedRecord(`records are missing after position ${String(after)}`)
    return checked(rows)
  }

  async readJourney(
    journeyId: string,
    { after = 0, upTo = Infinity, limit = Infinity }: ReadOptions = {},
  ): Promise<readonly RecordedEvent[]> {
    await Promise.resolve()
    return checked(this.#rows(this.#readJourney, journeyId, after, most(upTo), most(limit)))
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
    this.#database.close()
    await this.#writer.close()
  }

  #bodies(
    target: StreamName,
    expected: number,
    command: Command,
    events: readonly DomainEvent[],
  ): readonly string[] {
    const recordedAt = this.#clock.instant()
    return events.map(({ type, data }, index) =>
      JSON.stringify({
        type,
        data: data ?? null,
        id: this.#ids.next(),
        stream: target.stream,
        streamId: target.id,
        sequence: expected + index,
        occurredAt: command.occurredAt ?? recordedAt,
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
    const events = bodies.map((body, index) => parsed(body, position + index, hashes[index] ?? ''))
    if (events.length > 0) {
      this.#head = Math.max(this.#head, position + events.length - 1)
      for (const listener of this.#listeners) listener()
    }
    return events
  }

  /** What the command recorded the first time. A command's events stand side by side. */
  #replayed(target: StreamName, sequence: number, command: Command): readonly RecordedEvent[] {
    const found = this.#rowsOf(target, sequence)
    const end = found.findIndex(({ event }) => event.commandId !== command.id)
    const own = end < 0 ? found : found.slice(0, end)
    if (own[0] === undefined) throw new DamagedRecord(`the record of command ${command.id} cannot be found`)
    if (own[0].row.fingerprint !== (command.fingerprint ?? null)) throw commandReused()
    return own.map(({ event }) => event)
  }

  #rowsOf(target: StreamName, from: number): readonly { readonly row: Row; readonly event: RecordedEvent }[] {
    const number = this.#damageTold(() => this.#findStream.get(target.stream, target.id))?.number
    if (typeof number !== 'number') return []
    const rows = this.#rows(this.#readStream, number, from)
    return rows.map((row, index) => {
      const event = eventOf(row)
      if (from === 0 || index > 0) assertLinked(rows[index - 1], row)
      if (event.stream !== target.stream || event.streamId !== target.id) {
        throw new DamagedRecord(
          `the record at position ${String(row.position)} stands in a stream that is not its own`,
        )
      }
      return { row, event }
    })
  }

  #rows(statement: StatementSync, ...values: readonly (string | number)[]): readonly Row[] {
    return this.#damageTold(() => statement.all(...values)).map(rowOf)
  }

  #damageTold<Result>(read: () => Result): Result {
    if (!this.#open) throw unavailable('the store is closed')
    try {
      return read()
    } catch (error) {
      if (!CORRUPT.has(resultCode(error) & 0xff)) throw error
      throw new DamagedRecord('the file of the log is damaged', { cause: error })
    }
  }
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

/** Infinity has no integer: a bound that excludes nothing. */
function most(bound: number): number {
  return Number.isFinite(bound) ? bound : Number.MAX_SAFE_INTEGER
}

/** Events of several streams, with the links that can be seen within them. */
function checked(rows: readonly Row[]): readonly RecordedEvent[] {
  const last = new Map<number, Row>()
  return rows.map((row) => {
    const before = last.get(row.stream)
    // A journey's events need not be all of a stream's; only neighbours can be compared.
    if (before?.sequence === row.sequence - 1) assertLinked(before, row)
    last.set(row.stream, row)
    return eventOf(row)
  })
}
