import { services } from '@throughline/app-all-in-one'
import { asSystem, Client } from '@throughline/client'
import { Guest, Person, POLICY, setUp } from '@throughline/demo'
import type { Cast, DemoWorld } from '@throughline/demo'
import { MemoryCourier, readSettings, start, SystemClock, SystemTimers } from '@throughline/platform'
import type { Host } from '@throughline/platform'
import { Secrets } from '@throughline/ports'
import { ConsoleLogger } from '@nestjs/common'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import type { BrowserPerson } from './browser.js'

/** The built pages; another build by `PAGES`. */
const PAGES = process.env.PAGES ?? join(dirname(require.resolve('@throughline/web/package.json')), 'dist')

/** A journey of a customer and the contact that came of it. */
export interface BegunContact {
  readonly journeyId: string
  readonly contactId: string
}

/**
 * The whole system with its pages on engines in memory, in the time that browsers live in: a small company with all
 * channels open at all hours, its staff, its customers and what they have.
 */
export interface PagesStage {
  readonly url: string
  readonly host: Host
  readonly courier: MemoryCourier
  readonly operator: Client
  /** Customers, agents and the supervisor of the demo's company. Ana is the first customer. */
  readonly cast: Cast
  /** The newest code sent to an address. */
  readonly codeFor: (address: string) => string | undefined
  /** A client of the API as one of the staff: `joel`, `mira`, `rui`, `helena`, `ivo`. */
  asAgent(name: string): Person
  /** A client of the API as a customer: `ana`, `tomas` …; a name nobody has becomes a new one. */
  asCustomer(name: string): Person
  guest(): Guest
  /** Says for agents that they are ready, with nobody listening at their desk: immediate channels are offered from then on. */
  ready(...names: readonly string[]): Promise<void>
  /**
   * Takes a customer from Need Help to a requested contact about the first thing whose title holds `about`. Chat and
   * phone need somebody ready.
   */
  begin(
    customer: Person,
    asked?: {
      readonly about?: string
      readonly reason?: string
      readonly detail?: string
      readonly channel?: string
      readonly says?: string
    },
  ): Promise<BegunContact>
  /** Makes an agent ready and has them take a contact that waits. */
  take(agent: Person, contactId: string): Promise<void>
  /** Lets the clock of the server (not the browser's) go ahead; whatever is due happens within a second. */
  pass(milliseconds: number): void
  /** Returns when every reaction and view has read everything there is. */
  settle(): Promise<void>
  stop(): Promise<void>
}

interface Listed<Item> {
  readonly items: readonly Item[]
}
interface Created {
  readonly id: string
}

/** The machine's clock, or ahead of it. */
class AheadClock extends SystemClock {
  #ahead = 0
  override now(): number {
    return super.now() + this.#ahead
  }
  move(milliseconds: number): void {
    this.#ahead += milliseconds
  }
}

/** The demo's policy, with no channel ever closed: these tests run at all hours. */
const ALWAYS_OPEN = {
  ...POLICY,
  channels: Object.fromEntries(
    Object.entries(POLICY.channels).map(([channel, rules]) => [channel, { ...rules, hours: 'always' }]),
  ),
  hours: { always: '00:00-24:00' },
}

/** Starts the system on a port of its own. `pages` is another folder of built pages. */
export async function openPages({
  pages = PAGES,
  widgetOrigins = '',
}: {
  readonly pages?: string
  /** Origins of other sites that the widget may stand in, with commas between. */
  readonly widgetOrigins?: string
} = {}): Promise<PagesStage> {
  if (!existsSync(join(pages, 'index.html'))) {
    throw new Error(`${pages} holds no built pages: npm test builds them, or vite build in apps/web.`)
  }
  const clock = new AheadClock()
  const courier = new MemoryCourier()
  const logger = new ConsoleLogger({ logLevels: ['error', 'fatal'], colors: false })
  const timers = new SystemTimers(logger)
  const own = widgetOrigins === '' ? {} : { THROUGHLINE_WIDGET_ORIGINS: widgetOrigins }
  const settings = { ...readSettings(own), store: 'memory', port: 0, rate: 1_000_000, log: 'error' } as const
  const host = await start({ services, settings, clock, timers, courier, logger, pages })
  const { url } = host
  const settle = (): Promise<void> => host.readers.settle(() => timers.sleep(5))
  try {
    const secret = await host.app
      .get(Secrets, { strict: false })
      .keep('operator.secret', () => Promise.reject(new Error('identity has made no operator')))
    const operator = new Client(url, asSystem(url, 'operator', secret))
    const codeFor = (address: string): string | undefined => {
      const text = courier.sent.findLast(({ to }) => to.address === address)?.text.replaceAll(' ', '')
      return /\d{7}/.exec(text ?? '')?.[0]
    }
    const cast = await openCompany({
      url,
      operator,
      mailbox: codeFor,
      now: () => clock.now(),
      pass: async (milliseconds) => {
        clock.move(milliseconds)
        await settle()
      },
      settle,
    })
    const known = new Map([cast.helena, ...cast.agents, ...cast.customers].map((each) => [each.email, each]))
    const person = (email: string): Person => {
      const found = known.get(email) ?? new Person(url, email, codeFor)
      known.set(email, found)
      return found
    }
    return {
      url,
      host,
      courier,
      operator,
      cast,
      codeFor,
      asAgent: (name) => person(`${name}@halden.example`),
      asCustomer: (name) => person(`${name}@example.org`),
      guest: () => new Guest(url),
      ready: async (...names) => {
        for (const name of names) await present(person(`${name}@halden.example`))
        await settle()
      },
      begin: (customer, asked = {}) => begin(customer, settle, asked),
      take: (agent, contactId) => take(agent, settle, contactId),
      pass: (milliseconds) => {
        clock.move(milliseconds)
      },
      settle,
      stop: () => host.stop(),
    }
  } catch (error) {
    await host.stop()
    throw error
  }
}

/** Sets up the demo's company in a system where nothing is yet, with no channel ever closed, Joel and Mira at all of them. */
export async function openCompany(world: DemoWorld): Promise<Cast> {
  const cast = await setUp(world)
  await cast.helena.api.put('/api/v1/routing/policies/care', ALWAYS_OPEN)
  for (const { email, id } of cast.agents) {
    if (!/^(joel|mira)@/.test(email)) continue
    await cast.helena.api.put(`/api/v1/routing/agents/${id}/skills`, {
      skills: ['chat', 'voice', 'message'].map((skill) => ({ skill, level: 2 })),
    })
  }
  await world.settle()
  return cast
}

async function begin(
  { api }: Person,
  settle: () => Promise<void>,
  {
    about = 'dishwasher',
    reason = 'not-working',
    detail,
    channel = 'chat',
    says = 'Water stays in the bottom.',
  }: Parameters<PagesStage['begin']>[1] & object,
): Promise<BegunContact> {
  const { body: things } = await api.get<Listed<Created & { readonly title: string }>>(
    '/api/v1/my-stuff/items?limit=100',
  )
  const thing = things.items.find(({ title }) => title.includes(about)) ?? things.items[0]
  const { body: journey } = await api.post<Created>('/api/v1/journey/journeys', { entrance: 'need-help' })
  const path = `/api/v1/journey/journeys/${journey.id}`
  if (thing !== undefined) {
    await api.put(`${path}/item`, { itemId: thing.id })
    await api.put(`${path}/reason`, { code: reason, ...(detail !== undefined && { detail }) })
  }
  await settle()
  const { body: offer } = await api.post<
    Created & { readonly channels: readonly { readonly channel: string }[] }
  >('/api/v1/routing/offers', { journeyId: journey.id })
  const offered = offer.channels.map((each) => each.channel)
  if (!offered.includes(channel)) {
    throw new Error(`offered were ${offered.join(', ')}: ${channel} needs somebody ready`)
  }
  await settle()
  const { body: contact } = await api.post<Created>('/api/v1/contact/contacts', {
    journeyId: journey.id,
    decisionId: offer.id,
    channel,
    words: says,
  })
  await settle()
  return { journeyId: journey.id, contactId: contact.id }
}

async function present({ api }: Person): Promise<void> {
  await api.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
}

async function take(agent: Person, settle: () => Promise<void>, contactId: string): Promise<void> {
  const { api, email } = agent
  await present(agent)
  await settle()
  const { body } = await api.get<Listed<Created & { readonly contactId: string }>>(
    '/api/v1/routing/agents/me/offers',
  )
  const offer = body.items.find((each) => each.contactId === contactId)
  if (offer === undefined) throw new Error(`${email} was not offered the contact`)
  await api.post(`/api/v1/routing/work/${contactId}/offers/${offer.id}/acceptance`, {})
  await settle()
}

/**
 * Signs in through the page that stands open, by what a person reads there. The code arrives in the stage's mailbox;
 * the page goes on by itself with the seventh digit.
 */
export async function signIn(
  { codeFor }: Pick<PagesStage, 'codeFor'>,
  page: Page,
  address: string,
): Promise<void> {
  const before = codeFor(address)
  await page.getByLabel('E-mail or phone').fill(address)
  const sent = page.waitForResponse((answer) => answer.url().endsWith('/identity/sign-in-codes'))
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await (await sent).finished()
  const field = page.getByLabel(/^Code/).first()
  await field.waitFor()
  const code = codeFor(address)
  if (code === undefined || code === before) throw new Error(`no new code was sent to ${address}`)
  const signedIn = page.waitForResponse(
    (answer) => answer.url().endsWith('/identity/sessions') && answer.request().method() === 'POST',
  )
  // Typed, not filled in: the field may be one input or one for each digit.
  await field.click()
  await page.keyboard.type(code)
  const answer = await signedIn
  if (!answer.ok()) throw new Error(`signing in as ${address} was answered with ${String(answer.status())}`)
}

/**
 * Somebody whose sign-in still holds on this browser: its cookie is there before the first page. Quicker than the sign-in
 * page, for tests that are about something else.
 */
export async function knownHere(
  { url, codeFor }: PagesStage,
  { context }: BrowserPerson,
  email: string,
): Promise<void> {
  // As a page of our own would ask: the cookie is given to no other (S16).
  const headers = { origin: url, 'sec-fetch-site': 'same-origin' }
  const ask = async (path: string, data: object): Promise<unknown> => {
    const answer = await context.request.post(path, { data, headers, failOnStatusCode: true })
    return answer.json()
  }
  const asked = await ask('/api/v1/identity/sign-in-codes', { email })
  const challengeId =
    typeof asked === 'object' && asked !== null && 'challengeId' in asked ? asked.challengeId : undefined
  await ask('/api/v1/identity/sessions', { challengeId, code: codeFor(email), keep: 'cookie' })
}
