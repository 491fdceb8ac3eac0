import { streamNameFilter } from '@eventstore/db-client'
import type { AllStreamSubscription, Position } from '@eventstore/db-client'
import type { Timers } from '@throughline/ports'
import type { Connection } from './connection.js'
import type { LogReader } from './log-reader.js'
import type { Names } from './names.js'
import { fromWire } from './records.js'
import type { Raw } from './records.js'

/** Milliseconds between two looks at the end of the log, for a subscription that has fallen silent. */
const POLL = 2_000
/** Pauses before a dropped subscription is begun again, in milliseconds; the last one stays. */
const PAUSES = [20, 80, 320, 1_280, 5_000]
/** Records of others, in times of 32, after which the server says how far it has looked. */
const CHECKPOINTS = 8

/** Hears of the events of all processes: a subscription to `$all`, begun again from where it was whenever it ends. */
export class Tail {
  readonly #listeners = new Set<() => void>()
  readonly #stopPolling: () => void
  readonly #forget: () => void
  #subscription: AllStreamSubscription | undefined
  #place: Position
  #told: number
  #failures = 0
  #open = true

  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
    private readonly log: LogReader,
    private readonly timers: Timers,
    after: number,
  ) {
    this.#place = { commit: BigInt(after), prepare: BigInt(after) }
    this.#told = after
    this.#stopPolling = timers.every('eventstoredb.tail', POLL, () => this.#look())
    // The old connection may be silent for minutes before it ends.
    this.#forget = connection.onRenewed(() => {
      this.#end(this.#subscription)
    })
    this.#follow()
  }

  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells everybody of an event; once, however it came to be known. */
  tell(position: number): void {
    if (position <= this.#told) return
    this.#told = position
    for (const listener of this.#listeners) listener()
  }

  close(): void {
    this.#open = false
    this.#listeners.clear()
    this.#stopPolling()
    this.#forget()
    this.#end(this.#subscription)
  }

  #follow(): void {
    const subscription = this.connection.client.subscribeToAll({
      fromPosition: this.#place.commit === 0n ? 'start' : this.#place,
      filter: streamNameFilter({
        prefixes: [this.names.events],
        checkpointInterval: CHECKPOINTS,
        checkpointReached: (_, position) => {
          if (position.commit > this.#place.commit) this.#place = position
        },
      }),
    })
    this.#subscription = subscription
    subscription.on('data', ({ event }) => {
      this.#failures = 0
      if (event !== undefined && subscription === this.#subscription) this.#hear(event)
    })
    // The client gives every error here and resubscribes by itself after none; unheard, one would end the process.
    subscription.on('error', () => {
      this.#end(subscription)
    })
    subscription.on('end', () => {
      this.#end(subscription)
    })
  }

  #hear(raw: Raw): void {
    if (raw.position !== undefined) this.#place = raw.position
    try {
      const found = fromWire(this.names, raw)
      if (found === undefined) return
      this.log.learn(found.event)
      this.tell(found.event.position)
    } catch {
      // Whoever reads it is told that it is damaged; here it only means that there is something to read.
      for (const listener of this.#listeners) listener()
    }
  }

  #end(subscription: AllStreamSubscription | undefined): void {
    if (subscription === undefined || subscription !== this.#subscription) return
    this.#subscription = undefined
    subscription.unsubscribe().catch(() => undefined)
    if (!this.#open) return
    const pause = PAUSES[Math.min(this.#failures, PAUSES.length - 1)] ?? 0
    this.#failures += 1
    void this.timers.sleep(pause).then(() => {
      if (this.#open && this.#subscription === undefined) this.#follow()
    })
  }

  async #look(): Promise<void> {
    const head = await this.log.head()
    if (this.#open) this.tell(head)
  }
}
