import { fold } from '@throughline/kernel'
import type { FollowUpEvent } from '@throughline/contracts'
import { refusal } from '@throughline/testing/decisions'
import {
  assignFollowUp,
  cancelFollowUp,
  completeFollowUp,
  followUps,
  requestFollowUp,
  withdrawWish,
} from './follow-up.js'
import type { FollowUpState } from './follow-up.js'

const id = (number: number): string => `0000000${String(number)}-0000-7000-8000-000000000001`
const request = { followUpId: id(1), customerId: id(2), what: 'Her guide', dueBy: '2026-11-21T09:00:00.000Z' }
const wish = { ...request, feedbackId: id(3) }
const then = (state: FollowUpState, events: readonly FollowUpEvent[]): FollowUpState =>
  fold(followUps, events, state)
const none = followUps.initial
const planned = then(none, requestFollowUp(request)(none))
const wished = then(none, requestFollowUp(wish)(none))
const done = then(wished, completeFollowUp({ note: 'Called', staffId: id(4) })(wished))
const withdrawn = then(wished, withdrawWish()(wished))

describe('requesting a follow-up', () => {
  it('makes a task', () => {
    expect(requestFollowUp(wish)(none)).toEqual([{ type: 'throughline.FollowUpRequested.v1', data: wish }])
  })
  it('makes it again when the customer wishes it again (C28)', () => {
    expect(then(withdrawn, requestFollowUp(wish)(withdrawn))).toMatchObject({ status: 'open' })
  })
  it('is refused for a time that is past', () => {
    expect(refusal(() => requestFollowUp(request, request.dueBy)(none))).toBe('case.follow-up-past')
  })
  it('records nothing while one is open', () => {
    expect(requestFollowUp(wish)(wished)).toEqual([])
  })
})

describe('assigning a follow-up', () => {
  it('says who gets back to her', () => {
    expect(then(wished, assignFollowUp(id(4))(wished))).toMatchObject({ staffId: id(4) })
  })
  it('is refused for one that is closed', () => {
    expect(refusal(() => assignFollowUp(id(4))(done))).toBe('case.follow-up-done')
    expect(refusal(() => assignFollowUp(id(4))(withdrawn))).toBe('case.follow-up-cancelled')
  })
  it('records nothing for the one who has it', () => {
    expect(assignFollowUp(id(4))(then(wished, assignFollowUp(id(4))(wished)))).toEqual([])
  })
})

describe('completing a follow-up', () => {
  it('is recorded', () => {
    expect(done).toMatchObject({ status: 'done' })
  })
  it('is refused for one the customer took back, and for one nobody knows', () => {
    const complete = completeFollowUp({ note: '', staffId: id(4) })
    expect(refusal(() => complete(withdrawn))).toBe('case.follow-up-cancelled')
    expect(refusal(() => complete(none))).toBe('case.follow-up-unknown')
  })
  it('records nothing the second time', () => {
    expect(completeFollowUp({ note: 'Again', staffId: id(4) })(done)).toEqual([])
  })
})

describe('cancelling a follow-up', () => {
  it('closes what the team planned', () => {
    expect(then(planned, cancelFollowUp('case-resolved')(planned))).toMatchObject({ status: 'cancelled' })
  })
  it('is refused for what the customer wished, unless it is a duplicate (C28)', () => {
    expect(refusal(() => cancelFollowUp('case-resolved')(wished))).toBe('case.follow-up-wished')
    expect(then(wished, cancelFollowUp('duplicate')(wished))).toMatchObject({ why: 'duplicate' })
  })
  it('records nothing the second time', () => {
    const cancelled = then(planned, cancelFollowUp('duplicate')(planned))
    expect(cancelFollowUp('duplicate')(cancelled)).toEqual([])
  })
})

describe('taking the wish back', () => {
  it('closes the task (C28)', () => {
    expect(withdrawn).toMatchObject({ status: 'cancelled', why: 'wish-withdrawn' })
  })
  it('leaves alone what is done, closed or was never wished', () => {
    for (const state of [done, withdrawn, none]) expect(withdrawWish()(state)).toEqual([])
  })
})
