import { Problem } from '@throughline/client'
import { DAY, MINUTE, SECOND, toInstant } from '@throughline/kernel'
import type { Chance } from './chance.js'
import { ARTICLES, CAUSES } from './company.js'
import type { Person } from './person.js'
import type { DemoWorld } from './world.js'

/** How often a page without a live stream asks. */
const PAGE_ASKS = 30 * SECOND

export interface Visit {
  readonly customer: Person
  /** Part of the title of the thing it is about. */
  readonly about: string
  readonly reason: string
  readonly detail?: string
  readonly says: string
  /** Stops after the articles, as many do. */
  readonly selfService: boolean
  readonly channel: string
  readonly outcome: 'resolved' | 'promised'
  readonly answer: string
  /** About an issue that was contacted about before. */
  readonly again?: boolean
  /** The guide that is read to the end and does not help; otherwise whatever is suggested first. */
  readonly reads?: string
  /** What is said between the greeting and the answer, in turn, the customer first. */
  readonly talk?: readonly string[]
  /** What the agent notes for the team. */
  readonly note?: string
  readonly subject?: string
  readonly cause?: { readonly code: string; readonly words: string; readonly department: string }
  /** Otherwise a call with a date, the day after tomorrow. */
  readonly promised?: readonly { readonly what: string; readonly by: string }[]
  /** Nobody has answered yet. */
  readonly waits?: boolean
}

interface Listed<Item> {
  readonly items: readonly Item[]
}
interface Thing {
  readonly id: string
  readonly title: string
}
interface Article {
  readonly id: string
  readonly title: string
}

/** One customer's way from Need Help to an answer; returns the contact, or nothing when articles were enough. */
export async function visit(
  world: DemoWorld,
  chance: Chance,
  agents: readonly Person[],
  plan: Visit,
): Promise<string | undefined> {
  const { customer } = plan
  const { body: things } = await customer.api.get<Listed<Thing>>(
    '/api/v1/my-stuff/items?kind=purchase&limit=100',
  )
  const thing = things.items.find(({ title }) => title.includes(plan.about)) ?? things.items[0]
  if (thing === undefined) return undefined
  const started = await customer.api.post<{ readonly id: string }>('/api/v1/journey/journeys', {
    entrance: 'need-help',
  })
  const journey = `/api/v1/journey/journeys/${started.body.id}`
  await world.pass(8 * SECOND)
  await customer.api.put(`${journey}/item`, { itemId: thing.id })
  await customer.api.put(`${journey}/reason`, {
    code: plan.reason,
    ...(plan.detail !== undefined && { detail: plan.detail }),
  })
  await world.settle()
  await read(world, chance, plan, started.body.id)
  if (plan.selfService) {
    await customer.api.post(`${journey}/end`, { outcome: 'solved-by-article' })
    return undefined
  }
  await customer.api.post(`${journey}/facts`, { name: 'question', label: 'Says', value: plan.says })
  return contact(world, chance, agents, plan, started.body.id)
}

async function read(world: DemoWorld, chance: Chance, plan: Visit, journeyId: string): Promise<void> {
  const { customer } = plan
  const query = new URLSearchParams({ thing: 'purchase', reason: plan.reason, journeyId })
  if (plan.detail !== undefined) query.set('detail', plan.detail)
  const { body } = await customer.api.get<Readonly<Record<string, readonly Article[]>>>(
    `/api/v1/knowledge/suggestions?${query.toString()}`,
  )
  const found = ['guides', 'faq', 'community'].flatMap((kind) => body[kind] ?? [])
  if (plan.reads !== undefined) {
    const guide = found.find(({ title }) => title === plan.reads)
    if (guide === undefined) throw new Error(`“${plan.reads}” was not suggested`)
    return readInVain(world, customer, guide.id, journeyId)
  }
  for (const { id: articleId, title } of found.slice(0, 1 + chance.below(2))) {
    const opened = await customer.api.post<{ readonly id: string }>('/api/v1/knowledge/readings', {
      articleId,
      journeyId,
    })
    const dwell = 10 + chance.below(90)
    await world.pass(dwell * SECOND)
    const reading = `/api/v1/knowledge/readings/${opened.body.id}`
    await customer.api.post(`${reading}/leave`, { dwell })
    if (chance.is(0.6)) {
      const helps = ARTICLES.find((article) => article.title === title)?.helps ?? 0.5
      await customer.api.put(`${reading}/rating`, { helped: plan.selfService || chance.is(helps * 0.4) })
    }
  }
}

async function readInVain(
  world: DemoWorld,
  customer: Person,
  articleId: string,
  journeyId: string,
): Promise<void> {
  const opened = await customer.api.post<{ readonly id: string }>('/api/v1/knowledge/readings', {
    articleId,
    journeyId,
  })
  await world.pass(4 * MINUTE)
  const reading = `/api/v1/knowledge/readings/${opened.body.id}`
  await customer.api.post(`${reading}/leave`, { dwell: 240 })
  await customer.api.put(`${reading}/rating`, { helped: false })
}

async function contact(
  world: DemoWorld,
  chance: Chance,
  agents: readonly Person[],
  plan: Visit,
  journeyId: string,
): Promise<string | undefined> {
  const { customer } = plan
  const { body: offer } = await customer.api.post<{
    readonly id: string
    readonly channels: readonly { readonly channel: string }[]
  }>('/api/v1/routing/offers', { journeyId })
  const offered = offer.channels.map(({ channel }) => channel)
  const channel = offered.find((name) => name === plan.channel) ?? offered[0]
  if (channel === undefined) return undefined
  await world.settle()
  const { body: requested } = await customer.api.post<{ readonly id: string }>('/api/v1/contact/contacts', {
    journeyId,
    channel,
    decisionId: offer.id,
    words: plan.says,
    presses: 4 + chance.below(3),
  })
  const path = `/api/v1/contact/contacts/${requested.id}`
  if (plan.waits === true) return requested.id
  await world.pass((5 + chance.below(30)) * SECOND)
  const agent = await accepted(world, agents, requested.id)
  if (agent === undefined) {
    await customer.api.post(`${path}/leave`, { why: 'gave-up' })
    return undefined
  }
  await world.settle()
  if (channel === 'phone' || channel === 'callback')
    await agent.api.post(`${path}/call`, { state: 'answered' })
  await world.settle()
  await agent.api.post(`${path}/messages`, { text: greeting(plan) })
  await meanwhile(world, plan, path, (40 + chance.below(120)) * SECOND)
  const talk = plan.talk ?? (channel === 'phone' || channel === 'callback' ? [] : ['Yes, exactly.'])
  for (const [turn, text] of talk.entries()) {
    await (turn % 2 === 0 ? customer : agent).api.post(`${path}/messages`, { text })
    await meanwhile(world, plan, path, (plan.talk === undefined ? 30 + chance.below(90) : 25) * SECOND)
  }
  if (plan.note !== undefined) await agent.api.post(`${path}/notes`, { text: plan.note })
  await agent.api.post(`${path}/messages`, { text: plan.answer })
  await meanwhile(world, plan, path, MINUTE)
  await agent.api.post(`${path}/end`, {})
  const cause = plan.cause ?? CAUSES[plan.reason]
  await agent.api.put(`${path}/summary`, {
    outcome: plan.outcome,
    issue: plan.again === true ? 'same' : 'new',
    subject: plan.subject ?? plan.says.slice(0, 80),
    words: plan.answer,
    causes: cause ? [cause] : [],
    promised:
      plan.outcome === 'promised'
        ? (plan.promised ?? [{ what: 'We call you with a date', by: toInstant(world.now() + 2 * DAY) }])
        : [],
    articles: [],
  })
  await world.settle()
  return requested.id
}

/** Her page asks for news all the while: who is not heard of for a minute in a chat counts as gone. */
async function meanwhile(world: DemoWorld, { customer }: Visit, path: string, milliseconds: number) {
  for (let left = milliseconds; left > 0; left -= PAGE_ASKS) {
    await world.pass(Math.min(left, PAGE_ASKS))
    await customer.api.get(`${path}/messages`)
  }
}

function greeting({ says, again }: Visit): string {
  return again === true
    ? 'I see we spoke about this before. I read it.'
    : `Hello, I read what you wrote: “${says.slice(0, 60)}”.`
}

/** Whoever was offered the contact takes it; nobody does when nobody was asked. */
async function accepted(
  world: DemoWorld,
  agents: readonly Person[],
  contactId: string,
): Promise<Person | undefined> {
  await world.settle()
  for (const agent of agents) {
    const { body } = await agent.api.get<Listed<{ readonly id: string; readonly contactId: string }>>(
      '/api/v1/routing/agents/me/offers',
    )
    const offer = body.items.find((item) => item.contactId === contactId)
    if (offer === undefined) continue
    try {
      await agent.api.post(`/api/v1/routing/work/${contactId}/offers/${offer.id}/acceptance`, {})
      return agent
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 409) throw error
      // The offer ran out a moment ago; the next one is somebody else's.
    }
  }
  return undefined
}
