import { setTimeout as sleep } from 'node:timers/promises'
import { Refused } from '@throughline/kernel'
import { Kafka, logLevel } from 'kafkajs'
import type { ISocketFactory, KafkaConfig } from 'kafkajs'
import { quietQueues } from './quiet-queue.js'

/** How a broker is reached. Times are in milliseconds. */
export interface Connection {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[]
  /** Named in the broker's log and quotas. */
  readonly clientId: string
  readonly ssl?: NonNullable<KafkaConfig['ssl']>
  readonly sasl?: NonNullable<KafkaConfig['sasl']>
  /** An answer that takes longer is taken for lost. Default 12,000. */
  readonly requestTimeout?: number
  /** Default 3,000. */
  readonly connectionTimeout?: number
  /** Another way to open a socket: through a proxy. */
  readonly socketFactory?: ISocketFactory
  /** What the client has to say: a line and its details. Errors that matter are told by the parts themselves as well. */
  readonly onLog?: (line: string, detail: Readonly<Record<string, unknown>>) => void
}

export function clientOf(connection: Connection): Kafka {
  quietQueues()
  const { onLog } = connection
  return new Kafka({
    brokers: [...connection.brokers],
    clientId: connection.clientId,
    // More than a session: members wait in a request for one that died until the broker takes it for dead.
    requestTimeout: connection.requestTimeout ?? 12_000,
    enforceRequestTimeout: true,
    connectionTimeout: connection.connectionTimeout ?? 3_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 },
    logLevel: onLog ? logLevel.WARN : logLevel.NOTHING,
    logCreator:
      () =>
      ({ namespace, log: { message, ...detail } }) =>
        onLog?.(`${namespace}: ${message}`, detail),
    ...(connection.ssl !== undefined && { ssl: connection.ssl }),
    ...(connection.sasl !== undefined && { sasl: connection.sasl }),
    ...(connection.socketFactory !== undefined && { socketFactory: connection.socketFactory }),
  })
}

/** Waiting for a broker takes real time, as everything does that its client waits for. Ends early by the signal. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { ref: false, ...(signal && { signal }) }).catch(() => undefined)
}

/** What a promise gives, or undefined when it takes longer or fails: for the last steps of a stop, which must not hang. */
export async function within<Value>(milliseconds: number, work: Promise<Value>): Promise<Value | undefined> {
  const late = new AbortController()
  try {
    return await Promise.race([
      work.catch(() => undefined),
      pause(milliseconds, late.signal).then(() => undefined),
    ])
  } finally {
    late.abort()
  }
}

export function unavailable(cause: unknown): Refused {
  const refused = new Refused('unavailable', 'bus.unavailable', 'Kafka cannot be reached at the moment.', {
    todo: 'Ask again in a moment; what was recorded is safe and is delivered when Kafka is back.',
    retryAfter: 5,
  })
  return Object.assign(refused, { cause })
}

/** The same, or a refusal when it fails or takes longer. */
export async function promptly<Value>(milliseconds: number, work: Promise<Value>): Promise<Value> {
  const late = new AbortController()
  const tooLate = pause(milliseconds, late.signal).then(() => {
    throw new Error(`no answer within ${String(milliseconds)} ms`)
  })
  try {
    return await Promise.race([work, tooLate])
  } catch (error) {
    throw error instanceof Refused ? error : unavailable(error)
  } finally {
    tooLate.catch(() => undefined)
    late.abort()
  }
}

export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
