import { Heap } from './matcher/heap.js'

export type TimerKind = 'expire' | 'relax' | 'call-back'

interface Timer {
  readonly index: number
  readonly contactId: string
  readonly what: TimerKind
  readonly at: number
  readonly seq: number
  /** When the log says it is due; `at` may be later, where a wish came to nothing. */
  readonly due: number
}

/** A timer as the log set it; `seq` tells which of two that are due together was set first. */
export interface KeptTimer {
  readonly what: TimerKind
  readonly at: number
  readonly seq: number
}

/** Timers that are not set any more are cleared out of the heap when they are so many, and most of it. */
const MOST_STALE = 1_000

/** What is due when, one timer per contact, in order of time and of setting. */
export class Clockwork {
  #heap = newHeap()
  readonly #set = new Map<string, Timer>()
  #seq = 0

  /** `at` in milliseconds since the epoch; in place of whatever was set for this contact. */
  set(contactId: string, what: TimerKind, at: number): void {
    this.#seq += 1
    this.#put({ index: 0, contactId, what, at, seq: this.#seq, due: at })
  }

  forget(contactId: string): void {
    this.#set.delete(contactId)
  }

  /** What is due of this contact comes later. */
  defer(contactId: string, now: number, until: number): void {
    const timer = this.#set.get(contactId)
    if (timer === undefined || timer.at > now) return
    this.#seq += 1
    this.#put({ ...timer, index: 0, at: until, seq: this.#seq })
  }

  /** The first that is due; it stays until it is set again or forgotten. */
  due(now: number): Pick<Timer, 'contactId' | 'what'> | undefined {
    for (let first = this.#heap.peek(); first !== undefined && first.at <= now; first = this.#heap.peek()) {
      if (this.#set.get(first.contactId) === first) return first
      this.#heap.pop()
    }
    return undefined
  }

  kept(contactId: string): KeptTimer | undefined {
    const timer = this.#set.get(contactId)
    return timer && { what: timer.what, at: timer.due, seq: timer.seq }
  }

  /** How many have been set. */
  get seq(): number {
    return this.#seq
  }

  goOnFrom(seq: number): void {
    this.#seq = seq
  }

  restore(contactId: string, { what, at, seq }: KeptTimer): void {
    this.#put({ index: 0, contactId, what, at, seq, due: at })
  }

  #put(timer: Timer): void {
    this.#set.set(timer.contactId, timer)
    this.#heap.put(timer)
    // A history that is read at once would leave every timer it ever set behind.
    if (this.#heap.size < MOST_STALE + 2 * this.#set.size) return
    this.#heap = newHeap()
    for (const set of this.#set.values()) this.#heap.put(set)
  }
}

function newHeap(): Heap<Timer> {
  return new Heap<Timer>(
    (a, b) => (a.at === b.at ? a.seq < b.seq : a.at < b.at),
    // Untracked: a timer that was set again stays behind in the heap and is skipped.
    false,
  )
}
