import { Signals } from '@throughline/ports'
import type { Signal, Timers } from '@throughline/ports'
import type { Connection } from './connection.js'

/** Signs of a message; a longer one is not sent and not heard. */
const MOST = 65_536
/** Milliseconds between two looks at whether the ear still hears: it asks nothing by itself and would not notice. */
const LISTENING = 5_000

/** Signals by publish and subscribe: every process, the sending one included, hears one when it comes back from Redis. */
export class RedisSignals extends Signals {
  readonly #listeners = new Set<(signal: Signal) => void>()
  readonly #stop: () => void
  readonly #channel: string

  /** A connection that listens does nothing else (`ear`); sending goes over the other one. */
  constructor(
    private readonly connection: Connection,
    private readonly ear: Connection,
    prefix: string,
    timers: Timers,
  ) {
    super()
    this.#channel = `${prefix}:signals`
    ear.redis.on('ready', () => {
      this.listen().catch(() => {
        // Connected, and not listening: begun anew. One that is connecting already must be left alone.
        if (ear.redis.status === 'ready') ear.redis.disconnect(true)
      })
    })
    ear.redis.on('message', (channel: string, text: string) => {
      if (channel === this.#channel) this.#hear(text)
    })
    this.#stop = timers.every('signals', LISTENING, async () => {
      // An answer that stays out closes the connection, which is then opened anew.
      await ear.redis.ping().catch(() => undefined)
    })
  }

  async listen(): Promise<void> {
    await this.ear.ask(() => this.ear.redis.subscribe(this.#channel))
  }

  send({ channel, event, data }: Signal): void {
    const text = written({ channel, event, data })
    if (text === undefined || text.length > MOST) return
    this.connection.redis.publish(this.#channel, text).catch(() => undefined)
  }

  onSignal(listener: (signal: Signal) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#stop()
    this.#listeners.clear()
  }

  #hear(text: string): void {
    const signal = text.length > MOST ? undefined : readable(text)
    if (signal === undefined) return
    for (const listener of this.#listeners) {
      try {
        listener(signal)
      } catch {
        // A listener's fault is its own: the others hear the signal too.
      }
    }
  }
}

function written(signal: Signal): string | undefined {
  try {
    return JSON.stringify(signal)
  } catch {
    return undefined
  }
}

/** A signal, or nothing: whoever reaches Redis may have written the message. */
function readable(text: string): Signal | undefined {
  try {
    const found: unknown = JSON.parse(text, refusePrototypes)
    if (typeof found !== 'object' || found === null) return undefined
    if (!('channel' in found) || !('event' in found)) return undefined
    const { channel, event } = found
    if (typeof channel !== 'string' || typeof event !== 'string') return undefined
    return { channel, event, data: 'data' in found ? found.data : undefined }
  } catch {
    return undefined
  }
}

/** Names that would reach the prototype of whatever the data is copied onto. */
function refusePrototypes(name: string, value: unknown): unknown {
  if (name === '__proto__') throw new SyntaxError('a message with a prototype')
  const isConstructor = name === 'constructor' && typeof value === 'object' && value !== null
  if (isConstructor && 'prototype' in value) throw new SyntaxError('a message with a prototype')
  return value
}
