import { POLICY } from '@throughline/demo'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterStage } from './cluster.stage.js'

/** What a crowd needs: channels to choose among, and somebody who is there for them and takes nothing yet. */
export async function openDoors(stage: ClusterStage): Promise<void> {
  for (const [name, roles] of [
    ['helena', ['supervisor']],
    ['joel', ['agent']],
  ] as const) {
    await stage.operator.post('/api/v1/identity/staff', { name, email: `${name}@halden.example`, roles })
  }
  const helena = stage.person('helena@halden.example')
  const joel = stage.person('joel@halden.example')
  await helena.signIn()
  await joel.signIn()
  await helena.api.put('/api/v1/routing/policies/care', POLICY)
  await helena.api.put(`/api/v1/routing/agents/${joel.id}/skills`, {
    skills: [{ skill: 'message', level: 2 }],
  })
  await joel.api.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
  await joel.api.put('/api/v1/routing/agents/me/presence', { state: 'paused', why: 'training' })
  await stage.settle()
}

/** What came back for one request. */
export interface Heard {
  readonly status: number
  readonly body: unknown
  readonly headers: Headers | undefined
  /** Why nothing came back. */
  readonly error?: string
}

/** One try of a request that did not succeed. */
export interface Failed {
  readonly method: string
  readonly path: string
  readonly key: string | undefined
  readonly status: number
  /** Seconds after which to ask again. */
  readonly again: string | null
  readonly said: string
}

/** Longest time for which one request waits for its answer, in milliseconds. */
const PATIENCE = 15_000
/** Milliseconds between two tries of the same. */
const AGAIN = 100

/**
 * People who use the system all the while: each begins as a guest, tells her journey, asks for what she told, gives
 * feedback and asks for help. Every command carries a key and is sent again until it is answered; every answer that says
 * that something is done is kept.
 */
export class Crowd {
  /** Ids of commands that somebody was told are done. */
  readonly acked: string[] = []
  /** Tries that were not answered with success, in order. Those of signing in are no part of it. */
  readonly failed: Failed[] = []
  /** Answers of reads that were not true. */
  readonly wrong: string[] = []
  /** Requests that came to an end, whatever was answered. */
  answers = 0
  #isGoing = true
  #people: Promise<void>[] = []

  constructor(private readonly url: string) {}

  start(people: number): void {
    this.#isGoing = true
    this.#people = Array.from({ length: people }, () => this.#live())
  }

  /** People whose commands carry no key: whoever passes them on may send them once only. */
  startWithoutKeys(people: number): void {
    this.#people.push(...Array.from({ length: people }, () => this.#liveWithoutKeys()))
  }

  /** Everybody comes to the end of what she is about. */
  async stop(): Promise<void> {
    this.#isGoing = false
    await Promise.all(this.#people)
  }

  /** Commands that failed with what is the system's own fault. */
  get failedCommands(): readonly Failed[] {
    return this.failed.filter(({ method, status }) => method !== 'GET' && (status === 0 || status >= 500))
  }

  /** What failed, but for reads that came before what they were to see: they wait two seconds, however busy a machine is. */
  get noticed(): readonly Failed[] {
    return this.failed.filter(({ said }) => !said.includes('"view.behind"'))
  }

  /** What nothing explains: refusals of what everybody may do, and a 5xx without a word of when to come again. */
  get unexplained(): readonly Failed[] {
    return this.failed.filter(({ status, again }) => status !== 0 && (status !== 503 || again === null))
  }

  /** A getter, for it changes while something else is waited for. */
  private get isGoing(): boolean {
    return this.#isGoing
  }

  async #live(): Promise<void> {
    while (this.#isGoing) {
      const token = await this.#guest()
      if (token === undefined) continue
      const sender = new Sender(this, token)
      await this.#journey(sender)
      if (this.isGoing) await this.#journey(sender)
    }
  }

  async #liveWithoutKeys(): Promise<void> {
    const token = await this.#guest()
    while (this.#isGoing && token !== undefined) {
      const path = '/api/v1/journey/journeys'
      const begun = await this.#once(path, { entrance: 'need-help' }, token)
      if (!hasText(begun.body, 'id')) continue
      const { id } = begun.body
      await this.#once(`${path}/${id}/facts`, { name: 'question', label: 'Says', value: id }, token)
      await this.#once('/api/v1/routing/offers', { journeyId: id }, token)
      const about = { kind: 'visit', title: id }
      await this.#once('/api/v1/feedback/feedback', { about, outcome: 'fully', followUp: true }, token)
    }
  }

  async #once(path: string, body: object, token: string): Promise<Heard> {
    const heard = await send(this.url, 'POST', path, body, { token })
    this.answers++
    if (heard.status < 200 || heard.status > 299) this.#note('POST', path, undefined, heard)
    return heard
  }

  async #guest(): Promise<string | undefined> {
    while (this.#isGoing) {
      const { body } = await send(this.url, 'POST', '/api/v1/identity/guests', {}, { key: randomUUID() })
      this.answers++
      if (hasText(body, 'accessToken')) return body.accessToken
      await sleep(AGAIN)
    }
    return undefined
  }

  async #journey(sender: Sender): Promise<void> {
    const id = await sender.created('/api/v1/journey/journeys', { entrance: 'need-help' })
    const path = `/api/v1/journey/journeys/${id}`
    const told: string[] = []
    for (let fact = 0; fact < 3; fact++) {
      const value = randomUUID()
      const position = await sender.post(`${path}/facts`, {
        name: `question-${String(fact)}`,
        label: 'Says',
        value,
      })
      told.push(value)
      await this.#lookAt(sender, path, told, position)
    }
    await sender.post('/api/v1/feedback/feedback', {
      about: { kind: 'visit', title: `How it went ${randomUUID()}` },
      outcome: 'partly',
      feeling: 'unsure',
      comment: 'Nobody asked me twice.',
      followUp: true,
    })
    await sender.post('/api/v1/routing/offers', { journeyId: id })
    await sender.post('/api/v1/contact/contacts', {
      journeyId: id,
      channel: 'message',
      words: told.join(' '),
    })
  }

  /** She sees what she has told, or hears when to ask again. */
  async #lookAt(sender: Sender, path: string, told: readonly string[], position: number): Promise<void> {
    const list = '/api/v1/journey/journeys'
    for (const [asked, wanted] of [
      [path, told],
      [list, [path.slice(list.length + 1)]],
    ] as const) {
      const heard = await send(this.url, 'GET', asked, undefined, { token: sender.token, position })
      this.answers++
      if (heard.status === 200) {
        const text = JSON.stringify(heard.body)
        const missing = wanted.filter((value) => !text.includes(value))
        if (missing.length > 0) this.wrong.push(`${asked} at ${String(position)}: ${text.slice(0, 300)}`)
        continue
      }
      this.#note('GET', asked, undefined, heard)
    }
  }

  #note(
    method: string,
    path: string,
    key: string | undefined,
    { status, body, error, headers }: Heard,
  ): void {
    const again = headers?.get('retry-after') ?? null
    this.failed.push({ method, path, key, status, again, said: error ?? JSON.stringify(body) })
  }

  /** Sends a command until it is answered; returns the answer. */
  async sure(sender: Sender, path: string, body: object): Promise<Heard> {
    const key = randomUUID()
    for (;;) {
      const heard = await send(this.url, 'POST', path, body, { key, token: sender.token })
      this.answers++
      if (heard.status >= 200 && heard.status < 300) {
        this.acked.push(`${sender.actor}/${key}`)
        return heard
      }
      this.#note('POST', path, key, heard)
      if (heard.status !== 0 && heard.status < 500 && heard.status !== 429) return heard
      await sleep(AGAIN)
    }
  }
}

/** One of the crowd with her token. */
class Sender {
  readonly actor: string

  constructor(
    private readonly crowd: Crowd,
    readonly token: string,
  ) {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    this.actor = hasText(claims, 'sub') ? claims.sub : ''
  }

  /** Returns the position that the command reached. */
  async post(path: string, body: object): Promise<number> {
    const { headers } = await this.crowd.sure(this, path, body)
    return Number(headers?.get('throughline-position') ?? 0)
  }

  async created(path: string, body: object): Promise<string> {
    const { body: made } = await this.crowd.sure(this, path, body)
    return hasText(made, 'id') ? made.id : ''
  }
}

/** One request and its answer, or why there is none. */
export async function send(
  url: string,
  method: string,
  path: string,
  body: object | undefined,
  more: { readonly key?: string; readonly token?: string; readonly position?: number } = {},
): Promise<Heard> {
  const { key, token, position = 0 } = more
  try {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(position > 0 && { 'min-position': String(position) }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE),
    })
    const text = await answer.text()
    return { status: answer.status, body: parsed(text), headers: answer.headers }
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error
    return { status: 0, body: undefined, headers: undefined, error: String(cause) }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function hasText<Name extends string>(value: unknown, name: Name): value is Readonly<Record<Name, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    name in value &&
    typeof (value as Record<string, unknown>)[name] === 'string'
  )
}
