import { DAY, HOUR, MINUTE } from '@throughline/kernel'
import { contactOf, rows, value } from './insight.fixture.js'
import type { Told } from './insight.fixture.js'

function online(
  customer: string,
  journey: string,
  at: number,
  actor = `customer:${customer}`,
): readonly Told[] {
  const of = { journey, customer, actor }
  return [
    {
      name: 'JourneyStarted',
      data: { person: { id: customer }, guest: false, entrance: 'need-help' },
      at,
      ...of,
    },
    {
      name: 'ItemChosen',
      data: { item: { id: 'dishwasher', kind: 'purchase', title: 'Dishwasher' } },
      at: at + 1000,
      ...of,
    },
    {
      name: 'ReasonChosen',
      data: { reason: { code: 'water-leak', label: 'It leaks' } },
      at: at + 2000,
      ...of,
    },
  ]
}

function read(customer: string, journey: string, at: number, dwell: number, version = 1): readonly Told[] {
  const of = { journey, customer }
  const reading = {
    readingId: `r-${journey}-${String(at)}`,
    articleId: 'descale',
    version,
    title: 'Descaling',
    thing: 'purchase',
    reason: 'water-leak',
  }
  return [
    { name: 'ArticleViewed', data: reading, at, ...of },
    { name: 'ArticleLeft', data: { ...reading, dwell }, at: at + dwell * 1000, ...of },
  ]
}

describe('share of contacts preceded online (C34)', () => {
  const depths = ['preceded-online-looked', 'preceded-online-chose', 'preceded-online-read']

  it('tells looked, chose and read apart', () => {
    const told = [
      ...online('anna', 'j-c1', 0),
      ...contactOf({ contact: 'c1', customer: 'anna', at: MINUTE, answered: 5 }),
    ]
    expect(depths.map((depth) => value(depth, told, 'c1'))).toEqual([1, 1, 0])
    const reader = [
      ...online('anna', 'j-c1', 0),
      ...read('anna', 'j-c1', 5000, 20),
      ...contactOf({ contact: 'c1', customer: 'anna', at: MINUTE }),
    ]
    expect(depths.map((depth) => value(depth, reader, 'c1'))).toEqual([1, 1, 1])
  })

  it('steps by the agent’s hand do not count, nor does another journey', () => {
    const told = [
      ...online('anna', 'j-c1', 0, 'staff:s1'),
      ...online('anna', 'j-other', 0),
      ...contactOf({ contact: 'c1', customer: 'anna', at: MINUTE, answered: 5 }),
    ]
    expect(depths.map((depth) => value(depth, told, 'c1'))).toEqual([0, 0, 0])
  })

  it('contacts taken over from another system are left out, because nobody recorded what came before', () => {
    const [asked, ...rest] = contactOf({ contact: 'c1', customer: 'anna', at: 0, answered: 5 })
    const imported = asked ? [{ ...asked, data: { ...asked.data, origin: 'cfpb' } }, ...rest] : []
    expect(rows('preceded-online-looked', imported)[0]?.excluded).toBe('imported')
    expect(rows('contacts-by-reason', imported)[0]?.excluded).toBeUndefined()
  })
})

describe('contact after reading an article version (C17)', () => {
  it('counts the reader who then asked for a person about the same thing and reason within 48 hours', () => {
    const told = [
      ...online('anna', 'j1', 0),
      ...read('anna', 'j1', 5000, 30),
      ...contactOf({ contact: 'c1', customer: 'anna', at: 47 * HOUR, answered: 5 }),
    ]
    const [reading] = rows('article-contact-after-reading', told)
    expect(reading).toMatchObject({
      unit: 'j1|descale|1',
      value: 1,
      keys: { article: 'descale', articleVersion: 1 },
    })
    expect(reading?.because).toEqual(['e4', 'e6'])
  })

  it.each([
    ['after two days', { at: 3 * DAY }],
    ['about another thing', { at: HOUR, thing: 'oven' }],
    ['for another reason', { at: HOUR, reason: 'return' }],
    ['by somebody else', { at: HOUR, customer: 'bert' }],
  ])('does not count a contact %s', (_, other) => {
    const told = [
      ...online('anna', 'j1', 0),
      ...read('anna', 'j1', 5000, 30),
      ...contactOf({ contact: 'c1', customer: 'anna', answered: 5, ...other }),
    ]
    expect(value('article-contact-after-reading', told, 'j1|descale|1')).toBe(0)
  })

  it('a glance under eight seconds is no reading, and two views in a journey are one', () => {
    const told = [
      ...online('anna', 'j1', 0),
      ...read('anna', 'j1', 5000, 7),
      ...read('anna', 'j1', 60_000, 9),
      ...read('anna', 'j1', 90_000, 50),
    ]
    expect(rows('article-contact-after-reading', told).map((row) => row.because)).toEqual([['e6']])
  })

  it('a new version has a record of its own', () => {
    const told = [...read('anna', 'j1', 0, 9), ...read('bert', 'j2', 0, 9, 2)]
    expect(rows('article-contact-after-reading', told).map((row) => row.keys.articleVersion)).toEqual([1, 2])
  })

  it('a guest who signs in later is the same reader (C3)', () => {
    const guest = { journey: 'j1', customer: 'guest-7', actor: 'guest:guest-7' }
    const told: readonly Told[] = [
      ...online('guest-7', 'j1', 0, 'guest:guest-7'),
      ...read('guest-7', 'j1', 5000, 30),
      { name: 'GuestRecognised', data: { guestId: 'guest-7', customerId: 'anna' }, at: HOUR, ...guest },
      ...contactOf({ contact: 'c1', customer: 'anna', at: 2 * HOUR, answered: 5 }),
    ]
    expect(value('article-contact-after-reading', told, 'j1|descale|1')).toBe(1)
  })
})

describe('repeat contact on the same issue (C59)', () => {
  const pair = (second: object, first: object = {}) => [
    ...contactOf({ contact: 'c1', customer: 'anna', at: 0, answered: 5, ...first }),
    ...contactOf({ contact: 'c2', customer: 'anna', at: DAY, answered: 5, ...second }),
  ]
  const both = (told: readonly Told[]) => [
    value('repeat-contact-stated', told, 'c1'),
    value('repeat-contact-wide', told, 'c1'),
  ]

  it('same thing and reason within the window is a repeat by rule, so in the wide figure only', () => {
    expect(both(pair({}))).toEqual([0, 1])
    expect(both(pair({ thing: 'oven' }))).toEqual([0, 0])
    expect(both(pair({ at: 9 * DAY }))).toEqual([0, 0])
    expect(both(pair({ at: 30 * DAY, reason: 'bill' }, { reason: 'bill' }))).toEqual([0, 1])
  })

  it('what the agent says comes before the rule', () => {
    expect(both(pair({ issue: 'same' }))).toEqual([1, 1])
    expect(both(pair({ issue: 'new' }))).toEqual([0, 0])
  })

  it('what the customer says comes before the agent, and a case before both', () => {
    const opened: Told = {
      name: 'CaseOpened',
      data: { caseId: 'k1', contactId: 'c1', customerId: 'anna' },
      at: HOUR,
      journey: 'j-c1',
      customer: 'anna',
    }
    expect(both([...pair({ caseId: 'k1', issue: 'new', reason: 'other' }), opened])).toEqual([1, 1])
    const added: Told = {
      name: 'ContactAddedToCase',
      data: { caseId: 'k1', contactId: 'c2', customerId: 'anna' },
      at: 2 * DAY,
      journey: 'j-c2',
      customer: 'anna',
    }
    expect(both([...pair({ issue: 'new', reason: 'other' }), opened, added])).toEqual([1, 1])
  })

  it('somebody else’s contact is never a repeat', () => {
    expect(both(pair({ customer: 'bert' }))).toEqual([0, 0])
  })

  it('an issue that needed one contact, resolved, is first-contact resolution; a repeat or a reopening is not', () => {
    const one = contactOf({ contact: 'c1', customer: 'anna', at: 0, answered: 5 })
    expect(value('first-contact-resolution', one, 'c1')).toBe(1)
    expect(rows('first-contact-resolution', pair({})).map((row) => [row.unit, row.value])).toEqual([
      ['c1', 0],
    ])
    const opened: Told = {
      name: 'CaseOpened',
      data: { caseId: 'k1', contactId: 'c1', customerId: 'anna' },
      at: HOUR,
      customer: 'anna',
    }
    const reopened: Told = {
      name: 'CaseReopened',
      data: { caseId: 'k1', customerId: 'anna', by: 'customer' },
      at: 2 * DAY,
      customer: 'anna',
    }
    expect(value('first-contact-resolution', [...one, opened, reopened], 'c1')).toBe(0)
    const unhappy: Told = {
      name: 'FeedbackGiven',
      data: {
        feedbackId: 'f1',
        customerId: 'anna',
        about: { kind: 'contact', id: 'c1' },
        outcome: 'a-little',
      },
      at: DAY,
      customer: 'anna',
    }
    expect(value('first-contact-resolution', [...one, unhappy], 'c1')).toBe(0)
  })
})

describe('answer time beside the promised one (C47)', () => {
  const told = [
    ...contactOf({ contact: 'quick', customer: 'anna', at: 0, answered: 12 }),
    ...contactOf({ contact: 'slow', customer: 'bert', at: 0, answered: 90 }),
    ...contactOf({ contact: 'left', customer: 'cleo', at: 0 }),
  ]

  it('is told in seconds, and one who left has none', () => {
    expect(rows('answer-time', told).map((row) => row.value)).toEqual([12, 90, null])
    expect(rows('answer-time', told)[0]?.keys).toMatchObject({ channel: 'phone', hour: 9 })
  })

  it('S2 counts those who left as missed, S1 leaves them out, S4 counts leaving in time as served', () => {
    expect(rows('answered-within-20s-s2', told).map((row) => row.value)).toEqual([1, 0, 0])
    expect(rows('answered-within-20s-s1', told).map((row) => row.excluded)).toEqual([
      undefined,
      undefined,
      'never-answered',
    ])
    expect(rows('answered-within-70s-s4', told).map((row) => row.value)).toEqual([1, 0, 1])
  })

  it('a chat is answered at the first human words, not when it connects', () => {
    const of = { journey: 'j-c1', customer: 'anna', actor: 'staff:s1' }
    const chat: readonly Told[] = [
      ...contactOf({ contact: 'c1', customer: 'anna', at: 0, channel: 'chat', answered: 5 }),
      {
        name: 'MessagePosted',
        data: { contactId: 'c1', author: 'system', channel: 'chat' },
        at: 6000,
        ...of,
      },
      {
        name: 'MessagePosted',
        data: { contactId: 'c1', author: 'agent', channel: 'chat' },
        at: 40_000,
        ...of,
      },
    ]
    expect(value('answer-time', chat, 'c1')).toBe(40)
  })
})
