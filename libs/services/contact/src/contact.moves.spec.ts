import type { Channel } from '@throughline/contracts'
import { fold } from '@throughline/kernel'
import { tellCall } from './contact.call.js'
import { endContact } from './contact.ends.js'
import { dropContact, goOn, takeContact, transferContact } from './contact.moves.js'
import type { GoingOn } from './contact.moves.js'
import { issueContinuation } from './contact.words.js'
import { contacts } from './contact.js'
import { after, JOEL, LATER, MIRA, names, NOW, refusal, requested, taken, WAYS } from './contact.suite.js'

const customer = { is: 'customer' } as const
const joel = { is: 'agent', id: JOEL } as const
const to = (channel: Channel, more: Partial<GoingOn> = {}) =>
  goOn({
    to: channel,
    by: customer,
    leg: { by: 'session', assurance: 'code', adapter: 'web' },
    escalation: WAYS,
    ...more,
  })
const drop = dropContact({ leg: 1, cause: 'no live stream' })
const chat = after(requested('chat'), taken('chat'))
const dropped = after(requested('chat'), taken('chat'), drop)

describe('an agent who takes a contact', () => {
  it('is connected in a chat at once', () => {
    expect(taken('chat')(after(requested('chat')))).toMatchObject([
      { type: 'throughline.ContactConnected.v1', data: { agentId: JOEL, leg: 1 } },
    ])
  })

  it('is ready on a call, which rings', () => {
    expect(names(taken('phone')(after(requested('phone'))))).toEqual(['ContactTaken', 'CallRang'])
  })

  it('again changes nothing, and neither does one for a channel that was left', () => {
    expect(taken('chat')(chat)).toEqual([])
    expect(taken('chat')(after(requested('chat'), to('phone')))).toEqual([])
    expect(taken('chat')(after(requested('chat'), taken('chat'), endContact({ by: joel })))).toEqual([])
    expect(taken('chat')(after())).toEqual([])
  })

  it('takes a transferred call on the line as it is, and over from an agent who is gone', () => {
    const spoken = after(requested('phone'), taken('phone'), tellCall({ state: 'answered', by: joel }))
    const passed = transferContact({ agentId: JOEL, skills: [], why: 'gas' })(spoken)
    expect(names(passed)).toEqual(['ContactTransferred'])
    const waiting = after(
      requested('phone'),
      taken('phone'),
      tellCall({ state: 'answered', by: joel }),
      transferContact({ agentId: JOEL, skills: [], why: 'gas' }),
    )
    expect(names(taken('phone', MIRA)(waiting))).toEqual(['ContactConnected'])
    expect(takeContact({ agentId: MIRA, channel: 'chat' })(chat)).toMatchObject([{ data: { agentId: MIRA } }])
  })

  it('goes to the next agent while it is dropped, who then has it without a ring (found by the simulator, seed 37)', () => {
    const withMira = takeContact({ agentId: MIRA, channel: 'chat' })
    expect(names(withMira(dropped))).toEqual(['ContactTaken'])
    const hers = fold(contacts, withMira(dropped), dropped)
    expect(hers).toMatchObject({ status: 'dropped', agentId: MIRA })
    expect(withMira(hers)).toEqual([])
  })
})

describe('going on over another channel', () => {
  it('closes the leg, opens the next and waits for somebody', () => {
    expect(names(to('phone')(chat))).toEqual(['LegClosed', 'LegOpened', 'ContactResumed'])
    expect(after(requested('chat'), taken('chat'), to('phone'))).toMatchObject({
      status: 'waiting',
      contact: { legs: [{ open: false }, { leg: 2, channel: 'phone', open: true }] },
    })
  })

  it('C45: is possible after a drop, and over the same channel always', () => {
    expect(names(to('phone')(dropped))).toEqual(['LegOpened', 'ContactResumed'])
    expect(names(to('chat', { escalation: [] })(dropped))).toEqual(['LegOpened', 'ContactResumed'])
  })

  it('H15, C75: where no way is declared is refused, whoever wishes it', () => {
    for (const by of [customer, joel]) {
      expect(refusal(to('email', { by }), chat)).toBe('contact.move-not-declared')
      expect(refusal(to('phone', { by, escalation: [] }), chat)).toBe('contact.move-not-declared')
      const dropOnly = [{ from: 'chat', to: ['phone'], by: ['dropped'] }] as const
      expect(refusal(to('phone', { by, escalation: dropOnly }), chat)).toBe('contact.move-not-declared')
    }
    const agentOnly = [{ from: 'chat', to: ['phone'], by: ['agent'] }] as const
    expect(refusal(to('phone', { escalation: agentOnly }), chat)).toBe('contact.move-not-declared')
    expect(to('phone', { by: joel, escalation: agentOnly })(chat)).toHaveLength(3)
  })

  it('to where it is already changes nothing', () => {
    expect(to('chat')(chat)).toEqual([])
  })

  it('is refused when it is over, or with another agent', () => {
    expect(refusal(to('phone'), after(requested('chat'), taken('chat'), endContact({ by: joel })))).toBe(
      'contact.over',
    )
    expect(refusal(to('phone', { by: { is: 'agent', id: MIRA } }), chat)).toBe('contact.not-with-you')
  })
})

describe('a code or token', () => {
  const digest = 'd'.repeat(64)
  const issued = issueContinuation({ by: customer, digest, form: 'spoken', expiresAt: LATER })
  const proof = { digest, now: NOW }
  const state = after(requested('chat'), taken('chat'), issued)

  it('opens the contact once, and lets in who held it', () => {
    expect(names(to('phone', { proof, holderId: MIRA })(state))).toEqual([
      'ContinuationUsed',
      'ContactHolderJoined',
      'LegClosed',
      'LegOpened',
      'ContactResumed',
    ])
    const used = after(requested('chat'), issued, to('phone', { proof, holderId: MIRA }))
    expect(refusal(to('phone', { proof }), used)).toBe('contact.continuation-unknown')
  })

  it('on another device with the same channel opens no second leg', () => {
    expect(names(to('chat', { proof })(state))).toEqual(['ContinuationUsed'])
  })

  it('H03: unknown, used and expired are one answer', () => {
    expect(refusal(to('phone', { proof: { digest, now: LATER } }), state)).toBe(
      'contact.continuation-unknown',
    )
    expect(refusal(to('phone', { proof: { digest: 'e'.repeat(64), now: NOW } }), state)).toBe(
      'contact.continuation-unknown',
    )
  })

  it('C75: is not used up by a move that is not declared', () => {
    expect(refusal(to('email', { proof }), state)).toBe('contact.move-not-declared')
  })
})

describe('a transfer', () => {
  const transfer = transferContact({ agentId: JOEL, skills: ['gas'], why: 'Gas boiler' })

  it('passes it on and keeps the leg', () => {
    expect(names(transfer(chat))).toEqual(['ContactTransferred'])
    const state = after(requested('chat'), taken('chat'), transfer)
    expect(state).toMatchObject({ status: 'waiting', contact: { legs: [{ open: true }] } })
  })

  it('is refused to oneself, by others, before the answer and afterwards', () => {
    const self = transferContact({ agentId: JOEL, toAgentId: JOEL, skills: [], why: 'x' })
    expect(refusal(self, chat)).toBe('contact.transfer-to-self')
    expect(refusal(transferContact({ agentId: MIRA, skills: [], why: 'x' }), chat)).toBe(
      'contact.not-with-you',
    )
    expect(refusal(transfer, after(requested('phone'), taken('phone')))).toBe('contact.not-connected')
    expect(refusal(transfer, after(requested('chat'), taken('chat'), endContact({ by: joel })))).toBe(
      'contact.over',
    )
  })

  it('twice is refused: it is with nobody any more', () => {
    expect(refusal(transfer, after(requested('chat'), taken('chat'), transfer))).toBe('contact.not-with-you')
  })
})

describe('a drop', () => {
  it('closes the leg in the middle', () => {
    expect(names(drop(chat))).toEqual(['ContactDropped', 'LegClosed'])
  })

  it('of what nobody is connected in, or of another leg, is nothing', () => {
    expect(drop(after(requested('chat')))).toEqual([])
    expect(drop(dropped)).toEqual([])
    expect(dropContact({ leg: 2, cause: 'x' })(chat)).toEqual([])
  })
})
