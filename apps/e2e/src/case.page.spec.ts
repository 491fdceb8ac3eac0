import type { Browser, Page } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { openPages, signIn } from './pages.stage.js'
import type { PagesStage } from './pages.stage.js'
import { everyLook } from './pictures.js'

const HOUR = 3_600_000

let stage: PagesStage
let browser: Browser
let ana: BrowserPerson
let page: Page

beforeAll(async () => {
  stage = await openPages()
  browser = await openBrowser()
  await stage.asAgent('joel').api.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
  await stage.settle()
  ana = await newPerson(browser, { url: stage.url })
  page = ana.page
  await page.goto('/')
  await signIn(stage, page, 'ana@example.org')
})

afterAll(async () => {
  await browser.close()
  await stage.stop()
})

/** A case of Ana’s from a chat with Joel, with a promise that is due in `hours`. */
async function opened(hours: number, subject: string): Promise<string> {
  const { contactId } = await stage.begin(stage.asCustomer('ana'))
  const joel = stage.asAgent('joel')
  await stage.take(joel, contactId)
  await joel.api.put(`/api/v1/contact/contacts/${contactId}/summary`, {
    outcome: 'promised',
    issue: 'new',
    subject,
    words: 'The drain pump does not draw after the machine was moved.',
    causes: [],
    promised: [{ what: 'We confirm the visit', by: new Date(Date.now() + hours * HOUR).toISOString() }],
    articles: [],
  })
  await stage.settle()
  const { body } = await stage
    .asCustomer('ana')
    .api.get<{ readonly items: readonly { readonly id: string; readonly subject: string }[] }>(
      '/api/v1/case/cases',
    )
  const found = body.items.find((each) => each.subject === subject)
  if (found === undefined) throw new Error('no case was opened')
  return found.id
}

it('says what comes next, where it stands and everything so far, newest first (C20, C22)', async () => {
  const id = await opened(48, 'Dishwasher leaves water in the base')
  await page.goto(`/cases/${id}`)
  await page.getByRole('heading', { level: 1, name: 'Dishwasher leaves water in the base' }).waitFor()
  await page.getByRole('heading', { level: 2, name: 'We confirm the visit' }).waitFor()
  const stages = page.getByRole('list', { name: 'Stages' }).getByRole('listitem')
  await expect(stages.count()).resolves.toBe(4)
  const soFar = page.getByRole('list', { name: 'Everything so far' })
  await soFar.getByText('You chatted with Joel').waitFor()
  await soFar.getByText(/^You started from/).waitFor()
  await expect(soFar.getByRole('listitem').first().innerText()).resolves.toContain('Promised: We confirm')
  await everyLook(page, 'case', { whole: true, check: (name) => expectAccessible(page, name) })
  await soFar.getByRole('link', { name: 'Read the conversation' }).click()
  await page.waitForURL('**/contacts/*')
  await page.getByRole('log').getByText('Water stays in the bottom.').waitFor()
  await expectQuiet(ana)
})

it('leads with one press to the ways to reach us, with everything known (C23)', async () => {
  const id = await opened(48, 'The pump is loud')
  await page.goto(`/cases/${id}`)
  await page.getByRole('button', { name: /^Contact us about case \d{7}$/ }).click()
  await page.waitForURL('**/journeys/*/contact')
  await page
    .getByRole('region', { name: 'What we pass on' })
    .getByText(/dishwasher/)
    .waitFor()
  await page.getByRole('button', { name: 'Start chat' }).waitFor()
})

it('is solved when she says so, and opened again with what is wrong (C22)', async () => {
  const id = await opened(48, 'The door does not close')
  await page.goto(`/cases/${id}`)
  await page.getByRole('button', { name: 'It is solved' }).click()
  await page.getByRole('heading', { name: /^Solved/ }).waitFor()
  await everyLook(page, 'case-solved', {
    widths: [360, 1280],
    check: (name) => expectAccessible(page, name),
  })
  await page.getByRole('button', { name: 'Not solved after all' }).click()
  await page.getByRole('button', { name: 'Open it again' }).click()
  await page.getByText('Say in a few words what is not right.').waitFor()
  await page.getByLabel('What is not right?').fill('It opens by itself again.')
  await page.getByRole('button', { name: 'Open it again' }).click()
  await page.getByRole('button', { name: 'It is solved' }).waitFor()
  await page.getByText('It opens by itself again.').waitFor()
})

it('takes two taps, saves each, and shows what stood there before when one changes (C24–C28)', async () => {
  const id = await opened(48, 'The hose is too short')
  await page.goto(`/cases/${id}`)
  const outcome = page.getByRole('group', { name: 'How satisfied are you with the outcome?' })
  const feeling = page.getByRole('group', { name: 'How did you feel?' })
  await expect(page.getByRole('radio', { checked: true }).count()).resolves.toBe(0)
  await outcome.getByRole('radio', { name: 'Partly' }).check()
  await page.getByText(/^Saved \d\d:\d\d\. One more tap\.$/).waitFor()
  await feeling.getByRole('radio', { name: 'Unsure' }).check()
  await page.getByText(/^Saved \d\d:\d\d\.$/).waitFor()
  // By the arrows, which count where they rest.
  await outcome.getByRole('radio', { name: 'Partly' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.getByText(/^Saved \d\d:\d\d\. Before: Partly, Unsure\.$/).waitFor()
  await expect(outcome.getByRole('radio', { name: 'Fully' }).isChecked()).resolves.toBe(true)
  await page.getByLabel(/^Anything in your own words/).fill('Joel knew everything.')
  await page.getByLabel(/^Anything in your own words/).blur()
  await page.getByText('Off: we read it, nobody contacts you').waitFor()
  await page.getByRole('switch', { name: 'Please get back to me about this' }).check()
  await page.getByText(/^On: Joel .* will, by /).waitFor()
  await everyLook(page, 'feedback', { whole: true, check: (name) => expectAccessible(page, name) })
  await page.reload()
  await page.getByText('Joel knew everything.').waitFor()
  await expect(outcome.getByRole('radio', { name: 'Fully' }).isChecked()).resolves.toBe(true)
  const { body } = await stage
    .asCustomer('ana')
    .api.get<{ readonly items: readonly { readonly versions: readonly { readonly outcome?: string }[] }[] }>(
      `/api/v1/feedback/feedback?kind=case&aboutId=${id}`,
    )
  // The arrows passed over Mostly and never said it.
  const outcomes = body.items[0]?.versions.map((version) => version.outcome)
  expect(new Set(outcomes)).toEqual(new Set(['partly', 'fully']))
})

async function missed(id: string): Promise<boolean> {
  const { body } = await stage
    .asCustomer('ana')
    .api.get<{ readonly promises: readonly { readonly status: string }[] }>(`/api/v1/case/cases/${id}`)
  return body.promises.some(({ status }) => status === 'missed')
}

it('says that a promise was missed, in words (C21)', async () => {
  const id = await opened(1, 'Nobody confirmed the visit')
  stage.pass(2 * HOUR)
  // A timer of the server says so, within a second of its own; what the page shows comes after that.
  while (!(await missed(id))) await stage.settle()
  await page.goto(`/cases/${id}`)
  await page.getByRole('heading', { name: 'We missed our promise: We confirm the visit' }).waitFor()
  await everyLook(page, 'case-missed', {
    widths: [360, 1280],
    check: (name) => expectAccessible(page, name),
  })
})

it('shows nothing of a case that is somebody else’s, nor of none, and keeps contact one press away (C10)', async () => {
  for (const address of ['/cases/0190a0a0-0000-7000-8000-00000000c001', '/cases/none', '/contacts/none']) {
    await page.goto(address)
    await page.getByText('There is nothing here').waitFor()
    await expectAccessible(page, 'a foreign case')
  }
  await page.getByRole('button', { name: 'Contact us' }).click()
  await page.getByRole('heading', { name: 'How would you like to reach us?' }).waitFor()
})
