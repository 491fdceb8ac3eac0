import type { Browser, Page } from 'playwright-core'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { HOSTILE_TEXTS } from './hostile-texts.js'
import { knownHere, openPages } from './pages.stage.js'
import type { PagesStage } from './pages.stage.js'
import { still } from './pictures.js'

interface Listed<Item> {
  readonly items: readonly Item[]
}
interface Made {
  readonly id: string
}

/** Figures of so few people that they are kept from everybody: the server says no, and the page says too few. */
const HIDDEN = /403 \(Forbidden\) .*\/api\/v1\/insight\/metrics\//

/** Many texts in one, as far as they fit. */
function bunches(most: number): readonly string[] {
  const all: string[] = []
  for (const { text } of HOSTILE_TEXTS) {
    const last = all.at(-1)
    if (last !== undefined && last.length + text.length + 2 <= most)
      all[all.length - 1] = `${last}\n\n${text}`
    else all.push(text.slice(0, most))
  }
  return all
}

// Every text that people, and the systems they use, can put into a page; read by everybody who would read it.
describe('texts made to run as code, wherever people can put them (S14)', () => {
  let stage: PagesStage
  let browser: Browser
  const people = new Map<string, BrowserPerson>()
  let contactId = ''
  let journeyId = ''
  let caseId = ''
  let itemId = ''

  beforeAll(async () => {
    ;[stage, browser] = await Promise.all([openPages(), openBrowser()])
    for (const name of ['ana', 'joel', 'helena', 'ivo']) {
      const person = await newPerson(browser, { url: stage.url, viewport: { width: 1440, height: 900 } })
      await knownHere(stage, person, name === 'ana' ? 'ana@example.org' : `${name}@halden.example`)
      people.set(name, person)
    }
    await plant()
  }, 120_000)

  afterAll(async () => {
    await browser.close()
    await stage.stop()
  })

  /** Puts them into every field of every role, by the API: the pages refuse nothing that the API takes. */
  async function plant(): Promise<void> {
    const ana = stage.asCustomer('ana').api
    const joel = stage.asAgent('joel').api
    const helena = stage.asAgent('helena').api
    const nameOf = (step: number, most: number): string => bunches(most)[step] ?? HOSTILE_TEXTS[0]?.text ?? ''
    await ana.patch('/api/v1/identity/me', { name: nameOf(0, 190) })
    await stage.operator.put('/api/v1/identity/customers/by-external-id/shop/6660', {
      name: nameOf(1, 190),
      email: 'evil@example.org',
    })
    for (const [index, title] of bunches(180).slice(0, 6).entries()) {
      await stage.operator.post('/api/v1/my-stuff/items', {
        kind: ['purchase', 'quote', 'enquiry', 'booking', 'marketing', 'correspondence'][index],
        source: 'shop',
        reference: `HX-${String(index)}`,
        title,
        state: nameOf(index, 60),
        date: '2026-01-01T00:00:00.000Z',
        customer: { source: 'shop', externalId: '4700' },
      })
    }
    await helena.post('/api/v1/knowledge/articles', {
      kind: 'guide',
      title: nameOf(2, 150),
      summary: nameOf(3, 250),
      body: HOSTILE_TEXTS.map(({ text }) => text).join('\n\n'),
      fits: [{ things: ['purchase'], reasons: ['not-working', 'water-stays'], products: [] }],
      language: 'en',
      ownerId: stage.asAgent('helena').id,
    })
    await stage.settle()
    const { body: things } = await ana.get<Listed<Made & { readonly title: string }>>(
      '/api/v1/my-stuff/items?limit=100',
    )
    itemId = things.items.find(({ title }) => title.includes('dishwasher'))?.id ?? ''
    const begun = await stage.begin(stage.asCustomer('ana'), {
      channel: 'message',
      says: bunches(4_000)[0] ?? '',
    })
    contactId = begun.contactId
    journeyId = begun.journeyId
    await ana.post(`/api/v1/journey/journeys/${journeyId}/facts`, {
      name: 'address',
      label: nameOf(0, 50),
      value: nameOf(0, 400),
    })
    await stage.take(stage.asAgent('joel'), contactId)
    for (const [index, text] of bunches(3_000).entries()) {
      const speaker = index % 2 === 0 ? ana : joel
      await speaker.post(`/api/v1/contact/contacts/${contactId}/messages`, { text })
    }
    await joel.post(`/api/v1/contact/contacts/${contactId}/messages`, {
      text: nameOf(0, 1_000),
      choices: bunches(95).slice(0, 5),
    })
    await joel.post(`/api/v1/contact/contacts/${contactId}/notes`, { text: nameOf(0, 1_500) })
    await stage.settle()
  }

  async function end(): Promise<void> {
    const words = bunches(900)
    await stage.asAgent('joel').api.put(`/api/v1/contact/contacts/${contactId}/summary`, {
      outcome: 'promised',
      issue: 'new',
      subject: bunches(180)[4] ?? 'x',
      words: words[0] ?? 'x',
      causes: [{ code: 'evil', words: bunches(150)[5] ?? 'x', department: 'engineering' }],
      promised: [{ what: bunches(150)[6] ?? 'x', by: new Date(Date.now() + 86_400_000).toISOString() }],
      articles: [],
    })
    await stage.settle()
    const ana = stage.asCustomer('ana').api
    const { body } = await ana.get<Listed<Made>>('/api/v1/case/cases')
    caseId = body.items[0]?.id ?? ''
    await ana.post('/api/v1/feedback/feedback', {
      about: { kind: 'case', id: caseId },
      outcome: 'not-at-all',
      feeling: 'upset',
      comment: words[1] ?? 'x',
      followUp: true,
    })
    await stage.settle()
  }

  /** Opens a page and everything on it that opens, and lets it come to rest. */
  async function read(name: string, path: string): Promise<Page> {
    const person = people.get(name)
    if (person === undefined) throw new Error(`nobody is called ${name}`)
    const { page } = person
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    for (const closed of await page.locator('main [aria-expanded="false"]:visible').all()) {
      await closed.click({ timeout: 2_000 }).catch(() => undefined)
    }
    await still(page)
    return page
  }

  const quiet = async (): Promise<void> => {
    for (const person of people.values()) await expectQuiet(person, { besides: [HIDDEN] })
  }

  it.each([
    ['Need Help', () => '/'],
    ['a search for one of them', () => `/?q=${encodeURIComponent(HOSTILE_TEXTS[0]?.text ?? '')}`],
    ['a thing with a hostile guide', () => `/things/${itemId}?reason=not-working&detail=water-stays`],
    ['the conversation', () => `/contacts/${contactId}`],
    ['the channels', () => `/journeys/${journeyId}/contact`],
  ])('are only texts to the customer: %s', async (_where, path) => {
    await read('ana', path())
    await quiet()
  })

  it('are only texts at the desk, in the list, the thread, the notes and what is known', async () => {
    const page = await read('joel', `/desk/contacts/${contactId}`)
    expect(await page.getByRole('log').innerText()).toContain('onerror')
    await quiet()
  })

  it('are only texts in the case, its feedback and the work list', async () => {
    await end()
    await read('ana', `/cases/${caseId}`)
    await read('ana', `/contacts/${contactId}`)
    await read('ana', '/')
    await read('joel', '/desk/work')
    await read('joel', `/desk/work/cases/${caseId}`)
    await quiet()
  })

  it.each(['/desk/board', '/desk/policy', '/desk/knowledge', '/desk/insight', '/desk/work', '/desk/replay'])(
    'are only texts to the supervisor: %s',
    async (path) => {
      await read('helena', path)
      await quiet()
    },
  )

  it('are only texts to the analyst, in the drivers and at every moment of the journey', async () => {
    for (const path of [
      '/desk/insight',
      '/desk/insight/feedback',
      '/desk/insight/articles',
      '/desk/insight/paths',
    ])
      await read('ivo', path)
    const page = await read('ivo', `/desk/replay/${journeyId}`)
    const slider = page.getByRole('slider')
    await slider.focus()
    await page.keyboard.press('Home')
    const moments =
      Number(await slider.getAttribute('aria-valuemax')) - Number(await slider.getAttribute('aria-valuemin'))
    for (let moment = 0; moment < moments; moment++) {
      await page.keyboard.press('ArrowRight')
      await still(page)
    }
    await quiet()
  })
})
