import type { Browser, Page } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import type { BrowserPerson } from './browser.js'
import { openPages, signIn } from './pages.stage.js'
import type { PagesStage } from './pages.stage.js'
import { everyLook } from './pictures.js'

interface Line {
  readonly id: string
  readonly said: string
}

let stage: PagesStage
let browser: Browser
let ana: BrowserPerson
let page: Page
/** With Joel, who has three at most. */
let open: string[] = []

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

afterEach(async () => {
  const left = open
  open = []
  await ana.context.setOffline(false)
  for (const contactId of left) await finish(contactId)
})

afterAll(async () => {
  await browser.close()
  await stage.stop()
})

/** A chat of Ana’s that Joel has taken, with her page open. */
async function chat(): Promise<string> {
  const { contactId } = await stage.begin(stage.asCustomer('ana'))
  await stage.take(stage.asAgent('joel'), contactId)
  open.push(contactId)
  await page.goto(`/contacts/${contactId}`)
  await page.getByLabel('Write to Joel').waitFor()
  return contactId
}

const says = (contactId: string, text: string, more: object = {}) =>
  stage.asAgent('joel').api.post(`/api/v1/contact/contacts/${contactId}/messages`, { text, ...more })

async function said(contactId: string): Promise<readonly string[]> {
  const { body } = await stage
    .asAgent('joel')
    .api.get<{ readonly items: readonly Line[] }>(`/api/v1/contact/contacts/${contactId}/messages`)
  return body.items.map((line) => line.said)
}

function finish(contactId: string) {
  open = open.filter((each) => each !== contactId)
  return stage.asAgent('joel').api.put(`/api/v1/contact/contacts/${contactId}/summary`, {
    outcome: 'promised',
    issue: 'new',
    subject: 'Dishwasher leaves water in the base',
    words: 'The drain pump does not draw. An engineer brings a new one.',
    causes: [],
    promised: [{ what: 'The engineer comes', by: new Date(Date.now() + 172_800_000).toISOString() }],
    articles: [],
  })
}

const log = () => page.getByRole('log')

async function write(text: string): Promise<void> {
  await page.getByLabel(/^Write to/).fill(text)
  await page.keyboard.press('Enter')
}

it('shows her place and lets her write before anybody is there, then goes on with who answers (C13, C15)', async () => {
  const { contactId } = await stage.begin(stage.asCustomer('ana'))
  await page.goto(`/contacts/${contactId}`)
  await page.getByText(/^(You are next|You are in line)$/).waitFor()
  await page.getByText(/passed|waited/).waitFor()
  await write('I can be at home on Tuesday.')
  await log().getByText('I can be at home on Tuesday.').waitFor()
  await everyLook(page, 'chat-waiting', { check: (name) => expectAccessible(page, name) })
  await stage.take(stage.asAgent('joel'), contactId)
  open.push(contactId)
  await page.getByRole('heading', { level: 1, name: /^Joel/ }).waitFor()
  const known = page.getByRole('region', { name: 'What Joel already knows' })
  await known.getByText('Ana Ferreira').waitFor()
  await known.getByText(/dishwasher/).waitFor()
  await expectQuiet(ana)
})

it('carries words, typing, choices and what was seen both ways (C13)', async () => {
  const contactId = await chat()
  await says(contactId, 'Hello Ana. Let’s look at the hose first.')
  await log().getByText('Hello Ana. Let’s look at the hose first.').waitFor()
  await page.getByLabel('Write to Joel').fill('Two lines')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('in one message.')
  await page.keyboard.press('Enter')
  await log().getByText('Two lines\nin one message.').waitFor()
  await stage.asAgent('joel').api.post(`/api/v1/contact/contacts/${contactId}/typing`, {})
  await page.getByRole('img', { name: 'Joel is writing' }).waitFor()
  await says(contactId, 'Which of these suits you?', { choices: ['Tue 24, 8:00–12:00', 'Other times'] })
  await page.getByRole('button', { name: 'Tue 24, 8:00–12:00' }).click()
  await page.getByRole('button', { name: 'Tue 24, 8:00–12:00', pressed: true }).waitFor()
  await log().getByText('Waiting to send').waitFor({ state: 'detached' })
  await expect(said(contactId)).resolves.toContain('Tue 24, 8:00–12:00')
  const { body } = await stage
    .asAgent('joel')
    .api.get<{ readonly items: readonly Line[] }>(`/api/v1/contact/contacts/${contactId}/messages`)
  await stage
    .asAgent('joel')
    .api.put(`/api/v1/contact/contacts/${contactId}/seen`, { messageId: body.items.at(-1)?.id })
  await log().getByText('seen by Joel').last().waitFor()
  await everyLook(page, 'chat', { check: (name) => expectAccessible(page, name) })
  await expectQuiet(ana)
})

it('keeps draft, unsent words and their order through a lost network and a reload, and says nothing twice (C13)', async () => {
  // It goes on as the machine's does, until it is moved: to be away for long takes no time.
  await page.clock.install()
  const contactId = await chat()
  await page.getByLabel('Write to Joel').fill('a draft')
  await page.reload()
  await page.getByLabel('Write to Joel').waitFor()
  await expect(page.getByLabel('Write to Joel').inputValue()).resolves.toBe('a draft')
  await page.getByLabel('Write to Joel').fill('')
  await ana.context.setOffline(true)
  await page.getByText('No connection. Keep writing, we send it as soon as it is back.').waitFor()
  await write('Wednesday would also work.')
  await write('Or Thursday.')
  await log().getByText('Waiting to send').last().waitFor()
  await says(contactId, 'I look.')
  await everyLook(page, 'chat-offline', {
    widths: [360, 1280],
    check: (name) => expectAccessible(page, name),
  })
  await page.clock.fastForward(40_000)
  await ana.context.setOffline(false)
  await page.getByText(/You were offline for \d\d seconds\. Nothing was lost\./).waitFor()
  await log().getByText('I look.').waitFor()
  await log().getByText('Waiting to send').first().waitFor({ state: 'detached' })
  const all = (await said(contactId)).filter((text) => /Wednesday|Thursday/.test(text))
  expect(all).toEqual(['Wednesday would also work.', 'Or Thursday.'])
  await page.reload()
  await log().getByText('Or Thursday.').waitFor()
  await expect(log().getByText('Or Thursday.').count()).resolves.toBe(1)
  await expectQuiet(ana, { besides: [/ERR_INTERNET_DISCONNECTED/] })
})

it('asks again with the same key when no answer came, and the server has it once (C13)', async () => {
  const contactId = await chat()
  const keys: string[] = []
  await page.route('**/messages', async (route) => {
    const request = route.request()
    if (request.method() !== 'POST') return route.fallback()
    keys.push(request.headers()['idempotency-key'] ?? '')
    // The server takes it, and the answer is lost.
    if (keys.length > 1) return route.fallback()
    await route.fetch()
    return route.abort()
  })
  await write('Only once, please.')
  await log().getByText('Waiting to send').waitFor({ state: 'detached' })
  await page.reload()
  await log().getByText('Only once, please.').waitFor()
  await page.unroute('**/messages')
  await expect(said(contactId)).resolves.toEqual(['Water stays in the bottom.', 'Only once, please.'])
  expect(new Set(keys).size).toBe(1)
})

it('says why words cannot be sent any more, and keeps them until they are removed', async () => {
  const contactId = await chat()
  await ana.context.setOffline(true)
  await write('One thing more.')
  await log().getByText('Waiting to send').waitFor()
  await finish(contactId)
  await ana.context.setOffline(false)
  await page.getByText('Not sent, this conversation is over').waitFor()
  await everyLook(page, 'chat-refused', {
    widths: [360, 1280],
    check: (name) => expectAccessible(page, name),
  })
  await page.getByRole('button', { name: 'Remove' }).click()
  await expect(log().getByText('One thing more.').count()).resolves.toBe(0)
})

it('stays where she reads when something new comes, and says how much (C13)', async () => {
  const contactId = await chat()
  for (let line = 1; line <= 30; line++) await says(contactId, `Line ${String(line)}`)
  await log().getByText('Line 30').waitFor()
  await log().evaluate((element) => {
    element.scrollTop = 0
  })
  await page.getByRole('button', { name: 'To the end' }).waitFor()
  await says(contactId, 'Something new')
  await page.getByRole('button', { name: '1 new' }).waitFor()
  await expect(log().evaluate((element) => element.scrollTop)).resolves.toBe(0)
  await page.getByRole('button', { name: '1 new' }).click()
  await page.getByRole('button', { name: '1 new' }).waitFor({ state: 'detached' })
})

it('is the same conversation on another device, and goes on there (C13, C45)', async () => {
  const contactId = await chat()
  const phone = await newPerson(browser, {
    url: stage.url,
    viewport: { width: 390, height: 844 },
    touch: true,
    colorScheme: 'dark',
  })
  await phone.page.goto(`/contacts/${contactId}`)
  await signIn(stage, phone.page, 'ana@example.org')
  await phone.page.getByRole('button', { name: /^Joel already knows \d things$/ }).click()
  await phone.page.getByText('Ana Ferreira').last().waitFor()
  await page.getByText('Also open on another device.').waitFor()
  await phone.page.getByLabel('Write to Joel').fill('From the phone')
  await phone.page.getByRole('button', { name: 'Send' }).click()
  await log().getByText('From the phone').waitFor()
  await expectAccessible(phone.page, 'chat on a phone')
  await phone.context.close()
  await page.getByText('Also open on another device.').waitFor({ state: 'detached' })
})

it('goes on by phone with the same thread, and nobody asks for a number but as a last resort (C45)', async () => {
  const contactId = await chat()
  await write('Before the call')
  await log().getByText('Waiting to send').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Continue by phone' }).click()
  await page.getByText(/^(Ring |We are putting you through|.* ready for your call)/).waitFor()
  await log().getByText('Before the call').waitFor()
  await page.getByRole('button', { name: 'Calling from somebody else’s phone?' }).click()
  await page.getByText('Then say this code:').waitFor()
  await everyLook(page, 'call', { check: (name) => expectAccessible(page, name) })
  await page.getByRole('button', { name: 'Continue by chat' }).click()
  await page.getByText('Then say this code:').waitFor({ state: 'detached' })
  await stage.settle()
  await stage.take(stage.asAgent('joel'), contactId)
})

it('puts right what is wrong in what we know (C16)', async () => {
  await chat()
  await page.getByRole('button', { name: 'Correct something' }).click()
  await page.getByLabel('What is not right?').selectOption({ index: 1 })
  await page.getByLabel('What is right?').fill('It is the old one, from 2019')
  await page.getByRole('button', { name: 'Save' }).click()
  await page
    .getByRole('region', { name: 'What Joel already knows' })
    .getByText('It is the old one, from 2019')
    .waitFor()
})

it('asks before it ends, then shows what came of it, the case and how to say how it was (C20, C23, C24)', async () => {
  const contactId = await chat()
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('button', { name: 'End chat' }).click()
  const dialog = page.getByRole('dialog', { name: 'End this conversation?' })
  await dialog.waitFor()
  await expectAccessible(page, 'chat, before the end')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('button', { name: 'End chat' }).click()
  await dialog.getByRole('button', { name: 'End chat' }).click()
  await page.getByText(/is writing down what you said|We are writing down/).waitFor()
  await finish(contactId)
  await page.getByText('An engineer brings a new one.').waitFor()
  await page.getByRole('link', { name: /^See case \d{7}$/ }).waitFor()
  await page.getByRole('button', { name: /^Contact us about case \d{7}$/ }).waitFor()
  await page.getByRole('group', { name: 'How did you feel?' }).waitFor()
  await everyLook(page, 'chat-ended', { whole: true, check: (name) => expectAccessible(page, name) })
})

it('shows nothing of a conversation that is somebody else’s', async () => {
  const { contactId } = await stage.begin(stage.asCustomer('tomas'))
  await page.goto(`/contacts/${contactId}`)
  await page.getByText('There is nothing here').waitFor()
  await expectAccessible(page, 'a foreign conversation')
})
