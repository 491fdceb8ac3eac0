import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import { assertLinked, DamagedRecord } from '@throughline/ports'
import type { LogReader, ReadOptions, RecordedEvent, StreamName } from '@throughline/ports'
import { connect, isDamage, resultCode, unusable, UnusableDatabase } from './connection.js'
import { lockFolder } from './lock.js'
import { LOG } from './log.js'
import { COLUMNS, eventOf, rowOf } from './rows.js'
import type { Row } from './rows.js'

/** A record after every proof, or what does not fit. `position` of what is missing is that of the first. */
export type Proved =
  | { readonly position: number; readonly event: RecordedEvent }
  | { readonly position: number; readonly damage: string }

/** How far somebody who reads the log has come, by what it keeps itself. */
export interface KeptPlace {
  /** `group:case`, `view:case.cases@1`. */
  readonly reader: string
  readonly position: number
  /** Of the event it saw there, where it kept that. */
  readonly hash?: string
}

const MOST_TAILS = 20_000
/** All pages in one step: a backup in several begins anew whenever somebody writes in between. */
const ALL_PAGES = 1_000_000_000

/**
 * The log of a data folder, only read. A folder that nobody has open is kept to this process until it is closed; of one
 * that a running system has open, a copy as of now is read, made by SQLite's own backup and removed afterwards.
 */
export class SqliteLogFile implements LogReader {
  readonly #database: DatabaseSync
  readonly #after: readonly (() => void)[]
  readonly #all: StatementSync
  readonly #journey: StatementSync
  readonly #stream: StatementSync

  private constructor(
    /** The file that is read. */
    readonly file: string,
    readonly copied: boolean,
    /** Of readers of the log, as of before it was copied. */
    readonly places: readonly KeptPlace[],
    after: readonly (() => void)[],
  ) {
    this.#database = connect(file, LOG, { readOnly: true })
    this.#after = after
    const rows = (where: string): StatementSync => {
      const statement = this.#database.prepare(`SELECT ${COLUMNS} FROM events WHERE ${where}`)
      statement.setReturnArrays(true)
      return statement
    }
    this.#all = rows('position > ? AND position <= ? ORDER BY position LIMIT ?')
    this.#journey = rows('journey = ? AND position > ? AND position <= ? ORDER BY position LIMIT ?')
    this.#stream = rows('stream = (SELECT number FROM streams WHERE stream = ? AND id = ?) ORDER BY sequence')
  }

  /** @throws UnusableDatabase when there is no log, or none of ours */
  static async open(folder: string): Promise<SqliteLogFile> {
    const file = join(folder, 'events.db')
    if (!existsSync(file))
      throw new UnusableDatabase('foreign', `There is no record in ${folder}: it has no events.db.`)
    assertOurs(file)
    const release = claim(folder)
    // Before the copy: a reader that goes on meanwhile is not ahead of it.
    const places = placesIn(folder)
    const after = release === undefined ? [] : [release]
    try {
      if (release !== undefined) return new SqliteLogFile(file, false, places, after)
      const scratch = mkdtempSync(join(tmpdir(), 'throughline-audit-'))
      after.push(() => {
        rmSync(scratch, { recursive: true, force: true })
      })
      const copy = join(scratch, 'events.db')
      const source = new DatabaseSync(file, { readOnly: true })
      try {
        await backup(source, copy, { rate: ALL_PAGES })
      } finally {
        source.close()
      }
      return new SqliteLogFile(copy, true, places, after)
    } catch (error) {
      for (const undo of after) undo()
      throw unusable(file, LOG, error)
    }
  }

  get head(): number {
    return this.#number('SELECT max(position) AS number FROM events')
  }

  get streams(): number {
    return this.#number('SELECT count(*) AS number FROM streams')
  }

  async readAll({ after = 0, upTo = Infinity, limit = 1_000 }: ReadOptions = {}) {
    await Promise.resolve()
    return this.#events(this.#all, after, most(upTo), most(limit))
  }

  async readStream({ stream, id }: StreamName) {
    await Promise.resolve()
    return this.#events(this.#stream, stream, id)
  }

  async readJourney(
    journeyId: string,
    { after = 0, upTo = Infinity, limit = Infinity }: ReadOptions = {},
  ): Promise<readonly RecordedEvent[]> {
    await Promise.resolve()
    return this.#events(this.#journey, journeyId, after, most(upTo), most(limit))
  }

  /**
   * Every record in order, one at a time: its checksum, its hash, that its columns say what it says, that it follows the
   * record before it in its stream, and that no position is missing.
   */
  *prove(): Generator<Proved> {
    const statement = this.#database.prepare(
      `SELECT ${COLUMNS.split(', ')
        .map((name) => `events.${name}`)
        .join(', ')}, streams.stream, streams.id
       FROM events LEFT JOIN streams ON streams.number = events.stream ORDER BY position`,
    )
    statement.setReturnArrays(true)
    const tails = new Tails(this.#database)
    let last = 0
    try {
      for (const values of statement.iterate() as Iterable<unknown>) {
        const columns: readonly unknown[] = Array.isArray(values) ? values : []
        const position = Number(columns[0])
        if (position !== last + 1) yield missing(last + 1, position - 1)
        last = position
        yield proved(columns, position, tails)
      }
    } catch (error) {
      if (!isDamage(resultCode(error))) throw error
      yield { position: last + 1, damage: 'the file is damaged, and nothing can be read from here on' }
    }
  }

  /** What SQLite finds wrong with the file as such: pages, and indexes that do not say what the rows say. */
  structure(): readonly string[] {
    try {
      const found = this.#database.prepare('PRAGMA integrity_check(20)').all()
      return found.map(({ integrity_check }) => String(integrity_check)).filter((line) => line !== 'ok')
    } catch (error) {
      if (!isDamage(resultCode(error))) throw error
      return ['the file is damaged']
    }
  }

  close(): void {
    this.#database.close()
    for (const undo of this.#after) undo()
  }

  #events(statement: StatementSync, ...values: readonly (string | number)[]): readonly RecordedEvent[] {
    try {
      return statement.all(...values).map((row) => eventOf(rowOf(row)))
    } catch (error) {
      if (!isDamage(resultCode(error))) throw error
      throw new DamagedRecord('the file of the log is damaged', { cause: error })
    }
  }

  #number(sql: string): number {
    return Number(this.#database.prepare(sql).get()?.number ?? 0)
  }
}

/** Where streams end, as far as they were read; of those forgotten, the file is asked. */
class Tails {
  readonly #known = new Map<number, Row>()
  readonly #before: StatementSync

  constructor(database: DatabaseSync) {
    this.#before = database.prepare(
      `SELECT ${COLUMNS} FROM events WHERE stream = ? AND sequence = ? AND position < ?`,
    )
    this.#before.setReturnArrays(true)
  }

  /** @throws DamagedRecord when it does not follow the record before it in its stream */
  follow(row: Row): void {
    const known = this.#known.get(row.stream)
    if (this.#known.size >= MOST_TAILS) this.#known.clear()
    // Its words are not needed any more.
    this.#known.set(row.stream, { ...row, body: '' })
    assertLinked(known ?? this.#find(row), row)
  }

  #find({ stream, sequence, position }: Row): Row | undefined {
    const found = sequence === 0 ? undefined : this.#before.get(stream, sequence - 1, position)
    return found === undefined ? undefined : rowOf(found)
  }
}

function proved(columns: readonly unknown[], position: number, tails: Tails): Proved {
  try {
    const row = rowOf(columns.slice(0, -2))
    const event = eventOf(row)
    const [stream, id] = columns.slice(-2)
    const fits =
      event.stream === stream &&
      event.streamId === id &&
      event.sequence === row.sequence &&
      (event.journeyId ?? null) === row.journey &&
      (row.command === null || row.command === event.commandId)
    if (!fits)
      throw new DamagedRecord(`the columns of position ${String(position)} do not say what its event says`)
    tails.follow(row)
    return { position, event }
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error
    return { position, damage: error.message }
  }
}

function missing(from: number, to: number): Proved {
  const damage =
    from === to
      ? `position ${String(from)} is missing`
      : `positions ${String(from)} to ${String(to)} are missing`
  return { position: from, damage }
}

/** @throws UnusableDatabase */
function assertOurs(file: string): void {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const read = (pragma: string) =>
      Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0])
    if (read('application_id') !== LOG.application)
      throw new UnusableDatabase('foreign', `${file} is not a log of ours.`)
    if (read('user_version') > LOG.version)
      throw new UnusableDatabase('newer', `A newer program wrote ${file}: audit it with that one.`)
  } finally {
    database.close()
  }
}

/** Keeps the folder to this process; undefined when another has it. Who never had it open left no lock. */
function claim(folder: string): (() => void) | undefined {
  if (!existsSync(join(folder, 'lock.db'))) return () => undefined
  try {
    return lockFolder(folder)
  } catch (error) {
    if (error instanceof UnusableDatabase && error.code === 'in-use') return undefined
    throw error
  }
}

function placesIn(folder: string): readonly KeptPlace[] {
  const read = (name: string, sql: string): readonly KeptPlace[] => {
    const file = join(folder, name)
    if (!existsSync(file)) return []
    const database = new DatabaseSync(file, { readOnly: true })
    try {
      return database
        .prepare(sql)
        .all()
        .map(({ reader, position, hash }) => ({
          reader: String(reader),
          position: Number(position),
          ...(typeof hash === 'string' && { hash }),
        }))
    } catch (error) {
      // A table that a file of before does not have; damage of it is not of the record, and derived anew.
      if (error instanceof Error && resultCode(error) !== 0) return []
      throw error
    } finally {
      database.close()
    }
  }
  return [
    ...read('bus.db', `SELECT 'group:' || consumers AS reader, position FROM checkpoints`),
    ...read('bus.db', `SELECT 'witness' AS reader, position, hash FROM witness`),
    ...read('views.db', `SELECT 'view:' || view AS reader, position FROM views`),
  ]
}

/** Infinity has no integer: a bound that excludes nothing. */
function most(bound: number): number {
  return Number.isFinite(bound) ? bound : Number.MAX_SAFE_INTEGER
}
