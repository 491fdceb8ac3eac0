// Loaded into a process before anything else (node --import): its clock is ahead of the machine's by what a test says, and
// whatever it does again and again it does when the test says so. The folder TEST_CLOCK holds `time.json`, written by the
// test: `{ "ahead": milliseconds, "turn": count }`. At a new turn the process takes over the time, lets every interval come
// round once, and writes the turn to a file named by its own process id.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'

const folder = process.env.TEST_CLOCK
// Shorter intervals come round by themselves as soon as anybody could ask for them.
const SLOW = 500
const LOOK = 20

const machine = Date.now.bind(Date)
const interval = globalThis.setInterval
const ends = { clearInterval: globalThis.clearInterval, clearTimeout: globalThis.clearTimeout }
const read = () => JSON.parse(readFileSync(join(folder, 'time.json'), 'utf8'))

let { ahead, turn } = read()
const now = () => machine() + ahead

Date.now = now
globalThis.Date = new Proxy(Date, {
  construct: (made, given, as) => Reflect.construct(made, given.length === 0 ? [now()] : given, as),
  apply: (made) => new made(now()).toString(),
})

const running = new Map()
globalThis.setInterval = (task, milliseconds, ...given) => {
  const timer = interval(task, milliseconds, ...given)
  if (milliseconds >= SLOW) running.set(timer, () => task(...given))
  return timer
}
for (const [name, end] of Object.entries(ends)) {
  globalThis[name] = (timer) => {
    running.delete(timer)
    end(timer)
  }
}

const tell = () => {
  const file = join(folder, String(process.pid))
  writeFileSync(`${file}.new`, String(turn))
  renameSync(`${file}.new`, file)
}

const look = () => {
  const said = read()
  if (said.turn === turn) return
  ;({ ahead, turn } = said)
  for (const task of [...running.values()]) task()
  tell()
}

if (isMainThread) {
  tell()
  interval(look, LOOK).unref()
}
