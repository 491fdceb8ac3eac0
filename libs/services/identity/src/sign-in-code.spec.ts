import fc from 'fast-check'
import { fold, Refused } from '@throughline/kernel'
import { issueCode, MOST_TRIES, sentCode, signInCodes, tryCode } from './sign-in-code.js'
import type { SignInCodeState } from './sign-in-code.js'

const challengeId = 'challenge'
const issued = {
  challengeId,
  addressId: 'address',
  kind: 'email',
  sealedAddress: 'sealed',
  digest: 'right',
  expiresAt: '2026-11-20T09:10:00.000Z',
} as const
const open = fold(signInCodes, issueCode(issued)({ status: 'none' }))
const attempt = (state: SignInCodeState, digest: string, at = '2026-11-20T09:01:00.000Z'): SignInCodeState =>
  fold(signInCodes, tryCode({ challengeId, digest, at })(state), state)

describe('a sign-in code', () => {
  it('is issued once', () => {
    expect(open).toMatchObject({ status: 'open', triesLeft: MOST_TRIES })
    expect(issueCode(issued)(open)).toEqual([])
  })

  it('is sent until somebody knows that it was', () => {
    expect(open).toMatchObject({ sent: false })
    const sent = fold(signInCodes, sentCode({ challengeId })(open), open)
    expect(sent).toMatchObject({ status: 'open', sent: true })
    expect(sentCode({ challengeId })(sent)).toEqual([])
    expect(sentCode({ challengeId })(attempt(open, 'right'))).toEqual([])
  })

  it('opens with the right digits', () => {
    expect(attempt(open, 'right').status).toBe('used')
  })

  it('counts a miss', () => {
    expect(attempt(open, 'wrong')).toMatchObject({ status: 'open', triesLeft: MOST_TRIES - 1 })
  })

  it('is good once (S22)', () => {
    expect(() => attempt(attempt(open, 'right'), 'right')).toThrow('can no longer be used')
  })

  it('is good for ten minutes (S22)', () => {
    expect(attempt(open, 'right', '2026-11-20T09:09:59.999Z').status).toBe('used')
    expect(() => attempt(open, 'right', '2026-11-20T09:10:00.000Z')).toThrow('can no longer be used')
  })

  it('that was never issued is refused like one that is over (S23)', () => {
    expect(() => attempt({ status: 'none' }, 'right')).toThrow('can no longer be used')
  })

  it('allows five tries and no sixth, in any mixture (S22)', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('wrong', 'other', 'right'), { maxLength: 12 }), (tries) => {
        let state: SignInCodeState = open
        let taken = 0
        for (const digest of tries) {
          try {
            state = attempt(state, digest)
            taken++
          } catch (error) {
            expect(error).toBeInstanceOf(Refused)
          }
        }
        const first = tries.indexOf('right')
        const hit = first >= 0 && first < MOST_TRIES
        expect(state.status === 'used').toBe(hit)
        expect(taken).toBe(hit ? first + 1 : Math.min(tries.length, MOST_TRIES))
      }),
    )
  })
})
