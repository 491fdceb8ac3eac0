import { IsBoolean, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator'
import type { Caller } from './access.js'
import type { RecordedEvent } from './event-store.js'
import type { LiveResponse } from './live-feed.js'

/** What every feed takes; one that takes more extends it. */
export class FeedQuery {
  /** The position read so far: a line’s, or what was told as `through`. 0, the default, reads from the first event. */
  @IsOptional() @IsInt() @Min(0) @Max(Number.MAX_SAFE_INTEGER) readonly after?: number
  /** Ends after this many lines. */
  @IsOptional() @IsInt() @Min(1) @Max(1_000_000) readonly limit?: number
  /** Goes on with what happens. Absent: server-sent events go on, lines of JSON end where the log ends. */
  @IsOptional() @IsBoolean() readonly follow?: boolean
  /** Wire names, separated by commas; absent means all. */
  @IsOptional() @IsString() @MaxLength(8_000) readonly type?: string
}

/** One reading of a feed. */
export interface FeedReading {
  readonly caller: Caller
  readonly query: FeedQuery
  /** Sees every public event in log order, each once, before it is selected or passed over. */
  readonly note?: (event: RecordedEvent) => void
  /** What the caller gets to see of an event of the wanted types, undefined for nothing. */
  readonly select: (event: RecordedEvent) => object | undefined
  /**
   * Everything after one position, up to and including another, that `select` and `note` are about, in log order: for a reading
   * that an index answers faster than the log. Called once, first; what is recorded later comes from the log.
   */
  readonly past?: (after: number, upTo: number) => Promise<readonly RecordedEvent[]>
}

/**
 * The log for readers outside, over HTTP: lines of JSON, or server-sent events where the reader accepts them, from any position. Each line
 * carries its `position` and `previous`, the position of the line before it, so that a reader who stands at `previous` or
 * behind it has missed nothing. `{"through": N}` says how far was looked where nothing was to be told; the last line of an answer that ends
 * says `more` with it. Cut when its token or session ends, and when the reader does not read.
 */
export abstract class EventFeed {
  /**
   * Takes over the response; the handler returns nothing more.
   * @throws Refused `feed.type`, `feed.position`, `feed.ahead`, `feed.crowded`, `feed.stopping`
   */
  abstract open(response: LiveResponse, reading: FeedReading): Promise<void>
}
