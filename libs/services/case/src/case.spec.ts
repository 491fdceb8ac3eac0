import fc from 'fast-check'
import { fold, Refused } from '@throughline/kernel'
import type { CaseEvent } from '@throughline/contracts'
import { refusal } from '@throughline/testing/decisions'
import { addContact, assignCase, cases, keepPromise, missPromise, openCase } from './case.js'
import { progressCase, reopenCase, resolveCase } from './case.js'
import type { CaseState } from './case.js'

const id = (number: number): string => `0000000${String(number)}-0000-7000-8000-000000000001`
const [caseId, customerId, contactId, journeyId, staffId, other] = [1, 2, 3, 4, 5, 6].map(id) as [
  string,
  string,
  string,
  string,
  string,
  string,
]
const visit = { what: 'We confirm the visit', by: '2026-11-21T18:00:00.000Z' }
const letter = { what: 'We write to you', by: '2026-11-25T12:00:00.000Z' }
const opening = {
  caseId,
  customerId,
  contactId,
  journeyId,
  subject: 'Dishwasher leaves water in the base',
  words: 'An engineer brings a new pump.',
  promised: [visit],
  staffId,
}
const second = {
  customerId,
  journeyId,
  contactId: other,
  words: 'She asked when.',
  promised: [letter],
  why: 'The visit',
}
const solved = { how: 'solved', words: 'The new pump works.', staffId }

const after = (...events: readonly CaseEvent[]): CaseState => fold(cases, events)
const none = cases.initial
const open = after(...openCase(opening)(none))
const resolved = after(...openCase(opening, solved)(none))
const then = (state: CaseState, events: readonly CaseEvent[]): CaseState => fold(cases, events, state)

describe('opening a case', () => {
  it('makes a permanent record of a summary (C20)', () => {
    expect(openCase(opening)(none)).toEqual([{ type: 'throughline.CaseOpened.v1', data: opening }])
  })
  it('makes the record and resolves it at once when the contact solved it (C21)', () => {
    expect(openCase(opening, solved)(none).map(({ type }) => type)).toEqual([
      'throughline.CaseOpened.v1',
      'throughline.CaseResolved.v1',
    ])
  })
  it('is refused for a case that began with another contact', () => {
    expect(refusal(() => openCase({ ...opening, contactId: other })(open))).toBe('case.opened-already')
  })
  it('records nothing the second time', () => {
    expect(openCase(opening, solved)(resolved)).toEqual([])
  })
})

describe('adding a contact', () => {
  it('counts another contact on the same issue (C59)', () => {
    expect(then(open, addContact(second)(open))).toMatchObject({
      status: 'open',
      contacts: [contactId, other],
    })
  })
  it('reopens a resolved case (C23)', () => {
    const events = addContact(second)(resolved)
    expect(events.map(({ type }) => type)).toEqual([
      'throughline.CaseReopened.v1',
      'throughline.ContactAddedToCase.v1',
    ])
    expect(events[0]?.data).toMatchObject({ by: 'contact', why: 'The visit' })
  })
  it('resolves again when this contact solved it', () => {
    expect(then(resolved, addContact(second, solved)(resolved))).toMatchObject({ status: 'resolved' })
  })
  it('is refused for a case nobody knows', () => {
    expect(refusal(() => addContact(second)(none))).toBe('case.unknown')
  })
  it('records nothing for a contact that is in the case', () => {
    expect(addContact({ ...second, contactId })(resolved)).toEqual([])
  })
})

describe('noting progress', () => {
  const note = { note: 'Visit confirmed.', visible: true, staffId }
  it('is recorded with who sees it (C22)', () => {
    expect(progressCase(note)(open)).toEqual([
      { type: 'throughline.CaseProgressed.v1', data: { caseId, customerId, ...note } },
    ])
  })
  it('is refused for a resolved case', () => {
    expect(refusal(() => progressCase(note)(resolved))).toBe('case.resolved')
  })
  it('records nothing when the last note says the same', () => {
    expect(progressCase(note)(then(open, progressCase(note)(open)))).toEqual([])
  })
})

describe('assigning', () => {
  it('says who answers for the case', () => {
    expect(then(open, assignCase(other)(open))).toMatchObject({ staffId: other })
  })
  it('is refused for a resolved case', () => {
    expect(refusal(() => assignCase(other)(resolved))).toBe('case.resolved')
  })
  it('records nothing for whoever answers for it already', () => {
    expect(assignCase(staffId)(open)).toEqual([])
  })
})

describe('keeping a promise', () => {
  it('is recorded, after the resolution too', () => {
    expect(keepPromise(visit.what)(resolved)).toEqual([
      { type: 'throughline.CasePromiseKept.v1', data: { caseId, customerId, ...visit } },
    ])
  })
  it('is kept late once its time was missed', () => {
    const missed = then(open, missPromise({ ...visit, now: visit.by })(open))
    expect(then(missed, keepPromise(visit.what)(missed))).toMatchObject({
      promises: [{ status: 'kept-late' }],
    })
  })
  it('is refused when nobody promised it', () => {
    expect(refusal(() => keepPromise('A free machine')(open))).toBe('case.promise-unknown')
  })
  it('records nothing for a kept one', () => {
    expect(keepPromise(visit.what)(then(open, keepPromise(visit.what)(open)))).toEqual([])
  })
  it('tells two promises with the same words apart', () => {
    const later = { ...visit, by: letter.by }
    const both = then(open, addContact({ ...second, promised: [later] })(open))
    expect(then(both, keepPromise(visit.what, later.by)(both))).toMatchObject({
      promises: [{ status: 'running' }, { status: 'kept' }],
    })
  })
})

describe('missing a promise', () => {
  it('is recorded when its time went by, resolved or not', () => {
    for (const state of [open, resolved]) {
      expect(missPromise({ ...visit, now: visit.by })(state)).toEqual([
        { type: 'throughline.CasePromiseMissed.v1', data: { caseId, customerId, ...visit } },
      ])
    }
  })
  it('is refused before the time', () => {
    expect(refusal(() => missPromise({ ...visit, now: '2026-11-21T17:59:59.999Z' })(open))).toBe(
      'case.promise-not-due',
    )
  })
  it('records nothing for one kept, missed already, or no longer wanted', () => {
    const miss = missPromise({ ...visit, now: visit.by })
    expect(miss(then(open, keepPromise(visit.what)(open)))).toEqual([])
    expect(miss(then(open, miss(open)))).toEqual([])
    expect(miss(then(open, resolveCase({ how: 'withdrawn', words: 'Never mind' })(open)))).toEqual([])
  })
  it('records nothing for a time that was past before we heard of it', () => {
    const imported = after(...openCase({ ...opening, heardAt: letter.by })(none))
    expect(missPromise({ ...visit, now: letter.by })(imported)).toEqual([])
  })
})

describe('resolving', () => {
  it('records how apart from that it happened (C37)', () => {
    expect(resolveCase(solved)(open)).toEqual([
      { type: 'throughline.CaseResolved.v1', data: { caseId, customerId, ...solved } },
    ])
  })
  it('is refused with another outcome than the one told', () => {
    expect(refusal(() => resolveCase({ ...solved, how: 'compensated' })(resolved))).toBe(
      'case.already-resolved',
    )
  })
  it('records nothing when said again', () => {
    expect(resolveCase(solved)(resolved)).toEqual([])
  })
})

describe('reopening', () => {
  const back = { why: 'The water is back.', by: 'customer' } as const
  it('opens a resolved case and keeps all of it', () => {
    expect(then(resolved, reopenCase(back)(resolved))).toEqual(open)
  })
  it('is refused for a case nobody knows', () => {
    expect(refusal(() => reopenCase(back)(none))).toBe('case.unknown')
  })
  it('records nothing for an open one', () => {
    expect(reopenCase(back)(open)).toEqual([])
  })
})

it('any wish asked twice in a row records at most once, whatever came before', () => {
  const what = fc.constantFrom(visit.what, letter.what)
  const wish = fc.oneof(
    fc.constant(openCase(opening, solved)),
    fc.nat({ max: 3 }).map((number) => addContact({ ...second, contactId: id(number) })),
    fc.constantFrom('a', 'b').map((note) => progressCase({ note, visible: note === 'a', staffId })),
    fc.constantFrom(staffId, other).map((who) => assignCase(who)),
    what.map((one) => keepPromise(one)),
    fc.constantFrom(visit, letter).map((one) => missPromise({ ...one, now: letter.by })),
    fc.constantFrom('solved', 'withdrawn').map((how) => resolveCase({ ...solved, how })),
    fc.constant(reopenCase({ why: 'again', by: 'staff' })),
  )
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 30 }), (wishes) => {
      let state = none
      for (const decide of wishes) {
        let events: readonly CaseEvent[]
        try {
          events = decide(state)
        } catch (error) {
          expect(error).toBeInstanceOf(Refused)
          continue
        }
        state = then(state, events)
        expect(decide(state)).toEqual([])
      }
    }),
  )
})
