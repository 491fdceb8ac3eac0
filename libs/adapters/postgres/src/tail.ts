import type { Timers } from '@throughline/ports'
import { Line } from './connection.js'
import type { Address } from './connection.js'
import { channelOf } from './schema.js'

/** Milliseconds between two looks at the head: the most by which a notification that was lost comes late. */
const LOOK_EVERY = 250

/**
 * Knows how long the log has grown, whoever wrote it: told by the server (LISTEN), and by asking, for a notification is gone
 * where the connection was. The question goes over the listening connection, so one that is lost is missed and made again.
 */
export class Tail {
  readonly #line: Line
  readonly #head: { readonly name: string; readonly text: string }
  readonly #listeners = new Set<() => void>()
  readonly #stop: () => void
  #known = 0

  constructor(address: Address, schema: string, timers: Timers) {
    this.#head = { name: 'head', text: `SELECT position FROM ${schema}.head WHERE alone` }
    this.#line = new Line(address, async (client) => {
      client.on('notification', ({ payload }) => {
        this.grown(Number(payload))
      })
      await client.query(`LISTEN "${channelOf(schema)}"`)
    })
    // The server that does not answer now is asked again; whoever needs it now is told by what they ask for.
    this.#stop = timers.every('tail of the log', LOOK_EVERY, () => this.look().catch(() => undefined))
  }

  /** The furthest position that is known to be durable. */
  get known(): number {
    return this.#known
  }

  onGrown(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  grown(position: number): void {
    if (!(position > this.#known)) return
    this.#known = position
    for (const listener of this.#listeners) listener()
  }

  /** @throws Refused `store.unavailable` */
  async look(): Promise<void> {
    const [row] = await this.#line.rows(this.#head)
    this.grown(Number(Array.isArray(row) ? row[0] : 0))
  }

  async close(): Promise<void> {
    this.#stop()
    this.#listeners.clear()
    await this.#line.close()
  }
}
