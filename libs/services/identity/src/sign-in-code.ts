import type { Says } from '@throughline/contracts'
import { fromInstant, MINUTE, Refused } from '@throughline/kernel'
import type { Instant, Stream } from '@throughline/kernel'
import { sameDigest } from './keyring.js'

interface Issued {
  readonly challengeId: string
  readonly addressId: string
  readonly kind: 'email' | 'phone'
  /** The address, encrypted: whoever it is has not agreed to anything yet. */
  readonly sealedAddress: string
  /** Keyed digest of challenge and code. */
  readonly digest: string
  readonly expiresAt: Instant
}

export type SignInCodeEvent =
  | Says<'throughline.SignInCodeIssued.v1', Issued>
  | Says<'throughline.SignInCodeSent.v1', { readonly challengeId: string }>
  | Says<'throughline.SignInCodeMissed.v1', { readonly challengeId: string }>
  | Says<'throughline.SignInCodeUsed.v1', { readonly challengeId: string }>

export type SignInCodeState =
  | { readonly status: 'none' }
  | ({ readonly status: 'open'; readonly triesLeft: number; readonly sent: boolean } & Issued)
  | { readonly status: 'spent' }
  | ({ readonly status: 'used' } & Issued)

/** One stream per code: its tries are counted by the same append that makes them, so parallel guesses count too. */
export const signInCodes: Stream<SignInCodeState, SignInCodeEvent> = {
  name: 'sign-in-code',
  initial: { status: 'none' },
  evolve(state, event) {
    switch (event.type) {
      case 'throughline.SignInCodeIssued.v1':
        return { ...event.data, status: 'open', triesLeft: MOST_TRIES, sent: false }
      case 'throughline.SignInCodeSent.v1':
        return state.status === 'open' ? { ...state, sent: true } : state
      case 'throughline.SignInCodeMissed.v1':
        if (state.status !== 'open') return state
        return state.triesLeft > 1 ? { ...state, triesLeft: state.triesLeft - 1 } : { status: 'spent' }
      case 'throughline.SignInCodeUsed.v1':
        if (state.status !== 'open') return state
        return {
          status: 'used',
          challengeId: state.challengeId,
          addressId: state.addressId,
          kind: state.kind,
          sealedAddress: state.sealedAddress,
          digest: state.digest,
          expiresAt: state.expiresAt,
        }
    }
  },
}

/** Ten million codes and five tries: the odds of guessing a code are one in two million (S22). */
export const CODE_DIGITS = 7
export const MOST_TRIES = 5
export const CODE_LIFETIME = 10 * MINUTE

export const issueCode =
  (wish: Issued) =>
  (state: SignInCodeState): readonly SignInCodeEvent[] =>
    state.status === 'none' ? [{ type: 'throughline.SignInCodeIssued.v1', data: wish }] : []

/** The courier has taken it. */
export const sentCode =
  (wish: { readonly challengeId: string }) =>
  (state: SignInCodeState): readonly SignInCodeEvent[] =>
    state.status === 'open' && !state.sent ? [{ type: 'throughline.SignInCodeSent.v1', data: wish }] : []

/**
 * Uses the code or counts a miss; which of the two the state tells afterwards.
 * @throws Refused `identity.code-over` for what is unknown, used, expired or out of tries: all the same from outside
 */
export const tryCode =
  (wish: { readonly challengeId: string; readonly digest: string; readonly at: Instant }) =>
  (state: SignInCodeState): readonly SignInCodeEvent[] => {
    if (state.status !== 'open' || fromInstant(wish.at) >= fromInstant(state.expiresAt)) throw codeOver()
    const { challengeId } = wish
    return sameDigest(wish.digest, state.digest)
      ? [{ type: 'throughline.SignInCodeUsed.v1', data: { challengeId } }]
      : [{ type: 'throughline.SignInCodeMissed.v1', data: { challengeId } }]
  }

export function codeOver(): Refused {
  return new Refused('gone', 'identity.code-over', 'This code can no longer be used.', {
    field: 'code',
    todo: 'Ask for a new code.',
  })
}

export function codeWrong(triesLeft: number): Refused {
  return new Refused('unauthenticated', 'identity.code-wrong', 'This is not the code that was sent.', {
    field: 'code',
    todo: triesLeft > 0 ? 'Look at the newest message and try again.' : 'Ask for a new code.',
    more: { triesLeft },
  })
}
