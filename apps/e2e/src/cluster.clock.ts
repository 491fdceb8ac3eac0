import type { Cluster } from '@throughline/app-cluster'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

const PRELOAD = pathToFileURL(join(__dirname, 'clock.preload.fixture.mjs')).href
const LOOK = 10
/** Milliseconds until a process that does not follow is named. */
const PATIENCE = 60_000

/** The time that the processes of a cluster live in, moved by a test. It goes on by itself as the machine's does. */
export class ClusterClock {
  #turn = 0

  private constructor(
    private readonly folder: string,
    private ahead: number,
  ) {}

  /** Begins at this time, in milliseconds since 1970. */
  static async open(from: number): Promise<ClusterClock> {
    const folder = await mkdtemp(join(tmpdir(), 'throughline-clock-'))
    const clock = new ClusterClock(folder, from - Date.now())
    await clock.#tell()
    return clock
  }

  /** What makes a process live in this time. */
  get environment(): Readonly<Record<string, string>> {
    return { TEST_CLOCK: this.folder, NODE_OPTIONS: `--import=${PRELOAD}` }
  }

  now(): number {
    return Date.now() + this.ahead
  }

  /**
   * Moves the time of all processes, and lets everything that they do again and again come round once. Resolves when they
   * have begun with it.
   */
  async turn({ processes }: Cluster, milliseconds = 0): Promise<void> {
    this.ahead += milliseconds
    this.#turn += 1
    await this.#tell()
    const since = performance.now()
    for (const [name, process] of processes) {
      // One that is started anew meanwhile takes the time over as it starts, under another id.
      while ((await this.#reached(process.pid)) !== this.#turn) {
        if (performance.now() - since > PATIENCE) throw new Error(`${name} does not follow the time`)
        await sleep(LOOK)
      }
    }
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }

  async #tell(): Promise<void> {
    const file = join(this.folder, 'time.json')
    await writeFile(`${file}.new`, JSON.stringify({ ahead: this.ahead, turn: this.#turn }))
    await rename(`${file}.new`, file)
  }

  async #reached(pid: number | undefined): Promise<number | undefined> {
    const text = await readFile(join(this.folder, String(pid)), 'utf8').catch(() => undefined)
    return text === undefined ? undefined : Number(text)
  }
}
