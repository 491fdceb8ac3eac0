import { EventSourceParserStream } from 'eventsource-parser/stream'
import { useEffect, useEffectEvent, useState } from 'react'
import type { Api } from './client'
import { useApi } from './context'
import { Problem } from './problem'

export interface LiveEvent {
  /** Log position; missing for signals that are kept nowhere, such as typing. */
  readonly position: number | undefined
  readonly name: string
  readonly data: unknown
}

export type Connection =
  | { readonly status: 'connecting' }
  | { readonly status: 'live' }
  /** Milliseconds since 1970: when it was lost, and when the next try is. */
  | { readonly status: 'lost'; readonly since: number; readonly retryAt: number }
  /** The server says that this stream is not ours. */
  | { readonly status: 'refused'; readonly problem: Problem }

const FIRST_PAUSE = 500
const LONGEST_PAUSE = 15_000

/**
 * Follows a live stream for as long as the component is there. After a gap it goes on from the last position, so nothing is
 * lost; `onResumed` tells how long it was away, in milliseconds.
 */
export function useLive(
  path: string | undefined,
  onEvent: (event: LiveEvent) => void,
  onResumed: (away: number) => void = () => undefined,
): { readonly connection: Connection; readonly retry: () => void } {
  const api = useApi()
  const [connection, setConnection] = useState<Connection>({ status: 'connecting' })
  const [follower, setFollower] = useState<Follower>()
  const event = useEffectEvent(onEvent)
  const resumed = useEffectEvent(onResumed)
  useEffect(() => {
    if (path === undefined) return undefined
    const follow = new Follower(
      api,
      path,
      (each) => {
        event(each)
      },
      (away) => {
        resumed(away)
      },
      setConnection,
    )
    setFollower(follow)
    void follow.run()
    return () => {
      follow.stop()
    }
  }, [api, path])
  return { connection, retry: () => follower?.retry() }
}

class Follower {
  readonly #ended = new AbortController()
  #last: string | undefined
  #lostSince: number | undefined
  #wake: (() => void) | undefined
  /** There is reason to hope, whatever came before: the pauses begin anew. */
  #hopeful = false
  #abort = new AbortController()

  constructor(
    private readonly api: Api,
    private readonly path: string,
    private readonly event: (event: LiveEvent) => void,
    private readonly resumed: (away: number) => void,
    private readonly tell: (connection: Connection) => void,
  ) {
    addEventListener('online', this.retry)
    addEventListener('offline', this.#dropped)
  }

  async run(): Promise<void> {
    for (let pause = FIRST_PAUSE; !this.#stopped(); pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      this.#abort = new AbortController()
      try {
        const response = await this.api.stream(this.path, this.#last, this.#abort.signal)
        pause = FIRST_PAUSE
        this.#connected()
        await this.#read(response)
      } catch (error) {
        if (this.#stopped()) return
        if (error instanceof Problem && error.status < 500 && error.status !== 429) {
          this.tell({ status: 'refused', problem: error })
          return
        }
      }
      if (this.#stopped()) return
      this.#lostSince ??= Date.now()
      if (this.#hopeful) pause = FIRST_PAUSE
      this.#hopeful = false
      // Spread out, so that everybody who lost the same server does not come back at once.
      const wait = pause * (0.5 + Math.random())
      this.tell({ status: 'lost', since: this.#lostSince, retryAt: Date.now() + wait })
      await this.#pause(wait)
    }
  }

  #stopped(): boolean {
    return this.#ended.signal.aborted
  }

  stop(): void {
    this.#ended.abort()
    removeEventListener('online', this.retry)
    removeEventListener('offline', this.#dropped)
    this.#abort.abort()
    this.#wake?.()
  }

  readonly retry = (): void => {
    this.#hopeful = true
    this.#wake?.()
  }

  // A browser that knows itself offline need not wait for the stream to run dry.
  readonly #dropped = (): void => {
    this.#abort.abort()
  }

  #connected(): void {
    const away = this.#lostSince === undefined ? undefined : Date.now() - this.#lostSince
    this.#lostSince = undefined
    this.tell({ status: 'live' })
    if (away !== undefined) this.resumed(away)
  }

  async #read(response: Response): Promise<void> {
    if (response.body === null) return
    const reader = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream())
      .getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done || this.#stopped()) return
      if (value.id !== undefined && value.id !== '') {
        this.#last = value.id
        this.api.saw(Number(value.id))
      }
      this.event({
        position: value.id === undefined || value.id === '' ? undefined : Number(value.id),
        name: value.event ?? 'message',
        data: JSON.parse(value.data === '' ? 'null' : value.data) as unknown,
      })
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
