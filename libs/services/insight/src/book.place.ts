import { Lease } from '@throughline/ports'
import type { LeaseTiming, Registers } from '@throughline/ports'
import { SECOND } from '@throughline/kernel'

/** So long the rows of a process that was killed are nobody's. */
const TERM = 15 * SECOND

/**
 * The name under which one process keeps its book. Replicas read the log each for themselves and write to rows of their
 * own; one that starts goes on with rows that nobody holds, those of an earlier start if it can. The lease only keeps two
 * from choosing the same: what is written carries the position it goes on from, so the later of two writers is refused.
 */
export class BookPlace {
  #lease: Lease | undefined

  constructor(
    private readonly registers: Registers,
    private readonly holder: string,
    private readonly timing: Omit<LeaseTiming, 'term'>,
  ) {}

  /** The place that is held, or the first that nobody holds. @throws when the registers cannot be reached */
  async take(): Promise<string> {
    for (let place = 1; ; place++) {
      const name = place === 1 ? 'insight.book' : `insight.book.${String(place)}`
      if (this.#lease?.name === name && (await this.#lease.held())) return name
      const lease = new Lease(this.registers, name, `${this.holder}/${name}`, { ...this.timing, term: TERM })
      await lease.start()
      if (lease.isHeld) {
        await this.leave()
        this.#lease = lease
        return name
      }
      const { failing } = lease
      await lease.stop()
      if (failing !== undefined) throw failing
    }
  }

  async leave(): Promise<void> {
    await this.#lease?.stop()
    this.#lease = undefined
  }
}
