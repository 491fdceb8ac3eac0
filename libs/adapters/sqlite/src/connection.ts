import { existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { DamagedRecord } from '@throughline/ports'

/** Why a file is not opened. `shortened`: less is there than was there before. */
export type Unusable = 'setting' | 'newer' | 'foreign' | 'in-use' | 'damaged' | 'shortened' | 'unwritable'

/** A database file that is not opened; the message says why and what to do about it. */
export class UnusableDatabase extends Error {
  override readonly name = 'UnusableDatabase'
  constructor(
    readonly code: Unusable,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** What one file holds and how it is kept. */
export interface DatabaseKind {
  /** Marks the file as ours (`PRAGMA application_id`). */
  readonly application: number
  /** Version of the schema, kept in `PRAGMA user_version`. */
  readonly version: number
  readonly schema: string
  /** Statements that lead from version 1 to 2, from 2 to 3, and so on. */
  readonly migrations?: readonly string[]
  /** What to do when the file is damaged, as a sentence. */
  readonly remedy: string
  /** FULL: a commit is on the disk before it is told. NORMAL: the last commits may be lost with the power. */
  readonly synchronous: 'FULL' | 'NORMAL'
}

const LEVEL = { NORMAL: 1, FULL: 2 } as const

/** Run on every connection. The order matters: waiting for a lock is set before anything can meet one. */
export function pragmas({ synchronous }: Pick<DatabaseKind, 'synchronous'>): readonly string[] {
  return [
    'PRAGMA busy_timeout = 5000',
    `PRAGMA synchronous = ${synchronous}`,
    'PRAGMA foreign_keys = ON',
    'PRAGMA trusted_schema = OFF',
    'PRAGMA cell_size_check = ON',
    'PRAGMA cache_size = -16000',
    // 32 MB of log before it is folded back, or a view's every row is written twice within the second.
    'PRAGMA wal_autocheckpoint = 8000',
  ]
}

/** What the same pragmas must answer afterwards, on every connection. */
export function expectedPragmas({
  synchronous,
}: Pick<DatabaseKind, 'synchronous'>): Readonly<Record<string, number | string>> {
  return {
    journal_mode: 'wal',
    synchronous: LEVEL[synchronous],
    foreign_keys: 1,
    trusted_schema: 0,
    cell_size_check: 1,
    busy_timeout: 5000,
  }
}

/** @throws UnusableDatabase when a pragma does not read as it was set: what we promise about commits would not hold. */
export function assertPragmas(
  database: DatabaseSync,
  expected: Readonly<Record<string, number | string>>,
  file: string,
) {
  for (const [name, wanted] of Object.entries(expected)) {
    const found = Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
    if (found !== wanted) {
      throw new UnusableDatabase(
        'setting',
        `${file} was opened with ${name} = ${String(found)}, and ${String(wanted)} is required: refusing to start.`,
      )
    }
  }
}

/** Makes the file if it is not there, and brings it to our schema. @throws UnusableDatabase for a file that is not ours */
export function prepare(file: string, kind: DatabaseKind): void {
  try {
    let size = 0
    const database = new DatabaseSync(file)
    try {
      database.exec('PRAGMA journal_mode = WAL')
      for (const pragma of pragmas(kind)) database.exec(pragma)
      assertPragmas(database, expectedPragmas(kind), file)
      database.exec('BEGIN IMMEDIATE')
      bringToSchema(database, file, kind)
      database.exec('COMMIT')
      assertSchema(database, kind)
      size = read(database, 'page_count') * read(database, 'page_size')
    } finally {
      database.close()
    }
    assertSize(file, size)
  } catch (error) {
    throw unusable(file, kind, error)
  }
}

function bringToSchema(database: DatabaseSync, file: string, kind: DatabaseKind): void {
  const application = read(database, 'application_id')
  const version = read(database, 'user_version')
  if (version > kind.version) {
    throw new UnusableDatabase(
      'newer',
      `${file} has schema version ${String(version)}, this program knows ${String(kind.version)} at most: ` +
        'start the newer program that wrote it.',
    )
  }
  if (version > 0 && application !== kind.application) {
    throw new UnusableDatabase(
      'foreign',
      `${file} belongs to another program: point the data folder somewhere else.`,
    )
  }
  if (version === kind.version) return
  // Version 0 is SQLite's own for a new file. One that has tables was somebody's, or was damaged.
  if (version === 0 && database.prepare('SELECT 1 FROM sqlite_schema').get() !== undefined)
    throw new DamagedRecord('it has tables and no version')
  if (version === 0) database.exec(kind.schema)
  else for (const migration of kind.migrations?.slice(version - 1) ?? []) database.exec(migration)
  database.exec(`PRAGMA application_id = ${String(kind.application)}`)
  database.exec(`PRAGMA user_version = ${String(kind.version)}`)
}

/** What the tables and indexes are is read from the file too: another letter there, and rows are looked for elsewhere. */
function assertSchema(database: DatabaseSync, { schema }: DatabaseKind): void {
  const model = new DatabaseSync(':memory:')
  try {
    model.exec(schema)
    if (schemaOf(model) !== schemaOf(database)) throw new DamagedRecord('its schema is not what was written')
  } finally {
    model.close()
  }
}

function schemaOf(database: DatabaseSync): string {
  const parts = database
    .prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name')
    .all()
  // What tables were made by stands there as it was typed then.
  return JSON.stringify(parts).replace(/(\\n|\s)+/g, ' ')
}

/**
 * A file that is longer than its header says would have its end written over by the next append, and one that is
 * shorter is read as zeros; while part of it stands in the write-ahead log it may be.
 */
function assertSize(file: string, wanted: number): void {
  const { size } = statSync(file)
  if (size > wanted || (size < wanted && !existsSync(`${file}-wal`)))
    throw new DamagedRecord(`it has ${String(size)} bytes and its header says ${String(wanted)}`)
}

/** Opens a prepared file. @throws UnusableDatabase when a pragma does not hold */
export function connect(file: string, kind: DatabaseKind, { readOnly = false } = {}): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly })
  try {
    for (const pragma of pragmas(kind)) database.exec(pragma)
    assertPragmas(database, expectedPragmas(kind), file)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function read(database: DatabaseSync, pragma: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0])
}

const [SQLITE_READONLY, SQLITE_CORRUPT, SQLITE_NOTADB] = [8, 11, 26]

/** Whether a result code of SQLite says that what is in the file makes no sense. */
export function isDamage(code: number): boolean {
  return (code & 0xff) === SQLITE_CORRUPT || (code & 0xff) === SQLITE_NOTADB
}

/** A failed opening as a sentence for whoever started the program; what is no matter of the file is left as it is. */
export function unusable(file: string, { remedy }: DatabaseKind, error: unknown): unknown {
  if (error instanceof UnusableDatabase) return error
  const code = resultCode(error)
  const cause = messageOf(error instanceof DamagedRecord ? (error.cause ?? error) : error)
  // A file that forbids writing by its own header is damaged: nobody ever sets that.
  if (error instanceof DamagedRecord || isDamage(code) || (code & 0xff) === SQLITE_READONLY)
    return new UnusableDatabase('damaged', `${file} is damaged (${cause}). ${remedy}`, { cause: error })
  if (code === 0) return error
  return new UnusableDatabase(
    'unwritable',
    `${file} cannot be opened for writing (${cause}). Look after the disk, and whose the file is.`,
    { cause: error },
  )
}

/** SQLite's own result code of an error, 0 for anything else (https://www.sqlite.org/rescode.html). */
export function resultCode(error: unknown): number {
  // Not asked whether it is an Error: one of Node's own need not be of the realm that looks at it.
  const known = typeof error === 'object' && error !== null && 'errcode' in error
  return known && typeof error.errcode === 'number' ? error.errcode : 0
}

function messageOf(error: unknown): string {
  const known = typeof error === 'object' && error !== null && 'message' in error
  return known ? String(error.message) : String(error)
}
