import type { Browser, Page } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { knownHere, openPages } from './pages.stage.js'
import type { PagesStage } from './pages.stage.js'
import { everyLook, picture } from './pictures.js'

interface Listed<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}
interface Moment {
  readonly position: number
  readonly type: string
}

/** Words that are said once each, so that whoever reads them knows from when they are. */
const SAID = {
  fact: 'It began after the painters moved it.',
  hello: 'Good morning, I have read what you wrote.',
  hers: 'The hose has a sharp bend behind it.',
  note: 'Fourth bent hose this month.',
  advice: 'Please pull it forward by a hand.',
  thanks: 'It drains again now.',
  subject: 'Drain hose was bent',
  summary: 'Pulled forward, and the water drains.',
  cause: 'The fitting sheet leaves out the hose.',
  comment: 'Quick and kind, thank you.',
} as const
type Name = keyof typeof SAID

/** What the customer is never shown. */
const TEAM_ONLY: readonly Name[] = ['note', 'cause']

describe('the time machine in a browser', () => {
  let stage: PagesStage
  let browser: Browser
  let helena: BrowserPerson
  let journeyId: string
  /** When each of the words was recorded. */
  let recorded: Readonly<Record<Name, number>>
  let begun: number
  beforeAll(async () => {
    ;[stage, browser] = await Promise.all([openPages(), openBrowser()])
    journeyId = await play()
    const moments = await momentsOf(journeyId)
    begun = moments[0]?.position ?? 0
    recorded = Object.fromEntries(
      Object.entries(SAID).map(([name, words]) => {
        const first = moments.find((moment) => JSON.stringify(moment).includes(words))
        if (first === undefined) throw new Error(`${name} is nowhere on the line`)
        return [name, first.position]
      }),
    ) as Record<Name, number>
    helena = await newPerson(browser, { url: stage.url, viewport: { width: 1440, height: 900 } })
    await helena.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await knownHere(stage, helena, 'helena@halden.example')
  })
  afterAll(async () => {
    await browser.close()
    await stage.stop()
  })
  afterEach(async () => {
    await expectQuiet(helena)
  })

  /** Ana asks about her dishwasher, Mira answers, and Ana says how it was. */
  async function play(): Promise<string> {
    const ana = stage.asCustomer('ana')
    const mira = stage.asAgent('mira')
    await stage.ready('mira')
    const { journeyId: id, contactId } = await stage.begin(ana, { detail: 'water-stays', says: SAID.fact })
    await stage.take(mira, contactId)
    const contact = `/api/v1/contact/contacts/${contactId}`
    await mira.api.post(`${contact}/messages`, { text: SAID.hello })
    await ana.api.post(`${contact}/messages`, { text: SAID.hers })
    await mira.api.post(`${contact}/notes`, { text: SAID.note })
    await mira.api.post(`${contact}/messages`, { text: SAID.advice })
    await ana.api.post(`${contact}/messages`, { text: SAID.thanks })
    await mira.api.put(`${contact}/summary`, {
      outcome: 'resolved',
      issue: 'new',
      subject: SAID.subject,
      words: SAID.summary,
      causes: [{ code: 'hose-bent', words: SAID.cause, department: 'installation' }],
      promised: [],
      articles: [],
    })
    await stage.settle()
    await ana.api.post('/api/v1/feedback/feedback', {
      about: { kind: 'contact', id: contactId },
      outcome: 'fully',
      feeling: 'cared-for',
      comment: SAID.comment,
      followUp: false,
    })
    await stage.settle()
    return id
  }

  async function momentsOf(id: string): Promise<readonly Moment[]> {
    const { body } = await stage.cast.helena.api.get<Listed<Moment>>(
      `/api/v1/journey/journeys/${id}/events?limit=500`,
    )
    return body.items
  }

  const slider = (page: Page) => page.getByRole('slider', { name: 'Moment' })
  const panes = (page: Page) => page.locator('[data-moment]')

  async function open(address: string): Promise<Page> {
    const page = await helena.window()
    await page.goto(address)
    return page
  }

  /** Returns when both screens show another moment than `before`. */
  async function shown(page: Page, before?: number): Promise<number> {
    await page.waitForFunction((was) => {
      const shown = document.querySelector('[data-moment]')
      const at = shown?.getAttribute('data-moment')
      // A screen is drawn into its frame once the frame is there, a moment after the page says which it is.
      const drawn = [...(shown?.querySelectorAll('iframe') ?? [])].every(
        (frame) => (frame.contentDocument?.body.innerText ?? '') !== '',
      )
      return at !== null && at !== undefined && at !== String(was) && drawn
    }, before)
    return Number(await panes(page).getAttribute('data-moment'))
  }

  /** Everything a screen of that moment says, with what stands in its fields. */
  async function textOf(page: Page, of: 'Ana’s page' | RegExp): Promise<string> {
    const frame = page.getByTitle(of).contentFrame()
    return frame.locator('body').evaluate((body: HTMLElement) => {
      const fields = [...body.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')]
      return [body.innerText, ...fields.map(({ value }) => value)].join('\n')
    })
  }
  const herPage = (page: Page) => textOf(page, /^Ana’s page, as it was$/)
  const screen = (page: Page) => textOf(page, /^(Mira’s screen|The desk), as it was$/)

  it('finds a journey in the list and by its customer, and opens it at its first moment (C48)', async () => {
    const page = await open('/desk/replay')
    await page.getByRole('heading', { name: 'Everybody’s journeys' }).waitFor()
    await page.getByLabel('Customer', { exact: true }).fill('Ana Fer')
    await page.getByRole('list', { name: 'Customers found' }).getByRole('button').first().click()
    await page.getByRole('heading', { name: 'Journeys of Ana Ferreira' }).waitFor()
    await everyLook(page, 'replay-pick', {
      widths: [360, 768, 1280, 1440],
      check: (look) => expectAccessible(page, look),
    })
    await page
      .getByRole('row', { name: /Ana Ferreira/ })
      .first()
      .getByRole('link')
      .click()
    expect(await shown(page)).toBeGreaterThanOrEqual(begun)
    expect(await slider(page).getAttribute('aria-valuetext')).toContain('opens Need Help')
    await page.close()
  })

  it('shows at every moment what was known then to each side, and nothing that came later (C48, C49, C61)', async () => {
    const page = await open(`/desk/replay/${journeyId}?position=${String(begun)}`)
    const asked: string[] = []
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url())
      if (pathname.startsWith('/api/')) asked.push(`${request.method()} ${pathname}${search}`)
    })
    let at = await shown(page)
    const seen: { readonly at: number; readonly hers: readonly Name[]; readonly team: readonly Name[] }[] = []
    const all = Object.keys(SAID) as Name[]
    await slider(page).focus()
    for (;;) {
      const [hers, team] = await Promise.all([herPage(page), screen(page)])
      const later = all.filter((name) => recorded[name] > at)
      expect({ at, hers: later.filter((name) => hers.includes(SAID[name])) }).toEqual({ at, hers: [] })
      expect({ at, team: later.filter((name) => team.includes(SAID[name])) }).toEqual({ at, team: [] })
      expect({ at, hers: TEAM_ONLY.filter((name) => hers.includes(SAID[name])) }).toEqual({ at, hers: [] })
      seen.push({
        at,
        hers: all.filter((name) => hers.includes(SAID[name])),
        team: all.filter((name) => team.includes(SAID[name])),
      })
      const [now, last] = await Promise.all(
        ['aria-valuenow', 'aria-valuemax'].map((name) => slider(page).getAttribute(name)),
      )
      // No view of a past moment takes focus with it.
      expect(await slider(page).evaluate((element) => element === document.activeElement)).toBe(true)
      if (now === last) break
      await page.keyboard.press('ArrowRight')
      at = await shown(page, at)
    }
    // At the moment in which each of these was said, both sides had exactly what had been said by then.
    const talk: readonly Name[] = ['hello', 'hers', 'note', 'advice', 'thanks']
    for (const name of talk) {
      const moment = seen.find((each) => each.at >= recorded[name])
      const said = talk.filter((each) => recorded[each] <= recorded[name])
      expect({ name, team: moment?.team.filter((each) => talk.includes(each)) }).toEqual({ name, team: said })
      expect({ name, hers: moment?.hers.filter((each) => talk.includes(each)) }).toEqual({
        name,
        hers: said.filter((each) => each !== 'note'),
      })
    }
    const last = seen.at(-1)
    expect(last?.hers).toContain('comment')
    expect(last?.team).toEqual(expect.arrayContaining(['subject', 'summary', 'cause', 'note']))
    expect(seen.length).toBeGreaterThan(12)
    // Made of the context of each moment alone: no conversation, case or feedback of today was asked for.
    const foreign = asked.filter(
      (each) =>
        !/^GET \/api\/v1\/(journey\/journeys\/[\w-]+\/(context\?position=\d+(&as=customer)?|events\?)|identity\/names\?|platform\/about)|sessions\/refresh$/.test(
          each,
        ),
    )
    expect(foreign).toEqual([])
    await page.close()
  })

  it('goes by keys, by buttons and by pressing a moment, and its address holds the moment (C48)', async () => {
    const page = await open(`/desk/replay/${journeyId}?position=${String(recorded.hello)}`)
    const hello = await shown(page)
    expect(await screen(page)).toContain(SAID.hello)
    await slider(page).focus()
    await page.keyboard.press('End')
    const end = await shown(page, hello)
    expect(await slider(page).getAttribute('aria-valuetext')).toContain('gives feedback')
    await page.keyboard.press('Shift+ArrowLeft')
    const stage1 = await shown(page, end)
    expect(stage1).toBeLessThan(end)
    await page.keyboard.press('Home')
    const first = await shown(page, stage1)
    await page.waitForURL((url) => url.searchParams.get('position') === String(first))
    await page.getByRole('button', { name: 'Next moment' }).click()
    const second = await shown(page, first)
    await page.getByRole('button', { name: 'Previous moment' }).click()
    expect(await shown(page, second)).toBe(first)
    await page.getByRole('button', { name: 'Next stage' }).click()
    expect(await shown(page, first)).toBeGreaterThan(second)
    // A press anywhere on the line takes the moment that is nearest.
    const box = await slider(page).boundingBox()
    if (box === null) throw new Error('the line is nowhere')
    const now = Number(await panes(page).getAttribute('data-moment'))
    await page.mouse.click(Math.min(box.x + box.width, 1_380), box.y + box.height / 2)
    const there = await shown(page, now)
    await page.waitForURL((url) => url.searchParams.get('position') === String(there))
    await page.getByRole('button', { name: 'Copy this moment' }).click()
    await page.getByRole('button', { name: 'Address copied' }).waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    const again = await open(copied)
    expect(await shown(again)).toBe(there)
    await again.close()
    await page.close()
  })

  it('plays by itself a moment a second, and stops when told to (C48)', async () => {
    const page = await open(`/desk/replay/${journeyId}?position=${String(begun)}`)
    const first = await shown(page)
    await slider(page).focus()
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    const second = await shown(page, first)
    await shown(page, second)
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor()
    await page.close()
  })

  it('says what nobody knew yet, and goes to where it was first seen (C49)', async () => {
    const page = await open(`/desk/replay/${journeyId}?position=${String(recorded.hello)}`)
    const before = await shown(page)
    const later = page.getByText(SAID.note, { exact: false })
    await later.waitFor()
    await later.getByRole('button').click()
    await shown(page, before)
    expect(await screen(page)).toContain(SAID.note)
    expect(await herPage(page)).not.toContain(SAID.note)
    await page.close()
  })

  it('lets nothing be pressed in either screen, nor reached by Tab', async () => {
    const page = await open(`/desk/replay/${journeyId}?position=${String(recorded.hers)}`)
    await shown(page)
    await slider(page).focus()
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('IFRAME')
    }
    expect(await page.locator('iframe:not([inert])').count()).toBe(0)
    await page.close()
  })

  it('is in order for everybody in light and dark, from phone to desk', async () => {
    const page = await open(`/desk/replay/${journeyId}?position=${String(recorded.hers)}`)
    await shown(page)
    await everyLook(page, 'replay', {
      widths: [360, 768, 1280, 1440],
      check: (look) => expectAccessible(page, look),
    })
    await page.close()
  })

  it('is in order at each kind of moment, and at full size', async () => {
    const page = await open(`/desk/replay/${journeyId}`)
    const moments = await momentsOf(journeyId)
    for (const kind of [
      'ItemChosen',
      'ReasonChosen',
      'ChannelsOffered',
      'ContactOffered',
      'ContactSummarised',
      'FeedbackGiven',
    ]) {
      const moment = moments.find(({ type }) => type === `throughline.${kind}.v1`)
      if (moment === undefined) throw new Error(`${kind} is not on the line`)
      await page.goto(`/desk/replay/${journeyId}?position=${String(moment.position)}`)
      await shown(page)
      await expectAccessible(page, kind)
      await picture(page, `replay-${kind}`)
      const at = Number(await panes(page).getAttribute('data-moment'))
      expect(at).toBeGreaterThanOrEqual(moment.position)
    }
    await page.getByRole('button', { name: /^Full size: Mira/ }).click()
    await page.getByRole('dialog').waitFor()
    await expectAccessible(page, 'full size')
    await picture(page, 'replay-full')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.close()
  })

  it('on a narrow window shows her page, the screen and the words as tabs', async () => {
    const page = await open(`/desk/replay/${journeyId}?position=${String(recorded.hers)}`)
    await shown(page)
    await page.setViewportSize({ width: 768, height: 1_024 })
    await page.getByRole('tab', { name: 'Ana’s page' }).focus()
    expect(await herPage(page)).toContain(SAID.hers)
    await page.keyboard.press('ArrowRight')
    await page.getByTitle(/^Mira’s screen/).waitFor()
    expect(await screen(page)).toContain(SAID.hers)
    await page.keyboard.press('ArrowRight')
    await page.getByRole('tabpanel').getByText('Re-asked so far').waitFor()
    await page.close()
  })

  it('says so when the journey had not begun, is unknown, or a moment does not load', async () => {
    const page = await open(`/desk/replay/${journeyId}?position=1`)
    await page.getByText('The journey had not begun at this moment').first().waitFor()
    await expectAccessible(page, 'not yet')
    await page.getByRole('button', { name: 'Go to the first moment' }).first().click()
    await shown(page)
    await page.close()

    const lost = await helena.window()
    await lost.route(/\/context\?/, (route) =>
      route.fulfill({ status: 400, json: { code: 'journey.test', title: 'No' } }),
    )
    await lost.goto(`/desk/replay/${journeyId}?position=${String(recorded.hers)}`)
    await lost.getByText('This moment did not load').first().waitFor()
    await slider(lost).waitFor()
    await expectAccessible(lost, 'moment failed')
    await picture(lost, 'replay-failed')
    await lost.close()

    const none = await open('/desk/replay/00000000-0000-4000-8000-000000000000')
    await none.getByText('There is nothing here').waitFor()
    await expectAccessible(none, 'unknown')
    await none.close()
    // The browser writes down what the server refused.
    await expectQuiet(helena, { besides: [/Failed to load resource/] })
    helena = await anotherHelena()
  })

  async function anotherHelena(): Promise<BrowserPerson> {
    await helena.context.close()
    const person = await newPerson(browser, { url: stage.url, viewport: { width: 1440, height: 900 } })
    await knownHere(stage, person, 'helena@halden.example')
    return person
  }
})
