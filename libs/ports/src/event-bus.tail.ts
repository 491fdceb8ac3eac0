import { Refused } from '@throughline/kernel'
import type { Clock } from '@throughline/kernel'
import type { Checkpoints } from './checkpoints.js'
import { EventBus, MissingPosition, NewerVersion, orderingKey, Unreadable } from './event-bus.js'
import type { Consumer, DeadLetter, Feed, Running } from './event-bus.js'
import type { EventStore, RecordedEvent } from './event-store.js'
import { gapless } from './log-page.js'
import { PrefixCommitter } from './prefix-committer.js'
import { Reads } from './reads.js'
import { redelivered } from './redelivery.js'
import type { Timers } from './timers.js'

interface Tail extends Running {
  stop: () => Promise<void>
}

const PAGE = 500
/** Recent events kept parsed, so that thirty readers at the head of the log cost one read. */
const RECENT = 5_000
/** Pauses between the tries of one event, in milliseconds; after the last it is parked. */
const PAUSES: readonly number[] = [20, 80, 320, 1_280]
const LONGEST_PAUSE = 5_000
/** A gap is looked at this often, and is told after so long: one that another transaction is about to fill is no fault. */
const GAP_PAUSE = 500
const GAP_PATIENCE = 60_000

/** The bus of one process: every reader follows the log itself, so nothing is ever published twice or not at all. */
export class LogTailBus extends EventBus {
  readonly #consumers = new Map<string, Consumer>()
  readonly #running = new Set<Running>()
  readonly #sleepers = new Set<() => void>()
  readonly #unsubscribe: () => void
  #recent: RecordedEvent[] = []
  #filling: Promise<void> | undefined

  constructor(
    private readonly store: EventStore,
    private readonly checkpoints: Checkpoints,
    private readonly timers: Timers,
    private readonly clock: Clock,
  ) {
    super()
    this.#unsubscribe = store.onAppended(() => {
      this.#wake()
    })
  }

  async follow(feed: Feed): Promise<Running> {
    // Whoever reads from the first event makes good what an earlier reader of this name could not take.
    if (feed.after === 0) await this.forget(feed.name)
    return this.#start(feed)
  }

  async consume(consumer: Consumer): Promise<Running> {
    if (this.#consumers.has(consumer.group)) throw new Error(`group ${consumer.group} is consumed already`)
    this.#consumers.set(consumer.group, consumer)
    const after = await this.checkpoints.load(consumer.group)
    const running = this.#start({
      name: consumer.group,
      after,
      types: consumer.types,
      onBatch: (events, through) => this.#deliver(consumer, events, through),
    })
    const { stop } = running
    running.stop = async () => {
      await stop()
      this.#consumers.delete(consumer.group)
    }
    return running
  }

  async park(group: string, event: RecordedEvent, cause: Error, attempts: number): Promise<void> {
    const letter = {
      group,
      event,
      cause: `${cause.name}: ${cause.message}`,
      attempts,
      parkedAt: this.clock.instant(),
    }
    await this.checkpoints.park(letter)
  }

  deadLetters(group?: string): Promise<readonly DeadLetter[]> {
    return this.checkpoints.letters(group)
  }

  async redeliver(group: string, position: number): Promise<void> {
    await redelivered(this.checkpoints, this.#consumers.get(group), group, position)
  }

  async forget(group: string, except?: ReadonlySet<number>): Promise<void> {
    for (const { event } of await this.checkpoints.letters(group)) {
      if (except?.has(event.position) !== true) await this.checkpoints.forget(group, event.position)
    }
  }

  async close(): Promise<void> {
    this.#unsubscribe()
    await Promise.all([...this.#running].map((running) => running.stop()))
    await this.checkpoints.close()
  }

  #start(feed: Feed): Tail {
    let stopped = false
    const running = {
      position: feed.after,
      failing: undefined as Error | undefined,
      stop: () => Promise.resolve(),
    }
    const reads = feed.types && new Reads(feed.types)
    const take = async (events: readonly RecordedEvent[], through: number): Promise<void> => {
      const wanted = reads ? events.filter(({ type }) => reads.of(type) === 'reads') : events
      // Before the place moves on: a crash in between parks them again under the same position.
      for (const event of reads ? events.filter(({ type }) => reads.of(type) === 'newer') : []) {
        await this.park(feed.name, event, new NewerVersion(event.type, feed.name), 0)
      }
      await feed.onBatch(wanted, through)
    }
    const loop = async (): Promise<void> => {
      for (let failures = 0, waited = 0; !stopped;) {
        try {
          const events = await this.#read(running.position)
          const last = events.at(-1)
          if (last === undefined) {
            // A read that failed before has got through: there is nothing more to take, and nothing is wrong.
            running.failing = undefined
            failures = waited = 0
            await this.#sleep(running.position, () => stopped)
            continue
          }
          await take(events, last.position)
          running.position = last.position
          running.failing = undefined
          failures = waited = 0
        } catch (error) {
          const cause = error instanceof Error ? error : new Error(String(error))
          const gap = cause instanceof MissingPosition
          const pause = Math.min(gap ? GAP_PAUSE : LONGEST_PAUSE, 20 * 2 ** failures++)
          waited += pause
          if (!gap || waited >= GAP_PATIENCE) running.failing = cause
          await this.timers.sleep(pause)
        }
      }
    }
    const done = loop()
    running.stop = async () => {
      stopped = true
      this.#wake()
      await done
      this.#running.delete(running)
    }
    this.#running.add(running)
    return running
  }

  async #deliver(consumer: Consumer, events: readonly RecordedEvent[], through: number): Promise<void> {
    const committer = new PrefixCommitter(0)
    const lanes = new Map<string, RecordedEvent[]>()
    for (const event of events) {
      committer.begin(event.position)
      const key = orderingKey(event)
      const lane = lanes.get(key)
      if (lane) lane.push(event)
      else lanes.set(key, [event])
    }
    let saved = (events[0]?.position ?? through) - 1
    // All lanes come to rest before a failure is told: a second delivery never runs beside the first.
    const lanesDone = await Promise.allSettled(
      [...lanes.values()].map(async (lane) => {
        for (const event of lane) {
          await this.#handle(consumer, event)
          const position = committer.finish(event.position)
          // Not every step: a crash redelivers at most this much, and handlers take a second delivery.
          if (position - saved >= PAGE / 4) {
            saved = position
            await this.checkpoints.save(consumer.group, position)
          }
        }
      }),
    )
    const broken = lanesDone.find((lane) => lane.status === 'rejected')
    if (broken) throw broken.reason
    await this.checkpoints.save(consumer.group, through)
  }

  async #handle(consumer: Consumer, event: RecordedEvent): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await consumer.handle(event)
        return
      } catch (error) {
        const cause = error instanceof Error ? error : new Error(String(error))
        const pause = cause instanceof Unreadable ? undefined : PAUSES[attempt - 1]
        if (pause === undefined) {
          // What it needs is out of reach, and the event is not at fault: it comes again after a pause.
          if (cause instanceof Refused && cause.kind === 'unavailable') throw cause
          await this.park(consumer.group, event, cause, attempt)
          return
        }
        await this.timers.sleep(pause)
      }
    }
  }

  /** Events after a position, without a gap. @throws MissingPosition */
  async #read(after: number): Promise<readonly RecordedEvent[]> {
    const last = this.#recent.at(-1)?.position
    if (last === undefined || after > last) {
      const page = await this.#page(after)
      // What is kept follows the reader that is furthest on; the others read the store until they are there.
      if ((page.at(-1)?.position ?? 0) > (this.#recent.at(-1)?.position ?? 0)) this.#recent = [...page]
      return page
    }
    if (after === last) {
      this.#filling ??= this.#fill(last).finally(() => (this.#filling = undefined))
      await this.#filling
    }
    const oldest = this.#recent[0]
    if (oldest === undefined || after < oldest.position) return this.#page(after)
    const start = this.#indexAfter(after)
    return this.#recent.slice(start, start + PAGE)
  }

  /** Where the first recent event stands that is later than a position. */
  #indexAfter(after: number): number {
    let [low, high] = [0, this.#recent.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#recent[middle]?.position ?? 0) > after) high = middle
      else low = middle + 1
    }
    return low
  }

  async #fill(after: number): Promise<void> {
    const page = await this.#page(after)
    if (this.#recent.at(-1)?.position !== after) return
    this.#recent.push(...page)
    if (this.#recent.length > RECENT) this.#recent = this.#recent.slice(-RECENT / 2)
  }

  async #page(after: number): Promise<readonly RecordedEvent[]> {
    const page = await this.store.readAll({ after, limit: PAGE })
    const whole = gapless(this.store, after, page)
    if (whole.length === 0 && page.length > 0) throw new MissingPosition(after + 1)
    return whole
  }

  // The head may have moved between the empty read and this call, so it is looked at again before going to sleep.
  async #sleep(position: number, stopped: () => boolean): Promise<void> {
    const woken = new Promise<void>((resolve) => this.#sleepers.add(resolve))
    if (stopped()) this.#wake()
    else if ((await this.store.head()) > position) {
      if ((await this.#page(position)).length === 0) throw new MissingPosition(position + 1)
      this.#wake()
    }
    await woken
  }

  #wake(): void {
    const sleepers = [...this.#sleepers]
    this.#sleepers.clear()
    for (const wake of sleepers) wake()
  }
}
