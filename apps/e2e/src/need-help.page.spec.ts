import type { Browser, Page } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { knownHere, openPages, signIn } from './pages.stage.js'
import type { PagesStage } from './pages.stage.js'
import { everyLook, still } from './pictures.js'

interface Shift {
  readonly value: number
  readonly hadRecentInput: boolean
}
declare global {
  interface Window {
    shifted?: number
  }
}

const DISHWASHER = 'Bris 45 slimline dishwasher'
/** Content that moves by itself, as a share of the window: less than anybody sees. */
const UNSEEN = 0.02

describe('Need Help in a browser', () => {
  let stage: PagesStage
  let browser: Browser
  let known: BrowserPerson
  /** Notices of tests before. */
  let heard = 0
  beforeAll(async () => {
    ;[stage, browser] = await Promise.all([openPages(), openBrowser()])
    known = await newPerson(browser, { url: stage.url })
    await known.context.addInitScript(measureShifts)
    // Once: a code is not sent to one address as often as there are tests.
    await knownHere(stage, known, 'ana@example.org')
  })
  afterAll(async () => {
    await browser.close()
    await stage.stop()
  })

  /** A window of Ana's browser, where she is signed in. */
  async function ana(path?: string): Promise<Page> {
    const page = await known.window()
    if (path !== undefined) await page.goto(path)
    return page
  }
  const leave = async (page: Page, besides: readonly RegExp[] = []): Promise<void> => {
    const { notices } = known
    await expectQuiet({ ...known, notices: notices.slice(heard) }, { besides })
    heard = notices.length
    await page.close()
  }
  const thing = (page: Page, title = DISHWASHER) => page.getByRole('button', { name: title })
  const contactUs = (page: Page) => page.getByRole('button', { name: 'Contact us', exact: true })
  const dishwasher = async (): Promise<string> => {
    const { body } = await stage
      .asCustomer('ana')
      .api.get<{ readonly items: readonly { readonly id: string; readonly title: string }[] }>(
        '/api/v1/my-stuff/items?limit=100',
      )
    const found = body.items.find(({ title }) => title === DISHWASHER)
    if (found === undefined) throw new Error('Ana has no dishwasher')
    return found.id
  }

  it('shows what she has by kind in one request, and nothing moves while it loads (C4, C6)', async () => {
    const page = await ana()
    const lists: string[] = []
    page.on('request', (request) => {
      const path = new URL(request.url()).pathname
      if (path.startsWith('/api/v1/my-stuff')) lists.push(path)
    })
    await page.goto('/')
    await page.getByRole('heading', { name: 'Purchases' }).waitFor()
    await thing(page).waitFor()
    for (const kind of ['Quotes and bookings', 'Sent to you']) {
      await page.getByRole('heading', { name: kind }).waitFor()
    }
    await still(page)
    expect(lists).toEqual(['/api/v1/my-stuff'])
    expect(await shifts(page)).toBeLessThan(UNSEEN)
    await everyLook(page, 'need-help', { whole: true, check: (look) => expectAccessible(page, look) })
    await leave(page)
  })

  it('opens a thing under a resting pointer without moving a row, and a press makes it stay (C7)', async () => {
    const page = await ana('/')
    const below = page.getByRole('heading', { name: 'Quotes and bookings' })
    const before = await below.boundingBox()
    await thing(page).hover()
    const reasons = page.getByRole('list', { name: `Reasons: ${DISHWASHER}` })
    await reasons.waitFor()
    expect(await below.boundingBox()).toEqual(before)
    const count = await reasons.getByRole('link').count()
    expect(count).toBeGreaterThan(0)
    expect(count).toBeLessThanOrEqual(7)
    await thing(page).click()
    await page.mouse.move(5, 5)
    await expectAccessible(page, 'a thing that is open')
    expect(await thing(page).getAttribute('aria-expanded')).toBe('true')
    await everyLook(page, 'need-help-thing-open', { check: (look) => expectAccessible(page, look) })
    await leave(page)
  })

  it('is worked with the keyboard alone: search, things, reasons, and back (C7)', async () => {
    const page = await ana('/')
    await thing(page).waitFor()
    await page.keyboard.press('/')
    const field = page.getByRole('searchbox')
    expect(await field.evaluate((each) => each === document.activeElement)).toBe(true)
    const rows = page.locator('[data-thing]')
    await rows.first().focus()
    await page.keyboard.press('ArrowDown')
    expect(await rows.nth(1).evaluate((each) => each === document.activeElement)).toBe(true)
    await thing(page).focus()
    await page.keyboard.press('Enter')
    const reasons = page.getByRole('list', { name: `Reasons: ${DISHWASHER}` }).getByRole('link')
    await page.waitForFunction(() => document.activeElement?.hasAttribute('data-reason'))
    await page.keyboard.press('ArrowRight')
    expect(await reasons.nth(1).evaluate((each) => each === document.activeElement)).toBe(true)
    await page.keyboard.press('Escape')
    expect(await thing(page).evaluate((each) => each === document.activeElement)).toBe(true)
    expect(await thing(page).getAttribute('aria-expanded')).toBe('false')
    await leave(page)
  })

  it('finds things, guides and conversations with one search, grouped', async () => {
    const page = await ana('/')
    await page.getByRole('searchbox').fill('dishwasher')
    await page.getByRole('heading', { name: 'Guides' }).waitFor()
    await thing(page).waitFor()
    await everyLook(page, 'need-help-search', {
      widths: [360, 1280],
      check: (look) => expectAccessible(page, look),
    })
    await page.getByRole('button', { name: 'Clean the filter' }).click()
    await page.getByText('Turn the filter to the left').waitFor()
    await page.getByRole('searchbox').fill('zzzzz')
    await page.getByRole('heading', { name: 'Nothing found for “zzzzz”' }).waitFor()
    await expectAccessible(page, 'nothing found')
    await leave(page)
  })

  it('leads to us in one press from everywhere, with guides and without (C10, C58)', async () => {
    const id = await dishwasher()
    const presses: Record<string, number> = {}
    for (const [place, path, button] of [
      ['Need Help', '/', 'Contact us'],
      ['a thing', `/things/${id}`, 'Contact us'],
      ['a thing with guides', `/things/${id}?reason=not-working&detail=water-stays`, 'Contact us'],
      ['a thing without guides', `/things/${id}?reason=parts`, 'Contact us'],
    ] as const) {
      const page = await ana(path)
      if (place === 'a thing with guides')
        await page.getByRole('heading', { name: 'What helped others' }).waitFor()
      if (place === 'a thing without guides')
        await page.getByRole('heading', { name: 'No guide fits' }).waitFor()
      const at = await page.getByRole('button', { name: button, exact: true }).boundingBox()
      expect(at?.y ?? Infinity).toBeLessThan(400)
      await page.getByRole('button', { name: button, exact: true }).click()
      await page.waitForURL(/\/journeys\/[0-9a-f-]{36}\/contact$/)
      presses[place] = Number(await page.evaluate(() => sessionStorage.getItem('throughline.presses')))
      await page.close()
    }
    expect(presses).toEqual({
      'Need Help': 1,
      'a thing': 1,
      'a thing with guides': 1,
      'a thing without guides': 1,
    })
  })

  it('takes the thing along from My Stuff: contact about it is one press there (C10, C13)', async () => {
    const page = await ana('/')
    await thing(page).hover()
    await page.getByRole('button', { name: 'Contact us about this' }).click()
    await page.waitForURL(/\/journeys\/[0-9a-f-]{36}\/contact$/)
    const journeyId = /journeys\/([^/]+)/.exec(page.url())?.[1] ?? ''
    const { body } = await stage
      .asCustomer('ana')
      .api.get<{ readonly item?: { readonly title: string } }>(`/api/v1/journey/journeys/${journeyId}`)
    expect(body.item?.title).toBe(DISHWASHER)
    await leave(page)
  })

  it('asks why in two steps, shows what helps, and keeps what she said and chose (C7, C8, C9)', async () => {
    const page = await ana('/')
    await thing(page).hover()
    await page
      .getByRole('list', { name: `Reasons: ${DISHWASHER}` })
      .getByRole('link', { name: 'It isn’t working' })
      .click()
    await page.getByRole('heading', { level: 1, name: DISHWASHER }).waitFor()
    await page.getByRole('radio', { name: 'Water stays in the bottom' }).check()
    const known = page.getByRole('list', { name: 'You won’t have to repeat this' })
    await known.getByText('Water stays in the bottom').waitFor()
    await page.getByText('Turn the filter to the left').waitFor()
    const guide = page.getByRole('article').first()
    await guide.getByRole('button', { name: 'No' }).click()
    await known.getByText('It did not help').waitFor()
    await guide.getByRole('button', { name: 'Yes' }).click()
    await known.getByText('It helped').waitFor()
    await guide.getByRole('button', { name: 'No' }).click()
    await known.getByText('It did not help').waitFor()
    await everyLook(page, 'thing', { whole: true, check: (look) => expectAccessible(page, look) })

    // Coming back, without the address of her choices: nothing is asked twice.
    await page.goto(new URL(page.url()).pathname)
    await page.getByRole('radio', { name: 'Water stays in the bottom', checked: true }).waitFor()
    const again = page.getByRole('article').filter({ hasText: 'Clean the filter' })
    await again.waitFor()
    await page
      .getByRole('list', { name: 'You won’t have to repeat this' })
      .getByText('It did not help')
      .waitFor()
    await still(page)
    expect(await shifts(page)).toBeLessThan(UNSEEN)
    const { body } = await stage.asCustomer('ana').api.get<{
      readonly items: readonly { readonly item?: object; readonly reason?: { readonly detail?: string } }[]
    }>('/api/v1/journey/journeys?limit=100')
    expect(body.items.filter(({ reason }) => reason?.detail === 'water-stays')).toHaveLength(1)
    await leave(page)
  })

  it('lists reasons on a phone one level at a time, and the button at the bottom follows the thing (C7, C8)', async () => {
    const person = await newPerson(browser, {
      url: stage.url,
      viewport: { width: 390, height: 780 },
      touch: true,
    })
    await knownHere(stage, person, 'ana@example.org')
    const { page } = person
    await page.goto('/')
    await contactUs(page).waitFor()
    await thing(page, 'Vispa stick blender').tap()
    await page.getByRole('button', { name: 'Contact us about this' }).waitFor()
    await page
      .getByRole('list', { name: 'Reasons: Vispa stick blender' })
      .getByRole('link', { name: 'It isn’t working' })
      .tap()
    await page.getByRole('button', { name: 'It makes a noise' }).waitFor()
    await expectAccessible(page, 'second level on a phone')
    await page.getByRole('button', { name: 'It makes a noise' }).tap()
    await page.getByRole('button', { name: 'Change: It makes a noise' }).waitFor()
    await page.getByRole('button', { name: 'Change: It isn’t working' }).tap()
    await page.getByRole('button', { name: 'Spare parts' }).tap()
    await page.getByRole('button', { name: 'Change: Spare parts' }).waitFor()
    await expectAccessible(page, 'folded reasons on a phone')
    await page.getByRole('button', { name: 'Contact us about this' }).tap()
    await page.waitForURL(/\/journeys\/[0-9a-f-]{36}\/contact$/)
    await expectQuiet(person)
    await person.context.close()
  })

  it('has an empty page for a guest with contact in its place, and her journey goes on when she signs in (C3, C10)', async () => {
    const person = await newPerson(browser, { url: stage.url })
    const { page } = person
    await page.goto('/')
    await everyLook(page, 'sign-in', { check: (look) => expectAccessible(page, look) })
    await page.getByRole('button', { name: 'Go on without' }).click()
    await page.getByRole('heading', { name: 'Nothing to see without signing in' }).waitFor()
    await everyLook(page, 'need-help-guest', { check: (look) => expectAccessible(page, look) })
    await contactUs(page).click()
    await page.waitForURL(/\/journeys\/[0-9a-f-]{36}\/contact$/)
    const begun = page.url()
    await page.goto('/')
    await page.getByRole('link', { name: 'Sign in' }).click()
    await signIn(stage, page, 'tomas@example.org')
    await page.getByRole('heading', { name: 'Purchases' }).waitFor()
    await contactUs(page).click()
    await page.waitForURL(/\/journeys\/[0-9a-f-]{36}\/contact$/)
    expect(page.url()).toBe(begun)
    await expectQuiet(person)
    await person.context.close()
  })

  it('folds a long history behind its number, and shows all of it on one press (C4, C5)', async () => {
    const things = Array.from({ length: 40 }, (_, index) => ({
      kind: 'purchase',
      reference: `OLD-${String(index)}`,
      title: `Lamp ${String(index)}`,
      state: 'delivered',
      date: new Date(Date.UTC(2020, 0, 1 + index)).toISOString(),
      source: 'shop',
      customer: { source: 'shop', externalId: '4709' },
    }))
    await stage.operator.post(
      '/api/v1/my-stuff/items/bulk',
      things.map((each) => JSON.stringify(each)).join('\n'),
      { contentType: 'application/x-ndjson', key: 'forty-lamps' },
    )
    await stage.settle()
    const person = await newPerson(browser, { url: stage.url })
    await knownHere(stage, person, 'duarte@example.org')
    const { page } = person
    await page.goto('/')
    const purchases = page.getByRole('region', { name: 'Purchases' })
    await purchases.getByRole('button', { name: /^37 more/ }).click()
    await purchases.getByRole('button', { name: /^Lamp 0 / }).waitFor()
    expect(await purchases.locator('[data-thing]').count()).toBe(42)
    await page.getByRole('link', { name: /^Purchases 42/ }).click()
    await page.waitForURL('/?show=purchases')
    await expectAccessible(page, 'a long history')
    // An old one opens like a new one, and the way back leads to where she was, without waiting.
    await purchases.getByRole('button', { name: /^Lamp 0 / }).click()
    await purchases.getByRole('link', { name: 'Everything about this' }).click()
    await page.getByRole('heading', { level: 1, name: 'Lamp 0' }).waitFor()
    await page.goBack()
    await purchases.waitFor()
    expect(new URL(page.url()).search).toBe('?show=purchases')
    await expectQuiet(person)
    await person.context.close()
  })

  it('says what did not load and keeps the rest, and gets it when she tries again', async () => {
    const page = await ana()
    const busy = {
      status: 400,
      contentType: 'application/problem+json',
      body: '{"code":"my-stuff.busy","title":"Busy"}',
    }
    await page.route('**/api/v1/my-stuff', (route) => route.fulfill(busy))
    await page.goto('/')
    await page.getByText('Code my-stuff.busy').waitFor()
    await everyLook(page, 'need-help-failed', {
      widths: [360, 1280],
      check: (look) => expectAccessible(page, look),
    })
    await contactUs(page).waitFor()
    await page.unroute('**/api/v1/my-stuff')
    await page.getByRole('button', { name: 'Try again' }).click()
    await thing(page).waitFor()
    await leave(page, [/status of 400/])
  })

  it('says without a connection that there is none, keeps what is known, and goes on when it is back', async () => {
    const page = await ana('/')
    await thing(page).waitFor()
    await known.context.setOffline(true)
    await contactUs(page).click()
    await page.getByRole('alert').getByText('No connection.').waitFor()
    // What is known stays.
    await thing(page).waitFor()
    await expectAccessible(page, 'no connection')
    await known.context.setOffline(false)
    await contactUs(page).click()
    await page.waitForURL(/\/journeys\/[0-9a-f-]{36}\/contact$/)
    await leave(page, [/ERR_INTERNET_DISCONNECTED/])
  })

  it('shows the shape of what is on its way, at the same height', async () => {
    const page = await ana()
    const held = Promise.withResolvers<undefined>()
    await page.route('**/api/v1/my-stuff', async (route) => {
      await held.promise
      await route.continue()
    })
    await page.goto('/')
    await page.getByRole('region', { name: 'Loading what you have with us' }).waitFor()
    await everyLook(page, 'need-help-loading', {
      widths: [360, 1280],
      check: (look) => expectAccessible(page, look),
    })
    held.resolve(undefined)
    await thing(page).waitFor()
    await leave(page)
  })

  it('says the same of a thing that is not hers as of one that is none', async () => {
    const page = await ana('/things/018f5e10-0000-7000-8000-00000000dead')
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
    await contactUs(page).waitFor()
    await expectAccessible(page, 'a thing that is none')
    await leave(page, [/status of 404/])
  })

  it('leads back into a conversation that goes on, and to her case with its next step (C5, C20)', async () => {
    await stage.asAgent('joel').api.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
    await stage.settle()
    const marta = stage.asCustomer('marta')
    const { contactId } = await stage.begin(marta, { about: 'oven' })
    await stage.take(stage.asAgent('joel'), contactId)
    const person = await newPerson(browser, { url: stage.url })
    await knownHere(stage, person, 'marta@example.org')
    const { page } = person
    await page.goto('/')
    const open = page.getByRole('region', { name: 'Open now' })
    await open.getByRole('link', { name: /Your chat with Joel goes on/ }).waitFor()
    await everyLook(page, 'need-help-open-chat', {
      widths: [360, 1280],
      check: (look) => expectAccessible(page, look),
    })
    await stage.asAgent('joel').api.put(`/api/v1/contact/contacts/${contactId}/summary`, {
      outcome: 'promised',
      issue: 'new',
      subject: 'Water stays in the base',
      words: 'An engineer comes.',
      causes: [],
      promised: [{ what: 'An engineer comes to you', by: new Date(Date.now() + 86_400_000).toISOString() }],
      articles: [],
    })
    await stage.settle()
    await page.reload()
    await open.getByRole('heading', { name: 'Water stays in the base' }).waitFor()
    await open.getByText('An engineer comes to you').waitFor()
    await everyLook(page, 'need-help-open-case', {
      widths: [360, 1280],
      check: (look) => expectAccessible(page, look),
    })
    await open.getByRole('button', { name: /Contact us about it/ }).click()
    await page.waitForURL(/\/journeys\/[0-9a-f-]{36}\/contact$/)
    await page.goto('/')
    await open.getByRole('link', { name: /See the case/ }).click()
    await page.waitForURL(/\/cases\/[0-9a-f-]{36}$/)
    await page.goto('/?show=conversations')
    await page.locator(`[data-thing="${contactId}"]`).click()
    await page.waitForURL(`**/contacts/${contactId}`)
    await person.context.close()
  })
})

/** Runs in the page before anything of it does: adds up what moves without anybody's doing. */
function measureShifts(): void {
  window.shifted = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value, hadRecentInput } = entry as unknown as Shift
      if (!hadRecentInput) window.shifted = (window.shifted ?? 0) + value
    }
  }).observe({ type: 'layout-shift', buffered: true })
}

function shifts(page: Page): Promise<number> {
  return page.evaluate(() => window.shifted ?? Number.NaN)
}
