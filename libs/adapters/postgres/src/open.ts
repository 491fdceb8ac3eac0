import type { ConnectionOptions } from 'node:tls'
import type { Clock, Ids } from '@throughline/kernel'
import type { EventStore, Registers, Timers } from '@throughline/ports'
import { Line, Lines } from './connection.js'
import { PostgresEventStore } from './event-store.js'
import { prepare } from './prepare.js'
import { PostgresRegisters } from './registers.js'
import { Tail } from './tail.js'
import { Writer } from './writer.js'

/** Connections that read, beside one that writes and one that listens: six in all for each process. */
const READERS = 4

export interface PostgresOptions {
  /** `postgres://role:password@host:port/database`; straight to the server or by a proxy that keeps sessions whole. */
  readonly url: string
  readonly clock: Clock
  readonly ids: Ids
  readonly timers: Timers
  /** Where tables and functions stand; `throughline` where absent. */
  readonly schema?: string
  /** As in `tls.connect`; true asks for TLS with a certificate that is known to the system. */
  readonly ssl?: boolean | ConnectionOptions
}

export interface Postgres {
  readonly events: EventStore
  readonly registers: Registers
  /** Lets appends in hand be answered, then closes every connection. */
  readonly close: () => Promise<void>
}

/**
 * Opens the record and the registers in a schema of a PostgreSQL database, which many processes may share.
 *
 * The first start makes the schema and needs CREATE on the database. From then on a role with these rights is enough, and can
 * neither change nor remove an event:
 *
 *     GRANT USAGE ON SCHEMA throughline TO app;
 *     GRANT SELECT ON throughline.about TO app;
 *     GRANT SELECT, INSERT ON throughline.events TO app;
 *     GRANT SELECT, UPDATE ON throughline.head TO app;
 *     GRANT SELECT, INSERT, UPDATE ON throughline.registers TO app;
 *
 * @throws UnusableDatabase when the server, the database or the schema cannot hold the record; the sentence says why
 * @throws Refused `store.unavailable` when the server does not answer within a second
 */
export async function openPostgres({
  url,
  clock,
  ids,
  timers,
  schema = 'throughline',
  ssl,
}: PostgresOptions): Promise<Postgres> {
  const address = { url, ...(ssl !== undefined && { ssl }) }
  await prepare(address, schema)
  const writer = new Writer(new Line(address), schema)
  const reader = new Lines(address, READERS)
  const tail = new Tail(address, schema, timers)
  const events = new PostgresEventStore({ schema, clock, ids, writer, reader, tail })
  try {
    await tail.look()
  } catch (error) {
    await events.close()
    throw error
  }
  return {
    events,
    registers: new PostgresRegisters(reader, schema),
    close: () => events.close(),
  }
}
