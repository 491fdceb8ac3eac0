import type { Browser, Page } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { openPages, signIn } from './pages.stage.js'
import type { BegunContact, PagesStage } from './pages.stage.js'
import { everyLook } from './pictures.js'

interface Listed<Item> {
  readonly items: readonly Item[]
}

interface CaseTold {
  readonly id: string
  readonly subject: string
  readonly status: string
  readonly journeyId: string
  readonly next?: { readonly what: string }
}

describe('the agent finishes and passes on', () => {
  let stage: PagesStage
  let browser: Browser
  let joel: BrowserPerson
  let chat: BegunContact
  beforeAll(async () => {
    const pages = process.env.PAGES
    ;[stage, browser] = await Promise.all([openPages(pages === undefined ? {} : { pages }), openBrowser()])
    joel = await newPerson(browser, { url: stage.url, viewport: { width: 1440, height: 900 } })
    await joel.page.goto('/desk')
    await signIn(stage, joel.page, 'joel@halden.example')
    await joel.page.getByRole('navigation', { name: 'Workplace' }).waitFor()
  })
  afterAll(async () => {
    await browser.close()
    await stage.stop()
  })

  const talk = async (): Promise<Page> => {
    await stage.ready('joel')
    chat = await stage.begin(stage.asCustomer('ana'))
    await stage.take(stage.asAgent('joel'), chat.contactId)
    await joel.page.goto(`/desk/contacts/${chat.contactId}`)
    await joel.page.getByRole('button', { name: /Wrap up/ }).waitFor()
    return joel.page
  }
  const casesOfAna = async (): Promise<readonly CaseTold[]> => {
    const { body } = await stage.asCustomer('ana').api.get<Listed<CaseTold>>('/api/v1/case/cases')
    return body.items
  }

  it('names each missing field at the field and takes focus to the first (C66)', async () => {
    const page = await talk()
    await page.keyboard.press('w')
    const sheet = page.getByRole('region', { name: 'Wrap up' })
    await sheet.waitFor()
    expect(
      await page.getByRole('heading', { name: 'Wrap up' }).evaluate((at) => at === document.activeElement),
    ).toBe(true)
    await page.keyboard.press('Control+Enter')
    await sheet.getByText('This is missing.').first().waitFor()
    expect(await sheet.getByText('This is missing.').count()).toBeGreaterThanOrEqual(3)
    await page.waitForFunction(() => document.activeElement?.id === 'wrap-up.outcome')
    await expectAccessible(page, 'wrap-up with what is missing')
  })

  it('keeps the draft when the agent goes back to the conversation and when the page is loaded again', async () => {
    const { page } = joel
    await page.getByLabel('On its way').check()
    await page.getByLabel(/What happened/).fill('The pump does not draw. An engineer brings a new one.')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.getByRole('region', { name: 'Wrap up' }).waitFor({ state: 'detached' })
    await page.reload()
    await page.getByRole('button', { name: /Wrap up/ }).click()
    await page.getByText('Draft kept').first().waitFor()
    expect(await page.getByLabel('On its way').isChecked()).toBe(true)
    expect(await page.getByLabel(/What happened/).inputValue()).toContain('The pump does not draw')
  })

  it('shows beside the fields what the customer will see, and is finished by keyboard alone (C20, C37, C39, C59)', async () => {
    const { page } = joel
    const before = new Set((await casesOfAna()).map(({ id }) => id))
    await page.getByLabel('What really caused it?').fill('Installation sheet')
    await page.getByLabel('Same issue as before?').selectOption('new')
    await page.getByLabel('What is promised').fill('Confirm the engineer’s visit')
    await page.getByRole('button', { name: 'Tomorrow 12:00' }).press('Enter')
    const seen = page.getByRole('list', { name: 'What will stand in the case' })
    await seen.getByText('Confirm the engineer’s visit').waitFor()
    await seen.getByText('by tomorrow 12:00').waitFor()
    await everyLook(page, 'wrap-up', {
      widths: [360, 768, 1440],
      check: (look) => expectAccessible(page, look),
    })
    await page.getByLabel('What is promised').focus()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('region', { name: 'Wrap up' }).waitFor({ state: 'detached' })
    await stage.settle()
    const made = (await casesOfAna()).find(({ id }) => !before.has(id))
    expect(made).toMatchObject({
      status: 'open',
      journeyId: chat.journeyId,
      next: { what: 'Confirm the engineer’s visit' },
    })
    const { body } = await stage.asAgent('joel').api.get<{
      readonly state: string
      readonly summary: { readonly causes: readonly { readonly code: string }[] }
    }>(`/api/v1/contact/contacts/${chat.contactId}`)
    expect(body).toMatchObject({
      state: 'ended',
      summary: { outcome: 'promised', issue: 'new', causes: [{ code: 'installation-sheet' }] },
    })
    await expectQuiet(joel)
  })

  it('puts the same issue into the case it belongs to (C59)', async () => {
    const page = await talk()
    const [known] = await casesOfAna()
    await page.keyboard.press('w')
    await page.getByLabel('Solved', { exact: true }).check()
    await page.getByLabel(/What happened/).fill('The new pump runs.')
    await page.getByLabel('What really caused it?').click()
    await page.getByRole('option', { name: 'Not known yet' }).click()
    await page.getByLabel('Same issue as before?').selectOption(known?.id ?? '')
    await page.getByRole('button', { name: /Save and finish/ }).click()
    await page.getByRole('region', { name: 'Wrap up' }).waitFor({ state: 'detached' })
    await stage.settle()
    expect((await casesOfAna()).find(({ id }) => id === known?.id)?.status).toBe('resolved')
  })

  it('passes a conversation on along declared ways only, and not without saying why (C75)', async () => {
    const page = await talk()
    await page.keyboard.press('t')
    const sheet = page.getByRole('region', { name: /Pass on/ })
    await sheet.getByLabel(/Somebody else, chat/).waitFor()
    await sheet.getByLabel(/Ask a supervisor/).waitFor()
    // The policy declares no way from chat to message.
    expect(await sheet.getByLabel(/message/).count()).toBe(0)
    await expectAccessible(page, 'pass on')
    await everyLook(page, 'pass-on', { widths: [360, 1440] })
    await sheet.getByLabel(/Somebody else, chat/).check()
    await sheet.getByRole('button', { name: /^Pass on/ }).click()
    await sheet.getByText('This is missing.').waitFor()
    await sheet.getByLabel('Why?').fill('Needs somebody who knows pumps.')
    await sheet.getByRole('button', { name: /^Pass on/ }).click()
    await sheet.waitFor({ state: 'detached' })
    await stage.settle()
    const { body } = await stage
      .asAgent('joel')
      .api.get<{ readonly state: string }>(`/api/v1/routing/work/${chat.contactId}`)
    // With nobody, or offered to somebody else already.
    expect(['waiting', 'offered']).toContain(body.state)
  })

  it('finds names, actions and places in one field, and gives focus back', async () => {
    const { page } = joel
    await page.goto('/desk')
    await page.getByRole('navigation', { name: 'Workplace' }).waitFor()
    await page.getByText('do anything').first().waitFor()
    await page.keyboard.press('Control+k')
    const all = page.getByRole('dialog', { name: 'Do anything' })
    await all.waitFor()
    await page.keyboard.type('ana f')
    await all.getByRole('option', { name: /Ana Ferreira/ }).waitFor()
    await expectAccessible(page, 'do anything')
    await page.keyboard.press('Escape')
    await all.waitFor({ state: 'detached' })
    await page.keyboard.press('Control+k')
    await all.waitFor()
    await page.keyboard.type('cases and')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Cases and follow-ups' }).waitFor()
  })

  it('lists the keys, and lets each be changed or all be switched off', async () => {
    const { page } = joel
    await page.keyboard.press('?')
    const keys = page.getByRole('dialog', { name: 'Keys' })
    await keys.waitFor()
    await expectAccessible(page, 'keys')
    await keys.getByRole('button', { name: /Change the key for: This list/ }).click()
    await page.keyboard.press('h')
    await keys.getByRole('button', { name: 'Change the key for: This list, H' }).waitFor()
    await keys.getByRole('button', { name: 'Close' }).click()
    await keys.waitFor({ state: 'detached' })
    await page.keyboard.press('h')
    await keys.waitFor()
    await keys.getByRole('switch').uncheck()
    await page.keyboard.press('Escape')
    await keys.waitFor({ state: 'detached' })
    await page.keyboard.press('h')
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog', { name: 'Do anything' }).waitFor()
    expect(await keys.count()).toBe(0)
    await page.keyboard.press('Escape')
    await expectQuiet(joel)
  })
})
