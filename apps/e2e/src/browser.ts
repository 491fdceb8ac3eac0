import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, ConsoleMessage, Locator, Page } from 'playwright-core'

declare global {
  interface Window {
    /** What every hostile text calls: each call is one text that ran as code. */
    __pwn(name?: string): void
    __notice(kind: NoticeKind, words: string): Promise<void>
  }
}

export type NoticeKind =
  'uncaught error' | 'console error' | 'policy violation' | 'foreign request' | 'dialog' | 'hostile text ran'

/** Something that happens in no page that is in order. */
export interface Notice {
  readonly kind: NoticeKind
  readonly words: string
}

/** Somebody at a browser: a context of their own, with nothing of anybody else's. */
export interface BrowserPerson {
  readonly context: BrowserContext
  readonly page: Page
  /** Of every page of the context and every frame in it, in the order it was seen. */
  readonly notices: readonly Notice[]
  /** Another window of the same browser. */
  window(): Promise<Page>
}

export interface Looks {
  readonly viewport?: { readonly width: number; readonly height: number }
  readonly colorScheme?: 'light' | 'dark'
  readonly reducedMotion?: 'reduce' | 'no-preference'
  readonly locale?: string
  readonly timezoneId?: string
  /** A finger and no mouse, as on a phone. */
  readonly touch?: boolean
}

/**
 * Presses the words beside a radio button, box or switch, as people do; the box itself is hidden. Playwright waits until they stand
 * still and nothing covers them.
 */
export async function tick(page: Page, box: Locator): Promise<void> {
  await page.locator('label').filter({ has: box }).click()
}

/** Path of the Chromium that Jest's configuration found; undefined when there is none. */
export function chromiumPath(): string | undefined {
  return process.env.CHROMIUM_PATH
}

/** Starts Chromium without a window. @throws Error saying how to get one where there is none */
export async function openBrowser(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) {
    throw new Error('No Chromium here: apt-get install chromium, or set CHROMIUM_PATH.')
  }
  return chromium.launch({
    executablePath,
    // Its sandbox does not start for root, who is alone in a container.
    chromiumSandbox: process.getuid?.() !== 0,
    // What asks for another machine is refused before any name is looked up.
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'],
  })
}

/**
 * A person at a browser of their own, who looks at the system at `url`; paths given to `page.goto` begin there.
 * `others` are further origins that are ours, such as a shop's page with the widget in it.
 */
export async function newPerson(
  browser: Browser,
  { url, others = [], ...looks }: Looks & { readonly url: string; readonly others?: readonly string[] },
): Promise<BrowserPerson> {
  const { touch = false, viewport = { width: 1280, height: 800 }, ...rest } = looks
  const context = await browser.newContext({
    baseURL: url,
    colorScheme: 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Lisbon',
    ...rest,
    viewport: { ...viewport },
    hasTouch: touch,
    isMobile: touch,
  })
  // Shorter than a test may take, so that what was waited for is named.
  context.setDefaultTimeout(10_000)
  const notices: Notice[] = []
  const note = (kind: NoticeKind, words: string): void => {
    notices.push({ kind, words })
  }
  await context.exposeBinding('__notice', (_source, kind: NoticeKind, words: string) => {
    note(kind, words)
  })
  await context.addInitScript(watch)
  const ours = new Set([url, ...others].map((address) => new URL(address).origin))
  context.on('request', (request) => {
    if (!isOurs(request.url(), ours)) note('foreign request', request.url())
  })
  context.on('weberror', (error) => {
    note('uncaught error', error.error().stack ?? error.error().message)
  })
  context.on('console', (message) => {
    if (message.type() === 'error') note('console error', wordsOf(message))
  })
  context.on('dialog', (dialog) => {
    // Leaving a page with something unsent may ask; nothing else here does.
    if (dialog.type() !== 'beforeunload') note('dialog', `${dialog.type()}: ${dialog.message()}`)
    void dialog.accept().catch(() => undefined)
  })
  context.on('page', (page) => {
    page.on('crash', () => {
      note('uncaught error', `${page.url()} crashed`)
    })
    page.on('websocket', (socket) => {
      if (!isOurs(socket.url().replace(/^ws/, 'http'), ours)) note('foreign request', socket.url())
    })
  })
  return { context, page: await context.newPage(), notices, window: () => context.newPage() }
}

/**
 * No error, no violation of the content security policy, no request to another site, no hostile text that ran
 * (S14). `besides` says which notices a test has provoked.
 */
export async function expectQuiet(
  { context, notices }: BrowserPerson,
  { besides = [] }: { readonly besides?: readonly RegExp[] } = {},
): Promise<void> {
  // A page's notices come before its answer to a question asked afterwards.
  for (const page of context.pages()) await page.evaluate(() => undefined)
  const heard = notices.filter(({ words }) => !besides.some((pattern) => pattern.test(words)))
  expect(heard.map(({ kind, words }) => `${kind}: ${words}`)).toEqual([])
}

function isOurs(address: string, ours: ReadonlySet<string>): boolean {
  const { protocol, origin } = new URL(address)
  // Bytes that are in the page already; a content security policy decides about them.
  if (protocol === 'data:' || protocol === 'about:') return true
  return ours.has(origin)
}

function wordsOf(message: ConsoleMessage): string {
  const { url } = message.location()
  return url === '' ? message.text() : `${message.text()} ${url}`
}

/** Runs in every frame before anything of the page does. */
function watch(): void {
  window.__pwn = (name = 'unnamed') => {
    void window.__notice('hostile text ran', name)
  }
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
    void window.__notice('policy violation', `${effectiveDirective} ${blockedURI} ${sample}`.trim())
  })
}
