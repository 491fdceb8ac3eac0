import { DAY, HOUR, MINUTE, SECOND, toInstant } from '@throughline/kernel'
import { helena, ivo, joel, rita, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { insightService } from './index.js'
import { ARTICLE, MONDAY, named } from './told.fixture.js'

const PATH = '/api/v1/insight'
/** 40 read version 1, 40 version 2, 12 version 3. */
const versionOf = (i: number): number => (i < 40 ? 1 : i < 80 ? 2 : 3)
const isHelped = (i: number): boolean => (i < 40 ? i % 4 !== 0 : i % 4 === 0)
const asksAgain = (i: number): boolean => (i < 40 ? i % 5 === 0 : i < 80 ? i % 5 !== 0 : true)

interface Version {
  readonly version: number
  readonly verdict: { readonly word: string } | null
}

describe('what became of each version of an article', () => {
  let world: World
  let head = 0
  beforeAll(async () => {
    world = await startWorld([insightService])
    world.clock.move(60 * DAY)
    for (let i = 0; i < 92; i += 1) await tellReader(i)
    await world.settled()
    head = await world.host.events.head()
  })
  afterAll(async () => {
    await world.stop()
  })

  async function tellReader(i: number): Promise<void> {
    const [journeyId, customerId, contactId] = [
      named('journey', i),
      named('customer', i),
      named('contact', i),
    ]
    const start = MONDAY + i * 6 * HOUR
    const where = (after: number, actor = `customer:${customerId}`) => ({
      ...{ stream: 'any', id: journeyId, journeyId, customerId, actor },
      occurredAt: toInstant(start + after),
    })
    const item = { id: named('item', i), kind: 'purchase', title: 'Dishwasher' } as const
    const reason = { code: 'water-leak', label: 'It leaks' }
    const person = { id: customerId, assurance: 'code' } as const
    const reading = {
      readingId: named('reading', i),
      articleId: ARTICLE,
      version: versionOf(i),
      title: 'Stop a leak',
      thing: 'purchase',
      reason: 'water-leak',
    } as const
    const started = { journeyId, person, guest: false, entrance: 'need-help' } as const
    await world.tell('throughline.JourneyStarted.v1', started, where(0))
    await world.tell('throughline.ItemChosen.v1', { journeyId, item }, where(SECOND))
    await world.tell('throughline.ReasonChosen.v1', { journeyId, reason }, where(2 * SECOND))
    await world.tell('throughline.ArticleViewed.v1', reading, where(3 * SECOND))
    await world.tell('throughline.ArticleLeft.v1', { ...reading, dwell: 60 }, where(MINUTE))
    // Some change their mind; what they said last counts.
    await world.tell(
      'throughline.ArticleRated.v1',
      { ...reading, helped: !isHelped(i) },
      where(MINUTE + SECOND),
    )
    const rated = { ...reading, helped: isHelped(i), ...(i === 41 && { comment: 'Where is the grey hose?' }) }
    await world.tell('throughline.ArticleRated.v1', rated, where(2 * MINUTE))
    if (!asksAgain(i)) return
    const of = { contactId, journeyId }
    const asked = { ...of, person, item, reason, channel: 'chat', readings: [] } as const
    await world.tell(
      'throughline.ContactRequested.v1',
      { ...asked, ...(i === 42 && { words: 'The fitter pushed it back.' }) },
      where(HOUR),
    )
    const said = { ...of, messageId: named('again', i), leg: 1, channel: 'chat', mode: 'written' } as const
    const words = { author: 'customer', text: `Still leaking ${String(i)}` } as const
    await world.tell('throughline.MessagePosted.v1', { ...said, ...words }, where(HOUR + MINUTE))
    const staff = `staff:${joel.id}`
    const ended = { ...of, by: 'agent', answeredBy: 'person', channel: 'chat' } as const
    await world.tell('throughline.ContactEnded.v1', ended, where(2 * HOUR, staff))
    const causes = i % 2 === 0 ? [{ code: 'hose-low', words: 'Hose loop low' }] : []
    const summary = { subject: 'A leak', words: 'Solved', causes, promised: [], articles: [] }
    await world.tell(
      'throughline.ContactSummarised.v1',
      { ...of, channel: 'chat', outcome: 'resolved', issue: 'new', ...summary },
      where(2 * HOUR + MINUTE, staff),
    )
    if (i !== 44) return
    const about = { kind: 'contact', id: contactId } as const
    const feedback = { feedbackId: named('feedback', i), customerId, about, followUp: false, version: 1 }
    await world.tell(
      'throughline.FeedbackGiven.v1',
      { ...feedback, feeling: 'frustrated', comment: 'I did all four steps twice.' },
      where(3 * HOUR),
    )
  }

  const read = async (path: string, caller = ivo) =>
    world.as(caller).get(`${PATH}/${path}`, { 'min-position': String(head) })

  it('C17: said to help and contact after reading stand side by side, each with its interval', async () => {
    const { body } = await read(`articles?article=${ARTICLE}`, helena)
    const items = (body as { items: readonly Version[] }).items.toSorted((a, b) => a.version - b.version)
    expect(items).toMatchObject([
      {
        version: 1,
        reads: 40,
        figure: { n: 40, k: 8, interval: { by: 'Beta-binomial' } },
        helped: { n: 40, k: 30, share: 0.75, interval: { by: 'Wilson' } },
        verdict: null,
        helpedVerdict: null,
      },
      {
        version: 2,
        reads: 40,
        figure: { n: 40, k: 32 },
        helped: { n: 40, k: 10, share: 0.25 },
        verdict: { word: 'Likely worse', against: 1, link: 'with', drift: 0 },
        helpedVerdict: { word: 'Likely worse', against: 1 },
      },
      {
        version: 3,
        reads: 12,
        figure: { n: 12, k: 12, shown: 'counts' },
        helped: { n: 12, k: 3 },
        verdict: { word: 'Too few to tell', against: 2, link: 'with' },
      },
    ])
    // Where no share is shown, no difference of shares gives it away.
    expect(Object.keys(items[2]?.verdict ?? {})).toEqual(['word', 'link', 'against'])
    const none = await read(`articles?article=${named('article', 9)}`)
    expect(none.body).toMatchObject({ items: [] })
  })

  it('C17: why people still asked: causes noted, and their own words with the journey of each', async () => {
    const { body, status } = await read(`articles/${ARTICLE}/asked?version=2&limit=50`, helena)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      version: 2,
      title: 'Stop a leak',
      contacts: { n: 32 },
      causes: [
        { code: 'hose-low', words: 'Hose loop low', contacts: 16 },
        { code: 'none', words: null, contacts: 16 },
      ],
    })
    const { words } = body as { words: readonly { text: string; from: string; journeyId: string }[] }
    expect(words).toHaveLength(34)
    const by = (i: number) => words.filter(({ journeyId }) => journeyId === named('journey', i))
    expect(by(41)).toMatchObject([
      { text: 'Still leaking 41', from: 'chat' },
      { text: 'Where is the grey hose?', from: 'article' },
    ])
    expect(by(42)).toMatchObject([{ text: 'The fitter pushed it back.', from: 'chat' }])
    expect(by(44)).toMatchObject([
      { text: 'I did all four steps twice.', from: 'feedback', feeling: 'frustrated' },
      { text: 'Still leaking 44' },
    ])
    expect(JSON.stringify(body)).not.toContain(named('customer', 41))
    const few = (await read(`articles/${ARTICLE}/asked?limit=3`)).body as { words: unknown[] }
    expect(few.words).toHaveLength(3)
  })

  it('keeps readers’ words from who does not work on articles, and knows no article that nobody read', async () => {
    expect((await read(`articles/${ARTICLE}/asked`, rita)).status).toBe(403)
    expect((await read(`articles/${ARTICLE}/asked`, joel)).status).toBe(403)
    expect(await read(`articles/${named('article', 9)}/asked`)).toMatchObject({
      status: 404,
      body: { code: 'article.unknown' },
    })
  })
})
