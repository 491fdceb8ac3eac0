import { DAY } from '@throughline/kernel'
import {
  ana,
  archive,
  at,
  customerNamed,
  guest,
  helena,
  ivo,
  joel,
  rita,
  startWorld,
  tomas,
} from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import { feedbackService } from './index.js'

const id = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`
const path = '/api/v1/feedback/feedback'
const item = { id: id(1), kind: 'purchase', title: 'Bris 45 dishwasher' } as const
const reason = { code: 'leaks', label: 'It leaks' }

let world: World
let number = 100
beforeEach(async () => {
  world = await startWorld([feedbackService])
})
afterEach(() => world.stop())

/** A contact that a person answered and summed up. */
async function contact(customerId = ana.id) {
  const contactId = id(++number)
  const journeyId = id(++number)
  const where = { stream: 'contact', id: contactId, journeyId, customerId }
  const of = { contactId, journeyId, channel: 'chat' } as const
  const person = { id: customerId, assurance: 'code' } as const
  await world.tell('throughline.ContactRequested.v1', { ...of, person, readings: [], item, reason }, where)
  await world.tell('throughline.ContactEnded.v1', { ...of, by: 'agent', answeredBy: 'person' }, where)
  const summary = {
    outcome: 'open',
    issue: 'new',
    subject: 'Water',
    words: 'A pump',
    causes: [],
    promised: [],
  } as const
  await world.tell('throughline.ContactSummarised.v1', { ...of, ...summary, articles: [] }, where)
  await world.settled()
  return { contactId, journeyId }
}
async function thing(customerId = ana.id): Promise<string> {
  const itemId = id(++number)
  const data = {
    itemId,
    customerId,
    kind: 'purchase',
    source: 'shop',
    reference: '20418',
    title: 'Bris 45',
    date: at(0),
  } as const
  await world.tell('throughline.ItemAdded.v1', data, { stream: 'item', id: itemId, customerId })
  await world.settled()
  return itemId
}
const body = (response: Response) => response.body as Record<string, unknown>
const items = (response: Response) => body(response).items as readonly Record<string, unknown>[]
const mostly = { outcome: 'mostly', feeling: 'cared-for', followUp: false } as const
const aboutContact = (contactId: string) => ({ kind: 'contact', id: contactId })

describe('giving feedback', () => {
  it('about a contact asks two things and knows the rest (C25)', async () => {
    const { contactId, journeyId } = await contact()
    const given = await world
      .as(ana)
      .post(path, { about: aboutContact(contactId), ...mostly, comment: 'Joel knew everything' })
    expect(given).toMatchObject({
      status: 201,
      body: {
        ...mostly,
        about: { ...aboutContact(contactId), title: 'Water', channel: 'chat', item, reason },
        version: 1,
      },
    })
    const [event] = await world.events('throughline.FeedbackGiven.v1')
    expect(event).toMatchObject({ journeyId, customerId: ana.id, actor: `customer:${ana.id}` })
    expect(given.headers.location).toBe(`${path}/${String(event?.streamId)}`)
  })

  it('can be asked for as soon as the contact ended, until it is given (C24)', async () => {
    const first = await contact()
    await world.pass(DAY)
    const second = await contact()
    await contact(tomas.id)
    const open = await world.as(ana).get(`${path}/open`)
    expect(items(open)).toMatchObject([
      {
        about: { ...aboutContact(second.contactId), title: 'Water', channel: 'chat' },
        journeyId: second.journeyId,
      },
      { about: aboutContact(first.contactId) },
    ])
    await world.as(ana).post(path, { about: aboutContact(second.contactId), ...mostly })
    await world.settled()
    expect(items(await world.as(ana).get(`${path}/open`))).toHaveLength(1)
    await world.pass(30 * DAY)
    expect(items(await world.as(ana).get(`${path}/open`))).toEqual([])
  })

  it('needs no contact: a delivery, a visit, a thing, something not understood (C27)', async () => {
    const itemId = await thing()
    for (const about of [
      { kind: 'delivery', id: itemId },
      { kind: 'item', id: itemId },
      { kind: 'visit', title: 'Engineer on Tuesday' },
      { kind: 'something-unclear', title: 'The guarantee letter' },
    ]) {
      const given = await world.as(ana).post(path, { about, feeling: 'unsure', followUp: false })
      expect(given).toMatchObject({ status: 201, body: { about } })
    }
    await world.settled()
    expect(items(await world.as(ana).get(path))).toHaveLength(4)
    expect(items(await world.as(ivo).get(`${path}?kind=delivery`))).toMatchObject([
      { about: { title: 'Bris 45', item: { reference: '20418' } } },
    ])
  })

  it('again about the same is a new version of the one record (C26)', async () => {
    const { contactId } = await contact()
    const first = await world
      .as(ana)
      .post(path, { about: aboutContact(contactId), outcome: 'partly', followUp: false })
    const again = await world
      .as(ana)
      .post(path, { about: aboutContact(contactId), outcome: 'fully', followUp: false })
    const same = await world
      .as(ana)
      .post(path, { about: aboutContact(contactId), outcome: 'fully', followUp: false })
    expect(again).toMatchObject({ status: 200, body: { id: body(first).id, version: 2 } })
    expect(same).toMatchObject({ status: 200, body: { version: 2 } })
    const unclear = { about: { kind: 'something-unclear' }, comment: 'What is a loop?', followUp: false }
    await world.as(ana).post(path, unclear)
    await world.as(ana).post(path, unclear)
    await world.settled()
    expect(items(await world.as(ana).get(path))).toHaveLength(3)
  })

  it('by the same request again gives the first answer', async () => {
    const key = { 'idempotency-key': 'once' }
    const wish = { about: { kind: 'visit' }, ...mostly }
    const first = await world.as(ana).post(path, wish, key)
    const again = await world.as(ana).post(path, wish, key)
    expect(again).toMatchObject({
      status: 201,
      body: first.body,
      headers: { 'idempotency-replayed': 'true' },
    })
  })

  it('is refused about what is not hers, as about what nobody knows', async () => {
    const { contactId } = await contact()
    const itemId = await thing()
    for (const about of [
      aboutContact(contactId),
      aboutContact(id(9)),
      { kind: 'case', id: id(9) },
      { kind: 'item', id: itemId },
    ]) {
      expect(await world.as(tomas).post(path, { about, ...mostly })).toMatchObject({
        status: 404,
        body: { code: 'feedback.subject-unknown', field: 'about.id' },
      })
    }
  })

  it('is refused when it says nothing, or is no feedback', async () => {
    const { contactId } = await contact()
    const about = aboutContact(contactId)
    const refused = async (wish: unknown) => {
      const { status, body: problem } = await world.as(ana).post(path, wish)
      const { code, field } = problem as { code: string; field: string }
      return { status, code, field }
    }
    expect(await refused({ about, followUp: true })).toMatchObject({
      status: 422,
      code: 'feedback.nothing-said',
    })
    expect(await refused({ about: { kind: 'contact' }, ...mostly })).toMatchObject({
      code: 'feedback.about-which',
    })
    expect(await refused({ about, ...mostly, outcome: 'great' })).toMatchObject({
      status: 400,
      field: 'outcome',
    })
    expect(await refused({ about, outcome: 'fully' })).toMatchObject({ status: 400, field: 'followUp' })
    expect(await refused({ about, ...mostly, origin: 'old-crm' })).toMatchObject({
      code: 'feedback.import-only',
    })
    expect((await world.as(joel).post(path, { about, ...mostly })).status).toBe(403)
    expect((await world.anyone().post(path, { about, ...mostly })).status).toBe(401)
  })

  it('by a guest stays hers when she signs in', async () => {
    const customer = customerNamed(id(50))
    const { contactId } = await contact(guest.id)
    const given = await world.as(guest).post(path, { about: aboutContact(contactId), ...mostly })
    const recognised = { guestId: guest.id, customerId: customer.id, assurance: 'code' } as const
    await world.tell('throughline.GuestRecognised.v1', recognised, { stream: 'customer', id: customer.id })
    await world.settled()
    expect(items(await world.as(customer).get(path))).toMatchObject([{ customerId: customer.id }])
    const again = await world
      .as(customer)
      .post(path, { about: aboutContact(contactId), ...mostly, outcome: 'fully' })
    expect(again).toMatchObject({ status: 200, body: { id: body(given).id, version: 2 } })
  })
})

describe('revising feedback', () => {
  it('next day keeps both versions and takes the wish back (C26, C28)', async () => {
    const { contactId, journeyId } = await contact()
    const given = await world
      .as(ana)
      .post(path, { about: aboutContact(contactId), outcome: 'partly', feeling: 'unsure', followUp: true })
    const one = given.headers.location ?? ''
    expect(await world.events('throughline.FollowUpWished.v1')).toMatchObject([
      { journeyId, customerId: ana.id },
    ])
    await world.pass(DAY)
    const revised = await world
      .as(ana)
      .patch(one, { outcome: 'mostly', feeling: 'cared-for', followUp: false })
    expect(revised).toMatchObject({ status: 200, body: { outcome: 'mostly', version: 2, followUp: false } })
    await world.settled()
    expect(await world.as(ana).get(one)).toMatchObject({
      status: 200,
      headers: { etag: '"4"' },
      body: {
        outcome: 'mostly',
        givenAt: at(0),
        changedAt: at(DAY),
        versions: [
          { version: 1, at: at(0), outcome: 'partly', feeling: 'unsure', followUp: true },
          { version: 2, at: at(DAY), outcome: 'mostly', feeling: 'cared-for', followUp: false },
        ],
      },
    })
    expect(await world.events('throughline.FollowUpWithdrawn.v1')).toMatchObject([
      { journeyId, customerId: ana.id },
    ])
  })

  it('answers with what was there before and when, whether given again or changed (C26)', async () => {
    const { contactId } = await contact()
    const about = aboutContact(contactId)
    const given = await world
      .as(ana)
      .post(path, { about, outcome: 'partly', feeling: 'unsure', followUp: false })
    const first = { version: 1, at: at(0), outcome: 'partly', feeling: 'unsure', followUp: false }
    expect(given.body).toMatchObject({ givenAt: at(0), changedAt: at(0), before: null, versions: [first] })
    await world.pass(DAY)
    const one = given.headers.location ?? ''
    const key = { 'idempotency-key': 'second' }
    const revised = await world.as(ana).patch(one, { outcome: 'mostly' }, key)
    const second = { ...first, version: 2, at: at(DAY), outcome: 'mostly' }
    expect(revised.body).toMatchObject({ outcome: 'mostly', changedAt: at(DAY), before: first })
    const again = await world.as(ana).post(path, { about, feeling: 'cared-for', followUp: false })
    expect(again.body).toMatchObject({
      version: 3,
      before: second,
      versions: [first, second, { version: 3 }],
    })
    // Asked again, the answer is what it was then.
    expect((await world.as(ana).patch(one, { outcome: 'mostly' }, key)).body).toEqual(revised.body)
  })

  it('works at once, records nothing when nothing changes, and not on an old version', async () => {
    const given = await world.as(ana).post(path, { about: { kind: 'visit' }, ...mostly })
    const one = given.headers.location ?? ''
    expect(await world.as(ana).patch(one, { outcome: 'mostly' })).toMatchObject({
      status: 200,
      body: { version: 1 },
    })
    expect(await world.as(ana).patch(one, { outcome: 'fully' }, { 'if-match': '"1"' })).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
    })
    expect(await world.as(ana).patch(one, { outcome: 'partly' }, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
      body: { code: 'version.changed' },
    })
    expect(await world.events('throughline.FeedbackRevised.v1')).toHaveLength(1)
  })

  it('is the customer’s alone', async () => {
    const given = await world.as(ana).post(path, { about: { kind: 'visit' }, ...mostly })
    const one = given.headers.location ?? ''
    await world.settled()
    expect(await world.as(tomas).patch(one, { outcome: 'fully' })).toMatchObject({
      status: 404,
      body: { code: 'feedback.unknown' },
    })
    expect((await world.as(tomas).get(one)).body).toMatchObject({ code: 'feedback.unknown' })
    expect((await world.as(tomas).patch(`${path}/${id(9)}`, { outcome: 'fully' })).status).toBe(404)
    expect((await world.as(helena).patch(one, { outcome: 'fully' })).status).toBe(403)
    expect((await world.as(rita).get(one)).status).toBe(403)
    expect(items(await world.as(tomas).get(path))).toEqual([])
  })
})

describe('taking over the past', () => {
  const past = { customerId: tomas.id, origin: 'old-crm', occurredAt: '2021-03-01T10:00:00.000Z' }
  it('keeps when it was said, makes no task, and adds nothing the second time', async () => {
    const wish = {
      about: { kind: 'contact', id: id(9), channel: 'phone' },
      outcome: 'not-at-all',
      followUp: true,
      ...past,
    }
    expect(await world.as(archive).post(path, wish)).toMatchObject({
      status: 201,
      body: { origin: 'old-crm' },
    })
    expect((await world.as(archive).post(path, wish)).status).toBe(200)
    const events = await world.events()
    expect(events).toMatchObject([
      { type: 'throughline.FeedbackGiven.v1', occurredAt: past.occurredAt, customerId: tomas.id },
    ])
    await world.settled()
    expect(items(await world.as(tomas).get(path))).toMatchObject([
      { givenAt: past.occurredAt, outcome: 'not-at-all' },
    ])
  })
  it('needs the system, the customer and the time, which is past', async () => {
    const wish = { about: { kind: 'visit' }, ...mostly, ...past }
    const { origin: unused, ...incomplete } = wish
    expect(unused).toBe('old-crm')
    expect((await world.as(archive).post(path, incomplete)).body).toMatchObject({
      code: 'feedback.import-incomplete',
      field: 'origin',
    })
    expect((await world.as(archive).post(path, { ...wish, occurredAt: at(DAY) })).body).toMatchObject({
      code: 'feedback.not-yet',
    })
  })
})

describe('reading feedback', () => {
  it('the team reads it by contact, by case and by customer; agents no more than that', async () => {
    const { contactId, journeyId } = await contact()
    const caseId = id(++number)
    const opened = {
      caseId,
      customerId: ana.id,
      journeyId,
      contactId,
      subject: 'Water',
      words: 'A pump',
      promised: [],
    }
    await world.tell('throughline.CaseOpened.v1', opened, {
      stream: 'case',
      id: caseId,
      journeyId,
      customerId: ana.id,
    })
    await world.settled()
    await world.as(ana).post(path, { about: aboutContact(contactId), ...mostly })
    await world.as(ana).post(path, { about: { kind: 'case', id: caseId }, ...mostly })
    await world.settled()
    for (const [query, count] of [
      [`contactId=${contactId}`, 1],
      [`caseId=${caseId}`, 1],
      [`customerId=${ana.id}`, 2],
      [`customerId=${tomas.id}`, 0],
    ] as const) {
      expect(items(await world.as(joel).get(`${path}?${query}`))).toHaveLength(count)
    }
    expect(await world.as(joel).get(path)).toMatchObject({
      status: 403,
      body: { code: 'feedback.about-whom' },
    })
    expect(items(await world.as(helena).get(path))).toHaveLength(2)
  })

  it('she reads her answer about one contact, case or thing with its versions, and nobody else does (C26)', async () => {
    const { contactId } = await contact()
    const itemId = await thing()
    const other = await contact()
    await world.as(ana).post(path, { about: aboutContact(other.contactId), ...mostly })
    await world.as(ana).post(path, { about: aboutContact(contactId), ...mostly })
    await world.as(ana).post(path, { about: aboutContact(contactId), ...mostly, outcome: 'fully' })
    await world.as(ana).post(path, { about: { kind: 'delivery', id: itemId }, ...mostly })
    await world.settled()
    const hers = await world.as(ana).get(`${path}?contactId=${contactId}`)
    expect(hers.body).toMatchObject({
      items: [
        {
          outcome: 'fully',
          versions: [
            { version: 1, outcome: 'mostly' },
            { version: 2, outcome: 'fully' },
          ],
        },
      ],
      next: null,
    })
    const delivery = `${path}?kind=delivery&aboutId=${itemId}`
    expect(items(await world.as(ana).get(delivery))).toMatchObject([{ about: { kind: 'delivery' } }])
    expect(items(await world.as(ana).get(`${path}?kind=item&aboutId=${itemId}`))).toEqual([])
    const foreign = await world.as(tomas).get(`${path}?contactId=${contactId}`)
    expect(foreign.body).toEqual({ items: [], next: null })
    expect((await world.as(tomas).get(`${path}?contactId=${id(9)}`)).body).toEqual(foreign.body)
    expect(items(await world.as(tomas).get(delivery))).toEqual([])
    expect(await world.as(ana).get(`${path}?aboutId=${itemId}`)).toMatchObject({
      status: 400,
      body: { code: 'feedback.about-which', field: 'kind' },
    })
  })

  it('the analyst reads all of a time, filtered, page by page', async () => {
    for (const outcome of ['not-at-all', 'fully', 'fully', 'partly', 'fully']) {
      await world.as(ana).post(path, { about: { kind: 'visit' }, outcome, followUp: false })
      await world.pass(DAY)
    }
    const outcomes = (response: Response) => items(response).map((row) => row.outcome)
    expect(outcomes(await world.as(ivo).get(path))).toEqual([
      'not-at-all',
      'fully',
      'fully',
      'partly',
      'fully',
    ])
    expect(outcomes(await world.as(ivo).get(`${path}?from=${at(DAY)}&until=${at(3 * DAY)}`))).toEqual([
      'fully',
      'fully',
    ])
    const page = await world.as(ivo).get(`${path}?outcome=fully&limit=2`)
    expect(items(page)).toHaveLength(2)
    const rest = await world.as(ivo).get(`${path}?outcome=fully&limit=2&after=${String(body(page).next)}`)
    expect(rest.body).toMatchObject({ items: [{ givenAt: at(4 * DAY) }], next: null })
    expect((await world.as(ivo).get(`${path}?limit=0`)).status).toBe(400)
  })
})
