import { DAY, toInstant } from '@throughline/kernel'
import type { Browser } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { openPages, signIn } from './pages.stage.js'
import type { PagesStage } from './pages.stage.js'
import { everyLook } from './pictures.js'

interface CaseTold {
  readonly id: string
  readonly status: string
  readonly staffId?: string
}

describe('the work list', () => {
  let stage: PagesStage
  let browser: Browser
  let joel: BrowserPerson
  const signedIn = async (name: string): Promise<BrowserPerson> => {
    const person = await newPerson(browser, { url: stage.url, viewport: { width: 1440, height: 900 } })
    await person.page.goto('/desk/work')
    await signIn(stage, person.page, `${name}@halden.example`)
    await person.page.getByRole('heading', { name: 'Cases and follow-ups' }).waitFor()
    return person
  }
  /** Joel promised Ana something: the case that came of it. */
  const promised = async (what: string, by = Date.now() + DAY): Promise<CaseTold> => {
    const [customer, agent] = [stage.asCustomer('ana'), stage.asAgent('joel')]
    await stage.ready('joel')
    const { contactId, journeyId } = await stage.begin(customer)
    await stage.take(agent, contactId)
    await agent.api.put(`/api/v1/contact/contacts/${contactId}/summary`, {
      outcome: 'promised',
      issue: 'new',
      subject: `Dishwasher: ${what}`,
      words: 'We look into it.',
      causes: [],
      promised: [{ what, by: toInstant(by) }],
      articles: [],
    })
    await stage.settle()
    const { body } = await customer.api.get<{
      readonly items: readonly (CaseTold & { readonly journeyId: string })[]
    }>('/api/v1/case/cases')
    const found = body.items.find((each) => each.journeyId === journeyId)
    if (found === undefined) throw new Error('no case was made')
    return found
  }
  const told = async (id: string): Promise<CaseTold> =>
    (await stage.asAgent('joel').api.get<CaseTold>(`/api/v1/case/cases/${id}`)).body

  beforeAll(async () => {
    const pages = process.env.PAGES
    ;[stage, browser] = await Promise.all([openPages(pages === undefined ? {} : { pages }), openBrowser()])
    joel = await signedIn('joel')
  })
  afterAll(async () => {
    await browser.close()
    await stage.stop()
  })

  it('says what comes here where nothing waits', async () => {
    const { page } = joel
    await page.goto('/desk/work?view=unassigned')
    await page.getByRole('heading', { name: 'Everything has somebody' }).waitFor()
    await everyLook(page, 'work-empty', {
      widths: [360, 1440],
      check: (look) => expectAccessible(page, look),
    })
  })

  it('shows an agent what was promised, and by its address the same view again (C21)', async () => {
    await promised('Confirm the visit')
    const { page } = joel
    await page.goto('/desk/work')
    await page.getByRole('link', { name: 'All open' }).click()
    await page.getByRole('row', { name: /Confirm the visit/ }).waitFor()
    expect(new URL(page.url()).search).toBe('?view=all')
    await page.reload()
    await page.getByRole('row', { name: /Confirm the visit/ }).waitFor()
    await everyLook(page, 'work', { widths: [360, 768, 1440], check: (look) => expectAccessible(page, look) })
  })

  it('opens a case in the layout of a conversation, by keyboard, and keeps what was promised (C21)', async () => {
    const kept = await promised('Send the wiring sheet')
    const { page } = joel
    await page.goto('/desk/work?view=mine')
    await page
      .getByRole('row', { name: /Send the wiring sheet/ })
      .getByRole('link')
      .press('Enter')
    await page.getByRole('heading', { name: 'Dishwasher: Send the wiring sheet' }).waitFor()
    expect(page.url()).toContain(`/desk/work/cases/${kept.id}`)
    await everyLook(page, 'work-case', {
      widths: [360, 768, 1440],
      check: (look) => expectAccessible(page, look),
    })
    await page.getByRole('button', { name: 'Kept: Send the wiring sheet' }).click()
    await page.getByText('Send the wiring sheet, promised by', { exact: false }).waitFor()
  })

  it('writes news the customer sees and notes she does not, each with its own draft', async () => {
    const { page } = joel
    await page.getByLabel('News for Ana').fill('The sheet is in the post.')
    await page.getByRole('button', { name: 'Note to team' }).click()
    expect(await page.getByRole('textbox', { name: 'Note to team' }).inputValue()).toBe('')
    await page.getByRole('textbox', { name: 'Note to team' }).fill('Third one this week.')
    await page.getByRole('button', { name: /Add note/ }).click()
    await page.getByText('You, only the team sees this').waitFor()
    await page.getByRole('button', { name: 'News for Ana' }).click()
    await page.getByRole('button', { name: /^Send/ }).click()
    await page.getByText('You to Ana').waitFor()
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const { body } = await stage.asCustomer('ana').api.get<unknown>(`/api/v1/case/cases/${id}`)
    expect(JSON.stringify(body)).toContain('The sheet is in the post.')
    expect(JSON.stringify(body)).not.toContain('Third one this week.')
  })

  it('plans a follow-up, and closes it with words', async () => {
    const { page } = joel
    await page.getByRole('button', { name: 'Plan a follow-up' }).click()
    await page.getByLabel('What is to be done').fill('Ask whether it arrived')
    await page.getByRole('button', { name: 'Tomorrow 12:00' }).click()
    await page.getByRole('button', { name: 'Plan it' }).click()
    await page.getByRole('button', { name: 'Done: Ask whether it arrived' }).click()
    await page.getByRole('button', { name: 'Note it as done' }).click()
    await page.getByText('This is missing.').waitFor()
    await page.getByLabel(/How did it go/).fill('It did, all is well.')
    await page.getByRole('button', { name: 'Note it as done' }).click()
    await page.getByText('It did, all is well.').waitFor()
  })

  it('closes a case by how it was dealt with, and opens it again (C37)', async () => {
    const { page } = joel
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    await page.getByRole('button', { name: 'Solve' }).click()
    await page.getByLabel('Explained').check()
    await page.getByLabel('In words Ana can read').fill('The sheet says it all.')
    await page.getByRole('button', { name: 'Close the case' }).click()
    await page.getByRole('button', { name: 'Open again' }).waitFor()
    expect((await told(id)).status).toBe('resolved')
    await page.getByRole('button', { name: 'Open again' }).click()
    await page.getByLabel('Why is it open again?').fill('It came back.')
    await page.getByRole('button', { name: 'Open the case again' }).click()
    await page.getByRole('button', { name: 'Solve' }).waitFor()
    expect((await told(id)).status).toBe('open')
    await expectQuiet(joel)
  })

  it('shows a supervisor everybody’s with names, and gives several to somebody at once', async () => {
    const [first, second] = [await promised('Ring her'), await promised('Write to her')]
    const helena = await signedIn('helena')
    const { page } = helena
    await page.goto('/desk/work?view=all')
    for (const what of ['Ring her', 'Write to her']) {
      await page
        .getByRole('row', { name: new RegExp(what) })
        .getByRole('checkbox')
        .check()
    }
    await page.getByText('2 chosen').waitFor()
    await page.getByLabel('Give to').selectOption({ label: 'Mira Okafor' })
    await page.getByRole('button', { name: 'Assign' }).click()
    await page.getByText('Choose rows to give them to somebody.').waitFor()
    const mira = stage.asAgent('mira')
    expect([(await told(first.id)).staffId, (await told(second.id)).staffId]).toEqual([mira.id, mira.id])
    await expectQuiet(helena)
    await helena.context.close()
  })

  it('says a missed promise in words, and lists it as late', async () => {
    const { page } = joel
    const by = Date.now() + 5_000
    await promised('Answer at once', by)
    await page.waitForFunction((due) => Date.now() > due, by)
    await page.goto('/desk/work?view=late')
    await page
      .getByRole('row', { name: /Answer at once/ })
      .getByRole('cell', { name: /^1 min late$/ })
      .waitFor()
  })

  it('says that there is nothing at an address nobody knows', async () => {
    const { page } = joel
    await page.goto('/desk/work/cases/018f5e10-0000-7000-8000-00000000dead')
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
  })
})
