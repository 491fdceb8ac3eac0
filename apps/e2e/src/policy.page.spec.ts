import type { Browser, Page } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser, tick } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { openPages, signIn } from './pages.stage.js'
import type { PagesStage } from './pages.stage.js'
import { everyLook } from './pictures.js'

const WIDTHS = [360, 768, 1440]
/** The browser writes down every answer that refuses; a draft that does not hold is one. */
const REFUSED = [/status of 400 .*\/policies\/care/, /status of 412 .*\/policies\/care/, /status of 404 .*/]

interface Version {
  readonly version: number
  readonly document: Readonly<Record<string, unknown>>
}

describe('the channel policy, edited by who knows the service and no code', () => {
  let stage: PagesStage
  let browser: Browser
  let helena: BrowserPerson
  let page: Page

  const live = async (): Promise<Version> =>
    (await stage.cast.helena.api.get<Version>('/api/v1/routing/policies/care')).body
  const part = async (name: string | RegExp): Promise<void> => {
    await page.getByRole('navigation', { name: 'Parts of the policy' }).getByRole('button', { name }).click()
  }
  const look = (name: string): Promise<void> =>
    everyLook(page, name, { widths: WIDTHS, check: (each) => expectAccessible(page, each) })
  const publish = async (why: string): Promise<void> => {
    await page.getByRole('button', { name: 'Publish…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Why this change?').fill(why)
    await dialog.getByRole('button', { name: /^Publish version/ }).click()
    await dialog.waitFor({ state: 'detached' })
  }

  beforeAll(async () => {
    ;[stage, browser] = await Promise.all([openPages(), openBrowser()])
    await stage.ready('joel')
    await stage.begin(stage.asCustomer('ana'))
    helena = await newPerson(browser, { url: stage.url, viewport: { width: 1440, height: 900 } })
    page = helena.page
    await page.goto('/desk/policy')
    await signIn(stage, page, 'helena@halden.example')
    await page.getByRole('heading', { name: 'Water is leaking' }).waitFor()
  })
  afterAll(async () => {
    await browser.close()
    await stage.stop()
  })

  it('opens with the rules in order and the first one as a sentence (C32, C52)', async () => {
    await page.getByText(/Version \d is live, published/).waitFor()
    await page.getByRole('button', { name: 'Reasons: Water is leaking' }).waitFor()
    expect(await page.getByLabel('Urgency', { exact: true }).inputValue()).toBe('critical')
    expect(await page.getByRole('button', { name: 'Publish…' }).count()).toBe(0)
    await look('policy-rule')
  })

  it('marks what is changed, keeps the draft in this browser, and says whom it would have affected (C72)', async () => {
    await page.getByLabel('Urgency', { exact: true }).selectOption('high')
    await page.getByText('Changed in this draft').waitFor()
    await page.getByText(/Draft of version/).waitFor()
    await page.getByText(/0 of \d+ contacts/).waitFor()
    await part(/^Channels and guarantee/)
    await tick(page, page.getByRole('switch', { name: 'Chat is on' }))
    await page.getByText(/1 of \d+ contacts/).waitFor()
    await page.getByRole('link', { name: 'Replay the journey of Ana Ferreira' }).waitFor()
    await page.reload()
    await page.getByText(/1 of \d+ contacts/).waitFor()
    await part(/^Channels and guarantee/)
    expect(await page.getByRole('switch', { name: 'Chat is on' }).isChecked()).toBe(false)
    await look('policy-channels')
    await tick(page, page.getByRole('switch', { name: 'Chat is on' }))
    const limit = page.getByRole('group', { name: 'Chat while the wait is under' }).getByLabel('How much')
    const back = page
      .getByRole('group', { name: 'Chat again when the wait is down to' })
      .getByLabel('How much')
    await limit.fill('4')
    expect(await back.inputValue()).toBe('4')
    await limit.fill('10')
    await back.fill('6')
  })

  it('can be put in order by ⌥ and arrows and by buttons (C52)', async () => {
    const rules = page.getByRole('region', { name: 'Urgency, first match decides' }).locator('li strong')
    const first = (): Promise<string> => rules.first().innerText()
    await page.getByRole('button', { name: /A booking/ }).focus()
    await page.keyboard.press('Alt+ArrowUp')
    await page.getByText('A booking is now 1 of 3').waitFor({ state: 'attached' })
    expect(await first()).toBe('A booking')
    await page.getByRole('button', { name: /2 Water is leaking/ }).click()
    await page.getByRole('button', { name: 'Move Water is leaking up' }).click()
    expect(await first()).toBe('Water is leaking')
  })

  it('refuses a rule that leaves an urgent contact without anybody at once, at that rule (C12)', async () => {
    await part(/^Channels and guarantee/)
    await page.getByRole('button', { name: /^Guaranteed to/ }).click()
    await page.getByRole('checkbox', { name: 'high urgency' }).uncheck()
    await page.keyboard.press('Escape')
    await page.getByText(/things? stands? against this draft/).waitFor()
    await page.getByRole('button', { name: 'Publish…' }).click()
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.getByRole('heading', { name: 'Water is leaking' }).waitFor()
    await page
      .getByText(/The rule U1 makes a contact high, and at standard value nothing guarantees it/)
      .first()
      .waitFor()
    await look('policy-refused')
    await page.getByRole('button', { name: 'Change the channels' }).click()
    await page.getByRole('button', { name: /^Guaranteed to/ }).click()
    await page.getByRole('checkbox', { name: 'high urgency' }).check()
    await page.keyboard.press('Escape')
    await page.getByText(/0 of \d+ contacts/).waitFor()
  })

  it('edits the hours, the escalation map and the waits in the words of the service (C75)', async () => {
    await part(/^Opening hours/)
    const monday = page.getByRole('region', { name: 'always' }).getByLabel('Saturday')
    await monday.fill('8-12, 14-')
    await monday.blur()
    await page.getByText('Write times as 8–12, 14–18, within one day.').waitFor()
    await look('policy-hours')
    await monday.fill('0-24')
    await monday.blur()
    expect(await monday.inputValue()).toBe('00:00–24:00')
    await part(/^Escalation map/)
    await page.getByRole('checkbox', { name: 'From Call to Message' }).check()
    await page
      .getByRole('cell', { name: 'new' })
      .or(page.getByText('new', { exact: true }))
      .first()
      .waitFor()
    await look('policy-moves')
    await part(/^Promised waits/)
    await page.getByRole('group', { name: 'normal', exact: true }).getByLabel('How much').fill('120')
    await look('policy-waits')
  })

  it('publishes with a reason, shows the difference in words first, and leaves the rest as it was (C32, C52)', async () => {
    const before = await live()
    await page.getByRole('button', { name: 'Publish…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('“Water is leaking” is treated as high instead of critical').waitFor()
    await dialog.getByText('New move by the agent: from Call to Message').waitFor()
    await dialog.getByText(/Normal urgency is due within 120 s, before 180 s/).waitFor()
    await dialog.getByRole('button', { name: /^Publish version/ }).click()
    await dialog.getByText('Write why, so that others understand it later.').waitFor()
    await look('policy-publish')
    await dialog.getByLabel('Why this change?').fill('Leaks wait less than a minute anyway.')
    await dialog.getByRole('button', { name: /^Publish version/ }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText(`Version ${String(before.version + 1)} is live, published`).waitFor()
    expect(await page.getByText(/Draft of version/).count()).toBe(0)
    const after = await live()
    expect(after.version).toBe(before.version + 1)
    expect(after.document).toMatchObject({ urgency: [{ id: 'U1', is: 'high' }, { id: 'U2' }, { id: 'U3' }] })
    for (const untouched of ['order', 'value', 'channels', 'guarantee', 'hours', 'segments', 'timezone']) {
      expect(JSON.stringify(after.document[untouched])).toBe(JSON.stringify(before.document[untouched]))
    }
  })

  it('takes a version back by publishing it again (C32)', async () => {
    const { version } = await live()
    await page.getByRole('button', { name: 'Versions' }).click()
    await page.getByText('Leaks wait less than a minute anyway.').waitFor()
    await look('policy-versions')
    await page.getByRole('button', { name: `Take back to version ${String(version - 1)}` }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('“Water is leaking” is treated as critical instead of high').waitFor()
    await dialog.getByRole('button', { name: /^Publish version/ }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText(`Version ${String(version + 1)} is live, published`).waitFor()
    expect((await live()).document).toMatchObject({ urgency: [{ id: 'U1', is: 'critical' }, {}, {}] })
  })

  it('is not overwritten by who began on an older version (C52)', async () => {
    await part(/^Promised waits/)
    await page.getByRole('group', { name: 'trivial', exact: true }).getByLabel('How much').fill('400')
    const { document } = await live()
    await stage.cast.helena.api.put('/api/v1/routing/policies/care', {
      ...document,
      order: ['phone', 'chat', 'callback', 'message'],
      why: 'Meanwhile.',
    })
    await page.getByRole('button', { name: 'Publish…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Why this change?').fill('Nobody minds.')
    await dialog.getByRole('button', { name: /^Publish version/ }).click()
    await dialog.getByText(/Somebody else published meanwhile/).waitFor()
    await dialog.getByRole('button', { name: 'Not yet' }).click()
    await page.getByText(/was published since you began/).waitFor()
    await page.getByRole('button', { name: 'Keep my draft' }).click()
    await publish('Nobody minds.')
    expect((await live()).document).toMatchObject({ answerWithin: { trivial: '400s' } })
  })

  it('begins with a usual policy where none was published (C52)', async () => {
    const other = await newPerson(browser, { url: stage.url, viewport: { width: 1440, height: 900 } })
    await other.page.route('**/api/v1/routing/policies', (route) =>
      route.fulfill({ json: { items: [], next: null } }),
    )
    await other.page.goto('/desk/policy')
    await signIn(stage, other.page, 'helena@halden.example')
    await other.page.getByRole('heading', { name: 'No policy is published yet' }).waitFor()
    await everyLook(other.page, 'policy-empty', {
      widths: WIDTHS,
      check: (each) => expectAccessible(other.page, each),
    })
    await other.page.getByRole('button', { name: 'Begin with a usual policy' }).click()
    await other.page.getByText('Draft of version 1').waitFor()
    await other.page.getByRole('heading', { name: 'A booking' }).waitFor()
    await expectQuiet(other, { besides: REFUSED })
    await other.context.close()
  })

  it('does all of this without an error (S14)', async () => {
    await expectQuiet(helena, { besides: REFUSED })
  })
})
