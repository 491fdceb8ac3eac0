import type { UseQueryResult } from '@tanstack/react-query'
import { NoAnswer } from '../api/problem'

/** Why there is nothing to show yet, as soon as it is known: it is tried again meanwhile, and said all the same. */
export function troubleOf({
  data,
  error,
  failureReason,
  fetchStatus,
}: Pick<UseQueryResult, 'data' | 'error' | 'failureReason' | 'fetchStatus'>): unknown {
  if (data !== undefined) return undefined
  if (fetchStatus === 'paused') return new NoAnswer()
  return error ?? failureReason ?? undefined
}
