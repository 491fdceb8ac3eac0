import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Clock, Ids, Randomness, Refused } from '@throughline/kernel'
import { Timers } from '@throughline/ports'
import type { LoggerService } from '@nestjs/common'
import { v5, v7 } from 'uuid'

/** The machine's own clock. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now()
  }
}

// Drawn once for this project; RFC 9562 asks name-based ids to have a namespace of their own.
const NAMESPACE = '6f1d3a52-7d0e-5c1b-9a44-3a5f0f6a2c11'

/** Bytes of randomness drawn at a time: asking for sixteen costs as much as for a thousand. */
const POOL = 4_096
const OF_ONE = 16

export class UuidIds extends Ids {
  #pool: Uint8Array = new Uint8Array(0)
  #used = 0

  constructor(private readonly clock: Clock) {
    super()
  }

  next(): string {
    if (this.#used >= this.#pool.length) {
      this.#pool = randomBytes(POOL)
      this.#used = 0
    }
    const random = this.#pool.subarray(this.#used, (this.#used += OF_ONE))
    return v7({ msecs: this.clock.now(), random })
  }

  derive(...parts: readonly string[]): string {
    return v5(JSON.stringify(parts), NAMESPACE)
  }
}

export class SystemRandomness extends Randomness {
  bytes(count: number): Uint8Array {
    return randomBytes(count)
  }

  below(bound: number): number {
    return randomInt(bound)
  }
}

export class SystemTimers extends Timers {
  readonly #running = new Set<() => void>()

  constructor(private readonly logger: LoggerService) {
    super()
  }

  every(name: string, milliseconds: number, task: () => Promise<void>): () => void {
    let busy = false
    const timer = setInterval(() => {
      if (busy) return
      busy = true
      task()
        .catch((error: unknown) => {
          // What is out of reach for a moment, such as a view that is being built, is no fault of the task.
          if (error instanceof Refused && error.kind === 'unavailable') this.logger.warn(error.message, name)
          else
            this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error), name)
        })
        .finally(() => (busy = false))
    }, milliseconds)
    const stop = (): void => {
      clearInterval(timer)
      this.#running.delete(stop)
    }
    this.#running.add(stop)
    return stop
  }

  async sleep(milliseconds: number): Promise<void> {
    await sleep(milliseconds)
  }

  /** No timer runs after this. */
  stop(): void {
    for (const stop of [...this.#running]) stop()
  }
}
