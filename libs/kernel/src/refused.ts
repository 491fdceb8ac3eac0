/** Why a wish was refused, in the terms every service shares. The HTTP edge maps each kind to one status. */
export type RefusalKind =
  | 'invalid' // 400: the request itself is wrong
  | 'unauthenticated' // 401: nobody is signed in
  | 'forbidden' // 403: this caller may never do this
  | 'not-found' // 404: unknown, or not the caller's to know
  | 'conflict' // 409: makes no sense in the present state
  | 'gone' // 410: it existed and is over
  | 'changed' // 412: somebody changed it first
  | 'unprocessable' // 422: understood, and still impossible
  | 'too-many' // 429: a limit was reached
  | 'unavailable' // 503: try again later

export interface RefusalDetail {
  /** The offending field, as a path: `channels.chat.hours`. */
  readonly field?: string
  /** What the caller can do about it, one sentence. */
  readonly todo?: string
  /** Seconds after which asking again makes sense. */
  readonly retryAfter?: number
  /** Further members of the problem document. */
  readonly more?: Readonly<Record<string, unknown>>
}

/**
 * The one error class for "no". `code` is stable and part of the public interface: `case.already-resolved`.
 * Anything else that is thrown is a defect or a fault and answers 5xx.
 */
export class Refused extends Error {
  override readonly name = 'Refused'

  constructor(
    readonly kind: RefusalKind,
    readonly code: string,
    message: string,
    readonly detail: RefusalDetail = {},
  ) {
    super(message)
  }
}
