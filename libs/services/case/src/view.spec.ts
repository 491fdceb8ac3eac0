import type { EventOf, PublicEvents } from '@throughline/contracts'
import type { DomainEvent } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { projected, recorded, sameForAnyOrder } from '@throughline/testing/views'
import { casesView } from './case.view.js'
import { caseContactsView } from './contact.view.js'
import { followUpsView } from './follow-up.view.js'

const id = (number: number): string => `0000000${String(number)}-0000-7000-8000-000000000001`
const [guestId, ana, tomas, caseId, contactId, second, journeyId, staffId, followUpId] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9,
].map(id) as [string, string, string, string, string, string, string, string, string]
const of = { caseId, customerId: guestId }
const visit = { what: 'We confirm the visit', by: '2026-11-21T18:00:00.000Z' }

function say<Type extends PublicEvents['type']>(type: Type, data: EventOf<Type>['data']): DomainEvent {
  return { type, data }
}
const stream = (name: string, ...events: readonly DomainEvent[]) =>
  events.map((event, sequence) =>
    recorded(event, { streamId: name, sequence, occurredAt: `2026-11-20T1${String(sequence)}:00:00.000Z` }),
  )

const caseStream = stream(
  caseId,
  say('throughline.CaseOpened.v1', {
    ...of,
    journeyId,
    contactId,
    subject: 'Water',
    words: 'A pump',
    promised: [visit],
  }),
  say('throughline.CaseProgressed.v1', { ...of, note: 'Photo looked at', visible: false, staffId }),
  say('throughline.CaseAssigned.v1', { ...of, staffId }),
  say('throughline.CasePromiseMissed.v1', { ...of, ...visit }),
  say('throughline.CaseResolved.v1', { ...of, how: 'solved', words: 'Done', staffId }),
  say('throughline.CaseReopened.v1', { ...of, why: 'Water again', by: 'contact' }),
  say('throughline.ContactAddedToCase.v1', {
    ...of,
    contactId: second,
    journeyId,
    words: 'Again',
    promised: [],
  }),
)
const identity = [
  stream('guest', say('throughline.GuestRecognised.v1', { guestId, customerId: ana, assurance: 'code' })),
  stream(
    'merge',
    say('throughline.CustomersMerged.v1', { customerId: tomas, mergedId: ana }),
    say('throughline.CustomersUnmerged.v1', { customerId: tomas, mergedId: ana }),
    say('throughline.CustomersMerged.v1', { customerId: staffId, mergedId: ana }),
  ),
]
const summary = {
  contactId,
  journeyId,
  channel: 'chat',
  outcome: 'promised',
  issue: 'new',
  subject: 'Water',
  words: 'A pump',
  causes: [],
  promised: [],
  articles: [],
} as const
const contactStream = stream(
  contactId,
  say('throughline.ContactRequested.v1', {
    contactId,
    journeyId,
    person: { id: guestId, assurance: 'none' },
    channel: 'phone',
    readings: [],
    words: 'Water',
  }),
  say('throughline.ContactConnected.v1', { contactId, journeyId, leg: 1, channel: 'phone' }),
  say('throughline.MessagePosted.v1', {
    contactId,
    journeyId,
    messageId: second,
    leg: 1,
    channel: 'phone',
    author: 'customer',
    mode: 'spoken',
    text: 'Still water',
  }),
  say('throughline.ContactEnded.v1', {
    contactId,
    journeyId,
    by: 'agent',
    answeredBy: 'person',
    channel: 'phone',
  }),
  say('throughline.ContactSummarised.v1', summary),
)
const followUpStream = stream(
  followUpId,
  say('throughline.FollowUpRequested.v1', {
    followUpId,
    customerId: guestId,
    caseId,
    what: 'Write',
    dueBy: visit.by,
  }),
  say('throughline.FollowUpAssigned.v1', { followUpId, customerId: guestId, staffId }),
  say('throughline.FollowUpDone.v1', { followUpId, customerId: guestId, note: 'Wrote' }),
)

it('cases are the same for any order that keeps each stream’s own', async () => {
  await sameForAnyOrder(casesView, [caseStream, ...identity])
})
it('follow-ups are the same for any order that keeps each stream’s own', async () => {
  await sameForAnyOrder(followUpsView, [followUpStream, ...identity])
})
it('contacts of cases are the same for any order that keeps each stream’s own', async () => {
  await sameForAnyOrder(caseContactsView, [contactStream, caseStream])
})

it('a guest’s case becomes the customer’s, and goes with her when she is merged', async () => {
  const [recognised, merges] = identity
  const upTo = async (...events: readonly RecordedEvent[]) => {
    const held = await projected(casesView, events)
    return Object.keys(held.get(caseId)?.lists ?? {}).find((list) => list.startsWith('customer:'))
  }
  const first = caseStream.slice(0, 1)
  expect(await upTo(...first)).toBe(`customer:${guestId}`)
  expect(await upTo(...first, ...(recognised ?? []))).toBe(`customer:${ana}`)
  expect(await upTo(...(recognised ?? []), ...first, ...(merges ?? []).slice(0, 1))).toBe(`customer:${tomas}`)
  expect(await upTo(...(recognised ?? []), ...first, ...(merges ?? []).slice(0, 2))).toBe(`customer:${ana}`)
})

it('an open case waits under its next promise, a resolved one under when it was resolved', async () => {
  const lists = async (count: number) =>
    (await projected(casesView, caseStream.slice(0, count))).get(caseId)?.lists ?? {}
  expect(await lists(1)).toMatchObject({
    open: `${visit.by} 2026-11-20T10:00:00.000Z`,
    unassigned: `${visit.by} 2026-11-20T10:00:00.000Z`,
    due: visit.by,
  })
  expect(await lists(4)).not.toHaveProperty('due')
  expect(await lists(5)).toMatchObject({ resolved: '2026-11-20T14:00:00.000Z' })
  expect(await lists(5)).not.toHaveProperty('open')
  expect((await projected(casesView, caseStream)).get(caseId)?.row).toMatchObject({
    status: 'open',
    contacts: 2,
    version: 7,
  })
})

it('a promise that was past before we heard of it is not watched', async () => {
  const data = {
    ...of,
    journeyId,
    contactId,
    subject: 'Water',
    words: 'A pump',
    promised: [visit],
    heardAt: visit.by,
  }
  const held = await projected(casesView, stream(caseId, say('throughline.CaseOpened.v1', data)))
  expect(held.get(caseId)?.lists).not.toHaveProperty('due')
  expect(held.get(caseId)?.row).toMatchObject({ promises: [{ status: 'past' }] })
})
