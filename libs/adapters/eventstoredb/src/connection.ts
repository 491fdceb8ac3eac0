import {
  convertToCommandError,
  ErrorType,
  EventStoreDBClient,
  isCommandError,
  NotLeaderError,
} from '@eventstore/db-client'
import type { CommandError, StreamingRead } from '@eventstore/db-client'
import { Refused } from '@throughline/kernel'
import { DamagedRecord } from '@throughline/ports'

/** Seconds after which asking again makes sense. */
const RETRY_AFTER = 5
/** Clients with which something may still be under way; the oldest gives way. */
const MOST_RETIRED = 4

/** The server refuses who we say we are. */
export class WrongCredentials extends Error {
  override readonly name = 'WrongCredentials'
}

/** A place in the log was asked for at which no record begins. */
export class InvalidPosition extends Error {
  override readonly name = 'InvalidPosition'
}

class Overdue extends Error {
  override readonly name = 'Overdue'
}

/**
 * The client, with an end to every wait and with errors that the ports know. What the client alone does not do: it gives
 * reads no deadline, stays with a connection that is silent, and its batched append ends the process when an answer comes
 * late (an exception in a listener), so appends go one by one.
 */
export class Connection {
  readonly #retired: EventStoreDBClient[] = []
  readonly #renewed = new Set<() => void>()
  #client: EventStoreDBClient
  #generation = 0
  #open = true

  /** `patience`: milliseconds of silence after which a call is given up. */
  constructor(
    private readonly url: string,
    private readonly patience: number,
  ) {
    this.#client = this.#connect()
  }

  /** For subscriptions, which handle errors and silence themselves. */
  get client(): EventStoreDBClient {
    return this.#client
  }

  /** Calls back when the connection was given up for a new one. */
  onRenewed(listener: () => void): () => void {
    this.#renewed.add(listener)
    return () => this.#renewed.delete(listener)
  }

  /** What each call is to be made with. */
  get options(): { readonly requiresLeader: true; readonly deadline: number } {
    return { requiresLeader: true, deadline: this.patience }
  }

  /** One call with one answer. @throws Refused `store.unavailable`, or what the client says of the call itself */
  run<Answer>(call: (client: EventStoreDBClient) => Promise<Answer>): Promise<Answer> {
    return this.#ask(
      (client) =>
        new Promise((resolve, reject) => {
          const giveUp = this.#after(reject)
          call(client)
            .then(resolve, reject)
            .finally(() => {
              clearTimeout(giveUp)
            })
        }),
    )
  }

  /** Everything a read gives; nothing where there is no such stream. @throws Refused `store.unavailable` */
  read<One>(open: (client: EventStoreDBClient) => StreamingRead<One>): Promise<readonly One[]> {
    return this.#ask(
      (client) =>
        new Promise((resolve, reject) => {
          const found: One[] = []
          const stream = open(client)
          const giveUp = this.#after((error) => {
            reject(error)
            stream.cancel().catch(() => undefined)
          })
          stream.on('data', (one) => {
            found.push(one)
            giveUp.refresh()
          })
          stream.on('end', () => {
            clearTimeout(giveUp)
            resolve(found)
          })
          // Stays for good: an error after the end would have nobody to hear it and would end the process.
          stream.on('error', (error) => {
            clearTimeout(giveUp)
            if (typeOf(error) === ErrorType.STREAM_NOT_FOUND) resolve([])
            else reject(error)
          })
        }),
    )
  }

  async close(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    this.#renewed.clear()
    await Promise.all([this.#client, ...this.#retired].map(dispose))
  }

  async #ask<Answer>(call: (client: EventStoreDBClient) => Promise<Answer>): Promise<Answer> {
    for (let again = false; ; again = true) {
      if (!this.#open) throw unavailable('the store is closed')
      const generation = this.#generation
      try {
        return await call(this.#client)
      } catch (error) {
        const cause = error instanceof Error ? convertToCommandError(error) : new Error(String(error))
        // The client itself turns to the leader it was told of; nothing was written.
        if (cause instanceof NotLeaderError && !again) {
          await new Promise((resolve) => setImmediate(resolve))
          continue
        }
        throw this.#told(cause, generation)
      }
    }
  }

  #told(error: Error, generation: number): Error {
    if (error instanceof Overdue) {
      this.#renew(generation)
      return unavailable(`no answer within ${String(this.patience)} ms`, error)
    }
    if (!isCommandError(error)) return error
    if (error.type === ErrorType.WRONG_EXPECTED_VERSION) return error
    if (error.type === ErrorType.ACCESS_DENIED) {
      return new WrongCredentials(
        `EventStoreDB refuses ${userOf(this.url)}: the address needs credentials that may write streams and read $all (a member of $admins, or an access list that says so)`,
        { cause: error },
      )
    }
    if (error.type === ErrorType.STREAM_DELETED) {
      return new DamagedRecord(`a stream was deleted in the server: ${error.streamName}`, { cause: error })
    }
    if (error.type === ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED) {
      return new Refused('unprocessable', 'command.too-large', 'This is more than the store takes at once.', {
        todo: 'Send less at once.',
      })
    }
    if (error.type === ErrorType.UNKNOWN && speaksOfPosition(error)) {
      return new InvalidPosition(error.message, { cause: error })
    }
    this.#renew(generation)
    return unavailable(error.type, error)
  }

  /**
   * A new connection in place of one that failed. The library shares connections between clients of the same settings, also
   * one that has fallen silent and is found out by its keep-alive only; another interval makes it another connection.
   */
  #renew(generation: number): void {
    if (!this.#open || generation !== this.#generation) return
    this.#generation += 1
    this.#retired.push(this.#client)
    if (this.#retired.length > MOST_RETIRED) {
      const oldest = this.#retired.shift()
      if (oldest !== undefined) void dispose(oldest)
    }
    this.#client = this.#connect()
    for (const listener of this.#renewed) listener()
  }

  #connect(): EventStoreDBClient {
    const interval = 10_000 + (this.#generation % 1_000)
    const join = this.url.includes('?') ? '&' : '?'
    const client = EventStoreDBClient.connectionString(
      `${this.url}${join}keepAliveInterval=${String(interval)}`,
    )
    // Asked whether the server takes batches (see above), it says no.
    Reflect.set(client, 'supports', () => Promise.resolve(false))
    return client
  }

  #after(giveUp: (error: Error) => void): NodeJS.Timeout {
    // An answer that waits behind a busy loop is heard first.
    return setTimeout(() => setImmediate(giveUp, new Overdue()), this.patience)
  }
}

export function unavailable(reason: string, cause?: Error): Refused {
  const refused = new Refused(
    'unavailable',
    'store.unavailable',
    `Nothing can be read or written at the moment (${reason}).`,
    {
      retryAfter: RETRY_AFTER,
      todo: 'Send the same command with the same key again; it takes effect once.',
    },
  )
  return Object.assign(refused, { cause })
}

function typeOf(error: Error): ErrorType | undefined {
  return isCommandError(error) ? error.type : undefined
}

// The server has no code for it; 23.10 and later say the first, earlier ones the others.
function speaksOfPosition({ message }: CommandError): boolean {
  return /invalid position|ReadAllResult|thrown by (the )?handler/i.test(message)
}

/** The client ends its streams and leaves the connection open, which would keep the process from ending. */
async function dispose(client: EventStoreDBClient): Promise<void> {
  await client.dispose()
  const channelOf: unknown = Reflect.get(client, 'getChannel')
  // Not waited for: where no node answers, the client looks for one first.
  if (isAsking(channelOf)) channelOf().then(close, () => undefined)
}

function isAsking(value: unknown): value is () => Promise<unknown> {
  return typeof value === 'function'
}

function close(channel: unknown): void {
  if (
    typeof channel === 'object' &&
    channel !== null &&
    'close' in channel &&
    typeof channel.close === 'function'
  ) {
    Reflect.apply(channel.close, channel, [])
  }
}

/** Never the password. */
function userOf(url: string): string {
  const user = /:\/\/([^:@/]+):[^@]*@/.exec(url)?.[1]
  return user === undefined ? 'a caller without credentials' : `the user "${decodeURIComponent(user)}"`
}
