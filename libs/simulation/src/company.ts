import { Caller, listOf, textOf } from './caller.js'
import type { World } from './caller.js'
import { Chance } from './chance.js'
import type { Disk } from './disk.js'

/** Who works here: skills of agents, roles of others. */
export const STAFF = [
  { name: 'Joel', email: 'joel@company.example', roles: ['agent'], skills: ['chat', 'voice', 'message'] },
  { name: 'Mira', email: 'mira@company.example', roles: ['agent'], skills: ['chat', 'message'] },
  { name: 'Rui', email: 'rui@company.example', roles: ['agent'], skills: ['voice', 'message'] },
  {
    name: 'Helena',
    email: 'helena@company.example',
    roles: ['supervisor', 'knowledge-owner'],
    skills: [],
  },
] as const

export const CUSTOMERS = ['ana', 'tomas', 'marta', 'yusuf', 'ingrid', 'chen', 'leonor'].map(
  (name) => `${name}@example.org`,
)

export const REASONS = ['not-working', 'water-leak', 'delivery', 'how-to', 'bill'] as const

const POLICY = {
  policy: 'care',
  timezone: 'Europe/Lisbon',
  order: ['chat', 'phone', 'callback', 'message'],
  urgency: [{ id: 'U1', when: { reason: ['water-leak'] }, is: 'critical' }],
  value: [],
  channels: {
    chat: { pace: 'immediate', active: true, from: [{}], hours: 'always', queue: 'care', need: ['chat'] },
    phone: { pace: 'immediate', active: true, from: [{}], hours: 'always', queue: 'care', need: ['voice'] },
    callback: {
      pace: 'soon',
      active: true,
      from: [{}],
      hours: 'always',
      queue: 'care',
      need: ['voice'],
      within: '2h',
    },
    message: {
      pace: 'slow',
      active: true,
      from: [{}],
      hours: 'always',
      queue: 'care',
      need: ['message'],
      within: '18h',
    },
  },
  answerWithin: {
    critical: '30s',
    high: '90s',
    normal: '180s',
    trivial: '300s',
  },
  guarantee: {
    when: [{ urgency: 'critical' }],
    pace: 'immediate',
    channels: ['phone', 'chat'],
    else: ['callback'],
  },
  segments: {},
  hours: { always: '00:00-24:00' },
  escalation: [
    { from: 'chat', to: ['phone', 'callback'], by: ['customer', 'agent', 'dropped'], keeps: 'due' },
    { from: 'message', to: ['chat', 'phone'], by: ['customer', 'agent'], keeps: 'due' },
    { from: 'phone', to: ['phone'], by: ['transfer'], keeps: 'due' },
    { from: 'phone', to: ['chat', 'callback'], by: ['customer', 'agent'], keeps: 'due' },
    { from: 'chat', to: ['chat'], by: ['transfer'], keeps: 'due' },
  ],
} as const

const ADMINISTRATOR = 'admin@throughline.localhost'

/** Somebody who signs in by a code and again when the token has run out. */
export function personOf(email: string, world: World, seed: number): Caller {
  const chance = Chance.of(seed, email)
  return new Caller(email.split('@')[0] ?? email, world, chance, async () => {
    const anyone = new Caller(`${email}'s browser`, world, chance, () => Promise.resolve(undefined))
    for (;;) {
      const asked = await anyone.post('/api/v1/identity/sign-in-codes', { email })
      const challengeId = textOf(asked.body.challengeId)
      const sent = world.machine.courier.sent.findLast(({ to }) => to.address === email)
      const code = /\d{7}/.exec(sent?.text.replaceAll(' ', '') ?? '')?.[0]
      const made = await anyone.post('/api/v1/identity/sessions', { challengeId, code })
      const token = textOf(made.body.accessToken)
      if (token !== undefined) return token
      // A code was asked for twice, and the other one counts.
      await world.time.sleep(5_000)
    }
  })
}

/** A program of the company, by the secret on the machine's own disk. */
export function operatorOf(disk: Disk, world: World, seed: number): Caller {
  const chance = Chance.of(seed, 'operator')
  return new Caller('operator', world, chance, async () => {
    const anyone = new Caller('operator', world, chance, () => Promise.resolve(undefined))
    const clientSecret = disk.secrets.get('operator.secret')
    const { body } = await anyone.post('/api/v1/identity/tokens', { clientId: 'operator', clientSecret })
    return textOf(body.accessToken)
  })
}

/** Hires, lays down policy, reasons and articles, and feeds what customers own. */
export async function setUp(world: World, disk: Disk): Promise<void> {
  const operator = operatorOf(disk, world, 0)
  const administrator = personOf(ADMINISTRATOR, world, 0)
  for (const { name, email, roles } of STAFF)
    await done(administrator.post('/api/v1/identity/staff', { name, email, roles }))
  const helena = personOf('helena@company.example', world, 0)
  const { body: staff } = await administrator.get('/api/v1/identity/staff')
  for (const { email, skills } of STAFF) {
    const id = textOf(listOf(staff).find((one) => one.email === email)?.id) ?? ''
    if (skills.length === 0) continue
    await done(
      helena.put(`/api/v1/routing/agents/${id}/skills`, {
        skills: skills.map((skill) => ({ skill, level: 2 })),
      }),
    )
  }
  await done(helena.put('/api/v1/routing/policies/care', POLICY))
  const reasons = REASONS.map((code) => ({ code, label: code, details: [] }))
  await done(helena.put('/api/v1/my-stuff/reasons/reasons', { kinds: [{ kind: 'purchase', reasons }] }))
  for (const reason of REASONS)
    await done(
      helena.post('/api/v1/knowledge/articles', {
        kind: 'guide',
        title: `What to do about ${reason}`,
        summary: 'Three things to look at.',
        body: 'Look at **the first**, then the second.',
        fits: [{ things: ['purchase'], reasons: [reason], products: [] }],
        language: 'en',
      }),
    )
  const lines: string[] = []
  for (const [index, email] of CUSTOMERS.entries()) {
    const customer = { source: 'shop', externalId: String(4_700 + index) }
    await done(
      operator.put(`/api/v1/identity/customers/by-external-id/shop/${customer.externalId}`, {
        name: email,
        email,
        language: 'en',
      }),
    )
    for (const thing of ['oven', 'dishwasher'])
      lines.push(
        JSON.stringify({
          kind: 'purchase',
          source: 'shop',
          customer,
          reference: `${thing}-${String(index)}`,
          title: `An ${thing}`,
          product: thing,
          state: 'ordered',
          date: '2026-11-01T09:00:00.000Z',
        }),
      )
  }
  await done(operator.post('/api/v1/my-stuff/items/bulk', undefined, { lines: lines.join('\n') }))
}

async function done(asked: Promise<{ readonly status: number; readonly body: unknown }>): Promise<void> {
  const { status, body } = await asked
  if (status >= 300) throw new Error(`the company could not be set up: ${JSON.stringify(body)}`)
}
