import fc from 'fast-check'
import { FEELINGS, OUTCOMES } from '@throughline/contracts'
import type { FeedbackEvent } from '@throughline/contracts'
import { fold } from '@throughline/kernel'
import { refusal } from '@throughline/testing/decisions'
import { feedback, giveFeedback, reviseFeedback } from './feedback.js'
import type { FeedbackState } from './feedback.js'

const id = (number: number): string => `0000000${String(number)}-0000-7000-8000-000000000001`
const [feedbackId, customerId] = [id(1), id(2)]
const about = { kind: 'contact', id: id(3), title: 'Water in the base', channel: 'chat' } as const
const mine = { feedbackId, customerId, about, outcome: 'partly', feeling: 'unsure', followUp: false } as const
const none = feedback.initial
const then = (state: FeedbackState, events: readonly FeedbackEvent[]): FeedbackState =>
  fold(feedback, events, state)
const given = then(none, giveFeedback(mine)(none))
const wished = then(none, giveFeedback({ ...mine, followUp: true })(none))
const types = (events: readonly FeedbackEvent[]) => events.map(({ type }) => type)

describe('giving feedback', () => {
  it('says how it turned out and how it felt (C25)', () => {
    expect(giveFeedback(mine)(none)).toEqual([
      { type: 'throughline.FeedbackGiven.v1', data: { ...mine, version: 1 } },
    ])
  })
  it('with a wish tells the wish as a fact of its own (C28)', () => {
    expect(giveFeedback({ ...mine, followUp: true })(none)[1]).toEqual({
      type: 'throughline.FollowUpWished.v1',
      data: { feedbackId, customerId, about },
    })
  })
  it('taken over from another system makes no wish here', () => {
    expect(types(giveFeedback({ ...mine, followUp: true, origin: 'old-crm' })(none))).toEqual([
      'throughline.FeedbackGiven.v1',
    ])
  })
  it('is refused when it says nothing', () => {
    const nothing = { feedbackId, customerId, about, followUp: true }
    expect(refusal(() => giveFeedback(nothing)(none))).toBe('feedback.nothing-said')
    expect(refusal(() => giveFeedback({ ...nothing, comment: '' })(none))).toBe('feedback.nothing-said')
  })
  it('again about the same revises it (C26)', () => {
    expect(giveFeedback({ ...mine, outcome: 'fully' })(given)).toEqual([
      { type: 'throughline.FeedbackRevised.v1', data: { ...mine, outcome: 'fully', version: 2 } },
    ])
  })
  it('again with the same words records nothing', () => {
    expect(giveFeedback(mine)(given)).toEqual([])
  })
  it('from another system never changes what the customer said here', () => {
    expect(giveFeedback({ ...mine, outcome: 'not-at-all', origin: 'old-crm' })(given)).toEqual([])
  })
})

describe('revising feedback', () => {
  it('changes what is told and keeps the rest (C26)', () => {
    expect(then(given, reviseFeedback({ customerId, feeling: 'cared-for' })(given))).toEqual({
      status: 'given',
      said: { ...mine, feeling: 'cared-for', version: 2 },
    })
  })
  it('tells a wish, and a wish taken back (C28)', () => {
    expect(types(reviseFeedback({ customerId, followUp: true })(given))).toEqual([
      'throughline.FeedbackRevised.v1',
      'throughline.FollowUpWished.v1',
    ])
    expect(types(reviseFeedback({ customerId, followUp: false })(wished))).toEqual([
      'throughline.FeedbackRevised.v1',
      'throughline.FollowUpWithdrawn.v1',
    ])
  })
  it('takes a comment back', () => {
    const commented = then(given, reviseFeedback({ customerId, comment: 'Slow' })(given))
    expect(then(commented, reviseFeedback({ customerId, comment: '' })(commented))).toEqual({
      status: 'given',
      said: { ...mine, version: 3 },
    })
  })
  it('is refused for feedback nobody gave, and when nothing would be left', () => {
    expect(refusal(() => reviseFeedback({ customerId, outcome: 'fully' })(none))).toBe('feedback.unknown')
    const words = { feedbackId, customerId, about, comment: 'Slow', followUp: false }
    const commented = then(none, giveFeedback(words)(none))
    expect(refusal(() => reviseFeedback({ customerId, comment: '' })(commented))).toBe(
      'feedback.nothing-said',
    )
  })
  it('records nothing when nothing changes', () => {
    expect(reviseFeedback({ customerId, outcome: 'partly', followUp: false })(given)).toEqual([])
  })
})

it('versions count up by one, and a task is wished exactly while the last version wishes it', () => {
  const change = fc.record(
    {
      outcome: fc.constantFrom(...OUTCOMES),
      feeling: fc.constantFrom(...FEELINGS),
      comment: fc.constantFrom('', 'Slow', 'Kind'),
      followUp: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
      let state = given
      const log: FeedbackEvent[] = []
      for (const one of changes) {
        const events = reviseFeedback({ customerId, ...one })(state)
        log.push(...events)
        state = then(state, events)
        expect(reviseFeedback({ customerId, ...one })(state)).toEqual([])
      }
      const versions = log.flatMap(({ data }) => ('version' in data ? [data.version] : []))
      expect(versions).toEqual(versions.map((_, index) => index + 2))
      const wishes = log.flatMap(({ type }) =>
        type === 'throughline.FollowUpWished.v1'
          ? [true]
          : type === 'throughline.FollowUpWithdrawn.v1'
            ? [false]
            : [],
      )
      expect(wishes.at(-1) ?? false).toBe(state.status === 'given' && state.said.followUp)
    }),
  )
})
