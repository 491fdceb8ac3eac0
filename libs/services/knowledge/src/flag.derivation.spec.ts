import { UuidIds } from '@throughline/platform'
import type { Derived, LogReader, RecordedEvent } from '@throughline/ports'
import { defect, readerOf } from '@throughline/ports/suites'
import { ana, ManualClock, rita, staffNamed, startWorld, tomas } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { PublishArticleBody } from './article.controller.js'
import { contentOf } from './article.js'
import { flagsAudit, isFlagged } from './flag.derivation.js'
import { knowledgeService } from './index.js'

const KNOWLEDGE = '/api/v1/knowledge'
const FLAGGED = 'throughline.ArticleFlagged.v1'
const vera = staffNamed('00000011-0000-7000-8000-000000000000', 'knowledge-owner')
const paul = staffNamed('00000012-0000-7000-8000-000000000000', 'knowledge-owner')
const example = contentOf(PublishArticleBody.example)
const journeyOf = (n: number) => `0190a0aa-0000-7000-8000-00000000010${String(n)}`
const contactOf = (n: number) => `0190a0aa-0000-7000-8000-00000000020${String(n)}`
const ids = new UuidIds(new ManualClock())

const as = (event: RecordedEvent, data: object): RecordedEvent => ({
  ...event,
  data: { ...(event.data as object), ...data },
})

describe('audit: why an article was flagged, decided again', () => {
  let world: World
  let article: string
  beforeAll(async () => {
    world = await startWorld([knowledgeService])
    const { body } = await world.as(vera).post(`${KNOWLEDGE}/articles`, example)
    article = (body as { id: string }).id
    await world.settled()
    await readAndAsk(1)
    await world
      .as(vera)
      .put(`${KNOWLEDGE}/articles/${article}`, { ...example, body: 'Anew.', why: 'Better.' })
    await world.settled()
    await readAndAsk(2)
    await readAndAsk(3)
    const [, task] = await tasks()
    await world
      .as(vera)
      .post(`${KNOWLEDGE}/tasks/${task ?? ''}/closing`, { how: 'not-the-article', note: 'A lost parcel.' })
    await world.settled()
    await world.as(rita).post(`${KNOWLEDGE}/tasks`, { articleId: article, why: 'outdated' })
    await world.settled()
  })
  afterAll(() => world.stop())

  /** Somebody reads the article in a journey, and asks all the same. */
  async function readAndAsk(n: number): Promise<void> {
    const caller = n === 2 ? tomas : ana
    const of = { journeyId: journeyOf(n), customerId: caller.id }
    const person = { id: caller.id, assurance: 'code' } as const
    await world.tell(
      'throughline.JourneyStarted.v1',
      { journeyId: of.journeyId, person, guest: false, entrance: 'need-help' },
      { stream: 'journey', id: of.journeyId, ...of },
    )
    await world.settled()
    await world.as(caller).post(`${KNOWLEDGE}/readings`, { articleId: article, journeyId: of.journeyId })
    await world.tell(
      'throughline.ContactRequested.v1',
      { contactId: contactOf(n), journeyId: of.journeyId, person, channel: 'chat', readings: [] },
      { stream: 'contact', id: contactOf(n), ...of },
    )
    await world.settled()
  }

  const tasks = async () => (await world.events(FLAGGED)).map(({ streamId }) => streamId)
  const audited = async (log: LogReader): Promise<readonly Derived[]> => {
    const audit = flagsAudit({ log, ids })
    const flags = (await log.readAll({ limit: 10_000 })).filter(isFlagged)
    return Promise.all(flags.map((flag) => audit.derive(flag)))
  }

  it('is the same for what readers met and for what a person said', async () => {
    const other = '0190a0aa-0000-7000-8000-000000000999'
    const altered = (event: RecordedEvent) =>
      defect('audit.article') && event.type === FLAGGED ? as(event, { articleId: other }) : event
    expect(await audited(readerOf(await world.events(), altered))).toEqual([
      { outcome: 'same' },
      { outcome: 'same' },
      { outcome: 'same' },
    ])
    expect((await world.events(FLAGGED)).map(({ data }) => data)).toMatchObject([
      { version: 1, why: 'did-not-help', ownerId: vera.id },
      { version: 2, why: 'did-not-help' },
      { version: 2, why: 'outdated' },
    ])
  })

  it.each<readonly [what: string, type: string, data: object, says: RegExp]>([
    ['of another version', FLAGGED, { version: 7 }, /nothing read before contact .* was this version/],
    ['to another owner', FLAGGED, { ownerId: paul.id }, /should have been flagged so/],
    [
      'of an article that nobody read',
      FLAGGED,
      { articleId: '0190a0aa-0000-7000-8000-000000000999' },
      /nothing read before/,
    ],
    [
      'after a contact that another system had',
      'throughline.ContactRequested.v1',
      { origin: 'old-desk' },
      /no contact that was requested here/,
    ],
    [
      'for a reading counted for another contact',
      'throughline.ArticleDidNotHelp.v1',
      { contactId: contactOf(9) },
      /nothing read before/,
    ],
    [
      'for a reading of which more was recorded than was said',
      'throughline.ArticleDidNotHelp.v1',
      { said: true },
      /counted so/,
    ],
  ])('is told where a flag was recorded %s', async (_, type, data, says) => {
    const [first] = await world.events(type)
    const log = readerOf(await world.events(), (event) => (event.id === first?.id ? as(event, data) : event))
    const [found] = await audited(log)
    expect(found).toMatchObject({ outcome: 'different', says: expect.stringMatching(says) as string })
  })

  it('is told where the version was no longer shown, or had been dealt with', async () => {
    const events = await world.events()
    const [first, second] = events.filter(isFlagged)
    const retired = events.find(({ type }) => type === 'throughline.ArticleRevised.v1')
    if (first === undefined || second === undefined || retired === undefined) throw new Error('not told')
    const early = { ...retired, position: first.position - 2.5, sequence: 1 }
    const before = [...events.filter((event) => event !== retired), early].sort(
      (a, b) => a.position - b.position,
    )
    expect((await audited(readerOf(before)))[0]).toMatchObject({
      says: expect.stringContaining('version 1 was not what was shown') as string,
    })
    const twice = { ...second, id: 'twice', position: second.position + 0.5, sequence: 1 }
    const log = [...events, twice].sort((a, b) => a.position - b.position)
    expect((await audited(readerOf(log)))[2]).toMatchObject({
      says: expect.stringContaining('the task was open already') as string,
    })
  })

  it('is what the owner is answered, and nobody else (POST …/derivation)', async () => {
    const [first, second] = await tasks()
    const path = `${KNOWLEDGE}/tasks/${second ?? ''}/derivation`
    expect(await world.as(vera).post(path)).toMatchObject({
      status: 200,
      body: {
        taskId: second,
        items: [
          { why: 'did-not-help', equal: true, differences: [] },
          { why: 'outdated', equal: true },
        ],
      },
    })
    expect(first).not.toBe(second)
    expect((await world.as(paul).post(path)).status).toBe(404)
    expect((await world.as(ana).post(path)).status).toBe(403)
  })
})
