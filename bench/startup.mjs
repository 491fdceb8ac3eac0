import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compared, takeTurns } from './lib/figures.mjs'
import { here, require, root } from './lib/paths.mjs'
import { ports } from './lib/ports.mjs'
import { seed } from './lib/seed.mjs'

const { openSqlite } = require('@throughline/adapter-sqlite')

const LISTENING = /API\s+(http\S+)\/api\/v1/

export const title = 'from nothing to the first answer'
export const settings = (quick) => ({ events: quick ? 500 : 100_000, rounds: quick ? 1 : 5 })

export async function measure({ events, rounds }) {
  const folder = () => mkdtempSync(join(tmpdir(), 'throughline-bench-'))
  const [empty, full] = [folder(), folder()]
  const kit = ports()
  for (const [data, size] of [
    [empty, 0],
    [full, events],
  ]) {
    const sqlite = await openSqlite({ folder: data, ...kit, onFatal: console.error })
    if (size > 0) await seed(sqlite.events, kit.ids, size)
    await sqlite.close()
  }
  kit.timers.stop()
  // A store that was worked with has its views: the first start after an import builds them, and no other does.
  await firstAnswer('apps/all-in-one/dist/main.js', full, LISTENING, '/health/ready', caughtUp)
  const ours = (data) => () => firstAnswer('apps/all-in-one/dist/main.js', data, LISTENING, '/health/ready')
  const taken = await takeTurns(
    {
      empty: ours(empty),
      full: ours(full),
      hello: () => firstAnswer('bench/servers/hello.mjs', empty, /(http\S+)/, '/'),
    },
    rounds,
  )
  for (const each of [empty, full]) rmSync(each, { recursive: true, force: true })
  const hello = {
    unit: 'ms',
    better: 'less',
    against: 'a Nest that says hello',
    reference: taken.hello.milliseconds,
  }
  // 1.5 times as long as the hello is two thirds as good.
  const target = { ratio: 1 / 1.5 }
  return [
    compared({ what: 'an empty store', ...hello, ours: taken.empty.milliseconds, target, beyond: 1 / 1.1 }),
    compared({
      what: `${events.toLocaleString('en-GB')} events in the log`,
      ...hello,
      ours: taken.full.milliseconds,
      target,
    }),
    compared({
      what: 'memory at rest (RSS), an empty store',
      unit: 'MB',
      better: 'less',
      against: 'a Nest that says hello',
      ours: taken.empty.rss,
      reference: taken.hello.rss,
      target: { most: 120 },
    }),
  ]
}

/** Milliseconds from the start of the process until the path answers 200, and its memory then. */
async function firstAnswer(file, data, listening, path, then = () => undefined) {
  const began = performance.now()
  const started = spawn(process.execPath, [join(root, file)], {
    cwd: here,
    env: { ...process.env, THROUGHLINE_DATA: data, THROUGHLINE_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => started.once('exit', resolve))
  try {
    const url = await new Promise((resolve, reject) => {
      let said = ''
      started.stdout.on('data', (chunk) => {
        said += chunk
        const found = listening.exec(said)?.[1]
        if (found !== undefined) resolve(found)
      })
      ended.then((code) => reject(new Error(`${file} ended with ${code}: ${said}`)))
    })
    while (!(await fetch(`${url}${path}`)).ok) await new Promise((resolve) => setTimeout(resolve, 5))
    const milliseconds = performance.now() - began
    await then(url)
    return { milliseconds, rss: memoryOf(started.pid) }
  } finally {
    started.kill('SIGTERM')
    await ended
  }
}

/** Waits until every reader has read to the end of the log. */
async function caughtUp(url) {
  for (;;) {
    const figures = await (await fetch(`${url}/metrics`)).text()
    const behind = [...figures.matchAll(/^throughline_reader_lag_events\{.*\} (\d+)/gm)]
    if (behind.length > 0 && behind.every(([, lag]) => lag === '0')) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

function memoryOf(pid) {
  const { readFileSync } = require('node:fs')
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1_000
  } catch {
    return Number.NaN
  }
}
