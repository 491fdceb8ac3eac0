import { fromInstant, SECOND } from '@throughline/kernel'
import type { Clock } from '@throughline/kernel'
import type { Caller, Timers } from '@throughline/ports'
import type { EndedSessions } from './sessions.js'

/** What a stream that stays open has to look at. */
export interface Watch {
  readonly name: string
  readonly clock: Clock
  readonly timers: Timers
  readonly sessions: EndedSessions
}

/** Closes whatever is open for a caller within a second of the token's end, and at once with the session. */
export function closeWithCaller<Open>(
  { name, clock, timers, sessions }: Watch,
  open: ReadonlySet<Open>,
  callerOf: (one: Open) => Caller,
  close: (one: Open) => void,
): void {
  timers.every(name, SECOND, () => {
    const now = clock.now()
    for (const one of [...open]) {
      const { expiresAt } = callerOf(one)
      if (expiresAt !== undefined && fromInstant(expiresAt) <= now) close(one)
    }
    return Promise.resolve()
  })
  sessions.onEnded((session) => {
    for (const one of [...open]) if (callerOf(one).session === session) close(one)
  })
}
