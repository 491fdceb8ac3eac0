// A program of the benchmark in a process of its own, asked over the channel that Node gives a fork.
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { here } from './paths.mjs'

/** Starts a file of this folder and waits until it says that it is ready; `said` is what it said. */
export async function child(file, { env = {}, args = [] } = {}) {
  const forked = fork(join(here, file), args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const waiting = new Map()
  let number = 0
  let isReady
  const ended = new Promise((resolve) => forked.once('exit', resolve))
  const gone = ended.then((code) => {
    throw new Error(`${file} ended with ${code}`)
  })
  gone.catch(() => undefined)
  const ready = new Promise((resolve) => (isReady = resolve))
  forked.on('message', (message) => {
    if (message.kind === 'ready') isReady(message)
    else {
      const { resolve, reject } = waiting.get(message.number)
      waiting.delete(message.number)
      if (message.failed === undefined) resolve(message.answer)
      else reject(new Error(`${file}: ${message.failed}`))
    }
  })
  const said = await Promise.race([ready, gone])
  const ask = (question, more = {}) => {
    const answered = new Promise((resolve, reject) => waiting.set(++number, { resolve, reject }))
    forked.send({ number, question, ...more })
    return Promise.race([answered, gone])
  }
  /** Microseconds of processor time since it began, all its threads together. */
  const cpu = async () => {
    const { user, system } = await ask('cpu')
    return user + system
  }
  const stop = async () => {
    if (forked.connected) forked.send({ question: 'stop' })
    // One that does not end by itself must not hold up the others.
    const overdue = setTimeout(() => forked.kill('SIGKILL'), 15_000)
    await ended
    clearTimeout(overdue)
  }
  return { said, ask, cpu, stop }
}

/** The other side: says that it is ready, answers questions, and ends when it is told to or when its parent is gone. */
export function serve(said, answers, stop = () => undefined) {
  const ask = { settle: () => undefined, cpu: () => process.cpuUsage(), ...answers }
  process.on('message', async ({ number, question, ...more }) => {
    if (question === 'stop') {
      await stop()
      process.exit(0)
    }
    try {
      process.send({ number, answer: await ask[question](more) })
    } catch (error) {
      process.send({ number, failed: error.stack ?? String(error) })
    }
  })
  process.on('disconnect', () => process.exit(1))
  process.send({ kind: 'ready', ...said })
}
