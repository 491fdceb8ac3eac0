import { fold, Refused } from '@throughline/kernel'
import { guesses, MOST_TRIES, tryContinuation, tryWasRight } from './guess.js'
import type { GuessState } from './guess.js'

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 20, 9, minute)).toISOString()
const guess = (tryId: string, minute = 0) => tryContinuation({ tryId, at: at(minute), most: MOST_TRIES })
const tried = (count: number): GuessState =>
  Array.from({ length: count }).reduce<GuessState>(
    (state, _, number) => fold(guesses, guess(`try-${String(number)}`)(state), state),
    guesses.initial,
  )

describe('H13: tries of one caller', () => {
  it('are counted, each once', () => {
    expect(guess('a')(tried(4))).toHaveLength(1)
    expect(guess('try-1')(tried(4))).toEqual([])
  })

  it('are at most five in an hour, and told when to try again', () => {
    const refused = new Refused('too-many', 'contact.too-many-tries', 'Too many codes were tried.')
    expect(() => guess('a', 20)(tried(5))).toThrow(refused)
    expect(guess('a', 60)(tried(5))).toHaveLength(1)
  })

  it('that were right count no longer, and earlier wrong ones still do', () => {
    const state = tried(5)
    const right = fold(guesses, tryWasRight({ tryId: 'try-4' })(state), state)
    expect(right.tries).toHaveLength(4)
    expect(tryWasRight({ tryId: 'try-4' })(right)).toEqual([])
  })

  it('never pass five wrong ones in an hour, in whatever number they come', () => {
    let state = guesses.initial
    let counted = 0
    for (let number = 0; number < 100_000; number++) {
      try {
        const events = guess(`n-${String(number)}`, number / 100_000)(state)
        counted += events.length
        state = fold(guesses, events, state)
      } catch {
        // Refused: nothing is looked up.
      }
    }
    expect(counted).toBe(MOST_TRIES)
  })
})
