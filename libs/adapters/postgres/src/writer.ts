import { DamagedRecord } from '@throughline/ports'
import type { Line, Statement } from './connection.js'
import { isOwnFault, portError, unavailable } from './errors.js'

/** What one append asks of the function `append`; names as the tables hold them (`keyOf`). */
export interface AppendRequest {
  readonly stream: string
  readonly id: string
  readonly expected: number
  readonly command: string
  readonly fingerprint: string | null
  readonly journey: string | null
  readonly now: string
  /** Each event's JSON up to the time of recording. */
  readonly heads: readonly string[]
  /** The rest of each. */
  readonly tails: readonly string[]
}

export type AppendAnswer =
  | {
      readonly kind: 'applied'
      readonly position: number
      readonly recordedAt: string
      readonly hashes: readonly string[]
    }
  | { readonly kind: 'known'; readonly sequence: number }
  | { readonly kind: 'elsewhere'; readonly actual: number }

interface Waiting {
  readonly request: AppendRequest
  readonly resolve: (answer: AppendAnswer) => void
  readonly reject: (error: Error) => void
}

const MOST_IN_A_COMMIT = 500
/** Characters of events in one call, about; the head of the log is held while they are taken in. */
const MOST_TEXT = 4_000_000

/** One call at a time, in one statement; all that is asked meanwhile shares the next one and its commit. */
export class Writer {
  readonly #line: Line
  readonly #append: Statement
  readonly #waiting: Waiting[] = []
  #running: Promise<void> | undefined
  #commits = 0

  constructor(line: Line, schema: string) {
    this.#line = line
    this.#append = {
      name: 'append',
      text: `SELECT kind, at, recorded, hashes FROM ${schema}.append($1)`,
    }
  }

  /** How many calls the appends so far took. */
  get commits(): number {
    return this.#commits
  }

  /** @throws Refused `store.unavailable`, also where nobody knows whether it was written @throws DamagedRecord */
  ask(request: AppendRequest): Promise<AppendAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Lets what was asked be answered. */
  async close(): Promise<void> {
    await this.#running
    await this.#line.close()
  }

  async #run(): Promise<void> {
    // What is asked in the same turn is in the first call already.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#take(this.#batch())
    this.#running = undefined
  }

  #batch(): readonly Waiting[] {
    let [count, text] = [0, 0]
    for (const { request } of this.#waiting) {
      if (count >= MOST_IN_A_COMMIT || text >= MOST_TEXT) break
      count++
      for (const head of request.heads) text += head.length
    }
    return this.#waiting.splice(0, count)
  }

  /**
   * Nothing is asked a second time of a server that did not answer: what was on its way may stand in the log. Only a call
   * that the server itself refused as a whole, for what one of them brought, is made again for each alone.
   */
  async #take(batch: readonly Waiting[]): Promise<void> {
    try {
      this.#commits++
      const answers = await this.#line.raw(this.#append, [
        JSON.stringify(batch.map(({ request }) => request)),
      ])
      batch.forEach(({ resolve, reject }, index) => {
        const answer = answerOf(answers[index])
        if (answer instanceof Error) reject(answer)
        else resolve(answer)
      })
    } catch (error) {
      if (batch.length > 1 && isOwnFault(error)) {
        for (const one of batch) await this.#take([one])
        return
      }
      for (const { reject } of batch) reject(portError(error))
    }
  }
}

function answerOf(row: unknown): AppendAnswer | Error {
  const [kind, at, recordedAt, hashes] = Array.isArray(row) ? (row as readonly unknown[]) : []
  const place = Number(at)
  if (kind === 'known') return { kind, sequence: place }
  if (kind === 'elsewhere') return { kind, actual: place }
  if (kind === 'damaged')
    return new DamagedRecord('the stream ends in a record that is not what was written; nothing is appended')
  if (kind === 'applied' && typeof recordedAt === 'string' && Array.isArray(hashes)) {
    return { kind, position: place, recordedAt, hashes: hashes.map(String) }
  }
  return unavailable('the server answered something else than what was asked')
}
