import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { Browser } from 'playwright-core'
import { expectAccessible } from './axe.js'
import { expectQuiet, newPerson, openBrowser } from './browser.js'
import type { BrowserPerson, NoticeKind } from './browser.js'
import { HOSTILE_TEXTS } from './hostile-texts.js'
import { expectNoSidewaysScroll } from './pictures.js'

const STRICT =
  "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-fixture'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'"

/** Texts that run only where they come with the page itself. */
const PARSED = ['script', 'svg-onload', 'close-title', 'cdata']

/** Pages that do what ours must never do, one by path. */
const BODIES: Readonly<Record<string, string>> = {
  '/': '<h1>Good</h1><label>Name <input></label><button>Go on</button>',
  '/bare': '',
  '/unlabelled': '<h1>Bad</h1><input><p class="pale">Too pale to read</p>',
  '/parsed': HOSTILE_TEXTS.filter(({ name }) => PARSED.includes(name))
    .map(({ text }) => text)
    .join('\n'),
  '/wide': '<h1>Wide</h1><p class="wide">This does not fit</p>',
}

/** Those without a policy. */
const TRUSTING = ['/bare', '/parsed']

async function openFixture(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(({ url = '/' }, response) => {
    const body = BODIES[url]
    if (url === '/style.css') {
      response.setHeader('content-type', 'text/css')
      response.end('body{background:#fff;color:#111}.pale{color:#ccc}.wide{width:900px}')
      return
    }
    response.statusCode = body === undefined ? 404 : 200
    response.setHeader('content-type', 'text/html')
    if (!TRUSTING.includes(url)) response.setHeader('content-security-policy', STRICT)
    response.end(
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Fixture</title>' +
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">' +
        `<link rel="stylesheet" href="/style.css"></head><body><main>${body ?? ''}</main></body></html>`,
    )
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the fixture listens nowhere')
  return { url: `http://127.0.0.1:${String(address.port)}`, server }
}

describe('somebody at a browser', () => {
  let browser: Browser
  let fixture: Awaited<ReturnType<typeof openFixture>>
  beforeAll(async () => {
    fixture = await openFixture()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    fixture.server.close()
  })

  const at = async (path: string): Promise<BrowserPerson> => {
    const person = await newPerson(browser, { url: fixture.url, viewport: { width: 360, height: 740 } })
    await person.page.goto(path)
    return person
  }
  /** What the watch says after something was done in a page; the last word of the page is waited for. */
  const noticed = async (path: string, done: (person: BrowserPerson) => Promise<unknown>) => {
    const person = await at(path)
    await done(person)
    await person.page.evaluate(() => undefined)
    await expect(expectQuiet(person)).rejects.toThrow()
    const kinds = new Set<NoticeKind>(person.notices.map(({ kind }) => kind))
    await person.context.close()
    return [...kinds].sort()
  }

  it('finds a page that is in order quiet, readable to everybody and no wider than its window', async () => {
    const person = await at('/')
    await expectAccessible(person.page, 'a page in order')
    await expectNoSidewaysScroll(person.page, 'a page in order')
    // The check itself works under a policy with trusted types, and breaks none.
    await expectQuiet(person)
    await person.context.close()
  })

  it('hears of errors that nobody caught and of what a page asks for and does not get', async () => {
    const thrown = ({ page }: BrowserPerson) =>
      page.evaluate(async () => {
        const event = new Promise((resolve) => {
          window.addEventListener('error', resolve)
        })
        setTimeout(() => {
          throw new Error('nobody caught it')
        })
        await event
      })
    await expect(noticed('/', thrown)).resolves.toEqual(['uncaught error'])
    const missed = ({ page }: BrowserPerson) =>
      page.evaluate(async () => {
        await fetch('/missing')
      })
    await expect(noticed('/', missed)).resolves.toEqual(['console error'])
  })

  it('hears of violations of the policy, of requests to other sites and of boxes that stop the page (S14)', async () => {
    const markup = ({ page }: BrowserPerson) =>
      page.evaluate(() => {
        document.body.innerHTML = '<b>markup</b>'
      })
    const refused = (person: BrowserPerson) => expect(markup(person)).rejects.toThrow('TrustedHTML')
    await expect(noticed('/', refused)).resolves.toEqual(['console error', 'policy violation'])
    const away = ({ page }: BrowserPerson) =>
      page.evaluate(() => fetch('https://elsewhere.example/').catch(() => undefined))
    await expect(noticed('/bare', away)).resolves.toEqual(['console error', 'foreign request'])
    const box = ({ page }: BrowserPerson) =>
      page.evaluate(() => {
        alert('stop')
      })
    await expect(noticed('/', box)).resolves.toEqual(['dialog'])
  })

  it('counts hostile texts that run where a page trusts them, so that silence elsewhere means something (S14)', async () => {
    const person = await newPerson(browser, { url: fixture.url })
    await person.page.goto('/bare')
    // As a careless page would: text taken for markup.
    for (const { text } of HOSTILE_TEXTS.filter(({ name }) => !name.startsWith('meta-'))) {
      await person.page.evaluate((markup) => {
        const place = document.createElement('div')
        document.body.append(place)
        place.innerHTML = markup
      }, text)
    }
    await person.page.waitForLoadState('networkidle')
    // As a careless server would: text written into the page it sends.
    await person.page.goto('/parsed')
    await person.page.waitForLoadState('networkidle')
    const ran = person.notices.flatMap(({ kind, words }) => (kind === 'hostile text ran' ? [words] : []))
    const certain = [
      'img-onerror',
      'double-quote',
      'md-html',
      'react-element',
      'mxss-noscript',
      'iframe-srcdoc',
    ]
    expect(ran).toEqual(expect.arrayContaining([...certain, ...PARSED]))
    expect(person.notices.some(({ kind }) => kind === 'foreign request')).toBe(true)
    await expect(expectQuiet(person)).rejects.toThrow('hostile text ran')
    await person.context.close()
  })

  it('names what a person who cannot see or point would miss, and what sticks out of a phone', async () => {
    const bad = await at('/unlabelled')
    await expect(expectAccessible(bad.page, 'a bad page')).rejects.toThrow(/a bad page: label.*\n?.*input/)
    await expect(expectAccessible(bad.page, 'a bad page')).rejects.toThrow('color-contrast')
    const wide = await at('/wide')
    await expect(expectNoSidewaysScroll(wide.page, 'a wide page')).rejects.toThrow('p.wide')
  })
})

describe('the hostile texts', () => {
  it('are many, each with a name of its own', () => {
    expect(HOSTILE_TEXTS.length).toBeGreaterThanOrEqual(30)
    expect(new Set(HOSTILE_TEXTS.map(({ name }) => name)).size).toBe(HOSTILE_TEXTS.length)
  })
})
