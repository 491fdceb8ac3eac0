import type { Clock, Ids } from '@throughline/kernel'
import { EventBus, LogTailBus, redelivered } from '@throughline/ports'
import type {
  Consumer,
  DeadLetter,
  EventStore,
  Feed,
  RecordedEvent,
  Running,
  Timers,
  Unreadable,
} from '@throughline/ports'
import type { EachBatchPayload, Kafka } from 'kafkajs'
import { Asking } from './asking.js'
import { clientOf, within } from './client.js'
import type { Connection } from './client.js'
import { GroupConsumer, SESSION } from './consumer.js'
import type { GroupTiming } from './consumer.js'
import { DeadLetters, strayMessage } from './dead-letters.js'
import { fromMessage } from './envelope.js'
import { FeedLetters } from './feed-letters.js'
import { Polling } from './polling.js'
import { LogTail } from './tail.js'
import type { TailOptions } from './tail.js'
import { Topics, WrongTopic } from './topics.js'
import type { TopicPlan } from './topics.js'

export interface KafkaOptions extends Connection, TopicPlan, GroupTiming {
  /** The record, whose events the topics carry. The bus reads it and never closes it. */
  readonly events: EventStore
  readonly clock: Clock
  readonly ids: Ids
  /** Pauses between the tries of an event. What waits for the broker waits in real time. */
  readonly timers: Timers
  readonly tail?: TailOptions
  /** What trying again cannot mend, as a refused sign-in: the process should end and tell why. */
  readonly onFatal?: (error: Error) => void
  /** A message in our topics that is no event of ours was passed over. */
  readonly onStray?: (cause: Unreadable) => void
}

/** One group's consumer in this process. */
export interface GroupState {
  readonly group: string
  readonly position: number
  /** Events taken from Kafka and not finished and committed: bounded, also when handlers are slow. */
  readonly inHand: number
  readonly isJoined: boolean
  readonly failing: Error | undefined
}

/** What the process asks of its bus besides the port. */
export interface OpenedKafka {
  readonly bus: EventBus
  /**
   * When the slowest client of this process completed or failed a poll last, in milliseconds since 1970. It goes on while Kafka
   * is down, and stands still in a client that hangs.
   */
  lastPoll(): number
  /** Whether every group consumed here has been given its partitions. */
  isJoined(): boolean
  /** For metrics. */
  groups(): readonly GroupState[]
  close(): Promise<void>
}

const FIRST_LOOK = 3_000

/**
 * Opens the bus. Where Kafka cannot be reached it opens all the same: commands are recorded, feeds read the store, and
 * consumers begin when Kafka is there.
 * @throws WrongTopic
 */
export async function openKafka(options: KafkaOptions): Promise<OpenedKafka> {
  const bus = new KafkaEventBus(options)
  try {
    await bus.open()
  } catch (error) {
    await bus.close()
    throw error
  }
  return {
    bus,
    lastPoll: () => bus.lastPoll,
    isJoined: () => bus.isJoined,
    groups: () => bus.groups,
    close: () => bus.close(),
  }
}

class KafkaEventBus extends EventBus {
  readonly #kafka: Kafka
  readonly #topics: Topics
  readonly #asking: Asking
  readonly #tail: LogTail
  readonly #reader: Polling
  readonly #letters: DeadLetters
  readonly #feeds: LogTailBus
  readonly #consumers = new Map<string, { readonly consumer: Consumer; readonly running: GroupConsumer }>()
  #readying: Promise<void> | undefined
  #isUp = false
  #closing: Promise<void> | undefined

  constructor(private readonly options: KafkaOptions) {
    super()
    this.#kafka = clientOf(options)
    this.#topics = new Topics(options)
    this.#asking = new Asking(this.#kafka)
    this.#tail = new LogTail(options.events, options.tail)
    const ready = (): Promise<void> => this.#ready()
    this.#letters = new DeadLetters(this.#kafka, this.#asking, this.#topics.deadLetters, ready)
    const letters = new FeedLetters(this.#letters, () => this.#isUp)
    this.#feeds = new LogTailBus(this.#tail, letters, options.timers, options.clock)
    const { sessionTimeout = SESSION } = options
    this.#reader = new Polling({
      kafka: this.#kafka,
      clock: options.clock,
      ready,
      patience: options.patience ?? 90_000,
      config: {
        // Of this process alone, and without a place of its own: it begins at the end whenever it begins.
        groupId: `${this.#topics.prefix}.reader.${options.ids.next()}`,
        sessionTimeout,
        heartbeatInterval: sessionTimeout / 5,
        maxWaitTimeInMs: Math.min(options.maxWait ?? 250, sessionTimeout / 5),
      },
      subscriptions: [
        { topics: [...this.#topics.events.keys()], fromBeginning: false },
        { topics: [this.#topics.deadLetters], fromBeginning: true },
      ],
      onBatch: (payload) => this.#arrived(payload),
      onFatal: (error) => options.onFatal?.(error),
    })
  }

  get lastPoll(): number {
    const polls = [...this.#consumers.values()].map(({ running }) => running.lastPoll)
    return Math.min(this.#reader.lastPoll, ...polls)
  }
  get isJoined(): boolean {
    return [...this.#consumers.values()].every(({ running }) => !running.isUnassigned)
  }

  get groups(): readonly GroupState[] {
    return [...this.#consumers].map(([group, { running }]) => {
      const { position, inHand, isUnassigned, failing } = running
      return { group, position, inHand, isJoined: !isUnassigned, failing }
    })
  }

  async open(): Promise<void> {
    await this.#tail.start()
    let wrong: WrongTopic | undefined
    const looked = this.#ready().catch((error: unknown) => {
      if (error instanceof WrongTopic) wrong = error
    })
    await within(FIRST_LOOK, looked)
    if (wrong) throw wrong
    this.#reader.start()
  }

  follow(feed: Feed): Promise<Running> {
    return this.#feeds.follow(feed)
  }

  async consume(consumer: Consumer): Promise<Running> {
    await Promise.resolve()
    const { group } = consumer
    if (this.#consumers.has(group)) throw new Error(`group ${group} is consumed already`)
    const running = new GroupConsumer(consumer, {
      ...this.options,
      kafka: this.#kafka,
      topics: this.#topics,
      ready: () => this.#ready(),
      asking: this.#asking,
      follow: (feed) => this.#feeds.follow(feed),
      park: (name, event, cause, attempts) => this.park(name, event, cause, attempts),
      onStray: (cause) => this.options.onStray?.(cause),
      onFatal: (error) => this.options.onFatal?.(error),
    })
    this.#consumers.set(group, { consumer, running })
    running.start()
    return {
      get position() {
        return running.position
      },
      get isUnassigned() {
        return running.isUnassigned
      },
      get failing() {
        return running.failing
      },
      stop: async () => {
        await running.stop()
        if (this.#consumers.get(group)?.running === running) this.#consumers.delete(group)
      },
    }
  }

  async park(group: string, event: RecordedEvent, cause: Error, attempts: number): Promise<void> {
    await this.#letters.park({
      group,
      event,
      cause: `${cause.name}: ${cause.message}`,
      attempts,
      parkedAt: this.options.clock.instant(),
    })
  }

  deadLetters(group?: string): Promise<readonly DeadLetter[]> {
    return this.#letters.letters(group)
  }

  async redeliver(group: string, position: number): Promise<void> {
    await redelivered(this.#letters, this.#consumers.get(group)?.consumer, group, position)
  }

  async forget(group: string, except?: ReadonlySet<number>): Promise<void> {
    for (const { event } of await this.#letters.letters(group)) {
      if (except?.has(event.position) !== true) await this.#letters.forget(group, event.position)
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#consumers.values()].map(({ running }) => running.stop()))
    this.#consumers.clear()
    await this.#feeds.close()
    await Promise.all([this.#reader.stop(), this.#letters.close(), this.#tail.close()])
    await this.#asking.close()
  }

  async #arrived(payload: EachBatchPayload): Promise<void> {
    await Promise.resolve()
    const { batch } = payload
    if (batch.topic === this.#topics.deadLetters) this.#letters.arrived(payload)
    else {
      for (const message of batch.messages) {
        try {
          this.#tail.arrived(fromMessage(message))
        } catch (error) {
          this.options.onStray?.(strayMessage(batch.topic, batch.partition, message.offset, error))
        }
      }
    }
    payload.resolveOffset(batch.lastOffset())
  }

  /** Resolves when the topics are there and as they should be; asked again, it tries again. */
  #ready(): Promise<void> {
    this.#readying ??= this.#asking
      .ask((admin) => this.#topics.ensure(admin))
      .then(() => {
        this.#isUp = true
      })
      .catch((error: unknown) => {
        this.#readying = undefined
        throw error
      })
    return this.#readying
  }
}
