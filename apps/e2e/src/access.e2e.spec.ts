import { exampleOf } from '@throughline/platform'
import { CANARY, isThing, openTheatre, placesOf, STRANGERS, UNKNOWN } from './theatre.js'
import type { Got, Route, Stranger, Theatre, Things } from './theatre.js'

const UUID = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g

/** What strangers may know by its id: it is nobody's own. */
const PUBLIC: readonly string[] = ['articles', 'reasons', 'versions']

/** Headers by which a proxy or a single sign-on in front might say who somebody is. */
const spoofed = (id: string): Readonly<Record<string, string>> => ({
  'x-user-id': id,
  'x-customer-id': id,
  'x-remote-user': id,
  'remote-user': id,
  'x-forwarded-user': id,
  'x-forwarded-email': 'ana@example.org',
  'x-auth-request-user': id,
  'x-roles': 'administrator',
  'x-forwarded-for': '203.0.113.9',
  'x-real-ip': '203.0.113.9',
  forwarded: 'for=203.0.113.9;host=evil.example;proto=https',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-original-url': '/health/live',
  'x-rewrite-url': '/health/live',
  'x-http-method-override': 'GET',
})

describe('who may do what, generated from the routes (S01, S03, S05, S09)', () => {
  let theatre: Theatre
  let routes: readonly Route[]
  let owned: readonly Route[]

  const body = (route: Route): { readonly body?: unknown } => {
    const example = route.body === undefined ? undefined : exampleOf(route.body)
    return example === undefined ? {} : { body: example }
  }
  const send = (who: Stranger, route: Route, things: Things, headers = {}): Promise<Got> =>
    theatre.send(route.method, theatre.path(route, things), {
      token: theatre.tokens[who],
      ...body(route),
      headers,
    })
  const mayTry = (who: Stranger, { allowed }: Route): boolean =>
    allowed.includes('anyone') || allowed.includes(who)
  const nobodys = (): Things => {
    const entries = Object.keys(theatre.hers).map((name) => [name, UNKNOWN] as const)
    return Object.fromEntries(entries) as Record<keyof Things, string>
  }
  /** Status, headers and body, without the ids and positions in which two answers of a kind differ. */
  const told = ({ status, headers, text }: Got): string => {
    const kept = Object.entries(headers).filter(
      ([name]) => name !== 'date' && name !== 'throughline-position' && !name.startsWith('ratelimit'),
    )
    return `${String(status)} ${text} ${JSON.stringify(kept)}`.replaceAll(UUID, 'ID')
  }
  const herEvents = async (): Promise<number> => {
    const all = await theatre.stage.host().events.readAll({ after: 0, limit: 10_000 })
    return all.filter(({ customerId }) => customerId === theatre.hers.id).length
  }

  beforeAll(async () => {
    theatre = await openTheatre()
    routes = theatre.stage.host().routes
    owned = routes.filter(
      ({ path, allowed }) =>
        allowed.some((role) => role === 'customer' || role === 'guest') &&
        placesOf(path).some((place) => isThing(place, theatre.hers)),
    )
  })

  afterAll(async () => {
    await theatre.stage.stop()
  })

  it('serves what its controllers declare, the API documentation, and nothing else', () => {
    const printed = theatre.stage
      .host()
      .app.getHttpAdapter()
      .getInstance()
      .printRoutes({ commonPrefix: false })
    const declared = new Set(routes.map(({ method, path }) => `${method} ${path}`))
    const served = servedOf(printed).filter((route) => !/^(GET|HEAD) \/api\/docs/.test(route))
    const more = served.filter((route) => !declared.has(route.replace(/^HEAD/, 'GET')))
    expect(more).toEqual([])
    expect([...declared].filter((route) => !served.includes(route))).toEqual([])
  })

  it('knows for every id a customer may send whose it is', () => {
    const unsaid = routes
      .filter(({ allowed }) => ['anyone', 'guest', 'customer'].some((role) => allowed.includes(role)))
      .filter(({ path }) =>
        placesOf(path).some((place) => !isThing(place, theatre.hers) && !PUBLIC.includes(place)),
      )
    expect(unsaid.map(({ path }) => path)).toEqual([])
    expect(owned.length).toBeGreaterThan(35)
  })

  it.each(STRANGERS)('%s gets 401 or 403 from every route that is not open to them', async (who) => {
    const wrong: string[] = []
    for (const route of routes.filter((each) => !mayTry(who, each))) {
      const { status, text } = await send(who, route, theatre.hers)
      const expected = who === 'anyone' ? 401 : 403
      if (status !== expected || !text.includes('"code":"access.')) {
        wrong.push(`${route.method} ${route.path}: ${String(status)} ${text.slice(0, 100)}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it.each(['anyone', 'guest', 'customer'] as const)(
    'hears the same of what is Ana’s as of what is nobody’s: %s',
    async (who) => {
      const before = await herEvents()
      const wrong: string[] = []
      for (const route of owned.filter((each) => mayTry(who, each))) {
        const foreign = await send(who, route, theatre.hers)
        const unknown = await send(who, route, nobodys())
        if (foreign.status < 400 || told(foreign) !== told(unknown)) {
          wrong.push(`${route.method} ${route.path}: ${told(foreign)}\n  but ${told(unknown)}`)
        }
      }
      expect(wrong).toEqual([])
      expect(await herEvents()).toBe(before)
    },
  )

  it.each(['anyone', 'guest', 'customer', 'back-office'] as const)(
    'nothing that is said to %s holds a word or id of Ana’s',
    async (who) => {
      const leaks: string[] = []
      const ids: readonly (readonly [string, string])[] = Object.entries(theatre.hers)
      for (const route of routes.filter(({ method, allowed }) => method === 'GET' && open(allowed, who))) {
        const path = theatre.path(route, who === 'customer' ? theatre.his : theatre.hers)
        const { text } = await theatre.send('GET', path, { token: theatre.tokens[who] })
        // Back-end systems know customers by their work; what customers said to us is not theirs.
        if (who === 'back-office' && route.path.startsWith('/api/v1/identity/')) continue
        const leaked = [['a word', CANARY] as const, ...ids].filter(
          ([, value]) => text.includes(value) && !path.includes(value),
        )
        if (leaked.length > 0) leaks.push(`${path}: ${leaked.map(([name]) => name).join(', ')}`)
      }
      expect(leaks).toEqual([])
    },
  )

  it.each(['guest', 'customer'] as const)(
    '%s cannot reach her things by ids in bodies and queries',
    async (who) => {
      const wrong: string[] = []
      for (const route of routes.filter((each) => mayTry(who, each))) {
        for (const { place, name, example, url } of idFields(route)) {
          const request = (id: string): Promise<Got> =>
            theatre.send(route.method, `${theatre.path(route, theatre.his)}${url(id)}`, {
              token: theatre.tokens[who],
              ...(example !== undefined && { body: example(id) }),
            })
          const foreign = await request(theatre.hers[place])
          const unknown = await request(UNKNOWN)
          if (told(foreign) !== told(unknown) || (await shown(who, foreign)).includes(CANARY)) {
            wrong.push(`${route.method} ${route.path} ${name}: ${told(foreign)}\n  but ${told(unknown)}`)
          }
        }
      }
      expect(wrong).toEqual([])
    },
  )

  it('headers that name somebody or some other place change nothing', async () => {
    const wrong: string[] = []
    for (const route of owned) {
      for (const who of ['anyone', 'customer'] as const) {
        const plain = await send(who, route, theatre.hers)
        const dressed = await send(who, route, theatre.hers, spoofed(theatre.hers.id))
        if (told(plain) !== told(dressed) || /evil|203\.0/.test(told(dressed))) {
          wrong.push(`${route.method} ${route.path}: ${told(dressed)}`)
        }
      }
    }
    expect(wrong).toEqual([])
  })

  it('an agent who was given nothing of hers sees neither her journey nor acts in her contact', async () => {
    const { agent } = theatre.tokens
    const journey = `/api/v1/journey/journeys/${theatre.hers.journeys}`
    for (const path of [journey, `${journey}/context`, `${journey}/events`]) {
      expect((await theatre.send('GET', path, { token: agent })).status).toBe(404)
    }
    const before = await herEvents()
    // Notes are open to the whole team: that is what they are for.
    const acting = routes.filter(
      ({ method, path, allowed }) =>
        method !== 'GET' &&
        allowed.includes('agent') &&
        /\/(contacts|work|journeys)\/:/.test(path) &&
        !path.endsWith('/notes'),
    )
    const wrong: string[] = []
    for (const route of acting) {
      const { status, text } = await send('agent', route, theatre.hers)
      if (status < 400) wrong.push(`${route.method} ${route.path}: ${String(status)} ${text.slice(0, 100)}`)
    }
    expect(wrong).toEqual([])
    expect(await herEvents()).toBe(before)
  })

  /** What an answer says, and what then stands where it points. */
  async function shown(who: Stranger, { text, headers: { location } }: Got): Promise<string> {
    if (location === undefined) return text
    const token = theatre.tokens[who]
    await theatre.stage.settle()
    const made = await theatre.send('GET', location, { token })
    const context = await theatre.send('GET', `${location}/context`, { token })
    return text + made.text + context.text
  }

  interface IdField {
    readonly name: string
    readonly place: keyof Things
    readonly example: ((id: string) => unknown) | undefined
    readonly url: (id: string) => string
  }

  /** Every field of a route's body and query that names one of the things a customer has. */
  function idFields(route: Route): readonly IdField[] {
    const { schemas } = theatre.stage.host()
    const fields: IdField[] = []
    const properties = (declared: Route['body']): readonly string[] => {
      const name = declared === undefined ? undefined : schemas.definitionOf(declared)
      const definition = name === undefined ? undefined : schemas.definitions[name]
      return definition !== undefined && 'properties' in definition
        ? Object.keys(definition.properties as object)
        : []
    }
    const example = route.body === undefined ? undefined : exampleOf(route.body)
    for (const name of properties(route.body)) {
      const place = PLACES[name]
      if (place === undefined) continue
      fields.push({
        name: `body ${name}`,
        place,
        example: (id) => ({
          ...(example as object),
          [name]: name === 'about' ? { kind: 'contact', id } : id,
        }),
        url: () => '',
      })
    }
    for (const name of properties(route.query)) {
      const place = PLACES[name]
      if (place === undefined) continue
      fields.push({
        name: `query ${name}`,
        place,
        example: example === undefined ? undefined : () => example,
        url: (id) => `?${name}=${id}`,
      })
    }
    return fields
  }
})

/** Fields of bodies and queries by what they name. */
const PLACES: Readonly<Record<string, keyof Things>> = {
  about: 'contacts',
  caseId: 'cases',
  contactId: 'contacts',
  customerId: 'id',
  decisionId: 'decisions',
  feedbackId: 'feedback',
  itemId: 'items',
  journeyId: 'journeys',
  messageId: 'messages',
  readingId: 'readings',
}

const open = (allowed: readonly string[], who: Stranger): boolean =>
  allowed.includes('anyone') || allowed.includes(who)

/** `GET /a/b` of every line of the tree in which Fastify prints what it serves. */
function servedOf(printed: string): readonly string[] {
  const above: string[] = []
  return printed.split('\n').flatMap((line) => {
    const found = /^((?:[│ ] {3})*)[├└]── (\S+) \((.+)\)$/.exec(line)
    if (!found) return []
    const [, indent = '', part = '', methods = ''] = found
    const depth = indent.length / 4
    above.length = depth
    above.push(part)
    return methods.split(', ').map((method) => `${method} ${above.join('')}`)
  })
}
