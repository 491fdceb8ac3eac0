import { Clock } from '@throughline/kernel'

interface Entry {
  readonly at: number
  readonly sequence: number
  readonly run: () => void
}

/** One turn of the event loop: every promise that can go on without time passing has gone on. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Something that never comes: what a process that is gone waits for. */
export function never(): Promise<never> {
  return new Promise(() => undefined)
}

/**
 * Time that passes as fast as the work allows. Every wait of the whole simulation is an entry here, and entries of the
 * same moment run in the order they were made: the same seed meets the same order.
 */
export class VirtualTime extends Clock {
  readonly #heap: Entry[] = []
  #now: number
  #sequence = 0
  #held: Promise<unknown> | undefined
  /** Set while something needs several turns of the event loop without waiting for anything: a request's body is read. */
  busy: () => boolean = () => false

  constructor(start: number) {
    super()
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  after(milliseconds: number, run: () => void): void {
    this.#push({ at: this.#now + Math.max(0, Math.round(milliseconds)), sequence: this.#sequence++, run })
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(milliseconds, resolve)
    })
  }

  /** No time passes until this is done. */
  hold(work: Promise<unknown>): void {
    this.#held = work
  }

  /** The machine was asleep: whatever became due meanwhile happens now, once. */
  jump(milliseconds: number): void {
    this.#now += milliseconds
  }

  /** Lets time pass up to a moment, or until enough has happened. */
  async advance(until: number, enough: () => boolean = () => false): Promise<void> {
    for (;;) {
      await turn()
      // A request is read in three turns; without these, time would pass while it is.
      for (let more = this.busy() ? 3 : 0; more > 0; more--) await turn()
      if (this.#held !== undefined) {
        const held = this.#held
        this.#held = undefined
        await held
        continue
      }
      if (enough()) return
      const next = this.#heap[0]
      if (next === undefined || next.at > until) break
      this.#pop()
      this.#now = Math.max(this.#now, next.at)
      next.run()
    }
    this.#now = Math.max(this.#now, until)
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let place = heap.length
    heap.push(entry)
    while (place > 0) {
      const parent = (place - 1) >>> 1
      const above = heap[parent]
      if (above === undefined || !before(entry, above)) break
      heap[place] = above
      place = parent
    }
    heap[place] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      const [one, other] = [heap[left], heap[left + 1]]
      if (one === undefined) break
      const [child, at] = other !== undefined && before(other, one) ? [other, left + 1] : [one, left]
      if (!before(child, last)) break
      heap[place] = child
      place = at
    }
    heap[place] = last
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence)
}
