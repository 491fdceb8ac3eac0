import fc from 'fast-check'
import { fold, Refused } from '@throughline/kernel'
import { endSession, expireSession, refreshSession, sessionEnd, sessions, startSession } from './session.js'
import type { SessionState } from './session.js'

const sessionId = 'session'
const wish = {
  sessionId,
  subject: { kind: 'customer', id: 'ana' },
  assurance: 'code',
  digest: 'secret-0',
  at: '2026-11-20T09:00:00.000Z',
  expiresAt: '2026-12-20T09:00:00.000Z',
} as const
const none: SessionState = { status: 'none' }
const started = fold(sessions, startSession(wish)(none))
const LATER = '2026-11-20T10:00:00.000Z'

const refresh = (state: SessionState, generation: number, at = LATER, digest?: string): SessionState => {
  const asked = {
    sessionId,
    generation,
    digest: digest ?? `secret-${String(generation)}`,
    nextDigest: `secret-${String(generation + 1)}`,
    at,
  }
  return fold(sessions, refreshSession(asked)(state), state)
}

describe('a session', () => {
  it('starts with a sign-in, which is said of customers alone', () => {
    expect(startSession(wish)(none).map(({ type }) => type)).toEqual([
      'throughline.SessionStarted.v1',
      'throughline.CustomerSignedIn.v1',
    ])
    const guest = startSession({ ...wish, subject: { kind: 'guest', id: 'guest' }, assurance: 'none' })(none)
    expect(guest.map(({ type }) => type)).toEqual(['throughline.SessionStarted.v1'])
  })

  it('starts once, and never again when it is over', () => {
    expect(startSession(wish)(started)).toEqual([])
    const ended = fold(sessions, endSession({ sessionId, why: 'signed-out' })(started), started)
    expect(() => startSession(wish)(ended)).toThrow('over')
  })

  it('gets a new secret with each refresh', () => {
    expect(refresh(refresh(started, 0), 1)).toMatchObject({
      status: 'active',
      generation: 2,
      digest: 'secret-2',
    })
  })

  it('ends for everybody when a secret is used a second time (S08)', () => {
    const reused = refresh(refresh(started, 0), 0)
    expect(reused).toEqual({ status: 'ended', subject: wish.subject, why: 'refresh-reused' })
    expect(() => refresh(reused, 1)).toThrow('over')
  })

  it('does not end by a secret that never was one', () => {
    expect(() => refresh(started, 0, LATER, 'guessed')).toThrow('over')
    expect(() => refresh(started, 7, LATER, 'secret-0')).toThrow('over')
  })

  it('lasts thirty days from its last refresh for customers, twelve hours from the sign-in for staff', () => {
    const [at, now] = ['2026-11-20T09:00:00.000Z', '2026-11-20T19:00:00.000Z']
    expect(sessionEnd('customer', at, now)).toBe('2026-12-20T19:00:00.000Z')
    expect(sessionEnd('guest', at, now)).toBe('2026-12-20T19:00:00.000Z')
    expect(sessionEnd('staff', at, now)).toBe('2026-11-20T21:00:00.000Z')
  })

  it('is over when nobody refreshed it in time', () => {
    expect(refresh(started, 0, wish.expiresAt)).toMatchObject({ status: 'ended', why: 'expired' })
    const due = expireSession({ sessionId, at: wish.expiresAt })
    expect(due(started).map(({ type }) => type)).toEqual(['throughline.SessionEnded.v1'])
    expect(expireSession({ sessionId, at: LATER })(started)).toEqual([])
    expect(due(none)).toEqual([])
  })

  it('ends once, and an unknown one not at all', () => {
    const end = endSession({ sessionId, why: 'signed-out' })
    const ended = fold(sessions, end(started), started)
    expect(ended).toEqual({ status: 'ended', subject: wish.subject, why: 'signed-out' })
    expect(end(ended)).toEqual([])
    expect(() => end(none)).toThrow('no such session')
  })

  it('gives two holders of one secret at most one refresh before it ends (S08)', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 4 }), { maxLength: 20 }), (generations) => {
        let state: SessionState = started
        const used = new Set<number>()
        for (const generation of generations) {
          try {
            state = refresh(state, generation)
          } catch (error) {
            expect(error).toBeInstanceOf(Refused)
            continue
          }
          if (used.has(generation)) expect(state.status).toBe('ended')
          used.add(generation)
        }
      }),
    )
  })
})
