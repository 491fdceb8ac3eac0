import { Refused } from '@throughline/kernel'
import { DamagedRecord } from '@throughline/ports'

/** Seconds after which asking again makes sense: about what a server needs to come back. */
const RETRY_AFTER = 2

/** The database cannot hold the record as it is: starting on it would lose or mix up something. A sentence for who runs it. */
export class UnusableDatabase extends Error {
  override readonly name = 'UnusableDatabase'
}

export function unavailable(reason: string, cause?: unknown): Refused {
  const refused = new Refused(
    'unavailable',
    'store.unavailable',
    `The event store does not answer at the moment (${reason}).`,
    {
      retryAfter: RETRY_AFTER,
      todo: 'Send the same command with the same key again; it takes effect once.',
    },
  )
  return Object.assign(refused, { cause })
}

/** SQLSTATE of an error the server told; undefined for what came from the connection (Node's codes are no five letters). */
export function stateOf(error: unknown): string | undefined {
  const code = codeOf(error)
  return isObject(error) && 'severity' in error && /^[0-9A-Z]{5}$/.test(code ?? '') ? code : undefined
}

function codeOf(error: unknown): string | undefined {
  return isObject(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Whether the server refused one of the things asked for what it is, so that the others may be asked without it. */
export function isOwnFault(error: unknown): boolean {
  return ['21', '22', '54'].includes(stateOf(error)?.slice(0, 2) ?? '')
}

/**
 * What the port says for an error of the client or the server. data_corrupted, index_corrupted and a position or sequence
 * that is there already tell of a record that is not what was written; all else is for now.
 */
export function portError(error: unknown): Error {
  if (error instanceof Refused || error instanceof DamagedRecord) return error
  const state = stateOf(error)
  if (state === 'XX001' || state === 'XX002' || state === '23505') {
    return new DamagedRecord(`the record is damaged: ${reasonOf(error)}`, { cause: error })
  }
  return unavailable(reasonOf(error), error)
}

/** In a few words, without an address or a password: an error of several addresses has no message of its own, only a code. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error)
  if (stateOf(error) === undefined && code !== undefined) return code
  return isObject(error) && 'message' in error ? String(error.message) : String(error)
}
