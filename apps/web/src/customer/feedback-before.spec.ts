import type { FeedbackVersion } from '../api/feedback'
import { beforeOf } from './feedback-before'

const version = (number: number, at: string, more: Partial<FeedbackVersion>): FeedbackVersion => ({
  version: number,
  at,
  followUp: false,
  ...more,
})

describe('what stood there before (C26)', () => {
  const friday = [
    version(1, '2026-11-20T10:00:00.000Z', { outcome: 'partly' }),
    version(2, '2026-11-20T10:00:05.000Z', { outcome: 'partly', feeling: 'unsure' }),
  ]

  it('is nothing after the first two taps', () => {
    expect(beforeOf([])).toBeUndefined()
    expect(beforeOf(friday)).toBeUndefined()
  })

  it('is what was said at the sitting before, whatever number of taps this one takes', () => {
    const today = [
      version(3, '2026-11-23T10:42:00.000Z', { outcome: 'mostly', feeling: 'unsure' }),
      version(4, '2026-11-23T10:42:04.000Z', { outcome: 'mostly', feeling: 'cared-for' }),
    ]
    expect(beforeOf([...friday, ...today])).toBe(friday[1])
  })

  it('is the answer just changed when there was no sitting before', () => {
    const changed = version(3, '2026-11-20T10:01:00.000Z', { outcome: 'mostly', feeling: 'unsure' })
    expect(beforeOf([...friday, changed])).toBe(friday[1])
  })

  it('is nothing when only a word or the wish was added', () => {
    const comment = version(3, '2026-11-23T10:00:00.000Z', {
      outcome: 'partly',
      feeling: 'unsure',
      comment: 'Thank you',
    })
    expect(beforeOf([...friday, comment])).toBeUndefined()
  })
})
