import { compared, notMeasured, quantile, takeTurns } from './lib/figures.mjs'
import { ports } from './lib/ports.mjs'
import { inside, require } from './lib/paths.mjs'
import { forget, newPrefix } from './lib/world.mjs'

const { openPostgres } = require('@throughline/adapter-postgres')
const { COLUMNS } = inside('libs/adapters/postgres/dist/rows.js')
const { Client, Pool } = require('pg')

export const title = 'the record in PostgreSQL: events made durable each second, and a stream read'
export const needs = ['postgres']
export const settings = (quick) => ({
  waiting: quick ? [1, 20] : [1, 20, 200],
  milliseconds: quick ? 200 : 1_500,
  reads: quick ? 20 : 300,
  rounds: quick ? 1 : 5,
})

/** As in the benchmark of SQLite: ten events a stream, some 680 bytes each. */
const DATA = { name: 'question', label: 'Says', value: 'x'.repeat(230), source: 'customer' }
const EVENTS_A_STREAM = 10
/** Connections of the raw reference and of Emmett's pool; more only wait for each other. */
const CONNECTIONS = 20
const HASH = 'a'.repeat(64)

export async function measure({ waiting, milliseconds, reads, rounds }, { engines }) {
  const url = engines.addresses.postgres
  const kit = ports()
  const prefix = newPrefix()
  const ours = await openPostgres({ url, schema: `${prefix}_ours`, ...kit })
  const raw = await openRaw(url, `${prefix}_raw`, kit)
  const emmett = await openEmmett(url, `${prefix}_emmett`)
  try {
    const rows = []
    for (const callers of waiting)
      rows.push(...(await appending({ callers, milliseconds, rounds, kit, ours, raw, emmett })))
    rows.push(...(await reading({ reads, rounds, kit, ours, raw, emmett })))
    return rows
  } finally {
    await ours.close()
    await raw.close()
    await emmett.close?.()
    kit.timers.stop()
    await forget(prefix, { postgres: url })
  }
}

async function appending({ callers, milliseconds, rounds, kit, ours, raw, emmett }) {
  const atOnce = (append) => () => callersAtOnce(callers, milliseconds, kit.ids, append)
  const taken = await takeTurns(
    {
      ours: atOnce((id, at) => appendOurs(ours, id, at)),
      raw: atOnce(raw.insert),
      ordered: atOnce(raw.insertInOrder),
      ...(emmett.append && { emmett: atOnce(emmett.append) }),
    },
    rounds,
  )
  const what = callers === 1 ? '1 caller' : `${callers} callers at once`
  const against = (name, reference, more = {}) =>
    compared({ what, unit: 'events/s', ours: taken.ours.perSecond, against: name, reference, ...more })
  const at20 = callers === 20
  return [
    against(
      `raw prepared insert, a commit each, ${Math.min(callers, CONNECTIONS)} connections`,
      taken.raw.perSecond,
      at20 ? { target: { ratio: 0.8 }, beyond: 1.5 } : {},
    ),
    against('the same, positions in order by a row that each one holds', taken.ordered.perSecond),
    emmett.append
      ? against('emmett-postgresql', taken.emmett.perSecond, at20 ? { target: { ratio: 2 } } : {})
      : notMeasured(`${what}, against emmett-postgresql`, emmett.why),
    compared({
      what: `${what}: processor time of the appending process`,
      unit: 'µs/event',
      better: 'less',
      ours: taken.ours.cpu,
      against: 'raw prepared insert, a commit each',
      reference: taken.raw.cpu,
    }),
  ]
}

function appendOurs({ events }, id, at) {
  const command = { id: `${id}/${at}`, actor: 'customer:ana', journeyId: id }
  return events.append({ stream: 'journey', id }, at, command, [
    { type: 'throughline.FactGiven.v1', data: DATA },
  ])
}

/** Each caller appends to a stream of its own, one event after the other, and begins another stream after ten. */
async function callersAtOnce(callers, milliseconds, ids, append) {
  let appended = 0
  const before = process.cpuUsage()
  const began = performance.now()
  const isOver = () => performance.now() - began >= milliseconds
  const caller = async () => {
    while (!isOver()) {
      const id = ids.next()
      for (let at = 0; at < EVENTS_A_STREAM && !isOver(); at++) {
        await append(id, at)
        appended++
      }
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  const { user, system } = process.cpuUsage(before)
  return {
    perSecond: (appended / (performance.now() - began)) * 1_000,
    cpu: (user + system) / Math.max(1, appended),
  }
}

async function reading({ reads, rounds, kit, ours, raw, emmett }) {
  const id = kit.ids.next()
  for (let at = 0; at < 100; at++) {
    await appendOurs(ours, id, at)
    await raw.insert(id, at)
    await emmett.append?.(id)
  }
  const timed = (read) => async () => {
    const times = []
    for (let n = 0; n < reads; n++) {
      const began = performance.now()
      if ((await read()).length !== 100) throw new Error('a stream of 100 events was read and had others')
      times.push(performance.now() - began)
    }
    return { p50: quantile(times, 0.5) }
  }
  const taken = await takeTurns(
    {
      ours: timed(() => ours.events.readStream({ stream: 'journey', id })),
      raw: timed(() => raw.readStream(id)),
      ...(emmett.readStream && { emmett: timed(() => emmett.readStream(id)) }),
    },
    rounds,
  )
  const what = 'a stream of 100 events read, one after the other: p50'
  const less = { what, unit: 'ms', better: 'less', ours: taken.ours.p50 }
  return [
    compared({
      ...less,
      against: 'the same rows, parsed and not proved',
      reference: taken.raw.p50,
      target: { ratio: 0.85 },
    }),
    emmett.readStream
      ? compared({ ...less, against: 'emmett-postgresql', reference: taken.emmett.p50 })
      : notMeasured(`${what}, against emmett-postgresql`, emmett.why),
  ]
}

/** The product's own table, written and read by pg alone: the same columns and indexes, no hash, no question, no order. */
async function openRaw(url, schema, kit) {
  const made = await openPostgres({ url, schema, ...kit })
  await made.close()
  const pool = new Pool({ connectionString: url, max: CONNECTIONS })
  const values = '$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12'
  const insert = { name: 'insert', text: `INSERT INTO ${schema}.events VALUES ($1, ${values})` }
  const inOrder = {
    name: 'inOrder',
    text: `WITH head AS (UPDATE ${schema}.head SET position = position + 1, recorded_at = $7 WHERE alone RETURNING position)
      INSERT INTO ${schema}.events SELECT position, $1, $2, $3::integer, $4, $5, $6, $7, $8, $9, $10, $11 FROM head`,
  }
  // The other way to write begins far behind.
  let last = 1_000_000_000
  const row = (id, at) => {
    const now = kit.clock.instant()
    const command = `${id}/${at}`
    const body = JSON.stringify({
      type: 'throughline.FactGiven.v1',
      data: DATA,
      id: kit.ids.next(),
      stream: 'journey',
      streamId: id,
      sequence: at,
      occurredAt: now,
      recordedAt: now,
      commandId: command,
      actor: 'customer:ana',
      journeyId: id,
    })
    return ['journey', id, at, command, null, id, now, body, HASH, HASH, HASH.slice(0, 16)]
  }
  const stream = {
    name: 'stream',
    text: `SELECT ${COLUMNS} FROM ${schema}.events WHERE stream = $1 AND stream_id = $2 ORDER BY sequence`,
  }
  return {
    insert: (id, at) => pool.query({ ...insert, values: [++last, ...row(id, at)] }),
    insertInOrder: (id, at) => pool.query({ ...inOrder, values: row(id, at) }),
    readStream: async (id) => {
      const { rows } = await pool.query({ ...stream, values: ['journey', id], rowMode: 'array' })
      return rows.map((columns) => JSON.parse(columns[8]))
    },
    close: () => pool.end(),
  }
}

/** Its tables stand in the schema `public`, so it has a database of its own. */
async function openEmmett(url, database) {
  const asOwner = async (statement) => {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
  try {
    const { getPostgreSQLEventStore } = await import('@event-driven-io/emmett-postgresql')
    await asOwner(`CREATE DATABASE ${database}`)
    const own = new URL(url)
    own.pathname = `/${database}`
    const pg = (await import('pg')).default
    const pool = new pg.Pool({ connectionString: own.href, max: CONNECTIONS })
    // Its connections end with its database.
    pool.on('error', () => undefined)
    const store = getPostgreSQLEventStore(own.href, { connectionOptions: { pool } })
    const append = (id) => store.appendToStream(`journey-${id}`, [{ type: 'FactGiven', data: DATA }])
    await append('first')
    return {
      append,
      readStream: async (id) => (await store.readStream(`journey-${id}`)).events,
      close: async () => {
        await store.close()
        await pool.end()
        await asOwner(`DROP DATABASE ${database} WITH (FORCE)`)
      },
    }
  } catch (error) {
    return { why: String(error.message ?? error).split('\n')[0] }
  }
}
