import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser, tick } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { HOSTILE_TEXTS } from './hostile-texts.js'
import { openPages } from './pages.stage.js'
import type { PagesStage } from './pages.stage.js'
import { everyLook } from './pictures.js'

declare global {
  interface Window {
    /** Sum of all layout shifts nobody pressed for. */
    __shift: number
  }
}

const PAGES = process.env.PAGES ?? join(dirname(require.resolve('@throughline/web/package.json')), 'dist')

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', css: 'text/css', js: 'text/javascript' }

/**
 * A shop of somebody else: the sample's files on an origin of their own, under a policy that lets in nothing inline and
 * of others only the widget.
 */
class Shop {
  private constructor(
    readonly server: Server,
    readonly origin: string,
    private readonly files: { widget: string; thing: string },
  ) {}

  static async open(): Promise<Shop> {
    const files = { widget: '', thing: 'Vik 60' }
    const server = createServer((request, response) => {
      const name = /\/samples\/(shop\.(html|css|js))$/.exec(request.url ?? '')
      if (name === null) {
        response.writeHead(404).end()
        return
      }
      void readFile(join(PAGES, 'samples', name[1] ?? ''), 'utf8').then((text) => {
        response
          .writeHead(200, {
            'content-type': `${TYPES[name[2] ?? ''] ?? ''}; charset=utf-8`,
            'content-security-policy':
              `default-src 'none'; script-src 'self' ${files.widget}; style-src 'self'; img-src data:; ` +
              `connect-src ${files.widget}; font-src ${files.widget}; base-uri 'none'; form-action 'none'`,
          })
          .end(
            text
              .replace('src="/widget.js"', `src="${files.widget}/widget.js"`)
              .replace('data-thing="Vik 60"', `data-thing="${files.thing}"`),
          )
      })
    })
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
    return new Shop(server, `http://localhost:${String((server.address() as AddressInfo).port)}`, files)
  }

  from(widget: string): void {
    this.files.widget = widget
  }

  /** What stands for the thing in the script tag, as an attribute's value. */
  sells(thing: string): void {
    this.files.thing = thing
  }

  close(): void {
    this.server.close()
  }
}

describe('the widget in a page of somebody else', () => {
  let stage: PagesStage
  let browser: Browser
  let shop: Shop
  beforeAll(async () => {
    shop = await Shop.open()
    ;[stage, browser] = await Promise.all([openPages({ widgetOrigins: shop.origin }), openBrowser()])
    shop.from(stage.url)
    await stage.cast.helena.api.post('/api/v1/knowledge/articles', {
      kind: 'guide',
      title: 'Before the fitters come',
      summary: 'What to do the evening before.',
      body: '1. Empty the **cupboard** below.\n2. Keep the way free.\n\n[The rules](https://halden.example/rules)',
      fits: [{ things: ['enquiry'], reasons: ['fitting'], products: [] }],
      language: 'en',
    })
    await stage.settle()
  })
  afterAll(async () => {
    shop.close()
    await browser.close()
    await stage.stop()
  })

  const visitor = async (): Promise<BrowserPerson> => {
    const person = await newPerson(browser, { url: stage.url, others: [shop.origin] })
    await person.context.addInitScript(() => {
      window.__shift = 0
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const { value, hadRecentInput } = entry as unknown as { value: number; hadRecentInput: boolean }
          if (!hadRecentInput) window.__shift += value
        }
      }).observe({ type: 'layout-shift', buffered: true })
    })
    return person
  }
  const visit = async ({ page }: BrowserPerson): Promise<void> => {
    await page.goto(`${shop.origin}/samples/shop.html`)
    await opener(page).waitFor()
  }
  const opener = (page: Page) => page.getByRole('button', { name: /^Questions about/ })

  it('comes by a loader under 12 kB whose name stays, and a panel that is kept for ever (C3)', async () => {
    expect((await stat(join(PAGES, 'widget.js'))).size).toBeLessThan(12_000)
    const loader = await fetch(`${stage.url}/widget.js`)
    expect(loader.headers.get('cache-control')).toBe('no-cache')
    const panel = /assets\/widget-panel-[\w-]+\.js/.exec(await loader.text())?.[0] ?? ''
    const fetched = await fetch(`${stage.url}/${panel}`)
    expect(fetched.headers.get('cache-control')).toContain('immutable')
    expect(fetched.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('stands where its one tag stands, moves nothing, fetches nothing more and leaves nothing behind in the page (C3)', async () => {
    const person = await visitor()
    const asked: string[] = []
    person.page.on('request', (request) => asked.push(request.url()))
    await person.page.route('**/widget.js', (route) => route.abort())
    await person.page.goto(`${shop.origin}/samples/shop.html`)
    const names = () => person.page.evaluate(() => Object.getOwnPropertyNames(window).sort())
    const before = await names()
    const height = () => person.page.locator('.help').evaluate((help) => help.getBoundingClientRect().height)
    const reserved = await height()
    await person.page.unroute('**/widget.js')
    asked.length = 0
    await visit(person)
    expect(await names()).toEqual(before)
    expect(await height()).toBe(reserved)
    expect(asked.filter((url) => url.startsWith(stage.url))).toEqual([`${stage.url}/widget.js`])
    expect(await person.page.evaluate(() => window.__shift)).toBe(0)
    await expectQuiet(person, { besides: [/widget\.js/] })
    await person.context.close()
  })

  it('answers a prospect in place: she reads, asks, and talks to an agent who knew thing and question before answering (C3, C9, C13, C14)', async () => {
    await stage.ready('joel')
    const person = await visitor()
    const { page } = person
    await visit(person)
    const [address, depth] = [page.url(), await page.evaluate(() => history.length)]
    await opener(page).click()
    await tick(page, page.getByRole('radio', { name: 'What does fitting include?' }))
    const guide = page.getByRole('button', { name: /Before the fitters come/ })
    await guide.click()
    await page.getByText('Keep the way free.').waitFor()
    expect(await page.getByRole('link', { name: 'The rules' }).getAttribute('target')).toBe('_blank')
    await page.getByRole('button', { name: 'No', exact: true }).click()
    await page.getByText('so nobody asks you to try it again').waitFor()
    await everyLook(page, 'widget-questions', {
      schemes: ['light'],
      whole: true,
      check: (look) => expectAccessible(page, look),
    })
    await page.getByRole('button', { name: 'Chat', exact: true }).click()
    await page.getByRole('log').waitFor()
    await page.getByLabel('Your message').fill('Is cutting the worktop included?')
    await page.keyboard.press('Enter')
    await page.getByText('Delivered').waitFor()
    await stage.settle()

    const joel = stage.asAgent('joel')
    const { body: waiting } = await joel.api.get<{
      readonly items: readonly { readonly id: string; readonly contactId: string }[]
    }>('/api/v1/routing/agents/me/offers')
    const [offer] = waiting.items
    if (offer === undefined) throw new Error('Joel was offered nothing')
    const { body: known } = await joel.api.get<{
      readonly state: string
      readonly item: { readonly title: string }
      readonly reason: { readonly label: string }
      readonly readings: readonly { readonly title: string; readonly helped?: boolean }[]
    }>(`/api/v1/contact/contacts/${offer.contactId}`)
    expect(known).toMatchObject({
      state: expect.stringMatching(/^(waiting|ringing)$/) as unknown,
      item: { title: 'Vik 60' },
      reason: { label: 'What does fitting include?' },
      readings: [{ title: 'Before the fitters come', helped: false }],
    })
    await stage.take(joel, offer.contactId)
    await joel.api.post(`/api/v1/contact/contacts/${offer.contactId}/messages`, {
      text: 'Yes, up to 60 cm. You saw the guide already.',
    })
    await page.getByText('You saw the guide already.').waitFor()
    await page
      .getByText(/^With Joel\. Joel knew before answering: Vik 60, What does fitting include\?/)
      .waitFor()
    await everyLook(page, 'widget-chat', {
      schemes: ['light'],
      whole: true,
      check: (look) => expectAccessible(page, look),
    })
    expect(page.url()).toBe(address)
    expect(await page.evaluate(() => history.length)).toBe(depth)

    // Come back to the page, it goes on where it was.
    await page.reload()
    await opener(page).click()
    await page.getByText('You saw the guide already.').waitFor()
    await joel.api.post(`/api/v1/contact/contacts/${offer.contactId}/end`, {})
    await page.getByText('The conversation is over.').waitFor()
    await expectQuiet(person)
    await person.context.close()
  })

  it('keeps what was asked for who leaves an e-mail address: bought later, it is known (C3)', async () => {
    await stage.ready('joel')
    const person = await visitor()
    const { page } = person
    await visit(person)
    await opener(page).click()
    await tick(page, page.getByRole('radio', { name: 'Compare with another' }))
    await page.getByRole('button', { name: 'Chat', exact: true }).click()
    await page.getByText('Keep this for later').click()
    await page.getByLabel('E-mail').fill('rosa@example.org')
    await page.getByRole('button', { name: 'Keep it' }).click()
    await page.getByText('We sent seven digits').waitFor()
    await page.getByLabel('Code from the e-mail').fill(stage.codeFor('rosa@example.org') ?? '')
    await page.getByRole('button', { name: 'Keep it' }).click()
    await page.getByText('Kept for rosa@example.org.').waitFor()
    await stage.settle()
    const rosa = stage.asCustomer('rosa')
    const { body } = await rosa.api.get<{
      readonly items: readonly { readonly item?: { readonly title: string } }[]
    }>('/api/v1/contact/contacts')
    expect(body.items).toMatchObject([{ item: { title: 'Vik 60' } }])
    await page.getByRole('button', { name: 'End the chat' }).click()
    await page.getByText('The conversation is over.').waitFor()
    await expectQuiet(person)
    await person.context.close()
  })

  it('rings who leaves a number, at a time that is offered (C3, C12)', async () => {
    const person = await visitor()
    const { page } = person
    await visit(person)
    await opener(page).click()
    await page.getByRole('button', { name: 'Call me' }).click()
    await page.getByRole('button', { name: 'Call me then' }).click()
    await page.getByText('Write the number we can reach you at.').waitFor()
    await page.getByLabel('Your number').fill('+351 912 345 678')
    await page.getByRole('button', { name: 'Call me then' }).click()
    await page.getByText(/^We call you at \+351 912 345 678/).waitFor()
    await expectQuiet(person)
    await person.context.close()
  })

  it('closes with Escape, gives the focus back, and leaves the page its keys (C3)', async () => {
    await stage.ready('joel')
    const person = await visitor()
    const { page } = person
    await visit(person)
    const basket = page.locator('#count')
    await page.keyboard.press('b')
    await page.getByText('(1)').waitFor()
    await opener(page).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Chat', exact: true }).click()
    await page.getByLabel('Your message').pressSequentially('bb or not bb')
    expect(await page.getByLabel('Your message').inputValue()).toBe('bb or not bb')
    expect(await basket.textContent()).toBe('(1)')
    await page.keyboard.press('Escape')
    await page.getByRole('log').waitFor({ state: 'hidden' })
    expect(
      await opener(page).evaluate((button) => (button.getRootNode() as ShadowRoot).activeElement === button),
    ).toBe(true)
    await page.keyboard.press('b')
    await page.getByText('(2)').waitFor()
    await opener(page).click()
    await page.getByRole('button', { name: 'End the chat' }).click()
    await page.getByText('The conversation is over.').waitFor()
    await expectQuiet(person)
    await person.context.close()
  })

  it('shows every text as text, of the shop, of an article and of an agent (S14)', async () => {
    const all = HOSTILE_TEXTS.map(({ text }) => text)
    const short = all.filter((text) => text.length <= 100 && text.trim() !== '' && !text.includes('\u0000'))
    const attribute = short.join(' ').replaceAll('&', '&amp;').replaceAll('"', '&quot;').slice(0, 3_000)
    shop.sells(attribute)
    await stage.cast.helena.api.post('/api/v1/knowledge/articles', {
      kind: 'faq',
      title: `Hostile ${short[0] ?? ''}`,
      summary: short[1] ?? '',
      body: all.filter((text) => !text.includes('\u0000')).join('\n\n'),
      fits: [{ things: ['enquiry'], reasons: ['delivery'], products: [] }],
      language: 'en',
    })
    await stage.settle()
    await stage.ready('joel')
    const person = await visitor()
    const { page } = person
    await visit(person)
    await opener(page).click()
    await tick(page, page.getByRole('radio', { name: 'Delivery' }))
    await page.getByRole('button', { name: /Hostile/ }).click()
    await page.getByText('Did this help?').waitFor()
    await page.getByRole('button', { name: 'Chat', exact: true }).click()
    await page.getByRole('log').waitFor()
    await stage.settle()
    const joel = stage.asAgent('joel')
    const { body } = await joel.api.get<{ readonly items: readonly { readonly contactId: string }[] }>(
      '/api/v1/routing/agents/me/offers',
    )
    const contactId = body.items[0]?.contactId ?? ''
    await stage.take(joel, contactId)
    for (const text of short) await joel.api.post(`/api/v1/contact/contacts/${contactId}/messages`, { text })
    await joel.api.post(`/api/v1/contact/contacts/${contactId}/messages`, { text: 'That was all.' })
    await page.getByText('That was all.').waitFor()
    expect(
      await page
        .locator('throughline-help')
        .evaluate(
          (host) => host.shadowRoot?.querySelectorAll('img, script, iframe, svg [onload], [onerror]').length,
        ),
    ).toBe(0)
    await expectQuiet(person)
    shop.sells('Vik 60')
    await person.context.close()
  })
})
