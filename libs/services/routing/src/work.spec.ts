import { fold } from '@throughline/kernel'
import type { Decision } from '@throughline/kernel'
import {
  acceptOffer,
  agentLost,
  callBackNow,
  callUnanswered,
  declineOffer,
  endWork,
  expireOffer,
  finishWork,
  interruptWork,
  leaveQueue,
  offerContact,
  queueContact,
  relaxRequirement,
  resumeWork,
  scheduleCallback,
  transferWork,
  withdrawOffer,
} from './work.decisions.js'
import { works } from './work.js'
import type { WorkEvent, WorkState } from './work.js'

type Decided = Decision<WorkState, WorkEvent>

const T = (minute: number) => `2026-11-20T09:${String(minute).padStart(2, '0')}:00.000Z`
const QUEUED = {
  contactId: 'c',
  journeyId: 'j',
  channel: 'chat',
  queue: 'care',
  need: [{ skill: 'chat', level: 1 }],
  enteredAt: T(0),
  dueBy: T(3),
  level: { urgency: 'normal', urgencyRule: 'default', value: 'standard', valueRule: 'default' },
  policy: 'care',
  version: 1,
} as const
const OFFER = {
  contactId: 'c',
  journeyId: 'j',
  offerId: 'o1',
  agentId: 'a1',
  channel: 'chat',
  dueBy: T(3),
  expiresAt: T(1),
  ring: 0,
  load: 0,
  readySince: T(0),
  ready: 1,
  passedOver: [],
} as const
const MINE = { offerId: 'o1', agentId: 'a1' }
const VOICE = { queue: 'care', need: [{ skill: 'voice', level: 1 }] }

const after = (...decisions: readonly Decided[]): WorkState =>
  decisions.reduce<WorkState>((state, decide) => fold(works, decide(state), state), works.initial)
const types = (events: readonly WorkEvent[]) => events.map(({ type }) => type.split('.')[1])

const queued = after(queueContact(QUEUED))
const offered = after(queueContact(QUEUED), offerContact(OFFER))
const assigned = after(queueContact(QUEUED), offerContact(OFFER), acceptOffer(MINE))
const wrapping = after(queueContact(QUEUED), offerContact(OFFER), acceptOffer(MINE), endWork)
const promised = after(scheduleCallback({ contactId: 'c', journeyId: 'j', from: T(10), until: T(20) }))
const gone = after(queueContact(QUEUED), leaveQueue('gave-up'))
const all = { none: works.initial, queued, offered, assigned, wrapping, promised, gone }

const move = resumeWork({ from: 'chat', to: 'phone', by: 'customer', entry: VOICE, less: 60_000 })

/** What each wish does in each state, by the names of the events; a refusal by its code. */
const TABLE: Readonly<Record<string, readonly [Decided, Readonly<Record<keyof typeof all, string>>]>> = {
  'to queue': [
    queueContact(QUEUED),
    { none: 'ContactQueued', queued: '', offered: '', assigned: '', wrapping: '', promised: '', gone: '' },
  ],
  'to promise a call': [
    scheduleCallback({ contactId: 'c', journeyId: 'j', from: T(1), until: T(2) }),
    {
      none: 'CallbackScheduled',
      queued: '',
      offered: '',
      assigned: '',
      wrapping: '',
      promised: '',
      gone: '',
    },
  ],
  'to call at the promised time': [
    callBackNow({ now: T(10), queued: QUEUED }),
    {
      none: '',
      queued: '',
      offered: '',
      assigned: '',
      wrapping: '',
      promised: 'CallbackDue ContactQueued',
      gone: '',
    },
  ],
  'to ask a wider ring': [
    relaxRequirement({ ring: 1, need: [] }),
    {
      none: '',
      queued: 'RequirementRelaxed',
      offered: '',
      assigned: '',
      wrapping: '',
      promised: '',
      gone: '',
    },
  ],
  'to offer': [
    offerContact(OFFER),
    { none: '', queued: 'ContactOffered', offered: '', assigned: '', wrapping: '', promised: '', gone: '' },
  ],
  'to accept': [
    acceptOffer(MINE),
    {
      none: 'routing.offer-unknown',
      queued: 'routing.offer-unknown',
      offered: 'ContactAssigned',
      assigned: '',
      wrapping: 'routing.offer-over',
      promised: 'routing.offer-unknown',
      gone: 'routing.offer-unknown',
    },
  ],
  'to decline': [
    declineOffer(MINE),
    {
      none: 'routing.offer-unknown',
      queued: 'routing.offer-unknown',
      offered: 'OfferDeclined ContactRequeued',
      assigned: 'routing.offer-over',
      wrapping: 'routing.offer-over',
      promised: 'routing.offer-unknown',
      gone: 'routing.offer-unknown',
    },
  ],
  'to let the offer expire': [
    expireOffer({ offerId: 'o1', now: T(1) }),
    {
      none: '',
      queued: '',
      offered: 'OfferExpired ContactRequeued',
      assigned: '',
      wrapping: '',
      promised: '',
      gone: '',
    },
  ],
  'to take back the offer of an agent who left': [
    withdrawOffer({ offerId: 'o1', why: 'agent-left' }),
    {
      none: '',
      queued: '',
      offered: 'OfferWithdrawn ContactRequeued',
      assigned: '',
      wrapping: '',
      promised: '',
      gone: '',
    },
  ],
  'to take it from an agent who is lost': [
    agentLost('a1'),
    { none: '', queued: '', offered: '', assigned: 'ContactRequeued', wrapping: '', promised: '', gone: '' },
  ],
  'to keep it for who was cut off': [
    interruptWork,
    { none: '', queued: '', offered: '', assigned: 'WorkInterrupted', wrapping: '', promised: '', gone: '' },
  ],
  'to go on by phone': [
    move,
    {
      none: '',
      queued: 'ContactRequeued ContactEscalated',
      offered: 'OfferWithdrawn ContactRequeued ContactEscalated',
      assigned: 'ContactRequeued ContactEscalated',
      wrapping: '',
      promised: '',
      gone: '',
    },
  ],
  'to pass it on': [
    transferWork({ fromAgentId: 'a1', toAgentId: 'a2', entry: VOICE }),
    { none: '', queued: '', offered: '', assigned: 'ContactRequeued', wrapping: '', promised: '', gone: '' },
  ],
  'to leave': [
    leaveQueue('gave-up'),
    {
      none: '',
      queued: 'ContactLeftQueue',
      offered: 'OfferWithdrawn ContactLeftQueue',
      assigned: 'WorkFinished',
      wrapping: '',
      promised: 'ContactLeftQueue',
      gone: '',
    },
  ],
  'to end': [
    endWork,
    {
      none: '',
      queued: 'ContactLeftQueue',
      offered: 'OfferWithdrawn ContactLeftQueue',
      assigned: 'WrapUpBegan',
      wrapping: '',
      promised: 'ContactLeftQueue',
      gone: '',
    },
  ],
  'to finish': [
    finishWork,
    {
      none: '',
      queued: '',
      offered: '',
      assigned: 'WorkFinished',
      wrapping: 'WorkFinished',
      promised: '',
      gone: '',
    },
  ],
  'to have called in vain': [
    callUnanswered(T(5)),
    {
      none: '',
      queued: '',
      offered: '',
      assigned: 'CallbackUnanswered CallbackScheduled',
      wrapping: '',
      promised: '',
      gone: '',
    },
  ],
}

function outcome(decide: Decided, state: WorkState): string {
  try {
    return types(decide(state)).join(' ')
  } catch (error) {
    return (error as { readonly code: string }).code
  }
}

describe('a contact in routing', () => {
  it.each(Object.entries(TABLE))('P8: knows in every state what it means %s', (_, [decide, expected]) => {
    const found = Object.fromEntries(
      Object.entries(all).map(([name, state]) => [name, outcome(decide, state)]),
    )
    expect(found).toEqual(expected)
  })

  it('is not offered to who declined or did not answer', () => {
    const declined = after(queueContact(QUEUED), offerContact(OFFER), declineOffer(MINE))
    expect(declined).toMatchObject({ status: 'queued', work: { excluded: ['a1'], dueBy: T(3) } })
    expect(declineOffer(MINE)(declined)).toEqual([])
    expect(() => acceptOffer(MINE)(declined)).toThrow('This offer is over.')
    const expired = after(
      queueContact(QUEUED),
      offerContact(OFFER),
      expireOffer({ offerId: 'o1', now: T(1) }),
    )
    expect(expired).toMatchObject({ status: 'queued', work: { excluded: ['a1'], dueBy: T(3) } })
    expect(expireOffer({ offerId: 'o1', now: T(0) })(offered)).toEqual([])
  })

  it('is nobody else’s offer', () => {
    expect(outcome(acceptOffer({ offerId: 'o1', agentId: 'a2' }), offered)).toBe('routing.offer-unknown')
    expect(outcome(acceptOffer({ offerId: 'o2', agentId: 'a1' }), offered)).toBe('routing.offer-unknown')
  })

  it('C75: keeps enteredAt when it moves, is due earlier by what is declared, and never later', () => {
    const moved = fold(works, move(assigned), assigned)
    expect(moved).toMatchObject({
      status: 'queued',
      work: { channel: 'phone', enteredAt: T(0), dueBy: T(2), need: VOICE.need, lastAgentId: 'a1' },
    })
    expect(move(moved)).toEqual([])
  })

  it('waits elsewhere at once, when she moves while she is to be called again', () => {
    const calledInVain = fold(works, callUnanswered(T(5))(assigned), assigned)
    expect(calledInVain).toMatchObject({ status: 'promised', work: { channel: 'chat' } })
    const moved = fold(works, move(calledInVain), calledInVain)
    expect(moved).toMatchObject({ status: 'queued', work: { channel: 'phone', enteredAt: T(0) } })
  })

  it('waits again where she was, when she comes back after a drop', () => {
    const dropped = fold(works, interruptWork(assigned), assigned)
    const back = resumeWork({
      from: 'chat',
      to: 'chat',
      by: 'customer',
      entry: VOICE,
      less: 0,
      preferredAgentId: 'a1',
    })
    expect(back(assigned)).toEqual([])
    expect(back(dropped)).toMatchObject([
      { type: 'throughline.ContactRequeued.v1', data: { why: 'dropped', preferredAgentId: 'a1' } },
    ])
    expect(interruptWork(dropped)).toEqual([])
  })

  it('waits for somebody again when she comes back, also where her agent signed off and another has her since (found by the simulator)', () => {
    const dropped = fold(works, interruptWork(assigned), assigned)
    const left = fold(works, agentLost('a1')(dropped), dropped)
    const back = resumeWork({ from: 'chat', to: 'chat', by: 'customer', entry: VOICE, less: 0 })
    const taken = [
      offerContact({ ...OFFER, offerId: 'o9', agentId: 'a2' }),
      acceptOffer({ offerId: 'o9', agentId: 'a2' }),
    ]
    const another = taken.reduce((state, decide) => fold(works, decide(state), state), left)
    expect(another).toMatchObject({ status: 'assigned', agentId: 'a2', interrupted: true })
    for (const state of [left, another]) {
      const again = fold(works, back(state), state)
      expect(again).toMatchObject({ status: 'queued' })
      // She is here: whoever takes her now has her, and a second word of the same changes nothing.
      expect(back(again)).toEqual([])
    }
  })

  it('is called three times and no more', () => {
    let state = queued
    for (const attempt of [1, 2, 3]) {
      const offer = { ...OFFER, offerId: `o${String(attempt)}` }
      for (const decide of [offerContact(offer), acceptOffer(offer), callUnanswered(T(5))])
        state = fold(works, decide(state), state)
      if (attempt < 3) {
        expect(state).toMatchObject({ status: 'promised', from: T(20), work: { attempts: attempt } })
        expect(callBackNow({ now: T(19) })(state)).toEqual([])
        state = fold(works, callBackNow({ now: T(20) })(state), state)
      }
    }
    expect(state).toMatchObject({ status: 'gone', work: { attempts: 3 } })
  })

  it('comes in anew when the second call is due, in the first of its rings (found by the simulator)', () => {
    const wide = fold(works, relaxRequirement({ ring: 1, need: [] })(queued), queued)
    const called = [offerContact(OFFER), acceptOffer(OFFER), callUnanswered(T(5))]
    const promised = called.reduce((state, decide) => fold(works, decide(state), state), wide)
    const due = fold(works, callBackNow({ now: T(20) })(promised), promised)
    expect(due).toMatchObject({ status: 'queued', work: { ring: 0, attempts: 1 } })
    expect(relaxRequirement({ ring: 1, need: [] })(due)).toHaveLength(1)
  })
})
