// What the engines of this machine have in common: programs found, ports asked, processes begun and ended. Node's own
// modules only, on any Node from 20: it runs before anything is installed.
import { execFileSync, spawn } from 'node:child_process'
import { accessSync, closeSync, constants, existsSync, openSync, readFileSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export const HOST = '127.0.0.1'

/** Something that the person at the keyboard can mend; its message says how. */
export class CannotStart extends Error {}

/** Path of a program in PATH or in one of the other folders; undefined when it is nowhere. */
export function find(name, others = []) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return [...folders, ...others].map((folder) => join(folder, name)).find(isProgram)
}

export function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** What a program says of itself on both its outputs; an empty text when it does not start. */
export function said(program, parameters) {
  try {
    return execFileSync(program, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch {
    return ''
  }
}

/** Whether a port of this machine is taken, whoever holds it. */
export function isTaken(port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(true))
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(false)))
  })
}

/** A port that nobody holds now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, HOST, () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/**
 * Sends bytes to a port and gathers the answer until `isWhole` makes something of it; undefined when nothing answers or
 * the answer is another.
 */
export function ask(port, question, isWhole, patience = 2_000) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: HOST, timeout: patience })
    let answer = Buffer.alloc(0)
    const end = (result) => {
      socket.destroy()
      resolve(result)
    }
    socket.on('connect', () => socket.write(question))
    socket.on('data', (bytes) => {
      answer = Buffer.concat([answer, bytes])
      let whole
      try {
        whole = isWhole(answer)
      } catch {
        // A half answer cannot be read yet.
        return
      }
      if (whole !== undefined) end(whole)
    })
    for (const name of ['error', 'timeout', 'close']) socket.on(name, () => end(undefined))
  })
}

/** When a process began, as the system tells it; undefined when there is none. Tells a process from a later one of the same id. */
export function beginningOf(pid) {
  try {
    if (existsSync('/proc/self/stat')) {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // The name before it may hold spaces and brackets.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      // A process that has ended and was not fetched by its parent is no process.
      return fields[0] === 'Z' ? undefined : fields[19]
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
  } catch {
    return undefined
  }
}

/**
 * Begins a program that outlives this process, its words in a file. With `tied`, the system ends it with this process
 * where it can (Linux), however this process dies.
 */
export function begin({ program, parameters, log, tied = false, endedBy = 'SIGTERM', ...options }) {
  const out = openSync(log, 'a')
  const setpriv = tied && process.platform === 'linux' ? find('setpriv') : undefined
  const [first, ...others] =
    setpriv === undefined
      ? [program, ...parameters]
      : [setpriv, '--pdeathsig', endedBy.replace('SIG', ''), '--', program, ...parameters]
  const child = spawn(first, others, { detached: true, stdio: ['ignore', out, out], ...options })
  closeSync(out)
  // Told by a missing pid, and by its end.
  child.on('error', () => {})
  child.unref()
  return child
}

/** Waits until an engine `answers` with its version, or its process has `ended`; for so many seconds. */
export async function waitFor(child, answers, seconds) {
  let ended = false
  child.once('exit', () => (ended = true))
  child.once('error', () => (ended = true))
  for (const until = Date.now() + seconds * 1_000; Date.now() < until && !ended;) {
    const answer = await answers()
    if (answer !== undefined && !ended) return { version: answer, ended }
    await pause(100)
  }
  return { version: undefined, ended }
}

/** Ends a process that began at `began`; resolves with how: 'stopped', 'killed', or 'gone' when there was none. */
export async function end({ pid, began }, signal, seconds) {
  if (beginningOf(pid) !== began) return 'gone'
  process.kill(pid, signal)
  for (const until = Date.now() + seconds * 1_000; Date.now() < until; await pause(50))
    if (beginningOf(pid) !== began) return 'stopped'
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended in the meantime.
  }
  while (beginningOf(pid) === began) await pause(50)
  return 'killed'
}

/** The last lines of a file, for a message. */
export function lastOf(file, count = 5) {
  if (!existsSync(file)) return ''
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n')
}
