import fc from 'fast-check'
import type { ContactLine } from '../api/contact'
import { byUrgency, keepPlaces, waitingOf } from './waiting'

const MINUTE = 60_000
const at = (minutes: number): string => new Date(minutes * MINUTE).toISOString()
const line = (more: Partial<ContactLine> = {}): ContactLine => ({
  id: 'a',
  journeyId: 'j',
  state: 'connected',
  channel: 'chat',
  requestedAt: at(0),
  enteredAt: at(0),
  dueBy: at(2),
  ...more,
})

describe('how long somebody waits', () => {
  it('is measured against the promise of the first answer', () => {
    const waiting = waitingOf(line({ unansweredSince: at(0) }), 1.5 * MINUTE)
    expect(waiting).toMatchObject({ is: 'customer', dueBy: 2 * MINUTE, share: 0.75, slow: false })
  })

  it('has the same time again for each answer after the first', () => {
    const waiting = waitingOf(line({ connectedAt: at(1), unansweredSince: at(10) }), 13 * MINUTE)
    expect(waiting).toMatchObject({ dueBy: 12 * MINUTE, share: 1.5 })
  })

  it('is nothing when we had the last word, or it is over', () => {
    expect(waitingOf(line(), 0)).toEqual({ is: 'nobody' })
    expect(waitingOf(line({ unansweredSince: at(0), state: 'ended' }), 0)).toEqual({ is: 'nobody' })
  })

  it('is told as a time of day where a day was promised', () => {
    expect(waitingOf(line({ unansweredSince: at(0), dueBy: at(600) }), 0)).toMatchObject({ slow: true })
  })
})

describe('the list of those who are with you', () => {
  it('puts who is due first on top', () => {
    const lines = [
      line({ id: 'answered', lastWords: { author: 'agent', text: '', at: at(9) } }),
      line({ id: 'later', unansweredSince: at(5), connectedAt: at(1) }),
      line({ id: 'sooner', unansweredSince: at(1) }),
    ]
    expect(byUrgency(lines).map(({ id }) => id)).toEqual(['sooner', 'later', 'answered'])
  })

  it('keeps every place while somebody aims, and puts the new at the end', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { minLength: 1 }),
        fc.uniqueArray(fc.string()),
        (before, more) => {
          const now = [...new Set([...more, ...before.toReversed()])].map((id) => ({ id }))
          const kept = keepPlaces(now, before).map(({ id }) => id)
          expect(kept.slice(0, before.length)).toEqual(before)
          expect(new Set(kept)).toEqual(new Set(now.map(({ id }) => id)))
        },
      ),
    )
  })
})
