import type { Clock } from '@throughline/kernel'
import type { Consumer, ConsumerConfig, EachBatchPayload, Kafka } from 'kafkajs'
import { errorOf, pause, within } from './client.js'

export interface Subscription {
  readonly topics: readonly string[]
  /** Where a group begins that has no place yet: at the first message, or behind the last. */
  readonly fromBeginning: boolean
}

export interface PollingOptions {
  readonly kafka: Kafka
  readonly config: ConsumerConfig
  readonly subscriptions: readonly Subscription[]
  readonly clock: Clock
  /** Resolves when the topics are there; a consumer that asks for one that is not fails. */
  readonly ready: () => Promise<void>
  /** Milliseconds without a completed or failed poll after which the client is taken for hung and made anew. */
  readonly patience: number
  readonly onBatch: (payload: EachBatchPayload) => Promise<void>
  readonly onJoin?: (assignment: Readonly<Record<string, readonly number[]>>) => void
  /** The partitions may be another's from now on. */
  readonly onLost?: () => void
  /** What trying again cannot mend. */
  readonly onFatal: (error: Error) => void
}

const LONGEST_PAUSE = 5_000
const DISCONNECT = 3_000

/**
 * A consumer that is kept running: one that crashed is made anew after a growing pause, and so is one that hangs, for this
 * client has ways to hang in which it neither polls nor fails.
 */
export class Polling {
  readonly #stopping = new AbortController()
  #consumer: Consumer | undefined
  #failing: Error | undefined
  #touched = performance.now()
  #lastPoll: number
  #failures = 0
  #done: Promise<void> = Promise.resolve()

  constructor(private readonly options: PollingOptions) {
    this.#lastPoll = options.clock.now()
  }

  /** When a poll was completed or failed last, in milliseconds since 1970: stands still only in a client that hangs. */
  get lastPoll(): number {
    return this.#lastPoll
  }

  /** The last failure, while it lasts. */
  get failing(): Error | undefined {
    return this.#failing
  }

  start(): void {
    this.#done = this.#run()
  }

  pause(topic: string, partition: number): void {
    this.#consumer?.pause([{ topic, partitions: [partition] }])
  }

  resume(topic: string, partition: number): void {
    this.#consumer?.resume([{ topic, partitions: [partition] }])
  }

  /** Leaves the group. Bounded. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    while (!isOver(this.#stopping.signal)) {
      this.#touch()
      try {
        await this.options.ready()
        if (!isOver(this.#stopping.signal)) await this.#consume()
      } catch (error) {
        this.#failed(errorOf(error))
        if (isFatal(errorOf(error))) {
          this.options.onFatal(errorOf(error))
          return
        }
      }
      await pause(Math.min(LONGEST_PAUSE, 100 * 2 ** Math.min(this.#failures++, 10)), this.#stopping.signal)
    }
  }

  /** Runs one consumer until it is stopped. @throws what it crashed with */
  async #consume(): Promise<void> {
    const { kafka, config, subscriptions, onBatch, onJoin, onLost } = this.options
    const consumer = kafka.consumer({
      ...config,
      allowAutoTopicCreation: false,
      // It is made anew from here, where somebody sees that it is.
      retry: { retries: 3, restartOnFailure: () => Promise.resolve(false) },
    })
    const over = new AbortController()
    const { promise: crashed, reject: crash } = Promise.withResolvers<never>()
    crashed.catch(() => undefined)
    const { CRASH, FETCH, GROUP_JOIN, REBALANCING, REQUEST_TIMEOUT } = consumer.events
    consumer.on(CRASH, ({ payload }) => {
      crash(payload.error)
    })
    consumer.on(FETCH, () => {
      this.#touch()
      this.#failing = undefined
      this.#failures = 0
    })
    consumer.on(REQUEST_TIMEOUT, () => {
      this.#failed(new Error('Kafka did not answer in time'))
    })
    consumer.on(REBALANCING, () => {
      onLost?.()
    })
    consumer.on(GROUP_JOIN, ({ payload }) => {
      this.#touch()
      if (!over.signal.aborted) onJoin?.(payload.memberAssignment)
    })
    this.#consumer = consumer
    const stopped = new Promise<void>((resolve) => {
      const { signal } = this.#stopping
      if (signal.aborted) resolve()
      else
        signal.addEventListener(
          'abort',
          () => {
            resolve()
          },
          { once: true },
        )
    })
    const start = async (): Promise<void> => {
      await consumer.connect()
      for (const { topics, fromBeginning } of subscriptions) {
        await consumer.subscribe({ topics: [...topics], fromBeginning })
      }
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 16,
        eachBatch: (payload) => (over.signal.aborted ? Promise.resolve() : onBatch(payload)),
      })
    }
    const started = start()
    started.catch(crash)
    try {
      await Promise.race([stopped, crashed, this.#hung(over.signal)])
    } finally {
      over.abort()
      onLost?.()
      this.#consumer = undefined
      // One that is told to go while it joins would join all the same and stay, so it is told when it has.
      const left = started.catch(() => undefined).then(() => consumer.disconnect())
      await within(DISCONNECT, left)
    }
  }

  /** @throws Error when no poll was completed and none failed for too long */
  async #hung(over: AbortSignal): Promise<void> {
    const { patience } = this.options
    while (!isOver(over)) {
      await pause(patience / 10, over)
      if (!isOver(over) && performance.now() - this.#touched > patience) {
        throw new Error(`no poll of Kafka came to an end for ${String(patience)} ms`)
      }
    }
  }

  #failed(error: Error): void {
    this.#failing = error
    this.#touch()
  }

  #touch(): void {
    this.#touched = performance.now()
    this.#lastPoll = this.options.clock.now()
  }
}

/** A call, for what a signal says changes while others are waited for. */
function isOver({ aborted }: AbortSignal): boolean {
  return aborted
}

/** As the client itself tells them apart: what it calls not retriable stays as it is however often it is tried. */
function isFatal(error: Error): boolean {
  if (error.name === 'WrongTopic') return true
  if (!error.name.startsWith('KafkaJS') || error.name === 'KafkaJSNumberOfRetriesExceeded') return false
  let cause: unknown = error
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause
  return cause instanceof Error && 'retriable' in cause && cause.retriable === false && !isPassing(cause)
}

/** Called not retriable, and gone when the consumer is made anew. */
const PASSING: readonly string[] = [
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSLockTimeout',
  'KafkaJSTimeout',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_MEMBER_ID',
]

function isPassing(error: Error): boolean {
  return PASSING.includes(error.name) || ('type' in error && PASSING.includes(String(error.type)))
}
