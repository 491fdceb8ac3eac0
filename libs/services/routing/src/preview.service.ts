import { Injectable } from '@nestjs/common'
import { Clock, DAY, toInstant } from '@throughline/kernel'
import { EventStore, Timers, ViewStore } from '@throughline/ports'
import { decisions } from './decision.js'
import { decisionsView } from './decision.view.js'
import type { ChannelPolicy } from './policy/channel-policy.js'
import { Preview } from './preview.js'

const PAGE = 500
/** Decisions in one turn: others wait no longer than for these. */
const TURN = 25
/** More say nothing new, and a supervisor waits for it. */
const MOST = 20_000

@Injectable()
export class PreviewService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly timers: Timers,
    private readonly clock: Clock,
  ) {}

  /**
   * Whom a policy would have affected in the last days. Nothing is recorded; one page of ids and one decision at a time are
   * in memory, and other requests get their turn in between.
   */
  async of(policy: ChannelPolicy, days: number) {
    const since = toInstant(this.clock.now() - days * DAY)
    const preview = new Preview(policy)
    let looked = 0
    let cut = false
    let after: string | undefined
    do {
      const page = await this.views.rows(decisionsView, 'made', {
        limit: PAGE,
        descending: true,
        ...(after !== undefined && { after }),
      })
      for (const [n, { decisionId }] of page.items.filter(({ at }) => at >= since).entries()) {
        const { state } = await this.store.load(decisions, decisionId)
        if (state.status === 'made') preview.add(state.offered)
        if (n % TURN === 0) await this.timers.sleep(0)
      }
      looked += page.items.length
      const oldest = page.items.at(-1)?.at
      const more = oldest === undefined || oldest < since ? null : page.next
      cut = more !== null && looked >= MOST
      after = cut ? undefined : (more ?? undefined)
    } while (after !== undefined)
    const { problems, ...told } = preview.told()
    return {
      days,
      ...told,
      problems: cut ? [...problems, { field: '', problem: MOST_TOLD }] : problems,
    }
  }
}

const MOST_TOLD = `Only the newest ${String(MOST)} decisions were looked at.`
