/** An answer other than success: the problem document of the server, RFC 9457. */
export class Problem extends Error {
  override readonly name = 'Problem'
  constructor(
    readonly status: number,
    readonly code: string,
    title: string,
    readonly field?: string,
  ) {
    super(title)
  }
}

/** What a command or read answered. */
export interface Reply<Body> {
  readonly body: Body
  /** Log position to read your own writes with; 0 where the answer has none. */
  readonly position: number
  /** The same key was used before, and this is the first answer. */
  readonly replayed: boolean
}

export interface RequestOptions {
  readonly key?: string
  /** When it happened, for importers. */
  readonly occurredAt?: string
  /** Wait until what this position recorded is visible. */
  readonly minPosition?: number
  readonly contentType?: string
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Waits between tries of a request that met a busy or restarting server, in milliseconds. */
const PAUSES: readonly number[] = [100, 400, 1_600, 5_000]

/**
 * A caller of the HTTP API. Retries what is safe to repeat: reads, and commands that carry a key; asks for a new token
 * when the old one has run out.
 */
export class Client {
  #token: string | undefined

  constructor(
    private readonly url: string,
    private readonly signIn: () => Promise<string | undefined> = () => Promise.resolve(undefined),
    private readonly pause: (milliseconds: number) => Promise<void> = () => Promise.resolve(),
    private readonly fetcher: Fetch = fetch,
  ) {}

  get<Body>(path: string, options: RequestOptions = {}): Promise<Reply<Body>> {
    return this.send('GET', path, undefined, options)
  }
  post<Body>(path: string, body: unknown, options: RequestOptions = {}): Promise<Reply<Body>> {
    return this.send('POST', path, body, options)
  }
  put<Body>(path: string, body: unknown, options: RequestOptions = {}): Promise<Reply<Body>> {
    return this.send('PUT', path, body, options)
  }
  patch<Body>(path: string, body: unknown, options: RequestOptions = {}): Promise<Reply<Body>> {
    return this.send('PATCH', path, body, options)
  }

  /** @throws Problem */
  async send<Body>(
    method: string,
    path: string,
    body: unknown,
    options: RequestOptions,
  ): Promise<Reply<Body>> {
    const repeatable = method === 'GET' || options.key !== undefined
    for (let attempt = 0; ; attempt++) {
      const pause = repeatable ? PAUSES[attempt] : undefined
      let response: Response
      try {
        this.#token ??= await this.signIn()
        response = await this.fetcher(`${this.url}${path}`, this.#request(method, body, options))
      } catch (error) {
        if (pause === undefined || error instanceof Problem) throw error
        await this.pause(pause)
        continue
      }
      const text = await response.text()
      if (response.ok) return this.#reply<Body>(response, text)
      if (response.status === 401 && attempt === 0) {
        this.#token = undefined
        continue
      }
      const busy = response.status === 429 || response.status === 503
      if (!busy || pause === undefined) throw problem(response.status, text)
      const retryAfter = Number(response.headers.get('retry-after') ?? '0') * 1_000
      await this.pause(Math.max(pause, retryAfter))
    }
  }

  #request(method: string, body: unknown, options: RequestOptions): RequestInit {
    const { key, occurredAt, minPosition, contentType = 'application/json' } = options
    return {
      method,
      headers: {
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
        ...(body !== undefined && { 'content-type': contentType }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(occurredAt !== undefined && { 'occurred-at': occurredAt }),
        ...(minPosition !== undefined && minPosition > 0 && { 'min-position': String(minPosition) }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }
  }

  #reply<Body>(response: Response, text: string): Reply<Body> {
    return {
      // The caller names the shape the route documents.
      body: (text === '' ? undefined : JSON.parse(text)) as Body,
      position: Number(response.headers.get('throughline-position') ?? '0'),
      replayed: response.headers.get('idempotency-replayed') === 'true',
    }
  }
}

function problem(status: number, text: string): Problem {
  try {
    const { code, title, field } = JSON.parse(text) as { code?: string; title?: string; field?: string }
    return new Problem(status, code ?? 'unknown', title ?? text, field)
  } catch {
    return new Problem(status, 'unknown', text.slice(0, 200))
  }
}

/** Signs a back-end system in: client credentials for an access token. */
export function asSystem(url: string, clientId: string, clientSecret: string): () => Promise<string> {
  return async () => {
    const anonymous = new Client(url)
    const { body } = await anonymous.post<{ readonly accessToken: string }>('/api/v1/identity/tokens', {
      clientId,
      clientSecret,
    })
    return body.accessToken
  }
}
