import { createHash } from 'node:crypto'
import { Redis } from 'ioredis'
import { Refused } from '@throughline/kernel'

/** Milliseconds after which a server that says nothing counts as gone. */
const PATIENCE = 900
/** Milliseconds between two attempts to connect: the first, doubled until the last. */
const [FIRST_PAUSE, LAST_PAUSE] = [50, 1_000]
/** Seconds after which asking again makes sense. */
const RETRY_AFTER = 1

/** A Lua script, sent whole only to a server that does not have it. */
export class Script {
  readonly sha: string

  constructor(readonly lua: string) {
    this.sha = createHash('sha1').update(lua).digest('hex')
  }
}

/**
 * One connection. Nothing waits for a server that is not there: what is asked meanwhile is refused at once, what is under
 * way when the server falls silent within a second. Commands are never sent twice by themselves.
 */
export class Connection {
  readonly redis: Redis
  #trouble: Error | undefined

  /** `code` and `subject` ("The views") are those of the refusals. */
  constructor(
    url: string,
    private readonly code: string,
    private readonly subject: string,
  ) {
    this.redis = new Redis(url, {
      lazyConnect: true,
      protocol: 2,
      connectTimeout: PATIENCE,
      commandTimeout: PATIENCE,
      // A server that hangs keeps its connections: this one is closed, and until another answers nobody waits.
      socketTimeout: PATIENCE,
      disconnectTimeout: 200,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      // Its promise would be nobody's.
      autoResubscribe: false,
      retryStrategy: (times) => Math.min(FIRST_PAUSE * 2 ** Math.min(times - 1, 10), LAST_PAUSE),
      // What was the first server has become a second one: its name may lead to the new first.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    })
    this.redis.on('error', (error: Error) => (this.#trouble = error))
    this.redis.on('ready', () => (this.#trouble = undefined))
  }

  /** @throws Refused unavailable, with what the server or the network said */
  async open(): Promise<void> {
    try {
      await this.redis.connect()
    } catch (error) {
      const trouble = this.#trouble ?? error
      await this.close()
      throw this.unavailable(trouble)
    }
  }

  /** @throws Refused unavailable */
  async run(script: Script, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...values]
    return this.ask(async () => {
      try {
        return await this.redis.call('EVALSHA', [script.sha, ...rest])
      } catch (error) {
        if (saidBy(error) !== 'NOSCRIPT') throw error
        return await this.redis.call('EVAL', [script.lua, ...rest])
      }
    })
  }

  /** What Redis answers. @throws Refused unavailable */
  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    try {
      return await question()
    } catch (error) {
      throw this.unavailable(error)
    }
  }

  async close(): Promise<void> {
    const { status } = this.redis
    if (status === 'end') return
    const ended = new Promise<void>((resolve) => this.redis.once('end', resolve))
    this.redis.disconnect()
    // Between two attempts there is no connection whose end could be told.
    if (status !== 'reconnecting') await ended
  }

  /** The client's own errors carry the command with people's data in it: nothing of them goes on but the server's word. */
  unavailable(error: unknown): Refused {
    const said = saidBy(error)
    const full = said === 'OOM'
    return new Refused(
      'unavailable',
      this.code,
      full
        ? `${this.subject} take nothing more at the moment: Redis is at its maxmemory.`
        : `${this.subject} cannot be reached at the moment${said === undefined ? '' : ` (${said})`}.`,
      {
        todo: full ? 'Give Redis more memory.' : 'Ask again in a moment.',
        retryAfter: RETRY_AFTER,
      },
    )
  }
}

/** The word an answer of Redis begins with, `OOM`, or the code of a network error, `ECONNREFUSED`. */
function saidBy(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return 'message' in error ? /^[A-Z]{2,}\b/.exec(String(error.message))?.[0] : undefined
}
