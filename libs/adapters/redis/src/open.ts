import { Refused } from '@throughline/kernel'
import type { Signals, Timers } from '@throughline/ports'
import { Connection } from './connection.js'
import { RedisCounters } from './counters.js'
import type { Counters } from './counters.js'
import { RedisSignals } from './signals.js'
import { RedisViewStore } from './view-store.js'

export interface RedisOptions {
  /** `redis://[user:password@]host:port[/database]`, `rediss://…` with TLS, or the path of a socket. */
  readonly url: string
  readonly timers: Timers
  /** What every key begins with; default `throughline`. Signals are heard by all who share it. */
  readonly prefix?: string
}

export interface OpenRedis {
  readonly views: RedisViewStore
  readonly signals: Signals
  readonly counters: Counters
  /** What whoever runs it should know of this start, as sentences. */
  readonly notices: readonly string[]
  readonly close: () => Promise<void>
}

/**
 * Opens three connections to one Redis 6 or newer. From then on it may go and come back: what cannot be answered is refused
 * within a second.
 * @throws Refused `views.address` for an address that is none, `views.unavailable` where no server answers now
 */
export async function openRedis({ url, timers, prefix = 'throughline' }: RedisOptions): Promise<OpenRedis> {
  if (!/^(rediss?:\/\/[^/]|\/[^/])/.test(url) || (!url.startsWith('/') && !URL.canParse(url)))
    throw new Refused('invalid', 'views.address', 'The address of Redis is none.', {
      todo: 'Write it as redis://host:port, rediss://host:port or the path of a socket.',
    })
  const main = new Connection(url, 'views.unavailable', 'The views')
  // On its own, so that nobody's turn to sign in waits behind a large page.
  const counting = new Connection(url, 'counters.unavailable', 'The counters')
  const ear = new Connection(url, 'signals.unavailable', 'The signals')
  const connections = [main, counting, ear]
  const closeAll = async (): Promise<void> => {
    await Promise.all(connections.map((connection) => connection.close()))
  }
  const signals = new RedisSignals(counting, ear, prefix, timers)
  try {
    await main.open()
    await counting.open()
    await ear.open()
    await signals.listen()
    const notices = noticesOf(await main.redis.info('memory').catch(() => undefined))
    return {
      views: new RedisViewStore(main, prefix),
      signals,
      counters: new RedisCounters(counting, prefix),
      notices,
      close: async () => {
        signals.close()
        await closeAll()
      },
    }
  } catch (error) {
    signals.close()
    await closeAll()
    throw error
  }
}

/** What the section `memory` of INFO means for views; nothing where Redis does not tell. */
export function noticesOf(info: string | undefined): readonly string[] {
  if (info === undefined)
    return [
      'Redis does not say whether it evicts keys when its memory is full: set maxmemory-policy to noeviction.',
    ]
  const limit = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? 0)
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'noeviction'
  if (!policy.startsWith('allkeys-')) return []
  const when = limit === 0 ? 'once it is given a maxmemory' : `at ${String(limit)} bytes`
  return [
    `Redis evicts views ${when} (maxmemory-policy ${policy}), and an evicted view is not answered from until it has been built again: set maxmemory-policy to noeviction.`,
  ]
}
