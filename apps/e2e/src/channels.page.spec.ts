import type { Browser, Page } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { openPages, signIn } from './pages.stage.js'
import type { PagesStage } from './pages.stage.js'
import { everyLook } from './pictures.js'

interface Shown {
  readonly channel: string
  readonly [more: string]: unknown
}
interface Offer {
  readonly channels: readonly Shown[]
  readonly [more: string]: unknown
}

let stage: PagesStage
let browser: Browser
let ana: BrowserPerson
let page: Page

beforeAll(async () => {
  stage = await openPages()
  browser = await openBrowser()
  for (const name of ['joel', 'mira']) {
    await stage.asAgent(name).api.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
  }
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

/** A journey that has come as far as the ways to reach us. */
async function journey(): Promise<string> {
  const { api } = stage.asCustomer('ana')
  const { body: things } = await api.get<{
    readonly items: readonly { readonly id: string; readonly title: string }[]
  }>('/api/v1/my-stuff/items?limit=100')
  const thing = things.items.find(({ title }) => title.includes('dishwasher')) ?? things.items[0]
  const { body } = await api.post<{ readonly id: string }>('/api/v1/journey/journeys', {
    entrance: 'need-help',
  })
  await api.put(`/api/v1/journey/journeys/${body.id}/item`, { itemId: thing?.id })
  await api.put(`/api/v1/journey/journeys/${body.id}/reason`, {
    code: 'not-working',
    detail: 'water-stays',
  })
  await stage.settle()
  return body.id
}

/** What the server offers, changed on its way to the page. */
async function offering(change: (offer: Offer) => Offer): Promise<void> {
  await page.route('**/api/v1/routing/offers', async (route) => {
    const answer = await route.fetch()
    const offer = (await answer.json()) as Offer
    await route.fulfill({ response: answer, json: change(offer) })
  })
}

const rows = () => page.getByRole('list', { name: 'Ways to reach us' }).getByRole('listitem')

it('offers the ways to reach us in the policy’s order, the best first, with wait and hours (C11, C70)', async () => {
  await page.goto(`/journeys/${await journey()}/contact`)
  await rows().first().getByText('Fits best right now').waitFor()
  await expect(rows().first().getByRole('heading').innerText()).resolves.toContain('Chat')
  await expect(rows().getByRole('heading').allInnerTexts()).resolves.toHaveLength(4)
  for (const name of ['Start chat', 'Call now', 'Book', 'Write']) {
    await page.getByRole('button', { name, exact: true }).waitFor()
  }
  await page.getByText('Waits are measured now').waitFor()
  // All that goes along stands there before she chooses (C15).
  const known = page.getByRole('region', { name: 'What we pass on' })
  await known.getByText('Ana Ferreira').waitFor()
  await known.getByText('water stays in the bottom').waitFor()
  await everyLook(page, 'channels', {
    whole: true,
    check: (name) => expectAccessible(page, name),
  })
  await expectQuiet(ana)
})

it('takes a chosen time to be called at, and shows it (C12)', async () => {
  await page.goto(`/journeys/${await journey()}/contact`)
  const callback = rows().filter({ hasText: 'We call you' })
  const slots = callback.getByRole('radio')
  await slots.nth(1).check()
  await page.getByRole('button', { name: 'Book' }).click()
  const number = page.getByLabel('Which number may we call?')
  if (await number.isVisible()) {
    await page.getByText('Write the number we may call.').waitFor()
    await number.fill('+351 912 345 482')
    await page.getByRole('button', { name: 'Book' }).click()
  }
  await page.waitForURL('**/contacts/*')
  await page.getByText(/^We call you (today|tomorrow|\w{3} \d)/).waitFor()
  await page.getByRole('button', { name: 'Choose another time' }).waitFor()
  await everyLook(page, 'callback', { check: (name) => expectAccessible(page, name) })
  await page.getByRole('button', { name: 'Choose another time' }).click()
  await page.waitForURL('**/journeys/*/contact')
  await rows().first().waitFor()
})

it('starts a chat with her words, and leads back to the one that is open (C12, C45)', async () => {
  const id = await journey()
  await page.goto(`/journeys/${id}/contact`)
  await page.getByLabel('Anything to add?').fill('It began after it was moved.')
  await page.reload()
  // A reload loses no word.
  await expect(page.getByLabel('Anything to add?').inputValue()).resolves.toBe('It began after it was moved.')
  await page.getByRole('button', { name: 'Start chat' }).click()
  await page.waitForURL('**/contacts/*')
  await page.getByRole('log').getByText('It began after it was moved.').waitFor()
  const contact = page.url()
  await page.goto(`/journeys/${id}/contact`)
  await page.getByRole('button', { name: 'Start chat' }).click()
  await page.waitForURL(contact)
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('button', { name: 'Leave' }).click()
  await page.getByText('You left before somebody answered.').waitFor()
})

it('changes a wait in its place and says what is quicker, without moving a row (C72)', async () => {
  const wait = (to: number) => ({ low: 0, mid: to, high: to, shown: { from: to - 60, to } })
  let best = 120
  await offering((offer) => ({
    ...offer,
    channels: offer.channels.map((each) => ({
      ...each,
      ...(each.channel === 'chat' && { wait: wait(best) }),
      ...(each.channel === 'phone' && { wait: wait(180) }),
    })),
  }))
  await page.goto(`/journeys/${await journey()}/contact`)
  await rows().first().getByText('About 2 min').waitFor()
  best = 900
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')))
  await page.getByText('Call is quicker now').first().waitFor()
  await rows().first().getByText('About 15 min').waitFor()
  await expect(rows().first().getByRole('heading').innerText()).resolves.toContain('Chat')
  await everyLook(page, 'channels-quicker', {
    widths: [360, 1280],
    check: (name) => expectAccessible(page, name),
  })
  await page.unroute('**/api/v1/routing/offers')
})

it('promises an answer to a message when nobody is there, and says when each way opens (C71)', async () => {
  await offering((offer) => ({
    ...offer,
    channels: offer.channels.filter(({ channel }) => channel === 'message'),
    notOffered: ['chat', 'phone', 'callback'].map((channel) => ({
      channel,
      pace: 'immediate',
      because: ['closed'],
      opensAt: '2030-01-07T09:00:00.000Z',
    })),
  }))
  await page.goto(`/journeys/${await journey()}/contact`)
  await page.getByText('Nobody can answer straight away right now.').waitFor()
  await page.getByText(/^Chat opens again Mon 7 Jan 2030, 09:00/).waitFor()
  await expect(rows().count()).resolves.toBe(1)
  await everyLook(page, 'channels-closed', {
    widths: [360, 1280],
    check: (name) => expectAccessible(page, name),
  })
  await page.unroute('**/api/v1/routing/offers')
})

it('says that the ways did not load, with a code, and tries again', async () => {
  await page.route('**/api/v1/routing/offers', (route) =>
    route.fulfill({ status: 422, json: { code: 'routing.no-policy', title: 'There is no policy.' } }),
  )
  await page.goto(`/journeys/${await journey()}/contact`)
  await page.getByText('The ways to reach us did not load').waitFor()
  await page.getByText('Code routing.no-policy').waitFor()
  await expectAccessible(page, 'channels failed')
  await page.unroute('**/api/v1/routing/offers')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('button', { name: 'Start chat' }).waitFor()
})
