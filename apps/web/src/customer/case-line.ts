import type { Case, CasePromise } from '../api/case'

/** Where a case stands, in three or four stages. */
export type Stage =
  | { readonly what: 'told' | 'looked-into' | 'solved'; readonly at: string }
  | { readonly what: 'next'; readonly words: string; readonly at: string; readonly missed: boolean }
  | { readonly what: 'working-on-it' }
  | { readonly what: 'confirm' }

export function stagesOf({ timeline, status, next, openedAt, resolution }: Case): readonly Stage[] {
  const told = timeline.find((step) => step.what === 'contact')
  const at = told?.what === 'contact' ? (told.requestedAt ?? told.at) : openedAt
  const first: Stage[] = [
    { what: 'told', at },
    { what: 'looked-into', at: openedAt },
  ]
  if (status === 'resolved') return [...first, { what: 'solved', at: resolution?.at ?? openedAt }]
  return [
    ...first,
    next === undefined
      ? { what: 'working-on-it' }
      : { what: 'next', words: next.what, at: next.by, missed: next.missed },
    { what: 'confirm' },
  ]
}

/** Promises whose time is still to come, the earliest first; those kept and missed stand in the timeline. */
export function openPromises({ promises }: Case): readonly CasePromise[] {
  return promises
    .filter(({ status }) => status === 'running')
    .toSorted((one, other) => (one.by < other.by ? -1 : 1))
}
