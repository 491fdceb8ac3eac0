import type { PublicEvents } from '@throughline/contracts'
import { DAY, fromInstant, HOUR, toInstant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { context, forCustomer } from './context.js'

const id = (name: string): string => `00000000-0000-7000-8000-${name.padStart(12, '0')}`
const journeyId = id('1')
const begin = fromInstant('2026-11-20T14:00:00.000Z')
const person = { id: id('a'), assurance: 'code' } as const
const item = (kind: 'purchase' | 'quote') => ({ id: id(kind === 'quote' ? '9' : '8'), kind, title: kind })
type Told = PublicEvents & { readonly minutes?: number; readonly recordedLate?: number }

const started: Told = {
  type: 'throughline.JourneyStarted.v1',
  data: { journeyId, person, guest: false, entrance: 'need-help' },
}

/** Events a minute apart, recorded when they happened unless told otherwise. */
function log(told: readonly Told[], from = { position: 0, journey: journeyId }): readonly RecordedEvent[] {
  return told.map(({ type, data, minutes, recordedLate = 0 }, index) => {
    const at = begin + (minutes ?? index) * 60_000
    return {
      type,
      data,
      id: `e${String(index)}`,
      stream: 's',
      streamId: 's',
      sequence: index,
      position: from.position + index + 1,
      occurredAt: toInstant(at),
      recordedAt: toInstant(at + recordedLate),
      commandId: 'c',
      actor: 'system:test',
      journeyId: from.journey,
      hash: '',
    }
  })
}

const contactId = id('c')
const inContact = { contactId, journeyId }
const said = (messageId: string, text: string, more: object = {}): Told => ({
  type: 'throughline.MessagePosted.v1',
  data: {
    ...inContact,
    messageId: id(messageId),
    leg: 1,
    channel: 'chat',
    author: 'customer',
    mode: 'written',
    text,
    ...more,
  },
})

const story: readonly Told[] = [
  started,
  { type: 'throughline.ItemChosen.v1', data: { journeyId, item: item('purchase') } },
  { type: 'throughline.ReasonChosen.v1', data: { journeyId, reason: { code: 'leaks', label: 'It leaks' } } },
  {
    type: 'throughline.FactGiven.v1',
    data: { journeyId, name: 'question', label: 'Says', value: 'Since Wednesday', source: 'customer' },
  },
  {
    type: 'throughline.ArticleViewed.v1',
    data: { readingId: id('d'), articleId: id('e'), version: 2, title: 'Clear the filter' },
  },
  {
    type: 'throughline.ArticleRated.v1',
    data: { readingId: id('d'), articleId: id('e'), version: 2, title: 'Clear the filter', helped: false },
  },
  {
    type: 'throughline.ContactRequested.v1',
    data: { ...inContact, person, channel: 'chat', readings: [], words: 'Water stays in' },
  },
  {
    type: 'throughline.ArticleDidNotHelp.v1',
    data: {
      readingId: id('d'),
      articleId: id('e'),
      version: 2,
      title: 'Clear the filter',
      contactId,
      said: true,
    },
  },
  {
    type: 'throughline.LegOpened.v1',
    data: { ...inContact, leg: 1, channel: 'chat', by: 'session', assurance: 'code', adapter: 'web' },
  },
  {
    type: 'throughline.ContactOffered.v1',
    data: {
      ...inContact,
      offerId: id('f'),
      agentId: id('7'),
      channel: 'chat',
      dueBy: toInstant(begin + HOUR),
      expiresAt: toInstant(begin + HOUR),
      ring: 0,
      load: 0,
      readySince: toInstant(begin),
      ready: 1,
      passedOver: [],
    },
  },
  {
    type: 'throughline.ContactAssigned.v1',
    data: { ...inContact, offerId: id('f'), agentId: id('7'), channel: 'chat' },
  },
  {
    type: 'throughline.ContactConnected.v1',
    data: { ...inContact, leg: 1, channel: 'chat', agentId: id('7') },
  },
  said('m1', 'It was moved'),
  {
    type: 'throughline.ContactNoteAdded.v1',
    data: { ...inContact, noteId: id('77'), agentId: id('7'), text: 'Pump' },
  },
  { type: 'throughline.ContactDropped.v1', data: { ...inContact, leg: 1, cause: 'connection lost' } },
  { type: 'throughline.LegClosed.v1', data: { ...inContact, leg: 1, why: 'dropped' } },
  { type: 'throughline.ContactResumed.v1', data: { ...inContact, leg: 2, from: 'chat', channel: 'phone' } },
  {
    type: 'throughline.LegOpened.v1',
    data: { ...inContact, leg: 2, channel: 'phone', by: 'token', assurance: 'code', adapter: 'phone' },
  },
  said('m2', 'Hello again', { leg: 2, channel: 'phone', mode: 'spoken' }),
  {
    type: 'throughline.ContactSummarised.v1',
    data: {
      ...inContact,
      channel: 'phone',
      agentId: id('7'),
      outcome: 'promised',
      issue: 'new',
      subject: 'Water in the base',
      words: 'Engineer comes',
      causes: [{ code: 'fitting', words: 'Installation sheet' }],
      promised: [{ what: 'Engineer comes', by: toInstant(begin + 4 * DAY) }],
      articles: [],
    },
  },
  {
    type: 'throughline.CaseOpened.v1',
    data: {
      caseId: id('ca5e'),
      customerId: person.id,
      journeyId,
      contactId,
      subject: 'Water in the base',
      words: 'Engineer comes',
      promised: [{ what: 'Engineer comes', by: toInstant(begin + 4 * DAY) }],
    },
  },
  {
    type: 'throughline.CaseProgressed.v1',
    data: { caseId: id('ca5e'), customerId: person.id, note: 'Third this week', visible: false },
  },
  {
    type: 'throughline.FeedbackGiven.v1',
    data: {
      feedbackId: id('fb'),
      customerId: person.id,
      about: { kind: 'contact', id: contactId },
      outcome: 'partly',
      feeling: 'unsure',
      followUp: true,
      version: 1,
    },
  },
  {
    type: 'throughline.FeedbackRevised.v1',
    data: {
      feedbackId: id('fb'),
      customerId: person.id,
      about: { kind: 'contact', id: contactId },
      outcome: 'mostly',
      feeling: 'cared-for',
      followUp: false,
      version: 2,
    },
  },
]

describe('the context of a journey', () => {
  const whole = log(story)

  it('holds who, which thing, why, what was read and did not help, and every word (C13, C45, C69)', () => {
    expect(context(whole, [])).toMatchObject({
      person,
      item: item('purchase'),
      reason: { code: 'leaks' },
      facts: [{ name: 'question', value: 'Since Wednesday' }],
      readings: [{ version: 2, helped: false, didNotHelp: { contactId, said: true } }],
      contacts: [
        {
          channel: 'phone',
          status: 'connected',
          legs: [
            { leg: 1, why: 'dropped' },
            { leg: 2, channel: 'phone' },
          ],
          offers: [{ agentId: id('7'), outcome: 'accepted' }],
          assigned: { agentId: id('7') },
          transcript: [
            { text: 'It was moved', leg: 1, channel: 'chat' },
            { text: 'Hello again', leg: 2, channel: 'phone', mode: 'spoken' },
          ],
          summary: { subject: 'Water in the base' },
        },
      ],
      cases: [{ status: 'open', contacts: [contactId] }],
      promises: [{ what: 'Engineer comes', state: 'open' }],
      feedback: [{ outcome: 'mostly', before: [{ outcome: 'partly', feeling: 'unsure' }] }],
      position: story.length,
    })
    expect(context(whole, [])?.said.map(({ words }) => words)).toEqual([
      'Since Wednesday',
      'Water stays in',
      'It was moved',
      'Hello again',
    ])
  })

  it('shows at the offer what the agent knew then, and nothing later (C48)', () => {
    const then = context(whole, [], { position: 10 })
    expect(then).toMatchObject({
      contacts: [{ status: 'offered', transcript: [] }],
      cases: [],
      feedback: [],
      position: 10,
    })
    expect(then?.readings[0]?.didNotHelp?.said).toBe(true)
    expect(context(whole, [], { at: toInstant(begin - 1) })).toBeUndefined()
  })

  it('tells the customer nothing that the team notes among themselves', () => {
    const known = context(whole, [])
    const text = JSON.stringify(known && forCustomer(known))
    expect(JSON.stringify(known)).toContain('Third this week')
    for (const secret of ['Third this week', 'Pump', 'Installation sheet', id('f')])
      expect(text).not.toContain(secret)
    expect(text).toContain('It was moved')
  })

  it('tells what was known at a moment apart from what had happened by it', () => {
    const late = log([
      started,
      { ...said('m1', 'By post'), recordedLate: 3 * DAY },
      { ...said('m2', 'Later'), minutes: 600 },
    ])
    const moment = toInstant(begin + HOUR)
    const words = (known: ReturnType<typeof context>) => known?.said.map((each) => each.words)
    expect(words(context(late, [], { at: moment }))).toEqual([])
    expect(words(context(late, [], { occurredUntil: moment }))).toEqual(['By post'])
  })

  it('brings earlier contacts and cases as one line each, newest first, as they stood then', () => {
    const now = log([{ ...started, data: { ...started.data, journeyId: id('2') } }], {
      position: 500,
      journey: id('2'),
    })
    const earlier = context(now, [whole])?.earlier
    expect(earlier).toMatchObject({
      journeys: [{ id: journeyId, item: item('purchase') }],
      contacts: [
        {
          id: contactId,
          channel: 'phone',
          subject: 'Water in the base',
          feeling: 'cared-for',
          agentId: id('7'),
        },
      ],
      cases: [{ id: id('ca5e'), status: 'open', promises: [{ what: 'Engineer comes' }] }],
    })
    const resolved: Told = {
      type: 'throughline.CaseResolved.v1',
      data: { caseId: id('ca5e'), customerId: person.id, how: 'solved', words: 'New pump' },
    }
    const longer = [...whole, ...log([resolved], { position: 900, journey: journeyId })]
    expect(context(now, [longer])?.earlier.cases).toMatchObject([{ status: 'resolved' }])
    expect(context(now, [longer], { position: 501 })?.earlier.cases).toMatchObject([{ status: 'open' }])
  })

  it('is as good after two years of silence (C36)', () => {
    const resumed: Told = {
      type: 'throughline.JourneyResumed.v1',
      data: { journeyId, by: 'page' },
      minutes: 2 * 365 * 24 * 60,
    }
    const before = context(whole, [])
    const after = context([...whole, ...log([resumed], { position: 10_000, journey: journeyId })], [])
    expect(after).toEqual({
      ...before,
      lastAt: '2028-11-19T14:00:00.000Z',
      asOf: '2028-11-19T14:00:00.000Z',
      resumed: [{ at: '2028-11-19T14:00:00.000Z', by: 'page' }],
      position: 10_001,
    })
  })
})
