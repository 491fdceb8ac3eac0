import type { Clock } from '@throughline/kernel'
import type {
  Consumer,
  EventStore,
  Feed,
  RecordedEvent,
  Running,
  Timers,
  Unreadable,
} from '@throughline/ports'
import type { EachBatchPayload, Kafka } from 'kafkajs'
import type { Asking } from './asking.js'
import { errorOf, pause, within } from './client.js'
import { strayMessage } from './dead-letters.js'
import { fromMessage } from './envelope.js'
import type { Arrived } from './envelope.js'
import { commitOf, nameOf, NO_PLACE, placesOf } from './group-places.js'
import { GroupPosition } from './group-position.js'
import { Handling } from './handling.js'
import { Partition } from './partition.js'
import type { Place } from './partition.js'
import { Polling } from './polling.js'
import type { Topics } from './topics.js'

/** Milliseconds: a group stands still for as long after one of its processes was killed, and again for one killed meanwhile. */
export const SESSION = 10_000

export interface GroupTiming {
  /** Milliseconds without a sign of life after which the broker takes a member for dead. Default {@link SESSION}. */
  readonly sessionTimeout?: number
  /** Milliseconds that the others wait for a member when partitions are given out anew. Default 60,000. */
  readonly rebalanceTimeout?: number
  /** Milliseconds that a poll waits for messages. Default 250. */
  readonly maxWait?: number
  /** Milliseconds that a stop waits for what is in hand. Default 10,000. */
  readonly drain?: number
  /** Milliseconds without a completed or failed poll after which the client is made anew. Default 90,000. */
  readonly patience?: number
  /** Events that are in hand at most, in all partitions. Default 2,000. */
  readonly mostInHand?: number
}

export interface GroupOptions extends GroupTiming {
  readonly kafka: Kafka
  readonly topics: Topics
  readonly events: EventStore
  readonly clock: Clock
  readonly timers: Timers
  readonly ready: () => Promise<void>
  readonly asking: Asking
  readonly follow: (feed: Feed) => Promise<Running>
  readonly park: (group: string, event: RecordedEvent, cause: Error, attempts: number) => Promise<void>
  /** A message that is no event of ours: it is passed over, and what it ought to have been comes from the store. */
  readonly onStray: (cause: Unreadable) => void
  readonly onFatal: (error: Error) => void
}

/** Of feeds that only tell a group's position; nothing is ever parked under such a name. */
export const POSITION_FEED = '#position'

const MOST_BYTES = 32 * 1024 * 1024
/** Of each partition in one poll: what waits for room stays in memory meanwhile. */
const FETCHED_BYTES = 256 * 1024
/** Milliseconds that a batch waits for room in all. */
const MOST_WAIT = 2_000
const PAGE = 500

/** One group's consumer in one process. */
export class GroupConsumer implements Running {
  readonly #handling: Handling
  readonly #polling: Polling
  readonly #position: GroupPosition
  readonly #partitions = new Map<string, Partition>()
  readonly #paused = new Map<string, () => void>()
  /** Batches that wait for room. */
  readonly #waiting = new Set<() => void>()
  #generation = 0
  #assignment: Promise<boolean> = Promise.resolve(false)
  #isAssigned = false
  #commit: EachBatchPayload['commitOffsetsIfNecessary'] | undefined
  #committing: Promise<void> | undefined
  #isDirty = false
  #stopping = false
  #failing: Error | undefined

  constructor(
    private readonly consumer: Consumer,
    private readonly options: GroupOptions,
  ) {
    const { sessionTimeout = SESSION, maxWait = 250 } = options
    this.#handling = new Handling(consumer, options, (failing) => {
      this.#failing = failing
    })
    this.#position = new GroupPosition(
      (after, onBatch) => options.follow({ name: `${consumer.group}${POSITION_FEED}`, after, onBatch }),
      (event) => this.#partitionOf(event),
    )
    this.#polling = new Polling({
      kafka: options.kafka,
      clock: options.clock,
      ready: options.ready,
      patience: options.patience ?? 90_000,
      config: {
        groupId: this.groupId,
        sessionTimeout,
        rebalanceTimeout: options.rebalanceTimeout ?? 60_000,
        heartbeatInterval: sessionTimeout / 5,
        maxBytesPerPartition: FETCHED_BYTES,
        maxWaitTimeInMs: Math.min(maxWait, sessionTimeout / 5),
      },
      subscriptions: [{ topics: [...options.topics.events.keys()], fromBeginning: true }],
      onBatch: (payload) => this.#batch(payload),
      onJoin: (assignment) => {
        this.#joined(assignment)
      },
      onLost: () => {
        this.#lost()
      },
      onFatal: options.onFatal,
    })
  }

  get groupId(): string {
    return `${this.options.topics.prefix}.${this.consumer.group}`
  }
  get position(): number {
    return this.#position.position
  }
  get failing(): Error | undefined {
    return this.#position.failing ?? this.#failing ?? this.#polling.failing
  }
  get lastPoll(): number {
    return this.#polling.lastPoll
  }
  get isUnassigned(): boolean {
    return !this.#isAssigned
  }
  /** Events taken in hand and not committed. */
  get inHand(): number {
    return [...this.#partitions.values()].reduce((sum, { open }) => sum + open, 0)
  }

  start(): void {
    this.#polling.start()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    const partitions = [...this.#partitions.values()]
    for (const partition of partitions) partition.close()
    const drain = this.options.drain ?? 10_000
    await within(drain, Promise.all(partitions.map((partition) => partition.rest())))
    const end = Math.max(0, ...partitions.map(({ prefix }) => prefix.position))
    await within(drain / 5, this.#position.reached(end))
    await within(
      drain / 5,
      Promise.resolve(this.#committing).then(() => this.#commitAll()),
    )
    await this.#position.stop()
    this.#generation++
    await this.#polling.stop()
  }

  #partitionOf(event: RecordedEvent): Partition | undefined {
    const { topic, partition } = this.options.topics.placeOf(event)
    return this.#partitions.get(nameOf(topic, partition))
  }

  /** From here on partitions may be another's: nothing is begun and nothing committed until the group has decided. */
  #lost(): void {
    this.#generation++
    this.#isAssigned = false
    this.#commit = undefined
    this.#position.hold()
    for (const partition of this.#partitions.values()) partition.close()
  }

  #joined(assignment: Readonly<Record<string, readonly number[]>>): void {
    const generation = ++this.#generation
    this.#commit = undefined
    this.#isAssigned = false
    this.#position.hold()
    for (const partition of this.#partitions.values()) partition.close()
    this.#partitions.clear()
    for (const resume of this.#paused.values()) resume()
    this.#paused.clear()
    const assigned = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    )
    this.#assignment = this.#assign(generation, assigned)
  }

  /** Whether it came about before the next assignment. */
  async #assign(
    generation: number,
    assigned: readonly { readonly topic: string; readonly partition: number }[],
  ): Promise<boolean> {
    while (generation === this.#generation) {
      try {
        const places = await placesOf(
          this.options.asking,
          this.groupId,
          assigned.map(({ topic }) => topic),
        )
        if (generation !== this.#generation) return false
        for (const { topic, partition } of assigned) {
          const name = nameOf(topic, partition)
          const place = places.get(name) ?? NO_PLACE
          this.#partitions.set(name, this.#partition(generation, place))
        }
        await this.#position.assign([...this.#partitions.values()])
        this.#failing = undefined
        this.#isAssigned = generation === this.#generation
        return this.#isAssigned
      } catch (error) {
        this.#failing = errorOf(error)
        this.#partitions.clear()
        await pause(200)
      }
    }
    return false
  }

  #partition(generation: number, place: Place): Partition {
    return new Partition(place, {
      handle: (event) =>
        this.#handling.handle(event, {
          isLost: () => generation !== this.#generation,
          isStopping: () => this.#stopping,
        }),
      onProgress: () => {
        this.#progressed()
      },
    })
  }

  async #batch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = payload.batch
    const assignment = this.#assignment
    const isAssigned = await assignment
    const generation = this.#generation
    const own = this.#partitions.get(nameOf(topic, partition))
    if (!isAssigned || assignment !== this.#assignment || own === undefined || own.isClosed) return
    this.#commit = (offsets) => payload.commitOffsetsIfNecessary(offsets)
    const isOver = (): boolean => generation !== this.#generation || this.#stopping || !payload.isRunning()
    const until = performance.now() + MOST_WAIT
    for (const message of messages) {
      if (isOver()) return
      const offset = BigInt(message.offset)
      if (offset >= own.next) {
        if (this.#isFull()) {
          await payload.heartbeat()
          const hasRoom = await this.#room(until, isOver)
          if (isOver()) return
          if (!hasRoom) {
            this.#hold(topic, partition, payload)
            return
          }
        }
        const arrived = this.#read(topic, partition, message)
        if (arrived && own.isMissing(arrived)) {
          if (own.seen < 0) own.filled(arrived.partitionPrevious)
          else await this.#fill(own, arrived, payload, isOver)
        }
        if (isOver()) return
        own.take(offset, arrived, message.value?.length ?? 0)
      }
      payload.resolveOffset(message.offset)
    }
    payload.resolveOffset(payload.batch.lastOffset())
  }

  #read(
    topic: string,
    partition: number,
    message: EachBatchPayload['batch']['messages'][number],
  ): Arrived | undefined {
    try {
      return fromMessage(message)
    } catch (error) {
      this.options.onStray(strayMessage(topic, partition, message.offset, error))
      return undefined
    }
  }

  #isFull(): boolean {
    // Asked for each message.
    let [open, bytes] = [0, 0]
    for (const partition of this.#partitions.values()) {
      open += partition.open
      bytes += partition.bytes
    }
    return open >= (this.options.mostInHand ?? 2_000) || bytes >= MOST_BYTES
  }

  /**
   * Waits a moment for what is in hand to be finished; what was fetched and not taken would be fetched again. False where
   * that takes longer: the partition pauses then, and the client goes on with the others.
   */
  async #room(until: number, isOver: () => boolean): Promise<boolean> {
    const enough = new AbortController()
    const late = pause(Math.max(0, until - performance.now()), enough.signal).then(() => true)
    for (let isLate = false; this.#isFull() && !isLate && !isOver();) {
      const { promise: progress, resolve } = Promise.withResolvers<false>()
      const wake = (): void => {
        resolve(false)
      }
      this.#waiting.add(wake)
      isLate = await Promise.race([progress, late])
      this.#waiting.delete(wake)
    }
    enough.abort()
    return !this.#isFull()
  }

  #hold(topic: string, partition: number, payload: EachBatchPayload): void {
    this.#paused.set(nameOf(topic, partition), payload.pause())
    // Something may have been finished while this was decided.
    this.#resume()
  }

  #resume(): void {
    if (this.#paused.size === 0 || this.inHand > (this.options.mostInHand ?? 2_000) / 2) return
    for (const resume of this.#paused.values()) resume()
    this.#paused.clear()
  }

  /** What the partition has no more, or never had, is read from the store, up to the event that tells of it. */
  async #fill(
    own: Partition,
    until: Arrived,
    payload: EachBatchPayload,
    isOver: () => boolean,
  ): Promise<void> {
    const upTo = until.partitionPrevious
    while (own.seen < upTo && !isOver()) {
      try {
        await payload.heartbeat()
        if (this.#isFull()) {
          await pause(50)
          continue
        }
        const page = await this.options.events.readAll({ after: own.seen, upTo, limit: PAGE })
        if (isOver()) return
        for (const event of page) if (this.#partitionOf(event) === own) own.fill(event)
        own.filled(page.length < PAGE ? upTo : (page.at(-1)?.position ?? upTo))
      } catch (error) {
        if (errorOf(error).name.startsWith('KafkaJS')) throw error
        this.#failing = errorOf(error)
        await pause(500)
      }
    }
  }

  #progressed(): void {
    for (const wake of this.#waiting) wake()
    this.#resume()
    this.#isDirty = true
    this.#committing ??= this.#commitAll().finally(() => {
      this.#committing = undefined
      if (this.#isDirty && this.#commit) this.#progressed()
    })
  }

  /** Until Kafka has everything that is finished. A commit belongs to the generation it was begun in: the broker refuses others. */
  async #commitAll(): Promise<void> {
    // What is finished in the same turn goes with it.
    await Promise.resolve()
    for (let failures = 0; this.#isDirty || this.#stopping;) {
      const generation = this.#generation
      const commit = this.#commit
      if (commit === undefined || !this.#isAssigned) return
      this.#isDirty = false
      const places = [...this.#partitions].flatMap(([name, partition]) => {
        const { offset } = partition.prefix
        const position = this.#position.handledIn(partition)
        return position < 0 ? [] : [{ name, partition, place: { offset, position } }]
      })
      try {
        await commit(commitOf(places))
      } catch (error) {
        if (generation !== this.#generation) return
        this.#failing = errorOf(error)
        this.#isDirty = true
        if (this.#stopping && failures++ >= 3) return
        await pause(Math.min(2_000, 50 * 2 ** failures++))
        continue
      }
      if (generation !== this.#generation) return
      failures = 0
      this.#failing = undefined
      for (const { partition, place } of places) partition.committed = place
      this.#position.progressed()
      if (this.#stopping) return
    }
  }
}
