import { createInstance } from 'i18next'
import type { TFunction } from 'i18next'
import type { Item, StuffCase, StuffContact } from '../api/my-stuff'
import { Format } from '../words/format'
import customer from '../words/en/customer.json'
import shared from '../words/en/shared.json'
import { caseMoments, contactLine, lineOf, nextOf, stateOf, subjectOf } from './my-stuff-words'

const NOW = Date.parse('2026-11-20T12:00:00.000Z')
const words = createInstance()
let say: TFunction<'customer'>
let f: Format
beforeAll(async () => {
  await words.init({
    lng: 'en',
    resources: { en: { customer, shared } },
    interpolation: { escapeValue: false },
  })
  say = words.getFixedT('en', 'customer')
  const common = words.getFixedT('en', 'shared')
  f = new Format(
    'en',
    (key, values) => common(key as 'time.today', values ?? {}),
    () => NOW,
  )
})

const thing = (part: Partial<Item>): Item => ({
  id: 'a',
  kind: 'purchase',
  source: 'shop',
  reference: 'HH-1',
  title: 'Bris 45 slimline dishwasher',
  date: '2026-11-04T08:00:00.000Z',
  steps: [],
  reasons: [],
  taxonomy: 'reasons@1',
  openCases: [],
  ...part,
})
const delivered = { steps: [{ at: '2026-11-12T09:00:00.000Z', state: 'delivered' }], state: 'delivered' }

describe('a thing in one line (C4, C6)', () => {
  it('says when a purchase was bought and delivered', () => {
    expect(lineOf(thing(delivered), f, say)).toBe('Bought 4 November, delivered 12 November')
    expect(lineOf(thing({}), f, say)).toBe('Bought 4 November')
  })

  it('says a month once, however long ago', () => {
    const old = {
      date: '2024-03-02T08:00:00.000Z',
      steps: [{ at: '2024-03-09T08:00:00.000Z', state: 'delivered' }],
    }
    expect(lineOf(thing(old), f, say)).toBe('Bought March 2024')
  })

  it('says what a quote comes to and how long it is kept', () => {
    const quote = { kind: 'quote', price: { amount: '742.00', currency: 'EUR' } } as const
    expect(lineOf(thing({ ...quote, endsAt: '2026-11-30T12:00:00.000Z' }), f, say)).toBe(
      'Quote of €742, kept for you until 30 November',
    )
    expect(lineOf(thing(quote), f, say)).toBe('Quote of €742, 4 November')
  })

  it('says what was sent', () => {
    expect(lineOf(thing({ kind: 'marketing' }), f, say)).toBe('Sent 4 November')
  })
})

describe('the state of a thing', () => {
  it('is the open case before all else', () => {
    expect(stateOf(thing({ ...delivered, openCases: ['x'] }), f, say, NOW)).toEqual({
      words: '1 open case',
      tone: 'accent',
    })
  })

  it('is the day it arrives, until it has arrived', () => {
    const due = { state: 'arrives', startsAt: '2026-11-26T09:00:00.000Z' }
    expect(stateOf(thing(due), f, say, NOW)).toEqual({ words: 'Arrives Thu 26 Nov', tone: 'plain' })
    expect(stateOf(thing({ ...due, ...delivered }), f, say, NOW)).toBeUndefined()
  })

  it('says nothing of what is as one would expect', () => {
    expect(stateOf(thing(delivered), f, say, NOW)).toBeUndefined()
  })

  it('is in our words where we have them, and else in the shop’s', () => {
    expect(stateOf(thing({ kind: 'booking', state: 'confirmed' }), f, say, NOW)).toEqual({
      words: 'Confirmed',
      tone: 'ok',
    })
    expect(stateOf(thing({ kind: 'quote', state: 'open until 30 November' }), f, say, NOW)).toEqual({
      words: 'Open until 30 November',
    })
  })
})

const contact = (part: Partial<StuffContact>): StuffContact => ({
  id: 'c',
  journeyId: 'j',
  at: '2026-11-19T10:00:00.000Z',
  channel: 'chat',
  channels: ['chat'],
  status: 'ended',
  ...part,
})

describe('a conversation in one line (C5)', () => {
  it('says the channel, the day, who it was with and how long it took', () => {
    const talked = contact({ connectedAt: '2026-11-19T10:00:00.000Z', endedAt: '2026-11-19T10:06:20.000Z' })
    expect(contactLine(talked, 'Mira', f, say, 'Chat')).toBe('Chat, yesterday, with Mira, 6 min')
  })

  it('gives no length to what is written now and then', () => {
    const written = contact({
      channel: 'email',
      connectedAt: '2026-11-10T10:00:00.000Z',
      endedAt: '2026-11-10T10:00:00.000Z',
      at: '2026-11-10T10:00:00.000Z',
    })
    expect(contactLine(written, undefined, f, say, 'E-mail')).toBe('E-mail, 10 November')
  })

  it('is about what was agreed on, else about her words, else about her choice', () => {
    expect(subjectOf(contact({ subject: 'A dent', words: 'It has a dent' }))).toBe('A dent')
    expect(subjectOf(contact({ words: 'It has a dent' }))).toBe('It has a dent')
    const reason = { code: 'delivery', label: 'Delivery', detailLabel: 'It came damaged', taxonomy: 'r@1' }
    expect(subjectOf(contact({ reason }))).toBe('It came damaged')
    expect(subjectOf(contact({}))).toBeUndefined()
  })
})

const open = (part: Partial<StuffCase>): StuffCase => ({
  id: 'k',
  reference: '2412404',
  journeyId: 'j',
  subject: 'A dent',
  words: 'A new plinth is ordered.',
  status: 'open',
  openedAt: '2026-11-20T08:38:00.000Z',
  contacts: [],
  promises: [],
  steps: [{ at: '2026-11-20T08:38:00.000Z', what: 'opened' }],
  ...part,
})

describe('an open case as a short line (C20)', () => {
  const call = { what: 'We call you', by: '2026-11-24T09:00:00.000Z', state: 'open' } as const

  it('ends with what comes next, and until when', () => {
    const line = caseMoments(open({ promises: [call], next: call }), f, say)
    expect(line.map(({ mark, label }) => [mark, label])).toEqual([
      ['customer', 'You told us what happened'],
      ['now', 'We call you'],
    ])
    expect(line.at(-1)?.detail).toMatch(/^By Tue 24 Nov, /)
    // Not yet happened: dotted.
    expect(line.at(-2)?.dotted).toBe(true)
  })

  it('says of a missed promise that it was missed', () => {
    const missed = { ...call, by: '2026-11-19T09:00:00.000Z', state: 'missed' } as const
    const line = caseMoments(open({ promises: [missed] }), f, say)
    expect(line.at(-1)).toMatchObject({ mark: 'now', state: 'missed', label: 'We call you' })
  })

  it('is honest where nothing is promised', () => {
    expect(nextOf(open({}), f, say)).toEqual({
      label: 'We are looking into it',
      detail: 'No date promised yet',
    })
  })
})
