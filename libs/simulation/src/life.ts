import { Refused } from '@throughline/kernel'
import { Timers } from '@throughline/ports'
import type { Chance } from './chance.js'
import { never, turn } from './virtual-time.js'
import type { VirtualTime } from './virtual-time.js'

/** How much goes wrong, each as a share of calls from 0 to 1. */
export interface Faults {
  /** A call takes its time. */
  readonly slow: number
  /** The longest that is, in milliseconds. */
  readonly slowest: number
  /** A read or write is refused and nothing is done. */
  readonly refused: number
  /** A write is done, and whoever asked is told that it failed. */
  readonly unknown: number
  /** An event is handed over again at once. */
  readonly repeated: number
  /** An answer to a request is lost on its way. */
  readonly lost: number
}

export const NO_FAULTS: Faults = { slow: 0, slowest: 0, refused: 0, unknown: 0, repeated: 0, lost: 0 }

/** A seed's own bad day: some have slow disks, some lose answers, some have a little of everything. */
export function drawFaults(chance: Chance): Faults {
  const some = (most: number): number => (chance.is(0.7) ? chance.next() * most : 0)
  return {
    slow: some(0.3),
    slowest: chance.of([5, 50, 400, 1_500]),
    refused: some(0.02),
    unknown: some(0.03),
    repeated: some(0.2),
    lost: some(0.05),
  }
}

export type Call = 'read' | 'write' | 'reply' | 'deliver'

/** One process, from its start to its crash: everything it asks of the world outside passes here. */
export class Life {
  /** Until it has started, nothing is slow and nothing fails: a start is not what the seed decides. */
  starting = true
  dead = false
  /** Resolves when the process is gone. */
  readonly death: Promise<void>
  /** Resolves when it has started. */
  readonly begun: Promise<void>
  #die = (): void => undefined
  #begin = (): void => undefined

  constructor(
    readonly time: VirtualTime,
    private readonly chance: Chance,
    private readonly faults: () => Faults,
  ) {
    this.death = new Promise((resolve) => {
      this.#die = resolve
    })
    this.begun = new Promise((resolve) => {
      this.#begin = resolve
    })
  }

  begin(): void {
    this.starting = false
    this.#begin()
  }

  crash(): void {
    this.dead = true
    this.#die()
  }

  /** Passes when the call has got through; never, when the process is gone meanwhile. */
  async pass(call: Call): Promise<void> {
    if (this.dead) return never()
    if (this.starting) return
    const { slow, slowest, refused } = this.faults()
    if (slow > 0 && this.chance.is(slow)) {
      await this.time.sleep(1 + this.chance.below(slowest))
      await this.alive()
    }
    if (call !== 'reply' && refused > 0 && this.chance.is(refused)) throw unavailable()
  }

  /** Where a process that is gone stops. */
  async alive(): Promise<void> {
    if (this.dead) await never()
  }

  /** @throws Refused in the share of writes that are done and not known to be */
  doubt(): void {
    if (!this.starting && this.chance.is(this.faults().unknown)) throw unavailable()
  }

  repeats(): boolean {
    return this.chance.is(this.faults().repeated)
  }
}

function unavailable(): Refused {
  return new Refused('unavailable', 'store.unavailable', 'Nothing can be written at the moment.', {
    retryAfter: 1,
  })
}

/** The timers of one process; they end with it. */
export class LifeTimers extends Timers {
  constructor(
    private readonly life: Life,
    private readonly failed: (name: string, error: unknown) => void,
  ) {
    super()
  }

  every(name: string, milliseconds: number, task: () => Promise<void>): () => void {
    let busy = false
    let stopped = false
    const next = (): void => {
      this.life.time.after(milliseconds, () => {
        if (stopped || this.life.dead) return
        next()
        if (busy) return
        busy = true
        task()
          .catch((error: unknown) => {
            this.failed(name, error)
          })
          .finally(() => (busy = false))
      })
    }
    next()
    return () => (stopped = true)
  }

  async sleep(milliseconds: number): Promise<void> {
    if (this.life.starting) await turn()
    else await this.life.time.sleep(milliseconds)
    await this.life.alive()
  }

  stop(): void {
    this.life.crash()
  }
}
