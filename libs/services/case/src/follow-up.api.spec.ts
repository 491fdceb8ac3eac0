import { caseReference } from '@throughline/contracts'
import { DAY, HOUR } from '@throughline/kernel'
import { ana, at, helena, joel, mira, startWorld, tomas } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import { caseService } from './index.js'

const id = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`
const path = '/api/v1/case/follow-ups'
const [contactId, journeyId, feedbackId] = [id(1), id(2), id(3)] as const
const ofAna = { journeyId, customerId: ana.id }

let world: World
let caseId: string
beforeEach(async () => {
  world = await startWorld([caseService])
  const summary = {
    contactId,
    journeyId,
    channel: 'phone',
    agentId: joel.id,
    outcome: 'open',
    issue: 'new',
    subject: 'Water in the base',
    words: 'The pump does not draw.',
    causes: [],
    promised: [],
    articles: [],
  } as const
  await world.tell('throughline.ContactSummarised.v1', summary, {
    stream: 'contact',
    id: contactId,
    ...ofAna,
  })
  await world.settled()
  caseId = (await world.events('throughline.CaseOpened.v1'))[0]?.streamId ?? ''
})
afterEach(() => world.stop())

const wish = async (): Promise<void> => {
  const about = { kind: 'contact', id: contactId, title: 'Water in the base' } as const
  const data = { feedbackId, customerId: ana.id, about }
  await world.tell('throughline.FollowUpWished.v1', data, { stream: 'feedback', id: feedbackId, ...ofAna })
  await world.settled()
}
const withdraw = async (): Promise<void> => {
  const data = { feedbackId, customerId: ana.id }
  await world.tell('throughline.FollowUpWithdrawn.v1', data, { stream: 'feedback', id: feedbackId, ...ofAna })
  await world.settled()
}
const items = (response: Response) => (response.body as { items: readonly Record<string, unknown>[] }).items

it('a wish makes a task for whoever helped, due within a day; without a wish there is none (C28)', async () => {
  expect(items(await world.as(helena).get(path))).toEqual([])
  await wish()
  expect(items(await world.as(joel).get(`${path}?list=mine`))).toEqual([
    {
      id: (await world.events('throughline.FollowUpRequested.v1'))[0]?.streamId,
      customerId: ana.id,
      journeyId,
      feedbackId,
      caseId,
      reference: caseReference(caseId),
      what: 'Water in the base',
      dueBy: at(DAY),
      requestedAt: at(0),
      staffId: joel.id,
      status: 'open',
      wished: true,
    },
  ])
  expect(items(await world.as(ana).get(path))).toHaveLength(1)
  expect(items(await world.as(tomas).get(path))).toEqual([])
})

it('the task is closed when she takes the wish back, and opens again when she wishes it again (C28)', async () => {
  await wish()
  await withdraw()
  expect(items(await world.as(joel).get(path))).toEqual([])
  expect(items(await world.as(joel).get(`${path}?list=closed`))).toMatchObject([
    { status: 'cancelled', why: 'wish-withdrawn' },
  ])
  await wish()
  expect(items(await world.as(joel).get(path))).toMatchObject([{ status: 'open', wished: true }])
})

it('she finds who gets back to her about what she said and by when; nobody else does (C28)', async () => {
  const asked = `${path}?feedbackId=${feedbackId}`
  expect((await world.as(ana).get(asked)).body).toEqual({ items: [], next: null })
  await wish()
  for (const caller of [ana, joel]) {
    expect((await world.as(caller).get(asked)).body).toMatchObject({
      items: [{ feedbackId, staffId: joel.id, dueBy: at(DAY), status: 'open' }],
      next: null,
    })
  }
  const foreign = await world.as(tomas).get(asked)
  expect(foreign.body).toEqual({ items: [], next: null })
  expect((await world.as(tomas).get(`${path}?feedbackId=${id(9)}`)).body).toEqual(foreign.body)
  await withdraw()
  expect(items(await world.as(ana).get(asked))).toMatchObject([{ status: 'cancelled' }])
})

it('she sees what is planned for her case; a foreign case is as one nobody knows (C22)', async () => {
  await world.as(joel).post(path, { caseId, what: 'Write after the visit', dueBy: at(2 * DAY) })
  await world.settled()
  expect(items(await world.as(ana).get(`${path}?caseId=${caseId}`))).toMatchObject([
    { what: 'Write after the visit', caseId },
  ])
  const foreign = await world.as(tomas).get(`${path}?caseId=${caseId}`)
  expect(foreign).toMatchObject({ status: 404, body: { code: 'case.unknown' } })
  expect((await world.as(tomas).get(`${path}?caseId=${id(9)}`)).body).toEqual(foreign.body)
})

it('a wish taken back that nobody heard of makes nothing', async () => {
  await withdraw()
  expect(await world.events('throughline.FollowUpCancelled.v1')).toEqual([])
})

it('is passed on, done, and then stays done', async () => {
  await wish()
  const [task] = items(await world.as(joel).get(path))
  const one = `${path}/${String(task?.id)}`
  expect((await world.as(tomas).get(one)).body).toMatchObject({ code: 'case.follow-up-unknown' })
  expect((await world.as(joel).put(`${one}/assignee`, { staffId: mira.id })).status).toBe(200)
  await world.settled()
  expect(items(await world.as(mira).get(`${path}?list=mine`))).toHaveLength(1)
  const resolved = await world.as(mira).post(`${one}/cancellation`, { why: 'case-resolved' })
  expect(resolved).toMatchObject({ status: 409, body: { code: 'case.follow-up-wished' } })
  const done = await world.as(mira).post(`${one}/completion`, { note: 'Called her, it works' })
  expect(done).toMatchObject({ status: 200, body: { status: 'done' } })
  await world.settled()
  expect((await world.as(mira).get(one)).body).toMatchObject({ status: 'done', note: 'Called her, it works' })
  expect((await world.as(ana).get(one)).body).not.toHaveProperty('note')
  expect((await world.as(mira).put(`${one}/assignee`, { staffId: joel.id })).body).toMatchObject({
    code: 'case.follow-up-done',
  })
})

it('the team plans one for a case, in order of what is due, and cancels it', async () => {
  const plan = { caseId, what: 'Write after the visit', dueBy: at(5 * DAY) }
  const key = { 'idempotency-key': 'plan-once' }
  const made = await world.as(joel).post(path, plan, key)
  expect(made).toMatchObject({ status: 201, body: { status: 'open' } })
  expect((await world.as(joel).post(path, plan, key)).headers.location).toBe(made.headers.location)
  await world.as(joel).post(path, { ...plan, what: 'Call first', dueBy: at(HOUR), staffId: mira.id })
  await world.settled()
  expect(items(await world.as(joel).get(path)).map(({ what }) => what)).toEqual([
    'Call first',
    'Write after the visit',
  ])
  expect(items(await world.as(joel).get(`${path}?list=unassigned`))).toHaveLength(1)
  const today = await world.as(joel).get(`${path}?list=all&dueBefore=${at(DAY)}&limit=1`)
  expect(today.body).toMatchObject({ items: [{ what: 'Call first' }] })
  const rest = await world
    .as(joel)
    .get(`${path}?list=all&dueBefore=${at(DAY)}&after=${(today.body as { next: string }).next}`)
  expect(rest.body).toEqual({ items: [], next: null })
  for (const query of [`list=closed&`, `caseId=${caseId}&`]) {
    expect(await world.as(joel).get(`${path}?${query}dueBefore=${at(DAY)}`)).toMatchObject({
      status: 400,
      body: { code: 'case.due-of-open', field: 'dueBefore' },
    })
  }
  expect(items(await world.as(joel).get(`${path}?caseId=${caseId}`))).toHaveLength(2)
  const location = made.headers.location ?? ''
  expect((await world.as(joel).post(`${location}/cancellation`, { why: 'duplicate' })).status).toBe(200)
  await world.settled()
  expect((await world.as(joel).get(location)).body).toMatchObject({ status: 'cancelled', wished: false })
})

it('is not planned for the past, for no case, or by a customer', async () => {
  const plan = { caseId, what: 'Write', dueBy: at(DAY) }
  expect(await world.as(joel).post(path, { ...plan, dueBy: at(0) })).toMatchObject({
    status: 422,
    body: { code: 'case.follow-up-past' },
  })
  expect((await world.as(joel).post(path, { ...plan, caseId: id(9) })).status).toBe(404)
  expect((await world.as(ana).post(path, plan)).status).toBe(403)
  expect((await world.as(joel).post(path, { ...plan, dueBy: 'soon' })).body).toMatchObject({ field: 'dueBy' })
})
