// What the specs of this adapter share: schemas, processes and proxies that are gone after each test, however it ended.
import { join } from 'node:path'
import type { Clock, Ids } from '@throughline/kernel'
import { Timers } from '@throughline/ports'
import type { StreamName } from '@throughline/ports'
import {
  engineAt,
  FreshIds,
  fromSource,
  ImmediateTimers,
  runChild,
  TickingClock,
} from '@throughline/ports/suites'
import type { Child } from '@throughline/ports/suites'
import { Client } from 'pg'
import { openPostgres } from './open.js'
import type { Postgres } from './open.js'

const ids = new FreshIds()
const schemas: string[] = []
const opened: Postgres[] = []
const children: Child[] = []

/** For afterEach. */
export async function cleanUp(): Promise<void> {
  for (const child of children.splice(0)) child.process.kill('SIGKILL')
  for (const postgres of opened.splice(0)) await postgres.close()
  for (const schema of schemas.splice(0)) await asOwner(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
}

/** A schema of this test alone. */
export function world(): string {
  const schema = `test_${ids.next().replaceAll('-', '')}`
  schemas.push(schema)
  return schema
}

/** Does something to the server as its owner would, on a connection of its own; rows as objects. */
export async function asOwner(
  text: string,
  url = engineAt('DATABASE_URL'),
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(text)
    return rows
  } finally {
    await client.end()
  }
}

export interface Opening {
  readonly url?: string
  readonly clock?: Clock
  readonly ids?: Ids
  readonly timers?: Timers
}

export async function open(
  schema: string,
  { url = engineAt('DATABASE_URL'), ...ports }: Opening = {},
): Promise<Postgres> {
  const { clock = new TickingClock(), timers = new ImmediateTimers() } = ports
  const postgres = await openPostgres({ url, schema, clock, timers, ids: ports.ids ?? ids })
  opened.push(postgres)
  return postgres
}

/** Time as it passes. */
export class RealTimers extends Timers {
  every(_name: string, milliseconds: number, task: () => Promise<void>): () => void {
    let running = false
    const interval = setInterval(() => {
      if (running) return
      running = true
      void task().finally(() => (running = false))
    }, milliseconds)
    return () => {
      clearInterval(interval)
    }
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds))
  }
}

/** As `until`, for a fact of another process: it leaves that one the processor meanwhile. */
export async function eventually(fact: () => boolean | Promise<boolean>): Promise<void> {
  const timers = new RealTimers()
  while (!(await fact())) await timers.sleep(5)
}

export function note(): StreamName {
  return { stream: 'note', id: ids.next() }
}

export const noted = (text: string) => ({ type: 'test.Noted.v1', data: { text } })

export async function append(
  { events }: Pick<Postgres, 'events'>,
  target: StreamName,
  expected: number,
  ...texts: readonly string[]
) {
  const command = { id: ids.next(), actor: 'system:test', journeyId: 'j', fingerprint: 'f' }
  return { command, ...(await events.append(target, expected, command, texts.map(noted))) }
}

export function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error)
}

/** A process that writes to a schema (`writing.fixture.ts`), run from source. */
export function writing(
  schema: string,
  { url = engineAt('DATABASE_URL'), how }: { readonly url?: string; readonly how: readonly string[] },
): Child {
  const program = fromSource(join(__dirname, 'writing.fixture.ts'))
  const child = runChild(process.execPath, [...program, url, schema, ...how])
  children.push(child)
  return child
}

/** What writing children were told is safe. A kill may have cut a last line. */
export function ackedOf(children: readonly Child[]) {
  return children.flatMap(({ said }) =>
    said.flatMap((line) => {
      const [word, stream = '', streamId = '', commandId = '', events] = line.split(' ')
      return word === 'acked' && events ? [{ stream, streamId, commandId, events: Number(events) }] : []
    }),
  )
}
