import { ana, archive, guest, helena, ivo, joel, rita, staffNamed, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { contentOf } from './article.js'
import { PublishArticleBody } from './article.controller.js'
import { knowledgeService } from './index.js'

const ARTICLES = '/api/v1/knowledge/articles'
const example = contentOf(PublishArticleBody.example)
const vera = staffNamed('00000011-0000-7000-8000-000000000000', 'knowledge-owner')

describe('the editor', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([knowledgeService])
  })
  afterAll(() => world.stop())

  const publish = async (part: object = {}): Promise<string> => {
    const { status, body } = await world.as(vera).post(ARTICLES, { ...example, ...part })
    expect(status).toBe(201)
    await world.settled()
    return (body as { id: string }).id
  }

  it('publishes an article, which its readers get as the Markdown that was written', async () => {
    const body = '<b>Tap</b> & *door*\n\n- one\n'
    const id = await publish({ body })
    for (const reader of [ana, guest, joel]) {
      const read = await world.as(reader).get(`${ARTICLES}/${id}`)
      expect(read).toMatchObject({
        status: 200,
        body: { id, version: 1, body, ownerId: vera.id, answered: 0, state: 'live' },
      })
      expect(read.headers.etag).toBe('"1"')
    }
  })

  it('answers the same key with the same article', async () => {
    const wish = () =>
      world.as(archive).post(ARTICLES, example, { 'idempotency-key': 'faq-17-of-the-archive' })
    const [first, second] = [await wish(), await wish()]
    expect(first.status).toBe(201)
    expect(first.headers.location).toBe(`${ARTICLES}/${(first.body as { id: string }).id}`)
    expect(second.body).toEqual(first.body)
    expect(second.headers['idempotency-replayed']).toBe('true')
  })

  it('names the field that is wrong', async () => {
    const wrong = await world.as(vera).post(ARTICLES, { ...example, kind: 'novel' })
    expect(wrong).toMatchObject({ status: 400, body: { code: 'request.invalid', field: 'kind' } })
    const html = await world.as(vera).post(ARTICLES, { ...example, html: '<p>' })
    expect(html).toMatchObject({ status: 400, body: { field: 'html' } })
  })

  it('lets nobody else publish, revise or retire', async () => {
    const id = await publish()
    for (const other of [ana, guest, joel, ivo]) {
      expect((await world.as(other).post(ARTICLES, example)).status).toBe(403)
      expect((await world.as(other).put(`${ARTICLES}/${id}`, {})).status).toBe(403)
      expect((await world.as(other).post(`${ARTICLES}/${id}/retirement`, { why: 'x' })).status).toBe(403)
      if (other.kind !== 'staff') expect((await world.as(other).get(ARTICLES)).status).toBe(403)
    }
    expect((await world.anyone().get(`${ARTICLES}/${id}`)).status).toBe(401)
  })

  it('revises an article as it was read, keeping every version (C17)', async () => {
    const id = await publish()
    const revised = { ...example, body: 'Is the tap open?', why: 'Too long.' }
    const put = (version: string) => world.as(rita).put(`${ARTICLES}/${id}`, revised, { 'if-match': version })
    expect(await put('"1"')).toMatchObject({ status: 200, body: { version: 2 } })
    const stale = await world
      .as(rita)
      .put(`${ARTICLES}/${id}`, { ...revised, body: 'Other' }, { 'if-match': '"1"' })
    expect(stale).toMatchObject({ status: 412, body: { code: 'version.changed' } })
    await world.settled()
    const versions = await world.as(vera).get(`${ARTICLES}/${id}/versions`)
    const none = { readings: 0, helped: 0, didNotHelp: 0, contacts: 0 }
    expect(versions.body).toMatchObject({
      items: [
        { version: 2, why: 'Too long.', by: rita.actor, ...none },
        { version: 1, why: '', by: vera.actor, ...none },
      ],
    })
    const old = await world.as(joel).get(`${ARTICLES}/${id}/versions/1`)
    expect(old.body).toMatchObject({ version: 1, body: example.body })
    expect(await world.as(joel).get(`${ARTICLES}/${id}/versions/3`)).toMatchObject({
      status: 404,
      body: { code: 'article.version-unknown' },
    })
  })

  it('retires an article: gone for readers, kept for the team, closed to changes', async () => {
    const id = await publish()
    const retire = () => world.as(vera).post(`${ARTICLES}/${id}/retirement`, { why: 'No longer sold.' })
    expect((await retire()).status).toBe(200)
    expect((await retire()).status).toBe(200)
    await world.settled()
    expect(await world.as(ana).get(`${ARTICLES}/${id}`)).toMatchObject({
      status: 410,
      body: { code: 'article.retired' },
    })
    expect((await world.as(joel).get(`${ARTICLES}/${id}`)).body).toMatchObject({ state: 'retired' })
    const late = await world.as(vera).put(`${ARTICLES}/${id}`, { ...example, why: '' })
    expect(late).toMatchObject({ status: 409, body: { code: 'article.retired' } })
    expect(
      (await world.events('throughline.ArticleRetired.v1')).filter((e) => e.streamId === id),
    ).toHaveLength(1)
  })

  it('does not know an article that is not there', async () => {
    const nowhere = `${ARTICLES}/0190a0aa-0000-7000-8000-000000000fff`
    for (const answer of [
      await world.as(ana).get(nowhere),
      await world.as(vera).get(`${nowhere}/versions`),
      await world.as(vera).post(`${nowhere}/retirement`, { why: 'x' }),
      await world.as(vera).put(`${nowhere}/owner`, { ownerId: vera.id }),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'article.unknown' } })
    }
    expect((await world.as(ana).get(`${ARTICLES}/no-id`)).status).toBe(400)
  })

  it('lists by kind, state and owner, page by page, and finds by misspelt words', async () => {
    const owner = '00000012-0000-7000-8000-000000000000'
    for (const title of ['Ärger mit Zebrastreifen', 'Broken zip', 'Cold zoo'])
      await publish({ title, kind: 'community', ownerId: owner })
    const seen: string[] = []
    for (let after: string | null = ''; after !== null;) {
      const cursor: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`
      const { body } = await world
        .as(joel)
        .get(`${ARTICLES}?kind=community&state=live&owner=${owner}&limit=2${cursor}`)
      const page = body as { items: readonly { title: string; body?: string }[]; next: string | null }
      seen.push(...page.items.map(({ title }) => title))
      expect(page.items.every((item) => item.body === undefined)).toBe(true)
      after = page.next
    }
    expect(seen).toEqual(['Ärger mit Zebrastreifen', 'Broken zip', 'Cold zoo'])
    const found = await world.as(joel).get(`${ARTICLES}?q=zebrastrefen`)
    expect(found.body).toMatchObject({ items: [{ title: 'Ärger mit Zebrastreifen' }], next: null })
    const first = await world.as(joel).get(`${ARTICLES}?q=broken%20cold&limit=1&owner=${owner}`)
    const { items, next } = first.body as { items: readonly { title: string }[]; next: string }
    const second = await world
      .as(joel)
      .get(`${ARTICLES}?q=broken%20cold&limit=1&owner=${owner}&after=${next}`)
    const rest = second.body as { items: readonly { title: string }[]; next: string | null }
    expect([...items, ...rest.items].map(({ title }) => title).sort()).toEqual(['Broken zip', 'Cold zoo'])
    expect(rest.next).toBeNull()
    expect((await world.as(joel).get(`${ARTICLES}?limit=none`)).status).toBe(400)
  })

  it('finds articles that say the same, so that there is one for every channel (C73)', async () => {
    const text =
      'Turn the valve under the sink, wait a minute, then press start and hold it for three seconds.'
    const a = await publish({ title: 'Valve', body: text })
    const b = await publish({ title: 'Valve', body: `${text} Done.`, kind: 'faq' })
    const duplicates = async () => {
      const { body } = await world.as(helena).get('/api/v1/knowledge/duplicates')
      const { items } = body as { items: readonly { a: { id: string }; b: { id: string } }[] }
      return items.map((pair) => [pair.a.id, pair.b.id].sort())
    }
    expect(await duplicates()).toContainEqual([a, b].sort())
    await world.as(vera).post(`${ARTICLES}/${b}/retirement`, { why: 'Said twice.' })
    await world.settled()
    expect(await duplicates()).not.toContainEqual([a, b].sort())
    expect((await world.as(joel).get('/api/v1/knowledge/duplicates')).status).toBe(403)
  })
})
