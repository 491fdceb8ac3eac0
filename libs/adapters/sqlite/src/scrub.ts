import { basename, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ScrubFound, ScrubSetup } from './protocol.js'
import { COLUMNS } from './rows.js'
import { scriptOf } from './thread.js'
import type { SqliteViewStore } from './view-store.js'

/** Rests of the scrub after each page of 500 records, in milliseconds. */
const PAUSE = 5

/**
 * Reads all three files whole, in a thread of its own: finds damage that no reader has come across, and the one kind
 * that a reader of a journey could miss.
 */
export class Scrub {
  #worker: Worker | undefined
  #stopped = false
  #damage: readonly string[] = []

  constructor(
    private readonly folder: string,
    private readonly views: SqliteViewStore,
    private readonly pause = PAUSE,
  ) {}

  /** What the last run found, as sentences; empty while nothing is known to be wrong. */
  get damage(): readonly string[] {
    return this.#damage
  }

  /** Resolves with the damage found, at once with what is known when a run goes on or everything was closed. */
  async run(): Promise<readonly string[]> {
    if (this.#worker !== undefined || this.#stopped) return this.#damage
    const [log, bus, views] = ['events.db', 'bus.db', 'views.db'].map((name) => join(this.folder, name))
    const setup: ScrubSetup = {
      files: [log ?? '', bus ?? '', views ?? ''],
      log: log ?? '',
      columns: COLUMNS,
      pause: this.pause,
    }
    const worker = new Worker(scriptOf('scrub.worker'), { workerData: setup, name: 'scrub' })
    this.#worker = worker
    const found: string[] = []
    worker.on('message', ({ file, damage }: ScrubFound) => {
      for (const one of damage) found.push(`${basename(file)} is damaged: ${one}`)
      if (file === views && damage.length > 0) this.views.condemn()
    })
    const whole = await new Promise<boolean>((resolve, reject) => {
      worker.on('error', reject)
      worker.on('exit', (code) => {
        resolve(code === 0)
      })
    }).finally(() => (this.#worker = undefined))
    // Stopped in the middle, it has seen too little to say anything.
    if (whole) this.#damage = found
    return this.#damage
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#worker?.terminate()
  }
}
