import { fromInstant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import type { KeptMap } from './kept.map.js'
import { LONGEST, TROUBLE_EVENTS } from './trouble.fold.js'
import type { TroubleFold } from './trouble.fold.js'

/** The maps of a fold, by the names under which their rows are stored. */
export const TROUBLE_MAPS = ['cases', 'followUps', 'waiting', 'contacts', 'unhappy', 'abouts'] as const
export type TroubleMap = (typeof TROUBLE_MAPS)[number]

/** A row: which map, and its key there. */
export type TroubleKey = readonly [map: TroubleMap, key: string]

/**
 * Rows that must be at hand before these events are heard. What is open always is, so that only cases, customers and
 * journeys of the past are looked for.
 */
export function keysHeard(events: readonly RecordedEvent[]): readonly TroubleKey[] {
  return events.flatMap(({ type, data, customerId, journeyId }): readonly TroubleKey[] => {
    if (!TROUBLE_EVENTS.has(type.split('.')[1] ?? '')) return []
    const said = fields(data)
    const customers = [customerId, said.customerId, fields(said.person).id]
    return [
      ...texts([said.caseId]).map((id) => ['cases', id] as const),
      ...texts(customers).map((id) => ['contacts', id] as const),
      ...texts([journeyId, said.journeyId]).map((id) => ['abouts', id] as const),
    ]
  })
}

/** Journeys whose words a row is told with. */
export function journeysOf(fold: TroubleFold, [map, key]: TroubleKey): readonly string[] {
  if (map === 'contacts') return (fold.contacts.get(key) ?? []).map(({ journeyId }) => journeyId)
  if (map === 'abouts') return []
  const journeyId = fold[map].get(key)?.journeyId
  return journeyId === undefined ? [] : [journeyId]
}

/** Whether something can go wrong of it without another event, from `now` (milliseconds) on. */
export function isOpen(fold: TroubleFold, [map, key]: TroubleKey, now: number): boolean {
  switch (map) {
    case 'followUps':
    case 'waiting':
    case 'unhappy':
      return fold[map].has(key)
    case 'cases':
      return (fold.cases.get(key)?.promised.length ?? 0) > 0
    case 'contacts':
      return (fold.contacts.get(key) ?? []).some(
        ({ at, leftAt }) =>
          at >= now - LONGEST || (leftAt !== undefined && fromInstant(leftAt) >= now - LONGEST),
      )
    case 'abouts':
      return false
  }
}

/** Where a row is found at a start: what is open, and customers by when they were heard of last. */
export function listsOf(
  fold: TroubleFold,
  [map, key]: TroubleKey,
  now: number,
): Readonly<Record<string, string>> {
  if (map !== 'contacts') return isOpen(fold, [map, key], now) ? { open: '' } : {}
  const moments = (fold.contacts.get(key) ?? []).map(({ at, leftAt }) =>
    Math.max(at, leftAt === undefined ? at : fromInstant(leftAt)),
  )
  return moments.length === 0 ? {} : { recent: String(Math.max(...moments)).padStart(16, '0') }
}

/** Lets everything go that is not open, and no open one's journey or case. */
export function leaveClosed(fold: TroubleFold, now: number): void {
  const cases = new Set([...fold.followUps.values()].flatMap(({ caseId }) => caseId ?? []))
  const journeys = new Set<string>()
  for (const map of TROUBLE_MAPS) {
    if (map === 'abouts') continue
    for (const key of [...fold[map].keys()]) {
      if (isOpen(fold, [map, key], now) || (map === 'cases' && cases.has(key))) {
        for (const journeyId of journeysOf(fold, [map, key])) journeys.add(journeyId)
      } else fold[map].leave(key)
    }
  }
  for (const journeyId of [...fold.abouts.keys()]) if (!journeys.has(journeyId)) fold.abouts.leave(journeyId)
}

/** One map of a fold, whatever it holds: its rows were written from it and from nothing else. */
export function mapOf(fold: TroubleFold, map: TroubleMap): KeptMap<unknown> {
  return fold[map]
}

function fields(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null ? { ...data } : {}
}

function texts(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === 'string')
}
