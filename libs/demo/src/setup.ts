import type { Client } from '@throughline/client'
import { DAY, toInstant } from '@throughline/kernel'
import { ARTICLES, CUSTOMERS, POLICY, PRODUCTS, REASONS, STAFF } from './company.js'
import { anasThings, delivered } from './ana.things.js'
import { Person } from './person.js'
import type { DemoWorld } from './world.js'

export interface Cast {
  readonly customers: readonly Person[]
  readonly agents: readonly Person[]
  readonly helena: Person
}

/**
 * Hires, lays down reasons, articles, policy and promises, and feeds what customers have bought. `today` is the day that
 * the dates of their things are told from, milliseconds since 1970: the last one of a play.
 */
export async function setUp(world: DemoWorld, today = world.now()): Promise<Cast> {
  const { operator } = world
  for (const [index, { name, email, roles }] of STAFF.entries()) {
    await operator.post(
      '/api/v1/identity/staff',
      { name, email, roles },
      { key: `demo-staff-${String(index)}` },
    )
  }
  const staff = new Map(STAFF.map(({ email }) => [email, new Person(world.url, email, world.mailbox)]))
  const helena = required(staff.get('helena@halden.example'))
  for (const person of staff.values()) await person.signIn()
  for (const { email, skills } of STAFF) {
    if (skills.length === 0) continue
    const { id } = required(staff.get(email))
    await helena.api.put(`/api/v1/routing/agents/${id}/skills`, {
      skills: skills.map((skill) => ({ skill, level: 2 })),
    })
  }
  await helena.api.put('/api/v1/routing/policies/care', POLICY)
  await helena.api.put('/api/v1/my-stuff/reasons/reasons', { kinds: REASONS })
  for (const { kind, title, summary, body, things, reasons, products = [] } of ARTICLES) {
    await helena.api.post('/api/v1/knowledge/articles', {
      kind,
      title,
      summary,
      body,
      fits: [{ things, reasons, products }],
      language: 'en',
      ownerId: helena.id,
    })
  }
  for (const [channel, threshold] of [
    ['chat', 60],
    ['phone', 120],
  ] as const) {
    await helena.api.post('/api/v1/insight/promises', { channel, definition: 'S2', threshold, share: 80 })
  }
  await feed(operator, world.now(), today)
  await world.settle()
  return {
    helena,
    agents: STAFF.filter(({ skills }) => skills.length > 0).map(({ email }) => required(staff.get(email))),
    customers: CUSTOMERS.map(({ email }) => new Person(world.url, email, world.mailbox)),
  }
}

async function feed(operator: Client, now: number, today: number): Promise<void> {
  const lines: unknown[] = []
  for (const [index, customer] of CUSTOMERS.entries()) {
    const externalId = String(4_700 + index)
    await operator.put(`/api/v1/identity/customers/by-external-id/shop/${externalId}`, {
      ...customer,
      brand: 'Halden',
      language: 'en',
    })
    for (const thing of index === 0 ? anasThings(now, today) : thingsOf(index, now))
      lines.push({ ...thing, source: 'shop', customer: { source: 'shop', externalId } })
  }
  await handOver(operator, 'demo-items', lines)
}

/** A feed of things, a line each. */
export async function handOver(operator: Client, key: string, lines: readonly unknown[]): Promise<void> {
  const text = lines.map((line) => JSON.stringify(line)).join('\n')
  const contentType = 'application/x-ndjson'
  const { body } = await operator.post<{ readonly rejected: readonly unknown[] }>(
    '/api/v1/my-stuff/items/bulk',
    text,
    { contentType, key },
  )
  if (body.rejected.length > 0) throw new Error(`the feed was refused: ${JSON.stringify(body.rejected)}`)
}

/** What one customer has: two appliances, and by turns a quote, a booking, an enquiry; everybody had the letter. */
function thingsOf(index: number, now: number): readonly Readonly<Record<string, unknown>>[] {
  const ago = (days: number): string => toInstant(now - days * DAY)
  const number = (step: number): string => `HH-${String(20_418 + index * 10 + step)}`
  const [first, second] = [PRODUCTS[index % 5], PRODUCTS[(index + 2) % 5]].map(required) as [
    (typeof PRODUCTS)[number],
    (typeof PRODUCTS)[number],
  ]
  const purchase = (step: number, { product, title, price }: (typeof PRODUCTS)[number], days: number) =>
    delivered(
      {
        kind: 'purchase',
        reference: number(step),
        title,
        product,
        date: ago(days),
        price: { amount: price, currency: 'EUR' },
      },
      ago(days - 8),
    )
  return [
    ...purchase(0, first, 12 + index),
    ...purchase(1, second, 200 + index * 9),
    ...(index % 2 === 0
      ? [
          {
            kind: 'quote',
            reference: number(2),
            title: 'Flamma 4 hob, fitted',
            state: 'open until 30 November',
            date: ago(6),
            price: { amount: '742.00', currency: 'EUR' },
          },
        ]
      : []),
    ...(index % 3 === 0
      ? [
          {
            kind: 'booking',
            reference: number(3),
            title: 'Visit of an engineer',
            state: 'confirmed',
            date: ago(3),
            startsAt: toInstant(now + 18 * DAY),
            endsAt: toInstant(now + 18 * DAY + 14_400_000),
          },
        ]
      : []),
    ...(index % 4 === 1
      ? [
          {
            kind: 'enquiry',
            reference: number(4),
            title: 'Is the Bris 45 quiet enough for an open kitchen?',
            state: 'answered',
            date: ago(40),
          },
        ]
      : []),
    {
      kind: 'marketing',
      reference: `care-plan-${number(5)}`,
      title: 'Care plan: five years without worry',
      date: ago(24),
      template: 'care-plan-letter@3',
    },
  ]
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the demo names somebody who is not there')
  return value
}
