import { ana, guest, joel, startWorld, staffNamed, tomas } from '@throughline/testing'
import type { World } from '@throughline/testing'
import type { Caller } from '@throughline/ports'
import { contentOf } from './article.js'
import { PublishArticleBody } from './article.controller.js'
import { knowledgeService } from './index.js'

const KNOWLEDGE = '/api/v1/knowledge'
const example = contentOf(PublishArticleBody.example)
const vera = staffNamed('00000011-0000-7000-8000-000000000000', 'knowledge-owner')
let journeys = 0

/** A journey about a purchase that has no power. */
async function journeyOf(world: World, caller: Caller, item: object = {}): Promise<string> {
  const journeyId = `0190a0aa-0000-7000-8000-${String(++journeys).padStart(12, '0')}`
  const where = { stream: 'journey', id: journeyId, journeyId, customerId: caller.id }
  const person = { id: caller.id, assurance: 'none' } as const
  await world.tell(
    'throughline.JourneyStarted.v1',
    { journeyId, person, guest: caller.kind === 'guest', entrance: 'need-help' },
    where,
  )
  const thing = { id: journeyId, kind: 'purchase', title: 'Dishwasher', ...item } as const
  await world.tell('throughline.ItemChosen.v1', { journeyId, item: thing }, where)
  const reason = { code: 'no-power', label: 'No power', detail: 'fuse', detailLabel: 'The fuse' }
  await world.tell('throughline.ReasonChosen.v1', { journeyId, reason }, where)
  await world.settled()
  return journeyId
}

async function publish(world: World, part: object = {}): Promise<string> {
  const { body } = await world.as(vera).post(`${KNOWLEDGE}/articles`, { ...example, ...part })
  await world.settled()
  return (body as { id: string }).id
}

async function open(world: World, caller: Caller, articleId: string, journeyId: string): Promise<string> {
  const { status, body } = await world.as(caller).post(`${KNOWLEDGE}/readings`, { articleId, journeyId })
  expect([200, 201]).toContain(status)
  await world.settled()
  return (body as { id: string }).id
}

interface Suggestions {
  readonly guides: readonly {
    readonly title: string
    readonly saidDidNotHelp: boolean
    readonly fits: boolean
  }[]
  readonly faq: readonly { readonly title: string }[]
  readonly community: readonly { readonly title: string }[]
}

async function suggestions(world: World, caller: Caller, query: string): Promise<Suggestions> {
  const { status, body } = await world.as(caller).get(`${KNOWLEDGE}/suggestions?${query}`)
  expect(status).toBe(200)
  return body as Suggestions
}

describe('reading an article', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([knowledgeService])
  })
  afterAll(() => world.stop())

  it('is recorded with version, thing, reason and journey, once however often it is opened', async () => {
    const articleId = await publish(world)
    const journeyId = await journeyOf(world, ana)
    const id = await open(world, ana, articleId, journeyId)
    expect(await open(world, ana, articleId, journeyId)).toBe(id)
    const viewed = (await world.events('throughline.ArticleViewed.v1')).filter((e) => e.streamId === id)
    expect(viewed).toMatchObject([
      {
        data: { readingId: id, articleId, version: 1, thing: 'purchase', reason: 'no-power' },
        journeyId,
        customerId: ana.id,
      },
    ])
  })

  it('is rated, rated otherwise, and left, for its owner to see', async () => {
    const articleId = await publish(world)
    const journeyId = await journeyOf(world, ana)
    const reading = `${KNOWLEDGE}/readings/${await open(world, ana, articleId, journeyId)}`
    const rate = (body: object) => world.as(ana).put(`${reading}/rating`, body)
    expect((await rate({ helped: true })).status).toBe(200)
    expect((await rate({ helped: false, comment: 'The tap was open.' })).status).toBe(200)
    expect((await rate({ helped: 'no' })).status).toBe(400)
    expect((await world.as(ana).post(`${reading}/leave`, { dwell: 41 })).status).toBe(200)
    await world.settled()
    const shown = { helped: false, comment: 'The tap was open.', dwell: 41, journeyId, version: 1 }
    expect((await world.as(ana).get(reading)).body).toMatchObject(shown)
    const list = await world.as(joel).get(`${KNOWLEDGE}/readings?journeyId=${journeyId}`)
    expect(list.body).toMatchObject({ items: [shown], next: null })
    const versions = await world.as(vera).get(`${KNOWLEDGE}/articles/${articleId}/versions`)
    expect(versions.body).toMatchObject({ items: [{ readings: 1, helped: 0, didNotHelp: 1, contacts: 0 }] })
  })

  it('of another person is as unknown as one that is not there', async () => {
    const articleId = await publish(world)
    const journeyId = await journeyOf(world, ana)
    const id = await open(world, ana, articleId, journeyId)
    const nowhere = '0190a0aa-0000-7000-8000-000000000fff'
    for (const journey of [journeyId, nowhere]) {
      const wish = await world.as(tomas).post(`${KNOWLEDGE}/readings`, { articleId, journeyId: journey })
      expect(wish).toMatchObject({ status: 404, body: { code: 'journey.unknown' } })
      expect((await world.as(tomas).get(`${KNOWLEDGE}/readings?journeyId=${journey}`)).status).toBe(404)
      expect((await world.as(tomas).get(`${KNOWLEDGE}/suggestions?journeyId=${journey}`)).status).toBe(404)
    }
    for (const reading of [id, nowhere]) {
      const path = `${KNOWLEDGE}/readings/${reading}`
      for (const answer of [
        await world.as(tomas).get(path),
        await world.as(tomas).put(`${path}/rating`, { helped: true }),
        await world.as(tomas).post(`${path}/leave`, { dwell: 1 }),
      ]) {
        expect(answer).toMatchObject({ status: 404, body: { code: 'reading.unknown' } })
      }
    }
    expect((await world.as(joel).post(`${KNOWLEDGE}/readings`, { articleId, journeyId })).status).toBe(403)
  })

  it('needs an article and a version that are there', async () => {
    const articleId = await publish(world)
    const journeyId = await journeyOf(world, ana)
    const wish = (body: object) =>
      world.as(ana).post(`${KNOWLEDGE}/readings`, { articleId, journeyId, ...body })
    expect(await wish({ articleId: journeyId })).toMatchObject({
      status: 404,
      body: { code: 'article.unknown' },
    })
    expect(await wish({ version: 2 })).toMatchObject({
      status: 422,
      body: { code: 'article.version-unknown' },
    })
    await world.as(vera).put(`${KNOWLEDGE}/articles/${articleId}`, {
      ...example,
      body: 'New.',
      why: '',
    })
    await world.settled()
    expect(await wish({ version: 1 })).toMatchObject({ status: 201, body: { version: 1 } })
    expect(await wish({})).toMatchObject({ status: 201, body: { version: 2 } })
    await world.as(vera).post(`${KNOWLEDGE}/articles/${articleId}/retirement`, { why: 'x' })
    await world.settled()
    expect(await wish({})).toMatchObject({ status: 410, body: { code: 'article.retired' } })
  })
})

describe('suggestions', () => {
  let world: World
  beforeEach(async () => {
    world = await startWorld([knowledgeService])
  })
  afterEach(() => world.stop())

  it('are guides, FAQ and community answers that fit the thing and the reason, closest first (C9)', async () => {
    const fits = (things: string[], reasons: string[], products: string[] = []) => ({
      fits: [{ things, reasons, products }],
    })
    await publish(world, { title: 'Power of purchases', ...fits(['purchase'], ['no-power']) })
    await publish(world, { title: 'The fuse', ...fits(['purchase'], ['fuse']) })
    await publish(world, { title: 'Your DW 60', ...fits(['purchase'], ['no-power'], ['DW 60']) })
    await publish(world, { title: 'Any FAQ', kind: 'faq', ...fits([], []) })
    await publish(world, { title: 'A neighbour says', kind: 'community', ...fits([], ['no-power']) })
    await publish(world, { title: 'Bookings', ...fits(['booking'], ['no-power']) })
    await publish(world, { title: 'Late', ...fits(['purchase'], ['late']) })
    const titles = (all: Suggestions) =>
      [all.guides, all.faq, all.community].map((group) => group.map(({ title }) => title))
    const expected = [['Your DW 60', 'The fuse', 'Power of purchases'], ['Any FAQ'], ['A neighbour says']]
    const asked = 'thing=purchase&reason=no-power&detail=fuse&product=dw%2060'
    expect(titles(await suggestions(world, ana, asked))).toEqual(expected)
    const journeyId = await journeyOf(world, guest, { product: 'DW 60' })
    expect(titles(await suggestions(world, guest, `journeyId=${journeyId}`))).toEqual(expected)
    expect(titles(await suggestions(world, joel, `journeyId=${journeyId}`))).toEqual(expected)
  })

  it('have the same shape with and without articles, so that Contact Us stays where it is (C10)', async () => {
    const journeyId = await journeyOf(world, ana)
    const asked = `journeyId=${journeyId}`
    expect(await suggestions(world, ana, asked)).toEqual({ guides: [], faq: [], community: [] })
    await publish(world)
    expect(Object.keys(await suggestions(world, ana, asked))).toEqual(['guides', 'faq', 'community'])
    expect(await world.events('throughline.ArticleViewed.v1')).toEqual([])
  })

  it('put last, and mark, what this customer said did not help, until there is a new version', async () => {
    const refused = await publish(world, { title: 'A first' })
    await publish(world, { title: 'B second' })
    const journeyId = await journeyOf(world, guest)
    const id = await open(world, guest, refused, journeyId)
    await world.as(guest).put(`${KNOWLEDGE}/readings/${id}/rating`, { helped: false })
    await world.settled()
    const asked = `journeyId=${journeyId}`
    const marked = [
      { title: 'B second', saidDidNotHelp: false },
      { title: 'A first', saidDidNotHelp: true },
    ]
    expect((await suggestions(world, guest, asked)).guides).toMatchObject(marked)
    expect((await suggestions(world, joel, asked)).guides).toMatchObject(marked)
    // The guest signs in: what was said goes along.
    const person = { id: ana.id, assurance: 'code' } as const
    const where = { stream: 'journey', id: journeyId, journeyId, customerId: ana.id }
    await world.tell('throughline.JourneyClaimed.v1', { journeyId, guestId: guest.id, person }, where)
    await world.settled()
    expect((await suggestions(world, ana, asked)).guides).toMatchObject(marked)
    expect((await world.as(ana).put(`${KNOWLEDGE}/readings/${id}/rating`, { helped: false })).status).toBe(
      200,
    )
    expect((await world.as(guest).get(`${KNOWLEDGE}/readings/${id}`)).status).toBe(404)
    await world.as(vera).put(`${KNOWLEDGE}/articles/${refused}`, {
      ...example,
      title: 'A first, new',
      why: '',
    })
    await world.settled()
    const after = await suggestions(world, ana, asked)
    expect(after.guides.every(({ saidDidNotHelp }) => !saidDidNotHelp)).toBe(true)
  })

  it('are found by words in every channel alike, what fits first (C73)', async () => {
    await publish(world, { title: 'Salt for the softener', body: 'Fill in salt.' })
    await publish(world, {
      title: 'Salt in the sea',
      body: 'A booking by the sea.',
      fits: [{ things: ['booking'], reasons: [], products: [] }],
    })
    const found = await suggestions(world, joel, 'q=sal')
    expect(found.guides).toHaveLength(2)
    expect((await suggestions(world, ana, 'q=sal')).guides).toEqual(found.guides)
    const journeyId = await journeyOf(world, ana)
    const narrowed = await suggestions(world, ana, `q=salt&journeyId=${journeyId}`)
    expect(narrowed.guides).toMatchObject([
      { title: 'Salt for the softener', fits: true },
      { title: 'Salt in the sea', fits: false },
    ])
    expect((await suggestions(world, ana, 'q=zzzz')).guides).toEqual([])
  })

  it('refuse a thing that is none', async () => {
    const wrong = await world.as(ana).get(`${KNOWLEDGE}/suggestions?thing=spaceship`)
    expect(wrong).toMatchObject({ status: 400, body: { field: 'thing' } })
    expect((await world.anyone().get(`${KNOWLEDGE}/suggestions`)).status).toBe(401)
  })
})

describe('searching the articles', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([knowledgeService])
  })
  afterAll(() => world.stop())

  const search = (caller: Caller, query: string) => world.as(caller).get(`${KNOWLEDGE}/search?${query}`)
  const titles = async (caller: Caller, query: string): Promise<readonly string[]> => {
    const { body } = await search(caller, query)
    return (body as { items: readonly { title: string }[] }).items.map(({ title }) => title)
  }

  it('finds by title, summary or body what is in force, with where the words stand (C4, C9)', async () => {
    const inTitle = await publish(world, {
      title: 'Clear the pump',
      summary: 'Ten minutes.',
      body: 'Open it.',
    })
    const inBody = await publish(world, {
      title: 'After moving house',
      kind: 'community',
      body: `${'It was a long day. '.repeat(12)}\n\n## Then\n\nThe **pump** did not draw. <script>x</script>`,
      fits: [{ things: ['quote'], reasons: [], products: ['Other 12'] }],
    })
    await publish(world, { title: 'Salt', summary: 'For soft water.', body: 'Fill it in.' })
    const gone = await publish(world, { title: 'The old pump' })
    await world.as(vera).post(`${KNOWLEDGE}/articles/${gone}/retirement`, { why: 'Nobody has it any more' })
    await world.settled()
    for (const caller of [ana, guest, joel, vera]) {
      expect(await search(caller, 'q=pump')).toMatchObject({
        status: 200,
        body: {
          items: [
            {
              id: inTitle,
              kind: 'guide',
              version: 1,
              title: 'Clear the pump',
              excerpt: 'Open it.',
              fits: true,
            },
            { id: inBody, kind: 'community', saidDidNotHelp: false, helped: 0, answered: 0 },
          ],
          next: null,
        },
      })
    }
    const { body } = await search(ana, 'q=pump')
    const [, second] = (body as { items: readonly { excerpt: string }[] }).items
    expect(second?.excerpt).toMatch(/^… .* Then The pump did not draw\. x$/)
    expect(await titles(ana, 'q=soft')).toEqual(['Salt'])
    expect(await titles(ana, 'q=pump&limit=1')).toEqual(['Clear the pump'])
    expect(await titles(ana, 'q=%20')).toEqual([])
    expect(await titles(ana, 'q=zzzz')).toEqual([])
  })

  it('puts last what she said did not help her', async () => {
    const articleId = await publish(world, { title: 'Hose hose hose' })
    await publish(world, { title: 'Cupboard', body: 'Behind it is the hose.' })
    const journeyId = await journeyOf(world, ana)
    const id = await open(world, ana, articleId, journeyId)
    expect(await titles(ana, 'q=hose')).toEqual(['Hose hose hose', 'Cupboard'])
    await world.as(ana).put(`${KNOWLEDGE}/readings/${id}/rating`, { helped: false })
    await world.settled()
    expect(await titles(ana, 'q=hose')).toEqual(['Cupboard', 'Hose hose hose'])
    expect(await titles(tomas, 'q=hose')).toEqual(['Hose hose hose', 'Cupboard'])
  })

  it('takes words and a number of articles, from whoever has a session', async () => {
    for (const [query, field] of [
      ['', 'q'],
      ['q=', 'q'],
      ['q=a&limit=51', 'limit'],
    ]) {
      expect(await search(ana, query ?? '')).toMatchObject({ status: 400, body: { field } })
    }
    expect((await world.anyone().get(`${KNOWLEDGE}/search?q=a`)).status).toBe(401)
  })
})
