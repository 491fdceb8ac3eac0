import { randomUUID } from 'node:crypto'
import type { Clock, Ids } from '@throughline/kernel'
import { Timers } from '@throughline/ports'
import { openEventStoreDb } from './open.js'
import type { EventStoreDb } from './open.js'

/** Time as it passes; nothing of it keeps a process alive. */
export class RealTimers extends Timers {
  every(_: string, milliseconds: number, task: () => Promise<void>): () => void {
    let running = false
    const timer = setInterval(() => {
      if (running) return
      running = true
      task()
        .catch(() => undefined)
        .finally(() => (running = false))
    }, milliseconds)
    timer.unref()
    return () => {
      clearInterval(timer)
    }
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
  }
}

/** A world of its own in a server that is shared: no other test uses its stream names. */
export function openWorld(
  url: string,
  clock: Clock,
  ids: Ids,
  more: { readonly prefix?: string; readonly patience?: number } = {},
): Promise<EventStoreDb> {
  const prefix = `test-${randomUUID()}`
  return openEventStoreDb({ url, clock, ids, timers: new RealTimers(), prefix, patience: 20_000, ...more })
}
