import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { connect, prepare, unusable, UnusableDatabase } from './connection.js'
import type { DatabaseKind } from './connection.js'
import type { StatementAnswer, StatementRequest } from './protocol.js'
import { startWriter } from './thread.js'
import type { WriterThread } from './thread.js'

const VIEWS: DatabaseKind = {
  application: 0x54_48_56_57,
  version: 1,
  // The one file that may lose its last commits with the power: position and rows go together, and the view catches up
  // from where it then stands. WAL with NORMAL never leaves the file damaged.
  synchronous: 'NORMAL',
  remedy: 'Remove it: every view is built again.',
  schema: `
    CREATE TABLE views (view TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, position INTEGER NOT NULL)
      STRICT, WITHOUT ROWID;
    CREATE TABLE rows (view INTEGER NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (view, key))
      STRICT, WITHOUT ROWID;
    CREATE TABLE lists (
      view INTEGER NOT NULL,
      list TEXT NOT NULL,
      sort TEXT NOT NULL,
      key TEXT NOT NULL,
      PRIMARY KEY (view, list, sort, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX lists_by_key ON lists (view, key);
  `,
}

/** How the file is written, by the name of each statement; views and their rows go by number. */
export const VIEW_WRITES = {
  place: `INSERT INTO views (view, number, position) VALUES (?, ?, ?)
    ON CONFLICT (view) DO UPDATE SET position = excluded.position`,
  put: `INSERT INTO rows (view, key, json) VALUES (?, ?, ?)
    ON CONFLICT (view, key) DO UPDATE SET json = excluded.json`,
  remove: 'DELETE FROM rows WHERE view = ? AND key = ?',
  addToList: 'INSERT INTO lists (view, list, sort, key) VALUES (?, ?, ?, ?)',
  leaveLists: 'DELETE FROM lists WHERE view = ? AND key = ?',
  dropLists: 'DELETE FROM lists WHERE view = ?',
  dropRows: 'DELETE FROM rows WHERE view = ?',
  drop: 'DELETE FROM views WHERE number = ?',
  rename: 'UPDATE views SET view = ? WHERE number = ?',
}

export interface ListedRow {
  readonly key: string
  readonly sort: string
  readonly json: string
}

/**
 * The file of views (`views.db`) as it is read. What is read one after the other is read from one snapshot, for to begin one
 * costs more than to find a row; `renew` ends it.
 */
export class ViewFile {
  readonly #statements: ReturnType<typeof prepareAll>
  /** The views there were at the opening. */
  readonly numbers: ReadonlyMap<string, number>

  private constructor(
    readonly file: string,
    private readonly database: DatabaseSync,
    /** What was wrong with the file that was thrown away at the opening. */
    readonly damage: string | undefined,
  ) {
    this.#statements = prepareAll(database)
    const found = database.prepare('SELECT view, number FROM views').all()
    this.numbers = new Map(found.map(({ view, number }) => [String(view), Number(number)]))
  }

  /**
   * A damaged file is thrown away and begun anew: the views in it are built again from the log.
   * @throws UnusableDatabase when the file is not ours, is newer than us, or a pragma does not hold
   */
  static open(folder: string): ViewFile {
    const file = join(folder, 'views.db')
    try {
      return ViewFile.#open(file)
    } catch (error) {
      if (!(error instanceof UnusableDatabase) || error.code !== 'damaged') throw error
      removeDatabase(file)
      return ViewFile.#open(file, error.message)
    }
  }

  static #open(file: string, damage?: string): ViewFile {
    prepare(file, VIEWS)
    const database = connect(file, VIEWS, { readOnly: true })
    try {
      return new ViewFile(file, database, damage)
    } catch (error) {
      database.close()
      throw unusable(file, VIEWS, error)
    }
  }

  /** From here on what was written meanwhile is read. */
  renew(): void {
    if (this.database.isTransaction) this.#statements.end.run()
  }

  /** The position of the view that is furthest on. */
  furthest(): number {
    return Number(this.database.prepare('SELECT max(position) AS position FROM views').get()?.position ?? 0)
  }

  /** Views beyond a position. */
  beyond(position: number): readonly string[] {
    const found = this.database.prepare('SELECT view FROM views WHERE position > ?').all(position)
    return found.map(({ view }) => String(view))
  }

  position(view: string): number {
    return Number(this.#reading.position.get(view)?.position ?? 0)
  }

  get(view: number, key: string): string | undefined {
    const json = this.#reading.get.get(view, key)?.json
    return json === undefined ? undefined : String(json)
  }

  /** The highest key from `from` on and below `below`, byte by byte. */
  highest(view: number, from: string, below: string): string | undefined {
    const key = this.#reading.highest.get(view, from, below)?.key
    return key === undefined ? undefined : String(key)
  }

  /** Rows of a list behind a place in it. */
  list(
    view: number,
    list: string,
    after: { readonly sort: string; readonly key: string } | undefined,
    descending: boolean,
    limit: number,
  ): readonly ListedRow[] {
    const { first, next } = this.#reading[descending ? 'down' : 'up']
    const found = after ? next.all(view, list, after.sort, after.key, limit) : first.all(view, list, limit)
    return found.map(({ key, sort, json }) => ({ key: String(key), sort: String(sort), json: String(json) }))
  }

  count(view: number, list: string): number {
    return Number(this.#reading.count.get(view, list)?.count ?? 0)
  }

  /** Rows behind a key, in order of key, with their lists as JSON. */
  scan(
    view: number,
    after: string,
    limit: number,
  ): readonly { readonly key: string; readonly json: string; readonly lists: string }[] {
    const found = this.#reading.scan.all(view, after, limit)
    return found.map(({ key, json, lists }) => ({
      key: String(key),
      json: String(json),
      lists: String(lists),
    }))
  }

  close(): void {
    this.database.close()
  }

  get isOpen(): boolean {
    return this.database.isOpen
  }

  get #reading(): ReturnType<typeof prepareAll> {
    if (!this.database.isTransaction) this.#statements.begin.run()
    return this.#statements
  }
}

/** Starts the thread that writes the file. @throws UnusableDatabase */
export function startViewWriter(
  file: string,
  onFatal: (error: Error) => void,
): Promise<WriterThread<StatementRequest, StatementAnswer>> {
  return startWriter('statements.worker', file, VIEWS, onFatal, VIEW_WRITES)
}

export function removeDatabase(file: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true })
}

function prepareAll(database: DatabaseSync) {
  const listed = 'SELECT l.key, l.sort, r.json FROM lists l JOIN rows r ON r.view = l.view AND r.key = l.key'
  const paged = (order: 'ASC' | 'DESC', beyond: '<' | '>') => ({
    first: database.prepare(
      `${listed} WHERE l.view = ? AND l.list = ? ORDER BY l.sort ${order}, l.key ${order} LIMIT ?`,
    ),
    next: database.prepare(
      `${listed} WHERE l.view = ? AND l.list = ? AND (l.sort, l.key) ${beyond} (?, ?)
       ORDER BY l.sort ${order}, l.key ${order} LIMIT ?`,
    ),
  })
  return {
    begin: database.prepare('BEGIN'),
    end: database.prepare('COMMIT'),
    position: database.prepare('SELECT position FROM views WHERE view = ?'),
    get: database.prepare('SELECT json FROM rows WHERE view = ? AND key = ?'),
    highest: database.prepare(
      'SELECT key FROM rows WHERE view = ? AND key >= ? AND key < ? ORDER BY key DESC LIMIT 1',
    ),
    count: database.prepare('SELECT count(*) AS count FROM lists WHERE view = ? AND list = ?'),
    // A key is never empty, so nothing is left out before the first.
    scan: database.prepare(
      `SELECT key, json, (SELECT json_group_object(l.list, l.sort) FROM lists l WHERE l.view = r.view AND l.key = r.key)
         AS lists FROM rows r WHERE view = ? AND key > ? ORDER BY key LIMIT ?`,
    ),
    up: paged('ASC', '>'),
    down: paged('DESC', '<'),
  } satisfies Record<string, StatementSync | Record<string, StatementSync>>
}
