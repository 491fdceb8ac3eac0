import type { Clock } from '@throughline/kernel'
import { NewerVersion, orderingKey, Reads, Unreadable } from '@throughline/ports'
import type { Consumer, EventStore, Feed, RecordedEvent, Running, Timers } from '@throughline/ports'
import type { EachBatchPayload, Kafka } from 'kafkajs'
import type { Asking } from './asking.js'
import { errorOf, pause, within } from './client.js'
import { strayMessage } from './dead-letters.js'
import { fromMessage } from './envelope.js'
import type { Arrived } from './envelope.js'
import { GroupPosition } from './group-position.js'
import { Partition } from './partition.js'
import type { Place } from './partition.js'
import { Polling } from './polling.js'
import type { Topics } from './topics.js'

export interface GroupTiming {
  /** Milliseconds without a sign of life after which the broker takes a member for dead. Default 30,000. */
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

/** Pauses between the tries of one event, in milliseconds; after the last it is parked. As in the embedded bus. */
const PAUSES: readonly number[] = [20, 80, 320, 1_280]
const MOST_BYTES = 32 * 1024 * 1024
const PAGE = 500
const NO_PLACE: Place = { offset: 0n, position: 0 }

class Abandoned extends Error {}

/** One group's consumer in one process. */
export class GroupConsumer implements Running {
  readonly #reads: Reads
  readonly #polling: Polling
  readonly #position: GroupPosition
  readonly #partitions = new Map<string, Partition>()
  readonly #paused = new Map<string, () => void>()
  /** What a handler has in hand, by key: also of a partition that was taken away, until it comes to its end. */
  readonly #busy = new Map<string, Promise<void>>()
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
    const { sessionTimeout = 30_000, maxWait = 250 } = options
    this.#reads = new Reads(consumer.types)
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
  /** Whether the group gave this process its partitions. */
  get isJoined(): boolean {
    return this.#isAssigned
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
        const places = await this.#places(assigned.map(({ topic }) => topic))
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
      handle: (event) => this.#handle(generation, event),
      onProgress: () => {
        this.#progressed()
      },
    })
  }

  /** How far the group is in each partition. */
  async #places(topics: readonly string[]): Promise<ReadonlyMap<string, Place>> {
    const places = new Map<string, Place>()
    const names = [...new Set(topics)]
    if (names.length === 0) return places
    const { asking } = this.options
    const { groupId } = this
    const committed = await asking.ask((admin) => admin.fetchOffsets({ groupId, topics: names }))
    for (const { topic, partitions } of committed) {
      const isNew = partitions.some(({ offset }) => Number(offset) < 0)
      const ends = isNew ? await asking.ask((admin) => admin.fetchTopicOffsets(topic)) : []
      for (const { partition, offset, metadata } of partitions) {
        const low = ends.find((end) => end.partition === partition)?.low ?? '0'
        const isKnown = Number(offset) >= 0
        places.set(nameOf(topic, partition), {
          offset: BigInt(isKnown ? offset : low),
          // An offset that an operator set has no position beside it: it is taken at its word.
          position: positionIn(metadata) ?? (isKnown ? AT_ITS_WORD : 0),
        })
      }
    }
    return places
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
    for (const message of messages) {
      if (isOver()) return
      const offset = BigInt(message.offset)
      if (offset >= own.next) {
        if (this.#isFull()) {
          this.#hold(topic, partition, payload)
          return
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
    const partitions = [...this.#partitions.values()]
    return (
      this.inHand >= (this.options.mostInHand ?? 2_000) ||
      partitions.reduce((sum, { bytes }) => sum + bytes, 0) >= MOST_BYTES
    )
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

  async #handle(generation: number, event: RecordedEvent): Promise<void> {
    const concern = this.#reads.of(event.type)
    if (concern === 'ignores') return
    const isOver = (): boolean => generation !== this.#generation || this.#stopping
    const key = orderingKey(event)
    // The same key may still be in a handler that began before the partitions were given out anew.
    for (let busy = this.#busy.get(key); busy; busy = this.#busy.get(key)) await busy
    if (generation !== this.#generation) throw new Abandoned()
    const work =
      concern === 'newer'
        ? this.#park(event, new NewerVersion(event.type, this.consumer.group), 0, isOver)
        : this.#try(event, isOver)
    const rest = work.then(
      () => undefined,
      () => undefined,
    )
    this.#busy.set(key, rest)
    try {
      await work
    } finally {
      this.#busy.delete(key)
    }
  }

  async #try(event: RecordedEvent, isOver: () => boolean): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.consumer.handle(event)
        return
      } catch (error) {
        const cause = errorOf(error)
        const wait = cause instanceof Unreadable ? undefined : PAUSES[attempt - 1]
        if (wait === undefined) {
          await this.#park(event, cause, attempt, isOver)
          return
        }
        await this.options.timers.sleep(wait)
        if (isOver()) throw new Abandoned()
      }
    }
  }

  async #park(event: RecordedEvent, cause: Error, attempts: number, isOver: () => boolean): Promise<void> {
    for (let failures = 0; ; failures++) {
      try {
        await this.options.park(this.consumer.group, event, cause, attempts)
        if (failures > 0) this.#failing = undefined
        return
      } catch (error) {
        this.#failing = errorOf(error)
        await pause(Math.min(5_000, 100 * 2 ** failures))
        if (isOver()) throw new Abandoned()
      }
    }
  }

  #progressed(): void {
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
        const { topic, number } = partedName(name)
        return position < 0 ? [] : [{ topic, number, partition, place: { offset, position } }]
      })
      try {
        await commit({
          topics: [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, own]) => ({
            topic,
            partitions: own.map(({ number, place }) => ({
              partition: number,
              offset: String(place.offset),
              metadata: `position=${String(place.position)}`,
            })),
          })),
        })
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

/** Position of a partition whose place somebody set by hand; what comes first there is taken as the next. */
const AT_ITS_WORD = -1

function nameOf(topic: string, partition: number): string {
  return `${topic}/${String(partition)}`
}

function partedName(name: string): { readonly topic: string; readonly number: number } {
  const at = name.lastIndexOf('/')
  return { topic: name.slice(0, at), number: Number(name.slice(at + 1)) }
}

function positionIn(metadata: string | null): number | undefined {
  const [, position] = /^position=(\d{1,16})$/.exec(metadata ?? '') ?? []
  return position === undefined ? undefined : Number(position)
}
