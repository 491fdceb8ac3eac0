import { Logger } from '@nestjs/common'
import type { FastifyReply } from 'fastify'
import type { ServerResponse } from 'node:http'
import { publicEvents } from '@throughline/contracts'
import { SECOND } from '@throughline/kernel'
import type { Clock } from '@throughline/kernel'
import { EventFeed } from '@throughline/ports'
import type { EventBus, EventStore, FeedReading, RecordedEvent, Running, Timers } from '@throughline/ports'
import { closeWithCaller } from './caller-ends.js'
import { FORMS } from './feed.forms.js'
import type { Form } from './feed.forms.js'
import { ahead, crowded, lastEventId, stopping, typesOf } from './feed.wishes.js'
import type { EndedSessions } from './sessions.js'

interface Reader {
  readonly reading: FeedReading
  readonly form: Form
  readonly follow: boolean
  readonly types: ReadonlySet<string>
  readonly response: ServerResponse
  /** Last position looked at, and the last one that was told as a line or as `through`. */
  at: number
  told: number
  /** Position of the line before, or where the reading began. */
  previous: number
  /** Lines that may still be told. */
  left: number
  /** What was written waits to be taken. */
  full: boolean
  /** Took nothing when the last heartbeat was due. */
  stuck: boolean
  wake: () => void
}

const HEARTBEAT = 15 * SECOND
/** Events read at a time, and looked at without a line before the reader is told how far that was. */
const PAGE = 1_000
const MARK = 10 * PAGE
/** Events at the end of the log that all who follow share, so that an append is not read once for each of them. */
const RING = 5_000
/** Feeds of one caller in one process. */
const MOST_OF_ONE = 10
/** A feed that was ended here and is not read would never be over: it is cut after this. */
const LINGER = 2 * SECOND

/**
 * Feeds that pull: each reader gets the next page when it has taken the last, so a slow one costs its page and no
 * more, and all share the end of the log.
 */
export class HttpEventFeed extends EventFeed {
  readonly #logger = new Logger('feed')
  readonly #readers = new Set<Reader>()
  #running: Running | undefined
  /** Everything up to here stands in the log without a gap. */
  #frontier = 0
  /** The last events up to the frontier, all of those after `#ringAfter`. */
  #ring: readonly RecordedEvent[] = []
  #ringAfter = 0
  #stopping = false

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
    this.#frontier = this.#ringAfter = await this.store.head()
    this.#running = await this.bus.follow({
      name: 'platform.feed',
      after: this.#frontier,
      onBatch: (events, through) => {
        const ring = [...this.#ring, ...events]
        const gone = ring.at(-RING - 1)
        if (gone !== undefined) this.#ringAfter = gone.position
        this.#ring = ring.slice(-RING)
        this.#frontier = through
        for (const reader of this.#readers) reader.wake()
        return Promise.resolve()
      },
    })
    this.timers.every('feed.heartbeat', HEARTBEAT, () => {
      for (const reader of [...this.#readers]) this.#beat(reader)
      return Promise.resolve()
    })
    const { clock, timers, sessions } = this
    const watch = { name: 'feed.expiry', clock, timers, sessions }
    closeWithCaller(
      watch,
      this.#readers,
      ({ reading }) => reading.caller,
      (one) => {
        this.#close(one)
      },
    )
  }

  get running(): Running | undefined {
    return this.#running
  }

  get readers(): number {
    return this.#readers.size
  }

  async open(reply: unknown, reading: FeedReading): Promise<void> {
    if (!isReply(reply)) throw new Error('a feed is opened with the response of its request')
    const { headers, method } = reply.request
    const { query, caller } = reading
    const types = typesOf(query.type)
    const after = lastEventId(headers) ?? query.after ?? 0
    const head = await this.store.head()
    if (after > head) throw ahead(head)
    // After the wait, so that none slips in between the count and the reader.
    if (this.#stopping) throw stopping()
    if ([...this.#readers].filter((each) => each.reading.caller.actor === caller.actor).length >= MOST_OF_ONE)
      throw crowded(MOST_OF_ONE)
    const form = (headers.accept ?? '').includes('text/event-stream') ? FORMS.events : FORMS.lines
    // Headers that hooks have set so far (security headers) go out with ours.
    const set = reply.getHeaders()
    reply.hijack()
    const response = reply.raw
    for (const [name, value] of Object.entries(set)) if (value !== undefined) response.setHeader(name, value)
    response.writeHead(200, {
      'Content-Type': form.contentType,
      'Cache-Control': 'no-store',
      // The connection ends with the feed: kept for another request, it would outlive a stop.
      Connection: 'close',
      'X-Accel-Buffering': 'no',
    })
    if (method === 'HEAD') {
      response.end()
      return
    }
    response.flushHeaders()
    const reader: Reader = {
      reading,
      form,
      types,
      response,
      follow: query.follow ?? form.follows,
      at: after,
      told: after,
      previous: after,
      left: query.limit ?? Infinity,
      full: false,
      stuck: false,
      wake: () => undefined,
    }
    this.#readers.add(reader)
    response.on('close', () => {
      this.#forget(reader)
    })
    response.on('drain', () => {
      reader.full = reader.stuck = false
      reader.wake()
    })
    response.write(form.opening)
    this.#read(reader).catch((error: unknown) => {
      this.#logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
      // Cut and not ended: an answer that looked whole would be believed.
      this.#cut(reader)
    })
  }

  async stop(): Promise<void> {
    this.#stopping = true
    for (const reader of [...this.#readers]) this.#close(reader)
    await this.#running?.stop()
  }

  async #read(reader: Reader): Promise<void> {
    const { past } = reader.reading
    if (past !== undefined) {
      const upTo = Math.max(reader.at, this.#frontier)
      await this.#tell(reader, await past(reader.at, upTo))
      if (reader.left > 0) reader.at = upTo
    }
    while (this.#readers.has(reader) && reader.left > 0) {
      const seen = this.#frontier
      const page = await this.#page(reader)
      if (page.length > 0) {
        await this.#tell(reader, page)
        if (reader.at - reader.told >= MARK) await this.#mark(reader)
        continue
      }
      if (!reader.follow) break
      await this.#mark(reader)
      // Where a position is missing the log ends before the frontier; whoever waits there looks again at the next heartbeat.
      if (this.#frontier === seen) await this.#woken(reader)
    }
    if (!this.#readers.has(reader)) return
    await this.#write(reader, reader.form.end(reader.at, reader.left === 0))
    this.#close(reader)
  }

  // Who follows is told what the shared end of the log holds; who wants what there is now looks into the log itself.
  async #page({ at, follow }: Reader): Promise<readonly RecordedEvent[]> {
    if (at >= this.#ringAfter) {
      const from = this.#ring.findIndex(({ position }) => position > at)
      if (from >= 0) return this.#ring.slice(from, from + PAGE)
      if (follow) return []
    }
    return this.store.readAll({ after: at, limit: PAGE })
  }

  async #tell(reader: Reader, events: readonly RecordedEvent[]): Promise<void> {
    for (const event of events) {
      if (!this.#readers.has(reader) || reader.left === 0) return
      // Whatever was read twice is told once.
      if (event.position <= reader.at) continue
      reader.at = event.position
      if (!publicEvents().has(event.type)) continue
      reader.reading.note?.(event)
      const line = reader.types.has(event.type) ? reader.reading.select(event) : undefined
      if (line === undefined) continue
      const { previous } = reader
      reader.previous = reader.told = event.position
      reader.left -= 1
      await this.#write(reader, reader.form.line(event.position, { ...line, previous }))
    }
  }

  async #mark(reader: Reader): Promise<void> {
    if (reader.told >= reader.at) return
    reader.told = reader.at
    await this.#write(reader, reader.form.through(reader.at))
  }

  // Nothing more is read for a reader before it has taken what was written.
  async #write(reader: Reader, text: string): Promise<void> {
    if (!this.#readers.has(reader)) return
    reader.full = !reader.response.write(text)
    while (reader.full && this.#readers.has(reader)) await this.#woken(reader)
  }

  #beat(reader: Reader): void {
    if (reader.full && reader.stuck) this.#cut(reader)
    reader.stuck = reader.full
    if (!reader.full) {
      reader.told = reader.at
      reader.full = !reader.response.write(reader.form.heartbeat(reader.at))
    }
    reader.wake()
  }

  #woken(reader: Reader): Promise<void> {
    return new Promise((resolve) => (reader.wake = resolve))
  }

  #close(reader: Reader): void {
    this.#forget(reader)
    reader.response.end()
    void this.timers.sleep(LINGER).then(() => reader.response.destroy())
  }

  #cut(reader: Reader): void {
    this.#forget(reader)
    reader.response.destroy()
  }

  #forget(reader: Reader): void {
    this.#readers.delete(reader)
    reader.wake()
  }
}

function isReply(reply: unknown): reply is FastifyReply {
  return typeof reply === 'object' && reply !== null && 'hijack' in reply && 'raw' in reply
}
