/** When what happened to one contact, milliseconds since the epoch. What never happened is left out. */
export interface ContactRow {
  readonly id: string
  readonly requestedAt: number
  /** Voice menu, where there is one. */
  readonly menuEnteredAt?: number
  readonly queuedAt?: number
  readonly offeredAt?: number
  readonly acceptedAt?: number
  readonly connectedAt?: number
  readonly firstHumanReplyAt?: number
  /** Gave up, in the menu when there is no `queuedAt`. */
  readonly leftAt?: number
  /** False when an agent was free at once. */
  readonly hadToQueue: boolean
  readonly callback: boolean
  readonly transferred: boolean
  readonly openHours: boolean
}

/** What "service level" means in one claim. Versioned data: two figures compare only under one definition. */
export interface ServiceLevelDefinition {
  readonly name: string
  readonly version: number
  /** Seconds. */
  readonly threshold: number
  readonly clock: {
    readonly from: 'requested' | 'queued' | 'ivr-entered'
    readonly to: 'offered' | 'accepted' | 'connected' | 'first-human-reply'
  }
  /** `offered`: who reached the queue; `queued`: of them, who had to wait; `everyone`: who left in the menu too. */
  readonly population: 'offered' | 'queued' | 'everyone'
  readonly abandoned: 'against' | 'ignored' | 'ignored-within' | 'met-within'
  /** Leaving after at most so many seconds counts nowhere. */
  readonly shortAbandon: number | null
  readonly callbacks: 'original-clock' | 'excluded'
  readonly transfers: 'continue' | 'restart'
  readonly by: 'arrival'
  readonly hours: 'all' | 'open'
}

export interface ServiceLevel {
  readonly met: number
  readonly missed: number
  /** Still open and younger than the threshold: neither. */
  readonly pending: number
  /** `met / (met + missed)`; null when nobody counts. */
  readonly share: number | null
}

const COMMON = {
  version: 1,
  clock: { from: 'queued', to: 'connected' },
  population: 'offered',
  shortAbandon: null,
  callbacks: 'original-clock',
  transfers: 'continue',
  by: 'arrival',
  hours: 'all',
} as const

type Definer = (threshold: number) => ServiceLevelDefinition

/** The definitions in use in the field; the same calls give from 56 to 77 % under them. */
export const SERVICE_LEVELS = {
  S1: (threshold) => ({ ...COMMON, name: 'S1', threshold, abandoned: 'ignored' }),
  S2: (threshold) => ({ ...COMMON, name: 'S2', threshold, abandoned: 'against' }),
  S3: (threshold) => ({ ...COMMON, name: 'S3', threshold, abandoned: 'ignored-within' }),
  S4: (threshold) => ({ ...COMMON, name: 'S4', threshold, abandoned: 'met-within' }),
  S5: (threshold) => ({ ...COMMON, name: 'S5', threshold, abandoned: 'against', shortAbandon: 5 }),
  S6: (threshold) => ({ ...COMMON, name: 'S6', threshold, abandoned: 'against', population: 'everyone' }),
  S7: (threshold) => ({
    ...COMMON,
    name: 'S7',
    threshold,
    abandoned: 'ignored',
    clock: { from: 'ivr-entered', to: 'connected' },
  }),
  S8: (threshold) => ({
    ...COMMON,
    name: 'S8',
    threshold,
    abandoned: 'against',
    population: 'everyone',
    clock: { from: 'ivr-entered', to: 'connected' },
  }),
  S9: (threshold) => ({ ...COMMON, name: 'S9', threshold, abandoned: 'ignored', population: 'queued' }),
} as const satisfies Readonly<Record<string, Definer>>

/** Beside every claim: S2 from the customer's own start. */
export function ownStart(threshold: number): ServiceLevelDefinition {
  return {
    ...SERVICE_LEVELS.S2(threshold),
    name: 'S2-own-start',
    clock: { from: 'requested', to: 'connected' },
  }
}

type Outcome = 'met' | 'missed' | 'pending' | 'uncounted'

/** @param at the moment of the count, milliseconds since the epoch */
export function serviceLevel(
  rows: readonly ContactRow[],
  definition: ServiceLevelDefinition,
  at: number,
): ServiceLevel {
  const count = { met: 0, missed: 0, pending: 0, uncounted: 0 }
  for (const row of rows) count[outcomeOf(row, definition, at)] += 1
  const { met, missed, pending } = count
  return { met, missed, pending, share: met + missed === 0 ? null : met / (met + missed) }
}

/** Cohorts by arrival, never by answer: an interval's figure does not move when another interval's calls are answered. */
export function serviceLevelByArrival(
  rows: readonly ContactRow[],
  definition: ServiceLevelDefinition,
  at: number,
  interval: number,
): readonly (ServiceLevel & { readonly from: number })[] {
  const cohorts = new Map<number, ContactRow[]>()
  for (const row of rows) {
    const from = Math.floor(row.requestedAt / interval) * interval
    const cohort = cohorts.get(from) ?? []
    cohort.push(row)
    cohorts.set(from, cohort)
  }
  return [...cohorts]
    .sort(([a], [b]) => a - b)
    .map(([from, cohort]) => ({ from, ...serviceLevel(cohort, definition, at) }))
}

function outcomeOf(row: ContactRow, definition: ServiceLevelDefinition, at: number): Outcome {
  const start = startOf(row, definition)
  if (start === undefined || !counts(row, definition)) return 'uncounted'
  const limit = start + definition.threshold * 1000
  const reached = reachedAt(row, definition.clock.to)
  if (reached !== undefined) return reached <= limit ? 'met' : 'missed'
  if (row.leftAt !== undefined) return leftOutcome(row.leftAt, start, limit, definition)
  return at > limit ? 'missed' : 'pending'
}

function leftOutcome(
  left: number,
  start: number,
  limit: number,
  definition: ServiceLevelDefinition,
): Outcome {
  if (definition.shortAbandon !== null && left - start <= definition.shortAbandon * 1000) return 'uncounted'
  switch (definition.abandoned) {
    case 'ignored':
      return 'uncounted'
    case 'ignored-within':
      return left <= limit ? 'uncounted' : 'missed'
    case 'met-within':
      return left <= limit ? 'met' : 'missed'
    case 'against':
      return 'missed'
  }
}

function counts(row: ContactRow, definition: ServiceLevelDefinition): boolean {
  if (definition.hours === 'open' && !row.openHours) return false
  if (definition.callbacks === 'excluded' && row.callback) return false
  switch (definition.population) {
    case 'everyone':
      return true
    case 'offered':
      return row.queuedAt !== undefined
    case 'queued':
      return row.queuedAt !== undefined && row.hadToQueue
  }
}

function startOf(row: ContactRow, definition: ServiceLevelDefinition): number | undefined {
  // A transfer that restarts the clock hides what came before it: only where a claim says so.
  if (definition.transfers === 'restart' && row.transferred) return row.queuedAt
  switch (definition.clock.from) {
    case 'requested':
      return row.requestedAt
    case 'queued':
      // Who left in the menu never queued; in a count over everyone her clock is her own start.
      return row.queuedAt ?? row.menuEnteredAt ?? row.requestedAt
    case 'ivr-entered':
      return row.menuEnteredAt ?? row.requestedAt
  }
}

function reachedAt(row: ContactRow, to: ServiceLevelDefinition['clock']['to']): number | undefined {
  switch (to) {
    case 'offered':
      return row.offeredAt
    case 'accepted':
      return row.acceptedAt
    case 'connected':
      return row.connectedAt
    case 'first-human-reply':
      return row.firstHumanReplyAt
  }
}
