import { EventStore } from '@throughline/ports'
import type { Appended, ReadOptions, RecordedEvent } from '@throughline/ports'
import type { Arrived } from './envelope.js'

export interface TailOptions {
  /** Milliseconds between two looks at the end of the log. Default 1,000. */
  readonly poll?: number
  /** Milliseconds that the log may be ahead of what arrived before it is read itself. Default 1,000. */
  readonly patience?: number
}

const MOST = 5_000
/** Milliseconds in which what is appended at once is looked at once. */
const SOON = 10
/** More that waits for a predecessor is dropped: the log has it all. */
const MOST_WAITING = 5_000

/**
 * The log as it arrives over Kafka, put together again from all topics: readers at its end are woken by arrivals and
 * answered from memory, all others from the store. What does not arrive in time, because Kafka, the relay or the way is
 * down, is shown from the store as well. Nothing is ever shown behind a gap.
 */
export class LogTail extends EventStore {
  override readonly isDense: boolean
  readonly #listeners = new Set<() => void>()
  /** The events between `#base` and `#end`, all of them. */
  #ring: RecordedEvent[] = []
  #base = 0
  #end = 0
  /** Readers are told that the log goes up to here. */
  #shown = 0
  /** By the position that each has to follow. */
  readonly #waiting = new Map<number, Arrived>()
  #ahead: { readonly head: number; readonly since: number } | undefined
  #timer: NodeJS.Timeout | undefined
  #soon: NodeJS.Timeout | undefined
  #looking = false
  #begun = false
  /** Nothing has come over Kafka since the log was last read itself: it is read at once until something does. */
  #isSilent = false
  readonly #unsubscribe: () => void

  constructor(
    private readonly store: EventStore,
    private readonly options: TailOptions = {},
  ) {
    super()
    this.isDense = store.isDense
    this.#unsubscribe = store.onAppended(() => {
      // Not with each append of many.
      this.#lookIn(this.#isSilent ? SOON : this.#patience / 4)
    })
  }

  get #patience(): number {
    return this.options.patience ?? 1_000
  }

  async start(): Promise<void> {
    await this.#look()
    this.#timer = setInterval(() => void this.#look(), this.options.poll ?? 1_000).unref()
  }

  /** An event came in from Kafka, in whatever order and however often. */
  arrived(arrival: Arrived): void {
    if (!this.#begun || arrival.event.position <= this.#end) return
    if (this.#waiting.size >= MOST_WAITING) this.#waiting.clear()
    this.#waiting.set(arrival.logPrevious, arrival)
    this.#join()
  }

  append(...wish: Parameters<EventStore['append']>): Promise<Appended> {
    return this.store.append(...wish)
  }
  readStream(...of: Parameters<EventStore['readStream']>): Promise<readonly RecordedEvent[]> {
    return this.store.readStream(...of)
  }
  readJourney(...of: Parameters<EventStore['readJourney']>): Promise<readonly RecordedEvent[]> {
    return this.store.readJourney(...of)
  }

  async readAll(options: ReadOptions = {}): Promise<readonly RecordedEvent[]> {
    const { after = 0, upTo = Infinity, limit = 1_000 } = options
    if (!this.#begun || after < this.#base) return this.store.readAll(options)
    if (after >= this.#end) return after < this.#shown ? this.store.readAll(options) : []
    let [low, high] = [0, this.#ring.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#ring[middle]?.position ?? 0) > after) high = middle
      else low = middle + 1
    }
    const page = this.#ring.slice(low, low + limit)
    return upTo === Infinity ? page : page.filter(({ position }) => position <= upTo)
  }

  async head(): Promise<number> {
    // Nothing was learnt of the log yet, so nobody may go to sleep over it.
    if (!this.#begun) return this.store.head()
    return Promise.resolve(Math.max(this.#shown, this.#end))
  }

  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Does not close the store, which is another's. */
  async close(): Promise<void> {
    await Promise.resolve()
    this.#unsubscribe()
    clearInterval(this.#timer)
    clearTimeout(this.#soon)
    this.#listeners.clear()
  }

  #join(): void {
    const before = this.#end
    for (let next = this.#waiting.get(this.#end); next; next = this.#waiting.get(this.#end)) {
      this.#waiting.delete(this.#end)
      this.#ring.push(next.event)
      this.#end = next.event.position
    }
    if (this.#ring.length > MOST) {
      this.#base = this.#ring[this.#ring.length - MOST / 2 - 1]?.position ?? this.#base
      this.#ring = this.#ring.slice(-MOST / 2)
    }
    if (this.#end === before) return
    this.#isSilent = false
    this.#wake()
  }

  /** Whether the log is ahead of what arrived, and for how long. */
  async #look(): Promise<void> {
    if (this.#looking) {
      // It may have asked before what this call is about.
      this.#lookIn(SOON)
      return
    }
    this.#looking = true
    try {
      const head = await this.store.head()
      const now = performance.now()
      if (!this.#begun) {
        this.#begun = true
        this.#restart(head)
      } else if (head <= Math.max(this.#end, this.#shown)) this.#ahead = undefined
      else if (this.#isSilent) this.#restart(head)
      else if (this.#ahead === undefined || this.#ahead.head <= Math.max(this.#end, this.#shown)) {
        this.#ahead = { head, since: now }
        this.#lookIn(this.#patience)
      } else if (now - this.#ahead.since >= this.#patience) {
        this.#ahead = undefined
        this.#isSilent = true
        this.#restart(head)
      } else this.#lookIn(this.#patience / 4)
    } catch {
      // The store is not there: readers hear so when they read, and the next look may find it.
    } finally {
      this.#looking = false
    }
  }

  /** Shows the log up to here from the store, and begins anew with what arrives behind it. */
  #restart(head: number): void {
    this.#ring = []
    this.#base = this.#end = head
    this.#shown = head
    for (const [previous, { event }] of this.#waiting) {
      if (event.position <= head) this.#waiting.delete(previous)
    }
    this.#join()
    this.#wake()
  }

  #lookIn(milliseconds: number): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined
      void this.#look()
    }, milliseconds).unref()
  }

  #wake(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
