import { SECOND } from '@throughline/kernel'
import type { Chance } from './chance.js'
import type { Machine } from './machine.js'
import type { VirtualTime } from './virtual-time.js'
import type { Watch } from './watch.js'

/** Ends the process in the worst moments a seed can find, and starts another one. */
export class Nemesis {
  constructor(
    private readonly machine: Machine,
    private readonly time: VirtualTime,
    private readonly watch: Watch,
    private readonly chance: Chance,
  ) {}

  async strike(from: number, until: number): Promise<void> {
    const strikes = this.chance.of([0, 0, 1, 1, 1, 1, 2])
    const moments = Array.from({ length: strikes }, () => 0.1 + this.chance.next() * 0.8).sort(
      (a, b) => a - b,
    )
    for (const moment of moments) {
      await this.time.sleep(from + (until - from) * moment - this.time.now())
      await this.#crash()
      await this.time.sleep(this.chance.below(20) * SECOND)
      const started = this.machine.start()
      this.time.hold(started)
      await started
    }
  }

  /** Most often between the write of an event and the answer that tells of it. */
  async #crash(): Promise<void> {
    let left = this.chance.between(1, 6)
    const lost = { loseViews: this.chance.is(0.3), loseCheckpoints: this.chance.is(0.3) }
    const strike = (): void => {
      this.watch.onApplied = () => undefined
      this.machine.crash(lost)
    }
    this.watch.onApplied = () => {
      if (--left === 0) strike()
    }
    // Nothing is written for so long: then it is between two requests.
    for (let waited = 0; this.machine.isUp; waited++) {
      if (waited === 20) strike()
      else await this.time.sleep(SECOND)
    }
  }
}
