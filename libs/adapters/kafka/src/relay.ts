import type { Ids } from '@throughline/kernel'
import { gapless, MissingPosition, StaleRegister } from '@throughline/ports'
import type { EventStore, Registers } from '@throughline/ports'
import { Partitioners } from 'kafkajs'
import type { Kafka, Producer } from 'kafkajs'
import { clientOf, errorOf, pause, within } from './client.js'
import type { Connection } from './client.js'
import { NOTHING_RELAYED, relayState, sendsOf } from './relay.state.js'
import type { RelayState, Send } from './relay.state.js'
import { Topics } from './topics.js'
import type { TopicPlan } from './topics.js'

export interface RelayOptions extends Connection, TopicPlan {
  readonly events: EventStore
  readonly registers: Registers
  readonly ids: Ids
  /** Name of the register. Default `relay`. */
  readonly register?: string
  /** Milliseconds after which a standby takes over from a leader of whom it sees nothing. Default 15,000. */
  readonly term?: number
  /** Milliseconds after which the log is looked at although nobody told that it has grown. Default 500. */
  readonly poll?: number
  /** What cannot be mended by trying again: a topic that stands otherwise than planned, a refused sign-in. */
  readonly onFatal?: (error: Error) => void
}

export interface Relay {
  readonly isLeader: boolean
  /** Everything up to here is in the topics, as far as this process knows. */
  readonly position: number
  /** Events that wait to be sent, at the last look. */
  readonly lag: number
  /** The last failure, while it lasts. */
  readonly failing: Error | undefined
  /** Sends what is in hand, moves the checkpoint and gives the lease back. Bounded. */
  stop(): Promise<void>
}

const PAGE = 500
const LONGEST_PAUSE = 2_000
/** A gap that another transaction is about to fill is no fault. */
const GAP_PATIENCE = 60_000
const DISCONNECT = 1_000
const STOP = 10_000

/**
 * Brings the log to Kafka. Each event at least once and each key in order: one write is on its way at a time, the
 * checkpoint follows it, and a write whose outcome nobody knows is done again. Readers drop what they have seen.
 */
export function startRelay(options: RelayOptions): Relay {
  const relay = new RunningRelay(options)
  relay.start()
  return relay
}

interface Held {
  version: number
  state: RelayState
  /** When the register was written last, of this machine's monotonic clock. */
  renewed: number
}

class RunningRelay implements Relay {
  readonly #topics: Topics
  readonly #kafka: Kafka
  readonly #register: string
  readonly #term: number
  readonly #holder: string
  readonly #stopping = new AbortController()
  #producer: Producer | undefined
  #ready = false
  #held: Held | undefined
  #position = 0
  #head = 0
  #failing: Error | undefined
  #gapSince: number | undefined
  #failures = 0
  #asleep = new AbortController()
  #unsubscribe = (): void => undefined
  #done: Promise<void> = Promise.resolve()

  constructor(private readonly options: RelayOptions) {
    this.#topics = new Topics(options)
    this.#kafka = clientOf(options)
    this.#register = options.register ?? 'relay'
    this.#term = options.term ?? 15_000
    this.#holder = options.ids.next()
  }

  get isLeader(): boolean {
    return this.#held !== undefined
  }
  get position(): number {
    return this.#position
  }
  get lag(): number {
    return Math.max(0, this.#head - this.#position)
  }
  get failing(): Error | undefined {
    return this.#failing
  }

  start(): void {
    this.#unsubscribe = this.options.events.onAppended(() => {
      this.#asleep.abort()
    })
    this.#done = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#asleep.abort()
    this.#unsubscribe()
    // A store that does not answer holds nobody up: whoever takes over waits for the term.
    await within(STOP, this.#done)
    const producer = this.#producer
    if (producer) await within(DISCONNECT, producer.disconnect())
  }

  async #run(): Promise<void> {
    while (!this.#isStopping()) {
      try {
        await this.#prepare()
        if (this.#held === undefined) await this.#acquire()
        else await this.#relay(this.#held)
      } catch (error) {
        // Whoever lost the lease has nothing to send any more, and nothing is wrong.
        if (error instanceof StaleRegister) this.#held = undefined
        else await this.#failed(errorOf(error))
      }
    }
    await within(2 * DISCONNECT, this.#release())
    this.#held = undefined
  }

  async #failed(error: Error): Promise<void> {
    this.#failing = error
    if (error.name === 'WrongTopic') this.options.onFatal?.(error)
    await pause(Math.min(LONGEST_PAUSE, 50 * 2 ** Math.min(this.#failures++, 10)), this.#stopping.signal)
  }

  async #prepare(): Promise<void> {
    if (this.#ready) return
    const admin = this.#kafka.admin()
    try {
      await admin.connect()
      await this.#topics.ensure(admin)
      this.#ready = true
    } finally {
      void within(DISCONNECT, admin.disconnect())
    }
  }

  /** Waits until the lease is free or has not moved for a term of this machine's clock, and takes it. */
  async #acquire(): Promise<void> {
    const { registers } = this.options
    for (let seen = -1, since = 0; !this.#isStopping();) {
      const now = await registers.read(this.#register)
      const version = now?.version ?? 0
      const state = now === undefined ? NOTHING_RELAYED : relayState(now.value)
      this.#position = state.position
      if (version !== seen) [seen, since] = [version, performance.now()]
      if (state.holder === null || performance.now() - since >= this.#term) {
        await this.#write(
          { version, state, renewed: 0 },
          { ...state, holder: this.#holder, epoch: state.epoch + 1 },
        )
        return
      }
      this.#head = await this.options.events.head()
      this.#recovered()
      await pause(Math.min(1_000, this.#term / 5), this.#stopping.signal)
    }
  }

  /** @throws StaleRegister when another has the lease */
  async #write(held: Held, state: RelayState): Promise<void> {
    const asked = performance.now()
    const version = await this.options.registers.write(this.#register, held.version, state)
    this.#held = { version, state, renewed: asked }
    this.#position = state.position
  }

  async #relay(held: Held): Promise<void> {
    const age = performance.now() - held.renewed
    if (age >= this.#term / 3) {
      await this.#write(held, held.state)
      return
    }
    const { position } = held.state
    const { events } = this.options
    const page = await events.readAll({ after: position, limit: PAGE })
    const whole = gapless(events, position, page)
    this.#head = Math.max(position, page.at(-1)?.position ?? 0)
    if (whole.length === 0) {
      if (page.length > 0) this.#gap(position)
      else await this.#idle(position)
      await this.#sleep(Math.min(this.options.poll ?? 500, this.#term / 4))
      return
    }
    this.#gapSince = undefined
    for (const send of sendsOf(held.state, whole, this.#topics)) {
      await this.#send(send)
      const { holder, epoch } = held.state
      if (this.#held) await this.#write(this.#held, { ...send.after, holder, epoch })
    }
    if (page.length === PAGE) this.#head = Math.max(this.#head, await events.head())
    this.#recovered()
  }

  #gap(position: number): void {
    this.#gapSince ??= performance.now()
    if (performance.now() - this.#gapSince >= GAP_PATIENCE) this.#failing = new MissingPosition(position + 1)
  }

  async #idle(position: number): Promise<void> {
    const head = await this.options.events.head()
    if (head < position) {
      throw new Error(
        `the log ends at ${String(head)}, and ${String(position)} was published: it is not the log that the topics are of`,
      )
    }
    this.#gapSince = undefined
    this.#recovered()
  }

  /** One write, again and again until it is acknowledged, also when the process is told to stop meanwhile: once more. */
  async #send({ messages }: Send): Promise<void> {
    const producer = (this.#producer ??= await this.#connect())
    try {
      await producer.sendBatch({ acks: -1, topicMessages: messages })
    } catch (error) {
      // Its outcome is unknown, and whatever the old connection still holds may arrive later: readers drop it.
      this.#producer = undefined
      void within(DISCONNECT, producer.disconnect())
      throw error
    }
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      idempotent: false,
      maxInFlightRequests: 1,
      retry: { retries: 0 },
    })
    await producer.connect()
    return producer
  }

  #recovered(): void {
    this.#failing = undefined
    this.#failures = 0
  }

  async #release(): Promise<void> {
    if (this.#held) await this.#write(this.#held, { ...this.#held.state, holder: null })
  }

  /** Until somebody appends, or for so long. */
  async #sleep(milliseconds: number): Promise<void> {
    if (this.#isStopping()) return
    await pause(milliseconds, this.#asleep.signal)
    if (!this.#isStopping()) this.#asleep = new AbortController()
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted
  }
}
