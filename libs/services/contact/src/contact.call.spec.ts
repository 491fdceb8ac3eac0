import fc from 'fast-check'
import { CALL_STATES, tellCall } from './contact.call.js'
import type { CallCause, CallTold } from './contact.call.js'
import { endContact } from './contact.ends.js'
import { after, JOEL, MIRA, names, refusal, requested, taken } from './contact.suite.js'

const joel = { is: 'agent', id: JOEL } as const
const edge = { is: 'telephony' } as const
const told = (state: CallTold, cause?: CallCause) => tellCall({ state, by: joel, ...(cause && { cause }) })
const rings = [requested('phone'), taken('phone')]

describe('what witnesses tell of a call', () => {
  it('connects the contact when it is answered', () => {
    expect(names(told('answered')(after(...rings)))).toEqual(['CallAnswered', 'ContactConnected'])
  })

  it('several of them make one event', () => {
    const state = after(...rings, told('answered'))
    for (const witness of [told('answered'), told('ringing'), tellCall({ state: 'answered', by: edge })]) {
      expect(witness(state)).toEqual([])
    }
    expect(told('held')(after(...rings, told('answered'), told('held')))).toEqual([])
    expect(told('retrieved')(state)).toEqual([])
  })

  it('holds and retrieves', () => {
    expect(names(told('held')(after(...rings, told('answered'))))).toEqual(['CallHeld'])
    expect(names(told('retrieved')(after(...rings, told('answered'), told('held'))))).toEqual([
      'CallRetrieved',
    ])
  })

  it('ends the contact by who hung up, and drops it when the line is lost', () => {
    const spoken = after(...rings, told('answered'))
    expect(told('ended', 'customer-hung-up')(spoken)).toMatchObject([{}, {}, { data: { by: 'customer' } }])
    expect(told('ended')(spoken)).toMatchObject([
      { data: { cause: 'hung-up' } },
      {},
      { data: { by: 'agent' } },
    ])
    expect(names(told('ended', 'lost')(spoken))).toEqual(['ContactDropped', 'CallEnded', 'LegClosed'])
    expect(told('ended')(after(...rings, told('answered'), told('ended')))).toEqual([])
  })

  it('unanswered is called again: the contact waits for the next to take it', () => {
    expect(told('unanswered')(after(...rings))).toMatchObject([{ data: { cause: 'unanswered' } }])
    const again = after(...rings, told('unanswered'))
    expect(again.status).toBe('waiting')
    expect(names(taken('phone', MIRA)(again))).toEqual(['ContactTaken', 'CallRang'])
    expect(tellCall({ state: 'unanswered', by: edge })(again)).toEqual([])
  })

  it('is refused where it cannot be', () => {
    expect(refusal(told('held'), after(...rings))).toBe('contact.call-not-answered')
    expect(refusal(told('retrieved'), after(...rings))).toBe('contact.call-not-answered')
    expect(refusal(told('unanswered'), after(...rings, told('answered')))).toBe('contact.call-answered')
    expect(refusal(tellCall({ state: 'answered', by: edge }), after(requested('phone')))).toBe(
      'contact.nobody-ready',
    )
    expect(refusal(tellCall({ state: 'ringing', by: edge }), after(requested('phone')))).toBe(
      'contact.nobody-ready',
    )
    expect(refusal(told('ringing'), after(requested('chat'), taken('chat')))).toBe('contact.no-call')
    expect(refusal(told('ringing'), after(...rings, endContact({ by: joel })))).toBe('contact.over')
    expect(refusal(tellCall({ state: 'answered', by: { is: 'agent', id: MIRA } }), after(...rings))).toBe(
      'contact.not-with-you',
    )
  })

  it('ends in the same state whether one witness tells or each thing is told twice', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...CALL_STATES), { maxLength: 12 }), (states) => {
        const once = states.map((state) => quiet(state, joel))
        const twice = states.flatMap((state) => [quiet(state, joel), quiet(state, edge)])
        expect(after(...rings, ...twice)).toEqual(after(...rings, ...once))
      }),
    )
  })
})

/** Tells, and takes a refusal for nothing told. */
function quiet(state: CallTold, by: typeof joel | typeof edge): ReturnType<typeof tellCall> {
  const wish = tellCall({ state, by })
  return (contact) => (refusal(wish, contact) === 'not refused' ? wish(contact) : [])
}
