import type { CaseKnown, ContactKnown, JourneyContext } from '../api/journey'
import { screenOf } from './agent-then'
import { caseReference } from './customer-then'
import { pageOf } from './page-of'

const AT = '2026-11-20T14:14:00.000Z'
const LATER = '2026-11-20T15:00:00.000Z'

function known(more: Partial<JourneyContext> = {}): JourneyContext {
  return {
    id: 'journey',
    person: { id: 'ana', assurance: 'code' },
    guest: false,
    entrance: 'need-help',
    startedAt: AT,
    lastAt: AT,
    status: 'open',
    resumed: [],
    stages: [],
    facts: [],
    askedAgain: 0,
    readings: [],
    channels: [],
    contacts: [],
    cases: [],
    promises: [],
    followUps: [],
    feedback: [],
    said: [],
    earlier: { contacts: [], cases: [], journeys: [] },
    position: 1,
    asOf: AT,
    ...more,
  }
}

function contact(more: Partial<ContactKnown> = {}): ContactKnown {
  return {
    id: 'contact',
    channel: 'chat',
    requestedAt: AT,
    status: 'waiting',
    readings: [],
    offers: [],
    legs: [],
    turns: [],
    transcript: [],
    notes: [],
    ...more,
  }
}

const item = { id: 'thing', kind: 'purchase', title: 'Bris 45' }
const reason = { code: 'not-working', label: 'It isn’t working' }
const offered = { id: 'decision', at: AT, policy: 'care', version: 1, channels: [] }
const opened: CaseKnown = { id: 'case', status: 'open', contacts: ['contact'], steps: [] }
const offer = { id: 'offer', agentId: 'joel', at: AT, expiresAt: LATER, outcome: 'open' } as const

describe('the page a customer was on, from what was recorded (C48)', () => {
  it('is Need Help until there is a reason, then the thing, then the channels', () => {
    expect(pageOf(known())).toEqual({ page: 'need-help' })
    expect(pageOf(known({ item }))).toEqual({ page: 'need-help' })
    expect(pageOf(known({ item, reason }))).toEqual({ page: 'thing' })
    expect(pageOf(known({ item, reason, channels: [offered] }))).toEqual({ page: 'channels' })
  })

  it('is the conversation from its request on, and the case once there is one', () => {
    const over = contact({ status: 'ended', endedAt: AT })
    expect(pageOf(known({ channels: [offered], contacts: [contact()] }))).toMatchObject({
      page: 'conversation',
    })
    expect(pageOf(known({ contacts: [over] }))).toMatchObject({ page: 'conversation' })
    expect(pageOf(known({ contacts: [over], cases: [opened] }))).toEqual({ page: 'case', caseId: 'case' })
    // A contact that goes on about a case is a conversation.
    expect(pageOf(known({ contacts: [contact()], cases: [opened] }))).toMatchObject({ page: 'conversation' })
    // She asked for the channels again after it was over.
    const again = known({ contacts: [over], cases: [opened], channels: [{ ...offered, at: LATER }] })
    expect(pageOf(again)).toEqual({ page: 'channels' })
  })
})

describe('the screen an agent had, from what was recorded (C49)', () => {
  it('is the offer while it stands, then the conversation', () => {
    expect(screenOf(known()).screen).toBe('nothing')
    expect(screenOf(known({ contacts: [contact()] })).screen).toBe('nothing')
    const waiting = contact({ status: 'offered', offers: [offer] })
    expect(screenOf(known({ contacts: [waiting] }))).toMatchObject({ screen: 'offer', agentId: 'joel' })
    const lapsed = contact({ offers: [{ ...offer, outcome: 'expired' }] })
    expect(screenOf(known({ contacts: [lapsed] })).screen).toBe('nothing')
    const taken = contact({ status: 'connected', assigned: { agentId: 'joel', at: AT } })
    expect(screenOf(known({ contacts: [taken] }))).toMatchObject({ screen: 'conversation', agentId: 'joel' })
  })

  it('is none of ours for what came from an older system', () => {
    const imported = contact({ status: 'ended', connectedAt: AT, endedAt: AT })
    expect(screenOf(known({ contacts: [imported] })).screen).toBe('outside')
  })
})

it('names a case by the digits that the server makes of its id', () => {
  expect(caseReference('201fa3bf-80de-52c8-9b9e-373c8612d6f6')).toBe('8944447')
})
