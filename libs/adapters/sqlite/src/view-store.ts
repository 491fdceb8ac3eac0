import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { openCursor, sealCursor, StaleView, ViewStore } from '@throughline/ports'
import type { Change, KeptRow, Page, PageRequest } from '@throughline/ports'
import { connect, prepare, unusable, UnusableDatabase } from './connection.js'
import type { DatabaseKind } from './connection.js'
import { KnownRows } from './known-rows.js'
import type { KnownRow } from './known-rows.js'

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

const MOST_ITEMS = 500

interface Waiting {
  readonly view: string
  readonly from: number
  readonly to: number
  readonly changes: readonly Change[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Views in one SQLite file (`views.db`), which may be deleted whenever the process does not run. */
export class SqliteViewStore extends ViewStore {
  readonly #database: DatabaseSync
  readonly #statements: ReturnType<typeof prepareAll>
  readonly #numbers = new Map<string, number>()
  readonly #known = new KnownRows()
  readonly #file: string
  readonly #damage: string | undefined
  #condemned = false
  #waiting: Waiting[] = []

  private constructor(file: string, database: DatabaseSync, damage: string | undefined) {
    super()
    this.#file = file
    this.#damage = damage
    this.#database = database
    this.#statements = prepareAll(database)
  }

  /**
   * A damaged file is thrown away and begun anew: the views in it are built again from the log.
   * @throws UnusableDatabase when the file is not ours, is newer than us, or a pragma does not hold
   */
  static open(folder: string): SqliteViewStore {
    const file = join(folder, 'views.db')
    try {
      return SqliteViewStore.#open(file)
    } catch (error) {
      if (!(error instanceof UnusableDatabase) || error.code !== 'damaged') throw error
      removeDatabase(file)
      return SqliteViewStore.#open(file, error.message)
    }
  }

  static #open(file: string, damage?: string): SqliteViewStore {
    prepare(file, VIEWS)
    const database = connect(file, VIEWS)
    try {
      return new SqliteViewStore(file, database, damage)
    } catch (error) {
      database.close()
      throw unusable(file, VIEWS, error)
    }
  }

  /** What was wrong with the file that was thrown away at the start. */
  get damage(): string | undefined {
    return this.#damage
  }

  /** Takes the file away when it is closed, so that the next start builds every view again. */
  condemn(): void {
    this.#condemned = true
  }

  /** The position of the view that is furthest on. */
  furthest(): number {
    return Number(this.#database.prepare('SELECT max(position) AS position FROM views').get()?.position ?? 0)
  }

  /** Drops views beyond a position; they are built again from the first event. */
  async dropBeyond(position: number): Promise<void> {
    const beyond = this.#database.prepare('SELECT view FROM views WHERE position > ?').all(position)
    for (const { view } of beyond) await this.drop(String(view))
  }

  async position(view: string): Promise<number> {
    await Promise.resolve()
    return this.#position(view)
  }

  /** Writes that wait at the same time share one commit: thirty views hear of the same event at the same moment. */
  write(view: string, from: number, to: number, changes: readonly Change[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ view, from, to, changes, resolve, reject })
      if (this.#waiting.length === 1)
        setImmediate(() => {
          this.#writeWaiting()
        })
    })
  }

  async get(view: string, key: string): Promise<unknown> {
    await Promise.resolve()
    const number = this.#number(view)
    if (number === undefined) return undefined
    const json = (this.#known.get(number, key) ?? this.#read(number, key)).json
    return json === undefined ? undefined : JSON.parse(json)
  }

  async page(
    view: string,
    list: string,
    { limit = 50, after, descending = false }: PageRequest = {},
  ): Promise<Page<{ readonly key: string; readonly row: unknown; readonly sort: string }>> {
    await Promise.resolve()
    const most = Math.min(limit, MOST_ITEMS)
    const { first, next } = this.#statements[descending ? 'down' : 'up']
    const number = this.#number(view) ?? 0
    const place = after === undefined ? undefined : openCursor(after)
    // One more than asked for tells whether there is another page.
    const found = place
      ? next.all(number, list, place.sort, place.key, most + 1)
      : first.all(number, list, most + 1)
    const items = found.slice(0, most).map(({ key, sort, json }) => ({
      key: String(key),
      row: JSON.parse(String(json)) as unknown,
      sort: String(sort),
    }))
    const last = items.at(-1)
    return { items, next: found.length > most && last !== undefined ? sealCursor(last) : null }
  }

  async count(view: string, list: string): Promise<number> {
    await Promise.resolve()
    return Number(this.#statements.count.get(this.#number(view) ?? 0, list)?.count ?? 0)
  }

  async scan(
    view: string,
    { limit = 50, after }: Omit<PageRequest, 'descending'> = {},
  ): Promise<Page<KeptRow>> {
    await Promise.resolve()
    const most = Math.min(limit, MOST_ITEMS)
    const beyond = after === undefined ? '' : openCursor(after).key
    const found = this.#statements.scan.all(this.#number(view) ?? 0, beyond, most + 1)
    const items = found.slice(0, most).map(({ key, json, lists }) => ({
      key: String(key),
      row: JSON.parse(String(json)) as unknown,
      lists: JSON.parse(String(lists)) as Readonly<Record<string, string>>,
    }))
    const last = items.at(-1)
    return { items, next: found.length > most && last ? sealCursor({ sort: '', key: last.key }) : null }
  }

  async drop(view: string): Promise<void> {
    await Promise.resolve()
    const number = this.#number(view)
    if (number === undefined) return
    this.#atomically(() => {
      for (const statement of this.#statements.drop) statement.run(number)
    })
    this.#numbers.delete(view)
    // Its number is given to another view.
    this.#known.clear()
  }

  async replace(view: string, by: string): Promise<void> {
    await Promise.resolve()
    if (view === by) return
    this.#atomically(() => {
      const [old, next] = [this.#number(view), this.#number(by)]
      if (old !== undefined) for (const statement of this.#statements.drop) statement.run(old)
      if (next !== undefined) this.#statements.rename.run(view, next)
    })
    this.#numbers.clear()
    this.#known.clear()
  }

  forWriter(): ViewStore {
    return this
  }

  async close(): Promise<void> {
    await Promise.resolve()
    if (!this.#database.isOpen) return
    this.#writeWaiting()
    this.#database.close()
    if (this.#condemned) removeDatabase(this.#file)
  }

  #writeWaiting(): void {
    const waiting = this.#waiting
    this.#waiting = []
    if (waiting.length === 0) return
    const stale = new Map<Waiting, StaleView>()
    try {
      this.#atomically(() => {
        stale.clear()
        for (const write of waiting) {
          const refusal = this.#apply(write)
          if (refusal) stale.set(write, refusal)
        }
      })
    } catch (error) {
      // One that cannot be written must not take the others with it.
      if (waiting.length > 1) for (const write of waiting) this.#writeAlone(write)
      else waiting[0]?.reject(error)
      return
    }
    for (const write of waiting) {
      const refusal = stale.get(write)
      if (refusal) write.reject(refusal)
      else write.resolve()
    }
  }

  #writeAlone(write: Waiting): void {
    try {
      const refusal = this.#atomically(() => this.#apply(write))
      if (refusal) write.reject(refusal)
      else write.resolve()
    } catch (error) {
      write.reject(error)
    }
  }

  #apply({ view, from, to, changes }: Waiting): StaleView | undefined {
    const at = this.#position(view)
    if (at !== from) return new StaleView(`${view} stands at ${String(at)}, not ${String(from)}`)
    const number = this.#number(view) ?? this.#add(view)
    const { put, remove, addToList, leaveLists, move } = this.#statements
    for (const { key, row, lists } of changes) {
      const known = this.#known.get(number, key)
      const json = row === undefined ? undefined : JSON.stringify(row)
      const listed = row === undefined ? '{}' : JSON.stringify(lists)
      // Most changes of a row leave it where it stands.
      if (known?.lists !== listed) {
        leaveLists.run(number, key)
        if (row !== undefined) {
          for (const [list, sort] of Object.entries(lists)) addToList.run(number, list, sort, key)
        }
      }
      if (json === undefined) remove.run(number, key)
      else if (known?.json !== json) put.run(number, key, json)
      this.#known.set(number, key, { json, lists: listed })
    }
    move.run(to, number)
    return undefined
  }

  #atomically<Result>(write: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = write()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      // A number given in this transaction went with it, and every row written in it.
      this.#numbers.clear()
      this.#known.clear()
      throw error
    }
  }

  #read(number: number, key: string): KnownRow {
    const json = this.#statements.get.get(number, key)?.json
    const row = { json: json === undefined ? undefined : String(json), lists: undefined }
    this.#known.set(number, key, row)
    return row
  }

  #position(view: string): number {
    return Number(this.#statements.position.get(view)?.position ?? 0)
  }

  #number(view: string): number | undefined {
    const known = this.#numbers.get(view)
    if (known !== undefined) return known
    const number = this.#statements.number.get(view)?.number
    if (typeof number !== 'number') return undefined
    this.#numbers.set(view, number)
    return number
  }

  #add(view: string): number {
    const number = Number(this.#statements.free.get()?.number)
    this.#statements.add.run(view, number)
    this.#numbers.set(view, number)
    return number
  }
}

function removeDatabase(file: string): void {
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
    position: database.prepare('SELECT position FROM views WHERE view = ?'),
    number: database.prepare('SELECT number FROM views WHERE view = ?'),
    free: database.prepare('SELECT coalesce(max(number), 0) + 1 AS number FROM views'),
    add: database.prepare('INSERT INTO views (view, number, position) VALUES (?, ?, 0)'),
    move: database.prepare('UPDATE views SET position = ? WHERE number = ?'),
    rename: database.prepare('UPDATE views SET view = ? WHERE number = ?'),
    get: database.prepare('SELECT json FROM rows WHERE view = ? AND key = ?'),
    put: database.prepare(
      'INSERT INTO rows (view, key, json) VALUES (?, ?, ?) ON CONFLICT (view, key) DO UPDATE SET json = excluded.json',
    ),
    remove: database.prepare('DELETE FROM rows WHERE view = ? AND key = ?'),
    addToList: database.prepare('INSERT INTO lists (view, list, sort, key) VALUES (?, ?, ?, ?)'),
    leaveLists: database.prepare('DELETE FROM lists WHERE view = ? AND key = ?'),
    count: database.prepare('SELECT count(*) AS count FROM lists WHERE view = ? AND list = ?'),
    // A key is never empty, so nothing is left out before the first.
    scan: database.prepare(
      `SELECT key, json, (SELECT json_group_object(l.list, l.sort) FROM lists l WHERE l.view = r.view AND l.key = r.key)
         AS lists FROM rows r WHERE view = ? AND key > ? ORDER BY key LIMIT ?`,
    ),
    up: paged('ASC', '>'),
    down: paged('DESC', '<'),
    drop: ['lists', 'rows']
      .map((table) => database.prepare(`DELETE FROM ${table} WHERE view = ?`))
      .concat(database.prepare('DELETE FROM views WHERE number = ?')),
  } satisfies Record<string, StatementSync | readonly StatementSync[] | Record<string, StatementSync>>
}
