import { Heap } from './matcher/heap.js'

export type TimerKind = 'expire' | 'relax' | 'call-back'

interface Timer {
  readonly index: number
  readonly contactId: string
  readonly what: TimerKind
  readonly at: number
  readonly seq: number
}

/** What is due when, one timer per contact, in order of time and of setting. */
export class Clockwork {
  readonly #heap = new Heap<Timer>(
    (a, b) => (a.at === b.at ? a.seq < b.seq : a.at < b.at),
    // Untracked: a timer that was set again stays behind in the heap and is skipped.
    false,
  )
  readonly #set = new Map<string, Timer>()
  #seq = 0

  /** `at` in milliseconds since the epoch; in place of whatever was set for this contact. */
  set(contactId: string, what: TimerKind, at: number): void {
    this.#seq += 1
    const timer = { index: 0, contactId, what, at, seq: this.#seq }
    this.#set.set(contactId, timer)
    this.#heap.put(timer)
  }

  forget(contactId: string): void {
    this.#set.delete(contactId)
  }

  /** What is due of this contact comes later. */
  defer(contactId: string, now: number, until: number): void {
    const timer = this.#set.get(contactId)
    if (timer !== undefined && timer.at <= now) this.set(contactId, timer.what, until)
  }

  /** The first that is due; it stays until it is set again or forgotten. */
  due(now: number): Pick<Timer, 'contactId' | 'what'> | undefined {
    for (let first = this.#heap.peek(); first !== undefined && first.at <= now; first = this.#heap.peek()) {
      if (this.#set.get(first.contactId) === first) return first
      this.#heap.pop()
    }
    return undefined
  }
}
