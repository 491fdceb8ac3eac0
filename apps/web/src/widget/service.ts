import { EventSourceParserStream } from 'eventsource-parser/stream'

/** The server refused, or did not answer (status 0). */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  constructor(
    readonly status: number,
    readonly code: string,
    words: string,
  ) {
    super(words)
  }
}

interface Grant {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAt: string
}

/** What is remembered for this visit, so that coming back to the page goes on where it was. */
export interface Visit {
  readonly refreshToken?: string
  readonly journeyId?: string
  readonly thing?: string
  readonly reason?: string
  readonly detail?: string
  readonly contactId?: string
  readonly email?: string
}

const EARLY = 60_000
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 15_000

/** Our API from a page of somebody else: with a guest's token, never with a cookie. */
export class Service {
  #grant: { readonly token: string; readonly until: number } | undefined
  #granting: Promise<string> | undefined
  #visit: Visit
  #position = 0

  constructor(readonly origin: string) {
    this.#visit = this.#read()
  }

  get visit(): Visit {
    return this.#visit
  }

  remember(part: Visit): void {
    this.#visit = { ...this.#visit, ...part }
    try {
      sessionStorage.setItem(this.#slot, JSON.stringify(this.#visit))
    } catch {
      // Holds for as long as the page is open then.
    }
  }

  forget(...names: readonly (keyof Visit)[]): void {
    this.#visit = Object.fromEntries(
      Object.entries(this.#visit).filter(([name]) => !names.some((each) => each === name)),
    )
    this.remember({})
  }

  /** @throws Refusal */
  async get<Answer>(path: string, open = false): Promise<Answer> {
    return (await (await this.#send('GET', path, undefined, open)).json()) as Answer
  }

  /** @throws Refusal */
  async send<Answer>(
    method: 'POST' | 'PUT',
    path: string,
    body: unknown = {},
    key: string = newKey(),
  ): Promise<Answer> {
    const response = await this.#send(method, path, { body, key })
    this.#saw(Number(response.headers.get('throughline-position') ?? 0))
    return (response.status === 204 ? undefined : await response.json()) as Answer
  }

  /** Takes over what an e-mail's code opened: from now on this visit is that person's. @throws Refusal */
  async signIn(challengeId: string, code: string): Promise<void> {
    const grant = await this.send<Grant>('POST', '/identity/sessions', { challengeId, code })
    this.#take(grant)
  }

  /** Tells of everything that happens to a contact until `signal` ends it; `lost` when nobody answers. */
  async follow(
    path: string,
    {
      event,
      connected,
      signal,
    }: {
      readonly event: () => void
      readonly connected: (is: boolean) => void
      readonly signal: AbortSignal
    },
  ): Promise<void> {
    let last: string | undefined
    for (let pause = FIRST_PAUSE; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        const response = await this.#fetch(
          'GET',
          path,
          await this.#token(),
          {
            accept: 'text/event-stream',
            ...(last !== undefined && { 'last-event-id': last }),
          },
          undefined,
          signal,
        )
        connected(true)
        pause = FIRST_PAUSE
        // What was missed while away comes with the first event, or with this.
        event()
        const reader = response.body
          ?.pipeThrough(new TextDecoderStream())
          .pipeThrough(new EventSourceParserStream())
          .getReader()
        for (;;) {
          const read = await reader?.read()
          if (read === undefined || read.done) break
          if (read.value.id !== undefined && read.value.id !== '') {
            last = read.value.id
            this.#saw(Number(last))
          }
          event()
        }
      } catch (error) {
        if (error instanceof Refusal && error.status >= 400 && error.status < 500 && error.status !== 429)
          return
      }
      if (hasEnded(signal)) return
      connected(false)
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())))
    }
  }

  async #send(
    method: string,
    path: string,
    command?: { readonly body: unknown; readonly key: string },
    open = false,
  ): Promise<Response> {
    const headers = {
      ...(command !== undefined && { 'content-type': 'application/json', 'idempotency-key': command.key }),
      ...(method === 'GET' && this.#position > 0 && { 'min-position': String(this.#position) }),
    }
    const body = command === undefined ? undefined : JSON.stringify(command.body)
    return this.#fetch(method, path, open ? undefined : await this.#token(), headers, body)
  }

  async #fetch(
    method: string,
    path: string,
    token: string | undefined,
    headers: Readonly<Record<string, string>>,
    body?: string,
    signal?: AbortSignal,
  ): Promise<Response> {
    let response
    try {
      response = await fetch(`${this.origin}/api/v1${path}`, {
        method,
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
        ...(body !== undefined && { body }),
        ...(signal !== undefined && { signal }),
      })
    } catch {
      throw new Refusal(0, 'connection.none', 'The server did not answer.')
    }
    if (!response.ok) throw await refusalOf(response)
    return response
  }

  #token(): Promise<string> {
    const held = this.#grant
    if (held !== undefined && Date.now() < held.until - EARLY) return Promise.resolve(held.token)
    this.#granting ??= this.#grantNew().finally(() => {
      this.#granting = undefined
    })
    return this.#granting
  }

  async #grantNew(): Promise<string> {
    const { refreshToken } = this.#visit
    if (refreshToken !== undefined) {
      try {
        return this.#take(await this.#open('/identity/sessions/refresh', { refreshToken }))
      } catch (error) {
        if (!(error instanceof Refusal) || error.status === 0 || error.status >= 500) throw error
        // That visit is over: what it had cannot be read any more.
        this.forget('refreshToken', 'journeyId', 'contactId', 'reason', 'detail', 'email')
      }
    }
    return this.#take(await this.#open('/identity/guests', {}))
  }

  async #open(path: string, body: unknown): Promise<Grant> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': newKey() }
    return (await (await this.#fetch('POST', path, undefined, headers, JSON.stringify(body))).json()) as Grant
  }

  #take({ accessToken, refreshToken, expiresAt }: Grant): string {
    this.#grant = { token: accessToken, until: Date.parse(expiresAt) }
    this.remember({ refreshToken })
    return accessToken
  }

  #saw(position: number): void {
    if (Number.isSafeInteger(position)) this.#position = Math.max(this.#position, position)
  }

  get #slot(): string {
    return `throughline.help ${this.origin}`
  }

  #read(): Visit {
    try {
      const kept: unknown = JSON.parse(sessionStorage.getItem(this.#slot) ?? '{}')
      return typeof kept === 'object' && kept !== null ? kept : {}
    } catch {
      return {}
    }
  }
}

export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}

// Asked anew after each wait: it may have ended meanwhile.
function hasEnded({ aborted }: AbortSignal): boolean {
  return aborted
}

async function refusalOf(response: Response): Promise<Refusal> {
  let body: { readonly code?: unknown; readonly title?: unknown } = {}
  try {
    const read: unknown = await response.json()
    if (typeof read === 'object' && read !== null) body = read
  } catch {
    // A proxy in between answers in its own words.
  }
  const code = typeof body.code === 'string' ? body.code : `http.${String(response.status)}`
  const title = typeof body.title === 'string' ? body.title : response.statusText
  return new Refusal(response.status, code, title)
}
