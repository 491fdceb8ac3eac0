import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** How one process of the cluster is started. */
export interface Plan {
  /** `case-1`. */
  readonly name: string
  /** File to run. */
  readonly main: string
  readonly environment: Readonly<Record<string, string>>
  /** Where it answers `/health/ready`. */
  readonly ready: string
}

/** What a process says, line by line. */
export type Hear = (name: string, line: string) => void

const FLAGS = [
  '--disable-proto=delete',
  '--unhandled-rejections=strict',
  '--disable-warning=TimeoutNegativeWarning',
]
const LOOK = 100
const LONGEST_PAUSE = 5_000

/** One process that is started again whenever it ends and nobody told it to. */
export class Supervised {
  #child: ChildProcess | undefined
  #isStopping = false
  #starts = 0
  #ended: Promise<void> = Promise.resolve()

  constructor(
    readonly plan: Plan,
    private readonly hear: Hear,
  ) {}

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts
  }

  start(): void {
    const { name, main, environment } = this.plan
    this.#isStopping = false
    this.#starts++
    const child = spawn(process.execPath, [...FLAGS, main], {
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      let rest = ''
      stream.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) this.hear(name, line)
      })
    }
    this.#ended = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        if (!this.#isStopping) this.hear(name, `ended with ${signal ?? String(code)}; it is started again`)
        resolve()
        if (!this.#isStopping) void this.#again()
      })
    })
  }

  /** Resolves when it answers that it is ready. @throws Error when that does not come to pass in time */
  async ready(within = 90_000): Promise<void> {
    let said = 'nothing'
    for (let waited = 0; waited < within; waited += LOOK) {
      try {
        const answer = await fetch(this.plan.ready, { signal: AbortSignal.timeout(2_000) })
        said = await answer.text()
        if (answer.ok) return
      } catch (error) {
        said = error instanceof Error ? error.message : String(error)
      }
      await sleep(LOOK)
    }
    throw new Error(`${this.plan.name} is not ready after ${String(within / 1_000)} s: ${said}`)
  }

  /** Ends it at once, as a crash would; it is started again. */
  kill(): void {
    this.#child?.kill('SIGKILL')
  }

  /** Sends a signal: SIGSTOP and SIGCONT let it hang and go on. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  /** From now on its end is wanted, whoever tells it to: a terminal tells all processes at once. */
  letGo(): void {
    this.#isStopping = true
  }

  /** Tells it to stop and waits until it has. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#child?.kill('SIGTERM')
    await this.#ended
  }

  async #again(): Promise<void> {
    const starts = this.#starts
    await sleep(Math.min(LONGEST_PAUSE, 100 * 2 ** Math.min(starts, 6)))
    // It may have been stopped meanwhile, and started again by hand.
    if (!this.#isStopping && this.#starts === starts) this.start()
  }
}
