import type { EventOf, PublicEvents } from '@throughline/contracts'
import type { DomainEvent } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { projected, recorded, sameForAnyOrder } from '@throughline/testing/views'
import { feedbackView } from './feedback.view.js'
import { subjectsView } from './subject.view.js'

const id = (number: number): string => `0000000${String(number)}-0000-7000-8000-000000000001`
const [guestId, ana, tomas, caseId, contactId, journeyId, feedbackId, itemId] = [1, 2, 3, 4, 5, 6, 7, 8].map(
  id,
) as [string, string, string, string, string, string, string, string]

function say<Type extends PublicEvents['type']>(type: Type, data: EventOf<Type>['data']): DomainEvent {
  return { type, data }
}
const at = (sequence: number): string => `2026-11-20T1${String(sequence)}:00:00.000Z`
const stream = (name: string, ...events: readonly DomainEvent[]) =>
  events.map((event, sequence) =>
    recorded(event, { streamId: name, sequence, occurredAt: at(sequence), journeyId }),
  )

const person = { id: guestId, assurance: 'none' } as const
const item = { id: itemId, kind: 'purchase', title: 'Bris 45' } as const
const contactStream = stream(
  contactId,
  say('throughline.ContactRequested.v1', {
    contactId,
    journeyId,
    person,
    channel: 'chat',
    readings: [],
    item,
  }),
  say('throughline.ContactEnded.v1', {
    contactId,
    journeyId,
    by: 'agent',
    answeredBy: 'person',
    channel: 'phone',
  }),
  say('throughline.ContactSummarised.v1', {
    contactId,
    journeyId,
    channel: 'phone',
    outcome: 'open',
    issue: 'new',
    subject: 'Water',
    words: 'A pump',
    causes: [],
    promised: [],
    articles: [],
  }),
)
const caseStream = stream(
  caseId,
  say('throughline.CaseOpened.v1', {
    caseId,
    customerId: guestId,
    journeyId,
    contactId,
    subject: 'Water',
    words: 'A pump',
    promised: [],
  }),
  say('throughline.CaseResolved.v1', { caseId, customerId: guestId, how: 'solved', words: 'Done' }),
  say('throughline.CaseReopened.v1', { caseId, customerId: guestId, why: 'Again', by: 'customer' }),
)
const about = { kind: 'contact', id: contactId } as const
const said = { feedbackId, customerId: guestId, about }
const feedbackStream = stream(
  feedbackId,
  say('throughline.FeedbackGiven.v1', {
    ...said,
    outcome: 'partly',
    feeling: 'unsure',
    followUp: true,
    version: 1,
  }),
  say('throughline.FollowUpWished.v1', said),
  say('throughline.FeedbackRevised.v1', {
    ...said,
    outcome: 'mostly',
    comment: 'Good',
    followUp: false,
    version: 2,
  }),
  say('throughline.FollowUpWithdrawn.v1', { feedbackId, customerId: guestId }),
)
const thing = { itemId, customerId: ana }
const itemStream = stream(
  itemId,
  say('throughline.ItemAdded.v1', {
    ...thing,
    kind: 'purchase',
    source: 'shop',
    reference: '1',
    title: 'Bris',
    date: at(0),
  }),
  say('throughline.ItemProgressed.v1', { ...thing, state: 'delivered' }),
)
const identity = [
  stream('guest', say('throughline.GuestRecognised.v1', { guestId, customerId: ana, assurance: 'code' })),
  stream('merge', say('throughline.CustomersMerged.v1', { customerId: tomas, mergedId: ana })),
]

it('feedback is the same for any order that keeps each stream’s own', async () => {
  await sameForAnyOrder(feedbackView, [feedbackStream, ...identity])
})
it('what feedback can be about is the same for any order that keeps each stream’s own', async () => {
  await sameForAnyOrder(subjectsView, [contactStream, caseStream, feedbackStream, itemStream, ...identity])
})

it('keeps every version, and counts every event (C26)', async () => {
  const held = await projected(feedbackView, feedbackStream)
  expect(held.get(feedbackId)?.row).toMatchObject({
    givenAt: at(0),
    changedAt: at(2),
    events: 4,
    versions: [
      { version: 1, at: at(0), outcome: 'partly', feeling: 'unsure', followUp: true },
      { version: 2, at: at(2), outcome: 'mostly', comment: 'Good', followUp: false },
    ],
  })
})

it('asks about a contact from its end until there is feedback (C24)', async () => {
  const asked = async (...events: readonly RecordedEvent[]) =>
    (await projected(subjectsView, events)).get(`contact:${contactId}`)?.lists[`open:${guestId}`]
  expect(await asked(...contactStream.slice(0, 1))).toBeUndefined()
  expect(await asked(...contactStream.slice(0, 2))).toBe(at(1))
  expect(await asked(...contactStream)).toBe(at(1))
  expect(await asked(...contactStream, ...feedbackStream)).toBeUndefined()
  expect(await asked(...feedbackStream, ...contactStream)).toBeUndefined()
})

it('does not ask about a contact nobody answered, one of the past, or a case that is open', async () => {
  const lists = async (key: string, ...events: readonly DomainEvent[]) =>
    Object.keys((await projected(subjectsView, stream('x', ...events))).get(key)?.lists ?? {})
  const requested = { contactId, journeyId, person, channel: 'chat', readings: [] } as const
  const ended = { contactId, journeyId, by: 'unanswered', answeredBy: 'nobody', channel: 'chat' } as const
  const key = `contact:${contactId}`
  expect(
    await lists(
      key,
      say('throughline.ContactRequested.v1', requested),
      say('throughline.ContactEnded.v1', ended),
    ),
  ).toEqual([`first:${guestId}`])
  expect(
    await lists(
      key,
      say('throughline.ContactRequested.v1', { ...requested, origin: 'old-crm' }),
      say('throughline.ContactEnded.v1', { ...ended, answeredBy: 'person' }),
    ),
  ).toEqual([`first:${guestId}`])
  const ofCase = async (count: number) =>
    (await projected(subjectsView, caseStream.slice(0, count))).get(`case:${caseId}`)?.lists
  expect(await ofCase(1)).not.toHaveProperty([`open:${guestId}`])
  expect(await ofCase(2)).toHaveProperty([`open:${guestId}`], at(1))
  expect(await ofCase(3)).not.toHaveProperty([`open:${guestId}`])
})
