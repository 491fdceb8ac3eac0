// A PostgreSQL server of a test's own, for faults that nobody else may suffer from.
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, chownSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { asOwner, RealTimers } from './worlds.fixture.js'

/** Nobody: a server does not run as root. */
const NOBODY = 65_534
const timers = new RealTimers()

function programs(): string | undefined {
  return (process.env.PATH ?? '').split(delimiter).find((folder) => {
    try {
      for (const name of ['initdb', 'postgres']) accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Whether this machine has a server's programs, and not only the address of one. */
export function mayServe(): boolean {
  return programs() !== undefined
}

const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

export class OwnServer {
  #process: ChildProcess | undefined

  private constructor(
    readonly folder: string,
    readonly url: string,
    private readonly port: number,
    private readonly bin: string,
  ) {}

  static async start(): Promise<OwnServer> {
    const bin = programs()
    if (bin === undefined) throw new Error('initdb and postgres are not on the PATH')
    const folder = mkdtempSync(join(tmpdir(), 'throughline-'))
    if (asNobody.uid !== undefined) chownSync(folder, NOBODY, NOBODY)
    const cluster = [
      '-D',
      join(folder, 'data'),
      '-U',
      'test',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ]
    execFileSync(join(bin, 'initdb'), cluster, { ...asNobody, stdio: 'ignore', cwd: folder })
    const port = await freePort()
    const server = new OwnServer(folder, `postgres://test@127.0.0.1:${String(port)}/postgres`, port, bin)
    await server.run()
    return server
  }

  /** Resolves when it answers. */
  async run(...settings: readonly string[]): Promise<void> {
    const given = [`port=${String(this.port)}`, 'listen_addresses=127.0.0.1', ...settings]
    const parameters = ['-D', join(this.folder, 'data'), '-k', this.folder]
    const child = spawn(
      join(this.bin, 'postgres'),
      [...parameters, ...given.flatMap((setting) => ['-c', setting])],
      { ...asNobody, stdio: 'ignore', cwd: this.folder },
    )
    this.#process = child
    while (!(await this.#answers())) {
      if (hasEnded(child)) throw new Error('the server ended before it answered')
      await timers.sleep(20)
    }
  }

  /** Ends at once, as a machine does that loses its power but not its disk: nothing is tidied up. */
  async die(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || hasEnded(child)) return
    const ended = once(child, 'exit')
    child.kill('SIGQUIT')
    await ended
  }

  #answers(): Promise<boolean> {
    return asOwner('SELECT 1', this.url).then(
      () => true,
      () => false,
    )
  }

  /** Once it has died. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
