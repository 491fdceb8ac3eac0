import type { Client } from 'pg'
import { Line } from './connection.js'
import type { Address } from './connection.js'
import { portError, reasonOf, stateOf, UnusableDatabase, unavailable } from './errors.js'
import { creation, VERSION } from './schema.js'

/** PostgreSQL 14 is the oldest release that its makers still mend. */
const OLDEST = 140_000

/**
 * Makes the tables where there are none, one process at a time, and looks at what every start rests on.
 * @throws UnusableDatabase when the server or what stands in the schema cannot hold the record
 * @throws Refused `store.unavailable` when the server does not answer, or is a standby
 */
export async function prepare(address: Address, schema: string): Promise<void> {
  if (!/^[a-z_][a-z0-9_]{0,47}$/.test(schema)) {
    throw new UnusableDatabase(
      `${schema} is no name for a schema here: take up to 48 small letters, digits and underscores.`,
    )
  }
  if (!/^postgres(ql)?:$/.test(URL.parse(address.url)?.protocol ?? '')) {
    throw new UnusableDatabase(
      'The address of the database has to be postgres://role:password@host:port/database.',
    )
  }
  const line = new Line(address)
  try {
    const client = await line.connected()
    await assertServer(client)
    if ((await versionOf(client, schema)) === undefined) await create(client, schema)
    const version = await versionOf(client, schema)
    if (version !== VERSION) {
      throw new UnusableDatabase(
        `The schema ${schema} has version ${String(version)} and this program knows ${String(VERSION)}: ` +
          'start the program that wrote it, or a newer one.',
      )
    }
    await assertEnd(client, schema)
  } catch (error) {
    if (error instanceof UnusableDatabase) throw error
    throw refusedAddress(error) ?? portError(error)
  } finally {
    await line.close()
  }
}

/** Role, password, database: no waiting mends them. */
function refusedAddress(error: unknown): UnusableDatabase | undefined {
  const state = stateOf(error) ?? ''
  const fits = state.startsWith('28') || state === '3D000'
  return fits
    ? new UnusableDatabase(`The server refuses the address of the database: ${reasonOf(error)}.`)
    : undefined
}

async function assertServer(client: Client): Promise<void> {
  const { rows } = await client.query<Record<string, string>>(
    `SELECT current_setting('server_version_num') AS version, current_setting('server_version') AS name,
       current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS pages, pg_is_in_recovery()::text AS standby`,
  )
  const { version, name = '', encoding = '', fsync, pages, standby } = rows[0] ?? {}
  if (Number(version) < OLDEST)
    throw new UnusableDatabase(`The server is PostgreSQL ${name}: the record needs 14 or newer.`)
  if (encoding !== 'UTF8')
    throw new UnusableDatabase(
      `The database keeps text as ${encoding}: make one with ENCODING 'UTF8' for the record.`,
    )
  // R06: what is acknowledged has to be on the disk, and after a power cut whole.
  if (fsync !== 'on' || pages !== 'on') {
    const off = fsync === 'on' ? 'full_page_writes' : 'fsync'
    throw new UnusableDatabase(
      `The server runs with ${off} = off and may lose what it acknowledged: set ${off} = on and start again.`,
    )
  }
  if (standby === 'true') throw unavailable('the server is a standby, which takes no writes')
}

async function versionOf(client: Client, schema: string): Promise<number | undefined> {
  // From the tables themselves: what a session remembers of a name it did not find is older than its wait for a lock.
  const { rows } = await client.query(
    `SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = '${schema}' AND c.relname = 'about'`,
  )
  if (rows.length === 0) return undefined
  const about = await client.query<{ version: number }>(`SELECT version FROM ${schema}.about`)
  return about.rows[0]?.version
}

async function create(client: Client, schema: string): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('throughline ${schema}', 0))`)
    // Somebody else may have made it while this one waited.
    if ((await versionOf(client, schema)) === undefined) {
      const { rows } = await client.query(`SELECT 1 FROM pg_namespace WHERE nspname = '${schema}'`)
      if (rows.length === 0) await client.query(`CREATE SCHEMA ${schema}`)
      await client.query(creation(schema))
    }
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw refusedCreation(error, schema)
  }
}

function refusedCreation(error: unknown, schema: string): unknown {
  const state = stateOf(error)
  if (state === '42501') {
    return new UnusableDatabase(
      `The role may not make the tables of the record in the schema ${schema}: let one that may start the program once.`,
    )
  }
  if (state !== undefined && ['42P06', '42P07', '42723', '42710'].includes(state))
    return new UnusableDatabase(
      `The schema ${schema} holds something that is not the record: name another one.`,
    )
  return error
}

/** The head is what every append and every reader goes by; a log that ends elsewhere has lost events or got foreign ones. */
async function assertEnd(client: Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ head: string; last: string }>(
    `SELECT h.position AS head, coalesce((SELECT max(e.position) FROM ${schema}.events e), 0) AS last
     FROM ${schema}.head h`,
  )
  const { head, last } = rows[0] ?? {}
  if (head === undefined || head !== last) {
    throw new UnusableDatabase(
      `The log in the schema ${schema} ends at position ${String(last)}, and events up to ${String(head)} were there. ` +
        'Put back the newest copy of it.',
    )
  }
}
