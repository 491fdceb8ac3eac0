import fc from 'fast-check'
import type { EventOf, PublicEvents } from '@throughline/contracts'
import { MINUTE, toInstant } from '@throughline/kernel'
import type { DomainEvent } from '@throughline/kernel'
import type { RecordedEvent, Vantage } from '@throughline/ports'
import { defect, sized } from '@throughline/ports/suites'
import { context, forCustomer } from './context.js'
import { naiveContext } from './context.naive.js'

const id = (name: string): string => `00000000-0000-7000-8000-${name.padStart(12, '0')}`
const begin = Date.parse('2026-11-20T09:00:00.000Z')
const moment = (minutes: number): string => toInstant(begin + minutes * MINUTE)
const [journeyId, other, ana, joel] = [id('1'), id('2'), id('a'), id('7')]
const person = { id: ana, assurance: 'code' } as const
const guest = { id: id('9'), assurance: 'none' } as const
const item = (kind: 'purchase' | 'quote') => ({ id: id(kind === 'quote' ? '19' : '18'), kind, title: kind })
const level = { urgency: 'high', urgencyRule: 'U1', value: 'low', valueRule: 'V1' } as const

function say<Type extends PublicEvents['type']>(type: Type, data: EventOf<Type>['data']): DomainEvent {
  return { type, data }
}

/** What may be said of a journey itself, of readings, of feedback. */
const ofJourney = (of: string): readonly DomainEvent[] => [
  say('throughline.JourneyClaimed.v1', { journeyId: of, guestId: guest.id, person }),
  say('throughline.StageReached.v1', { journeyId: of, stage: 'use' }),
  say('throughline.ItemChosen.v1', { journeyId: of, item: item('purchase') }),
  say('throughline.ItemChosen.v1', { journeyId: of, item: item('quote') }),
  say('throughline.ReasonChosen.v1', { journeyId: of, reason: { code: 'leaks', label: 'It leaks' } }),
  say('throughline.FactGiven.v1', { journeyId: of, name: 'n', label: 'N', value: 'x', source: 'customer' }),
  say('throughline.FactGiven.v1', { journeyId: of, name: 'n', label: 'N', value: 'y', source: 'agent' }),
  say('throughline.FactGiven.v1', { journeyId: of, name: 'm', label: 'M', value: 'z', source: 'customer' }),
  say('throughline.FactAskedAgain.v1', { journeyId: of, name: 'n' }),
  say('throughline.JourneyResumed.v1', { journeyId: of, by: 'page' }),
  say('throughline.JourneyEnded.v1', { journeyId: of, outcome: 'given-up' }),
  ...['d1', 'd2'].flatMap((name) => {
    const read = { readingId: id(name), articleId: id('e'), version: 2, title: 'Clear the filter' }
    return [
      say('throughline.ArticleViewed.v1', read),
      say('throughline.ArticleLeft.v1', { ...read, dwell: 30 }),
      say('throughline.ArticleRated.v1', { ...read, helped: true }),
      say('throughline.ArticleRated.v1', { ...read, helped: false, comment: 'No' }),
      say('throughline.ArticleDidNotHelp.v1', { ...read, contactId: id('c1'), said: true }),
    ]
  }),
  say('throughline.ChannelsOffered.v1', {
    ...{ decisionId: id('de'), journeyId: of, policy: 'care', version: 1, engine: 1, at: moment(0), level },
    channels: [{ channel: 'chat', offered: true, pace: 'immediate', because: ['from'] }],
    inputs: {},
  }),
  ...['f1', 'f2'].flatMap((name) => {
    const said = { feedbackId: id(name), customerId: ana, about: { kind: 'contact', id: id('c1') } } as const
    return [
      say('throughline.FeedbackGiven.v1', { ...said, outcome: 'partly', followUp: false, version: 1 }),
      say('throughline.FeedbackRevised.v1', {
        ...said,
        comment: 'Hm',
        feeling: 'unsure',
        followUp: true,
        version: 2,
      }),
      say('throughline.FollowUpWished.v1', said),
      say('throughline.FollowUpWithdrawn.v1', said),
    ]
  }),
  ...['u1', 'u2'].flatMap((name) => {
    const due = { followUpId: id(name), customerId: ana }
    return [
      say('throughline.FollowUpRequested.v1', { ...due, what: 'Write', dueBy: moment(90) }),
      say('throughline.FollowUpAssigned.v1', { ...due, staffId: joel }),
      say('throughline.FollowUpDone.v1', { ...due, note: 'Wrote' }),
      say('throughline.FollowUpCancelled.v1', { ...due, why: 'duplicate' }),
    ]
  }),
]

/** What may be said of a contact, whether or not it makes sense there: the fold judges nothing. */
const ofContact = (of: string, contactId: string): readonly DomainEvent[] => {
  const about = { contactId, journeyId: of }
  const words = { ...about, leg: 1, channel: 'chat', mode: 'written' } as const
  const leg = { ...about, by: 'session', assurance: 'code', adapter: 'web' } as const
  const sum = {
    ...about,
    channel: 'chat',
    outcome: 'open',
    issue: 'new',
    subject: 'S',
    articles: [],
  } as const
  const offered = { ...about, offerId: id('0f'), agentId: joel, channel: 'chat' } as const
  const waits = { dueBy: moment(60), readySince: moment(0), expiresAt: moment(61) }
  const visit = { what: 'A visit', by: moment(99) }
  return [
    say('throughline.ContactRequested.v1', {
      ...about,
      person,
      channel: 'chat',
      readings: [],
      words: 'Water',
    }),
    say('throughline.ContactRequested.v1', {
      ...{ ...about, person, channel: 'callback', readings: [], caseId: id('ca5e') },
      ...{ callFrom: moment(5), callUntil: moment(35), item: item('quote') },
    }),
    say('throughline.LegOpened.v1', { ...leg, leg: 1, channel: 'chat' }),
    say('throughline.LegOpened.v1', { ...leg, leg: 2, channel: 'phone' }),
    say('throughline.LegClosed.v1', { ...about, leg: 1, why: 'dropped' }),
    say('throughline.ContactConnected.v1', { ...about, leg: 1, channel: 'chat', agentId: joel }),
    say('throughline.ContactConnected.v1', { ...about, leg: 2, channel: 'phone' }),
    say('throughline.MessagePosted.v1', { ...words, messageId: id('m1'), author: 'customer', text: 'Hello' }),
    say('throughline.MessagePosted.v1', { ...words, messageId: id('m2'), author: 'agent', text: 'Yes' }),
    say('throughline.MessageFailed.v1', { ...about, messageId: id('m1'), code: 'bounced' }),
    say('throughline.ContactNoteAdded.v1', { ...about, noteId: id('77'), agentId: joel, text: 'Pump' }),
    say('throughline.ContactDropped.v1', { ...about, leg: 1, cause: 'connection lost' }),
    say('throughline.ContactResumed.v1', { ...about, leg: 2, from: 'chat', channel: 'phone' }),
    say('throughline.ContactTransferred.v1', { ...about, fromAgentId: joel, skills: [], why: 'Knows it' }),
    say('throughline.ContactLeft.v1', { ...about, why: 'gave-up' }),
    say('throughline.ContactEnded.v1', { ...about, by: 'agent', answeredBy: 'person', channel: 'chat' }),
    say('throughline.ContactSummarised.v1', {
      ...sum,
      words: 'Soon',
      causes: [],
      promised: [visit],
      agentId: joel,
    }),
    say('throughline.ContactSummarised.v1', {
      ...{ ...sum, words: 'Again', promised: [], caseId: id('ca5e') },
      causes: [{ code: 'fitting', words: 'Sheet' }],
    }),
    say('throughline.ContactLinked.v1', { ...about, by: 'agent' }),
    say('throughline.CallRang.v1', { ...about, leg: 1 }),
    say('throughline.CallAnswered.v1', { ...about, leg: 1 }),
    say('throughline.CallHeld.v1', { ...about, leg: 1 }),
    say('throughline.CallEnded.v1', { ...about, leg: 1, cause: 'hung up' }),
    say('throughline.ContactQueued.v1', {
      ...{ ...about, channel: 'chat', queue: 'care.chat', need: [], enteredAt: moment(1), dueBy: moment(60) },
      ...{ level, policy: 'care', version: 1 },
    }),
    say('throughline.ContactOffered.v1', {
      ...offered,
      ...waits,
      ring: 0,
      load: 0,
      ready: 1,
      passedOver: [],
    }),
    say('throughline.OfferDeclined.v1', { ...about, offerId: id('0f'), agentId: joel }),
    say('throughline.OfferExpired.v1', { ...about, offerId: id('0f'), agentId: joel }),
    say('throughline.OfferWithdrawn.v1', { ...about, offerId: id('0f'), agentId: joel, why: 'moved' }),
    say('throughline.ContactAssigned.v1', offered),
    say('throughline.ContactRequeued.v1', { ...about, why: 'dropped', channel: 'chat', excluded: [] }),
    say('throughline.CallbackScheduled.v1', { ...about, from: moment(7), until: moment(37) }),
    say('throughline.CallbackUnanswered.v1', { ...about, attempt: 2 }),
    say('throughline.WorkFinished.v1', { ...about, agentId: joel }),
  ]
}

const ofCase = (of: string, caseId: string): readonly DomainEvent[] => {
  const about = { caseId, customerId: ana }
  const [visit, letter] = [moment(99), moment(50)].map((by) => ({ what: 'A visit', by }))
  const promised = [visit, letter].flatMap((each) => each ?? [])
  const opened = { ...about, contactId: id('c1'), journeyId: of, words: 'Engineer comes' }
  return [
    say('throughline.CaseOpened.v1', { ...opened, subject: 'Water', promised }),
    say('throughline.ContactAddedToCase.v1', { ...opened, contactId: id('c2'), promised: promised.slice(1) }),
    say('throughline.CaseProgressed.v1', { ...about, note: 'Third this week', visible: false }),
    say('throughline.CaseProgressed.v1', { ...about, note: 'On its way', visible: true }),
    say('throughline.CaseAssigned.v1', { ...about, staffId: joel }),
    say('throughline.CasePromiseKept.v1', { ...about, what: 'A visit' }),
    say('throughline.CasePromiseMissed.v1', { ...about, what: 'A visit', by: moment(50) }),
    say('throughline.CaseResolved.v1', { ...about, how: 'solved', words: 'New pump' }),
    say('throughline.CaseReopened.v1', { ...about, why: 'Water again', by: 'customer' }),
  ]
}

const pool = (of: string): readonly DomainEvent[] => [
  ...ofJourney(of),
  ...ofContact(of, id('c1')),
  ...ofContact(of, id('c2')),
  ...ofCase(of, id('ca5e')),
]
const starts = (of: string): DomainEvent =>
  say('throughline.JourneyStarted.v1', {
    ...{ journeyId: of, person: guest, guest: true, entrance: 'need-help', stage: 'use', page: '/help' },
  })

/** Events a minute apart, told late by some minutes; each of this journey or of an earlier one. */
const lateness = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 50 }))
const told = (of: string) => fc.tuple(fc.constant(of), fc.constantFrom(...pool(of)), lateness)
const history = fc
  .array(fc.oneof({ weight: 4, arbitrary: told(journeyId) }, told(other)), { maxLength: 40 })
  .map((events) => {
    const all = [[other, starts(other), 0] as const, [journeyId, starts(journeyId), 0] as const, ...events]
    return all.map(([of, event, late], index): RecordedEvent => ({
      ...event,
      id: `e${String(index)}`,
      stream: 'told',
      streamId: of,
      sequence: index,
      position: index + 1,
      // The clock may stand still for a while.
      recordedAt: moment(Math.floor(index / 2)),
      occurredAt: moment(Math.floor(index / 2) - late),
      commandId: `c${String(index)}`,
      actor: 'system:test',
      journeyId: of,
      hash: '',
    }))
  })
const time = fc.integer({ min: -50, max: 22 }).map(moment)
const vantages = fc.record({ position: fc.nat(44), at: time, occurredUntil: time }, { requiredKeys: [] })
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null))
const of = (log: readonly RecordedEvent[], which: string) => log.filter((event) => event.journeyId === which)

describe('the context at a moment', () => {
  it('C48: is what a plain look through the events gives, as we knew it and as it was', () => {
    fc.assert(
      fc.property(history, vantages, fc.boolean(), (log, vantage, isStaff) => {
        const [own, others] = [of(log, journeyId), [of(log, other)]]
        const known = context(own, others, seen(vantage))
        expect(plain(known && !isStaff ? forCustomer(known) : known)).toEqual(
          plain(naiveContext(own, others, vantage, isStaff ? 'staff' : 'customer')),
        )
      }),
      { numRuns: sized(1_500, 20_000) },
    )
  })

  it('C48: is what was answered then, and the position it names gives it again', () => {
    fc.assert(
      fc.property(history, fc.nat(44), (log, cut) => {
        const position = Math.min(cut, log.length)
        const [own, others] = [of(log, journeyId), [of(log, other)]]
        const then = context(own, others, seen({ position }))
        const live = log.slice(0, position)
        expect(then).toEqual(context(of(live, journeyId), [of(live, other)]))
        if (then) expect(context(own, others, { position: then.position })).toEqual(then)
      }),
      { numRuns: sized(300, 5_000) },
    )
  })
})

/** The vantage as the fold is asked, with what a seeded defect makes of it. */
function seen(vantage: Vantage): Vantage {
  const { position, at } = vantage
  if (defect('C48.upTo') && position !== undefined) return { ...vantage, position: position + 1 }
  if (defect('C48.late') && at !== undefined) return { occurredUntil: at }
  return vantage
}
