import { CHANNELS } from '@throughline/contracts'
import type { Channel } from '@throughline/contracts'

/** Why a contact changes its channel. */
export const MOVED_BY = ['customer', 'agent', 'dropped', 'overdue', 'transfer'] as const
export type MovedBy = (typeof MOVED_BY)[number]

/** A declared way from one channel to others. */
export interface Escalation {
  readonly from: Channel
  readonly to: readonly Channel[]
  readonly by: readonly MovedBy[]
}

export function declares(
  escalation: readonly Escalation[],
  from: Channel,
  to: Channel,
  by: MovedBy,
): boolean {
  return escalation.some((way) => way.from === from && way.to.includes(to) && way.by.includes(by))
}

/** The ways of a published policy. What it says in a form not known here declares nothing. */
export function escalationOf(policy: Readonly<Record<string, unknown>>): readonly Escalation[] {
  const ways = policy.escalation
  if (!Array.isArray(ways)) return []
  return ways.flatMap((way: unknown) => {
    if (typeof way !== 'object' || way === null || !('from' in way) || !('to' in way) || !('by' in way))
      return []
    const [from] = known(CHANNELS, [way.from])
    return from === undefined ? [] : [{ from, to: known(CHANNELS, way.to), by: known(MOVED_BY, way.by) }]
  })
}

function known<Word extends string>(words: readonly Word[], told: unknown): readonly Word[] {
  return Array.isArray(told) ? words.filter((word) => told.includes(word)) : []
}
