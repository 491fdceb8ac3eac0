import type { EventOf, PublicEvents } from '@throughline/contracts'
import { DAY, HOUR, MINUTE, SECOND, toInstant } from '@throughline/kernel'

interface Where {
  readonly stream: string
  readonly id: string
  readonly journeyId: string
  readonly customerId: string
  readonly actor: string
  readonly occurredAt: string
}

/** Records an event of another service, as the test's world does. */
export type Tell = <Type extends PublicEvents['type']>(
  type: Type,
  data: EventOf<Type>['data'],
  where: Where,
) => Promise<unknown>

/** Monday, 23 November 2026, nine o'clock. */
export const MONDAY = Date.parse('2026-11-23T09:00:00.000Z')

const KINDS = [
  'customer',
  'journey',
  'contact',
  'item',
  'article',
  'reading',
  'feedback',
  'staff',
  'again',
  'back',
]
export const named = (kind: string, number: number): string =>
  `${String(KINDS.indexOf(kind)).padStart(8, '0')}-0000-4000-8000-${String(number).padStart(12, '0')}`

export const ARTICLE = named('article', 1)

/** 30 about a leak, 7 about the heating, 3 about a bill. */
export const reasonOf = (i: number): string => (i < 30 ? 'water-leak' : i < 37 ? 'no-heating' : 'billing')
/** Every second began online, every fourth read; every fifth waited five minutes, the others half one. */
export const wentOnline = (i: number): boolean => i % 2 === 0
export const hasRead = (i: number): boolean => i % 4 === 0
export const waited = (i: number): number => (i % 5 === 0 ? 300 : 30)
/** 28 of 40 said how it was: every third is not satisfied at all, every second upset. */
export const gaveFeedback = (i: number): boolean => i < 28
export const isUnhappy = (i: number): boolean => i % 3 === 0

/**
 * 40 people with a contact each, one every twelve hours; five of them come back after two days: two say it is the same,
 * three leave before anybody answers. 20 more read and need nobody.
 */
export async function tellHistory(tell: Tell): Promise<void> {
  for (let i = 0; i < 40; i += 1) await tellContact(tell, i)
  for (let i = 0; i < 5; i += 1) await tellReturn(tell, i)
  for (let i = 40; i < 60; i += 1) await tellReading(tell, i, MONDAY + i * HOUR)
}

function about(i: number) {
  const person = { id: named('customer', i), name: `Person ${String(i)}`, assurance: 'code' } as const
  const item = { id: named('item', i), kind: 'purchase', title: 'Dishwasher' } as const
  const reason = { code: reasonOf(i), label: 'Why' }
  return { person, item, reason }
}

function scene(i: number, journeyId: string, stream: string, id: string) {
  const customerId = named('customer', i)
  return (at: number, actor = `customer:${customerId}`): Where => ({
    stream,
    id,
    journeyId,
    customerId,
    actor,
    occurredAt: toInstant(at),
  })
}

async function tellOnline(tell: Tell, i: number, at: number): Promise<void> {
  const { person, item, reason } = about(i)
  const journeyId = named('journey', i)
  const where = scene(i, journeyId, 'journey', journeyId)
  const started = { journeyId, person, guest: false, entrance: 'need-help' } as const
  await tell('throughline.JourneyStarted.v1', started, where(at))
  await tell('throughline.ItemChosen.v1', { journeyId, item }, where(at + SECOND))
  await tell('throughline.ReasonChosen.v1', { journeyId, reason }, where(at + 2 * SECOND))
}

async function tellReading(tell: Tell, i: number, at: number): Promise<void> {
  const readingId = named('reading', i)
  if (i >= 40) await tellOnline(tell, i, at)
  const where = scene(i, named('journey', i), 'reading', readingId)
  const reading = {
    readingId,
    articleId: ARTICLE,
    version: 1,
    title: 'Stop a leak',
    thing: 'purchase',
    reason: reasonOf(i),
  } as const
  await tell('throughline.ArticleViewed.v1', reading, where(at + 10 * SECOND))
  await tell('throughline.ArticleLeft.v1', { ...reading, dwell: 60 }, where(at + 70 * SECOND))
}

async function tellContact(tell: Tell, i: number): Promise<void> {
  const start = MONDAY + i * 12 * HOUR
  const at = start + 5 * MINUTE
  const contactId = named('contact', i)
  const journeyId = named('journey', i)
  const of = { contactId, journeyId }
  const where = scene(i, journeyId, 'contact', contactId)
  if (wentOnline(i)) await tellOnline(tell, i, start)
  if (hasRead(i)) await tellReading(tell, i, start)
  const asked = { ...of, ...about(i), channel: 'phone', readings: [], words: `Secret ${String(i)}` } as const
  await tell('throughline.ContactRequested.v1', asked, where(at))
  const staff = `staff:${named('staff', 1)}`
  const end = at + waited(i) * SECOND + 5 * MINUTE
  const connected = { ...of, leg: 1, channel: 'phone', agentId: named('staff', 1) } as const
  await tell('throughline.ContactConnected.v1', connected, where(at + waited(i) * SECOND, staff))
  if (i === 5 || i === 6) {
    const asking = scene(i, journeyId, 'journey', journeyId)(at + waited(i) * SECOND + SECOND, staff)
    for (let times = 0; times < i - 4; times += 1)
      await tell('throughline.FactAskedAgain.v1', { journeyId, name: 'serial-number' }, asking)
  }
  const ended = { ...of, by: 'agent', answeredBy: 'person', channel: 'phone' } as const
  await tell('throughline.ContactEnded.v1', ended, where(end, staff))
  await tell('throughline.ContactSummarised.v1', summary(i, of, 'new'), where(end + SECOND, staff))
  if (gaveFeedback(i)) await tellFeedback(tell, i, end + HOUR)
}

function summary(
  i: number,
  of: { readonly contactId: string; readonly journeyId: string },
  issue: 'new' | 'same',
) {
  const causes =
    i < 12 ? [{ code: 'seal-worn', words: 'The seal' }] : [{ code: 'letter-unclear', words: 'The letter' }]
  const said = {
    outcome: 'resolved',
    subject: 'A leak',
    words: 'Solved',
    promised: [],
    articles: [],
  } as const
  return { ...of, ...said, channel: 'phone', issue, causes } as const
}

async function tellFeedback(tell: Tell, i: number, at: number): Promise<void> {
  const feedbackId = named('feedback', i)
  const contactId = named('contact', i)
  const { item, reason } = about(i)
  const given = {
    feedbackId,
    customerId: named('customer', i),
    about: { kind: 'contact', id: contactId, channel: 'phone', item, reason },
    outcome: isUnhappy(i) ? 'not-at-all' : 'fully',
    feeling: i % 2 === 0 ? 'at-ease' : 'upset',
    comment: `Secret ${String(i)}`,
    followUp: false,
    version: 1,
  } as const
  const where = scene(i, named('journey', i), 'feedback', feedbackId)(at)
  await tell('throughline.FeedbackGiven.v1', given, where)
}

async function tellReturn(tell: Tell, i: number): Promise<void> {
  const at = MONDAY + i * 12 * HOUR + 2 * DAY
  const of = { contactId: named('back', i), journeyId: named('again', i) }
  const where = scene(i, of.journeyId, 'contact', of.contactId)
  const staff = `staff:${named('staff', 1)}`
  const asked = { ...of, ...about(i), channel: 'phone', readings: [] } as const
  await tell('throughline.ContactRequested.v1', asked, where(at))
  if (i > 1) {
    await tell('throughline.ContactLeft.v1', { ...of, why: 'gave-up' }, where(at + MINUTE))
    return
  }
  await tell(
    'throughline.ContactConnected.v1',
    { ...of, leg: 1, channel: 'phone' },
    where(at + 30 * SECOND, staff),
  )
  const ended = { ...of, by: 'agent', answeredBy: 'person', channel: 'phone' } as const
  await tell('throughline.ContactEnded.v1', ended, where(at + 5 * MINUTE, staff))
  await tell('throughline.ContactSummarised.v1', summary(i, of, 'same'), where(at + 6 * MINUTE, staff))
}
