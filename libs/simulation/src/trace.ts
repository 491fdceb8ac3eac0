import { createHash } from 'node:crypto'
import { toInstant } from '@throughline/kernel'
import type { Clock } from '@throughline/kernel'

const LAST = 40

/** What a run did, as one hash over every byte of it and as a story that somebody can read. */
export class Trace {
  readonly #hash = createHash('sha256')
  readonly #last: string[] = []

  constructor(
    private readonly clock: Clock,
    private readonly tell: ((line: string) => void) | undefined,
  ) {}

  /** Part of the trace: what a second run of the seed must repeat. */
  note(...parts: readonly unknown[]): void {
    this.#hash.update(JSON.stringify([this.clock.now(), ...parts]))
    this.#hash.update('\n')
  }

  say(line: string): void {
    const told = `${toInstant(this.clock.now()).slice(11, 23)}  ${line}`
    this.tell?.(told)
    this.#last.push(told)
    if (this.#last.length > LAST) this.#last.shift()
  }

  get last(): readonly string[] {
    return this.#last
  }

  digest(): string {
    return this.#hash.copy().digest('hex').slice(0, 16)
  }
}
