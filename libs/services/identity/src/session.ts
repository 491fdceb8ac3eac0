import type { EventOf, Says } from '@throughline/contracts'
import { DAY, fromInstant, HOUR, Refused, toInstant } from '@throughline/kernel'
import type { Instant, Stream } from '@throughline/kernel'
import type { Assurance } from '@throughline/ports'
import { sameDigest } from './keyring.js'

export interface Subject {
  readonly kind: 'customer' | 'guest' | 'staff'
  readonly id: string
}

interface Started {
  readonly sessionId: string
  readonly subject: Subject
  readonly assurance: Assurance
  /** SHA-256 of the first refresh secret; the secret itself is stored nowhere. */
  readonly digest: string
  readonly at: Instant
  readonly expiresAt: Instant
}

interface Refreshed {
  readonly sessionId: string
  readonly generation: number
  readonly digest: string
  readonly at: Instant
  readonly expiresAt: Instant
}

export type SessionEvent =
  | Says<'throughline.SessionStarted.v1', Started>
  | Says<'throughline.SessionRefreshed.v1', Refreshed>
  | EventOf<'throughline.CustomerSignedIn.v1'>
  | EventOf<'throughline.SessionEnded.v1'>

export type SessionState =
  | { readonly status: 'none' }
  | (Started & {
      readonly status: 'active'
      /** How often it was refreshed: which of its secrets is good now. */
      readonly generation: number
      /** Digests of the secrets that were good before. */
      readonly spent: readonly string[]
    })
  | { readonly status: 'ended'; readonly subject: Subject; readonly why: string }

export type SessionEnd =
  'signed-out' | 'revoked' | 'expired' | 'refresh-reused' | 'roles-changed' | 'recognised'

/** One stream per sign-in on one device; each refresh replaces its secret. */
export const sessions: Stream<SessionState, SessionEvent> = {
  name: 'session',
  initial: { status: 'none' },
  evolve(state, event) {
    switch (event.type) {
      case 'throughline.SessionStarted.v1':
        return { ...event.data, status: 'active', generation: 0, spent: [] }
      case 'throughline.SessionRefreshed.v1': {
        if (state.status !== 'active') return state
        const { digest, generation, expiresAt } = event.data
        return { ...state, digest, generation, expiresAt, spent: [...state.spent, state.digest] }
      }
      case 'throughline.CustomerSignedIn.v1':
        return state
      case 'throughline.SessionEnded.v1':
        return state.status === 'active'
          ? { status: 'ended', subject: state.subject, why: event.data.why }
          : state
    }
  },
}

const CUSTOMER_LIFETIME = 30 * DAY
const STAFF_LIFETIME = 12 * HOUR

/** 30 days after the last refresh for customers and guests; for staff 12 hours after the sign-in, however busy. */
export function sessionEnd(kind: Subject['kind'], startedAt: Instant, now: Instant): Instant {
  if (kind === 'staff') return toInstant(fromInstant(startedAt) + STAFF_LIFETIME)
  return toInstant(fromInstant(now) + CUSTOMER_LIFETIME)
}

/** @throws Refused `identity.session-over` */
export const startSession =
  (wish: Started) =>
  (state: SessionState): readonly SessionEvent[] => {
    if (state.status === 'active') return []
    if (state.status === 'ended') throw sessionOver()
    const { sessionId, subject, assurance } = wish
    const started: SessionEvent = { type: 'throughline.SessionStarted.v1', data: wish }
    if (subject.kind !== 'customer') return [started]
    const data = { customerId: subject.id, sessionId, assurance }
    return [started, { type: 'throughline.CustomerSignedIn.v1', data }]
  }

/**
 * A secret that was good before is a stolen one or its thief's: the session ends for both (S08, RFC 9700 4.14.2).
 * @throws Refused `identity.session-over` for an ended session and for a secret that never was one
 */
export const refreshSession =
  (wish: {
    readonly sessionId: string
    readonly digest: string
    readonly generation: number
    readonly nextDigest: string
    readonly at: Instant
  }) =>
  (state: SessionState): readonly SessionEvent[] => {
    if (state.status !== 'active') throw sessionOver()
    const { sessionId, subject } = state
    const end = (why: SessionEnd): readonly SessionEvent[] => [
      { type: 'throughline.SessionEnded.v1', data: { sessionId, subjectId: subject.id, why } },
    ]
    if (state.spent.some((digest) => sameDigest(digest, wish.digest))) return end('refresh-reused')
    if (wish.generation !== state.generation || !sameDigest(wish.digest, state.digest)) throw sessionOver()
    if (fromInstant(wish.at) >= fromInstant(state.expiresAt)) return end('expired')
    const expiresAt = sessionEnd(subject.kind, state.at, wish.at)
    const data = {
      sessionId,
      generation: state.generation + 1,
      digest: wish.nextDigest,
      at: wish.at,
      expiresAt,
    }
    return [{ type: 'throughline.SessionRefreshed.v1', data }]
  }

/** @throws Refused `identity.session-unknown` */
export const endSession =
  (wish: { readonly sessionId: string; readonly why: SessionEnd }) =>
  (state: SessionState): readonly SessionEvent[] => {
    if (state.status === 'ended') return []
    if (state.status === 'none') throw sessionUnknown()
    return [{ type: 'throughline.SessionEnded.v1', data: { ...wish, subjectId: state.subject.id } }]
  }

/** Nothing while it is still good: what was seen as due may have been refreshed since. */
export const expireSession =
  (wish: { readonly sessionId: string; readonly at: Instant }) =>
  (state: SessionState): readonly SessionEvent[] =>
    state.status === 'active' && fromInstant(wish.at) >= fromInstant(state.expiresAt)
      ? endSession({ sessionId: wish.sessionId, why: 'expired' })(state)
      : []

export function sessionUnknown(): Refused {
  return new Refused('not-found', 'identity.session-unknown', 'There is no such session.')
}

export function sessionOver(): Refused {
  return new Refused('unauthenticated', 'identity.session-over', 'This session is over.', {
    todo: 'Sign in again.',
  })
}
