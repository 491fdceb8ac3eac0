import { Problem } from '@throughline/client'
import { DAY, HOUR, MINUTE, toInstant } from '@throughline/kernel'
import type { Chance } from './chance.js'
import type { Person } from './person.js'
import type { Cast } from './setup.js'
import { visit } from './visit.js'
import type { Visit } from './visit.js'
import type { DemoWorld } from './world.js'

interface Listed<Item> {
  readonly items: readonly Item[]
}
interface Open {
  readonly id: string
  readonly staffId?: string
  readonly next?: { readonly what: string; readonly by: string } | null
}

/** How often what is due is done in time. */
const KEPT = 0.92

/** Before they go home, agents do what is due by tomorrow evening; a little is forgotten until the next day. */
export async function tidyDesk(world: DemoWorld, chance: Chance, cast: Cast): Promise<void> {
  const dueBefore = toInstant(world.now() + 1.5 * DAY)
  const [someone] = cast.agents
  if (someone === undefined) return
  const whose = ({ staffId }: Open): Person => cast.agents.find(({ id }) => id === staffId) ?? someone
  const all = async (path: string): Promise<readonly Open[]> => {
    const query = new URLSearchParams({ list: 'all', dueBefore, limit: '200' })
    return (await someone.api.get<Listed<Open>>(`${path}?${query.toString()}`)).body.items
  }
  for (const followUp of await all('/api/v1/case/follow-ups')) {
    if (!chance.is(KEPT)) continue
    const note = chance.of(['Called: all is well now.', 'Wrote with what was asked for.'])
    await tolerant(whose(followUp).api.post(`/api/v1/case/follow-ups/${followUp.id}/completion`, { note }))
  }
  for (const open of await all('/api/v1/case/cases')) {
    if (open.next === undefined || open.next === null || !chance.is(KEPT)) continue
    const { what, by } = open.next
    const { api } = whose(open)
    await tolerant(api.post(`/api/v1/case/cases/${open.id}/kept-promises`, { what, by }))
    const words = 'Done as promised; it works again.'
    await tolerant(api.post(`/api/v1/case/cases/${open.id}/resolution`, { how: 'solved', words }))
  }
  await world.settle()
}

const plain = { selfService: false, outcome: 'promised' } as const

function customerOf({ customers }: Cast, email: string): Person {
  const found = customers.find((one) => one.email === email)
  if (found === undefined) throw new Error(`the demo has no ${email}`)
  return found
}

/** Promises to three customers that are due today. */
export async function duesOfToday(
  world: DemoWorld,
  chance: Chance,
  cast: Cast,
  today: number,
): Promise<void> {
  const promised: readonly (Omit<Visit, 'customer' | 'promised'> & {
    readonly who: string
    readonly hour: number
  })[] = [
    {
      ...plain,
      who: 'marta@example.org',
      hour: 9,
      about: 'washing',
      reason: 'return',
      says: 'Has my refund been sent?',
      answer: 'It left us today. I check that it reaches you.',
      subject: 'Confirm that the refund reached her',
      channel: 'chat',
    },
    {
      ...plain,
      who: 'yusuf@example.org',
      hour: 15,
      about: 'washing',
      reason: 'parts',
      says: 'I need a new shelf for the door.',
      answer: 'I look where there is one and call you.',
      subject: 'Call back about a spare shelf',
      channel: 'phone',
    },
    {
      ...plain,
      who: 'oskar@example.org',
      hour: 18,
      about: 'hob',
      reason: 'how-to',
      says: 'Which wire goes where?',
      answer: 'I send you the sheet for your model.',
      subject: 'Send the wiring sheet',
      channel: 'chat',
    },
  ]
  for (const { who, hour, ...plan } of promised) {
    const by = toInstant(Math.floor(today / DAY) * DAY + hour * HOUR)
    const what = plan.subject ?? plan.says
    await visit(world, chance, cast.agents, {
      ...plan,
      customer: customerOf(cast, who),
      promised: [{ what, by }],
    })
    await world.pass(10 * MINUTE)
    await planned(cast, customerOf(cast, who), { what, dueBy: by })
  }
}

/** Two customers have written, and nobody has answered yet. */
export async function unanswered(world: DemoWorld, chance: Chance, cast: Cast): Promise<void> {
  for (const [who, says] of [
    ['ingrid@example.org', 'There is a dent in the door. Shall I send photos?'],
    ['tomas@example.org', 'Is the price of the hob with fitting still the same next week?'],
  ] as const) {
    await visit(world, chance, cast.agents, {
      ...plain,
      customer: customerOf(cast, who),
      about: 'fridge',
      reason: who.startsWith('ingrid') ? 'delivery' : 'bill',
      says,
      answer: '',
      channel: 'message',
      waits: true,
    })
    await world.pass(10 * MINUTE)
  }
}

async function planned(
  cast: Cast,
  customer: Person,
  plan: { readonly what: string; readonly dueBy: string },
): Promise<void> {
  const { body } = await customer.api.get<Listed<Open>>('/api/v1/case/cases?status=open')
  const [found] = body.items
  const agent = cast.agents.find(({ id }) => id === found?.staffId)
  if (found === undefined || agent === undefined) return
  await agent.api.post('/api/v1/case/follow-ups', { ...plan, caseId: found.id, staffId: agent.id })
}

/** Somebody was quicker: the case or follow-up is closed already. */
async function tolerant(asked: Promise<unknown>): Promise<void> {
  try {
    await asked
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error
  }
}
