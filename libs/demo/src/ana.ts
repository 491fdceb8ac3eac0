import { DAY, HOUR, MINUTE, toInstant } from '@throughline/kernel'
import { ANA, arrivalOf, FRIDGE, visitOf } from './ana.things.js'
import type { Chance } from './chance.js'
import type { Person } from './person.js'
import { handOver } from './setup.js'
import type { Cast } from './setup.js'
import { visit } from './visit.js'
import type { DemoWorld } from './world.js'

interface Listed<Item> {
  readonly items: readonly Item[]
}
interface Thing {
  readonly id: string
  readonly kind: string
  readonly title: string
}

/** An e-mail from before the play, taken over from the mailbox of old. */
export async function anasEmail(world: DemoWorld, ana: Person, today: number): Promise<void> {
  const { operator } = world
  const occurredAt = toInstant(today - 55 * DAY)
  const { body } = await ana.api.get<Listed<Thing>>('/api/v1/my-stuff/items?kind=enquiry')
  const enquiry = body.items[0]
  if (enquiry === undefined) return
  const snapshot = { id: enquiry.id, kind: enquiry.kind, title: enquiry.title }
  const reason = { code: 'answer', label: 'My question' }
  const key = (step: string) => ({ occurredAt, key: `demo-ana-email-${step}` })
  const { body: journey } = await operator.post<{ readonly id: string }>(
    '/api/v1/journey/journeys',
    { entrance: 'elsewhere', customerId: ana.id, origin: 'mailbox' },
    key('journey'),
  )
  const path = `/api/v1/journey/journeys/${journey.id}`
  await operator.put(`${path}/item`, { snapshot }, key('item'))
  await operator.put(`${path}/reason`, reason, key('reason'))
  await operator.post(
    '/api/v1/contact/records',
    {
      journeyId: journey.id,
      customerId: ana.id,
      channel: 'email',
      origin: 'mailbox',
      item: snapshot,
      reason,
      words: [
        {
          author: 'customer',
          text: 'Our kitchen opens into the living room. Is the Bris 45 quiet enough for that?',
          mode: 'written',
        },
        {
          author: 'agent',
          text: 'Yes: 42 dB, and 39 dB with Night wash. A quiet talk is louder.',
          mode: 'written',
        },
      ],
      summary: {
        outcome: 'resolved',
        issue: 'new',
        subject: 'Is the Bris 45 quiet?',
        words: 'She asked how loud it is and got the figures the same day.',
        causes: [],
        promised: [],
        articles: [],
      },
    },
    key('contact'),
  )
  await world.settle()
}

/** She moves the delivery of her fridge-freezer on the telephone. */
export async function anasCall(world: DemoWorld, chance: Chance, cast: Cast, today: number): Promise<void> {
  const [ana] = cast.customers
  if (ana === undefined) return
  const contactId = await visit(world, chance, cast.agents, {
    customer: ana,
    about: 'fridge',
    reason: 'delivery',
    says: 'Can the fridge-freezer come a day later? Nobody is at home.',
    answer: 'It comes a day later now, between eight and twelve.',
    subject: 'Delivery a day later',
    selfService: false,
    channel: 'phone',
    outcome: 'resolved',
    cause: {
      code: 'window-unasked',
      words: 'The window was set without asking her.',
      department: 'logistics',
    },
  })
  await handOver(world.operator, 'demo-ana-fridge', [
    {
      op: 'progress',
      kind: 'purchase',
      source: ANA.source,
      customer: ANA,
      reference: FRIDGE,
      state: 'arrives',
      note: 'Moved by a day on the telephone',
      ...arrivalOf(today, true),
      at: toInstant(world.now()),
    },
  ])
  if (contactId === undefined) return
  await world.pass(20 * MINUTE)
  await ana.api.post('/api/v1/feedback/feedback', {
    about: { kind: 'contact', id: contactId },
    outcome: 'fully',
    feeling: 'at-ease',
    followUp: false,
  })
}

/** The customer every tour begins with: water in the dishwasher, a guide that did not help, a chat, a case with a visit. */
export async function anasCase(world: DemoWorld, chance: Chance, cast: Cast, today: number): Promise<void> {
  const [ana] = cast.customers
  if (ana === undefined) return
  const coming = visitOf(today)
  const confirm = { what: 'We confirm the visit', by: toInstant(world.now() + 6 * HOUR) }
  const contactId = await visit(world, chance, cast.agents, {
    customer: ana,
    about: 'dishwasher',
    reason: 'not-working',
    detail: 'water-stays',
    reads: 'Clear the filter and the drain hose',
    says: 'It started after the machine was moved on Wednesday.',
    talk: [
      'Yes! The fitter pushed it back against the wall.',
      'Thank you. Does the hose lie flat behind it, or is there a bend?',
      'It is straight, I looked. The pump hums and nothing moves.',
      'Then the pump does not draw. That needs an engineer, at no cost to you. Does the day after tomorrow suit you, 8:00 to 12:00?',
      'That morning is perfect.',
    ],
    note: 'Hose is fine, pump not drawing. Third Bris 45 this week after a refit. Cause: the installation sheet.',
    answer:
      'An engineer comes the day after tomorrow between 8:00 and 12:00 and brings a new pump. You will hear from us when it is confirmed.',
    subject: 'Dishwasher leaves water in the base',
    selfService: false,
    channel: 'chat',
    outcome: 'promised',
    cause: {
      code: 'moved-after-fitting',
      words: 'The installation sheet does not say what to check after the machine is moved.',
      department: 'installation',
    },
    promised: [
      confirm,
      { what: 'An engineer comes to you', by: coming.endsAt },
      { what: 'We write to you after the visit', by: toInstant(Date.parse(coming.endsAt) + DAY) },
    ],
  })
  if (contactId === undefined) return
  const { body: given } = await ana.api.post<{ readonly id: string }>('/api/v1/feedback/feedback', {
    about: { kind: 'contact', id: contactId },
    outcome: 'partly',
    feeling: 'unsure',
    followUp: false,
  })
  await world.pass(HOUR)
  await handOver(world.operator, 'demo-ana-visit', [
    {
      kind: 'booking',
      source: ANA.source,
      customer: ANA,
      reference: 'HH-V-0412',
      title: 'Engineer visit',
      detail: 'For your Bris 45 slimline dishwasher. The engineer rings half an hour before.',
      state: 'confirmed',
      date: toInstant(world.now()),
      ...coming,
    },
  ])
  await confirmed(cast, ana, confirm)
  await world.pass(2 * HOUR)
  await ana.api.patch(`/api/v1/feedback/feedback/${given.id}`, {
    outcome: 'mostly',
    feeling: 'cared-for',
    comment: 'They knew everything. I only wish the guide had mentioned moving the machine.',
  })
}

/** Whoever helped her says that the visit is confirmed. */
async function confirmed(
  cast: Cast,
  ana: Person,
  promise: { readonly what: string; readonly by: string },
): Promise<void> {
  const { body } = await ana.api.get<Listed<{ readonly id: string; readonly staffId?: string }>>(
    '/api/v1/case/cases?status=open',
  )
  const [found] = body.items
  const agent = cast.agents.find(({ id }) => id === found?.staffId) ?? cast.agents[0]
  if (found === undefined || agent === undefined) return
  const path = `/api/v1/case/cases/${found.id}`
  await agent.api.post(`${path}/notes`, { note: 'The visit is confirmed for 8:00 to 12:00.', visible: true })
  await agent.api.post(`${path}/kept-promises`, promise)
}
