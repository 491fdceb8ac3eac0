import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { POLICY, REASONS } from '@throughline/demo'
import type { Person } from '@throughline/demo'
import { DAY, toInstant } from '@throughline/kernel'
import { WrongExpectedVersion } from '@throughline/ports'
import { defect, sized, wholeLog } from '@throughline/ports/suites'
import { assertWorld } from '@throughline/testing'
import { openStage } from './stage.js'
import type { Stage } from './stage.js'

// Ends what hangs.
jest.setTimeout(sized(120_000, 900_000))

interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface Wish {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a client process tells of one wish. */
interface Told extends Got {
  readonly tries: number
  readonly key: string
}

describe('commands that are sent again', () => {
  let stage: Stage
  const children: ChildProcess[] = []
  let keys = 0

  beforeEach(async () => {
    stage = await openStage()
  })
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    await stage.stop()
  })

  const freshKey = (): string => `key-${String(++keys)}-of-the-test-of-retries`

  /** Seeded defect: the store does not know a command that comes again. */
  const forgetCommands = (): void => {
    const { events } = stage.host()
    const append = events.append.bind(events)
    events.append = (target, expected, command, wanted) =>
      append(target, expected, { ...command, id: freshKey() }, wanted)
  }

  /** Seeded defect: who came too late is told that it was done. */
  const pretend = (): void => {
    const { events } = stage.host()
    const append = events.append.bind(events)
    events.append = async (target, expected, command, wanted) => {
      try {
        return await append(target, expected, command, wanted)
      } catch (error) {
        if (!(error instanceof WrongExpectedVersion)) throw error
        return { outcome: 'applied', events: (await events.readStream(target)).slice(-1) }
      }
    }
  }

  /** Another program beside the server. */
  const inProcess = async (wishes: readonly Wish[], most: number): Promise<readonly Told[]> => {
    const child = spawn(process.execPath, [join(__dirname, 'client.fixture.mjs')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    children.push(child)
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.stdin.end(JSON.stringify({ wishes, most }))
    await once(child, 'close')
    return JSON.parse(text) as readonly Told[]
  }

  /** Four client processes that share the wishes. */
  const fromFour = async (wishes: readonly Wish[], most = 1): Promise<readonly Told[]> => {
    const shares = [0, 1, 2, 3].map((share) => wishes.filter((_, index) => index % 4 === share))
    return (await Promise.all(shares.map((share) => inProcess(share, most)))).flat()
  }

  const signedIn = async (name: string): Promise<Person> => {
    await stage.operator.put(`/api/v1/identity/customers/by-external-id/shop/${name}`, {
      name,
      email: `${name}@example.org`,
    })
    const person = stage.person(`${name}@example.org`)
    await person.signIn()
    await stage.settle()
    return person
  }
  const staff = async (name: string, ...roles: readonly string[]): Promise<Person> => {
    const email = `${name}@halden.example`
    await stage.operator.post('/api/v1/identity/staff', { name, email, roles })
    const person = stage.person(email)
    await person.signIn()
    return person
  }
  const journeyOf = async (person: Person): Promise<string> => {
    const path = '/api/v1/journey/journeys'
    return (await person.api.post<{ readonly id: string }>(path, { entrance: 'need-help' })).body.id
  }
  const factOf = (journeyId: string, token: string, value: string, key: string): Wish => ({
    url: `${stage.url}/api/v1/journey/journeys/${journeyId}/facts`,
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify({ name: 'question', label: 'Says', value }),
  })
  const countOf = (answers: readonly Told[], fits: (answer: Told) => boolean): number =>
    answers.filter(fits).length

  /** The whole answer, over a connection of its own; `lost` ends the connection before it is read. */
  const raw = async (wish: Wish, lost?: 'unanswered' | 'unread'): Promise<Got | undefined> => {
    const { host, port, pathname } = new URL(wish.url)
    const headers = {
      host,
      connection: 'close',
      ...wish.headers,
      'content-length': String(Buffer.byteLength(wish.body)),
    }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => undefined)
    const closed = once(socket, 'close')
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      if (lost === 'unread') socket.destroy()
    })
    const request = `${wish.method} ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n${wish.body}`
    socket.write(request, () => {
      if (lost === 'unanswered') socket.destroy()
    })
    await closed
    if (lost !== undefined) return undefined
    const text = Buffer.concat(chunks).toString()
    const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s)
    const [first = '', ...rest] = head.split('\r\n')
    const fields = rest.map((line) => line.split(/: (.*)/s))
    return {
      status: Number(first.split(' ')[1]),
      headers: Object.fromEntries(fields.map(([name = '', value = '']) => [name.toLowerCase(), value])),
      body: /^transfer-encoding: chunked/im.test(head) ? unchunked(body) : body,
    }
  }

  it('R02: a command whose answer was lost, sent five times again, has one effect and one answer, whatever it was', async () => {
    if (defect('R02')) forgetCommands()
    const sent: { readonly wish: Wish; readonly first: Got }[] = []
    const effects = async (commandId: string): Promise<number> =>
      (await wholeLog(stage.host().events)).filter((event) => event.commandId === commandId).length
    /** Sends a command into the void, and then five times again. */
    const lost = async (
      person: { readonly actor: string; readonly token: string },
      method: string,
      path: string,
      body: object = {},
    ): Promise<{ readonly id: string }> => {
      const key = freshKey()
      const headers = {
        authorization: `Bearer ${person.token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      }
      const wish = { url: `${stage.url}${path}`, method, headers, body: JSON.stringify(body) }
      await raw(wish, sent.length % 2 === 0 ? 'unread' : 'unanswered')
      const answers: Got[] = []
      let head = 0
      for (let again = 0; again < 5; again++) {
        const got = await raw(wish)
        if (got === undefined || got.status >= 300) {
          throw new Error(`${method} ${path}: ${String(got?.status)} ${got?.body ?? ''}`)
        }
        answers.push(got)
        await stage.settle()
        if (again === 0) head = await stage.host().events.head()
      }
      const [first] = answers
      if (first === undefined) throw new Error('nothing was sent')
      expect({ path, bodies: answers.map((got) => got.body) }).toEqual({
        path,
        bodies: answers.map(() => first.body),
      })
      expect(answers.slice(1).map((got) => got.headers['idempotency-replayed'])).toEqual(
        Array(4).fill('true'),
      )
      expect(new Set(answers.map((got) => `${String(got.status)} ${got.headers.etag ?? ''}`)).size).toBe(1)
      expect({ path, head: await stage.host().events.head() }).toEqual({ path, head })
      expect(await effects(`${person.actor}/${key}`)).toBeGreaterThan(0)
      sent.push({ wish, first })
      return JSON.parse(first.body) as { readonly id: string }
    }

    const helena = await staff('helena', 'supervisor', 'administrator', 'knowledge-owner')
    const joel = await staff('joel', 'agent')
    const ana = await signedIn('ana')
    const as = async (person: Person, kind: 'staff' | 'customer') => ({
      actor: `${kind}:${person.id}`,
      token: await person.token(),
    })
    const [boss, agent, her] = [await as(helena, 'staff'), await as(joel, 'staff'), await as(ana, 'customer')]

    await lost(boss, 'PUT', '/api/v1/routing/policies/care', POLICY)
    await lost(boss, 'PUT', '/api/v1/my-stuff/reasons/reasons', { kinds: REASONS })
    await lost(boss, 'PUT', `/api/v1/routing/agents/${joel.id}/skills`, {
      skills: [{ skill: 'chat', level: 2 }],
    })
    const article = await lost(boss, 'POST', '/api/v1/knowledge/articles', {
      kind: 'guide',
      title: 'Clean the filter',
      summary: 'What to do when water stays in the bottom.',
      body: 'Turn the filter to the left.',
      fits: [{ things: ['purchase'], reasons: ['water-stays'], products: [] }],
      language: 'en',
      ownerId: helena.id,
    })
    await lost(boss, 'POST', '/api/v1/insight/promises', {
      channel: 'chat',
      definition: 'S2',
      threshold: 60,
      share: 80,
    })
    const { body: item } = await stage.operator.post<{ readonly id: string }>('/api/v1/my-stuff/items', {
      customer: { source: 'shop', externalId: 'ana' },
      kind: 'purchase',
      source: 'shop',
      reference: 'HH-1',
      title: 'Bris 45 dishwasher',
      product: 'Bris 45',
      date: '2026-11-12T10:00:00.000Z',
      state: 'delivered',
    })
    await stage.settle()

    const journey = await lost(her, 'POST', '/api/v1/journey/journeys', { entrance: 'need-help' })
    const path = `/api/v1/journey/journeys/${journey.id}`
    await lost(her, 'PUT', `${path}/item`, { itemId: item.id })
    await lost(her, 'PUT', `${path}/reason`, { code: 'not-working', detail: 'water-stays' })
    await lost(her, 'POST', `${path}/facts`, { name: 'question', label: 'Says', value: 'It leaks.' })
    await lost(her, 'POST', '/api/v1/knowledge/readings', { articleId: article.id, journeyId: journey.id })
    await lost(agent, 'PUT', '/api/v1/routing/agents/me/presence', { state: 'ready' })
    await lost(her, 'POST', '/api/v1/routing/offers', { journeyId: journey.id })
    const contact = await lost(her, 'POST', '/api/v1/contact/contacts', {
      journeyId: journey.id,
      channel: 'chat',
      words: 'Water stays in the bottom.',
    })
    const at = `/api/v1/contact/contacts/${contact.id}`
    const { body: offers } = await joel.api.get<{ readonly items: readonly { readonly id: string }[] }>(
      '/api/v1/routing/agents/me/offers',
    )
    const offer = `/api/v1/routing/work/${contact.id}/offers/${offers.items[0]?.id ?? ''}`
    await lost(agent, 'POST', `${offer}/acceptance`)
    await lost(her, 'POST', `${at}/messages`, { text: 'It is full.' })
    await lost(agent, 'POST', `${at}/messages`, { text: 'We send somebody.' })
    await lost(agent, 'POST', `${at}/end`)
    await lost(agent, 'PUT', `${at}/summary`, {
      outcome: 'promised',
      issue: 'new',
      subject: 'Water stays',
      words: 'An engineer comes.',
      causes: [],
      promised: [{ what: 'We call you', by: toInstant(stage.clock.now() + 3 * DAY) }],
      articles: [],
    })
    const { body: cases } = await ana.api.get<{ readonly items: readonly { readonly id: string }[] }>(
      '/api/v1/case/cases',
    )
    const of = `/api/v1/case/cases/${cases.items[0]?.id ?? ''}`
    await lost(agent, 'POST', `${of}/notes`, { note: 'The engineer confirmed Tuesday.', visible: true })
    await lost(agent, 'PUT', `${of}/assignee`, { staffId: helena.id })
    await lost(agent, 'POST', `${of}/kept-promises`, { what: 'We call you' })
    await lost(her, 'POST', `${of}/resolution`, { how: 'solved', words: 'The new pump works.' })
    await lost(her, 'POST', `${of}/reopening`, { why: 'The water is back.' })
    const feedback = await lost(her, 'POST', '/api/v1/feedback/feedback', {
      about: { kind: 'contact', id: contact.id },
      outcome: 'partly',
      feeling: 'unsure',
      comment: 'Nobody asked me twice.',
      followUp: true,
    })
    await lost(her, 'PATCH', `/api/v1/feedback/feedback/${feedback.id}`, {
      outcome: 'fully',
      feeling: 'at-ease',
    })
    await lost(her, 'POST', `${path}/end`, { outcome: 'solved-by-contact' })

    // Everything has moved on; whoever asks again still hears what was answered then.
    const head = await stage.host().events.head()
    for (const { wish, first } of sent) {
      const got = await raw(wish)
      expect({ url: wish.url, status: got?.status, body: got?.body }).toEqual({
        url: wish.url,
        status: first.status,
        body: first.body,
      })
    }
    await stage.settle()
    expect(await stage.host().events.head()).toBe(head)
    await assertWorld(stage.host())
  })

  it('R03: one command a thousand times at once from four processes has one effect, and all hear the same', async () => {
    if (defect('R03')) forgetCommands()
    const ana = await signedIn('ana')
    const journeyId = await journeyOf(ana)
    const before = await stage.host().events.head()
    const wish = factOf(journeyId, await ana.token(), 'It leaks.', freshKey())
    const sessions = (await stage.host().events.head()) - before
    const answers = await fromFour(Array.from({ length: 1_000 }, () => wish))
    expect(countOf(answers, ({ status }) => status >= 500 || status === 0)).toBe(0)
    expect(countOf(answers, ({ status }) => status === 200)).toBe(1_000)
    expect(countOf(answers, ({ headers }) => headers['idempotency-replayed'] === 'true')).toBe(999)
    const seen = answers.map(({ body, headers }) => [body, headers.etag, headers['throughline-position']])
    expect(new Set(seen.map((each) => JSON.stringify(each))).size).toBe(1)
    expect(await stage.host().events.head()).toBe(before + sessions + 1)
    await stage.settle()
    const target = { stream: 'journey', streamId: journeyId }
    const commandId = `customer:${ana.id}/${wish.headers['idempotency-key'] ?? ''}`
    await assertWorld(stage.host(), { acked: [{ ...target, commandId, events: 1 }] })
  })

  it.each([
    ['a thousand of any version', undefined, 1_000, 3],
    ['those with the version each has read', '"1"', sized(200, 1_000), sized(20, 60)],
  ])('R04: commands at once on one stream from four processes: %s', async (_, version, count, most) => {
    if (defect('R04')) pretend()
    const ana = await signedIn('ana')
    const journeyId = await journeyOf(ana)
    const token = await ana.token()
    const wishes = Array.from({ length: count }, (_, index) => {
      const wish = factOf(journeyId, token, `It leaks in ${String(index)} places.`, freshKey())
      return version === undefined ? wish : { ...wish, headers: { ...wish.headers, 'if-match': version } }
    })
    const answers = await fromFour(wishes, most)
    const other = answers.filter(({ status }) => ![200, 409, 412].includes(status))
    expect(other.slice(0, 3)).toEqual([])
    const done = answers.filter(({ status }) => status === 200)
    expect(done.length).toBeGreaterThan(0)
    if (version === undefined) expect(done).toHaveLength(count)

    await stage.settle()
    const of = (key: string): string => `customer:${ana.id}/${key}`
    const acked = done.map(({ key }) => ({
      stream: 'journey',
      streamId: journeyId,
      commandId: of(key),
      events: 1,
    }))
    const log = await assertWorld(stage.host(), { acked })
    const stored = log.filter(({ stream, streamId }) => stream === 'journey' && streamId === journeyId)
    expect(stored.map(({ sequence }) => sequence)).toEqual(stored.map((_, index) => index))
    // The journey's beginning, and one for each that was acknowledged: who was refused has left nothing.
    expect(
      stored
        .slice(1)
        .map(({ commandId }) => commandId)
        .sort(),
    ).toEqual(done.map(({ key }) => of(key)).sort())
    const etags = done.map(({ headers: { etag } }) => Number(etag?.replaceAll('"', '')))
    expect(etags.sort((a, b) => a - b)).toEqual(etags.map((_, index) => index + 2))
  })
})

/** The body of a chunked answer. */
function unchunked(text: string): string {
  const [size = '', rest = ''] = text.split(/\r\n(.*)/s)
  const length = parseInt(size, 16)
  if (!(length > 0)) return ''
  const bytes = Buffer.from(rest)
  return bytes.subarray(0, length).toString() + unchunked(bytes.subarray(length + 2).toString())
}
