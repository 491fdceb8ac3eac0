import { Injectable, Logger } from '@nestjs/common'
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common'
import { publicEvents } from '@throughline/contracts'
import { Clock, fromInstant, Ids, Refused, SECOND } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import {
  EventBus,
  EventContracts,
  EventStore,
  Registers,
  StaleView,
  Timers,
  ViewStore,
} from '@throughline/ports'
import type { RecordedEvent, Running } from '@throughline/ports'
import type { Anatomy } from './anatomy.js'
import { BookPlace } from './book.place.js'
import { InsightBook } from './insight.book.js'
import { DEFINED, InsightNotes, PUBLISHED } from './insight.notes.js'
import type { Origin } from './insight.notes.js'
import { HEARD } from './metric.facts.js'
import { idOf } from './metric.js'
import type { MetricDefinition } from './metric.js'
import { ISSUE_WINDOW } from './metrics.shipped.js'
import { TROUBLE_EVENTS } from './trouble.fold.js'
import type { TroubleFold } from './trouble.fold.js'
import type { KnownRow } from './unit.rows.js'

/** Events folded at once: more makes a rebuild quicker, and every request meanwhile wait longer. */
export const BATCH = 2_000
const PAUSE = 5
/** Its feed, and the group under which it parks. */
const NAME = 'insight.fold'
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

/**
 * All units of all metrics, made of the log in the background: the service answers before that is done, and every answer
 * says up to which position it knows. Rows hold it ({@link InsightBook}), so that a start goes on where the last ended.
 * Every process of the service has rows of its own.
 */
@Injectable()
export class InsightFold implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('insight')
  #book: InsightBook
  readonly #place: BookPlace
  /** One thing at a time: a batch, or the move to other rows. */
  #turn: Promise<unknown> = Promise.resolve()
  readonly #notes = new InsightNotes((warning) => {
    this.#logger.warn(warning)
  })
  #waiting: RecordedEvent[] = []
  #types: ReadonlySet<string> = new Set()
  #running: Running | undefined

  constructor(
    private readonly bus: EventBus,
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly views: ViewStore,
    private readonly contracts: EventContracts,
    registers: Registers,
    ids: Ids,
  ) {
    this.#place = new BookPlace(registers, ids.next(), { clock, timers })
    this.#book = this.#newBook()
  }

  async onApplicationBootstrap(): Promise<void> {
    const types = [...publicEvents().keys()].filter((type) => {
      const name = type.split('.')[1] ?? ''
      return HEARD.has(name) || TROUBLE_EVENTS.has(name)
    })
    this.#types = new Set([...types, PUBLISHED, DEFINED])
    this.#book = this.#newBook(await this.#place.take())
    await this.#open()
    this.#running = await this.bus.follow({
      name: NAME,
      after: this.#book.taken,
      types: [...this.#types],
      onBatch: (events, through) => this.take(events, through),
    })
  }

  /** What was taken in and not written yet would be read again at the next start: it is written now. */
  async onModuleDestroy(): Promise<void> {
    await this.#running?.stop()
    try {
      await this.#book.write()
    } catch (error) {
      this.#logger.warn(`what was read last is not kept: ${nameOf(error)}`)
    }
    await this.#place.leave()
  }

  get troubles(): TroubleFold {
    return this.#book.troubles
  }

  get known(): number {
    return this.#book.taken
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
    // Handed over again after a failure, they are here already.
    const last = this.#waiting.at(-1)?.position ?? 0
    this.#waiting.push(...events.filter(({ position }) => position > last))
    if (this.#waiting.length < BATCH && through < (await this.store.head())) return
    await this.#queue(async () => {
      const book = this.#book
      try {
        await this.#take(this.#waiting, through)
      } catch (error) {
        // Rows that cannot be read are made again of the log, which is what they were made of.
        if (error instanceof SyntaxError) await this.#anew(through)
        else if (error instanceof StaleView) await this.#move(book, through)
        else throw error
      }
    })
    this.#waiting = []
    // A log that is read without waiting for a disk would let no request through until its end.
    await this.timers.sleep(0)
  }

  /** Waits until everything up to here is in the figures. @throws Refused `view.behind` */
  async reach(position: number): Promise<void> {
    for (let waited = 0; this.known < position; waited += PAUSE) {
      if (waited >= LONGEST_WAIT) {
        throw behind()
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
      known: known ?? this.known,
      live: asWas === undefined && known === undefined,
      ...(from !== undefined && { from: fromInstant(from) }),
      ...(until !== undefined && { until: fromInstant(until) }),
    }
  }

  definitions(): readonly MetricDefinition[] {
    return this.#notes.definitions()
  }

  /** The version asked for, or the newest. @throws Refused `metric.unknown` */
  definition(metric: string, version?: number): MetricDefinition {
    const found = this.#notes.definition(metric, version)
    if (found) return found
    throw new Refused('not-found', 'metric.unknown', `There is no such metric: ${metric}.`)
  }

  origin(definition: MetricDefinition): Origin {
    return this.#notes.origin(definition)
  }

  /** Units by a definition; one that is not kept yet is reckoned on the spot. */
  async rows(
    definition: MetricDefinition,
    { asWas, known, live, from, until }: Seen,
  ): Promise<readonly KnownRow[]> {
    const kept = this.#notes.definition(definition.metric, definition.version)
    const isLive = live && kept !== undefined
    const rows = await this.#own((book) =>
      book.rows(kept ?? definition, isLive ? undefined : { asWas, known }),
    )
    if (from === undefined && until === undefined) return rows
    return rows.filter((row) => row.cohortAt >= (from ?? -Infinity) && row.cohortAt < (until ?? Infinity))
  }

  /** What journeys were like, of one reason or of all. */
  anatomy({ asWas, known }: Seen, reason: string | undefined): Promise<Anatomy> {
    return this.#own((book) => book.anatomy({ asWas, known, ...(reason !== undefined && { reason }) }))
  }

  titleOf(articleId: string): string | undefined {
    return this.#notes.titles.get(articleId)
  }

  /** A reason in the words customers last saw. */
  reasonIn(code: string): string | undefined {
    return this.#notes.reasons.get(code)
  }

  /** A cause in the words last written for it. */
  causeIn(code: string): string | undefined {
    return this.#notes.causes.get(code)
  }

  #newBook(name?: string): InsightBook {
    const now = () => this.clock.now()
    return new InsightBook(this.views, this.store, this.timers, ISSUE_WINDOW, now, undefined, name)
  }

  /**
   * Asks the book; what it says of rows that somebody else wrote to, or that were lost, is no answer.
   * @throws Refused `view.behind`
   */
  async #own<Result>(ask: (book: InsightBook) => Promise<Result>): Promise<Result> {
    const book = this.#book
    try {
      return await ask(book)
    } catch (error) {
      if (!(error instanceof StaleView)) throw error
      this.#queue(() => this.#move(book, book.taken)).catch((cause: unknown) => {
        this.#logger.warn(`no rows can be taken: ${nameOf(cause)}`)
      })
      throw behind()
    }
  }

  #queue<Result>(turn: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(turn)
    this.#turn = done.catch(() => undefined)
    return done
  }

  /** Goes on with rows that are this process's own, and reads what they do not hold up to a position. */
  async #move(from: InsightBook, through: number): Promise<void> {
    if (this.#book !== from) return
    this.#logger.warn('the rows are not what was written: going on with others')
    const book = this.#newBook(await this.#place.take())
    const { passedOver } = await book.open()
    if (passedOver !== undefined) this.#logger.warn(`what was kept is passed over: ${passedOver}`)
    book.keep(this.#notes.definitions())
    this.#book = book
    await this.#readOn(through)
  }

  async #open(): Promise<void> {
    const { notes, passedOver } = await this.#book.open()
    if (passedOver !== undefined) this.#logger.warn(`what was kept is passed over: ${passedOver}`)
    const kept = notes === undefined ? this.#notes.definitions() : this.#notes.restore(notes)
    this.#book.keep(kept)
  }

  async #take(batch: readonly RecordedEvent[], through: number): Promise<void> {
    await this.#book.take(
      await this.#readable(batch),
      through,
      (event) => {
        this.#notes.hear(event)
      },
      () => this.#notes.kept(),
    )
    for (const definition of this.#notes.definitions()) {
      if (this.#book.isKept(definition)) continue
      await this.#book.build(definition)
      this.#notes.built.add(idOf(definition))
    }
  }

  /** What breaks its contract is parked before anything is made of it: a fold that took half of it would be wrong for good. */
  async #readable(batch: readonly RecordedEvent[]): Promise<readonly RecordedEvent[]> {
    const breaches = new Map(
      batch.flatMap((event) => {
        const breach = this.contracts.breachOf(event)
        return breach === undefined ? [] : [[event, breach] as const]
      }),
    )
    if (breaches.size === 0) return batch
    for (const [event, breach] of breaches) await this.bus.park(NAME, event, breach, 0)
    return batch.filter((event) => !breaches.has(event))
  }

  async #anew(through: number): Promise<void> {
    this.#logger.warn('what was kept cannot be read: everything is read again')
    await this.#book.drop()
    this.#book = this.#newBook(await this.#place.take())
    this.#book.keep(this.#notes.definitions())
    await this.#readOn(through)
  }

  /** Takes in everything up to a position that the book does not hold. */
  async #readOn(through: number): Promise<void> {
    for (let after = this.#book.taken; after < through;) {
      const page = await this.store.readAll({ after, limit: BATCH })
      after = page.at(-1)?.position ?? through
      await this.#take(
        page.filter(({ type, position }) => position <= through && this.#types.has(type)),
        Math.min(after, through),
      )
      await this.timers.sleep(0)
    }
  }
}

/** No message: it may hold what a customer wrote. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown cause'
}

function behind(): Refused {
  return new Refused('unavailable', 'view.behind', 'The figures do not hold this yet.', {
    todo: 'Read again in a moment.',
    retryAfter: 1,
  })
}

function ahead(field: string): Refused {
  return new Refused('unprocessable', 'figure.ahead', `${field} is still to come.`, {
    field,
    todo: 'Ask for a moment and a position that are past.',
  })
}
