import { Injectable, Logger } from '@nestjs/common'
import type { OnApplicationBootstrap } from '@nestjs/common'
import { publicEvents } from '@throughline/contracts'
import { Clock, fromInstant, MINUTE, Refused, SECOND } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import { EventBus, EventStore, Timers } from '@throughline/ports'
import type { RecordedEvent, Running } from '@throughline/ports'
import { JourneyPaths } from './journey.paths.js'
import { HEARD } from './metric.facts.js'
import { MetricFold } from './metric.fold.js'
import { parseMetric } from './metric.js'
import type { MetricDefinition } from './metric.js'
import type { FactRow } from './metric.rows.js'
import { answeredWithin, isClaim, ISSUE_WINDOW, shippedMetrics } from './metrics.shipped.js'
import { isOf } from './recorded.js'
import { TROUBLE_EVENTS, TroubleFold } from './trouble.fold.js'

const PUBLISHED = 'throughline.PromisePublished.v1'
const DEFINED = 'throughline.MetricDefined.v1'
const VIEWED = 'throughline.ArticleViewed.v1'
const REQUESTED = 'throughline.ContactRequested.v1'
const SUMMARISED = 'throughline.ContactSummarised.v1'

/** Events folded at once: more makes a rebuild quicker, and every request meanwhile wait longer. */
export const BATCH = 2_000
const PAUSE = 5
const LONGEST_WAIT = 2 * SECOND

/** As of when (milliseconds), as known at which log position, whose units (by their start). */
export interface Seen {
  readonly asWas: number
  readonly known: number
  /** Neither was asked for: the figures kept as events arrive will do. */
  readonly live: boolean
  readonly from?: number
  readonly until?: number
}

export interface SeenQuery {
  readonly asWas?: Instant | undefined
  readonly known?: number | undefined
  readonly from?: Instant | undefined
  readonly until?: Instant | undefined
}

/** Where a version of a metric comes from. */
export interface Origin {
  readonly why: string
  readonly definedAt?: Instant
}

/**
 * All units of all metrics, in memory, folded from the first event in the background: the service answers before that
 * is done, and every answer says up to which position it knows.
 */
@Injectable()
export class InsightFold implements OnApplicationBootstrap {
  readonly paths = new JourneyPaths()
  readonly troubles = new TroubleFold()
  readonly #logger = new Logger('insight')
  readonly #fold: MetricFold
  readonly #titles = new Map<string, string>()
  readonly #reasons = new Map<string, string>()
  readonly #causes = new Map<string, string>()
  readonly #origins = new Map<string, Origin>()
  readonly #live = new Map<string, { readonly known: number; readonly rows: readonly FactRow[] }>()
  #waiting: RecordedEvent[] = []
  #known = 0
  #running: Running | undefined

  constructor(
    private readonly bus: EventBus,
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {
    this.#fold = new MetricFold(shippedMetrics, ISSUE_WINDOW, clock.now())
  }

  async onApplicationBootstrap(): Promise<void> {
    const types = [...publicEvents().keys()].filter((type) => {
      const name = type.split('.')[1] ?? ''
      return HEARD.has(name) || TROUBLE_EVENTS.has(name)
    })
    this.#running = await this.bus.follow({
      name: 'insight.fold',
      after: 0,
      types: [...types, PUBLISHED, DEFINED],
      onBatch: (events, through) => this.take(events, through),
    })
    this.timers.every('insight.maturity', MINUTE, async () => {
      await Promise.resolve()
      this.#fold.advance(this.clock.now())
    })
  }

  get known(): number {
    return this.#known
  }

  /** How far it has read, as hosts show it. */
  get running(): Running | undefined {
    return this.#running
  }

  get failing(): Error | undefined {
    return this.#running?.failing
  }

  /** A batch as the bus hands it over. Batches are kept until there is enough, or nothing more to wait for. */
  async take(events: readonly RecordedEvent[], through: number): Promise<void> {
    this.#waiting.push(...events)
    if (this.#waiting.length < BATCH && through < (await this.store.head())) return
    const batch = this.#waiting
    this.#waiting = []
    this.#fold.apply(batch)
    this.paths.apply(batch)
    this.troubles.apply(batch)
    for (const event of batch) this.#note(event)
    this.#known = through
    // A log that is read without waiting for a disk would let no request through until its end.
    await this.timers.sleep(0)
  }

  /** Waits until everything up to here is in the figures. @throws Refused `view.behind` */
  async reach(position: number): Promise<void> {
    for (let waited = 0; this.#known < position; waited += PAUSE) {
      if (waited >= LONGEST_WAIT) {
        throw new Refused('unavailable', 'view.behind', 'The figures do not hold this yet.', {
          todo: 'Read again in a moment.',
          retryAfter: 1,
        })
      }
      await this.timers.sleep(PAUSE)
    }
  }

  /**
   * The two moments of an answer: as asked, or the present.
   * @throws Refused `figure.ahead` for a moment or position still to come, `view.behind`
   */
  async seen({ asWas, known, from, until }: SeenQuery): Promise<Seen> {
    const now = this.clock.now()
    if (asWas !== undefined && fromInstant(asWas) > now) throw ahead('asWas')
    if (known !== undefined) {
      if (known > (await this.store.head())) throw ahead('known')
      await this.reach(known)
    }
    return {
      asWas: asWas === undefined ? now : fromInstant(asWas),
      known: known ?? this.#known,
      live: asWas === undefined && known === undefined,
      ...(from !== undefined && { from: fromInstant(from) }),
      ...(until !== undefined && { until: fromInstant(until) }),
    }
  }

  definitions(): readonly MetricDefinition[] {
    return this.#fold.definitions()
  }

  /** The version asked for, or the newest. @throws Refused `metric.unknown` */
  definition(metric: string, version?: number): MetricDefinition {
    const found = this.#fold.definition(metric, version)
    if (found) return found
    throw new Refused('not-found', 'metric.unknown', `There is no such metric: ${metric}.`)
  }

  origin({ metric, version }: MetricDefinition): Origin {
    return this.#origins.get(`${metric}@${String(version)}`) ?? { why: 'Shipped with the product.' }
  }

  rows(definition: MetricDefinition, { asWas, known, live, from, until }: Seen): readonly FactRow[] {
    // A definition that is not kept yet is reckoned on the spot.
    const isKept = this.#fold.definition(definition.metric, definition.version) !== undefined
    const rows = live && isKept ? this.#liveRows(definition) : this.#fold.rowsAsOf(definition, asWas, known)
    if (from === undefined && until === undefined) return rows
    return rows.filter((row) => row.cohortAt >= (from ?? -Infinity) && row.cohortAt < (until ?? Infinity))
  }

  journeyOf(eventId: string): string | undefined {
    return this.#fold.journeyOf(eventId)
  }

  titleOf(articleId: string): string | undefined {
    return this.#titles.get(articleId)
  }

  /** The contact of an event that counts. */
  contactOf(eventId: string): string | undefined {
    return this.#fold.contactOf(eventId)
  }

  /** A reason in the words customers last saw. */
  reasonIn(code: string): string | undefined {
    return this.#reasons.get(code)
  }

  /** A cause in the words last written for it. */
  causeIn(code: string): string | undefined {
    return this.#causes.get(code)
  }

  #liveRows(definition: MetricDefinition): readonly FactRow[] {
    const id = `${definition.metric}@${String(definition.version)}`
    const kept = this.#live.get(id)
    if (kept?.known === this.#known) return kept.rows
    const rows = this.#fold.rows(definition)
    this.#live.set(id, { known: this.#known, rows })
    return rows
  }

  #note(event: RecordedEvent): void {
    if (isOf(event, VIEWED)) this.#titles.set(event.data.articleId, event.data.title)
    if (isOf(event, REQUESTED) && event.data.reason)
      this.#reasons.set(event.data.reason.code, event.data.reason.label)
    if (isOf(event, SUMMARISED))
      for (const { code, words } of event.data.causes) if (words !== '') this.#causes.set(code, words)
    if (isOf(event, PUBLISHED)) {
      const { definition, threshold } = event.data
      const claim = isClaim(definition) ? [answeredWithin(threshold, definition)] : []
      for (const each of [...claim, answeredWithin(threshold)]) this.#define(each)
    }
    if (isOf(event, DEFINED)) {
      const { metric, version, why, definition } = event.data
      try {
        this.#define(parseMetric({ ...definition, metric, version }, HEARD))
        this.#origins.set(`${metric}@${String(version)}`, { why, definedAt: event.occurredAt })
      } catch (error) {
        // Recorded by a program that knew more than this one: the figure is missing, the others go on.
        this.#logger.warn(`${metric}@${String(version)} cannot be read: ${String(error)}`)
      }
    }
  }

  #define(definition: MetricDefinition): void {
    if (this.#fold.definition(definition.metric, definition.version) === undefined)
      this.#fold.define(definition)
  }
}

function ahead(field: string): Refused {
  return new Refused('unprocessable', 'figure.ahead', `${field} is still to come.`, {
    field,
    todo: 'Ask for a moment and a position that are past.',
  })
}
