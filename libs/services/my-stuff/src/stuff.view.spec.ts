import type { PublicEvents } from '@throughline/contracts'
import { orderingKey } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import { listed, logOf, projected, sameForAnyOrder } from '@throughline/testing/views'
import { stuff } from './stuff.view.js'

const id = (name: string): string => `00000000-0000-7000-8000-${name.padStart(12, '0')}`
const [ana, second, guest] = [id('a'), id('b'), id('c')]
const [fridge, letter, contact, journey, aCase] = [id('1'), id('2'), id('3'), id('4'), id('5')]
type Told = PublicEvents & { readonly key: string }

const rowsAfter = (events: readonly RecordedEvent[]) => projected(stuff, events)
const person = (personId: string) => ({ id: personId, assurance: 'none' as const })
const promised = [{ what: 'Engineer comes', by: '2026-11-24T12:00:00.000Z' }]
const story: readonly Told[] = [
  {
    key: guest,
    type: 'throughline.ContactRequested.v1',
    data: { contactId: contact, journeyId: journey, person: person(guest), channel: 'chat', readings: [] },
  },
  {
    key: ana,
    type: 'throughline.GuestRecognised.v1',
    data: { guestId: guest, customerId: ana, assurance: 'code' },
  },
  {
    key: second,
    type: 'throughline.ItemAdded.v1',
    data: {
      itemId: fridge,
      customerId: second,
      kind: 'purchase',
      source: 'shop',
      reference: '1',
      title: 'Fridge',
      date: '2026-11-16T00:00:00.000Z',
    },
  },
  { key: ana, type: 'throughline.CustomersMerged.v1', data: { customerId: ana, mergedId: second } },
  {
    key: second,
    type: 'throughline.ItemProgressed.v1',
    data: { itemId: fridge, customerId: second, state: 'delivered' },
  },
  {
    key: ana,
    type: 'throughline.ContactConnected.v1',
    data: { contactId: contact, journeyId: journey, leg: 1, channel: 'chat', agentId: id('9') },
  },
  {
    key: ana,
    type: 'throughline.ContactEnded.v1',
    data: { contactId: contact, journeyId: journey, by: 'agent', answeredBy: 'person', channel: 'phone' },
  },
  {
    key: ana,
    type: 'throughline.CaseOpened.v1',
    data: {
      caseId: aCase,
      customerId: ana,
      journeyId: journey,
      contactId: contact,
      subject: 'S',
      words: 'W',
      promised,
    },
  },
  {
    key: ana,
    type: 'throughline.CasePromiseKept.v1',
    data: { caseId: aCase, customerId: ana, what: 'Engineer comes' },
  },
  {
    key: second,
    type: 'throughline.ItemAdded.v1',
    data: {
      itemId: letter,
      customerId: second,
      kind: 'marketing',
      source: 'crm',
      reference: 'm1',
      title: 'Care plan',
      date: '2026-11-03T00:00:00.000Z',
      about: fridge,
    },
  },
  {
    key: ana,
    type: 'throughline.CaseResolved.v1',
    data: { caseId: aCase, customerId: ana, how: 'solved', words: 'New pump' },
  },
]
const log = logOf(story)

describe('my stuff', () => {
  it('holds what a guest and a merged customer had (C3, C76)', async () => {
    const kept = await rowsAfter(log)
    expect(listed(kept, `item:${ana}`)).toEqual([fridge, letter])
    expect(listed(kept, `contact:${ana}`)).toEqual([contact])
    expect(listed(kept, `contact:${guest}`)).toEqual([])
    expect(listed(kept, `item:${second}`)).toEqual([])
    expect(listed(kept, `sent:${ana}`)).toEqual([letter])
  })

  it('gives each its own again when the merge is taken back', async () => {
    const unmerged = {
      ...log[3],
      type: 'throughline.CustomersUnmerged.v1',
      position: 1_000_050,
    } as RecordedEvent
    const kept = await rowsAfter([...log, unmerged])
    expect(listed(kept, `item:${second}`)).toEqual([fridge, letter])
    expect(listed(kept, `item:${ana}`)).toEqual([])
    expect(listed(kept, `case:${ana}`)).toEqual([aCase])
  })

  it('tells how a contact went and what became of a case and its promise (C5, C22)', async () => {
    const kept = await rowsAfter(log)
    expect(kept.get(contact)?.row).toMatchObject({
      entry: { status: 'ended', agentId: id('9'), how: 'agent' },
    })
    expect(kept.get(aCase)?.row).toMatchObject({
      entry: {
        status: 'resolved',
        how: 'solved',
        promises: [{ what: 'Engineer comes', state: 'kept' }],
        steps: [{ what: 'opened' }, { what: 'promise-kept' }, { what: 'resolved' }],
      },
    })
  })

  it('is the same for every order that keeps the order of each key', async () => {
    await sameForAnyOrder(stuff, [...Map.groupBy(log, orderingKey).values()])
  })
})
