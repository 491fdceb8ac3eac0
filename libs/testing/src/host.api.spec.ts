import {
  Body,
  Controller,
  Get,
  Module,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  Headers,
  Res,
} from '@nestjs/common'
import { randomUUID } from 'node:crypto'
import { EventPattern, Payload } from '@nestjs/microservices'
import { PublicEvent, publicEvents, Text, Whole, Optional, Id } from '@throughline/contracts'
import { Ids, MINUTE, Refused, SECOND } from '@throughline/kernel'
import type { DomainEvent, Stream } from '@throughline/kernel'
import {
  Allow,
  AsCommand,
  ByCaller,
  changed,
  created,
  EventStore,
  LiveFeed,
  reactionTo,
  viewId,
  ViewStore,
} from '@throughline/ports'
import type {
  Caller,
  Change,
  Command,
  RecordedEvent,
  Rows,
  Running,
  ServiceDefinition,
  View,
} from '@throughline/ports'
import { ana, assertWorld, customerNamed, joel, rita, startWorld, tomas } from './index.js'
import type { World } from './index.js'

const NOTED = 'throughline.NoteTaken.v1'
const ECHOED = 'test.NoteEchoed.v1'

@PublicEvent(NOTED, 'A note was taken.')
class NoteTaken {
  @Id() readonly noteId!: string
  @Text(50, 1) readonly text!: string
}

type NoteEvent =
  | DomainEvent<typeof NOTED, NoteTaken>
  | DomainEvent<typeof ECHOED, { readonly noteId: string; readonly text: string }>

const notes: Stream<readonly string[], NoteEvent> = {
  name: 'note',
  initial: [],
  evolve: (state, event) => [...state, event.data.text],
}

const notesView: View<{ readonly text: string; readonly echoes: number }, NoteEvent> = {
  name: 'notes.notes',
  version: 1,
  on: [NOTED, ECHOED],
  async project(event, rows: Rows<{ readonly text: string; readonly echoes: number }>) {
    const row = await rows.get(event.data.noteId)
    if (event.type === NOTED) {
      rows.put(
        event.data.noteId,
        { text: event.data.text, echoes: row?.echoes ?? 0 },
        { all: event.data.text },
      )
    } else if (row) {
      rows.put(event.data.noteId, { ...row, echoes: row.echoes + 1 }, { all: row.text })
    }
  },
}

class NoteBody {
  static readonly example: NoteBody = { text: 'hello' }
  @Text(50, 1) readonly text!: string
  @Optional() @Whole(0, 10) readonly stars?: number
}

class NoteQuery {
  @Optional() @Whole(1, 500) readonly limit?: number
  @Optional() @Text(500) readonly after?: string
}

@Controller('api/v1/notes/notes')
class NotesController {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
    private readonly live: LiveFeed,
  ) {}

  @Post()
  @Allow('customer')
  async take(@Body() body: NoteBody, @AsCommand() command: Command, @ByCaller() caller: Caller) {
    const id = this.ids.derive('note', command.id)
    const decision = () => [{ type: NOTED, data: { noteId: id, text: body.text } }] as const
    const told = await this.store.transact(notes, id, decision, { ...command, customerId: caller.id })
    return created(told, `/api/v1/notes/notes/${id}`, { id, text: told.state[0] })
  }

  @Post(':id/change')
  @Allow('customer')
  async change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: NoteBody,
    @AsCommand() command: Command,
  ) {
    const told = await this.store.transact(
      notes,
      id,
      (state) => {
        if (state.length === 0) throw new Refused('not-found', 'notes.unknown', 'There is no such note.')
        return [{ type: NOTED, data: { noteId: id, text: body.text } }] as const
      },
      command,
    )
    return changed(told, { id, text: told.state.at(-1) })
  }

  @Post('free')
  @Allow('customer')
  async takeAnything(@Body() document: unknown, @AsCommand() command: Command) {
    const id = this.ids.derive('free note', command.id)
    const decision = (): readonly NoteEvent[] => [
      { type: NOTED, data: { noteId: id, text: JSON.stringify(document).slice(0, 50) } },
    ]
    return created(await this.store.transact(notes, id, decision, command), `${PATH}/${id}`, { id })
  }

  @Post('breaking')
  @Allow('customer')
  async breaking(@AsCommand() command: Command) {
    await this.store.transact(
      notes,
      this.ids.next(),
      (): readonly NoteEvent[] => [{ type: NOTED, data: { noteId: 'x', text: 'y' } }],
      command,
    )
  }

  @Get()
  @Allow('customer', 'agent')
  list(@Query() query: NoteQuery) {
    return this.views.rows(notesView, 'all', query)
  }

  @Get('secret')
  @Allow('administrator')
  secret() {
    return { secret: true }
  }

  @Get('live')
  @Allow('customer')
  listen(@Res() reply: unknown, @ByCaller() caller: Caller, @Headers('last-event-id') lastEventId?: string) {
    this.live.open(reply, {
      caller,
      types: [NOTED],
      channels: () => ['notes'],
      select: (event) => ({ event: 'note', data: event.data }),
      ...(lastEventId !== undefined && { lastEventId }),
    })
  }
}

@Controller()
class NotesReactions {
  constructor(private readonly store: EventStore) {}

  @EventPattern(NOTED, { group: 'notes' })
  async echo(@Payload() event: RecordedEvent<NoteEvent>): Promise<void> {
    if (event.data.text === 'poison') throw new Error('cannot take poison')
    await this.store.transact(
      notes,
      this.#echoId(event),
      (): readonly NoteEvent[] => [{ type: ECHOED, data: { noteId: event.data.noteId, text: 'echo' } }],
      reactionTo(event, 'notes'),
    )
  }

  #echoId(event: RecordedEvent): string {
    return `echo-${event.streamId}`
  }
}

@Module({ controllers: [NotesController, NotesReactions] })
class NotesModule {}

const notesService: ServiceDefinition = { name: 'notes', module: NotesModule, views: [notesView] }
const PATH = '/api/v1/notes/notes'

describe('a host', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([notesService])
  })
  afterAll(async () => {
    await world.stop()
  })

  it('answers a command with its place, version and location', async () => {
    const { status, headers, body } = await world.as(ana).post(PATH, { text: 'first' })
    expect(status).toBe(201)
    expect(body).toEqual({ id: expect.any(String) as string, text: 'first' })
    expect(headers.etag).toBe('"1"')
    expect(Number(headers['throughline-position'])).toBeGreaterThan(0)
    expect(headers.location).toMatch(/^\/api\/v1\/notes\/notes\/[0-9a-f-]{36}$/)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })

  it('gives the first answer to the same key again, and refuses another body under it', async () => {
    const key = { 'idempotency-key': 'k-1' }
    const first = await world.as(ana).post(PATH, { text: 'once' }, key)
    const again = await world.as(ana).post(PATH, { text: 'once' }, key)
    expect(again.body).toEqual(first.body)
    expect(again.headers['idempotency-replayed']).toBe('true')
    const other = await world.as(ana).post(PATH, { text: 'twice' }, key)
    expect(other).toMatchObject({ status: 422, body: { code: 'command.reused', field: 'Idempotency-Key' } })
    const somebodyElse = await world.as(tomas).post(PATH, { text: 'twice' }, key)
    expect(somebodyElse.status).toBe(201)
  })

  it('shows a reader at once what her command did, reactions soon after', async () => {
    const { headers } = await world.as(ana).post(PATH, { text: 'visible' })
    const list = await world.as(ana).get(PATH, { 'min-position': headers['throughline-position'] ?? '' })
    expect(JSON.stringify(list.body)).toContain('visible')
    await world.settled()
    const settled = await world.as(ana).get(`${PATH}?limit=500`)
    expect(settled.body).toMatchObject({
      items: expect.arrayContaining([{ text: 'visible', echoes: 1 }]) as unknown,
    })
  })

  it('tells another body under the same key apart, whatever its fields are called', async () => {
    const key = { 'idempotency-key': 'k-pipe' }
    expect(await world.as(ana).post(`${PATH}/free`, { pipe: 1, text: 'x' }, key)).toMatchObject({
      status: 201,
    })
    const other = await world.as(ana).post(`${PATH}/free`, { pipe: 1, text: 'y' }, key)
    expect(other).toMatchObject({ status: 422, body: { code: 'command.reused' } })
  })

  it('looks no deeper into a free-form body than it allows, whatever its fields are called (S27)', async () => {
    const deep = `{"pipe":1,"text":${'['.repeat(40)}${']'.repeat(40)}}`
    expect(await world.as(ana).post(`${PATH}/free`, deep)).toMatchObject({
      status: 400,
      body: { code: 'request.too-deep' },
    })
  })

  it('makes a change conditional on the version that was read', async () => {
    const made = await world.as(ana).post(PATH, { text: 'v1' })
    const { id } = made.body as { id: string }
    const stale = await world.as(ana).post(`${PATH}/${id}/change`, { text: 'v2' }, { 'if-match': '"7"' })
    expect(stale).toMatchObject({ status: 412, body: { code: 'version.changed', version: 1 } })
    const fresh = await world.as(ana).post(`${PATH}/${id}/change`, { text: 'v2' }, { 'if-match': '"1"' })
    expect(fresh).toMatchObject({ status: 200, headers: { etag: '"2"' } })
  })

  it.each([
    ['a missing field', {}, 'text', 'text is missing.'],
    ['an unknown field', { text: 'x', role: 'administrator' }, 'role', 'role is not known here.'],
    ['a number out of range', { text: 'x', stars: 11 }, 'stars', 'stars must be <= 10.'],
    ['a wrong type', { text: 7 }, 'text', 'text must be string.'],
  ])('refuses %s by name', async (_, body, field, title) => {
    expect(await world.as(ana).post(PATH, body)).toMatchObject({
      status: 400,
      headers: { 'content-type': 'application/problem+json; charset=utf-8' },
      body: { code: 'request.invalid', field, title },
    })
  })

  it.each([
    ['broken JSON', '{"text":', 400],
    ['a body that poisons prototypes', '{"text":"x","__proto__":{"polluted":true}}', 400],
    ['a body nested without end', `{"text":${'['.repeat(40)}${']'.repeat(40)}}`, 400],
    ['a body beyond the limit', JSON.stringify({ text: 'x'.repeat(300_000) }), 413],
  ])('refuses %s', async (_, body, status) => {
    const response = await world.as(ana).post(PATH, body)
    expect(response.status).toBe(status)
    expect(response.body).toMatchObject({ status, code: expect.any(String) as string })
  })

  it('reads no text/plain, which a form of another site could send', async () => {
    const response = await world.as(ana).post(PATH, '{"text":"x"}', { 'content-type': 'text/plain' })
    expect(response).toMatchObject({ status: 415, body: { code: 'request.media-type' } })
  })

  it('asks who it is, and refuses a role that is not allowed', async () => {
    expect(await world.anyone().get(PATH)).toMatchObject({
      status: 401,
      body: { code: 'access.unauthenticated' },
    })
    expect(await world.as(ana).get(`${PATH}/secret`)).toMatchObject({
      status: 403,
      body: { code: 'access.forbidden' },
    })
    expect(await world.as(rita).get(`${PATH}/secret`)).toMatchObject({ status: 200 })
    expect(await world.as(joel).post(PATH, { text: 'x' })).toMatchObject({ status: 403 })
  })

  it('believes no token it cannot verify (S08)', async () => {
    const token = await world.token(rita)
    const [head, claims, signature] = token.split('.') as [string, string, string]
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url')
    const forged = [
      `Bearer ${head}.${claims}.${signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`,
      `Bearer ${unsigned}.${claims}.`,
      `Bearer ${head}.${Buffer.from('{"sub":"staff:x"}').toString('base64url')}.${signature}`,
      `Basic ${Buffer.from('rita:rita').toString('base64')}`,
      'Bearer',
    ]
    for (const authorization of forged) {
      const response = await world.with(authorization).get(`${PATH}/secret`)
      expect(response).toMatchObject({ status: 401, body: { code: 'access.token' } })
    }
    expect((await world.with(`Bearer ${token}`).get(`${PATH}/secret`)).status).toBe(200)
  })

  it('ends a token with its session (S08, S19)', async () => {
    const gone = customerNamed('00000042-0000-7000-8000-000000000000')
    expect((await world.as(gone).get(PATH)).status).toBe(200)
    const data = { sessionId: gone.session ?? '', subjectId: gone.id, why: 'signed-out' }
    await world.tell('throughline.SessionEnded.v1', data, { stream: 'session', id: data.sessionId })
    await world.settled()
    expect((await world.as(gone).get(PATH)).status).toBe(401)
  })

  it('parks an event that a reaction cannot take, with its cause, and takes it again on request (R17)', async () => {
    const { headers } = await world.as(ana).post(PATH, { text: 'poison' })
    await world.as(tomas).post(PATH, { text: 'after the poison' })
    await world.settled()
    const letters = await world.as(rita).get('/api/v1/platform/dead-letters')
    expect(letters.body).toMatchObject({
      items: [{ group: 'notes', cause: 'Error: cannot take poison', attempts: 5 }],
    })
    const position = headers['throughline-position'] ?? ''
    const again = await world.as(rita).post(`/api/v1/platform/dead-letters/notes/${position}/redelivery`)
    expect(again.status).toBe(500)
    expect(JSON.stringify(again.body)).not.toContain('poison')
  })

  it('lets no event out that breaks its contract, and tells nobody outside why', async () => {
    const response = await world.as(ana).post(`${PATH}/breaking`)
    expect(response).toMatchObject({ status: 500, body: { code: 'internal' } })
    expect(await world.host.events.head()).toBe((await world.events()).length)
  })

  it('rebuilds a view into the same rows', async () => {
    const before = await world.as(ana).get(`${PATH}?limit=500`)
    const rebuilt = await world.as(rita).post('/api/v1/platform/views/notes.notes/rebuild')
    expect(rebuilt.status).toBe(200)
    expect((await world.as(ana).get(`${PATH}?limit=500`)).body).toEqual(before.body)
    expect(await world.as(rita).post('/api/v1/platform/views/none/rebuild')).toMatchObject({ status: 404 })
  })

  it('streams what happens, and resumes after the last event that was heard', async () => {
    const headers = { authorization: `Bearer ${await world.token(ana)}` }
    const first = await world.as(ana).post(PATH, { text: 'heard' })
    const position = Number(first.headers['throughline-position'])
    await world.as(ana).post(PATH, { text: 'missed' })
    const abort = new AbortController()
    const response = await fetch(`${world.url}${PATH}/live`, {
      headers: { ...headers, 'last-event-id': String(position) },
      signal: abort.signal,
    })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      if (text.includes('missed')) break
    }
    abort.abort()
    expect(text).not.toContain('heard')
    expect(text).toMatch(/id: \d+\nevent: note\ndata: \{.*"missed"/)
  })

  it('S19: ends a live stream with the session of its caller, and with the token; those of others go on', async () => {
    const phone = { ...ana, session: randomUUID() }
    const laptop = { ...ana, session: randomUUID() }
    const listen = async (caller: Caller) => {
      const headers = { authorization: `Bearer ${await world.token(caller)}` }
      const { body } = await fetch(`${world.url}${PATH}/live`, { headers })
      const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      /** Everything up to these words, or up to the end of the stream. */
      return async (words?: string) => {
        while (words === undefined || !text.includes(words)) {
          const next = await reader?.read()
          if (next?.value === undefined) break
          text += next.value
        }
        return text
      }
    }
    const [first, second] = [await listen(phone), await listen(laptop)]
    const say = (text: string) => world.as(laptop).post(PATH, { text })
    const ended = { sessionId: phone.session, subjectId: ana.id, why: 'signed-out' as const }
    await world.tell('throughline.SessionEnded.v1', ended, { stream: 'session', id: phone.session })
    await world.settled()
    await say('after the phone')
    expect(await first('after the phone')).not.toContain('after the phone')
    await world.pass(14 * MINUTE)
    await say('until here')
    expect(await second('until here')).toContain('after the phone')
    await world.pass(MINUTE + SECOND)
    await say('too late')
    expect(await second('too late')).not.toContain('too late')
  })

  it('describes its routes with the schemas it holds requests to, roles and examples', async () => {
    const { body } = await world.anyone().get('/api/docs-json')
    const document = body as {
      paths: Record<string, Record<string, { description: string; requestBody: unknown }>>
    }
    const take = document.paths[PATH]?.post
    expect(take?.description).toContain('Open to: customer.')
    expect(take?.requestBody).toMatchObject({
      content: { 'application/json': { example: { text: 'hello' } } },
    })
    const list = document.paths[PATH]?.get as
      { parameters: readonly { name: string; in: string }[] } | undefined
    expect(list?.parameters.map(({ name }) => name)).toEqual(['limit', 'after', 'Min-Position'])
    expect(body).toMatchObject({
      components: { schemas: { NoteBody: { additionalProperties: false, required: ['text'] } } },
    })
  })

  it('says that it lives, is ready, and what it measures', async () => {
    expect((await world.anyone().get('/health/live')).body).toEqual({ status: 'ok' })
    await world.settled()
    const ready = await world.anyone().get('/health/ready')
    expect(ready).toMatchObject({ status: 200, body: { status: 'ok', failing: [] } })
    expect((await world.anyone().get('/metrics')).body).toContain('throughline_http_request_seconds')
  })

  it('knows its contracts', () => {
    expect(publicEvents().get(NOTED)?.says).toBe('A note was taken.')
  })
})

describe('a host at its limits', () => {
  it('counts requests by address, whatever they ask for, and says when to come again (S24)', async () => {
    // A hundred times as many from this machine, which is where the test asks from.
    const world = await startWorld([notesService], { settings: { rate: 1 } })
    try {
      const paths = [PATH, `${PATH}/secret`]
      const answers = []
      for (let count = 0; count < 101; count++) {
        answers.push(await world.as(ana).get(paths[count % 2] ?? PATH))
      }
      expect(answers.slice(0, 100).some(({ status }) => status === 429)).toBe(false)
      expect(answers[0]?.headers['ratelimit-limit']).toBe('100')
      expect(answers.at(-1)).toMatchObject({ status: 429, body: { code: 'limit.reached' } })
      expect(Number(answers.at(-1)?.headers['retry-after'])).toBeGreaterThan(0)
    } finally {
      await world.stop()
    }
  })

  it('finishes what it has when it stops, and is not ready meanwhile (R29)', async () => {
    const world = await startWorld([notesService])
    const authorization = `Bearer ${await world.token(ana)}`
    // Waits for what will never come, so it is in hand when the stop begins.
    const reading = fetch(`${world.url}${PATH}`, { headers: { authorization, 'min-position': '1000000' } })
    while (!(await (await fetch(`${world.url}/metrics`)).text()).includes('requests_open 2'))
      await Promise.resolve()
    const stopping = world.stop()
    expect((await reading).status).toBe(503)
    expect(((await (await reading).json()) as { code: string }).code).toBe('view.behind')
    await stopping
  })
})

describe('a world whose readers cannot go on', () => {
  it('says which ones, instead of waiting for ever', async () => {
    const world = await startWorld([notesService])
    try {
      const broken = await world.host.bus.follow({
        name: 'broken',
        after: 0,
        onBatch: () => Promise.reject(new Error('never')),
      })
      Object.defineProperty(world.host.readers, 'all', { value: () => new Map([['broken', broken]]) })
      await world.as(ana).post(PATH, { text: 'unheard' })
      await expect(world.settled()).rejects.toThrow('readers that cannot go on: broken: never')
    } finally {
      await world.stop()
    }
  })
})

describe('a view that cannot take an event', () => {
  const broken: ServiceDefinition = {
    ...notesService,
    views: [
      {
        ...notesView,
        project: async (
          event: RecordedEvent<NoteEvent>,
          rows: Rows<{ readonly text: string; readonly echoes: number }>,
        ) => {
          if (event.data.text === 'unreadable' && !mended) throw new Error('cannot be projected')
          await notesView.project(event, rows)
        },
      },
    ],
  }
  let mended = false

  it('parks it, goes on with the others, and forgets it when it is rebuilt', async () => {
    const world = await startWorld([broken])
    try {
      const { headers } = await world.as(ana).post(PATH, { text: 'unreadable' })
      await world.as(ana).post(PATH, { text: 'after it' })
      await world.settled()
      const parked = async () => (await world.as(rita).get('/api/v1/platform/dead-letters')).body
      expect(await parked()).toMatchObject({ items: [{ group: 'view:notes.notes', attempts: 3 }] })
      const position = Number(headers['throughline-position'])
      const again = await world
        .as(rita)
        .post(`/api/v1/platform/dead-letters/view:notes.notes/${String(position)}/redelivery`)
      expect(again).toMatchObject({ status: 409, body: { code: 'dead-letter.of-view' } })
      mended = true
      await world.as(rita).post('/api/v1/platform/views/notes.notes/rebuild')
      expect(await parked()).toEqual({ items: [], next: null })
      expect(JSON.stringify((await world.as(ana).get(PATH)).body)).toContain('unreadable')
    } finally {
      await world.stop()
    }
  })
})

describe('the invariants of a whole host', () => {
  let world: World
  beforeEach(async () => {
    world = await startWorld([notesService])
    await world.as(ana).post(PATH, { text: 'one' })
    await world.as(ana).post(PATH, { text: 'two' })
    await world.settled()
  })
  afterEach(async () => {
    await world.stop()
  })
  const viewed = viewId(notesView)
  const caught = () => assertWorld(world.host).then(String, String)

  it('hold once it has settled, and give its log back', async () => {
    expect(await assertWorld(world.host, { acked: await world.events() })).toHaveLength(
      (await world.events()).length,
    )
  })

  it('do not hold where a view has another row than its log makes, one too few or one too many (G6)', async () => {
    const { views, events } = world.host
    const head = await events.head()
    const [first] = (await views.scan(viewed)).items
    if (first === undefined) throw new Error('the view holds nothing')
    const write = (change: Change) => views.write(viewed, head, head, [change])
    await write({ ...first, row: { text: 'other', echoes: 1 } })
    expect(await caught()).toMatch(/notes\.notes: the row/)
    await write({ ...first, lists: { elsewhere: '' } })
    expect(await caught()).toMatch(/notes\.notes: the row/)
    await write({ key: first.key, lists: {} })
    expect(await caught()).toMatch(/keys of notes\.notes/)
    await write(first)
    await write({ ...first, key: 'another' })
    expect(await caught()).toMatch(/keys of notes\.notes/)
  })

  it('do not hold where something is parked that nobody expected, and hold where it was (G8)', async () => {
    const [event] = await world.events()
    if (event === undefined) throw new Error('nothing was recorded')
    await world.host.bus.park('notes', event, new Error('no'), 5)
    expect(await caught()).toMatch(/what is parked/)
    await assertWorld(world.host, { letters: [`notes ${String(event.position)}`] })
  })

  it('do not hold where a reader stays behind (G7)', async () => {
    const { running } = world.host.readers.views
    const real = world.host.readers.all()
    const [[name, view]] = [...running] as [[string, Running]]
    const behind = new Map([...real, [`view:${name}`, { ...view, position: view.position - 1 }]])
    Object.defineProperty(world.host.readers, 'all', { value: () => behind })
    expect(await caught()).toMatch(/not at the head/)
  })
})

describe('a route that does not say who may call it', () => {
  @Controller('open')
  class OpenController {
    @Get()
    open() {
      return 'everything'
    }
  }
  @Module({ controllers: [OpenController] })
  class OpenModule {}

  it('stops the start', async () => {
    await expect(startWorld([{ name: 'open', module: OpenModule, views: [] }])).rejects.toThrow(
      /OpenController.open/,
    )
  })
})
