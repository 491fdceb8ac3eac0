import { exampleOf } from '@throughline/platform'
import fc from 'fast-check'
import { CANARY, openTheatre } from './theatre.js'
import type { Got, Route, Theatre } from './theatre.js'

/** What is tried wherever text goes in: query languages, paths, markup, control characters, other scripts. */
const TEXTS: readonly string[] = [
  "' OR '1'='1",
  "'; DROP TABLE events; --",
  '" UNION SELECT json FROM rows --',
  "$.journeyId') OR 1=1 --",
  '$[*]..*',
  '../../../../etc/passwd',
  '..%2f..%2fsecrets%2foperator.secret',
  '%00',
  '%',
  '%zz',
  '%e0%a4%a',
  '\u0000',
  '\u001b[31mred',
  'a\r\nX-Injected: yes',
  '<script>alert(1)</script>',
  '{{7*7}}${7*7}',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\ud800',
  '\u202e\ufeff',
  '-1',
  '9'.repeat(30),
  '1e309',
  'NaN',
  '',
]

/** Names that stand for rights and owners somewhere in the system. */
const RIGHTS = [
  'role',
  'roles',
  'actor',
  'assurance',
  'isAdmin',
  'verified',
  'tenantId',
  'ownerId',
  'staffId',
]

/** Every third of a list, another third for each turn: all of it is tried somewhere, not everywhere. */
const some = <Value>(list: readonly Value[], turn: number, of = 3): readonly Value[] =>
  list.filter((_, at) => (at + turn) % of === 0)

describe('hostile requests, generated from the routes (S03, S12, S26 to S28)', () => {
  let theatre: Theatre
  let routes: readonly Route[]
  let withBody: readonly Route[]

  /** Somebody the route is open to, whose right is the widest. */
  const tokenFor = ({ allowed }: Route): string => {
    const order = [
      'administrator',
      'agent',
      'analyst',
      'knowledge-owner',
      'back-office',
      'customer',
      'guest',
    ] as const
    const who = order.find((role) => allowed.includes(role))
    if (who !== undefined) return theatre.tokens[who]
    return allowed.includes('supervisor') ? theatre.tokens.administrator : ''
  }
  const send = (route: Route, body?: unknown, query = '', headers = {}): Promise<Got> =>
    theatre.send(route.method, `${theatre.path(route, theatre.his)}${query}`, {
      token: tokenFor(route),
      ...(body !== undefined && { body }),
      headers,
    })
  const example = ({ body }: Route): Readonly<Record<string, unknown>> => ({
    ...(body !== undefined && (exampleOf(body) as object)),
  })
  /** What is wrong with an answer to something hostile; undefined when it is an answer as any other. */
  const wrongWith = ({ status, headers, text }: Got): string | undefined => {
    if (status < 400) return undefined
    const told = text.slice(0, 150)
    if (status >= 500) return `${String(status)} ${told}`
    if (headers['content-type']?.startsWith('application/problem+json') !== true)
      return `no problem details: ${told}`
    return /"code":"[a-z]+[a-z.-]+"/.test(text) ? undefined : `no code: ${told}`
  }
  const fieldsOf = (route: Pick<Route, 'body'> | { readonly body: Route['query'] }): readonly string[] => {
    const { schemas } = theatre.stage.host()
    const name = route.body === undefined ? undefined : schemas.definitionOf(route.body)
    const definition = name === undefined ? undefined : schemas.definitions[name]
    const properties =
      definition !== undefined && 'properties' in definition ? definition.properties : undefined
    return Object.keys(properties ?? {})
  }
  /** Tries everything on everything and tells what was answered wrongly. */
  const answers = async (
    tries: Iterable<{ readonly route: Route; readonly name: string; readonly send: () => Promise<Got> }>,
    judge: (got: Got) => string | undefined = wrongWith,
  ): Promise<readonly string[]> => {
    const wrong: string[] = []
    for (const { route, name, send: attempt } of tries) {
      const finding = judge(await attempt())
      if (finding !== undefined) wrong.push(`${route.method} ${route.path} ${name}: ${finding}`)
    }
    return wrong
  }

  beforeAll(async () => {
    theatre = await openTheatre()
    routes = theatre.stage.host().routes
    withBody = routes.filter(({ body }) => body !== undefined)
  })

  afterAll(async () => {
    expect(({} as Readonly<Record<string, unknown>>).polluted).toBeUndefined()
    await theatre.stage.stop()
  })

  it('every body shows an example that its own schema takes', () => {
    const { schemas } = theatre.stage.host()
    const wrong = withBody.flatMap(({ operationId, body }) => {
      if (body === undefined) return []
      const shown = exampleOf(body)
      return shown === undefined
        ? [`${operationId}: no example`]
        : schemas.check(body, shown).map(({ says }) => `${operationId}: ${says}`)
    })
    expect(wrong).toEqual([])
    expect(withBody.length).toBeGreaterThan(50)
  })

  it('refuses one field too many and names it, be it unknown or some other body’s', async () => {
    const names = new Set([...withBody.flatMap(fieldsOf), ...RIGHTS, 'constructorName'])
    const tries = withBody.flatMap((route, turn) => {
      const own = fieldsOf(route)
      return [...RIGHTS, ...some([...names], turn, 6)]
        .filter((name) => !own.includes(name))
        .map((name) => ({ route, name }))
    })
    const wrong: string[] = []
    for (const { route, name } of tries) {
      const { status, text } = await send(route, { ...example(route), [name]: true })
      if (status !== 400 || !text.includes(`"field":"${name}"`)) {
        wrong.push(`${route.method} ${route.path} ${name}: ${String(status)} ${text.slice(0, 100)}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('answers bodies of any wrong shape with a problem and never with a fault of its own', async () => {
    const deep = '{"a":'.repeat(40) + '1' + '}'.repeat(40)
    const raw: readonly string[] = [
      'null',
      '[]',
      '1',
      '"text"',
      '{',
      '',
      '\u0000',
      '{"a":1,}',
      deep,
      '['.repeat(5_000) + ']'.repeat(5_000),
      JSON.stringify('x'.repeat(100_000)),
      `{${Array.from({ length: 5_000 }, (_, at) => `"k${String(at)}":1`).join(',')}}`,
      '{"__proto__":{"polluted":true}}',
      '{"constructor":{"prototype":{"polluted":true}}}',
      `{"a":${'9'.repeat(400)}}`,
    ]
    const wrong = await answers(
      routes
        .filter(({ method }) => method !== 'GET' && method !== 'DELETE')
        .flatMap((route) =>
          raw.map((body) => ({ route, name: body.slice(0, 30), send: () => send(route, body) })),
        ),
      (got) => wrongWith(got) ?? (got.text.includes('polluted":true') ? 'echoed' : undefined),
    )
    expect(wrong).toEqual([])
  })

  it('takes no field of a wrong type, too long, or with prototype keys inside', async () => {
    const values: readonly unknown[] = [
      null,
      [],
      {},
      [[[[]]]],
      -1,
      1.5,
      1e308,
      true,
      'x'.repeat(60_000),
      { constructor: { name: 'x' } },
      ...TEXTS,
    ]
    const tries = withBody.flatMap((route) =>
      fieldsOf(route).flatMap((name, turn) =>
        some(values, turn, 4).map((value) => ({
          route,
          name: `${name}=${JSON.stringify(value).slice(0, 40)}`,
          send: () => send(route, { ...example(route), [name]: value }),
        })),
      ),
    )
    expect(await answers(tries)).toEqual([])
  })

  it('answers hostile ids in paths as any other unknown id', async () => {
    const tries = routes
      .filter(({ path }) => path.includes(':'))
      .flatMap((route, turn) =>
        some([...TEXTS, 'x'.repeat(5_000)], turn).map((text) => {
          const encoded = text.includes('%') ? text : encodeURIComponent(text.toWellFormed())
          const path = route.path.replaceAll(/:\w+/g, encoded)
          return {
            route,
            name: text.slice(0, 40),
            send: () =>
              theatre.send(route.method, path, {
                token: tokenFor(route),
                ...(route.body && { body: example(route) }),
              }),
          }
        }),
      )
    expect(await answers(tries)).toEqual([])
  })

  it('answers hostile queries with what the query names, or a problem', async () => {
    const tries = routes
      .filter(({ query }) => query !== undefined)
      .flatMap((route) => {
        const names = [...fieldsOf({ body: route.query }), '__proto__', 'constructor', 'limit[]', 'a[b][c]']
        return names.flatMap((name, turn) =>
          some(TEXTS, turn, 5).map((text) => {
            const value = text.includes('%') ? text : encodeURIComponent(text.toWellFormed())
            return { route, name: `${name}=${text}`, send: () => send(route, undefined, `?${name}=${value}`) }
          }),
        )
      })
    expect(await answers(tries)).toEqual([])
  })

  it('answers hostile headers with a problem that has a code', async () => {
    const names = [
      'idempotency-key',
      'if-match',
      'last-event-id',
      'occurred-at',
      'traceparent',
      'authorization',
      'min-position',
    ]
    const values = TEXTS.filter((text) => !/^\d+$/.test(text) && text !== '')
    const tries = routes
      // What deletes is left out: it would end the sessions these requests are sent with.
      .filter(({ method, path }) => method !== 'DELETE' && !path.endsWith('/live'))
      .flatMap((route, turn) =>
        names.flatMap((name, at) =>
          some(values, turn + at, 12).map((value) => ({
            route,
            name: `${name}: ${value}`,
            send: () => send(route, route.body && example(route), '', { [name]: value }),
          })),
        ),
      )
    expect(await answers(tries)).toEqual([])
  })

  it('cursors are of no use with other lists: altered or another’s, they show nobody else’s rows (S02)', async () => {
    const { customer, ana } = theatre.tokens
    const lists = routes.filter(
      (route) =>
        route.method === 'GET' &&
        route.allowed.includes('customer') &&
        fieldsOf({ body: route.query }).includes('after'),
    )
    expect(lists.length).toBeGreaterThan(5)
    const cursors: string[] = []
    for (const route of lists) {
      const path = theatre.path(route, theatre.hers)
      const { text } = await theatre.send('GET', `${path}?limit=1`, { token: ana })
      for (const [, cursor] of text.matchAll(/"next":"([^"]+)"/g)) cursors.push(cursor ?? '')
    }
    expect(cursors.length).toBeGreaterThan(0)
    const ids: readonly string[] = Object.values(theatre.hers)
    const place = (sort: unknown, key: unknown): string =>
      Buffer.from(JSON.stringify([sort, key])).toString('base64url')
    const cursor = fc.oneof(
      fc.constantFrom(...cursors),
      fc
        .tuple(fc.constantFrom(...cursors), fc.nat(), fc.string({ minLength: 1, maxLength: 2 }))
        .map(
          ([text, at, put]) =>
            `${text.slice(0, at % text.length)}${put}${text.slice((at % text.length) + 1)}`,
        ),
      fc
        .tuple(fc.constantFrom('', '0', '~', '\uffff'), fc.constantFrom('', ...ids))
        .map(([sort, key]) => place(sort, key)),
      fc.tuple(fc.jsonValue(), fc.jsonValue()).map(([sort, key]) => place(sort, key)),
      fc.string({ unit: 'binary', maxLength: 80 }),
    )
    await fc.assert(
      fc.asyncProperty(cursor, fc.constantFrom(...lists), async (after, route) => {
        const query = `?after=${encodeURIComponent(after.toWellFormed())}&limit=5`
        const path = theatre.path(route, theatre.his)
        const got = await theatre.send('GET', `${path}${query}`, { token: customer })
        expect(wrongWith(got)).toBeUndefined()
        expect(got.text).not.toContain(CANARY)
        for (const id of [theatre.hers.journeys, theatre.hers.contacts, theatre.hers.id]) {
          expect(got.text).not.toContain(id)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('any JSON at all in the place of a body is answered, and pollutes nothing (S28)', async () => {
    const keys = fc.constantFrom('__proto__', 'constructor', 'prototype', 'polluted', 'a')
    const value = fc.letrec<{ readonly tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue({ maxDepth: 2 }),
        fc.array(fc.tuple(keys, tie('tree')), { maxLength: 4 }).map((entries) => ({ entries })),
      ),
    })).tree
    const text = fc
      .tuple(keys, keys, value)
      .map(([outer, inner, tree]) => `{"${outer}":{"${inner}":${JSON.stringify(tree)},"polluted":true}}`)
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(...withBody), async (body, route) => {
        const got = await send(route, body)
        expect(got.status).toBe(400)
        expect(wrongWith(got)).toBeUndefined()
        expect(({} as Readonly<Record<string, unknown>>).polluted).toBeUndefined()
      }),
      { numRuns: 400 },
    )
  })

  it('is as well afterwards as before: nothing parked, all readers at the head', async () => {
    await theatre.stage.settle()
    const { status } = await theatre.send('GET', '/health/ready')
    expect(status).toBe(200)
    const letters = await theatre.send('GET', '/api/v1/platform/dead-letters', {
      token: theatre.tokens.administrator,
    })
    expect(JSON.parse(letters.text)).toMatchObject({ items: [] })
  })
})
