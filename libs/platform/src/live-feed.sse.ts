import { Logger } from '@nestjs/common'
import type { FastifyReply } from 'fastify'
import type { ServerResponse } from 'node:http'
import { fromInstant, Refused, SECOND } from '@throughline/kernel'
import type { Clock } from '@throughline/kernel'
import { LiveFeed } from '@throughline/ports'
import type { EventBus, EventStore, LiveStream, RecordedEvent, Running, Timers } from '@throughline/ports'
import type { EndedSessions } from './sessions.js'

interface Listener {
  readonly stream: LiveStream
  readonly types: ReadonlySet<string>
  readonly response: ServerResponse
  /** Last position written; what the shared tail brings below it was caught up already. */
  position: number
  /** Tail events that arrive while the past is still being read. */
  waiting: RecordedEvent[] | undefined
}

const HEARTBEAT = 15 * SECOND
/** A reader this far behind does not read; it is closed and resumes with its Last-Event-ID (R38). */
const MOST_BUFFERED = 1_000_000

/** Events of the tail kept for a stream that still reads the past; beyond it the past is simply read on. */
const MOST_WAITING = 5_000

/** Server-sent events for everybody from one tail of the log. */
export class SseLiveFeed extends LiveFeed {
  readonly #logger = new Logger('live')
  readonly #listeners = new Set<Listener>()
  #running: Running | undefined

  constructor(
    private readonly store: EventStore,
    private readonly bus: EventBus,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly sessions: EndedSessions,
  ) {
    super()
  }

  async start(): Promise<void> {
    this.#running = await this.bus.follow({
      name: 'platform.live',
      after: await this.store.head(),
      onBatch: (events) => {
        for (const listener of [...this.#listeners]) for (const event of events) this.#tell(listener, event)
        return Promise.resolve()
      },
    })
    this.timers.every('live.heartbeat', HEARTBEAT, () => {
      for (const listener of [...this.#listeners]) this.#write(listener, ': still here\n\n')
      return Promise.resolve()
    })
    this.timers.every('live.expiry', SECOND, () => {
      const now = this.clock.now()
      for (const listener of [...this.#listeners]) {
        const { expiresAt } = listener.stream.caller
        if (expiresAt !== undefined && fromInstant(expiresAt) <= now) this.#close(listener)
      }
      return Promise.resolve()
    })
    this.sessions.onEnded((session) => {
      for (const listener of [...this.#listeners]) {
        if (listener.stream.caller.session === session) this.#close(listener)
      }
    })
  }

  get running(): Running | undefined {
    return this.#running
  }

  get listeners(): number {
    return this.#listeners.size
  }

  open(reply: unknown, stream: LiveStream): void {
    if (!isReply(reply)) throw new Error('a live stream is opened with the response of its request')
    const after = this.#after(stream)
    // Headers that hooks have set so far (security headers) go out with ours.
    const headers = reply.getHeaders()
    reply.hijack()
    const response = reply.raw
    for (const [name, value] of Object.entries(headers))
      if (value !== undefined) response.setHeader(name, value)
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      Connection: 'keep-alive',
      'X-Accel-Buffering': 'no',
    })
    // At once, or a stream that waits for its first event looks dead.
    response.flushHeaders()
    const listener: Listener = {
      stream,
      types: new Set(stream.types),
      response,
      position: after ?? this.#running?.position ?? 0,
      waiting: after === undefined ? undefined : [],
    }
    this.#listeners.add(listener)
    response.on('close', () => {
      this.#forget(listener)
    })
    stream.onOpen?.()
    this.#write(listener, `retry: 500\n: open at ${String(listener.position)}\n\n`)
    if (after !== undefined) {
      this.#catchUp(listener).catch((error: unknown) => {
        this.#logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
        this.#close(listener)
      })
    }
  }

  signal(channel: string, event: string, data: unknown): void {
    for (const listener of [...this.#listeners]) {
      if (listener.stream.channels?.().includes(channel) === true) {
        this.#write(listener, `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      }
    }
  }

  async stop(): Promise<void> {
    for (const listener of [...this.#listeners]) this.#close(listener)
    await this.#running?.stop()
  }

  #after(stream: LiveStream): number | undefined {
    if (stream.lastEventId === undefined || stream.lastEventId === '') return undefined
    if (!/^\d{1,15}$/.test(stream.lastEventId)) {
      throw new Refused('invalid', 'live.last-event-id', 'Last-Event-ID is no position given out here.', {
        field: 'Last-Event-ID',
        todo: 'Send the id of the last event you got, or none to hear what happens from now on.',
      })
    }
    return Number(stream.lastEventId)
  }

  async #catchUp(listener: Listener): Promise<void> {
    for (;;) {
      const page = await this.store.readAll({ after: listener.position })
      if (page.length === 0 || !this.#listeners.has(listener)) break
      for (const event of page) this.#deliver(listener, event)
      await this.#drained(listener)
      if ((listener.waiting?.length ?? 0) > MOST_WAITING) listener.waiting = []
    }
    const waiting = listener.waiting ?? []
    listener.waiting = undefined
    for (const event of waiting) this.#deliver(listener, event)
  }

  // A reader that takes its time gets the past at its own speed, and holds no more than one page of it here.
  async #drained({ response }: Listener): Promise<void> {
    if (!response.writableNeedDrain) return
    await new Promise<void>((resolve) => {
      response.once('drain', resolve)
      response.once('close', resolve)
    })
  }

  #tell(listener: Listener, event: RecordedEvent): void {
    if (listener.waiting) listener.waiting.push(event)
    else this.#deliver(listener, event)
  }

  #deliver(listener: Listener, event: RecordedEvent): void {
    if (event.position <= listener.position) return
    listener.position = event.position
    if (!listener.types.has(event.type)) return
    const selected = listener.stream.select(event)
    if (selected === undefined) return
    const { event: name, data } = selected
    this.#write(listener, `id: ${String(event.position)}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  #write(listener: Listener, text: string): void {
    if (!this.#listeners.has(listener)) return
    if (listener.response.writableLength > MOST_BUFFERED) {
      this.#forget(listener)
      listener.response.destroy()
      return
    }
    listener.response.write(text)
  }

  #close(listener: Listener): void {
    this.#forget(listener)
    listener.response.end()
  }

  #forget(listener: Listener): void {
    if (this.#listeners.delete(listener)) listener.stream.onClose?.()
  }
}

function isReply(reply: unknown): reply is FastifyReply {
  return typeof reply === 'object' && reply !== null && 'hijack' in reply && 'raw' in reply
}
