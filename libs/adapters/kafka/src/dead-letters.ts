import { Checkpoints, Unreadable } from '@throughline/ports'
import type { DeadLetter, RecordedEvent } from '@throughline/ports'
import { Partitioners } from 'kafkajs'
import type { EachBatchPayload, Kafka, Producer } from 'kafkajs'
import type { Asking } from './asking.js'
import { pause, promptly, unavailable, within } from './client.js'

/** A wait for what was written lasts at most so long, in milliseconds; then the caller hears that Kafka is not there. */
const PATIENCE = 3_000
const DISCONNECT = 1_000
/** Written where the end of the topic was compacted away, so that whoever waits for the end sees one. */
const MARKER = '.end'

/**
 * Dead letters as a compacted topic: the key is `<group>/<position>`, a message without value forgets. Every process keeps
 * the whole table, for it is small and an operator asks any of them.
 */
export class DeadLetters extends Checkpoints {
  readonly #letters = new Map<string, DeadLetter>()
  readonly #waiting = new Set<() => void>()
  /** The offset behind the last message that was read. */
  #next = 0n
  #producer: Producer | undefined
  #closed = false

  constructor(
    private readonly kafka: Kafka,
    private readonly asking: Asking,
    private readonly topic: string,
    private readonly ready: () => Promise<void>,
    private readonly patience = PATIENCE,
  ) {
    super()
  }

  /** What a reader of the topic, from its beginning, has read. */
  arrived({ batch }: Pick<EachBatchPayload, 'batch'>): void {
    for (const { key, value, offset } of batch.messages) {
      if (BigInt(offset) < this.#next) continue
      this.#next = BigInt(offset) + 1n
      const name = key?.toString() ?? ''
      const letter = value === null ? undefined : letterIn(value)
      if (letter === undefined) this.#letters.delete(name)
      else this.#letters.set(name, letter)
    }
    // The end of a batch may have been compacted away.
    const end = BigInt(batch.lastOffset()) + 1n
    if (end > this.#next) this.#next = end
    for (const wake of [...this.#waiting]) wake()
  }

  /** Where groups stand is kept by Kafka itself. */
  load(): Promise<number> {
    return Promise.resolve(0)
  }
  async save(): Promise<void> {
    await Promise.resolve()
  }

  async park(letter: DeadLetter): Promise<void> {
    await this.#write(nameOf(letter.group, letter.event.position), JSON.stringify(letter), {
      group: letter.group,
      position: String(letter.event.position),
      type: letter.event.type,
      // Headers are read by eye: a long message of an error stays whole in the letter itself.
      cause: letter.cause.slice(0, 1_000),
    })
  }

  /** @throws Refused `bus.unavailable` */
  async letters(group?: string): Promise<readonly DeadLetter[]> {
    await this.#upToDate()
    return [...this.#letters.values()]
      .filter((letter) => group === undefined || letter.group === group)
      .sort((a, b) => a.event.position - b.event.position)
      .map((letter) => structuredClone(letter))
  }

  async forget(group: string, position: number): Promise<void> {
    await this.#write(nameOf(group, position), null, {})
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#producer) await within(DISCONNECT, this.#producer.disconnect())
  }

  /** Waits until everything that stands in the topic now was read. */
  async #upToDate(): Promise<void> {
    await promptly(this.patience, this.ready())
    const end = await promptly(this.patience, this.#end())
    if (await this.#reached(end, this.patience)) return
    await this.#write(MARKER, null, {})
    if (!(await this.#reached(end, this.patience)))
      throw unavailable(new Error('the reader of dead letters is behind'))
  }

  async #reached(end: bigint, patience: number): Promise<boolean> {
    const late = new AbortController()
    const over = performance.now() + patience
    const tooLate = pause(patience, late.signal)
    try {
      while (this.#next < end && performance.now() < over) {
        const { promise, resolve } = Promise.withResolvers<undefined>()
        const wake = (): void => {
          resolve(undefined)
        }
        this.#waiting.add(wake)
        await Promise.race([promise, tooLate])
        this.#waiting.delete(wake)
      }
      return this.#next >= end
    } finally {
      late.abort()
    }
  }

  async #end(): Promise<bigint> {
    const [partition] = await this.asking.ask((admin) => admin.fetchTopicOffsets(this.topic))
    // A topic of which nothing is left has nothing to be waited for.
    return partition === undefined || partition.low === partition.high ? 0n : BigInt(partition.high)
  }

  async #write(key: string, value: string | null, headers: Readonly<Record<string, string>>): Promise<void> {
    await promptly(2 * this.patience, this.#send(key, value, headers))
  }

  async #send(key: string, value: string | null, headers: Readonly<Record<string, string>>): Promise<void> {
    await this.ready()
    if (this.#producer === undefined) {
      const fresh = this.kafka.producer({
        allowAutoTopicCreation: false,
        createPartitioner: Partitioners.DefaultPartitioner,
        idempotent: false,
      })
      await fresh.connect()
      if (this.#closed) {
        await fresh.disconnect()
        throw new Error('the bus is closed')
      }
      this.#producer = fresh
    }
    const producer = this.#producer
    try {
      await producer.send({ topic: this.topic, acks: -1, messages: [{ key, value, headers }] })
    } catch (error) {
      if (this.#producer === producer) this.#producer = undefined
      void within(DISCONNECT, producer.disconnect())
      throw error
    }
  }
}

function nameOf(group: string, position: number): string {
  return `${group}/${String(position)}`
}

/** Undefined for what nobody of ours wrote. */
function letterIn(value: Buffer): DeadLetter | undefined {
  try {
    const letter: unknown = JSON.parse(value.toString())
    return isLetter(letter) ? letter : undefined
  } catch {
    return undefined
  }
}

function isLetter(value: unknown): value is DeadLetter {
  return (
    typeof value === 'object' &&
    value !== null &&
    'group' in value &&
    typeof value.group === 'string' &&
    'cause' in value &&
    typeof value.cause === 'string' &&
    'attempts' in value &&
    typeof value.attempts === 'number' &&
    'parkedAt' in value &&
    typeof value.parkedAt === 'string' &&
    'event' in value &&
    isEvent(value.event)
  )
}

function isEvent(value: unknown): value is RecordedEvent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'position' in value &&
    typeof value.position === 'number' &&
    'type' in value &&
    typeof value.type === 'string'
  )
}

/** What a message is told as that is no event of ours. */
export function strayMessage(topic: string, partition: number, offset: string, cause: unknown): Unreadable {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new Unreadable(`message ${offset} of ${topic}/${String(partition)} is left aside: ${reason}`)
}
