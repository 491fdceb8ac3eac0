import fc from 'fast-check'
import { fold, HOUR, MINUTE, Refused, toInstant } from '@throughline/kernel'
import { answerCode, countCode, mailboxes, MOST_CODES, UNANSWERED_CODES } from './mailbox.js'
import type { MailboxState } from './mailbox.js'

const START = Date.parse('2026-11-20T09:00:00.000Z')

/** A mailbox after wishes at minutes; what was refused leaves no trace. */
function ask(state: MailboxState, challengeId: string, minute: number, known = false): MailboxState {
  const at = toInstant(START + minute * MINUTE)
  return fold(mailboxes, countCode({ challengeId, at, known })(state), state)
}
const answer = (state: MailboxState, challengeId: string): MailboxState =>
  fold(mailboxes, answerCode({ challengeId })(state), state)

const asked = (...minutes: readonly number[]): MailboxState =>
  minutes.reduce<MailboxState>(
    (state, minute) => ask(state, `code-${String(minute)}`, minute),
    mailboxes.initial,
  )

describe('a mailbox', () => {
  it('gets at most three codes in an hour that nobody answers (S22, S25)', () => {
    expect(asked(0, 1, 2).codes).toHaveLength(3)
    expect(() => ask(asked(0, 1, 2), 'fourth', 3)).toThrow(Refused)
  })

  it('tells when to ask again', () => {
    let refusal: unknown
    try {
      ask(asked(0, 1, 2), 'fourth', 50)
    } catch (error) {
      refusal = error
    }
    expect(refusal).toMatchObject({ code: 'identity.too-many-codes', detail: { retryAfter: 600 } })
  })

  it('gets another when the first of them is an hour old', () => {
    expect(ask(asked(0, 1, 2), 'later', 60).codes.map(({ challengeId }) => challengeId)).toEqual([
      'code-1',
      'code-2',
      'later',
    ])
  })

  it('counts a code once however often it is asked for under one key', () => {
    const state = asked(0)
    expect(ask(state, 'code-0', 1)).toEqual(state)
  })

  it('does not hold answered codes against its owner', () => {
    let state: MailboxState = mailboxes.initial
    for (let n = 0; n < MOST_CODES; n++) state = answer(ask(state, String(n), n), String(n))
    expect(state.codes).toHaveLength(MOST_CODES)
    expect(() => ask(state, 'one-more', 30)).toThrow('Too many codes')
  })

  it('is open to a known device when strangers have used up theirs (S22)', () => {
    const state = asked(0, 1, 2)
    expect(ask(state, 'own', 3, true).codes).toHaveLength(4)
    let own = state
    for (let n = 0; n < UNANSWERED_CODES.knownDevice; n++) own = ask(own, `own-${String(n)}`, 4, true)
    expect(() => ask(own, 'too-many', 5, true)).toThrow('Too many codes')
  })

  it('notes an answer once, and none to a code it never got', () => {
    const state = answer(asked(0), 'code-0')
    expect(answerCode({ challengeId: 'code-0' })(state)).toEqual([])
    expect(answerCode({ challengeId: 'unknown' })(state)).toEqual([])
  })

  it('never gets more than ten in any hour, whatever is asked and answered (S22)', () => {
    const wish = fc.record({ pause: fc.nat({ max: 20 }), known: fc.boolean(), answered: fc.boolean() })
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 80 }), (wishes) => {
        let state: MailboxState = mailboxes.initial
        let minute = 0
        const sent: { at: number; answered: boolean; known: boolean }[] = []
        for (const [index, { pause, known, answered }] of wishes.entries()) {
          minute += pause
          try {
            state = ask(state, String(index), minute, known)
          } catch {
            continue
          }
          sent.push({ at: minute * MINUTE, answered, known })
          if (answered) state = answer(state, String(index))
        }
        for (const { at } of sent) {
          const hour = sent.filter((code) => code.at > at - HOUR && code.at <= at)
          expect(hour.length).toBeLessThanOrEqual(MOST_CODES)
          const strangers = hour.filter((code) => !code.known && !code.answered)
          expect(strangers.length).toBeLessThanOrEqual(UNANSWERED_CODES.stranger)
        }
      }),
    )
  })
})
