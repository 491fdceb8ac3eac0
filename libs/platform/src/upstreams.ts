import type { Clock } from '@throughline/kernel'
import type { Upstream } from './settings.js'

/** Milliseconds for which an address that did not answer is asked last. */
const SHUNNED = 2_000

/** The addresses of each service, in turn; those that did not answer just now come last. */
export class Upstreams {
  readonly #addresses: ReadonlyMap<string, readonly string[]>
  readonly #shunned = new Map<string, number>()
  #turn = 0

  constructor(
    upstreams: readonly Upstream[],
    private readonly clock: Clock,
  ) {
    this.#addresses = new Map(upstreams.map(({ service, addresses }) => [service, addresses]))
  }

  get services(): readonly string[] {
    return [...this.#addresses.keys()]
  }

  /** All addresses of a service in the order in which to try them; none for a service that is not known here. */
  of(service: string): readonly string[] {
    const addresses = this.#addresses.get(service) ?? []
    const start = this.#turn++ % Math.max(1, addresses.length)
    const turned = [...addresses.slice(start), ...addresses.slice(0, start)]
    const now = this.clock.now()
    const isShunned = (address: string): boolean =>
      Math.abs(now - (this.#shunned.get(address) ?? -Infinity)) < SHUNNED
    return [...turned.filter((address) => !isShunned(address)), ...turned.filter(isShunned)]
  }

  /** It did not answer. */
  shun(address: string): void {
    this.#shunned.set(address, this.clock.now())
  }
}
