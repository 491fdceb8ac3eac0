import { DAY, HOUR, MINUTE } from '@throughline/kernel'
import {
  ana,
  at,
  customerNamed,
  guest,
  helena,
  ivo,
  joel,
  mira,
  rita,
  startWorld,
  tomas,
} from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import type { EventOf } from '@throughline/contracts'
import { caseService } from './index.js'

const id = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`
const path = '/api/v1/case/cases'
type Summary = EventOf<'throughline.ContactSummarised.v1'>['data']

let world: World
let number = 100
beforeAll(async () => {
  world = await startWorld([caseService])
})
afterAll(() => world.stop())

const dishwasher = { id: id(1), kind: 'purchase', title: 'Bris 45 dishwasher' } as const
const reason = { code: 'leaks', label: 'It leaks' }

interface Happened {
  readonly customerId?: string
  readonly caseId?: string
  readonly requestedAbout?: string
  readonly occurredAt?: string
  readonly summary?: Partial<Summary>
}

/** A contact from request to summary, and the case it went to. */
async function contact({
  customerId = ana.id,
  caseId,
  requestedAbout,
  occurredAt,
  summary = {},
}: Happened = {}) {
  const contactId = id(++number)
  const journeyId = id(++number)
  const where = {
    stream: 'contact',
    id: contactId,
    journeyId,
    customerId,
    ...(occurredAt !== undefined && { occurredAt }),
  }
  const about = requestedAbout !== undefined && { caseId: requestedAbout }
  const person = { id: customerId, assurance: 'code' } as const
  const requested = { contactId, journeyId, person, channel: 'chat', readings: [], ...about } as const
  await world.tell('throughline.ContactRequested.v1', requested, where)
  const data: Summary = {
    contactId,
    journeyId,
    channel: 'chat',
    agentId: joel.id,
    outcome: 'open',
    issue: 'new',
    subject: 'Dishwasher leaves water in the base',
    words: 'The drain pump does not draw.',
    causes: [{ code: 'installation-sheet', words: 'Hose loop is not in the sheet', department: 'product' }],
    promised: [],
    item: dishwasher,
    reason,
    articles: [],
    ...(caseId !== undefined && { caseId }),
    ...summary,
  }
  await world.tell('throughline.ContactSummarised.v1', data, where)
  await world.settled()
  const [found] = (await world.events())
    .filter(
      ({ data }) => (data as { contactId?: string }).contactId === contactId && 'caseId' in (data as object),
    )
    .slice(-1)
  return { contactId, journeyId, caseId: (found?.data as { caseId: string }).caseId }
}

const told = (response: Response): Record<string, unknown> => response.body as Record<string, unknown>
const items = (response: Response): readonly Record<string, unknown>[] =>
  told(response).items as readonly Record<string, unknown>[]
const ids = (response: Response): readonly unknown[] => items(response).map((line) => line.id)
const timeline = async (caller: typeof ana, caseId: string): Promise<readonly Record<string, unknown>[]> =>
  told(await world.as(caller).get(`${path}/${caseId}`)).timeline as readonly Record<string, unknown>[]

describe('a summary becomes a case', () => {
  it('stands among the customer’s own with thing, reason and what was said (C20, C21)', async () => {
    const { caseId, contactId, journeyId } = await contact()
    const one = await world.as(ana).get(`${path}/${caseId}`)
    expect(one).toMatchObject({
      status: 200,
      headers: { etag: '"1"' },
      body: {
        id: caseId,
        journeyId,
        status: 'open',
        item: dishwasher,
        reason,
        contacts: 1,
        repeat: false,
        staffId: joel.id,
      },
    })
    expect(told(one).timeline).toEqual([
      {
        at: at(0),
        what: 'contact',
        contactId,
        journeyId,
        words: 'The drain pump does not draw.',
        channel: 'chat',
        agentId: joel.id,
        requestedAt: at(0),
      },
    ])
    expect(ids(await world.as(ana).get(path))).toContain(caseId)
  })

  it('says of each contact how long it lasted, and what the customer said last (C22)', async () => {
    const { caseId, contactId, journeyId } = await contact()
    const where = { stream: 'contact', id: contactId, journeyId, customerId: ana.id }
    const of = { contactId, journeyId, leg: 1, channel: 'chat' } as const
    const began = at(10 * MINUTE)
    const [said, ended] = [at(12 * MINUTE), at(23 * MINUTE)]
    await world.tell('throughline.ContactConnected.v1', of, { ...where, occurredAt: began })
    // Passed on: the call began when somebody answered first.
    await world.tell('throughline.ContactConnected.v1', of, { ...where, occurredAt: said })
    const words = { ...of, messageId: id(71), author: 'customer', mode: 'written', text: 'Tuesday?' } as const
    await world.tell('throughline.MessagePosted.v1', words, { ...where, occurredAt: said })
    const answer = { ...words, messageId: id(72), author: 'agent', text: 'Yes' } as const
    await world.tell('throughline.MessagePosted.v1', answer, { ...where, occurredAt: said })
    const over = { contactId, journeyId, by: 'agent', answeredBy: 'person', channel: 'chat' } as const
    await world.tell('throughline.ContactEnded.v1', over, { ...where, occurredAt: ended })
    await world.settled()
    expect(await timeline(ana, caseId)).toMatchObject([{ connectedAt: began, endedAt: ended }])
    const lastWords = { text: 'Tuesday?', at: said }
    expect(told(await world.as(ana).get(`${path}/${caseId}`))).toMatchObject({ lastWords })
    const [line] = items(await world.as(joel).get(`${path}?customerId=${ana.id}&limit=500`)).filter(
      (each) => each.id === caseId,
    )
    expect(line).toMatchObject({ lastWords })
  })

  it('is a permanent record even when the contact solved it (C21), with how it was dealt with (C37)', async () => {
    const { caseId } = await contact({ summary: { outcome: 'resolved' } })
    const one = await world.as(ana).get(`${path}/${caseId}`)
    expect(one.body).toMatchObject({ status: 'resolved', resolution: { how: 'solved' } })
    expect(ids(await world.as(ana).get(`${path}?status=resolved`))).toContain(caseId)
    expect(ids(await world.as(ana).get(`${path}?status=open`))).not.toContain(caseId)
  })

  it('is nobody else’s: another customer gets what an unknown case gets', async () => {
    const { caseId } = await contact()
    const foreign = await world.as(tomas).get(`${path}/${caseId}`)
    const unknown = await world.as(tomas).get(`${path}/${id(9)}`)
    expect(foreign).toMatchObject({ status: 404, body: { code: 'case.unknown' } })
    expect(unknown).toMatchObject({ status: 404, body: { code: 'case.unknown' } })
    expect(ids(await world.as(tomas).get(path))).toEqual([])
    for (const [wish, body] of [
      ['recontact', {}],
      ['reopening', { why: 'Mine' }],
      ['resolution', { how: 'solved', words: 'Mine' }],
    ] as const) {
      expect((await world.as(tomas).post(`${path}/${caseId}/${wish}`, body)).status).toBe(404)
    }
  })

  it('of a guest becomes the customer’s when the guest signs in', async () => {
    const customer = customerNamed(id(50))
    const { caseId } = await contact({ customerId: guest.id })
    expect(ids(await world.as(guest).get(path))).toEqual([caseId])
    const recognised = { guestId: guest.id, customerId: customer.id, assurance: 'code' } as const
    await world.tell('throughline.GuestRecognised.v1', recognised, { stream: 'customer', id: customer.id })
    await world.settled()
    expect(ids(await world.as(customer).get(path))).toEqual([caseId])
  })

  it('shows the causes the agent saw to the team and not to the customer (C39)', async () => {
    const { caseId } = await contact()
    expect((await timeline(mira, caseId))[0]).toMatchObject({
      outcome: 'open',
      issue: 'new',
      causes: [{ code: 'installation-sheet', department: 'product' }],
    })
    expect((await timeline(ana, caseId))[0]).not.toHaveProperty('causes')
  })
})

describe('contacting us again about a case', () => {
  it('takes one call that brings the context (C23)', async () => {
    const { caseId } = await contact()
    const again = await world.as(ana).post(`${path}/${caseId}/recontact`, {})
    expect(again).toMatchObject({
      status: 200,
      body: {
        caseId,
        journey: { entrance: 'case', caseId },
        item: dishwasher,
        reason,
        staffId: joel.id,
        known: { words: 'The drain pump does not draw.', contacts: 1, promises: [] },
        contact: { href: '/api/v1/contact/contacts', body: { caseId } },
      },
    })
  })

  it('goes into the case it was requested about, which counts it (C59)', async () => {
    const { caseId } = await contact()
    const second = await contact({ requestedAbout: caseId, summary: { issue: 'same' } })
    expect(second.caseId).toBe(caseId)
    expect((await world.as(ana).get(`${path}/${caseId}`)).body).toMatchObject({ contacts: 2, repeat: true })
    expect((await timeline(joel, caseId)).map(({ issue }) => issue)).toEqual(['new', 'same'])
  })

  it('reopens a resolved case', async () => {
    const { caseId } = await contact({ summary: { outcome: 'resolved' } })
    await contact({ caseId, summary: { issue: 'same' } })
    expect((await world.as(ana).get(`${path}/${caseId}`)).body).toMatchObject({ status: 'open', contacts: 2 })
    expect((await timeline(ana, caseId)).map(({ what }) => what)).toEqual([
      'contact',
      'resolved',
      'reopened',
      'contact',
    ])
  })

  it('about a new issue opens a new case, and so does one about a case that is not hers', async () => {
    const { caseId } = await contact()
    expect((await contact()).caseId).not.toBe(caseId)
    expect((await contact({ customerId: tomas.id, caseId })).caseId).not.toBe(caseId)
    expect((await contact({ caseId: id(9) })).caseId).not.toBe(id(9))
    expect((await world.as(ana).get(`${path}/${caseId}`)).body).toMatchObject({ contacts: 1 })
  })

  it('heard twice, a summary makes one case', async () => {
    const { contactId, journeyId, caseId } = await contact()
    const [first] = (await world.events('throughline.ContactSummarised.v1')).filter(
      ({ streamId }) => streamId === contactId,
    )
    const where = { stream: 'contact', id: contactId, journeyId, customerId: ana.id }
    await world.tell('throughline.ContactSummarised.v1', first?.data as Summary, where)
    await world.settled()
    const opened = (await world.events('throughline.CaseOpened.v1')).filter(
      ({ streamId }) => streamId === caseId,
    )
    expect(opened).toHaveLength(1)
    expect(opened[0]).toMatchObject({ journeyId, customerId: ana.id, causationId: first?.id })
  })
})

describe('what the team does with a case', () => {
  it('the customer sees progress that is hers to see, and never the team’s notes (C22)', async () => {
    const { caseId } = await contact()
    await world.as(joel).post(`${path}/${caseId}/notes`, { note: 'Visit confirmed', visible: true })
    await world.as(joel).post(`${path}/${caseId}/notes`, { note: 'Third Bris 45 this week', visible: false })
    await world.as(joel).put(`${path}/${caseId}/assignee`, { staffId: mira.id })
    await world.settled()
    const hers = await world.as(ana).get(`${path}/${caseId}`)
    expect((await timeline(ana, caseId)).map(({ what }) => what)).toEqual(['contact', 'progress'])
    expect(JSON.stringify(hers.body)).not.toContain('Third Bris')
    expect((await timeline(mira, caseId)).map(({ what }) => what)).toEqual([
      'contact',
      'progress',
      'progress',
      'assigned',
    ])
    expect(hers.body).toMatchObject({ staffId: mira.id })
  })

  it('how it was dealt with is told apart from that it happened, in the agent’s own judgement (C37, C66)', async () => {
    const { caseId } = await contact()
    const body = { how: 'compensated', words: 'You get the delivery fee back.' }
    const done = await world.as(joel).post(`${path}/${caseId}/resolution`, body)
    expect(done).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { id: caseId, status: 'resolved' },
    })
    const events = (await world.events('throughline.CaseResolved.v1')).filter(
      ({ streamId }) => streamId === caseId,
    )
    expect(events[0]).toMatchObject({ actor: `staff:${joel.id}`, data: { ...body, staffId: joel.id } })
    const other = await world.as(mira).post(`${path}/${caseId}/resolution`, { ...body, how: 'explained' })
    expect(other).toMatchObject({ status: 409, body: { code: 'case.already-resolved' } })
    const late = await world.as(mira).post(`${path}/${caseId}/notes`, { note: 'Late', visible: true })
    expect(late).toMatchObject({ status: 409, body: { code: 'case.resolved' } })
  })

  it('the customer says that it is not solved after all, or no longer needed', async () => {
    const { caseId } = await contact({ summary: { outcome: 'resolved' } })
    const reopened = await world.as(ana).post(`${path}/${caseId}/reopening`, { why: 'The water is back' })
    expect(reopened).toMatchObject({ status: 200, body: { status: 'open' } })
    const compensated = { how: 'compensated', words: 'I take a new one' }
    expect(await world.as(ana).post(`${path}/${caseId}/resolution`, compensated)).toMatchObject({
      status: 422,
      body: { code: 'case.how-not-yours' },
    })
    const withdrawn = await world
      .as(ana)
      .post(`${path}/${caseId}/resolution`, { how: 'withdrawn', words: 'Never mind' })
    expect(withdrawn).toMatchObject({ status: 200, body: { status: 'resolved' } })
  })

  it('why the team reopened a case is told to the team alone', async () => {
    const { caseId } = await contact({ summary: { outcome: 'resolved' } })
    await world.as(helena).post(`${path}/${caseId}/reopening`, { why: 'Refund went to the wrong account' })
    await world.settled()
    expect((await timeline(joel, caseId)).at(-1)).toMatchObject({ why: 'Refund went to the wrong account' })
    const hers = (await timeline(ana, caseId)).at(-1)
    expect(hers).toMatchObject({ what: 'reopened', by: 'staff' })
    expect(hers).not.toHaveProperty('why')
  })

  it('the same request again is the same act, and one based on an old version is refused', async () => {
    const { caseId } = await contact()
    const key = { 'idempotency-key': 'note-once' }
    const body = { note: 'Called the workshop', visible: true }
    const first = await world.as(joel).post(`${path}/${caseId}/notes`, body, key)
    const again = await world.as(joel).post(`${path}/${caseId}/notes`, body, key)
    expect(again).toMatchObject({
      status: 200,
      headers: { 'idempotency-replayed': 'true' },
      body: first.body,
    })
    const stale = await world
      .as(joel)
      .put(`${path}/${caseId}/assignee`, { staffId: mira.id }, { 'if-match': '"1"' })
    expect(stale).toMatchObject({ status: 412, body: { code: 'version.changed' } })
    const fresh = await world
      .as(joel)
      .put(`${path}/${caseId}/assignee`, { staffId: mira.id }, { 'if-match': '"2"' })
    expect(fresh.status).toBe(200)
  })

  it('lists take a page of 1 to 500 and nothing they do not declare', async () => {
    expect((await world.as(mira).get(`${path}?limit=500`)).status).toBe(200)
    for (const query of ['limit=0', 'limit=501', 'limit=many', 'page=2'])
      expect(await world.as(mira).get(`${path}?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'request.invalid', field: query.split('=')[0] },
      })
  })

  it('the work list is in order of what is due, by whom it is, page by page', async () => {
    const agent = id(60)
    const by = (days: number) => [{ what: 'We write to you', by: at(days * DAY) }]
    const later = await contact({ summary: { agentId: agent, promised: by(5) } })
    const never = await contact({ summary: { agentId: agent } })
    const soon = await contact({ summary: { agentId: agent, promised: by(2) } })
    const caller = { ...mira, id: agent, actor: `staff:${agent}` }
    expect(ids(await world.as(caller).get(`${path}?list=mine`))).toEqual([
      soon.caseId,
      later.caseId,
      never.caseId,
    ])
    const page = await world.as(caller).get(`${path}?list=mine&limit=2`)
    expect(ids(page)).toHaveLength(2)
    const next = await world.as(caller).get(`${path}?list=mine&limit=2&after=${String(told(page).next)}`)
    expect(next.body).toMatchObject({ items: [{ id: never.caseId }], next: null })
    const due = `${path}?list=mine&dueBefore=${at(3 * DAY)}`
    const today = await world.as(caller).get(due)
    expect(today.body).toMatchObject({ items: [{ id: soon.caseId }], next: null })
    for (const query of ['status=resolved', `customerId=${ana.id}`, 'reference=0000000']) {
      expect(await world.as(caller).get(`${due}&${query}`)).toMatchObject({
        status: 400,
        body: { code: 'case.due-of-open', field: 'dueBefore' },
      })
    }
    const mail = await contact({ customerId: tomas.id, summary: { promised: by(1) } })
    expect(ids(await world.as(mira).get(`${path}?customerId=${tomas.id}&status=open`))).toContain(mail.caseId)
    const { body } = await world.as(mira).get(`${path}/${mail.caseId}`)
    const { reference } = body as { reference: string }
    expect(ids(await world.as(mira).get(`${path}?reference=${reference}`))).toContain(mail.caseId)
    expect(ids(await world.as(helena).get(`${path}?list=all&limit=200`))).toEqual(
      expect.arrayContaining([soon.caseId, mail.caseId]),
    )
  })

  it('is refused to those whose it is not, and with what is no body', async () => {
    const { caseId } = await contact()
    expect((await world.anyone().get(path)).status).toBe(401)
    for (const caller of [ana, guest, ivo, rita]) {
      const note = await world.as(caller).post(`${path}/${caseId}/notes`, { note: 'x', visible: true })
      expect(note.status).toBe(403)
    }
    expect((await world.as(rita).get(path)).status).toBe(403)
    expect(
      await world.as(joel).post(`${path}/${caseId}/resolution`, { how: 'closed', words: 'x' }),
    ).toMatchObject({
      status: 400,
      body: { field: 'how' },
    })
    expect((await world.as(joel).get(`${path}/no-id`)).status).toBe(400)
    expect((await world.as(joel).get(`${path}?list=unassigned&status=resolved`)).status).toBe(400)
  })
})

describe('promises', () => {
  const promise = (what: string, by: string) => ({ promised: [{ what, by }], outcome: 'promised' as const })
  const missed = async (caseId: string) =>
    (await world.events('throughline.CasePromiseMissed.v1')).filter(({ streamId }) => streamId === caseId)
  const now = (): string => world.clock.instant()
  const inTwoHours = (): string => new Date(world.clock.now() + 2 * HOUR).toISOString()

  it('are missed once when the time goes by, at that time (C22)', async () => {
    const by = inTwoHours()
    const { caseId } = await contact({ summary: promise('We confirm the visit', by) })
    await world.pass(HOUR)
    expect(await missed(caseId)).toEqual([])
    await world.pass(HOUR + MINUTE)
    await world.pass(MINUTE)
    expect(await missed(caseId)).toMatchObject([
      {
        occurredAt: by,
        actor: 'system:case',
        customerId: ana.id,
        data: { what: 'We confirm the visit', by },
      },
    ])
    const kept = await world
      .as(joel)
      .post(`${path}/${caseId}/kept-promises`, { what: 'We confirm the visit' })
    expect(kept.status).toBe(200)
    await world.settled()
    expect((await world.as(ana).get(`${path}/${caseId}`)).body).toMatchObject({
      promises: [{ status: 'kept-late' }],
    })
  })

  it('made twice in the same words for the same time are one, missed once, and nobody tries again', async () => {
    const summary = promise('We bring the part', inTwoHours())
    const { caseId } = await contact({ summary })
    await contact({ caseId, summary: { ...summary, issue: 'same' } })
    await world.pass(3 * HOUR)
    const head = await world.host.events.head()
    await world.pass(MINUTE)
    expect(await missed(caseId)).toHaveLength(1)
    expect(await world.host.events.head()).toBe(head)
    expect((await world.as(ana).get(`${path}/${caseId}`)).body).toMatchObject({
      promises: [{ status: 'missed' }],
    })
  })

  it('are not missed when kept in time', async () => {
    const { caseId } = await contact({ summary: promise('We call you', inTwoHours()) })
    await world.as(joel).post(`${path}/${caseId}/kept-promises`, { what: 'We call you' })
    await world.settled()
    await world.pass(3 * HOUR)
    expect(await missed(caseId)).toEqual([])
    expect((await world.as(ana).get(`${path}/${caseId}`)).body).toMatchObject({
      promises: [{ status: 'kept' }],
    })
    const { at: keptAt, by } = (await timeline(ana, caseId)).at(-1) ?? {}
    const { promises } = told(await world.as(ana).get(`${path}/${caseId}`))
    expect(promises).toMatchObject([{ what: 'We call you', by, status: 'kept', keptAt }])
    const never = await world.as(joel).post(`${path}/${caseId}/kept-promises`, { what: 'We send gold' })
    expect(never).toMatchObject({ status: 422, body: { code: 'case.promise-unknown' } })
  })

  it('of a case taken over from the past are not missed today, and the case is as old as it is', async () => {
    const occurredAt = '2021-03-01T10:00:00.000Z'
    const { caseId } = await contact({ occurredAt, summary: promise('We write', '2021-03-04T10:00:00.000Z') })
    await world.pass(HOUR)
    expect(await missed(caseId)).toEqual([])
    expect((await world.as(ana).get(`${path}/${caseId}`)).body).toMatchObject({
      openedAt: occurredAt,
      promises: [{ status: 'past' }],
    })
    expect(now() > occurredAt).toBe(true)
  })
})
