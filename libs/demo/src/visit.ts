import { Problem } from '@throughline/client'
import { MINUTE, SECOND, toInstant } from '@throughline/kernel'
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
  if (channel !== 'phone' && channel !== 'callback') {
    await customer.api.post(`${path}/messages`, { text: 'Yes, exactly.' })
    await meanwhile(world, plan, path, (30 + chance.below(90)) * SECOND)
  }
  await agent.api.post(`${path}/messages`, { text: plan.answer })
  await meanwhile(world, plan, path, MINUTE)
  await agent.api.post(`${path}/end`, {})
  const cause = CAUSES[plan.reason]
  await agent.api.put(`${path}/summary`, {
    outcome: plan.outcome,
    issue: plan.again === true ? 'same' : 'new',
    subject: plan.says.slice(0, 80),
    words: plan.answer,
    causes: cause ? [cause] : [],
    promised:
      plan.outcome === 'promised'
        ? [{ what: 'We call you with a date', by: toInstant(world.now() + 2 * 86_400_000) }]
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
