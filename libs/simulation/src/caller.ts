import type { Chance } from './chance.js'
import { LostAnswer } from './machine.js'
import type { Machine, Method, Response } from './machine.js'
import type { Trace } from './trace.js'
import type { VirtualTime } from './virtual-time.js'

export interface Answer {
  readonly status: number
  readonly body: Json
  readonly etag: string | undefined
}

/** What JSON can be, read by name without asking what it is. */
export type Json = Readonly<Record<string, unknown>>

export interface CallOptions {
  readonly ifMatch?: string
  /** Goes out as it is, and not as JSON. */
  readonly lines?: string
  readonly occurredAt?: string
}

export interface World {
  readonly machine: Machine
  readonly time: VirtualTime
  readonly trace: Trace
  /** How often a command is sent twice at once, or again after its answer. */
  readonly twice: () => number
  /** Counts what may make a thing unknown that was known before: lost views, customers who are merged or are not any more. */
  readonly upheavals: () => number
  /** Whether the record has anything of the command with this key. */
  readonly recorded: (key: string) => boolean
  /** Something that may never be. */
  readonly wrong: (what: string) => void
}

/** Whoever asks so often in vain gives up. */
const NOBODY: Response = { status: 0, text: '', headers: {} }
const TRIES = 12
/** A restart takes half a minute at most; whoever gives up earlier was not there. */
const LONGEST_PAUSE = 8_000

/** Somebody who calls the HTTP API over a network that loses answers: what is not known to be done is asked again. */
export class Caller {
  readonly #chance: Chance
  #token: string | undefined

  constructor(
    readonly name: string,
    private readonly world: World,
    chance: Chance,
    private readonly signIn: (anyone: Caller) => Promise<string | undefined>,
  ) {
    this.#chance = chance
  }

  /** `customer:<id>` or `staff:<id>`, once somebody has signed in. */
  get actor(): string {
    return this.#token === undefined ? '' : actorOf(this.#token)
  }

  /** Id of the customer or member of staff. */
  get id(): string {
    return this.actor.split(':')[1] ?? ''
  }

  get(path: string): Promise<Answer> {
    return this.#call('GET', path, undefined, {})
  }
  post(path: string, body: unknown = {}, options: CallOptions = {}): Promise<Answer> {
    return this.#call('POST', path, body, options)
  }
  put(path: string, body: unknown, options: CallOptions = {}): Promise<Answer> {
    return this.#call('PUT', path, body, options)
  }
  patch(path: string, body: unknown, options: CallOptions = {}): Promise<Answer> {
    return this.#call('PATCH', path, body, options)
  }
  delete(path: string): Promise<Answer> {
    return this.#call('DELETE', path, undefined, {})
  }

  async #call(method: Method, path: string, body: unknown, options: CallOptions): Promise<Answer> {
    const { trace, wrong } = this.world
    const key = method === 'GET' ? undefined : this.#chance.hex(32)
    const ask = (): Promise<Response> => this.#until(method, path, body, options, key)
    const twice = this.world.twice()
    const before = this.#standing()
    let response: Response
    const command = key !== undefined && !path.startsWith('/api/v1/platform')
    if (command && this.#chance.is(twice)) {
      const [one, other] = await Promise.all([ask(), ask()])
      response = one.status < 300 ? one : other
      const later = response === one ? other : one
      // One may have been looked at before and one after what made it possible; from then on it stays done.
      const isBetween = response.status < 300 && later.status >= 400 && later.status < 500
      const asked = isBetween ? await ask() : later
      this.#compare(`${method} ${path} sent twice at once`, key, [response, asked], before)
    } else {
      response = await ask()
    }
    trace.say(`${this.name}: ${method} ${path} ${String(response.status)}${codeOf(response)}`)
    if (response.status >= 500)
      wrong(`${method} ${path} answered ${String(response.status)}: ${response.text}`)
    if (command && response.status < 300 && this.#chance.is(twice)) {
      await this.world.time.sleep(this.#chance.below(2_000))
      this.#compare(`${method} ${path} sent again`, key, [response, await ask()], before)
    }
    return { status: response.status, body: jsonOf(response.text), etag: textOf(response.headers.etag) }
  }

  // Asks until somebody answers. A command carries its key, so that asking again is safe.
  async #until(
    method: Method,
    path: string,
    body: unknown,
    { ifMatch, lines, occurredAt }: CallOptions,
    key: string | undefined,
  ): Promise<Response> {
    for (let attempt = 1, renewed = 0; ; attempt++) {
      let response: Response | undefined
      let token: string | undefined
      try {
        this.#token ??= await this.signIn(this)
        token = this.#token
        response = await this.world.machine.send({
          method,
          path,
          headers: {
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
            ...(key !== undefined && { 'idempotency-key': key }),
            ...(ifMatch !== undefined && { 'if-match': ifMatch }),
            ...(occurredAt !== undefined && { 'occurred-at': occurredAt }),
            ...(lines !== undefined && { 'content-type': 'application/x-ndjson' }),
            ...(lines === undefined && body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(lines !== undefined && { payload: lines }),
          ...(lines === undefined && body !== undefined && { payload: JSON.stringify(body) }),
        })
      } catch (error) {
        if (!(error instanceof LostAnswer)) throw error
        if (attempt >= TRIES) return NOBODY
      }
      if (response?.status === 401 && token !== undefined && renewed++ < 3) {
        // Of two requests at once the other one may have signed in again already.
        if (this.#token === token) this.#token = undefined
        continue
      }
      if (response !== undefined && (response.status !== 503 || attempt >= TRIES)) return response
      await this.world.time.sleep(Math.min(LONGEST_PAUSE, 100 * 2 ** attempt))
    }
  }

  // Who signs in as somebody else, because records were merged, sends other commands under the same keys.
  #standing(): string {
    return `${this.actor} ${String(this.world.upheavals())}`
  }

  // A repeated command gets its first answer. A refusal is decided anew and may be another by then.
  #compare(what: string, key: string, [one, other]: readonly [Response, Response], before: string): void {
    if (this.#standing() !== before) return
    if (one === NOBODY || other === NOBODY || (one.status >= 300 && other.status >= 300)) return
    if (one.status === other.status && idOf(one) === idOf(other)) return
    // What was fact already left nothing behind to be answered from: by now it may be refused.
    const isRefused = other.status >= 400 && other.status < 500
    if (isRefused && !this.world.recorded(key)) return
    this.world.wrong(
      `${what}: ${String(one.status)} ${one.text.slice(0, 300)} and ${String(other.status)} ${other.text.slice(0, 300)}`,
    )
  }
}

/** Whose token it is; nothing is verified, for nobody is trusted by it. */
export function actorOf(token: string): string {
  return textOf(jsonOf(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sub) ?? ''
}

function idOf({ text }: Response): unknown {
  return jsonOf(text).id
}

function codeOf(response: Response): string {
  const { code } = jsonOf(response.text)
  return response.status >= 400 && typeof code === 'string' ? ` ${code}` : ''
}

export function jsonOf(text: string): Json {
  try {
    const value: unknown = JSON.parse(text)
    return isJson(value) ? value : {}
  } catch {
    return {}
  }
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The objects of a list, `items` unless named otherwise. */
export function listOf(body: Json, name = 'items'): readonly Json[] {
  const list = body[name]
  return Array.isArray(list) ? list.filter(isJson) : []
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
