import { Refused } from '@throughline/kernel'

/** The code with which a decision is refused, `not refused` when it is not. */
export function refusal(decide: () => unknown): string {
  try {
    decide()
  } catch (error) {
    if (error instanceof Refused) return error.code
    throw error
  }
  return 'not refused'
}
