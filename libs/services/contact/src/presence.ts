import { Injectable } from '@nestjs/common'
import { Clock } from '@throughline/kernel'

interface Attendance {
  /** The session of each open stream: the pages of one sign-in are one device. */
  readonly streams: readonly string[]
  /** When the last stream closed, in milliseconds since 1970; undefined while one is open. */
  readonly goneSince: number | undefined
}

/**
 * Which customers have a live stream here. It is known to the process that holds the streams and to nobody else, and no
 * event says it: requests about one contact have to reach one process.
 */
@Injectable()
export class Presence {
  readonly #contacts = new Map<string, Attendance>()

  constructor(private readonly clock: Clock) {}

  /** On how many devices she is there now. */
  opened(contactId: string, session: string): number {
    const streams = [...(this.#contacts.get(contactId)?.streams ?? []), session]
    this.#contacts.set(contactId, { streams, goneSince: undefined })
    return devices(streams)
  }

  closed(contactId: string, session: string): number {
    const before = this.#contacts.get(contactId)?.streams ?? []
    const at = before.indexOf(session)
    const streams = before.filter((_, place) => place !== at)
    this.#contacts.set(contactId, { streams, goneSince: streams.length === 0 ? this.clock.now() : undefined })
    return devices(streams)
  }

  /** Her stream is either open, or opened soon (after a start: again), or she is gone from now on. */
  expect(contactId: string): void {
    if (!this.#contacts.has(contactId))
      this.#contacts.set(contactId, { streams: [], goneSince: this.clock.now() })
  }

  goneFor(milliseconds: number): readonly string[] {
    const now = this.clock.now()
    return [...this.#contacts]
      .filter(([, { goneSince }]) => goneSince !== undefined && now - goneSince >= milliseconds)
      .map(([contactId]) => contactId)
  }

  /** Nobody is connected to her yet, or she was heard of just now: being away counts from now. */
  restart(contactId: string): void {
    const attendance = this.#contacts.get(contactId)
    if (attendance?.goneSince === undefined) return
    this.#contacts.set(contactId, { ...attendance, goneSince: this.clock.now() })
  }

  forget(contactId: string): void {
    this.#contacts.delete(contactId)
  }
}

function devices(sessions: readonly string[]): number {
  return new Set(sessions).size
}
