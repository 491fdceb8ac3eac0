// Starts and stops one engine in a folder of this machine; what it left behind there tells whether it runs.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { begin, beginningOf, CannotStart, end, isTaken, lastOf, waitFor } from './shared.mjs'
import { kafka } from './kafka.mjs'
import { postgres } from './postgres.mjs'
import { redis } from './redis.mjs'

export { CannotStart }
export const ENGINES = [kafka, redis, postgres]
/** How long an engine may take to end before it is killed. */
const END_SECONDS = 40

const noteOf = (engine, folder) => join(folder, engine.name, 'running.json')
export const jarsOf = (folder) => join(folder, 'kafka/lib')

/** What was noted at the last start: `{ pid, began, port }`; empty when nothing was, or a crash cut it short. */
function noted(engine, folder) {
  try {
    return JSON.parse(readFileSync(noteOf(engine, folder), 'utf8'))
  } catch {
    return {}
  }
}

/** What runs of an engine in a folder: `{ pid, began, port }`; undefined when nothing does. */
export function runningOf(engine, folder) {
  const note = noted(engine, folder)
  return note.began !== undefined && beginningOf(note.pid) === note.began ? note : undefined
}

/**
 * Starts an engine, unless it runs in this folder already, and waits until it answers.
 *
 * @returns its `port` and `version`, and whether it ran before
 * @throws CannotStart with a sentence that says what to do
 */
export async function start(engine, { folder, port, lib = jarsOf(folder), tied, heap }) {
  const before = runningOf(engine, folder)
  if (before !== undefined) return again(engine, before, port)
  const lacks = engine.missing(lib)
  if (lacks !== undefined) throw new CannotStart(lacks)
  if (await isTaken(port)) {
    throw new CannotStart(
      `port ${port} is taken by another program: end that, or choose another port with --${engine.name}-port N or ${engine.portVariable}=N`,
    )
  }
  await fetched(engine, folder)
  const own = join(folder, engine.name)
  mkdirSync(own, { recursive: true })
  const { told, ...how } = await engine.prepare({ folder: own, port, lib, heap })
  const child = begin({ ...how, tied, endedBy: engine.stopBy })
  if (child.pid === undefined) throw new CannotStart(`${how.program} could not be started`)
  const note = { pid: child.pid, began: beginningOf(child.pid), port }
  const file = noteOf(engine, folder)
  // PostgreSQL's folder belongs to the user that it runs as; root writes into it all the same.
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(note))
  const { version, ended } = await waitFor(child, () => engine.answers(port), engine.patience)
  if (version === undefined) {
    await end(note, engine.stopBy, 5)
    rmSync(file, { force: true })
    const what = ended ? 'it ended at once' : `it did not answer within ${engine.patience} s`
    throw new CannotStart(`${what}; the end of ${told}:\n${lastOf(told)}`)
  }
  return { port, version, ran: false }
}

/** A process that was killed keeps its id until its parent has heard of it, and PostgreSQL takes such a one for alive. */
async function fetched(engine, folder) {
  const { pid } = noted(engine, folder)
  for (const until = Date.now() + 10_000; Date.now() < until && isKnown(pid);) await pause(100)
}

function isKnown(pid) {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function again(engine, note, port) {
  const version = await engine.answers(note.port)
  if (version === undefined)
    throw new CannotStart(
      `it runs as process ${note.pid} and does not answer on port ${note.port}: stop it first`,
    )
  if (note.port !== port)
    throw new CannotStart(`it runs already, on port ${note.port}: stop it first to have it on ${port}`)
  return { port, version, ran: true }
}

/** Ends an engine; resolves with 'stopped', 'killed' when it had to be, or 'gone' when nothing ran. */
export async function stop(engine, folder) {
  const note = runningOf(engine, folder)
  const how = note === undefined ? 'gone' : await end(note, engine.stopBy, END_SECONDS)
  rmSync(noteOf(engine, folder), { force: true })
  return how
}

/** Ends an engine at once, with no regard for its data: for those that tests threw away. */
export function abandon(engine, folder) {
  const note = runningOf(engine, folder)
  if (note !== undefined) process.kill(note.pid, engine.abandonBy)
}
