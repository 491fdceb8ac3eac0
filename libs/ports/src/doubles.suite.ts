import { randomUUID } from 'node:crypto'
import { Clock, Ids } from '@throughline/kernel'
import { sha256 } from './digest.js'
import { EventStore } from './event-store.js'
import type { Appended, ReadOptions, RecordedEvent } from './event-store.js'
import { Timers } from './timers.js'

/** Each look at it is a millisecond later. */
export class TickingClock extends Clock {
  #now = Date.UTC(2026, 10, 22, 9, 0)

  now(): number {
    return this.#now++
  }
}

/** Ids that are new in every run too: an engine may keep what an earlier run wrote. */
export class FreshIds extends Ids {
  next(): string {
    return randomUUID()
  }

  derive(...parts: readonly string[]): string {
    return sha256(JSON.stringify(parts))
  }
}

/** Time that passes at once. `slept` tells how long each pause was meant to be, in milliseconds. */
export class ImmediateTimers extends Timers {
  readonly slept: number[] = []
  #ended = false

  every(): () => void {
    return () => undefined
  }

  async sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds)
    await turn()
    if (this.#ended) await new Promise(() => undefined)
  }

  /** No time passes any more: what a test left behind, as a dead process would, does not go on. */
  end(): void {
    this.#ended = true
  }
}

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Waits for a fact, not for a time; Jest's own limit ends what never comes. */
export async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await turn()
}

/** A log of which some positions are not visible yet, as while the transactions that took them are not committed. */
export class PartlyVisibleStore extends EventStore {
  /** `closing`: shows the rest as if nothing were missing, which no store may do. */
  constructor(
    private readonly store: EventStore,
    private readonly hidden: ReadonlySet<number>,
    private readonly closing = false,
  ) {
    super()
  }

  append(...wish: Parameters<EventStore['append']>): Promise<Appended> {
    return this.store.append(...wish)
  }
  readStream(...of: Parameters<EventStore['readStream']>): Promise<readonly RecordedEvent[]> {
    return this.store.readStream(...of)
  }
  async readAll(options?: ReadOptions): Promise<readonly RecordedEvent[]> {
    const shown = (await this.store.readAll(options)).filter(({ position }) => !this.hidden.has(position))
    if (!this.closing) return shown
    const first = (options?.after ?? 0) + 1
    return shown.map((event, index) => ({ ...event, position: first + index }))
  }
  readJourney(...of: Parameters<EventStore['readJourney']>): Promise<readonly RecordedEvent[]> {
    return this.store.readJourney(...of)
  }
  head(): Promise<number> {
    return this.store.head()
  }
  onAppended(listener: () => void): () => void {
    return this.store.onAppended(listener)
  }
  close(): Promise<void> {
    return this.store.close()
  }
}
