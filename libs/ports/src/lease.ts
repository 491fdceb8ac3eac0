import type { Clock } from '@throughline/kernel'
import { StaleRegister } from './registers.js'
import type { Registers } from './registers.js'
import type { Timers } from './timers.js'

/** Looks in a term: a candidate reads the register so often, a holder writes it at every fifth look. */
const LOOKS = 15
const LOOKS_TO_RENEWAL = 5
/** Of a term. A holder holds itself valid for so long after its last renewal; the rest covers clocks of unequal speed. */
const VALID = 2 / 3

export interface LeaseTiming {
  readonly clock: Clock
  readonly timers: Timers
  /** Milliseconds: so long a register stands still before somebody else takes over. */
  readonly term: number
}

/** What stands in the register of a lease. */
interface Held {
  /** Null: given back. */
  readonly holder: string | null
  /** How often it has been taken. */
  readonly epoch: number
}

interface Seen {
  readonly version: number
  /** When this version was seen first, in milliseconds since 1970 by this process's clock. */
  readonly at: number
  /** How often it was seen again since. */
  readonly looks: number
}

/**
 * Work that only one process may do at a time. The holder writes a register again and again; who wants it takes it over
 * when the register's version has not moved for a term, of its own clock and in as many looks, so that no two machines'
 * clocks are ever compared and one that jumps takes nothing. The holder stops by itself before that: it counts from the
 * moment it asked for its last renewal. So at no time do two hold it whose clocks run apart by less than a fifth.
 *
 * A lease keeps others from trying. What a process sent off before it lost the lease may still arrive: writes have to
 * carry the version they were decided from, as everywhere.
 */
export class Lease {
  readonly #listeners = new Set<() => void>()
  #seen: Seen | undefined
  /** When the last renewal was asked for that came about. */
  #renewed: number | undefined
  #epoch = 0
  #looks = 0
  #told = false
  #failing: Error | undefined
  #isStopped = false
  #turn: Promise<void> = Promise.resolve()
  #end = (): void => undefined

  /** `holder`: of this process and this start of it alone, and of no other lease of that name. */
  constructor(
    private readonly registers: Registers,
    readonly name: string,
    private readonly holder: string,
    private readonly timing: LeaseTiming,
  ) {}

  /** Looks once, so that a lease nobody has is held when this resolves, and again and again from then on. Never rejects. */
  async start(): Promise<void> {
    const { timers, term } = this.timing
    this.#end = timers.every(`lease.${this.name}`, term / LOOKS, () => this.#next())
    await this.#next()
  }

  get isHeld(): boolean {
    if (this.#renewed === undefined) return false
    const since = this.timing.clock.now() - this.#renewed
    return since >= 0 && since < this.timing.term * VALID
  }

  /** How often the lease was taken up to this process's last holding; 0 before it held it. */
  get epoch(): number {
    return this.#epoch
  }

  /** Why the last look came to nothing, while it lasts. */
  get failing(): Error | undefined {
    return this.#failing
  }

  /** Calls back when it comes to be held, and when it is seen to be held no more. Returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Whether it is held. One that ran out while this process slept, and that nobody has taken since, is renewed first;
   * costs nothing at all other times.
   */
  async held(): Promise<boolean> {
    if (!this.isHeld && this.#renewed !== undefined && !this.#isStopped) await this.#next()
    return this.isHeld
  }

  /** Gives it back, so that whoever waits takes it at its next look. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#end()
    await this.#queue(async () => {
      this.#renewed = undefined
      const now = await this.registers.read(this.name)
      const held = heldIn(now?.value)
      if (now === undefined || held?.holder !== this.holder) return
      await this.registers.write(this.name, now.version, { holder: null, epoch: held.epoch })
    })
  }

  #next(): Promise<void> {
    return this.#queue(() => (this.#isStopped ? Promise.resolve() : this.#look()))
  }

  // One after the other: a look that began before another's answer would write over it.
  #queue(look: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(look).then(
      () => {
        this.#failing = undefined
        this.#tell()
      },
      (error: unknown) => {
        this.#failing = error instanceof Error ? error : new Error(String(error))
        this.#tell()
      },
    )
    return this.#turn
  }

  async #look(): Promise<void> {
    this.#looks += 1
    if (this.isHeld && this.#seen !== undefined) {
      const isDue =
        this.#looks >= LOOKS_TO_RENEWAL ||
        this.timing.clock.now() - (this.#renewed ?? 0) >= (this.timing.term * LOOKS_TO_RENEWAL) / LOOKS
      if (isDue) await this.#take(this.#seen.version, this.#epoch)
      return
    }
    const now = await this.registers.read(this.name)
    if (now === undefined) return this.#take(0, 1)
    const held = heldIn(now.value)
    // Its own: it slept, or never heard that its last write came about.
    if (held?.holder === this.holder) return this.#take(now.version, held.epoch)
    this.#renewed = undefined
    const at = this.timing.clock.now()
    const seen = this.#seen
    this.#seen =
      seen?.version === now.version
        ? { version: now.version, at: Math.min(seen.at, at), looks: seen.looks + 1 }
        : { version: now.version, at, looks: 0 }
    const isFree = held === undefined || held.holder === null
    const isLeft = this.#seen.looks >= LOOKS && at - this.#seen.at >= this.timing.term
    if (isFree || isLeft) await this.#take(now.version, (held?.epoch ?? 0) + 1)
  }

  async #take(version: number, epoch: number): Promise<void> {
    const asked = this.timing.clock.now()
    try {
      const written = await this.registers.write(this.name, version, {
        holder: this.holder,
        epoch,
      } satisfies Held)
      this.#seen = { version: written, at: asked, looks: 0 }
      this.#renewed = asked
      this.#epoch = epoch
      this.#looks = 0
    } catch (error) {
      // Somebody was first, or it was this process's own write that nobody answered: the next look tells.
      this.#seen = undefined
      if (!(error instanceof StaleRegister)) throw error
    }
  }

  #tell(): void {
    const isHeld = this.isHeld
    if (isHeld === this.#told) return
    this.#told = isHeld
    for (const listener of [...this.#listeners]) listener()
  }
}

/** Undefined for what no lease wrote: it is taken as nobody's. */
function heldIn(value: unknown): Held | undefined {
  if (typeof value !== 'object' || value === null || !('holder' in value) || !('epoch' in value))
    return undefined
  const { holder, epoch } = value
  return typeof epoch === 'number' && (holder === null || typeof holder === 'string')
    ? { holder, epoch }
    : undefined
}
