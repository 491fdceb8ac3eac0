import { caseReference } from '@throughline/contracts'
import { DAY } from '@throughline/kernel'
import { ana, at, guest, joel, rita, startWorld, tomas } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { myStuffService } from './index.js'
import { add, dishwasher, id, publish, STUFF, working } from './my-stuff.world.suite.js'

const contact = { href: '/api/v1/routing/offers', presses: 1 }

let world: World
beforeEach(async () => {
  world = await startWorld([myStuffService])
})
afterEach(() => world.stop())

describe('My Stuff', () => {
  it('is one page of everything a customer has with us, with the way to contact us (C2, C4 to C6, C10, C58)', async () => {
    const item = await add(world)
    await add(world, { kind: 'quote', reference: 'Q-1', title: 'Induction hob and fitting' })
    await add(world, { kind: 'marketing', reference: 'M-1', title: 'Autumn care plan', source: 'crm' })
    await publish(world, [working])
    await tellContact()
    await tellCase(item)
    await world.settled()
    const { status, body } = await world.as(ana).get(STUFF)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      customerId: ana.id,
      contact,
      open: [{ id: id('ca5e'), subject: 'Dishwasher leaves water' }],
      contacts: {
        count: 1,
        items: [{ id: id('c0'), channel: 'phone', summary: 'Moved to 12 November', status: 'ended' }],
      },
      cases: { count: 1, items: [{ id: id('ca5e'), status: 'open', next: { what: 'Engineer comes' } }] },
      sent: { count: 1, items: [{ title: 'Autumn care plan', by: 'marketing' }] },
    })
    expect(groups(body)).toEqual({
      purchase: 1,
      quote: 1,
      enquiry: 0,
      booking: 0,
      marketing: 1,
      correspondence: 0,
    })
    expect(body).toMatchObject({
      items: [
        { items: [{ id: item, openCases: [id('ca5e')], reasons: working.reasons, taxonomy: 'reasons@1' }] },
        {},
        {},
        {},
        {},
        {},
      ],
    })
  })

  it('shows the way to contact us when there is nothing else (C10)', async () => {
    expect((await world.as(tomas).get(STUFF)).body).toMatchObject({
      contact,
      open: [],
      contacts: { count: 0 },
    })
    expect((await world.as(guest).get(STUFF)).body).toMatchObject({ contact })
  })

  it('finds things, conversations and cases by any words in them', async () => {
    await add(world)
    await add(world, { reference: '2', title: 'Vispa stick blender' })
    await tellContact()
    await world.settled()
    await tellCase(id('17e'))
    await world.settled()
    const { body } = await world.as(ana).get(`${STUFF}?q=BRIS%20dishwasher`)
    expect(body).toMatchObject({
      items: [{ items: [{ title: dishwasher.title }] }, {}, {}, {}, {}, {}],
      contacts: { items: [] },
    })
    expect(groups(body)).toMatchObject({ purchase: 1, quote: 0 })
    expect((await world.as(ana).get(`${STUFF}/contacts?q=moved`)).body).toMatchObject({
      items: [{ id: id('c0') }],
    })
    // By the number of her case too, which she may have written down.
    const reference = caseReference(id('ca5e'))
    expect(reference).toMatch(/^\d{7}$/)
    expect((await world.as(ana).get(`${STUFF}?q=${reference}`)).body).toMatchObject({
      open: [{ reference }],
      contacts: { count: 0 },
      cases: { count: 1, items: [{ id: id('ca5e'), reference }] },
    })
  })

  it('pages through a group, newest first, each thing once', async () => {
    for (let number = 0; number < 5; number++) {
      await add(world, { reference: `R${String(number)}`, date: at(-number * DAY) })
    }
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const { body } = await world.as(ana).get(`${STUFF}/items?limit=2&q=bris${next && `&after=${next}`}`)
      const page = body as { items: readonly { reference: string }[]; next: string | null }
      seen.push(...page.items.map(({ reference }) => reference))
      next = page.next
    }
    expect(seen).toEqual(['R0', 'R1', 'R2', 'R3', 'R4'])
    expect((await world.as(ana).get(`${STUFF}/items?limit=3&kind=quote`)).body).toMatchObject({
      items: [],
      next: null,
    })
  })

  it('opens one thing with its reasons and everything about it (C7, C8)', async () => {
    const item = await add(world)
    await publish(world, [working])
    await tellCase(item)
    await world.settled()
    expect((await world.as(ana).get(`${STUFF}/items/${item}`)).body).toMatchObject({
      id: item,
      reasons: working.reasons,
      contact,
      cases: [{ id: id('ca5e') }],
    })
    expect((await world.as(ana).get(`${STUFF}/items/${item}/reasons`)).body).toEqual({
      itemId: item,
      kind: 'purchase',
      taxonomy: 'reasons@1',
      reasons: working.reasons,
      contact,
    })
  })

  it('shows a customer nothing of another, as if it did not exist', async () => {
    const item = await add(world)
    const unknown = await world.as(tomas).get(`${STUFF}/items/${id('99')}`)
    expect(unknown).toMatchObject({ status: 404, body: { code: 'item.unknown' } })
    expect(await world.as(tomas).get(`${STUFF}/items/${item}`)).toMatchObject({
      status: 404,
      body: { code: 'item.unknown' },
    })
    expect(await world.as(tomas).get(`${STUFF}?customerId=${ana.id}`)).toMatchObject({ status: 404 })
  })

  it('is read by staff for a customer they name', async () => {
    await add(world)
    expect(groups((await world.as(joel).get(`${STUFF}?customerId=${ana.id}`)).body)).toMatchObject({
      purchase: 1,
    })
    expect(await world.as(joel).get(STUFF)).toMatchObject({
      status: 400,
      body: { code: 'my-stuff.customer' },
    })
    expect((await world.as(rita).get(STUFF)).status).toBe(403)
    expect((await world.anyone().get(STUFF)).status).toBe(401)
  })

  it('takes a guest’s contacts along when she signs in, and follows a merge and its end (C3, C76)', async () => {
    await tellContact(guest.id)
    await world.settled()
    expect((await world.as(guest).get(`${STUFF}/contacts`)).body).toMatchObject({ items: [{ id: id('c0') }] })
    const recognised = { guestId: guest.id, customerId: tomas.id, assurance: 'code' } as const
    await world.tell('throughline.GuestRecognised.v1', recognised, { stream: 'customer', id: tomas.id })
    await world.settled()
    expect((await world.as(guest).get(`${STUFF}/contacts`)).body).toMatchObject({ items: [] })
    expect((await world.as(tomas).get(`${STUFF}/contacts`)).body).toMatchObject({ items: [{ id: id('c0') }] })
    const merged = { customerId: ana.id, mergedId: tomas.id }
    await world.tell('throughline.CustomersMerged.v1', merged, { stream: 'customer', id: ana.id })
    await world.settled()
    expect((await world.as(ana).get(`${STUFF}/contacts`)).body).toMatchObject({ items: [{ id: id('c0') }] })
    expect((await world.as(tomas).get(`${STUFF}/contacts`)).body).toMatchObject({ items: [{ id: id('c0') }] })
    await world.tell('throughline.CustomersUnmerged.v1', merged, { stream: 'customer', id: ana.id })
    await world.settled()
    expect((await world.as(ana).get(`${STUFF}/contacts`)).body).toMatchObject({ items: [] })
    expect((await world.as(tomas).get(`${STUFF}/contacts`)).body).toMatchObject({ items: [{ id: id('c0') }] })
  })

  it('shows how much was sent about one thing within seven days (C40)', async () => {
    const item = await add(world)
    const about = { kind: 'purchase', source: 'shop', reference: 'HH-20418' }
    for (const [reference, days] of [
      ['L1', 9],
      ['L2', 4],
      ['L3', 1],
    ] as const) {
      await add(world, {
        kind: 'correspondence',
        source: 'crm',
        reference,
        title: reference,
        about,
        date: at(-days * DAY),
      })
    }
    await tellContact(ana.id, item)
    await world.tell(
      'throughline.MessagePosted.v1',
      {
        messageId: id('4e'),
        contactId: id('c0'),
        journeyId: id('10'),
        leg: 1,
        channel: 'email',
        author: 'agent',
        mode: 'written',
        text: 'We moved it',
      },
      { stream: 'contact', id: id('c0'), journeyId: id('10'), customerId: ana.id },
    )
    await world.settled()
    const first = await world.as(ana).get(`${STUFF}/correspondence?limit=2`)
    expect(first.body).toMatchObject({
      items: [
        { title: 'We moved it', by: 'email', about: item, inSevenDays: 3 },
        { title: 'L3', inSevenDays: 2 },
      ],
    })
    const { next } = first.body as { next: string }
    expect((await world.as(ana).get(`${STUFF}/correspondence?after=${next}`)).body).toMatchObject({
      items: [
        { title: 'L2', inSevenDays: 2 },
        { title: 'L1', inSevenDays: 1 },
      ],
      next: null,
    })
  })
})

function groups(body: unknown): Record<string, number> {
  const { items } = body as { readonly items: readonly { readonly name: string; readonly count: number }[] }
  return Object.fromEntries(items.map(({ name, count }) => [name, count]))
}

async function tellContact(customerId = ana.id, itemId?: string): Promise<void> {
  const [contactId, journeyId] = [id('c0'), id('10')]
  const where = { stream: 'contact', id: contactId, journeyId, customerId }
  const item =
    itemId === undefined ? {} : { item: { id: itemId, kind: 'purchase', title: 'Bris 45' } as const }
  const person = { id: customerId, assurance: 'code' } as const
  await world.tell(
    'throughline.ContactRequested.v1',
    { contactId, journeyId, person, channel: 'phone', readings: [], ...item },
    where,
  )
  await world.tell(
    'throughline.ContactConnected.v1',
    { contactId, journeyId, leg: 1, channel: 'phone', agentId: joel.id },
    where,
  )
  await world.tell(
    'throughline.ContactEnded.v1',
    { contactId, journeyId, by: 'agent', answeredBy: 'person', channel: 'phone' },
    where,
  )
  await world.tell(
    'throughline.ContactSummarised.v1',
    {
      contactId,
      journeyId,
      channel: 'phone',
      outcome: 'resolved',
      issue: 'new',
      subject: 'Delivery slot',
      words: 'Moved to 12 November',
      causes: [],
      promised: [],
      articles: [],
    },
    where,
  )
}

async function tellCase(itemId: string): Promise<void> {
  await world.tell(
    'throughline.CaseOpened.v1',
    {
      caseId: id('ca5e'),
      customerId: ana.id,
      journeyId: id('10'),
      contactId: id('c0'),
      subject: 'Dishwasher leaves water',
      words: 'The pump does not draw',
      item: { id: itemId, kind: 'purchase', title: 'Bris 45' },
      promised: [{ what: 'Engineer comes', by: at(4 * DAY) }],
    },
    { stream: 'case', id: id('ca5e'), customerId: ana.id, journeyId: id('10') },
  )
}
