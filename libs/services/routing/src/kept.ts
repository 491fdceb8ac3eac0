import type { Channel } from '@throughline/contracts'
import { DAY, HOUR } from '@throughline/kernel'

/** Of so many contacts, how many were answered by the time that was promised. */
export interface Kept {
  readonly kept: number
  readonly of: number
}

/** By channel, then by hour since the epoch. */
export type KeptHours = readonly (readonly [Channel, readonly (readonly [number, Kept])[]])[]

const LOOKED_BACK = 7 * DAY
/** Fewer say nothing. */
const ENOUGH = 30

/** How promised answer times were kept lately, by channel and hour; what is older than a week is forgotten. */
export class KeptBook {
  readonly #hours = new Map<Channel, Map<number, Kept>>()

  /** Moments in milliseconds since the epoch. */
  ended(channel: Channel, at: number, promisedBy: number): void {
    const hours = this.#hours.get(channel) ?? new Map<number, Kept>()
    const hour = Math.floor(at / HOUR)
    const { kept, of } = hours.get(hour) ?? { kept: 0, of: 0 }
    hours.set(hour, { kept: kept + (at <= promisedBy ? 1 : 0), of: of + 1 })
    for (const old of hours.keys()) if (old * HOUR < at - LOOKED_BACK) hours.delete(old)
    this.#hours.set(channel, hours)
  }

  /** Of the last seven days; undefined when they are too few to tell. */
  of(channel: Channel, now: number): Kept | undefined {
    const lately = [...(this.#hours.get(channel) ?? [])].filter(([hour]) => hour * HOUR >= now - LOOKED_BACK)
    const told = lately.reduce((sum, [, one]) => ({ kept: sum.kept + one.kept, of: sum.of + one.of }), {
      kept: 0,
      of: 0,
    })
    return told.of < ENOUGH ? undefined : told
  }

  /** As plain data, for a snapshot. */
  snapshot(): KeptHours {
    return [...this.#hours].map(([channel, hours]) => [channel, [...hours]])
  }

  restore(kept: KeptHours): void {
    this.#hours.clear()
    for (const [channel, hours] of kept) this.#hours.set(channel, new Map(hours))
  }
}
