import type { Clock, Ids } from '@throughline/kernel'
import type { EventStore, Registers, Timers } from '@throughline/ports'
import { Connection } from './connection.js'
import { EventStoreDbEventStore } from './event-store.js'
import { Names } from './names.js'
import { EventStoreDbRegisters } from './registers.js'

export interface EventStoreDbOptions {
  /** `esdb://user:password@host:2113?tls=true`, or `esdb+discover://` for a cluster. */
  readonly url: string
  readonly clock: Clock
  readonly ids: Ids
  readonly timers: Timers
  /** What stream names begin with; letters, digits and hyphens. */
  readonly prefix?: string
  /** Milliseconds of silence after which a call is given up as `store.unavailable`. */
  readonly patience?: number
}

export interface EventStoreDb {
  readonly events: EventStore
  readonly registers: Registers
  readonly close: () => Promise<void>
}

/**
 * Connects to an EventStoreDB of version 22.10 or later with its projection `$by_correlation_id` enabled.
 * @throws Refused `store.unavailable` when nobody answers
 * @throws WrongCredentials when the server refuses who we say we are
 */
export async function openEventStoreDb(options: EventStoreDbOptions): Promise<EventStoreDb> {
  const { url, clock, ids, timers, prefix = 'throughline', patience = 1_000 } = options
  const names = new Names(prefix)
  const connection = new Connection(url, patience)
  try {
    const events = await EventStoreDbEventStore.open({ connection, names, clock, ids, timers })
    const registers = new EventStoreDbRegisters(connection, names, ids)
    return { events, registers, close: () => events.close() }
  } catch (error) {
    await connection.close()
    throw error
  }
}
