import { existsSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expectedPragmas, pragmas, unusable } from './connection.js'
import type { DatabaseKind } from './connection.js'
import type { FromWriter, ToWriter, WriterSetup } from './protocol.js'

/** Requests that do not wait for the end of a commit to go over. */
const MANY = 48

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

/** The thread is gone or going: nothing asked of it will be answered any more. */
export class ThreadGone extends Error {
  override readonly name = 'ThreadGone'
}

/**
 * A thread that owns the writing connection of one file, so that the event loop never waits for the disk. What is asked
 * while a commit runs goes over as one message when it is done, and shares the next; where much is asked, part of it goes
 * over at once, so that neither thread waits for the other.
 */
export class WriterThread<Request, Answer> {
  readonly #worker: Worker
  readonly #waiting: Waiting<Answer>[] = []
  readonly #exited: Promise<void>
  #asked: Request[] = []
  #isScheduled = false
  #gone: ThreadGone | undefined
  #commits = 0

  /** How many batches were committed so far, each with one wait for the disk. */
  get commits(): number {
    return this.#commits
  }

  private constructor(
    worker: Worker,
    onFatal: (error: Error) => void,
    ready: () => void,
    failed: (error: Error) => void,
  ) {
    this.#worker = worker
    worker.on('message', (message: FromWriter<Answer>) => {
      if (message.kind === 'ready') ready()
      else this.#answered(message.answers)
    })
    const lost = (error: Error): void => {
      if (this.#gone && this.#waiting.length === 0) return
      this.#gone = new ThreadGone(`the writing thread stopped: ${error.message}`, { cause: error })
      for (const { reject } of this.#waiting.splice(0)) reject(this.#gone)
      failed(error)
      onFatal(error)
    }
    worker.on('error', lost)
    this.#exited = new Promise((resolve) => {
      worker.on('exit', (code) => {
        lost(new Error(`exit code ${String(code)}`))
        resolve()
      })
    })
  }

  /** Starts the thread and waits until its file is open. Rejects when it cannot be; `onFatal` hears of later ends. */
  static async start<Request, Answer>(
    script: string,
    setup: WriterSetup,
    onFatal: (error: Error) => void,
  ): Promise<WriterThread<Request, Answer>> {
    const worker = new Worker(scriptOf(script), { workerData: setup, name: script })
    let started = false
    return new Promise((resolve, reject) => {
      const thread: WriterThread<Request, Answer> = new WriterThread<Request, Answer>(
        worker,
        (error) => {
          if (started) onFatal(error)
        },
        () => {
          started = true
          resolve(thread)
        },
        reject,
      )
    })
  }

  /** @throws ThreadGone */
  ask(request: Request): Promise<Answer> {
    if (this.#gone) return Promise.reject(this.#gone)
    const answer = new Promise<Answer>((resolve, reject) => this.#waiting.push({ resolve, reject }))
    if (this.#asked.push(request) >= MANY) this.#send()
    else this.#schedule()
    return answer
  }

  /** Finishes what was asked, closes the file and ends the thread. */
  async close(): Promise<void> {
    if (!this.#gone) {
      this.#send()
      this.#gone = new ThreadGone('the store is closed')
      this.#post({ kind: 'close' })
    }
    await this.#exited
  }

  /** At the end of this turn, so that what is asked in it shares a message; while one is underway, after its answer. */
  #schedule(): void {
    const isUnderway = this.#waiting.length > this.#asked.length
    if (this.#isScheduled || isUnderway || this.#asked.length === 0) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#send()
    })
  }

  #send(): void {
    if (this.#asked.length === 0) return
    this.#post({ kind: 'requests', requests: this.#asked })
    this.#asked = []
  }

  #post(message: ToWriter<Request>): void {
    this.#worker.postMessage(message)
  }

  #answered(answers: readonly Answer[]): void {
    this.#commits++
    const waiting = this.#waiting.splice(0, answers.length)
    this.#schedule()
    for (const [index, answer] of answers.entries()) waiting[index]?.resolve(answer)
  }
}

const stripped = new Map<string, URL>()

/** The program of a thread. From source (tests), its types are taken out once; it imports nothing that needs compiling. */
export function scriptOf(script: string): string | URL {
  const compiled = join(__dirname, `${script}.mjs`)
  if (existsSync(compiled)) return compiled
  const known = stripped.get(script)
  if (known) return known
  const source = stripTypeScriptTypes(readFileSync(join(__dirname, `${script}.mts`), 'utf8'))
  const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`)
  stripped.set(script, url)
  return url
}

/** Starts the thread that writes one file. @throws UnusableDatabase */
export async function startWriter<Request, Answer>(
  script: string,
  file: string,
  kind: DatabaseKind,
  onFatal: (error: Error) => void,
  statements: Readonly<Record<string, string>>,
): Promise<WriterThread<Request, Answer>> {
  const setup = { file, setup: pragmas(kind), expected: expectedPragmas(kind), statements }
  try {
    return await WriterThread.start<Request, Answer>(script, setup, onFatal)
  } catch (error) {
    throw unusable(file, kind, error)
  }
}
