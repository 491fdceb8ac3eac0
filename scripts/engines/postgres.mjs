// PostgreSQL on this machine, from the system's package. It refuses to run as root, so root lends it another user.
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ask, CannotStart, find, HOST } from './shared.mjs'

const USER = 'throughline'
const OLDEST = 14

/** Folder of the newest server: PATH, else where Debian and Homebrew put it. */
function programs() {
  const versions = (folder, name) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((entry) => name.test(entry))
          .sort((a, b) => Number(b.replace(/\D/g, '')) - Number(a.replace(/\D/g, '')))
          .map((entry) => join(folder, entry, 'bin'))
      : []
  const others = [
    ...versions('/usr/lib/postgresql', /^\d+$/),
    ...versions('/opt/homebrew/opt', /^postgresql@\d+$/),
    ...versions('/usr/local/opt', /^postgresql@\d+$/),
  ]
  const postgres = find('postgres', others)
  const initdb = find('initdb', others)
  return postgres === undefined || initdb === undefined ? undefined : { postgres, initdb }
}

/** The user to lend, for root; undefined for anyone else. */
function lent() {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const found = ['postgres', 'nobody'].map((name) => users.find(([user]) => user === name)).find(Boolean)
  if (found === undefined)
    throw new CannotStart(
      'it does not run as root, and there is no user postgres or nobody: start it as another user',
    )
  return { name: found[0], uid: Number(found[2]), gid: Number(found[3]) }
}

/** Says hello (protocol 3.0) and reads on to the version; trust lets us in. */
function answers(port) {
  const words = Buffer.from(`user\0${USER}\0database\0${USER}\0\0`)
  const hello = Buffer.alloc(8 + words.length)
  hello.writeInt32BE(hello.length, 0)
  hello.writeInt32BE(196_608, 4)
  words.copy(hello, 8)
  return ask(port, hello, (answer) => /server_version\0([\d.]+)/.exec(answer.toString('latin1'))?.[1])
}

export const postgres = {
  name: 'postgres',
  label: 'PostgreSQL',
  variable: 'DATABASE_URL',
  port: 5432,
  portVariable: 'POSTGRES_PORT',
  // Its fast end: it waits for no client (SIGTERM would).
  stopBy: 'SIGINT',
  // At once, its own processes with it.
  abandonBy: 'SIGQUIT',
  patience: 60,
  address: (port) => `postgres://${USER}@${HOST}:${port}/${USER}`,
  answers,

  missing: () =>
    programs() === undefined ? 'no server is installed: apt-get install postgresql' : undefined,

  packages: () => (programs() === undefined ? ['postgresql'] : []),

  prepare({ folder, port }) {
    const { postgres: program, initdb } = programs()
    const user = lent()
    const as = user === undefined ? {} : { uid: user.uid, gid: user.gid }
    const data = join(folder, 'data')
    const run = (name, parameters) =>
      execFileSync(name, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], cwd: '/', ...as })
    if (user !== undefined) {
      chownSync(folder, user.uid, user.gid)
      chmodSync(folder, 0o700)
      try {
        run('/bin/sh', ['-c', 'test -x "$0" && test -w "$0"', folder])
      } catch {
        throw new CannotStart(
          `it runs as user ${user.name}, who cannot reach ${folder}: choose another folder with --folder, or start it as yourself`,
        )
      }
    }
    if (!existsSync(join(data, 'throughline-is-ready'))) prepareData({ data, run, initdb, program, user })
    const log = join(folder, 'postgres.log')
    const settings = {
      listen_addresses: HOST,
      port,
      // The wall clock is in UTC in every row, whatever the machine says.
      timezone: 'UTC',
      log_timezone: 'UTC',
      unix_socket_directories: '',
      max_connections: 200,
    }
    const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    return { program, parameters: ['-D', data, ...parameters], log, told: log, cwd: '/', ...as }
  },
}

/** Makes the cluster and its database, whole or not at all: a half made one is made again. */
function prepareData({ data, run, initdb, program, user }) {
  const version = /(\d+)/.exec(run(program, ['--version']))?.[1]
  if (Number(version) < OLDEST)
    throw new CannotStart(
      `it is version ${version}, and ${OLDEST} is the oldest that will do: apt-get install postgresql`,
    )
  rmSync(data, { recursive: true, force: true })
  mkdirSync(data, { mode: 0o700 })
  if (user !== undefined) chownSync(data, user.uid, user.gid)
  try {
    run(initdb, [
      '-D',
      data,
      '-U',
      USER,
      '--auth=trust',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ])
    // In its single-user mode it makes the database before anyone can connect.
    run('/bin/sh', ['-c', 'echo "CREATE DATABASE $2;" | "$0" --single -D "$1" postgres', program, data, USER])
    run('/bin/sh', ['-c', ': > "$0"', join(data, 'throughline-is-ready')])
  } catch (error) {
    throw new CannotStart(
      `its folder could not be prepared: ${error.stderr || error.stdout || error.message}`,
    )
  }
}
