import type { Promised } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'

/**
 * What was promised and how it stands. `running`: its time is watched. `past`: its time was over before the record heard
 * of it (an import), so nobody can be late with it today.
 */
export interface CasePromise {
  readonly what: string
  readonly by: Instant
  readonly status: 'running' | 'past' | 'missed' | 'kept' | 'kept-late'
  /** In views: when somebody said that it was done. It was missed when its time was over. */
  readonly keptAt?: Instant
}

export function isKept({ status }: CasePromise): boolean {
  return status === 'kept' || status === 'kept-late'
}

/** The promises with the new ones; the same words for the same time are the same promise. */
export function withPromised(
  promises: readonly CasePromise[],
  added: readonly Promised[],
  heardAt: Instant | undefined,
): readonly CasePromise[] {
  const all = [...promises]
  for (const { what, by } of added) {
    if (all.some((promise) => promise.what === what && promise.by === by)) continue
    all.push({ what, by, status: heardAt !== undefined && by <= heardAt ? 'past' : 'running' })
  }
  return all
}

/** The promise of these words: the first that is not kept, else the last kept; undefined when nobody promised it. */
export function promiseOf(
  promises: readonly CasePromise[],
  what: string,
  by: Instant | undefined,
): CasePromise | undefined {
  const meant = promises.filter((promise) => promise.what === what && (by === undefined || promise.by === by))
  return meant.find((promise) => !isKept(promise)) ?? meant.at(-1)
}

export function withKept(
  promises: readonly CasePromise[],
  what: string,
  by: Instant | undefined,
  keptAt?: Instant,
): readonly CasePromise[] {
  const meant = promiseOf(promises, what, by)
  const at = keptAt !== undefined && { keptAt }
  return promises.map((promise) =>
    promise === meant && !isKept(promise)
      ? { ...promise, status: promise.status === 'missed' ? 'kept-late' : 'kept', ...at }
      : promise,
  )
}

export function withMissed(
  promises: readonly CasePromise[],
  what: string,
  by: Instant,
): readonly CasePromise[] {
  return promises.map((promise) =>
    promise.what === what && promise.by === by && promise.status === 'running'
      ? { ...promise, status: 'missed' }
      : promise,
  )
}
