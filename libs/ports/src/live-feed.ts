import type { Caller } from './access.js'
import type { RecordedEvent } from './event-store.js'

/** One live stream of a caller. */
export interface LiveStream {
  readonly caller: Caller
  /** The request's `Last-Event-ID`; absent starts with what happens from now on. */
  readonly lastEventId?: string
  /** Wire names that can matter; everything else is never looked at. */
  readonly types: readonly string[]
  /**
   * What the caller gets to see of an event, by name; undefined for nothing. Called for every event of `types`. Streams
   * that give the same object as `data` of an event give it the same name; it is made into text once for all of them.
   */
  readonly select: (event: RecordedEvent) => { readonly event: string; readonly data: unknown } | undefined
  /** Channels of {@link LiveFeed.signal} this stream listens to, asked anew at each signal. */
  readonly channels?: () => readonly string[]
  /** Called when the stream has opened and when it has closed; presence lives here and never in events. */
  readonly onOpen?: () => void
  readonly onClose?: () => void
}

/** A response that can be taken over to be written by hand. */
export type LiveResponse = unknown

/**
 * Server-sent events: `id:` is the log position, `Last-Event-ID` resumes without loss, a heartbeat every 15 s, closed
 * when the token ends or the session does, and closed when the reader does not read.
 */
export abstract class LiveFeed {
  /** Takes over the response; the handler returns nothing more. */
  abstract open(response: LiveResponse, stream: LiveStream): void

  /** Tells the streams of a channel something that is no event and is kept nowhere: typing, presence. */
  abstract signal(channel: string, event: string, data: unknown): void
}
