import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compared, notMeasured, takeTurns } from './lib/figures.mjs'
import { ports } from './lib/ports.mjs'
import { require } from './lib/paths.mjs'
import { RawLog } from './lib/raw-log.mjs'

const { openSqlite } = require('@throughline/adapter-sqlite')

export const title = 'events made durable (FULL) each second, by how many wait at once'
export const settings = (quick) => ({
  waiting: quick ? [1, 20] : [1, 50, 200, 1000],
  milliseconds: quick ? 100 : 700,
  rounds: quick ? 1 : 5,
})

/** Ten events a stream, as a journey has them, of some 680 bytes as they stand in the log. */
const DATA = { name: 'question', label: 'Says', value: 'x'.repeat(230), source: 'customer' }
const EVENTS_A_STREAM = 10

export async function measure({ waiting, milliseconds, rounds }) {
  const folders = []
  const folder = () => {
    folders.push(mkdtempSync(join(tmpdir(), 'throughline-bench-')))
    return folders.at(-1)
  }
  const kit = ports()
  const sqlite = await openSqlite({ folder: folder(), ...kit, onFatal: (error) => console.error(error) })
  const raw = await RawLog.open(folder(), kit)
  const emmett = await openEmmett(join(folder(), 'emmett.db'))
  const rows = []
  for (const callers of waiting) {
    const contenders = {
      ours: () =>
        callersAtOnce(callers, milliseconds, kit.ids, (name, at, command) =>
          ours(sqlite.events, name, at, command),
        ),
      raw: () => rawBatches(raw, callers, milliseconds, kit),
      ...(emmett.append && {
        emmett: () => callersAtOnce(callers, milliseconds, kit.ids, inLine(emmett.append)),
      }),
    }
    const taken = await takeTurns(contenders, rounds)
    const ours_ = taken.ours.perSecond
    const what = callers === 1 ? '1 caller' : `${callers} callers at once`
    rows.push(
      compared({
        what,
        unit: 'events/s',
        ours: ours_,
        against: 'raw prepared statements, same batch',
        reference: taken.raw.perSecond,
        ...(callers === 1 && { target: { ratio: 0.8 }, beyond: 0.9 }),
        ...(callers === 200 && { target: { ratio: 0.75 }, beyond: 0.9 }),
      }),
      emmett.append
        ? compared({
            what,
            unit: 'events/s',
            ours: ours_,
            against: 'emmett-sqlite, one connection',
            reference: taken.emmett.perSecond,
            ...(callers === 1 && { target: { ratio: 3 } }),
            ...(callers === 200 && { target: { ratio: 30 } }),
          })
        : notMeasured(`${what}, against emmett-sqlite`, emmett.why),
    )
  }
  await sqlite.close()
  raw.close()
  await emmett.close?.()
  kit.timers.stop()
  for (const each of folders) rmSync(each, { recursive: true, force: true })
  return rows
}

async function ours(events, name, at, command) {
  await events.append(
    { stream: 'journey', id: name },
    at,
    { id: command, actor: 'customer:ana', journeyId: name },
    [{ type: 'throughline.FactGiven.v1', data: DATA }],
  )
}

/** Each caller appends to a stream of its own, one event after the other, and begins another stream after ten. */
async function callersAtOnce(callers, milliseconds, ids, append) {
  let appended = 0
  const began = performance.now()
  const caller = async () => {
    while (performance.now() - began < milliseconds) {
      const name = ids.next()
      for (let at = 0; at < EVENTS_A_STREAM && performance.now() - began < milliseconds; at++) {
        await append(name, at, `${name}/${at}`)
        appended++
      }
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return { perSecond: (appended / (performance.now() - began)) * 1_000 }
}

/** The same events, the same number in a commit, and nothing in between: no thread, no promise, no hash, no question. */
function rawBatches(raw, callers, milliseconds, { clock, ids }) {
  let appended = 0
  let at = EVENTS_A_STREAM
  let names = []
  const began = performance.now()
  while (performance.now() - began < milliseconds) {
    if (at === EVENTS_A_STREAM) {
      names = Array.from({ length: callers }, () => ids.next())
      at = 0
    }
    const recordedAt = clock.instant()
    raw.append(
      names.map((name) => {
        const command = `${name}/${at}`
        const body = JSON.stringify({
          type: 'throughline.FactGiven.v1',
          data: DATA,
          id: ids.next(),
          stream: 'journey',
          streamId: name,
          sequence: at,
          occurredAt: recordedAt,
          recordedAt,
          commandId: command,
          actor: 'customer:ana',
          journeyId: name,
        })
        return { stream: name, sequence: at, command, body }
      }),
    )
    at++
    appended += callers
  }
  return { perSecond: (appended / (performance.now() - began)) * 1_000 }
}

/** Emmett on one connection, which is its fastest way; its own pool opens a connection for each call. */
async function openEmmett(fileName) {
  try {
    const { getSQLiteEventStore, sqliteConnection } = await import('@event-driven-io/emmett-sqlite')
    const connection = sqliteConnection({ fileName })
    const store = getSQLiteEventStore({
      fileName,
      connectionOptions: { singleton: true, connection },
      schema: { autoMigration: 'CreateOrUpdate' },
    })
    await connection.command('PRAGMA synchronous = FULL')
    const append = (name) => store.appendToStream(`journey-${name}`, [{ type: 'FactGiven', data: DATA }])
    await append('first')
    return { append, close: () => connection.close() }
  } catch (error) {
    return { why: String(error.message ?? error).split('\n')[0] }
  }
}

/** One after the other: its transactions would fall into each other on one connection, and fail on several. */
function inLine(append) {
  let last = Promise.resolve()
  return (name) => {
    last = last.then(() => append(name))
    return last
  }
}
