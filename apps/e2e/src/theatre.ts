import { asSystem, Client } from '@throughline/client'
import { POLICY, REASONS } from '@throughline/demo'
import type { Person } from '@throughline/demo'
import { DAY, toInstant } from '@throughline/kernel'
import type { Host } from '@throughline/platform'
import { openStage } from './stage.js'
import type { Stage } from './stage.js'

export type Route = Host['routes'][number]

/** Stands in the text of everything Ana has, so that an answer to somebody else that holds it is a leak. */
export const CANARY = 'canary7f3a'

/** Nobody's id. */
export const UNKNOWN = '018f5e10-0000-7000-8000-00000000dead'

/** What one customer has, by the word that stands before its id in a path. */
export interface Things {
  readonly id: string
  readonly journeys: string
  readonly cases: string
  readonly contacts: string
  readonly work: string
  readonly offers: string
  readonly decisions: string
  readonly sessions: string
  readonly items: string
  readonly readings: string
  readonly feedback: string
  readonly 'follow-ups': string
  readonly messages: string
}

export type Thing = keyof Things

/** Who sends the generated requests; everybody but Ana is a stranger to her things. */
export const STRANGERS = [
  'anyone',
  'guest',
  'customer',
  'agent',
  'analyst',
  'knowledge-owner',
  'back-office',
] as const
export type Stranger = (typeof STRANGERS)[number]

export interface Sent {
  readonly token?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Got {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Theatre {
  readonly stage: Stage
  readonly tokens: Readonly<Record<Stranger | 'ana' | 'administrator', string>>
  /** Ana's. */
  readonly hers: Things
  /** Of the customer among the strangers. */
  readonly his: Things
  /** What belongs to the company, by the word before its id. */
  readonly company: Readonly<Record<string, string>>
  send(method: string, path: string, sent?: Sent): Promise<Got>
  /** The whole path of a route with the ids of somebody's things. */
  path(route: Route, things: Things): string
}

interface Created {
  readonly id: string
}

interface Offer {
  readonly id: string
  readonly contactId: string
}

/** The whole system with two customers who each have one of everything, and somebody of every role. */
export async function openTheatre(stage?: Stage): Promise<Theatre> {
  return play(stage ?? (await openStage()))
}

async function play(stage: Stage): Promise<Theatre> {
  const roles = {
    joel: ['agent'],
    mira: ['agent'],
    helena: ['supervisor', 'administrator'],
    nora: ['knowledge-owner'],
    ivo: ['analyst'],
  }
  const staff = new Map<string, Person>()
  for (const [name, held] of Object.entries(roles)) {
    const email = `${name}@halden.example`
    await stage.operator.post('/api/v1/identity/staff', { name, email, roles: held })
    const person = stage.person(email)
    await person.signIn()
    staff.set(name, person)
  }
  const of = (name: keyof typeof roles): Person => {
    const person = staff.get(name)
    if (!person) throw new Error(`nobody is called ${name}`)
    return person
  }
  const [helena, joel, mira] = [of('helena'), of('joel'), of('mira')]
  await helena.api.put('/api/v1/routing/policies/care', POLICY)
  await helena.api.put('/api/v1/my-stuff/reasons/reasons', { kinds: REASONS })
  await helena.api.put(`/api/v1/routing/agents/${joel.id}/skills`, { skills: [{ skill: 'chat', level: 2 }] })
  const article = await helena.api.post<Created>('/api/v1/knowledge/articles', {
    kind: 'guide',
    title: 'Clean the filter',
    summary: 'What to do when water stays in the bottom.',
    body: 'Turn the filter to the left.',
    fits: [{ things: ['purchase'], reasons: ['water-stays'], products: [] }],
    language: 'en',
    ownerId: of('nora').id,
  })
  const articleId = article.body.id
  await stage.settle()
  const task = await mira.api.post<Created>('/api/v1/knowledge/tasks', {
    articleId,
    why: 'outdated',
  })
  const promise = await helena.api.post<Created>('/api/v1/insight/promises', {
    channel: 'chat',
    definition: 'S2',
    threshold: 60,
    share: 80,
  })
  const client = await stage.operator.post<Created & { readonly clientSecret: string }>(
    '/api/v1/identity/clients',
    { name: 'Web shop', role: 'back-office' },
  )
  const { id: clientId, clientSecret } = client.body

  // Another one stands in paths: what is done to it must not end the session that does it.
  const spare = await stage.operator.post<Created>('/api/v1/identity/clients', {
    name: 'Warehouse',
    role: 'back-office',
  })

  const ready = async (): Promise<void> => {
    await joel.api.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
    await stage.settle()
  }
  const taken = async (contactId: string): Promise<string> => {
    await ready()
    const { body } = await joel.api.get<{ readonly items: readonly Offer[] }>(
      '/api/v1/routing/agents/me/offers',
    )
    const offer = body.items.find((each) => each.contactId === contactId)
    if (!offer) throw new Error('the contact was not offered')
    await joel.api.post(`/api/v1/routing/work/${contactId}/offers/${offer.id}/acceptance`, {})
    await stage.settle()
    return offer.id
  }
  /** A journey with a chat that Joel has taken. */
  const chat = async (person: Person, itemId: string, says: string) => {
    const { body: journey } = await person.api.post<Created>('/api/v1/journey/journeys', {
      entrance: 'need-help',
    })
    const path = `/api/v1/journey/journeys/${journey.id}`
    await person.api.put(`${path}/item`, { itemId })
    await person.api.put(`${path}/reason`, { code: 'not-working', detail: 'water-stays' })
    await person.api.post(`${path}/facts`, { name: 'question', label: 'Says', value: `It leaks. ${says}` })
    await stage.settle()
    const reading = await person.api.post<Created>('/api/v1/knowledge/readings', {
      articleId,
      journeyId: journey.id,
    })
    await ready()
    const decision = await person.api.post<Created>('/api/v1/routing/offers', {
      journeyId: journey.id,
    })
    await stage.settle()
    const decisionId = decision.body.id
    const contact = await person.api.post<Created>('/api/v1/contact/contacts', {
      journeyId: journey.id,
      channel: 'chat',
      words: `Water stays in the bottom. ${says}`,
    })
    const contactId = contact.body.id
    await stage.settle()
    const offerId = await taken(contactId)
    const message = await person.api.post<Created>(`/api/v1/contact/contacts/${contactId}/messages`, {
      text: `It is full. ${says}`,
    })
    const messageId = message.body.id
    return {
      journeyId: journey.id,
      readingId: reading.body.id,
      decisionId,
      contactId,
      offerId,
      messageId,
    }
  }
  const live = async (
    name: string,
    says: string,
  ): Promise<{ readonly person: Person; readonly things: Things }> => {
    const email = `${name}@example.org`
    await stage.operator.put(`/api/v1/identity/customers/by-external-id/shop/${name}`, {
      name: `${name} ${says}`,
      email,
      segment: 'household',
    })
    const item = await stage.operator.post<Created>('/api/v1/my-stuff/items', {
      customer: { source: 'shop', externalId: name },
      kind: 'purchase',
      source: 'shop',
      reference: `HH-${name}`,
      title: `Bris 45 dishwasher ${says}`,
      product: 'Bris 45',
      date: '2026-11-12T10:00:00.000Z',
      state: 'delivered',
    })
    const person = stage.person(email)
    await person.signIn()
    await stage.settle()
    const itemId = item.body.id
    const first = await chat(person, itemId, says)
    await joel.api.post(`/api/v1/contact/contacts/${first.contactId}/end`, {})
    await joel.api.put(`/api/v1/contact/contacts/${first.contactId}/summary`, {
      outcome: 'promised',
      issue: 'new',
      subject: `Water stays ${says}`,
      words: 'An engineer comes.',
      causes: [],
      promised: [{ what: `We call you ${says}`, by: toInstant(stage.clock.now() + 3 * DAY) }],
      articles: [],
    })
    await stage.settle()
    const feedback = await person.api.post<Created>('/api/v1/feedback/feedback', {
      about: { kind: 'contact', id: first.contactId },
      outcome: 'partly',
      feeling: 'unsure',
      comment: `Nobody asked me twice. ${says}`,
      followUp: true,
    })
    await stage.settle()
    const only = async (path: string): Promise<string> => {
      const { body } = await person.api.get<{ readonly items: readonly Created[] }>(path)
      const [found] = body.items
      if (found === undefined) throw new Error(`${path} holds nothing`)
      return found.id
    }
    const second = await chat(person, itemId, says)
    return {
      person,
      things: {
        id: person.id,
        journeys: second.journeyId,
        cases: await only('/api/v1/case/cases'),
        contacts: second.contactId,
        work: second.contactId,
        offers: second.offerId,
        decisions: second.decisionId,
        sessions: await only('/api/v1/identity/sessions'),
        items: itemId,
        readings: second.readingId,
        feedback: feedback.body.id,
        'follow-ups': await only('/api/v1/case/follow-ups'),
        messages: second.messageId,
      },
    }
  }
  const ana = await live('ana', CANARY)
  const tomas = await live('tomas', 'plain')
  await stage.settle()
  const guest = await new Client(stage.url).post<{ readonly accessToken: string }>(
    '/api/v1/identity/guests',
    {},
  )
  await stage.settle()
  const company: Readonly<Record<string, string>> = {
    articles: articleId,
    tasks: task.body.id,
    promises: promise.body.id,
    findings: UNKNOWN,
    clients: spare.body.id,
    staff: joel.id,
    agents: joel.id,
    customers: ana.person.id,
    merges: tomas.person.id,
    metrics: 'contacts-by-cause',
    causes: 'pump',
    policies: 'care',
    reasons: 'reasons',
    views: 'case.cases',
    versions: '1',
    difference: '1',
    'dead-letters': 'case',
    ':group': '1',
    'by-external-id': 'shop',
    ':source': 'ana',
  }
  const { app } = stage.host()
  return {
    stage,
    tokens: {
      anyone: '',
      guest: guest.body.accessToken,
      ana: await ana.person.token(),
      customer: await tomas.person.token(),
      agent: await mira.token(),
      analyst: await of('ivo').token(),
      'knowledge-owner': await of('nora').token(),
      administrator: await helena.token(),
      'back-office': await asSystem(stage.url, clientId, clientSecret)(),
    },
    hers: ana.things,
    his: tomas.things,
    company,
    path: (route, things) => pathOf(route, things, company),
    send: async (method, path, { token = '', body, headers = {} } = {}) => {
      const all = {
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      }
      const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
      if (path.split('?')[0]?.endsWith('/live') === true && method === 'GET' && !path.startsWith('/health')) {
        return openAndLeave(`${stage.url}${path}`, all)
      }
      const answer = await app.inject({
        method: method as 'GET',
        url: path,
        headers: all,
        ...(payload !== undefined && { payload }),
      })
      const entries = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const)
      return { status: answer.statusCode, text: answer.body, headers: Object.fromEntries(entries) }
    },
  }
}

/** Segment before each parameter of a path: `journeys` for `/api/v1/journey/journeys/:id`. */
export function placesOf(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.flatMap((part, at) => (part.startsWith(':') ? [parts[at - 1] ?? ''] : []))
}

export function isThing(place: string, things: Things): place is Thing {
  return Object.hasOwn(things, place)
}

function pathOf({ path }: Route, things: Things, company: Readonly<Record<string, string>>): string {
  const parts = path.split('/')
  const filled = parts.map((part, at) => {
    if (!part.startsWith(':')) return part
    const place = parts[at - 1] ?? ''
    const id = isThing(place, things) ? things[place] : company[place]
    if (id === undefined) throw new Error(`no id for ${path}: say in theatre.ts what stands after ${place}`)
    return id
  })
  return filled.join('/')
}

/** A live stream never ends by itself: its first bytes are its answer. */
async function openAndLeave(url: string, headers: Readonly<Record<string, string>>): Promise<Got> {
  const leaving = new AbortController()
  const response = await fetch(url, { headers, signal: leaving.signal })
  const streams = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  const text = streams ? '' : await response.text()
  leaving.abort()
  return { status: response.status, text, headers: Object.fromEntries(response.headers) }
}
