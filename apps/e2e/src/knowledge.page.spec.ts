import type { Browser, Page } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { HOSTILE_TEXTS } from './hostile-texts.js'
import { knownHere, openPages } from './pages.stage.js'
import type { PagesStage } from './pages.stage.js'
import { everyLook } from './pictures.js'

interface Created {
  readonly id: string
}

describe('the knowledge desk', () => {
  let stage: PagesStage
  let browser: Browser
  let filter: string
  beforeAll(async () => {
    ;[stage, browser] = await Promise.all([openPages(), openBrowser()])
    const { body } = await stage.cast.helena.api.get<{
      readonly items: readonly (Created & { readonly title: string })[]
    }>('/api/v1/knowledge/articles?q=filter')
    filter = body.items.find(({ title }) => title.startsWith('Clean the filter'))?.id ?? ''
  })
  afterAll(async () => {
    await browser.close()
    await stage.stop()
  })

  const owner = async (): Promise<BrowserPerson> => {
    const person = await newPerson(browser, { url: stage.url, viewport: { width: 1440, height: 900 } })
    await knownHere(stage, person, 'helena@halden.example')
    return person
  }
  const body = (page: Page) => page.getByLabel('Text, as Markdown')
  const versionsOf = async (id: string) =>
    (
      await stage.cast.helena.api.get<{
        readonly items: readonly { readonly version: number; readonly why: string }[]
      }>(`/api/v1/knowledge/articles/${id}/versions`)
    ).body.items
  const at = (id: string): string => `/api/v1/knowledge/articles/${id}`
  /** Somebody else puts the next version in force. */
  const revise = async (id: string, changed: string, why: string): Promise<void> => {
    const { body: before } = await stage.cast.helena.api.get<Readonly<Record<string, unknown>>>(at(id))
    const { kind, title, summary, fits, language } = before
    await stage.cast.helena.api.put(at(id), { kind, title, summary, fits, language, body: changed, why })
    await stage.settle()
  }

  it('says so when there is nothing to do (C17)', async () => {
    const person = await owner()
    await person.page.goto('/desk/knowledge')
    await person.page.getByRole('heading', { name: 'Nothing to do' }).waitFor()
    await everyLook(person.page, 'knowledge-empty', {
      widths: [360, 1440],
      check: (look) => expectAccessible(person.page, look),
    })
    await expectQuiet(person)
    await person.context.close()
  })

  it('shows what is left to do, who still asked, and lets its owner write and publish the next version (C17)', async () => {
    const ana = stage.asCustomer('ana')
    await stage.ready('joel')
    const { body: journey } = await ana.api.post<Created>('/api/v1/journey/journeys', {
      entrance: 'need-help',
    })
    await stage.settle()
    const { body: reading } = await ana.api.post<Created>('/api/v1/knowledge/readings', {
      articleId: filter,
      journeyId: journey.id,
    })
    await ana.api.put(`/api/v1/knowledge/readings/${reading.id}/rating`, {
      helped: false,
      comment: 'I did all four steps twice.',
    })
    await stage.asAgent('mira').api.post('/api/v1/knowledge/tasks', { articleId: filter, why: 'outdated' })
    await stage.settle()

    const person = await owner()
    const { page } = person
    await page.goto('/desk/knowledge')
    await page.getByRole('link', { name: /Clean the filter when water stays/ }).click()
    await page.getByRole('heading', { name: 'Clean the filter when water stays' }).waitFor()
    await page.getByRole('row', { name: /live since/ }).waitFor()
    const publish = page.getByRole('button', { name: 'Publish version 2' })
    expect(await publish.isDisabled()).toBe(true)
    const before = await body(page).inputValue()
    await body(page).fill(`${before}\n\nWas the machine moved? The hose must rise in a loop.`)
    await page.getByText(/^Saved \d\d:\d\d$/).waitFor()
    // At the right it stands as the customer sees it.
    await page.getByText('Was the machine moved?', { exact: false }).nth(2).waitFor()
    await everyLook(page, 'knowledge-writing', {
      widths: [360, 768, 1440],
      whole: true,
      check: (look) => expectAccessible(page, look),
    })

    // The draft waits in this browser.
    await page.reload()
    await body(page).waitFor()
    expect(await body(page).inputValue()).toContain('The hose must rise in a loop.')
    await page.getByRole('radio', { name: 'Changes' }).check()
    expect(await page.getByRole('insertion').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('loop')]),
    )

    await publish.click()
    const dialog = page.getByRole('dialog', { name: 'Publish version 2' })
    await dialog.getByRole('button', { name: 'Publish' }).click()
    await dialog.getByText('Say what is better now.', { exact: false }).waitFor()
    await expectAccessible(page, 'publishing')
    await dialog.getByLabel('What is better now, in a sentence').fill('Says what to do after a move.')
    await dialog.getByRole('button', { name: 'Publish' }).click()
    await page.getByText(/^Version 2 is live since/).waitFor()
    await page.getByRole('row', { name: /^2\s*live since/ }).waitFor()
    expect(await versionsOf(filter)).toMatchObject([
      { version: 2, why: 'Says what to do after a move.' },
      { version: 1 },
    ])
    await page.getByText('versions 2 and 3 are compared', { exact: false }).waitFor()
    await expectQuiet(person)
    await person.context.close()
  })

  it('keeps the draft of one who was overtaken, and undoes nothing of who came first (C17)', async () => {
    const person = await owner()
    const { page } = person
    await page.goto(`/desk/knowledge/articles/${filter}`)
    await body(page).fill('Mine.')
    await page.getByRole('button', { name: 'Publish version 3' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('What is better now, in a sentence').fill('Shorter.')
    await revise(filter, 'Theirs.', 'Came first.')
    await dialog.getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('heading', { name: 'Version 3 was published meanwhile' }).waitFor()
    expect((await versionsOf(filter))[0]).toMatchObject({ version: 3, why: 'Came first.' })
    expect(await body(page).inputValue()).toBe('Mine.')
    expect(await page.getByRole('button', { name: 'Publish version 4' }).isDisabled()).toBe(true)
    await expectAccessible(page, 'overtaken')
    await page.getByRole('button', { name: 'Compare with version 3' }).click()
    await page.getByRole('radio', { name: 'Changes' }).check()
    await page.getByRole('deletion').filter({ hasText: 'Theirs' }).waitFor()
    await page.getByRole('button', { name: 'Throw the draft away' }).click()
    await page.getByRole('button', { name: 'Undo' }).click()
    expect(await body(page).inputValue()).toBe('Mine.')
    await page.getByRole('button', { name: 'Throw the draft away' }).click()
    expect(await body(page).inputValue()).toBe('Theirs.')
    await expectQuiet(person, { besides: [/412/] })
    await person.context.close()
  })

  it('closes a task that no article can do anything about, with the reason (C17)', async () => {
    const { body: task } = await stage
      .asAgent('mira')
      .api.post<Created>('/api/v1/knowledge/tasks', { articleId: filter, why: 'duplicate' })
    await stage.settle()
    const person = await owner()
    const { page } = person
    await page.goto(`/desk/knowledge/tasks/${task.id}`)
    await page.getByRole('button', { name: 'Not the article’s fault…' }).click()
    const close = page.getByRole('button', { name: 'Close the task' })
    await close.click()
    await page.getByText('Say what it was.').waitFor()
    await expectAccessible(page, 'not the article’s fault')
    await page.getByLabel('What was it then').fill('The fitter pushed it back against the wall.')
    await close.click()
    await page.getByRole('heading', { name: 'Nothing to do' }).waitFor()
    const { body: closed } = await stage.cast.helena.api.get(`/api/v1/knowledge/tasks/${task.id}`)
    expect(closed).toMatchObject({ state: 'closed', how: 'not-the-article' })
    await expectQuiet(person)
    await person.context.close()
  })

  it('writes a new article, finds it by /, and lists what is there twice (C17, C73)', async () => {
    const person = await owner()
    const { page } = person
    await page.goto('/desk/knowledge/articles/new?thing=purchase&reason=parts')
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('Give it a title. Write what there is to read.').waitFor()
    await page.getByLabel('Title').fill('Order a spare part')
    await page.getByLabel('In one sentence').fill('What you need and how long it takes.')
    const words = 'Look for the number under the door. Choose the part. It comes within three working days.'
    await body(page).fill(words)
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('heading', { name: 'Order a spare part' }).waitFor()
    await page.getByText('Nobody has read it yet.').waitFor()
    await stage.settle()
    const { body: offered } = await stage.cast.helena.api.get<{
      readonly guides: readonly { readonly title: string }[]
    }>('/api/v1/knowledge/suggestions?thing=purchase&reason=parts')
    expect(offered.guides).toMatchObject([{ title: 'Order a spare part' }])

    await stage.cast.helena.api.post('/api/v1/knowledge/articles', {
      kind: 'guide',
      title: 'Order a spare part',
      summary: 'What you need and how long it takes.',
      body: `${words} Really.`,
      fits: [{ things: ['purchase'], reasons: ['parts'], products: [] }],
      language: 'en',
    })
    await stage.settle()
    await page.goto('/desk/knowledge')
    await page.getByRole('link', { name: 'Find' }).waitFor()
    await page.keyboard.press('/')
    const find = page.getByRole('searchbox', { name: 'Find an article' })
    await find.waitFor()
    await page.keyboard.type('spare part')
    await page
      .getByRole('link', { name: /Order a spare part/ })
      .first()
      .waitFor()
    await page.getByRole('radio', { name: 'There twice' }).check()
    await page.getByText(/of 100 the same/).waitFor()
    await everyLook(page, 'knowledge-duplicates', {
      widths: [360, 1440],
      schemes: ['light'],
      check: (look) => expectAccessible(page, look),
    })
    await expectQuiet(person)
    await person.context.close()
  })

  it('retires an article, and its record stays (C17)', async () => {
    const person = await owner()
    const { page } = person
    const { body: made } = await stage.cast.helena.api.post<Created>('/api/v1/knowledge/articles', {
      kind: 'faq',
      title: 'Old news',
      summary: '',
      body: 'No longer true.',
      fits: [],
      language: 'en',
    })
    await stage.settle()
    await page.goto(`/desk/knowledge/articles/${made.id}`)
    await page.getByText('Take it away from its readers').click()
    await page.getByLabel('Why', { exact: true }).fill('No longer sold.')
    await page.getByRole('button', { name: 'Retire' }).click()
    await page.getByText('Its versions stay: No longer sold.', { exact: false }).waitFor()
    await page.getByText('Retired', { exact: true }).first().waitFor()
    await expectQuiet(person)
    await person.context.close()
  })

  it('says which part did not load, and the rest goes on (states)', async () => {
    const person = await owner()
    const { page } = person
    await page.route('**/api/v1/insight/articles**', (route) =>
      route.fulfill({
        status: 404,
        contentType: 'application/problem+json',
        body: JSON.stringify({ code: 'insight.away', title: 'Away.' }),
      }),
    )
    await page.goto(`/desk/knowledge/articles/${filter}`)
    await page.getByText('Code insight.away').first().waitFor()
    await body(page).waitFor()
    await expectAccessible(page, 'a part failed')
    await expectQuiet(person, { besides: [/404/] })
    await person.context.close()
  })

  it('shows every text as text (S14)', async () => {
    const texts = HOSTILE_TEXTS.map(({ text }) => text).filter((text) => !text.includes('\u0000'))
    const title = texts.find((text) => text.includes('onerror') && text.length < 150) ?? ''
    const { body: made } = await stage.cast.helena.api.post<Created>('/api/v1/knowledge/articles', {
      kind: 'guide',
      title,
      summary: title,
      body: texts.join('\n\n'),
      fits: [{ things: [], reasons: [], products: [title.slice(0, 60)] }],
      language: 'en',
    })
    await stage.settle()
    const person = await owner()
    const { page } = person
    await page.goto(`/desk/knowledge/articles/${made.id}`)
    await body(page).fill(`${await body(page).inputValue()}\n\nThat was all.`)
    await page.getByText('That was all.').nth(1).waitFor()
    await page.getByRole('radio', { name: 'Changes' }).check()
    await page.getByRole('insertion').first().waitFor()
    await expectQuiet(person)
    await person.context.close()
  })
})
