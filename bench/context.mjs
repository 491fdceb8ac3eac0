import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { child } from './lib/child.mjs'
import { compared, quantile, takeTurns } from './lib/figures.mjs'
import { inside, require } from './lib/paths.mjs'
import { ports } from './lib/ports.mjs'
import { seed } from './lib/seed.mjs'

const { openSqlite } = require('@throughline/adapter-sqlite')
const { context } = inside('libs/services/journey/dist/context.js')

/** Contexts asked for in a second, at moments of their own, where it is the time of one that counts. */
const PACE = 200

export const title = 'what an agent sees of a journey of 200 events, read and folded'
export const settings = (quick) => ({
  events: 200,
  /** More than the platform keeps of those that were read last. */
  journeys: quick ? 5 : 100,
  reads: quick ? 20 : 1_000,
  seconds: quick ? 0.3 : 2.5,
  rounds: quick ? 1 : 4,
})

export async function measure({ events, journeys, reads, seconds, rounds }) {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'))
  const kit = ports()
  const sqlite = await openSqlite({ folder, ...kit, onFatal: console.error })
  const ids = await seed(sqlite.events, kit.ids, journeys * events, { each: events })
  const inProcess = await takeTurns(
    {
      ours: () =>
        timed(reads, async (n) => {
          const told = context(await sqlite.events.readJourney(ids[n % ids.length]), [])
          if (told === undefined) throw new Error('nothing is known of a journey')
        }),
      parsed: () => timed(reads, async (n) => readRaw(folder, ids[n % ids.length])),
    },
    rounds,
  )
  raw?.close()
  await sqlite.close()
  kit.timers.stop()
  const server = await child('servers/throughline.mjs', { env: { BENCH_DATA: folder, BENCH_ANALYST: '1' } })
  const bare = await child('servers/fastify.mjs', { args: ['nothing'] })
  const load = await child('load.mjs')
  await server.ask('settle')
  const contextOf = (id) => `/api/v1/journey/journeys/${id}/context`
  const over = (how, pathsOf, more = {}) =>
    takeTurns(
      {
        ours: (round) =>
          load.ask(how, {
            url: server.said.url,
            paths: pathsOf(round),
            token: server.said.analyst,
            connections: 20,
            seconds,
            ...more,
          }),
        bare: () =>
          load.ask(how, {
            url: bare.said.url,
            paths: ['/api/v1/journey/journeys'],
            token: 'x',
            connections: 20,
            seconds,
            ...more,
          }),
      },
      rounds,
    )
  const one = (round) => [contextOf(ids[round % ids.length])]
  const all = () => ids.map(contextOf)
  const asked = [
    [
      `over HTTP, 20 connections, ${PACE} a second, of a journey in use`,
      await over('paced', one, { perSecond: PACE }),
    ],
    [
      `over HTTP, 20 connections, ${PACE} a second, each of another journey`,
      await over('paced', all, { perSecond: PACE }),
    ],
  ]
  const most = [
    [
      'over HTTP, 20 connections, as fast as they are answered, of a journey in use',
      await over('reads', one),
    ],
    [
      'over HTTP, 20 connections, as fast as they are answered, each of another journey',
      await over('reads', all),
    ],
  ]
  await Promise.all([load, server, bare].map((each) => each.stop()))
  rmSync(folder, { recursive: true, force: true })
  if ([...asked, ...most].some(([, { ours }]) => ours.failed.some((failed) => failed > 0)))
    throw new Error('reads of a context failed')
  const within = { unit: 'ms', better: 'less', against: 'read and parse the same rows, unproved' }
  const http = { unit: 'ms', better: 'less', against: 'Fastify that does nothing' }
  const [p50, p99] = ['p50', 'p99'].map((at) => ({
    ours: inProcess.ours[at],
    reference: inProcess.parsed[at],
  }))
  return [
    compared({ what: 'in process, p50', ...within, ...p50, target: { most: 1.5 } }),
    compared({ what: 'in process, p99', ...within, ...p99, target: { most: 3 } }),
    ...asked.flatMap(([what, { ours, bare: nothing }]) => [
      compared({ what: `${what}: p50`, ...http, ours: ours.p50, reference: nothing.p50 }),
      compared({
        what: `${what}: p99`,
        ...http,
        ours: ours.p99,
        reference: nothing.p99,
        target: { most: 10 },
      }),
    ]),
    ...most.map(([what, { ours, bare: nothing }]) =>
      compared({
        what,
        unit: 'contexts/s',
        ours: ours.perSecond,
        against: http.against,
        reference: nothing.perSecond,
      }),
    ),
  ]
}

let raw
let statement

function readRaw(folder, journeyId) {
  raw ??= new DatabaseSync(join(folder, 'events.db'), { readOnly: true })
  statement ??= raw.prepare('SELECT body FROM events WHERE journey = ? ORDER BY position')
  return statement.all(journeyId).map(({ body }) => JSON.parse(body))
}

async function timed(times, once) {
  const taken = []
  for (let n = 0; n < times; n++) {
    const began = performance.now()
    await once(n)
    taken.push(performance.now() - began)
  }
  return { p50: quantile(taken, 0.5), p99: quantile(taken, 0.99) }
}
