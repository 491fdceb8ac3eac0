import type { Browser, Page } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { openPages, signIn } from './pages.stage.js'
import type { BegunContact, PagesStage } from './pages.stage.js'
import { everyLook } from './pictures.js'

const WIDTHS = [360, 768, 1440]
const MINUTE = 60_000

describe('the live board of a supervisor', () => {
  let stage: PagesStage
  let browser: Browser
  let helena: BrowserPerson
  let page: Page
  let ana: BegunContact

  const look = (name: string): Promise<void> =>
    everyLook(page, name, { widths: WIDTHS, check: (each) => expectAccessible(page, each) })

  beforeAll(async () => {
    ;[stage, browser] = await Promise.all([openPages(), openBrowser()])
    helena = await newPerson(browser, { url: stage.url, viewport: { width: 1440, height: 900 } })
    page = helena.page
    await page.goto('/desk/board')
    await signIn(stage, page, 'helena@halden.example')
    await page.getByRole('heading', { name: 'Queues now' }).waitFor()
  })
  afterAll(async () => {
    await browser.close()
    await stage.stop()
  })

  it('says that nobody is there before anybody is, and shows every queue (C47)', async () => {
    await page.getByText(/^Nobody is signed on for/).waitFor()
    await page
      .getByRole('row', { name: /^Calls/ })
      .getByText('Nobody signed on')
      .waitFor()
    await page.getByText('Nobody has asked today yet.').waitFor()
    await look('board-empty')
  })

  it('leads anywhere by one key, as every page of somebody who may search does', async () => {
    for (const key of ['Control+k', '/']) {
      await page.keyboard.press(key)
      await page.getByRole('dialog').getByRole('combobox').fill('Knowledge')
      await page.getByRole('dialog').getByRole('option', { name: 'Knowledge' }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
  })

  it('follows people and queues as they change, without anybody asking (C48, C54)', async () => {
    await page.getByText('Live', { exact: true }).waitFor()
    await stage.ready('joel', 'mira')
    await page.getByText('2 on, 2 ready').waitFor()
    ana = await stage.begin(stage.asCustomer('ana'), { channel: 'chat' })
    const row = page.getByRole('row', { name: /^Chat/ })
    await row.getByRole('link', { name: '1 waiting, chat' }).waitFor()
  })

  it('opens the journeys behind a number, each with its replay (C48)', async () => {
    await page.getByRole('link', { name: '1 waiting, chat' }).click()
    const heading = page.getByRole('heading', { name: 'Who waits: chat' })
    await heading.waitFor()
    expect(await heading.evaluate((element) => element === document.activeElement)).toBe(true)
    const replay = page
      .getByRole('region', { name: 'Who waits: chat' })
      .getByRole('link', { name: /Ana Ferreira/ })
    expect(await replay.getAttribute('href')).toBe(`/desk/replay/${ana.journeyId}`)
    await look('board-opened')
    await page.keyboard.press('Escape')
    await heading.waitFor({ state: 'detached' })
  })

  it('tells the person in what, and lets skills be changed and a gone one be signed off (C54, C75)', async () => {
    await page.getByRole('button', { name: 'Skills and presence of Mira Okafor' }).click()
    await page.getByLabel('Level of chat').selectOption('3')
    await look('board-person')
    await page.getByRole('button', { name: 'Save skills' }).click()
    await page.getByRole('button', { name: 'Save skills' }).waitFor({ state: 'detached' })
    await page
      .getByText(/chat 3/)
      .first()
      .waitFor()
    await page.getByRole('button', { name: 'Skills and presence of Mira Okafor' }).click()
    await page.getByRole('button', { name: 'Sign off Mira' }).click()
    await page.getByText(/^1 on, /).waitFor()
  })

  it('stands still while it is paused (C48)', async () => {
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await page.getByText('Paused', { exact: true }).waitFor()
    await stage.ready('rui')
    expect(await page.getByText(/^1 on, /).count()).toBe(1)
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByText(/^2 on, /).waitFor()
  })

  it('begins with what is behind, says it aloud once, and names who could help (C47, C70)', async () => {
    await stage
      .asAgent('joel')
      .api.put('/api/v1/routing/agents/me/presence', { state: 'paused', why: 'lunch' })
    await stage.settle()
    stage.pass(10 * MINUTE)
    await page.clock.install({ time: Date.now() + 10 * MINUTE })
    await page.reload()
    await page.getByText(/^Behind: chat\b/).waitFor()
    await page.getByRole('link', { name: /^See the/ }).waitFor()
    await page.getByText(/Joel has the skills for chat/).waitFor()
    await page
      .getByRole('row', { name: /^Chat/ })
      .getByText(/^Behind/)
      .waitFor()
    await look('board-behind')
  })

  it('lists journeys going wrong, with replay (C48)', async () => {
    await page.getByRole('heading', { name: 'Journeys going wrong' }).waitFor()
    const wrong = page.getByRole('region', { name: 'Journeys going wrong' })
    await wrong.getByText('Ana Ferreira').waitFor()
    expect(await wrong.getByRole('link').first().getAttribute('href')).toBe(`/desk/replay/${ana.journeyId}`)
  })

  it('keeps the rest when one part does not load', async () => {
    await page.route('**/insight/going-wrong*', (route) =>
      route.fulfill({ status: 400, json: { title: 'No', status: 400, code: 'insight.busy' } }),
    )
    await page.reload()
    await page.getByText('The journeys going wrong did not load').waitFor()
    await page.getByText('Code insight.busy').waitFor()
    await page.getByRole('heading', { name: 'Queues now' }).waitFor()
    await look('board-part-failed')
    await page.unroute('**/insight/going-wrong*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('region', { name: 'Journeys going wrong' }).getByText('Ana Ferreira').waitFor()
  })

  it('does all of this without an error (S14)', async () => {
    await expectQuiet(helena, { besides: [/status of 400 .*going-wrong/] })
  })
})
