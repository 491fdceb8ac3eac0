import { DatabaseSync } from 'node:sqlite'

/** A database file that this version will not open, with what to do about it. */
export class UnusableDatabase extends Error {
  override readonly name = 'UnusableDatabase'
}

/** What one file holds and how it is kept. */
export interface DatabaseKind {
  /** Marks the file as ours (`PRAGMA application_id`). */
  readonly application: number
  /** Version of the schema, kept in `PRAGMA user_version`. */
  readonly version: number
  readonly schema: string
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
        `${file} was opened with ${name} = ${String(found)}, and ${String(wanted)} is required: refusing to start.`,
      )
    }
  }
}

/** Makes the file if it is not there, and brings it to our schema. @throws UnusableDatabase for a file that is not ours */
export function prepare(file: string, kind: DatabaseKind): void {
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA journal_mode = WAL')
    for (const pragma of pragmas(kind)) database.exec(pragma)
    assertPragmas(database, expectedPragmas(kind), file)
    database.exec('BEGIN IMMEDIATE')
    const application = read(database, 'application_id')
    const version = read(database, 'user_version')
    if (version > kind.version) {
      throw new UnusableDatabase(
        `${file} has schema version ${String(version)}, this program knows ${String(kind.version)} at most: ` +
          'start the newer program that wrote it.',
      )
    }
    if (version > 0 && application !== kind.application) {
      throw new UnusableDatabase(`${file} belongs to another program: point the data folder somewhere else.`)
    }
    if (version === 0) {
      database.exec(kind.schema)
      database.exec(`PRAGMA application_id = ${String(kind.application)}`)
      database.exec(`PRAGMA user_version = ${String(kind.version)}`)
    }
    database.exec('COMMIT')
  } finally {
    database.close()
  }
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

/** SQLite's own result code of an error, 0 for anything else (https://www.sqlite.org/rescode.html). */
export function resultCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0
}
