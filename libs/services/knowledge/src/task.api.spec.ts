import { ana, guest, helena, joel, rita, staffNamed, startWorld, tomas } from '@throughline/testing'
import type { World } from '@throughline/testing'
import type { EventOf } from '@throughline/contracts'
import type { Caller, RecordedEvent } from '@throughline/ports'
import { contentOf } from './article.js'
import { PublishArticleBody } from './article.controller.js'
import { knowledgeService } from './index.js'
import { KnowledgeReactions } from './knowledge.reactions.js'

const KNOWLEDGE = '/api/v1/knowledge'
const example = contentOf(PublishArticleBody.example)
const vera = staffNamed('00000011-0000-7000-8000-000000000000', 'knowledge-owner')
const paul = staffNamed('00000012-0000-7000-8000-000000000000', 'knowledge-owner')

interface Task {
  readonly id: string
  readonly kind: string
  readonly contacts: number
  readonly version?: number
}

describe('the loop from a reading to a better article', () => {
  let world: World
  let ids = 0
  beforeEach(async () => {
    world = await startWorld([knowledgeService])
  })
  afterEach(() => world.stop())

  const anId = () => `0190a0aa-0000-7000-8000-${String(++ids).padStart(12, '0')}`

  const publish = async (part: object = {}): Promise<string> => {
    const { body } = await world.as(vera).post(`${KNOWLEDGE}/articles`, { ...example, ...part })
    await world.settled()
    return (body as { id: string }).id
  }
  const revise = async (id: string, text: string): Promise<void> => {
    const body = { ...example, body: text, why: 'Readers missed the tap.' }
    expect((await world.as(vera).put(`${KNOWLEDGE}/articles/${id}`, body)).status).toBe(200)
    await world.settled()
  }
  const journeyOf = async (caller: Caller): Promise<string> => {
    const journeyId = anId()
    const person = { id: caller.id, assurance: 'code' } as const
    const where = { stream: 'journey', id: journeyId, journeyId, customerId: caller.id }
    const data = { journeyId, person, guest: caller.kind === 'guest', entrance: 'need-help' } as const
    await world.tell('throughline.JourneyStarted.v1', data, where)
    await world.settled()
    return journeyId
  }
  const read = async (
    caller: Caller,
    articleId: string,
    journeyId: string,
    rating?: object,
  ): Promise<string> => {
    const { body } = await world.as(caller).post(`${KNOWLEDGE}/readings`, { articleId, journeyId })
    const { id: readingId } = body as { id: string }
    if (rating) await world.as(caller).put(`${KNOWLEDGE}/readings/${readingId}/rating`, rating)
    return readingId
  }
  const contact = async (caller: Caller, journeyId: string, part: object = {}): Promise<string> => {
    const contactId = anId()
    const item = { id: journeyId, kind: 'purchase', title: 'Dishwasher' } as const
    const reason = { code: 'no-power', label: 'No power' }
    const person = { id: caller.id, assurance: 'code' } as const
    const data = {
      contactId,
      journeyId,
      person,
      channel: 'chat',
      item,
      reason,
      readings: [],
      ...part,
    } as const
    const where = { stream: 'contact', id: contactId, journeyId, customerId: caller.id }
    await world.tell('throughline.ContactRequested.v1', data, where)
    await world.settled()
    return contactId
  }
  const tasks = async (caller: Caller, query = ''): Promise<readonly Task[]> => {
    const { status, body } = await world.as(caller).get(`${KNOWLEDGE}/tasks${query}`)
    expect(status).toBe(200)
    return (body as { items: readonly Task[] }).items
  }

  it('goes: read, contacted all the same, flagged to the owner, changed, measured anew (C17)', async () => {
    const article = await publish()
    const first = await journeyOf(ana)
    const comment = 'The tap was open.'
    const readingId = await read(ana, article, first, { helped: false, comment })
    const contactId = await contact(ana, first)
    expect(await world.events('throughline.ArticleDidNotHelp.v1')).toMatchObject([
      {
        data: { readingId, articleId: article, version: 1, contactId, said: true },
        journeyId: first,
        customerId: ana.id,
      },
    ])
    const second = await journeyOf(tomas)
    await read(tomas, article, second)
    await contact(tomas, second)
    const [task, ...others] = await tasks(vera)
    expect(others).toEqual([])
    expect(task).toMatchObject({
      articleId: article,
      version: 1,
      contacts: 2,
      why: 'did-not-help',
      ownerId: vera.id,
    })
    const opened = await world.as(vera).get(`${KNOWLEDGE}/tasks/${task?.id ?? ''}`)
    expect(opened).toMatchObject({ status: 200, body: { comments: [comment], read: 2, didNotHelp: 1 } })
    expect(opened.body).toMatchObject({ words: [{ text: comment, helped: false, journeyId: first }] })
    const { contactIds, readings } = opened.body as {
      contactIds: readonly string[]
      readings: { items: unknown[] }
    }
    expect(contactIds).toHaveLength(2)
    expect(contactIds).toContain(contactId)
    expect(readings.items).toHaveLength(2)

    await revise(article, 'Is the tap behind the sink open?')
    expect(await tasks(vera)).toEqual([])
    expect(await tasks(vera, '?state=closed')).toMatchObject([
      { id: task?.id, how: 'revised', note: 'Readers missed the tap.' },
    ])
    const record = async () => {
      const { body } = await world.as(vera).get(`${KNOWLEDGE}/articles/${article}/versions`)
      return (body as { items: { version: number; readings: number; contacts: number }[] }).items.map(
        ({ version, readings: read, contacts }) => [version, read, contacts],
      )
    }
    expect(await record()).toEqual([
      [2, 0, 0],
      [1, 2, 2],
    ])

    const third = await journeyOf(ana)
    await read(ana, article, third)
    await contact(ana, third)
    expect(await record()).toEqual([
      [2, 1, 1],
      [1, 2, 2],
    ])
    const again = await tasks(vera)
    expect(again).toMatchObject([{ articleId: article, version: 2, contacts: 1 }])
    expect(again[0]?.id).not.toBe(task?.id)
  })

  it('counts a reading once, however many contacts follow, and none that came after the contact (C17)', async () => {
    const article = await publish()
    const journeyId = await journeyOf(ana)
    await contact(ana, journeyId)
    await read(ana, article, journeyId)
    await world.settled()
    expect(await world.events('throughline.ArticleDidNotHelp.v1')).toEqual([])
    await contact(ana, journeyId)
    await contact(ana, journeyId)
    expect(await world.events('throughline.ArticleDidNotHelp.v1')).toHaveLength(1)
    expect(await world.events('throughline.ArticleFlagged.v1')).toHaveLength(1)
  })

  it('hears of the same contact again and changes nothing, whatever was read since', async () => {
    const article = await publish()
    const journeyId = await journeyOf(ana)
    await read(ana, article, journeyId)
    await contact(ana, journeyId)
    const later = await publish({ title: 'Read later' })
    await read(ana, later, journeyId)
    await world.settled()
    const before = await world.events()
    const [requested] = await world.events('throughline.ContactRequested.v1')
    const again = requested as RecordedEvent<EventOf<'throughline.ContactRequested.v1'>>
    await world.host.app.get(KnowledgeReactions, { strict: false }).askWhyItDidNotHelp(again)
    expect(await world.events()).toEqual(before)
  })

  it('hears of an old contact again and finds no gap where an article stood then', async () => {
    const article = await publish()
    await contact(ana, await journeyOf(ana))
    const retired = await world.as(vera).post(`${KNOWLEDGE}/articles/${article}/retirement`, { why: 'Over.' })
    expect(retired.status).toBe(200)
    await world.settled()
    const before = await world.events()
    const [requested] = await world.events('throughline.ContactRequested.v1')
    const again = requested as RecordedEvent<EventOf<'throughline.ContactRequested.v1'>>
    const reactions = world.host.app.get(KnowledgeReactions, { strict: false })
    await reactions.askWhyItDidNotHelp(again)
    expect(await world.events()).toEqual(before)
    await contact(ana, await journeyOf(ana))
    expect(await world.events('throughline.KnowledgeGapFound.v1')).toHaveLength(1)
  })

  it('does not trouble an owner about a version that was changed before the contact', async () => {
    const article = await publish()
    const journeyId = await journeyOf(ana)
    await read(ana, article, journeyId)
    await revise(article, 'New.')
    await contact(ana, journeyId)
    expect(await world.events('throughline.ArticleDidNotHelp.v1')).toMatchObject([{ data: { version: 1 } }])
    expect(await tasks(helena)).toEqual([])
  })

  it('finds a gap once, and closes it when a fitting article is written', async () => {
    const contacts = [await contact(ana, await journeyOf(ana)), await contact(guest, await journeyOf(guest))]
    expect(await world.events('throughline.KnowledgeGapFound.v1')).toMatchObject([
      { data: { thing: 'purchase', reason: 'no-power' } },
    ])
    const [gap] = await tasks(vera, '?of=nobody')
    expect(gap).toMatchObject({ kind: 'gap', thing: 'purchase', reason: 'no-power', contacts: 2 })
    const { body } = await world.as(vera).get(`${KNOWLEDGE}/tasks/${gap?.id ?? ''}`)
    expect(body).toMatchObject({ contactIds: contacts })
    await publish({ fits: [{ things: ['booking'], reasons: [], products: [] }] })
    expect(await tasks(vera, '?of=nobody')).toHaveLength(1)
    const article = await publish()
    expect(await tasks(vera, '?of=nobody')).toEqual([])
    expect(await tasks(helena, '?state=closed&kind=gap')).toMatchObject([
      { how: 'written', articleId: article },
    ])
    await contact(ana, await journeyOf(ana))
    expect(await world.events('throughline.KnowledgeGapFound.v1')).toHaveLength(1)
    await world.as(vera).post(`${KNOWLEDGE}/articles/${article}/retirement`, { why: 'Wrong.' })
    await world.settled()
    await contact(ana, await journeyOf(ana))
    expect(await world.events('throughline.KnowledgeGapFound.v1')).toHaveLength(2)
    expect(await tasks(vera, '?of=nobody')).toMatchObject([{ id: gap?.id, contacts: 1 }])
  })

  it('finds no gap for a contact taken over from another system, nor for one without a thing', async () => {
    await contact(ana, await journeyOf(ana), { origin: 'archive' })
    await contact(ana, await journeyOf(ana), { item: undefined })
    expect(await world.events('throughline.KnowledgeGapFound.v1')).toEqual([])
  })

  it('lets an owner say that it was not the article, and asks no more about this version', async () => {
    const article = await publish()
    const failed = async () => {
      const journeyId = await journeyOf(ana)
      await read(ana, article, journeyId)
      await contact(ana, journeyId)
    }
    await failed()
    const [task] = await tasks(vera)
    const close = (body: object) => world.as(vera).post(`${KNOWLEDGE}/tasks/${task?.id ?? ''}/closing`, body)
    expect((await close({ how: 'not-the-article', note: '' })).status).toBe(400)
    expect((await close({ how: 'not-the-article', note: 'A recall.' })).status).toBe(200)
    expect((await close({ how: 'not-the-article', note: 'A recall.' })).status).toBe(200)
    expect(await close({ how: 'retired', note: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'task.closed' },
    })
    await failed()
    expect(await tasks(vera)).toEqual([])
    expect(await tasks(vera, '?state=closed')).toMatchObject([
      { how: 'not-the-article', note: 'A recall.', contacts: 2, closedBy: vera.actor },
    ])
  })

  it('retires the article with its task, if the owner says so', async () => {
    const article = await publish()
    const flag = await world.as(joel).post(`${KNOWLEDGE}/tasks`, { articleId: article, why: 'outdated' })
    expect(flag.status).toBe(201)
    expect(
      (await world.as(joel).post(`${KNOWLEDGE}/tasks`, { articleId: article, why: 'outdated' })).status,
    ).toBe(200)
    const path = flag.headers.location ?? ''
    const closing = { how: 'retired', note: 'No longer sold.' }
    const stale = await world.as(vera).post(`${path}/closing`, closing, { 'if-match': '"7"' })
    expect(stale.status).toBe(412)
    expect((await world.as(vera).post(`${path}/closing`, closing, { 'if-match': '"1"' })).status).toBe(200)
    await world.settled()
    expect((await world.as(ana).get(`${KNOWLEDGE}/articles/${article}`)).status).toBe(410)
    expect(await world.events('throughline.ArticleTaskClosed.v1')).toHaveLength(1)
    const late = await world.as(joel).post(`${KNOWLEDGE}/tasks`, { articleId: article, why: 'outdated' })
    expect(late).toMatchObject({ status: 409, body: { code: 'article.retired' } })
  })

  it('closes the task of an article that is retired elsewhere', async () => {
    const article = await publish()
    await world.as(joel).post(`${KNOWLEDGE}/tasks`, { articleId: article, why: 'duplicate' })
    await world.as(vera).post(`${KNOWLEDGE}/articles/${article}/retirement`, { why: 'Said twice.' })
    await world.settled()
    expect(await tasks(helena)).toEqual([])
    expect(await tasks(helena, '?state=closed')).toMatchObject([{ how: 'retired', note: 'Said twice.' }])
  })

  it('gives an owner the tasks of own articles only, and a supervisor all; a new owner takes them over', async () => {
    const article = await publish()
    const { body } = await world.as(joel).post(`${KNOWLEDGE}/tasks`, { articleId: article, why: 'outdated' })
    const path = `${KNOWLEDGE}/tasks/${(body as Task).id}`
    await world.settled()
    expect(await tasks(paul)).toEqual([])
    for (const all of [helena, rita]) expect(await tasks(all)).toHaveLength(1)
    expect(await world.as(paul).get(`${KNOWLEDGE}/tasks?of=everyone`)).toMatchObject({ status: 403 })
    const closing = { how: 'not-the-article', note: 'x' }
    for (const foreign of [path, `${KNOWLEDGE}/tasks/${article}`]) {
      expect(await world.as(paul).get(foreign)).toMatchObject({ status: 404, body: { code: 'task.unknown' } })
      expect((await world.as(paul).get(`${foreign}/readings`)).status).toBe(404)
      expect((await world.as(paul).post(`${foreign}/closing`, closing)).status).toBe(404)
    }
    for (const other of [ana, guest, joel]) expect((await world.as(other).get(path)).status).toBe(403)
    await world.as(helena).put(`${KNOWLEDGE}/articles/${article}/owner`, { ownerId: paul.id })
    await world.settled()
    expect(await tasks(paul)).toHaveLength(1)
    expect(await tasks(vera)).toEqual([])
    expect((await world.as(paul).get(path)).headers.etag).toBe('"1"')
    expect((await world.as(paul).post(`${path}/closing`, closing)).status).toBe(200)
  })

  it('finds within a minute what crossed an article on its way', async () => {
    const article = await publish()
    await revise(article, 'New.')
    // A flag of version 1 that was decided just before the revision and recorded just after it.
    const taskId = anId()
    await world.tell(
      'throughline.ArticleFlagged.v1',
      { taskId, articleId: article, version: 1, why: 'did-not-help' },
      { stream: 'knowledge-task', id: taskId },
    )
    await world.settled()
    expect(await tasks(helena)).toHaveLength(1)
    await world.pass(60_000)
    expect(await tasks(helena)).toEqual([])
    await world.pass(60_000)
    expect(await world.events('throughline.ArticleTaskClosed.v1')).toHaveLength(1)
  })
})
