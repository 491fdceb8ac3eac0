import { NoAnswer, Problem, problemOf } from './problem'
import { randomKey } from './random'
import type { Session } from './session'

export interface CommandOptions {
  /** The same key asks for the same command again, and gets its first answer. A fresh one unless given. */
  readonly key?: string
  /** Only when the thing is still at this version. */
  readonly ifMatch?: string
}

export interface ReadOptions {
  readonly signal?: AbortSignal
}

/** Our HTTP API as the pages call it: with the session's token, and seeing what was just done. */
export class Api {
  /** The farthest log position that an answer named; reads wait until it is visible. */
  #position = 0

  constructor(readonly session: Session) {}

  /** @throws Problem @throws NoAnswer */
  async get<Answer>(path: string, { signal }: ReadOptions = {}): Promise<Answer> {
    const response = await this.#read(path, signal)
    return (await response.json()) as Answer
  }

  /** What stands there, and its version as `ifMatch` wants it. @throws Problem @throws NoAnswer */
  async getVersioned<Answer>(
    path: string,
    { signal }: ReadOptions = {},
  ): Promise<{ readonly answer: Answer; readonly tag: string | undefined }> {
    const response = await this.#read(path, signal)
    return {
      answer: (await response.json()) as Answer,
      tag: response.headers.get('etag') ?? undefined,
    }
  }

  /** @throws Problem @throws NoAnswer */
  async send<Answer>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    { key = randomKey(), ifMatch }: CommandOptions = {},
  ): Promise<Answer> {
    const response = await this.#send(path, {
      method,
      headers: {
        'idempotency-key': key,
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    this.saw(Number(response.headers.get('throughline-position') ?? 0))
    return (response.status === 204 ? undefined : await response.json()) as Answer
  }

  post<Answer>(path: string, body: unknown = {}, options?: CommandOptions): Promise<Answer> {
    return this.send('POST', path, body, options)
  }

  put<Answer>(path: string, body: unknown, options?: CommandOptions): Promise<Answer> {
    return this.send('PUT', path, body, options)
  }

  patch<Answer>(path: string, body: unknown, options?: CommandOptions): Promise<Answer> {
    return this.send('PATCH', path, body, options)
  }

  delete<Answer>(path: string, options?: CommandOptions): Promise<Answer> {
    return this.send('DELETE', path, undefined, options)
  }

  /** Something up to this position is known to have happened: later reads show it. */
  saw(position: number): void {
    if (Number.isSafeInteger(position)) this.#position = Math.max(this.#position, position)
  }

  /** A stream of server-sent events. @throws Problem @throws NoAnswer */
  stream(path: string, lastEventId: string | undefined, signal: AbortSignal): Promise<Response> {
    return this.#send(path, {
      method: 'GET',
      signal,
      headers: {
        accept: 'text/event-stream',
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      },
    })
  }

  #read(path: string, signal: AbortSignal | undefined): Promise<Response> {
    return this.#send(path, {
      method: 'GET',
      ...(signal !== undefined && { signal }),
      headers: this.#position > 0 ? { 'min-position': String(this.#position) } : {},
    })
  }

  async #send(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
    const token = await this.session.token()
    let response = await this.#fetch(path, init, token)
    if (response.status === 401 && token !== undefined) {
      response = await this.#fetch(path, init, await this.session.renew(token))
    }
    if (!response.ok) throw await problemOf(response)
    return response
  }

  async #fetch(
    path: string,
    init: RequestInit & { headers: Record<string, string> },
    token: string | undefined,
  ): Promise<Response> {
    try {
      return await fetch(`/api/v1${path}`, {
        ...init,
        headers: { ...init.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      })
    } catch (error) {
      if (init.signal?.aborted === true) throw error
      throw new NoAnswer('The server did not answer.')
    }
  }
}

/** Worth asking again without anybody doing anything. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof NoAnswer || (error instanceof Problem && (error.status >= 500 || error.status === 429))
  )
}
