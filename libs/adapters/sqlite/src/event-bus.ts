import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { Refused } from '@throughline/kernel'
import { Checkpoints, LogTailBus } from '@throughline/ports'
import type { DeadLetter } from '@throughline/ports'
import { connect, expectedPragmas, pragmas, prepare } from './connection.js'
import type { DatabaseKind } from './connection.js'
import type { StatementAnswer, StatementRequest } from './protocol.js'
import { WriterThread } from './thread.js'

export const BUS: DatabaseKind = {
  application: 0x54_48_42_53,
  version: 1,
  synchronous: 'FULL',
  schema: `
    CREATE TABLE checkpoints (consumers TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE letters (
      consumers TEXT NOT NULL,
      position INTEGER NOT NULL,
      letter TEXT NOT NULL,
      PRIMARY KEY (consumers, position)
    ) STRICT, WITHOUT ROWID;
  `,
}

const WRITES = {
  // Never backwards: saves of one batch may overtake each other.
  save: `INSERT INTO checkpoints (consumers, position) VALUES (?, ?)
    ON CONFLICT (consumers) DO UPDATE SET position = max(position, excluded.position)`,
  park: 'INSERT OR REPLACE INTO letters (consumers, position, letter) VALUES (?, ?, ?)',
  forget: 'DELETE FROM letters WHERE consumers = ? AND position = ?',
}

/** How far each group is and what is parked, in `bus.db`; as durable as the log, written off the event loop. */
export class SqliteCheckpoints extends Checkpoints {
  readonly #database: DatabaseSync
  readonly #writer: WriterThread<StatementRequest, StatementAnswer>

  private constructor(database: DatabaseSync, writer: WriterThread<StatementRequest, StatementAnswer>) {
    super()
    this.#database = database
    this.#writer = writer
  }

  /** @throws UnusableDatabase when the file is not ours, is newer than us, or a pragma does not hold */
  static async open(folder: string, onFatal: (error: Error) => void): Promise<SqliteCheckpoints> {
    const file = join(folder, 'bus.db')
    prepare(file, BUS)
    const writer = await WriterThread.start<StatementRequest, StatementAnswer>(
      'statements.worker',
      { file, setup: pragmas(BUS), expected: expectedPragmas(BUS), statements: WRITES },
      onFatal,
    )
    try {
      return new SqliteCheckpoints(connect(file, BUS, { readOnly: true }), writer)
    } catch (error) {
      await writer.close()
      throw error
    }
  }

  async load(group: string): Promise<number> {
    await Promise.resolve()
    return Number(
      this.#database.prepare('SELECT position FROM checkpoints WHERE consumers = ?').get(group)?.position ??
        0,
    )
  }

  save(group: string, position: number): Promise<void> {
    return this.#run('save', group, position)
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
    this.#database.close()
    await this.#writer.close()
  }

  async #run(statement: keyof typeof WRITES, ...values: readonly (string | number)[]): Promise<void> {
    const answer = await this.#writer.ask({ statement, values })
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
