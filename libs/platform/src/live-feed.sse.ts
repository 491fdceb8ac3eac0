import { Logger } from '@nestjs/common'
import type { FastifyReply } from 'fastify'
import type { ServerResponse } from 'node:http'
import { Refused, SECOND } from '@throughline/kernel'
import type { Clock } from '@throughline/kernel'
import { LiveFeed, MemorySignals } from '@throughline/ports'
import type {
  EventBus,
  EventStore,
  LiveStream,
  RecordedEvent,
  Running,
  Signal,
  Signals,
  Timers,
} from '@throughline/ports'
import { closeWithCaller } from './caller-ends.js'
import type { EndedSessions } from './sessions.js'

interface Listener {
  readonly stream: LiveStream
  readonly types: ReadonlySet<string>
  readonly response: ServerResponse
  /** Last position written; what the shared tail brings below it was caught up already. */
  position: number
  /** Still reads the past from the log, so what the shared tail brings is passed over: it comes from there too. */
  catchingUp: boolean
  /** Took nothing when the last heartbeat was due. */
  stuck: boolean
  /** Frames of the batch that is being told. */
  readonly frames: Buffer[]
}

/** Frames of one event by what was selected of it: those who see the same are sent the same bytes. */
type Frames = Map<unknown, Buffer>

const HEARTBEAT = 15 * SECOND
/** Bytes. A reader this far behind does not read; it is closed and resumes with its Last-Event-ID (R38). */
const MOST_BUFFERED = 256_000
/** Bytes of one write: several events share one, so that as many listeners as there are cost no write for each event. */
const LONGEST_WRITE = 64_000
/** A stream that was ended here and is not read would never be over: it is cut after this. */
const LINGER = 2 * SECOND
/** Before the channel of a signal that is for streams: services say other things to each other, too. */
const LIVE = 'live:'

/** Server-sent events for everybody from one tail of the log. */
export class SseLiveFeed extends LiveFeed {
  readonly #logger = new Logger('live')
  readonly #listeners = new Set<Listener>()
  #running: Running | undefined
  /** Last position of the shared tail. */
  #told = 0
  #stopping = false
  readonly #unsubscribe: () => void

  constructor(
    private readonly store: EventStore,
    private readonly bus: EventBus,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly sessions: EndedSessions,
    /** By which a stream hears what another process was told. */
    private readonly signals: Signals = new MemorySignals(),
  ) {
    super()
    this.#unsubscribe = signals.onSignal((signal) => {
      this.#pass(signal)
    })
  }

  async start(): Promise<void> {
    this.#told = await this.store.head()
    this.#running = await this.bus.follow({
      name: 'platform.live',
      after: this.#told,
      onBatch: (events, through) => {
        this.#told = through
        this.#tell([...this.#listeners], events)
        return Promise.resolve()
      },
    })
    this.timers.every('live.heartbeat', HEARTBEAT, () => {
      for (const listener of [...this.#listeners]) {
        if (listener.stuck) this.#cut(listener)
        else this.#write(listener, ': still here\n\n')
        listener.stuck = listener.response.writableNeedDrain
      }
      return Promise.resolve()
    })
    const { clock, timers, sessions } = this
    const watch = { name: 'live.expiry', clock, timers, sessions }
    closeWithCaller(
      watch,
      this.#listeners,
      ({ stream }) => stream.caller,
      (one) => {
        this.#close(one)
      },
    )
  }

  get running(): Running | undefined {
    return this.#running
  }

  get listeners(): number {
    return this.#listeners.size
  }

  open(reply: unknown, stream: LiveStream): void {
    if (!isReply(reply)) throw new Error('a live stream is opened with the response of its request')
    // One that opens now would be open for as long as its reader likes, and so would the process (R29).
    if (this.#stopping) {
      throw new Refused('unavailable', 'live.stopping', 'This process stops.', {
        todo: 'Open the stream again with the id of the last event you got.',
        retryAfter: 1,
      })
    }
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
      // The connection ends with the stream: kept for another request, it would outlive a stop.
      Connection: 'close',
      'X-Accel-Buffering': 'no',
    })
    // At once, or a stream that waits for its first event looks dead.
    response.flushHeaders()
    const listener: Listener = {
      stream,
      types: new Set(stream.types),
      response,
      position: after ?? this.#told,
      catchingUp: after !== undefined,
      stuck: false,
      frames: [],
    }
    this.#listeners.add(listener)
    response.on('close', () => {
      this.#forget(listener)
    })
    response.on('drain', () => {
      listener.stuck = false
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
    this.signals.send({ channel: `${LIVE}${channel}`, event, data })
  }

  async stop(): Promise<void> {
    this.#stopping = true
    for (const listener of [...this.#listeners]) this.#close(listener)
    this.#unsubscribe()
    await this.#running?.stop()
  }

  #pass({ channel, event, data }: Signal): void {
    // A name with a line end in it would be lines of the stream's own.
    if (!channel.startsWith(LIVE) || !/^[\w.-]+$/.test(event)) return
    const of = channel.slice(LIVE.length)
    for (const listener of [...this.#listeners]) {
      if (listener.stream.channels?.().includes(of) === true) {
        this.#write(listener, `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      }
    }
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
    while (this.#listeners.has(listener)) {
      const page = await this.store.readAll({ after: listener.position })
      // Nothing was told while it read: from here on the tail brings everything.
      if (page.length === 0 && this.#told <= listener.position) break
      for (const event of page) {
        const frame = this.#frame(listener, event)
        if (frame !== undefined) this.#send(listener, frame)
        await this.#drained(listener)
      }
    }
    listener.catchingUp = false
  }

  // A reader that takes its time gets the past at its own speed, and holds little more than an event of it here.
  async #drained({ response }: Listener): Promise<void> {
    if (!response.writableNeedDrain) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        response.off('drain', done)
        response.off('close', done)
        resolve()
      }
      response.on('drain', done)
      response.on('close', done)
    })
  }

  #tell(listeners: readonly Listener[], events: readonly RecordedEvent[]): void {
    for (const event of events) {
      const frames: Frames = new Map()
      for (const listener of listeners) {
        const frame = listener.catchingUp ? undefined : this.#frame(listener, event, frames)
        if (frame !== undefined) listener.frames.push(frame)
      }
    }
    for (const listener of listeners) {
      let [from, length] = [0, 0]
      const { frames } = listener
      frames.forEach((frame, index) => {
        length += frame.length
        if (length < LONGEST_WRITE && index < frames.length - 1) return
        this.#send(listener, from === index ? frame : Buffer.concat(frames.slice(from, index + 1)))
        ;[from, length] = [index + 1, 0]
      })
      frames.length = 0
    }
  }

  /** What a listener is sent of an event, where it is news for her and she may see it. */
  #frame(listener: Listener, event: RecordedEvent, frames?: Frames): Buffer | undefined {
    if (event.position <= listener.position) return undefined
    listener.position = event.position
    if (!listener.types.has(event.type)) return undefined
    const selected = listener.stream.select(event)
    if (selected === undefined) return undefined
    const { event: name, data } = selected
    let frame = frames?.get(data)
    if (frame === undefined) {
      const text = `id: ${String(event.position)}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`
      frame = Buffer.from(text)
      frames?.set(data, frame)
    }
    return frame
  }

  #write(listener: Listener, text: string): void {
    this.#send(listener, Buffer.from(text))
  }

  #send(listener: Listener, bytes: Buffer): void {
    if (!this.#listeners.has(listener)) return
    // Of bytes the response knows how many wait; of text it would count the letters.
    if (listener.response.writableLength + bytes.length > MOST_BUFFERED) this.#cut(listener)
    else listener.response.write(bytes)
  }

  #close(listener: Listener): void {
    this.#forget(listener)
    listener.response.end()
    void this.timers.sleep(LINGER).then(() => listener.response.destroy())
  }

  #cut(listener: Listener): void {
    this.#forget(listener)
    listener.response.destroy()
  }

  #forget(listener: Listener): void {
    if (this.#listeners.delete(listener)) listener.stream.onClose?.()
  }
}

function isReply(reply: unknown): reply is FastifyReply {
  return typeof reply === 'object' && reply !== null && 'hijack' in reply && 'raw' in reply
}
