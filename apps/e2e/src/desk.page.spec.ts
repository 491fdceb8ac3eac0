import type { Browser, Page } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { knownHere, openPages } from './pages.stage.js'
import type { BegunContact, PagesStage } from './pages.stage.js'
import { everyLook, picture } from './pictures.js'

declare global {
  interface Window {
    /** Whether the facts stood in the offer when it was put into the page. */
    offered?: readonly boolean[]
  }
}

interface Listed<Item> {
  readonly items: readonly Item[]
}
interface Said {
  readonly id: string
  readonly said: string
  readonly articleId?: string
  readonly choices?: readonly string[]
}

const ADDRESS = 'Rua das Flores 88, 4050 Porto'
const WIDTHS = [360, 768, 1280, 1440]
/** What a browser writes down when a test has cut its network or a refused command was expected. */
const CUT = [/net::ERR_INTERNET_DISCONNECTED/, /net::ERR_/]

describe('the desk in a browser', () => {
  let stage: PagesStage
  let browser: Browser
  let joel: BrowserPerson
  let heard = 0
  let begun: BegunContact[] = []
  beforeAll(async () => {
    ;[stage, browser] = await Promise.all([openPages(), openBrowser()])
    joel = await newPerson(browser, { url: stage.url, viewport: { width: 1440, height: 900 } })
    await joel.context.addInitScript(watchOffers)
    await knownHere(stage, joel, 'joel@halden.example')
  })
  afterEach(async () => {
    for (const { contactId } of begun) await finish(contactId)
    begun = []
    await presence('signed-off')
    for (const page of joel.context.pages()) await page.close()
  })
  afterAll(async () => {
    await browser.close()
    await stage.stop()
  })

  const agent = () => stage.asAgent('joel').api
  const presence = async (state: string): Promise<void> => {
    await agent().put('/api/v1/routing/agents/me/presence', { state })
    await stage.settle()
  }
  async function finish(contactId: string): Promise<void> {
    const summary = {
      outcome: 'resolved',
      issue: 'new',
      subject: 'Water stays',
      words: 'It runs again.',
      causes: [],
      promised: [],
      articles: [],
    }
    // Whether it was with somebody, was left or is over: nothing of it is left for the next test.
    await agent()
      .put(`/api/v1/contact/contacts/${contactId}/summary`, summary)
      .catch(() => undefined)
    await stage
      .asCustomer('ana')
      .api.post(`/api/v1/contact/contacts/${contactId}/leave`, { why: 'solved' })
      .catch(() => undefined)
    await stage.settle()
  }

  /** Ana comes with a thing, a reason, an address, and a guide that did not help. */
  async function anaComes({ channel = 'chat' } = {}): Promise<BegunContact> {
    const { api } = stage.asCustomer('ana')
    const { body: things } = await api.get<
      Listed<{ readonly id: string; readonly title: string; readonly kind: string }>
    >('/api/v1/my-stuff/items?limit=100')
    const thing = things.items.find(({ title }) => title.includes('dishwasher'))
    const { body: journey } = await api.post<{ readonly id: string }>('/api/v1/journey/journeys', {
      entrance: 'need-help',
    })
    const path = `/api/v1/journey/journeys/${journey.id}`
    await api.put(`${path}/item`, { itemId: thing?.id })
    await api.put(`${path}/reason`, { code: 'not-working', detail: 'water-stays' })
    await api.post(`${path}/facts`, { name: 'delivery-address', label: 'Address', value: ADDRESS })
    const { body: fitting } = await api.get<{ readonly guides: readonly { readonly id: string }[] }>(
      `/api/v1/knowledge/suggestions?thing=purchase&reason=not-working&detail=water-stays&journeyId=${journey.id}`,
    )
    const { body: reading } = await api.post<{ readonly id: string }>('/api/v1/knowledge/readings', {
      articleId: fitting.guides[0]?.id,
      journeyId: journey.id,
    })
    await api.put(`/api/v1/knowledge/readings/${reading.id}/rating`, { helped: false })
    await stage.settle()
    const { body: offer } = await api.post<{ readonly id: string }>('/api/v1/routing/offers', {
      journeyId: journey.id,
    })
    await stage.settle()
    const { body: contact } = await api.post<{ readonly id: string }>('/api/v1/contact/contacts', {
      journeyId: journey.id,
      decisionId: offer.id,
      channel,
      words: 'It began after it was moved on Wednesday.',
    })
    await stage.settle()
    const made = { journeyId: journey.id, contactId: contact.id }
    begun.push(made)
    return made
  }

  async function desk(path = '/desk'): Promise<Page> {
    const page = await joel.window()
    await page.goto(path)
    await page.getByRole('navigation', { name: 'Conversations and follow-ups' }).waitFor()
    // The dot says when both streams are there.
    await page.getByText('Live', { exact: true }).waitFor({ state: 'attached' })
    return page
  }
  /** Ana is with Joel, and her conversation is open. */
  async function withAna(
    wish: Parameters<typeof anaComes>[0] = {},
  ): Promise<{ readonly page: Page } & BegunContact> {
    await presence('ready')
    const contact = await anaComes(wish)
    await stage.take(stage.asAgent('joel'), contact.contactId)
    const page = await desk(`/desk/contacts/${contact.contactId}`)
    await page.getByRole('heading', { name: 'Ana Ferreira' }).waitFor()
    return { page, ...contact }
  }
  const quiet = async (besides: readonly RegExp[] = []): Promise<void> => {
    await expectQuiet({ ...joel, notices: joel.notices.slice(heard) }, { besides })
    heard = joel.notices.length
  }
  const offer = (page: Page) => page.getByRole('region', { name: 'Chat offered' })
  const reply = (page: Page) => page.getByRole('textbox', { name: 'Reply to Ana' })
  const log = (page: Page) => page.getByRole('log', { name: 'Conversation with Ana' })
  const messages = async (contactId: string): Promise<readonly Said[]> => {
    const { body } = await stage
      .asCustomer('ana')
      .api.get<Listed<Said>>(`/api/v1/contact/contacts/${contactId}/messages`)
    return body.items
  }

  it('shows an offer together with all that is known, on one screen, before anybody answers (C13, C14, C18, C46)', async () => {
    const page = await desk()
    await page.getByRole('button', { name: 'Off, change whether you are there' }).click()
    await page.getByRole('menuitem', { name: /^Ready/ }).click()
    await page.getByRole('heading', { name: 'Nobody is waiting' }).waitFor()
    await everyLook(page, 'desk-nobody', { widths: WIDTHS, check: (name) => expectAccessible(page, name) })
    await page.getByRole('button', { name: /^Ready, change/ }).focus()

    const { contactId } = await anaComes()
    await offer(page).waitFor()
    expect(await page.evaluate(() => window.offered)).toEqual([true])
    await offer(page)
      .getByText(
        'Ana needs help with Bris 45 slimline dishwasher: it isn’t working, water stays in the bottom. One guide was read and did not help.',
      )
      .waitFor()
    const facts = await offer(page).locator('dl').innerText()
    for (const known of [
      'Ana Ferreira',
      'HH-20418',
      'Water stays in the bottom',
      ADDRESS,
      'moved on Wednesday',
    ])
      expect(facts.toLowerCase()).toContain(known.toLowerCase())
    await offer(page).getByRole('list', { name: 'What led here' }).getByText('Guide did not help').waitFor()
    // No scrolling, neither of the page nor within the offer.
    expect(await offer(page).locator('dl').evaluate(isInView)).toBe(true)
    expect(await page.title()).toBe('(1) Desk')
    // Focus stays where it was; what is said aloud is said once.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(
      /^Ready, change/,
    )
    await page
      .getByRole('alert')
      .getByText('Chat offered: Ana Ferreira, Water stays in the bottom')
      .waitFor({ state: 'attached' })
    await expectAccessible(page, 'offer')
    await picture(page, 'desk-offer')

    await page.keyboard.press('a')
    await page.getByRole('heading', { name: 'Ana Ferreira', level: 1 }).waitFor()
    expect(page.url()).toContain(contactId)
    // The same facts in the same place, until they were read.
    const kept = page.getByRole('region', { name: 'Chat offered' })
    expect(await kept.locator('dl').innerText()).toBe(facts)
    await kept.getByRole('button', { name: 'Got it' }).click()
    await kept.waitFor({ state: 'detached' })
    const context = page.getByRole('complementary', { name: 'What is known' })
    for (const text of [ADDRESS, 'Don’t send it again', 'Chat with you'])
      await context.getByText(text).first().waitFor()
    expect(await context.getByRole('link', { name: 'Replay' }).count()).toBe(0)
    await quiet()
  })

  it('C14: covers no composer, and letters belong to who is writing', async () => {
    const { page } = await withAna()
    await reply(page).click()
    await page.keyboard.type('A day ')
    const tomas = await stage.begin(stage.asCustomer('tomas'))
    const arrived = page.getByRole('region', { name: 'Chat offered' })
    await arrived.waitFor()
    await page.keyboard.type('and a date')
    expect(await reply(page).inputValue()).toBe('A day and a date')
    const [sheet, composer] = await Promise.all([arrived.boundingBox(), reply(page).boundingBox()])
    expect((sheet?.y ?? 0) + (sheet?.height ?? 0)).toBeLessThanOrEqual(composer?.y ?? 0)
    // Somebody else is there, or what is declined would come back at once.
    const mira = stage.asAgent('mira').api
    await mira.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
    await stage.settle()
    // Out of the field first; then the letter means the offer.
    await page.keyboard.press('Escape')
    await page.keyboard.press('d')
    await arrived.waitFor({ state: 'detached' })
    expect(await reply(page).inputValue()).toBe('A day and a date')
    await stage
      .asCustomer('tomas')
      .api.post(`/api/v1/contact/contacts/${tomas.contactId}/leave`, { why: 'solved' })
    await mira.put('/api/v1/routing/agents/me/presence', { state: 'signed-off' })
    await stage.settle()
    await quiet()
  })

  it('says when somebody is no longer waiting, and that nothing is counted', async () => {
    const page = await desk()
    await presence('ready')
    const { contactId } = await anaComes()
    await offer(page).waitFor()
    await stage.asCustomer('ana').api.post(`/api/v1/contact/contacts/${contactId}/leave`, { why: 'solved' })
    await page.getByRole('heading', { name: 'Ana is no longer waiting for you' }).waitFor()
    await page.getByText('You stay ready. Nothing is counted against you.').waitFor()
    expect(await offer(page).count()).toBe(0)
    await picture(page, 'desk-gone')
    await page.keyboard.press('Escape')
    await page
      .getByRole('heading', { name: 'Ana is no longer waiting for you' })
      .waitFor({ state: 'detached' })
    await quiet()
  })

  it('C15: holds one thread of her words, ours and the team’s notes, which she never sees', async () => {
    const { page, contactId } = await withAna()
    await reply(page).fill('Hello Ana, I can see the water stayed.')
    await page.keyboard.press('Control+Enter')
    await log(page).getByText('Hello Ana, I can see the water stayed.').waitFor()
    await stage
      .asCustomer('ana')
      .api.post(`/api/v1/contact/contacts/${contactId}/messages`, { text: 'Yes, since <b>Wednesday</b>.' })
    await log(page).getByText('Yes, since <b>Wednesday</b>.').waitFor()
    await log(page)
      .getByText(/^Chose chat. Waited .* promised$/)
      .waitFor()

    await page.getByRole('tab', { name: /^Note to team/ }).click()
    const note = page.getByRole('textbox', { name: 'Note to team, never shown to the customer' })
    await note.fill('Third this week')
    // Each keeps its own draft; a note never becomes a reply.
    await page.getByRole('tab', { name: /^Reply to Ana/ }).click()
    expect(await reply(page).inputValue()).toBe('')
    await page.getByRole('tab', { name: /^Note to team/ }).click()
    await page.getByRole('button', { name: 'Add note' }).click()
    await log(page).getByText('Note, only your team sees this').waitFor()
    await log(page).getByText('Third this week').waitFor()
    await expectAccessible(page, 'a note')
    expect((await messages(contactId)).map(({ said }) => said)).toEqual([
      'It began after it was moved on Wednesday.',
      'Hello Ana, I can see the water stayed.',
      'Yes, since <b>Wednesday</b>.',
    ])
    await quiet()
  })

  it('C16: shows a known fact before it is asked for again, and counts only what is asked anyway', async () => {
    const { page, journeyId } = await withAna()
    const asked = async (): Promise<number> => {
      const { body } = await agent().get<{ readonly askedAgain: number }>(
        `/api/v1/journey/journeys/${journeyId}/context`,
      )
      return body.askedAgain
    }
    const guard = page.getByRole('status').filter({ hasText: 'You know this already.' })
    await reply(page).fill('Paulo will come on Tuesday. Which day suits you?')
    expect(await guard.count()).toBe(0)
    await reply(page).fill('Paulo will come on Tuesday. Which address should he come to?')
    await guard.getByText(ADDRESS).waitFor()
    await everyLook(page, 'desk-conversation', {
      widths: WIDTHS,
      check: (name) => expectAccessible(page, name),
    })
    await guard.getByRole('button', { name: 'Use it' }).click()
    expect(await reply(page).inputValue()).toBe(
      `Paulo will come on Tuesday. I have your address here: ${ADDRESS}.`,
    )
    expect(await guard.count()).toBe(0)
    expect(await asked()).toBe(0)

    await reply(page).fill('Which address should he come to?')
    const told = page.waitForResponse((answer) => answer.url().endsWith('/questions'))
    await guard.getByRole('button', { name: 'Ask anyway' }).click()
    expect((await told).ok()).toBe(true)
    expect(await asked()).toBe(1)
    await page.getByRole('button', { name: /^Send/ }).click()
    await log(page).getByText('Which address should he come to?').waitFor()
    await quiet()
  })

  it('C17: inserts at the caret what fits her thing and reason, and what did not help her sinks', async () => {
    const { page, contactId } = await withAna()
    await reply(page).fill('Good news.  Bye')
    await reply(page).evaluate((field: HTMLTextAreaElement) => {
      field.setSelectionRange(11, 11)
    })
    await page.keyboard.type('/')
    const options = page
      .getByRole('listbox', { name: 'Insert an article, a phrase or choices' })
      .getByRole('option')
    const articles = options.filter({
      hasNotText: /^Hello|^One moment|^Let us|^Is there|^Thank|choose|Choices/,
    })
    await options.filter({ hasText: 'did not help Ana' }).first().waitFor()
    expect(await articles.first().innerText()).not.toContain('did not help')
    expect(await articles.last().innerText()).toContain('did not help')
    const title = (await articles.first().innerText()).split('\n')[0] ?? ''
    await page.keyboard.press('Enter')
    expect(await reply(page).inputValue()).toBe(`Good news. Please have a look at “${title}”. Bye`)
    await page.getByText(`Goes along: ${title}`).waitFor()
    await page.keyboard.press('Control+Enter')
    await log(page).getByText(`Good news. Please have a look at “${title}”. Bye`).waitFor()

    await page.getByRole('button', { name: 'Insert choices' }).click()
    await options.filter({ hasText: 'Choices of your own' }).click()
    await page.getByRole('textbox', { name: 'Choice 1' }).fill('Tue 24, 8:00–12:00')
    await page.getByRole('textbox', { name: 'Choice 2' }).fill('Wed 25, 13:00–17:00')
    await expectAccessible(page, 'choices')
    await page.getByRole('button', { name: /^Send/ }).click()
    await log(page).getByText('Which of these suits you?').waitFor()
    await stage.settle()
    const said = await messages(contactId)
    expect(said.at(-2)?.articleId).toEqual(expect.any(String))
    const question = said.at(-1)
    expect(question?.choices).toEqual(['Tue 24, 8:00–12:00', 'Wed 25, 13:00–17:00'])
    await stage.asCustomer('ana').api.post(`/api/v1/contact/contacts/${contactId}/messages`, {
      text: 'Tue 24, 8:00–12:00',
      answers: question?.id,
    })
    await log(page).getByText(', picked').waitFor({ state: 'attached' })
    await quiet()
  })

  it('says that live updates stopped, keeps what is written, and sends it once when they are back', async () => {
    const { page, contactId } = await withAna()
    await joel.context.setOffline(true)
    const bar = page
      .getByRole('alert')
      .filter({ hasText: /Live updates stopped at \d\d:\d\d:\d\d\. You get no offers/ })
    await bar.waitFor()
    await reply(page).fill('The hose is too low.')
    await page.keyboard.press('Control+Enter')
    await log(page).getByText('Waiting to send').waitFor()
    await reply(page).fill('And')
    await page.getByText('Draft kept').waitFor()
    await expectAccessible(page, 'live lost')
    await picture(page, 'desk-live-lost')
    await joel.context.setOffline(false)
    await bar.waitFor({ state: 'detached' })
    await log(page).getByText('Waiting to send').waitFor({ state: 'detached' })
    await stage.settle()
    expect((await messages(contactId)).filter(({ said }) => said === 'The hose is too low.')).toHaveLength(1)
    await page.reload()
    await log(page).getByText('The hose is too low.').waitFor()
    expect(await reply(page).inputValue()).toBe('And')
    await quiet(CUT)
  })

  it('C14: follows a call from ringing over hold to its end', async () => {
    const { page, contactId } = await withAna({ channel: 'phone' })
    const bar = page.getByRole('group', { name: 'Call' })
    await bar.getByText('Ana is on the line').waitFor()
    await bar.getByRole('button', { name: 'We speak' }).click()
    await bar.getByText('Talking with Ana').waitFor()
    await bar.getByRole('button', { name: 'Hold' }).click()
    await bar.getByText('Ana waits on the line').waitFor()
    await bar.getByRole('button', { name: 'Talk on' }).click()
    await bar.getByRole('button', { name: 'End call' }).click()
    await page.getByText('The conversation is over. It waits for your wrap-up.').waitFor()
    const { body } = await agent().get<{ readonly state: string }>(`/api/v1/contact/contacts/${contactId}`)
    expect(body.state).toBe('wrapping')
    await quiet()
  })

  it('notes what was learned once, so that it is known from then on (C16)', async () => {
    const { page, journeyId } = await withAna()
    await page.getByRole('button', { name: 'Note what you learned' }).click()
    await page.getByLabel('What', { exact: true }).fill('Serial number')
    await page.getByLabel('Is', { exact: true }).fill('SN-7731')
    await page.getByRole('button', { name: 'Note it' }).click()
    await page.getByRole('complementary').getByText('SN-7731').waitFor()
    await reply(page).fill('What is the serial number?')
    await page.getByRole('status').getByText('SN-7731').waitFor()
    const { body } = await agent().get<{ readonly facts: readonly object[] }>(
      `/api/v1/journey/journeys/${journeyId}/context`,
    )
    expect(body.facts).toContainEqual(
      expect.objectContaining({ name: 'serial-number', value: 'SN-7731', source: 'agent' }),
    )
    await quiet()
  })

  it('goes by the keyboard alone: conversations, context and its width', async () => {
    const { page, contactId } = await withAna()
    await page.goto('/desk')
    await page.getByRole('link', { name: /Ana Ferreira/ }).waitFor()
    await page.keyboard.press('j')
    await page.getByRole('heading', { name: 'Ana Ferreira' }).waitFor()
    expect(page.url()).toContain(contactId)
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
    const edge = page.getByRole('slider', { name: 'Width of what is known' })
    await edge.focus()
    await page.keyboard.press('Home')
    expect(await edge.getAttribute('aria-valuenow')).toBe('320')
    await page.keyboard.press('ArrowLeft')
    expect(await edge.getAttribute('aria-valuenow')).toBe('336')
    await page.keyboard.press('r')
    const field = await reply(page).elementHandle()
    await page.waitForFunction((wanted) => wanted === document.activeElement, field)
    await page.keyboard.press('Escape')
    // Narrower, the context is called up and goes again.
    await page.setViewportSize({ width: 1000, height: 800 })
    const context = page.getByRole('complementary', { name: 'What is known' })
    await context.waitFor({ state: 'detached' })
    await page.keyboard.press('i')
    await context.waitFor()
    await expectAccessible(page, 'context drawer')
    await page.keyboard.press('Escape')
    await context.waitFor({ state: 'detached' })
    await quiet()
  })

  it('says that the session is over, and has the words that were being written when somebody signs in again (S19)', async () => {
    const { page, contactId } = await withAna()
    const asked = page.waitForRequest((request) => request.headers().authorization !== undefined)
    await page.reload()
    const { authorization = '' } = (await asked).headers()
    await reply(page).fill('I was about to say')
    await joel.context.request.delete('/api/v1/identity/sessions/current', {
      headers: { authorization },
      failOnStatusCode: true,
    })
    await page.getByText('Your session is over. Sign in to go on here. What you wrote is kept.').waitFor()
    await expectAccessible(page, 'session over')
    await knownHere(stage, joel, 'joel@halden.example')
    await page.reload()
    expect(await reply(page).inputValue()).toBe('I was about to say')
    expect(page.url()).toContain(contactId)
    await quiet([/status of 401/])
  })

  it('shows an address that is not hers as nothing there, and the list stays', async () => {
    const page = await desk('/desk/contacts/0190a0a0-0000-7000-8000-00000000dead')
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
    await page.getByRole('heading', { name: /With you/ }).waitFor()
    await expectAccessible(page, 'unknown contact')
    await quiet([/status of 404/])
  })
})

/** Notes of each offer that appears whether its facts came with it, in the same change of the page. */
function watchOffers(): void {
  const seen: boolean[] = []
  window.offered = seen
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) {
        const sheet =
          node instanceof Element ? (node.id === 'offer' ? node : node.querySelector('#offer')) : null
        if (sheet !== null) seen.push(sheet.querySelector('dl') !== null)
      }
  }).observe(document, { childList: true, subtree: true })
}

function isInView(element: Element): boolean {
  const { top, bottom, left, right } = element.getBoundingClientRect()
  const at = document.elementFromPoint((left + right) / 2, bottom - 2)
  return top >= 0 && bottom <= innerHeight && at !== null && (element.contains(at) || at.contains(element))
}
