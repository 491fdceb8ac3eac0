import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { Refused } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import { Checkpoints, LogTailBus } from '@throughline/ports'
import type { DeadLetter } from '@throughline/ports'
import { connect, prepare, unusable } from './connection.js'
import type { DatabaseKind } from './connection.js'
import type { Place } from './event-store.js'
import type { StatementAnswer, StatementRequest } from './protocol.js'
import { startWriter } from './thread.js'
import type { WriterThread } from './thread.js'

// One row, whatever happens: where the log was once seen to end, and each time it was allowed to end sooner.
const WITNESS = `
    CREATE TABLE witness (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      position INTEGER NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;
    CREATE TABLE shortenings (
      number INTEGER PRIMARY KEY,
      at TEXT NOT NULL,
      was INTEGER NOT NULL,
      became INTEGER NOT NULL
    ) STRICT;`

export const BUS: DatabaseKind = {
  application: 0x54_48_42_53,
  version: 2,
  synchronous: 'FULL',
  remedy:
    'Put back a copy of it, or remove it: services then hear everything again and record nothing twice.',
  schema: `
    CREATE TABLE checkpoints (consumers TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE letters (
      consumers TEXT NOT NULL,
      position INTEGER NOT NULL,
      letter TEXT NOT NULL,
      PRIMARY KEY (consumers, position)
    ) STRICT, WITHOUT ROWID;${WITNESS}
  `,
  migrations: [WITNESS],
}

const WRITES = {
  // Never backwards: saves of one batch may overtake each other.
  save: `INSERT INTO checkpoints (consumers, position) VALUES (?, ?)
    ON CONFLICT (consumers) DO UPDATE SET position = max(position, excluded.position)`,
  park: 'INSERT OR REPLACE INTO letters (consumers, position, letter) VALUES (?, ?, ?)',
  forget: 'DELETE FROM letters WHERE consumers = ? AND position = ?',
  // Never backwards either, but for `shorten`.
  testify: `INSERT INTO witness (one, position, hash) VALUES (1, ?, ?)
    ON CONFLICT (one) DO UPDATE SET position = excluded.position, hash = excluded.hash
    WHERE excluded.position > position`,
  forgetWitness: 'DELETE FROM witness',
  shorten: 'INSERT INTO shortenings (at, was, became) VALUES (?, ?, ?)',
  setBack: 'UPDATE checkpoints SET position = ?1 WHERE position > ?1',
  forgetBeyond: 'DELETE FROM letters WHERE position > ?',
}

/** How far each group is and what is parked, in `bus.db`; as durable as the log, written off the event loop. */
export class SqliteCheckpoints extends Checkpoints {
  readonly #database: DatabaseSync
  readonly #writer: WriterThread<StatementRequest, StatementAnswer>
  readonly #seen: () => Place | undefined
  #testified = 0

  private constructor(
    database: DatabaseSync,
    writer: WriterThread<StatementRequest, StatementAnswer>,
    seen: () => Place | undefined,
  ) {
    super()
    this.#database = database
    this.#writer = writer
    this.#seen = seen
  }

  /**
   * `seen`: where the log ends as far as it is durable; kept here as a witness, in a file of its own.
   * @throws UnusableDatabase when the file is not ours, is newer than us, is damaged, or a pragma does not hold
   */
  static async open(
    folder: string,
    onFatal: (error: Error) => void,
    seen: () => Place | undefined = () => undefined,
  ): Promise<SqliteCheckpoints> {
    const file = join(folder, 'bus.db')
    prepare(file, BUS)
    const writer = await startWriter<StatementRequest, StatementAnswer>(
      'statements.worker',
      file,
      BUS,
      onFatal,
      WRITES,
    )
    try {
      return new SqliteCheckpoints(connect(file, BUS, { readOnly: true }), writer, seen)
    } catch (error) {
      await writer.close()
      throw unusable(file, BUS, error)
    }
  }

  async load(group: string): Promise<number> {
    await Promise.resolve()
    return Number(
      this.#database.prepare('SELECT position FROM checkpoints WHERE consumers = ?').get(group)?.position ??
        0,
    )
  }

  async save(group: string, position: number): Promise<void> {
    // In the same commit: it costs no wait of its own.
    await Promise.all([this.#run('save', group, position), this.testify()])
  }

  /** Where the log was seen to end, by the witness and by the furthest consumer. */
  witness(): { readonly place: Place | undefined; readonly furthest: number } {
    const kept = this.#database.prepare('SELECT position, hash FROM witness').get()
    const furthest = this.#database.prepare('SELECT max(position) AS position FROM checkpoints').get()
    return {
      place: kept && { position: Number(kept.position), hash: String(kept.hash) },
      furthest: Number(furthest?.position ?? 0),
    }
  }

  /** Keeps where the log ends now, when that is further than what is kept. */
  async testify(): Promise<void> {
    const place = this.#seen()
    if (place === undefined || place.position <= this.#testified) return
    this.#testified = place.position
    await this.#run('testify', place.position, place.hash)
  }

  /** From now on the log may end at `head`: consumers stand there at most, and what was parked beyond is forgotten. */
  async shorten(at: Instant, was: number, head: number, consumersTo: number): Promise<void> {
    await Promise.all([
      this.#run('shorten', at, was, head),
      this.#run('forgetWitness'),
      this.#run('setBack', consumersTo),
      this.#run('forgetBeyond', head),
    ])
  }

  park(letter: DeadLetter): Promise<void> {
    return this.#run('park', letter.group, letter.event.position, JSON.stringify(letter))
  }

  async letters(group?: string): Promise<readonly DeadLetter[]> {
    await Promise.resolve()
    return this.#database
      .prepare('SELECT letter FROM letters WHERE ? IS NULL OR consumers = ? ORDER BY position, consumers')
      .all(group ?? null, group ?? null)
      .map(({ letter }) => JSON.parse(String(letter)) as DeadLetter)
  }

  forget(group: string, position: number): Promise<void> {
    return this.#run('forget', group, position)
  }

  async close(): Promise<void> {
    if (!this.#database.isOpen) return
    // Without room for it the witness stays where it was, and says less.
    await this.testify().catch(() => undefined)
    this.#database.close()
    await this.#writer.close()
  }

  async #run(statement: keyof typeof WRITES, ...values: readonly (string | number)[]): Promise<void> {
    const answer = await this.#writer.ask({ steps: [[statement, ...values]] })
    if (answer.kind === 'unavailable') {
      throw new Refused(
        'unavailable',
        'bus.unavailable',
        `The bus cannot keep its place (${answer.reason}).`,
        {
          retryAfter: 5,
        },
      )
    }
  }
}

/** The bus of one process, whose place and dead letters outlive it: the log tail over {@link SqliteCheckpoints}. */
export class SqliteEventBus extends LogTailBus {}
