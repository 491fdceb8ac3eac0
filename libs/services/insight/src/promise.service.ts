import { Injectable } from '@nestjs/common'
import type { OnApplicationBootstrap } from '@nestjs/common'
import type { Channel, PromisePublished } from '@throughline/contracts'
import { Clock, fromInstant, HOUR, Ids, SECOND, toInstant } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import { EventStore, Timers, ViewStore } from '@throughline/ports'
import type { Command, PageRequest } from '@throughline/ports'
import { InsightFold } from './insight.fold.js'
import { breakPromise, promises, publishPromise, unknownPromise } from './promise.js'
import { inForce, promisesView } from './promise.view.js'
import type { PromiseRow } from './promise.view.js'
import { shareOf, WEEK, weekAt } from './figure.shown.js'
import { answeredWithin, isClaim } from './metrics.shipped.js'
import { wilson } from './statistics.js'
import { RATE_FROM } from './verdict.js'

/** 99 %: every channel is looked at every week, and a false word is dear. */
const Z99 = 2.576

@Injectable()
export class PromisesService implements OnApplicationBootstrap {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly fold: InsightFold,
    private readonly timers: Timers,
  ) {}

  onApplicationBootstrap(): void {
    this.timers.every('insight.promises', HOUR, () => this.sweep())
  }

  /** Publishes the next version of what is promised of a channel. */
  publish(
    wish: {
      readonly channel: Channel
      readonly definition: string
      readonly threshold: number
      readonly share: number
      readonly validFrom?: string
      readonly metric?: string
    },
    command: Command,
  ) {
    const { metric, validFrom, ...terms } = wish
    const promiseId = this.ids.derive('promise', wish.channel)
    const decision = publishPromise({
      terms: { promiseId, ...terms },
      now: this.clock.instant(),
      ...(validFrom !== undefined && { validFrom }),
      ...(metric !== undefined && { target: this.fold.definition(metric) }),
    })
    return this.store.transact(promises, promiseId, decision, command)
  }

  async list(page: PageRequest) {
    const now = this.clock.instant()
    const { items, next } = await this.views.rows(promisesView, 'all', page)
    return { items: items.map((row) => shown(row, now)), next }
  }

  async one(promiseId: string) {
    const row = await this.views.row(promisesView, promiseId)
    if (!row) throw unknownPromise()
    return shown(row, this.clock.instant())
  }

  /** What holds now, for everybody to know. */
  async current() {
    const now = this.clock.instant()
    const items = []
    for await (const row of this.views.every(promisesView, 'all')) {
      const found = inForce(row, now)
      if (found) items.push(termsShown(found.terms))
    }
    return { items }
  }

  /**
   * Looks at the last whole week of each promise, when everything known is folded. Each week is looked at on its own
   * and told once, so looking every hour makes no alarm likelier.
   */
  async sweep(): Promise<void> {
    if (this.fold.known < (await this.store.head())) return
    for await (const row of this.views.every(promisesView, 'all')) await this.#look(row)
  }

  async #look(row: PromiseRow): Promise<void> {
    const now = this.clock.now()
    const end = weekAt(now)
    const terms = inForce(row, toInstant(end - 1))?.terms
    // The last of the week must have had their time.
    if (!terms || !isClaim(terms.definition) || now < end + terms.threshold * SECOND) return
    const from = Math.max(end - WEEK, fromInstant(terms.validFrom))
    const definition = answeredWithin(terms.threshold, terms.definition)
    const seen = { asWas: now, known: this.fold.known, live: true, from, until: end }
    const all = await this.fold.rows(definition, seen)
    const rows = all.filter(({ keys }) => keys.channel === row.channel)
    const share = shareOf(rows, now, (value) => value > 0)
    if (share.n < RATE_FROM || wilson(share, Z99).high >= terms.share / 100) return
    const until = toInstant(end)
    const span = { version: terms.version, from: toInstant(from), until, kept: share.k, of: share.n }
    const command = { id: `${row.promiseId}/broken/${until}`, actor: 'system:insight' }
    await this.store.transact(promises, row.promiseId, breakPromise(span), command)
  }
}

/** What a promise says, under the promise's own id. */
export function termsShown({ promiseId: id, ...terms }: PromisePublished) {
  return { id, ...terms }
}

function shown(row: PromiseRow, now: Instant) {
  const { promiseId: id, channel, versions, broken } = row
  const current = inForce(row, now)?.terms
  const ofPromise = <Said extends { readonly promiseId: string }>({ promiseId: _, ...said }: Said) => said
  return {
    id,
    channel,
    versions: versions.map(ofPromise),
    broken: broken.map(ofPromise),
    current: current ? ofPromise(current) : null,
  }
}
