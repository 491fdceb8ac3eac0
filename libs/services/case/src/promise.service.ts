import { Injectable } from '@nestjs/common'
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common'
import { Clock, SECOND } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import { EventStore, isLink, Timers, ViewStore } from '@throughline/ports'
import { cases, missPromise } from './case.js'
import { casesView, watched } from './case.view.js'
import type { CaseRow } from './case.view.js'
import type { CasePromise } from './promise.js'

/** Looks for promised times that went by. It happened when the time went by, however late somebody looks. */
@Injectable()
export class PromisesService implements OnApplicationBootstrap, OnModuleDestroy {
  #stop = (): void => undefined

  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly timers: Timers,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.#stop = this.timers.every('case.promises', SECOND, () => this.sweep())
  }

  onModuleDestroy(): void {
    this.#stop()
  }

  async sweep(): Promise<void> {
    const now = this.clock.instant()
    const failed: unknown[] = []
    for await (const row of this.views.every(casesView, 'due')) {
      if (isLink(row)) continue
      const due = watched(row).filter(({ by }) => by <= now)
      // The list is in order of what is due first, so nothing behind this row is due either.
      if (due.length === 0) break
      for (const promise of due)
        await this.#miss(row, promise, now).catch((error: unknown) => failed.push(error))
    }
    // One case that cannot be read must not keep the others waiting, nor go unheard.
    if (failed.length > 0) throw new AggregateError(failed, 'some promises could not be marked as missed')
  }

  async #miss(
    { caseId, customerId, journeyId, promises }: CaseRow,
    promise: CasePromise,
    now: Instant,
  ): Promise<void> {
    const { what, by } = promise
    await this.store.transact(cases, caseId, missPromise({ what, by, now }), {
      // Its own place: one of the same words would share the id and never be missed.
      id: `${caseId}/promise-missed/${String(promises.indexOf(promise))}`,
      actor: 'system:case',
      customerId,
      journeyId,
      occurredAt: by,
    })
  }
}
