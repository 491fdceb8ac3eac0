import { Injectable } from '@nestjs/common'
import type { FollowUpEvent } from '@throughline/contracts'
import { Clock, Ids } from '@throughline/kernel'
import type { Decision } from '@throughline/kernel'
import { EventStore, ViewStore } from '@throughline/ports'
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
import { isOwner } from './owner.js'

export interface FollowUpQuery {
  readonly list?: 'mine' | 'unassigned' | 'all' | 'closed'
  readonly caseId?: string
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
    if (!row || isOwner(row)) throw unknownFollowUp()
    if (!ofTeam(caller) && row.customerId !== (await this.cases.owner(caller.id))) throw unknownFollowUp()
    return row
  }

  async list(query: FollowUpQuery, caller: Caller): Promise<Page<Partial<FollowUpRow>>> {
    const { limit = 50, after } = query
    const { list, descending } = await this.#listOf(query, caller)
    const page = { limit, descending, ...(after !== undefined && { after }) }
    const { items, next } = await this.views.rows(followUpsView, list, page)
    return { items: items.flatMap((row) => (isOwner(row) ? [] : [followUpShown(row, ofTeam(caller))])), next }
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

  async #listOf({ list = 'all', caseId }: FollowUpQuery, caller: Caller) {
    if (!ofTeam(caller)) return { list: `customer:${await this.cases.owner(caller.id)}`, descending: true }
    if (caseId !== undefined) return { list: `case:${caseId}`, descending: true }
    if (list === 'mine') return { list: `staff:${caller.id}`, descending: false }
    if (list === 'all') return { list: 'open', descending: false }
    return { list, descending: list === 'closed' }
  }
}

/** A follow-up as it is told; the team's note of how it went is the team's. */
export function followUpShown(
  row: FollowUpRow,
  toTeam: boolean,
): Partial<FollowUpRow> & { readonly wished: boolean } {
  const { followUpId, customerId, journeyId, caseId, feedbackId, what, dueBy, staffId, status } = row
  const { requestedAt, closedAt, why, note } = row
  return {
    followUpId,
    customerId,
    ...(journeyId !== undefined && { journeyId }),
    ...(caseId !== undefined && { caseId }),
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
