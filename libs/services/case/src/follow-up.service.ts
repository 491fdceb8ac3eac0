import { Injectable } from '@nestjs/common'
import { caseReference } from '@throughline/contracts'
import type { FollowUpEvent } from '@throughline/contracts'
import { Clock, Ids, Refused } from '@throughline/kernel'
import type { Decision, Instant } from '@throughline/kernel'
import { EventStore, isLink, pageOf, ViewStore } from '@throughline/ports'
import type { Caller, Command, Page, Transacted } from '@throughline/ports'
import { CasesService, ofTeam } from './case.service.js'
import {
  assignFollowUp,
  cancelFollowUp,
  completeFollowUp,
  followUps,
  requestFollowUp,
  unknownFollowUp,
} from './follow-up.js'
import type { FollowUpState } from './follow-up.js'
import { followUpsView } from './follow-up.view.js'
import type { FollowUpRow } from './follow-up.view.js'

export interface FollowUpQuery {
  readonly list?: 'mine' | 'unassigned' | 'all' | 'closed'
  readonly caseId?: string
  readonly feedbackId?: string
  readonly dueBefore?: Instant
  readonly limit?: number
  readonly after?: string
}

export interface FollowUpPlan {
  readonly caseId: string
  readonly what: string
  readonly dueBy: string
  readonly staffId?: string
}

type Told = Promise<Transacted<FollowUpState, FollowUpEvent>>

@Injectable()
export class FollowUpsService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly cases: CasesService,
  ) {}

  /** @throws Refused `case.follow-up-unknown` */
  async find(id: string, caller: Caller): Promise<FollowUpRow> {
    const row = await this.views.row(followUpsView, id)
    if (!row || isLink(row)) throw unknownFollowUp()
    if (!ofTeam(caller) && row.customerId !== (await this.cases.owner(caller.id))) throw unknownFollowUp()
    return row
  }

  async list(query: FollowUpQuery, caller: Caller): Promise<Page<FollowUpShown>> {
    if (query.feedbackId !== undefined) return this.#ofFeedback(query.feedbackId, caller)
    const { list, descending } = await this.#listOf(query, caller)
    const page = await this.views.rows(followUpsView, list, { ...pageOf(query), descending })
    const found = page.items.flatMap((row) => (isLink(row) ? [] : [row]))
    const { dueBefore } = query
    const rows = dueBefore === undefined ? found : found.filter(({ dueBy }) => dueBy < dueBefore)
    const items = rows.map((row) => followUpShown(row, ofTeam(caller)))
    // Open ones are in order of what is due: the first that is not ends the list.
    return { items, next: rows.length === found.length ? page.next : null }
  }

  /** Who gets back to her about what she said, and by when: one or none. */
  async #ofFeedback(feedbackId: string, caller: Caller): Promise<Page<FollowUpShown>> {
    const row = await this.views.row(followUpsView, this.ids.derive('follow-up', feedbackId))
    const hers =
      row !== undefined &&
      !isLink(row) &&
      (ofTeam(caller) || row.customerId === (await this.cases.owner(caller.id)))
    return { items: hers ? [followUpShown(row, ofTeam(caller))] : [], next: null }
  }

  async plan({ caseId, ...plan }: FollowUpPlan, command: Command, caller: Caller): Told {
    const { customerId, journeyId } = await this.cases.find(caseId, caller)
    const followUpId = this.ids.derive('follow-up', command.id)
    const request = requestFollowUp({ followUpId, customerId, caseId, ...plan }, this.clock.instant())
    return this.store.transact(followUps, followUpId, request, { ...command, customerId, journeyId })
  }

  assign(id: string, staffId: string, command: Command, caller: Caller): Told {
    return this.#change(id, assignFollowUp(staffId), command, caller)
  }

  complete(id: string, note: string, command: Command, caller: Caller): Told {
    return this.#change(id, completeFollowUp({ note, staffId: caller.id }), command, caller)
  }

  cancel(id: string, why: 'case-resolved' | 'duplicate', command: Command, caller: Caller): Told {
    return this.#change(id, cancelFollowUp(why), command, caller)
  }

  async #change(
    id: string,
    decision: Decision<FollowUpState, FollowUpEvent>,
    command: Command,
    caller: Caller,
  ): Told {
    const { customerId, journeyId } = await this.find(id, caller)
    const journey = journeyId !== undefined && { journeyId }
    return this.store.transact(followUps, id, decision, { ...command, customerId, ...journey })
  }

  async #listOf({ list = 'all', caseId, dueBefore }: FollowUpQuery, caller: Caller) {
    if (dueBefore !== undefined && (!ofTeam(caller) || caseId !== undefined || list === 'closed')) {
      throw new Refused('invalid', 'case.due-of-open', 'Only open follow-ups of the work list are due.', {
        field: 'dueBefore',
        todo: 'Ask for list=mine, unassigned or all without caseId.',
      })
    }
    if (caseId !== undefined) {
      // Whoever may not see the case may not see what is planned for it.
      if (!ofTeam(caller)) await this.cases.find(caseId, caller)
      return { list: `case:${caseId}`, descending: true }
    }
    if (!ofTeam(caller)) return { list: `customer:${await this.cases.owner(caller.id)}`, descending: true }
    if (list === 'mine') return { list: `staff:${caller.id}`, descending: false }
    if (list === 'all') return { list: 'open', descending: false }
    return { list, descending: list === 'closed' }
  }
}

export type FollowUpShown = Omit<FollowUpRow, 'kind' | 'followUpId' | 'first' | 'version'> & {
  readonly id: string
  /** Of its case: seven digits. */
  readonly reference?: string
  /** The customer asked for it. */
  readonly wished: boolean
}

/** A follow-up as it is told; the team's note of how it went is the team's. */
export function followUpShown(row: FollowUpRow, toTeam: boolean): FollowUpShown {
  const { followUpId: id, customerId, journeyId, caseId, feedbackId, what, dueBy, staffId, status } = row
  const { requestedAt, closedAt, why, note } = row
  return {
    id,
    customerId,
    ...(journeyId !== undefined && { journeyId }),
    ...(caseId !== undefined && { caseId, reference: caseReference(caseId) }),
    ...(feedbackId !== undefined && { feedbackId }),
    what,
    dueBy,
    ...(staffId !== undefined && { staffId }),
    status,
    requestedAt,
    ...(closedAt !== undefined && { closedAt }),
    ...(why !== undefined && { why }),
    ...(toTeam && note !== undefined && { note }),
    wished: feedbackId !== undefined,
  }
}
