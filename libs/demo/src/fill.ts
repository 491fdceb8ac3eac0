import { DAY, MINUTE } from '@throughline/kernel'
import { anasCall, anasCase, anasEmail } from './ana.js'
import { Chance } from './chance.js'
import { STAFF } from './company.js'
import { duesOfToday, tidyDesk, unanswered } from './desk.js'
import type { Person } from './person.js'
import { setUp } from './setup.js'
import type { Cast } from './setup.js'
import { visit } from './visit.js'
import type { Visit } from './visit.js'
import type { DemoWorld } from './world.js'

/** Somebody to sign in as. */
export interface DemoPerson {
  readonly email: string
  readonly name: string
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
  // Days are played, one is Ana's, and the next is today.
  const today = world.now() + (days + 1) * DAY
  const cast = await setUp(world, today)
  const [ana] = cast.customers
  // A short play has no past before it.
  if (ana !== undefined && days > 7) {
    await ana.signIn()
    await anasEmail(world, ana, today)
  }
  for (let day = 1; day <= days; day++) {
    const morning = world.now()
    await be(world, cast, 'ready')
    if (day === Math.max(1, days - 9)) await anasCall(world, chance, cast, today)
    await playDay(world, chance, cast)
    await world.pass(Math.max(0, morning + DAY - world.now()))
  }
  await lastDay(world, chance, cast, today)
  return [
    { email: 'ana@example.org', name: 'Ana Ferreira', is: 'customer' },
    ...STAFF.map(({ email, name, roles }) => ({ email, name, is: roles.join(', ') })),
  ]
}

async function playDay(world: DemoWorld, chance: Chance, cast: Cast): Promise<void> {
  const contacts: { readonly id: string; readonly customer: Person }[] = []
  for (let index = 0; index < VISITS_A_DAY; index++) {
    await world.pass(10 * MINUTE + chance.below(20) * MINUTE)
    // Ana's own story is told at the end.
    const customer = chance.of(cast.customers.slice(1))
    const id = await visit(world, chance, cast.agents, planOf(chance, customer))
    if (id !== undefined) contacts.push({ id, customer })
    // Whoever let an offer go by in between is there again.
    if (index % 3 === 2) await be(world, cast, 'ready')
  }
  for (const { id, customer } of contacts)
    if (chance.is(0.55)) await giveFeedback(world, chance, customer, id)
  await tidyDesk(world, chance, cast)
  await be(world, cast, 'signed-off')
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

/** The day before today: Ana’s own story, what others were promised, and who waits. */
async function lastDay(world: DemoWorld, chance: Chance, cast: Cast, today: number): Promise<void> {
  await be(world, cast, 'ready')
  await duesOfToday(world, chance, cast, today)
  await be(world, cast, 'ready')
  await anasCase(world, chance, cast, today)
  // Signed on, so that every channel is to be had at whatever hour somebody looks; whoever plays an agent says "ready".
  await be(world, cast, 'paused')
  await unanswered(world, chance, cast)
}

async function be(world: DemoWorld, { agents }: Cast, state: string): Promise<void> {
  const body = { state, ...(state === 'paused' && { why: 'break' }) }
  // One after the other: the order in the log decides between two who are ready since the same moment.
  for (const agent of agents) await agent.api.put('/api/v1/routing/agents/me/presence', body)
  await world.settle()
}
