import { HOUR, MINUTE } from '@throughline/kernel'
import { Chance } from './chance.js'
import { STAFF } from './company.js'
import type { Person } from './person.js'
import { setUp } from './setup.js'
import type { Cast } from './setup.js'
import { visit } from './visit.js'
import type { Visit } from './visit.js'
import type { DemoWorld } from './world.js'

/** Somebody to sign in as. */
export interface DemoPerson {
  readonly email: string
  /** What they are: customer, or their roles. */
  readonly is: string
}

const FORTNIGHT = 14
const VISITS_A_DAY = 12

interface Story {
  readonly about: string
  readonly reason: string
  readonly detail?: string
  readonly says: string
  readonly answer: string
}

const STORIES: readonly Story[] = [
  {
    about: 'dishwasher',
    reason: 'not-working',
    detail: 'water-stays',
    says: 'Water stays in the bottom after every wash.',
    answer: 'The pump was blocked by a shard of glass. It runs again.',
  },
  {
    about: 'washing',
    reason: 'not-working',
    detail: 'noise',
    says: 'It knocks when it spins.',
    answer: 'The transport bolts were still in. With them out it is quiet.',
  },
  {
    about: 'oven',
    reason: 'how-to',
    says: 'How do I set the child lock?',
    answer: 'Hold the key for three seconds. It shows a padlock.',
  },
  {
    about: 'fridge',
    reason: 'bill',
    says: 'Was the deposit charged twice?',
    answer: 'The first line shows it, the second takes it off again. You paid once.',
  },
  {
    about: 'dishwasher',
    reason: 'delivery',
    detail: 'late',
    says: 'Nobody came in the window I was given.',
    answer: 'The van broke down. It comes tomorrow before ten.',
  },
  {
    about: 'hob',
    reason: 'return',
    says: 'It does not fit the opening.',
    answer: 'We take it back and send the narrow one.',
  },
  {
    about: 'washing',
    reason: 'water-leak',
    says: 'Water is running out at the back.',
    answer: 'Tap shut, hose fastened, dry. An engineer checks it today.',
  },
  {
    about: 'fridge',
    reason: 'parts',
    says: 'I need a new door shelf.',
    answer: 'It is on its way, free of charge.',
  },
]

/**
 * Plays the company's life for some days, two weeks as shipped, through the HTTP API, as its customers and agents
 * would. The same seed plays the same days. Returns who can sign in.
 */
export async function fill(
  world: DemoWorld,
  { seed = 7, days = FORTNIGHT }: { readonly seed?: number; readonly days?: number } = {},
): Promise<readonly DemoPerson[]> {
  const chance = new Chance(seed)
  const cast = await setUp(world)
  for (let day = 1; day <= days; day++) await playDay(world, chance, cast, day === days)
  await anasDay(world, chance, cast)
  return [
    { email: 'ana@example.org', is: 'customer' },
    ...STAFF.map(({ email, roles }) => ({ email, is: roles.join(', ') })),
  ]
}

async function playDay(world: DemoWorld, chance: Chance, cast: Cast, last: boolean): Promise<void> {
  const morning = world.now()
  for (const agent of cast.agents)
    await agent.api.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
  await world.settle()
  const contacts: { readonly id: string; readonly customer: Person }[] = []
  for (let index = 0; index < VISITS_A_DAY; index++) {
    await world.pass(10 * MINUTE + chance.below(20) * MINUTE)
    // Ana's own story is told at the end.
    const customer = chance.of(cast.customers.slice(1))
    const id = await visit(world, chance, cast.agents, planOf(chance, customer))
    if (id !== undefined) contacts.push({ id, customer })
    for (const agent of cast.agents)
      await agent.api.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
  }
  for (const { id, customer } of contacts)
    if (chance.is(0.55)) await giveFeedback(world, chance, customer, id)
  for (const agent of cast.agents)
    await agent.api.put('/api/v1/routing/agents/me/presence', { state: 'signed-off' })
  const nextMorning = morning + 24 * HOUR
  if (!last) await world.pass(Math.max(0, nextMorning - world.now()))
}

function planOf(chance: Chance, customer: Person): Visit {
  const story = chance.of(STORIES)
  return {
    ...story,
    customer,
    selfService: chance.is(0.35),
    channel: chance.of(['chat', 'chat', 'phone', 'message', 'callback']),
    outcome: chance.is(0.75) ? 'resolved' : 'promised',
    again: chance.is(0.15),
  }
}

async function giveFeedback(
  world: DemoWorld,
  chance: Chance,
  customer: Person,
  contactId: string,
): Promise<void> {
  const good = chance.is(0.7)
  await customer.api.post('/api/v1/feedback/feedback', {
    about: { kind: 'contact', id: contactId },
    outcome: chance.of(good ? ['mostly', 'fully'] : ['not-at-all', 'a-little', 'partly']),
    feeling: chance.of(good ? ['at-ease', 'cared-for'] : ['upset', 'frustrated', 'unsure']),
    ...(chance.is(0.4) && { comment: good ? 'Nobody asked me anything twice.' : 'It took too long.' }),
    followUp: !good && chance.is(0.5),
  })
  await world.pass(MINUTE)
}

/** The customer every tour begins with: a contact that is over, a case that is open, and feedback on both. */
async function anasDay(world: DemoWorld, chance: Chance, { customers, agents }: Cast): Promise<void> {
  const [ana] = customers
  if (ana === undefined) return
  for (const agent of agents) await agent.api.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
  await world.settle()
  const earlier = await visit(world, chance, agents, {
    customer: ana,
    about: 'dishwasher',
    reason: 'how-to',
    says: 'Which programme is the quiet one?',
    answer: 'Night wash. It takes an hour longer and you will not hear it.',
    selfService: false,
    channel: 'phone',
    outcome: 'resolved',
  })
  if (earlier !== undefined) {
    await ana.api.post('/api/v1/feedback/feedback', {
      about: { kind: 'contact', id: earlier },
      outcome: 'fully',
      feeling: 'at-ease',
      followUp: false,
    })
  }
  await world.pass(HOUR)
  for (const agent of agents) await agent.api.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
  await world.settle()
  await visit(world, chance, agents, {
    customer: ana,
    about: 'dishwasher',
    reason: 'delivery',
    detail: 'damaged',
    says: 'The plinth came with a dent.',
    answer: 'A new plinth is ordered. We call you with a date.',
    selfService: false,
    channel: 'chat',
    outcome: 'promised',
  })
  for (const agent of agents)
    await agent.api.put('/api/v1/routing/agents/me/presence', { state: 'signed-off' })
}
