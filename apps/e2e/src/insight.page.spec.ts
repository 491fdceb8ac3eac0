import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { knownHere, openPages } from './pages.stage.js'
import type { PagesStage } from './pages.stage.js'
import { everyLook } from './pictures.js'

const WIDTHS = [360, 768, 1280, 1440]
/** Contacts of each customer: enough for counts of everything, and for a rate over all. */
const ROUNDS = 3

describe('insight', () => {
  let stage: PagesStage
  let browser: Browser
  let ivo: BrowserPerson
  let helena: BrowserPerson
  /** Ivo signs in once; each test has a browser of its own that knows him. */
  let known: Awaited<ReturnType<BrowserPerson['context']['cookies']>> = []

  beforeAll(async () => {
    ;[stage, browser] = await Promise.all([openPages(), openBrowser()])
    helena = await newPerson(browser, { url: stage.url })
    await knownHere(stage, helena, 'helena@halden.example')
  })
  afterAll(async () => {
    await browser.close()
    await stage.stop()
  })
  beforeEach(async () => {
    ivo = await newPerson(browser, { url: stage.url, viewport: { width: 1440, height: 900 } })
    if (known.length === 0) await knownHere(stage, ivo, 'ivo@halden.example')
    else await ivo.context.addCookies(known)
  })
  afterEach(async () => {
    known = await ivo.context.cookies(`${stage.url}/api/v1/identity/sessions`)
    await ivo.context.close()
  })

  /** Every customer writes to us about what is not working. */
  const everybodyWrites = async (): Promise<number> => {
    for (const customer of stage.cast.customers) {
      const { body } = await customer.api.get<{
        readonly items: readonly { readonly kind: string; readonly title: string }[]
      }>('/api/v1/my-stuff/items?limit=100')
      const bought = body.items.find(({ kind }) => kind === 'purchase')
      if (bought === undefined) throw new Error(`${customer.email} has bought nothing`)
      for (let round = 0; round < ROUNDS; round++) {
        await stage.begin(customer, { channel: 'message', about: bought.title })
      }
    }
    await stage.settle()
    return ROUNDS * stage.cast.customers.length
  }

  const looks = (page: Page, name: string): Promise<void> =>
    everyLook(page, name, { widths: WIDTHS, whole: true, check: (look) => expectAccessible(page, look) })

  it('says that there is nothing to tell before anybody has contacted us (C38)', async () => {
    const { page } = ivo
    await page.goto('/desk/insight')
    await page.getByText('Nobody has contacted us in this time').first().waitFor()
    await page.getByText('Nothing was done yet').waitFor()
    await looks(page, 'insight-drivers-empty')
    await expectQuiet(ivo, { besides: [/insight\/metrics\/.*\/weeks/] })
  })

  describe('when many have asked', () => {
    let asked = 0
    beforeAll(async () => {
      asked = await everybodyWrites()
    })

    it('names the drivers, their usual path, and the journeys behind each number, by keyboard alone (C38, C49, C61, C67)', async () => {
      const { page } = ivo
      await page.goto('/desk/insight')
      const row = page.getByRole('row').filter({ has: page.getByRole('button', { name: /isn’t working/ }) })
      await row.waitFor()
      await page.getByText(`${String(asked)} contacts.`).waitFor()
      const pick = row.getByRole('button', { name: /isn’t working/ })
      await pick.focus()
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: /isn’t working/, pressed: true }).waitFor()
      await page.getByRole('list', { name: 'The usual path' }).getByText('Contacts us').waitFor()
      await looks(page, 'insight-drivers')
      // From the row to its number, and through it to the journeys.
      await pick.focus()
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'Journeys behind a number' }).waitFor()
      await page.getByText(`${String(asked)} counted`).waitFor()
      const replay = page.getByRole('link', { name: /^Replay the journey/ })
      expect(await replay.count()).toBe(asked)
      expect(await replay.first().getAttribute('href')).toMatch(/^\/desk\/replay\/[0-9a-f-]{36}$/)
      await looks(page, 'insight-journeys')
      await expectQuiet(ivo, { besides: [/insight\/metrics\/.*\/weeks/] })
    })

    it('keeps what is looked at in the address, and shows what was known then for ever (C61, C67)', async () => {
      const { page } = ivo
      await page.goto('/desk/insight')
      await page.getByText(`${String(asked)} contacts.`).waitFor()
      await page.getByRole('combobox', { name: 'Channel' }).selectOption('chat')
      await page.getByText('Nobody has contacted us in this time').first().waitFor()
      expect(new URL(page.url()).searchParams.get('channel')).toBe('chat')
      await page.getByRole('combobox', { name: 'Channel' }).selectOption('message')
      await page.getByText(`${String(asked)} contacts.`).waitFor()
      await page.getByRole('link', { name: 'Keep this view in the address' }).click()
      await page.getByRole('link', { name: 'Show the present' }).waitFor()
      expect(new URL(page.url()).searchParams.get('known')).toMatch(/^\d+$/)
      await stage.begin(stage.asCustomer('ana'), { channel: 'message' })
      await stage.settle()
      await page.reload()
      await page.getByText(`${String(asked)} contacts.`).waitFor()
      await page.getByRole('link', { name: 'Show the present' }).click()
      asked += 1
      await page.getByText(`${String(asked)} contacts.`).waitFor()
      await expectQuiet(ivo, { besides: [/insight\/metrics\/.*\/weeks/] })
    })

    it('follows a finding from its department to whether it helped, dated on every line (C38, C42)', async () => {
      const { page } = ivo
      await page.goto('/desk/insight')
      await page.getByRole('button', { name: 'Raise this finding' }).click()
      const form = page.getByRole('form', { name: 'Raise this finding' })
      await form.getByLabel('Department').fill('Product')
      await form.getByRole('button', { name: 'Raise to Product' }).click()
      await page.getByRole('link', { name: 'See the finding' }).click()
      await page.getByRole('heading', { level: 1, name: 'Findings' }).waitFor()
      await page.getByText(/Product acts by/).waitFor()
      await looks(page, 'insight-finding-assigned')
      await page.getByRole('button', { name: 'Note what was done' }).click()
      await page.getByRole('textbox', { name: 'What was done' }).fill('The sheet in the box is new.')
      await page.getByRole('button', { name: 'Note what was done' }).click()
      await page.getByText('Since', { exact: true }).waitFor()
      await page.getByText('Too few to tell').first().waitFor()
      // What was done stands on the lines of "Did what we changed work?", and in their tables.
      await page.getByRole('link', { name: 'Drivers' }).click()
      const lines = page.getByRole('region', { name: 'Did what we changed work?' })
      await lines.getByRole('img', { name: /The sheet in the box is new/ }).waitFor()
      await page
        .getByText(/The sheet in the box is new, \d/)
        .first()
        .waitFor()
      await looks(page, 'insight-changed')
      await lines
        .getByRole('button', { name: /As a table/ })
        .first()
        .click()
      await lines.getByRole('cell', { name: 'The sheet in the box is new.' }).waitFor()
      await page.getByRole('link', { name: 'See the finding' }).click()
      await page.getByRole('button', { name: 'Close', exact: true }).click()
      await page.getByRole('radio', { name: 'It did not help' }).check()
      await page.getByLabel('How one sees that').fill('As many ask as before.')
      await page.getByRole('button', { name: 'Close', exact: true }).click()
      await page
        .getByRole('list', { name: 'What happened to this finding' })
        .getByText('As many ask as before.')
        .waitFor()
      await page.getByText('0 findings are open.').waitFor()
      await page.getByRole('button', { name: 'Open again' }).waitFor()
      await expectQuiet(ivo, { besides: [/insight\/metrics\/.*\/weeks/] })
    })

    it.each([
      ['repeat', 'Repeat contacts', 'Online before contact'],
      ['feedback', 'Feedback and feeling', 'feedback'],
      ['articles', 'Articles that fail', 'article'],
      ['paths', 'Usual paths', 'Paths taken'],
      ['findings', 'Findings', 'Overdue'],
      ['feed', 'Feed for analysts', 'For programs'],
    ])(
      'shows %s in every look, to an analyst and to a supervisor (C29, C47, C49, C59, C62)',
      async (place, title, part) => {
        const { page } = ivo
        await page.goto(`/desk/insight/${place}`)
        await page.getByRole('heading', { level: 1, name: title }).waitFor()
        await page.getByText(new RegExp(part)).first().waitFor()
        await looks(page, `insight-${place}`)
        await expectQuiet(ivo)
        await helena.page.goto(`/desk/insight/${place}`)
        await helena.page.getByRole('heading', { level: 1, name: title }).waitFor()
        await helena.page.getByText(new RegExp(part)).first().waitFor()
        await expectQuiet(helena)
      },
    )

    it('goes on where a part does not load, and says so there', async () => {
      const { page } = ivo
      await page.route('**/insight/first-contact-resolution**', (route) =>
        route.fulfill({
          status: 422,
          contentType: 'application/problem+json',
          body: JSON.stringify({ status: 422, code: 'figure.broken', title: 'Broken.' }),
        }),
      )
      await page.goto('/desk/insight/repeat')
      const part = page.getByRole('region', { name: 'Resolved by one contact' })
      await part.getByText('Code figure.broken').waitFor()
      await page.getByRole('region', { name: 'Online before contact' }).getByText('Looked for help').waitFor()
      await looks(page, 'insight-part-failed')
      await page.unroute('**/insight/first-contact-resolution**')
      await part.getByRole('button', { name: 'Try again' }).click()
      await part.getByRole('table').waitFor()
      await expectQuiet(ivo, { besides: [/first-contact-resolution/] })
    })

    it('gives an analyst every event under pseudonyms, and a name to no one (C61, C67)', async () => {
      const { page } = ivo
      await page.goto('/desk/insight/feed')
      await page.getByRole('button', { name: 'Read all events' }).click()
      const download = page.waitForEvent('download')
      await page.getByRole('link', { name: /^Save/ }).click()
      const file = await readFile(await (await download).path(), 'utf8')
      const lines = file.trimEnd().split('\n')
      const types = lines.map((line) => (JSON.parse(line) as { readonly type: string }).type)
      expect(types.filter((type) => type === 'throughline.ContactRequested.v1')).toHaveLength(asked)
      expect(file).not.toContain('Ana Ferreira')
      await expectQuiet(ivo)
    })
  })
})
