import { Injectable } from '@nestjs/common'
import { Clock, DAY, fromInstant, Ids, Refused, toInstant } from '@throughline/kernel'
import type { Instant } from '@throughline/kernel'
import { EventStore, ViewStore } from '@throughline/ports'
import type { Caller, Command, Page } from '@throughline/ports'
import { CausesService } from './cause.controller.js'
import { figuresOf, optionsOf, shareOf, shown } from './figure.shown.js'
import { FiguresService, moments } from './figure.service.js'
import {
  actOnFinding,
  assignFinding,
  closeFinding,
  findings,
  raiseFinding,
  reopenFinding,
  unknownFinding,
} from './finding.js'
import { findingsView } from './finding.view.js'
import type { FindingRow, FindingStatus } from './finding.view.js'
import { InsightFold } from './insight.fold.js'
import { isIn } from './metric.explain.js'
import { requireTarget } from './metric.js'
import { compareShares } from './verdict.js'

/** Before and after are equally long, and no longer than this. */
const LONGEST_SPAN = 90 * DAY

@Injectable()
export class FindingsService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly fold: InsightFold,
    private readonly figures: FiguresService,
    private readonly causes: CausesService,
  ) {}

  /** Raises a figure of now, as it is now. */
  async raise(
    wish: {
      readonly metric: string
      readonly version?: number
      readonly cell?: string
      readonly says?: string
    },
    command: Command,
    caller: Caller,
  ) {
    const { definition, figure } = await this.figures.cell(wish.metric, wish.version, wish.cell, caller)
    requireTarget(definition)
    const findingId = this.ids.derive('finding', command.id)
    const { metric, version } = definition
    const cell: Readonly<Record<string, unknown>> = { ...figure.cell }
    const data = { findingId, metric, version, cell, figure: { ...shown(figure, definition) } }
    const says = wish.says ?? figure.says
    return this.store.transact(findings, findingId, raiseFinding({ ...data, says }), command)
  }

  /** To a department; to that which answers for its cause where none is named. */
  async assign(
    id: string,
    wish: { readonly department?: string; readonly actBy: Instant },
    command: Command,
  ) {
    const department = wish.department ?? (await this.#ownerOf(id))
    if (department === undefined) {
      throw new Refused('unprocessable', 'finding.no-department', 'No department answers for this cause.', {
        field: 'department',
        todo: 'Name the department, or say who answers for the cause.',
      })
    }
    const decision = assignFinding({ department, actBy: wish.actBy, now: this.clock.instant() })
    return this.store.transact(findings, id, decision, command)
  }

  act(id: string, done: { readonly what: string; readonly link?: string }, command: Command) {
    return this.store.transact(findings, id, actOnFinding(done), command)
  }

  close(id: string, wish: { readonly helped: boolean; readonly why: string }, command: Command) {
    return this.store.transact(findings, id, closeFinding(wish), command)
  }

  reopen(id: string, why: string, command: Command) {
    return this.store.transact(findings, id, reopenFinding({ why }), command)
  }

  /** Newest first; those overdue by the time they were to be acted on. */
  async list(query: {
    readonly status?: FindingStatus
    readonly department?: string
    readonly limit?: number
    readonly after?: string
  }): Promise<Page<ReturnType<typeof line>>> {
    const { status, department, ...page } = query
    const now = this.clock.instant()
    const isOverdue = status === 'overdue'
    const list = department !== undefined ? `department:${department}` : isOverdue ? 'due' : (status ?? 'all')
    const { items, next } = await this.views.rows(findingsView, list, { ...page, descending: !isOverdue })
    const lines = items.map((row) => line(row, now))
    const wanted = lines.filter((each) =>
      isOverdue ? each.overdue : status === undefined || each.status === status,
    )
    // What is due comes first in its list, so the first that is not ends it.
    const isAtEnd = isOverdue && department === undefined && wanted.length < lines.length
    return { items: wanted, next: isAtEnd ? null : next }
  }

  async one(id: string): Promise<ReturnType<typeof line>> {
    return line(await this.#find(id), this.clock.instant())
  }

  /** The same figure before the first action and since, for as long; "with" the action, never "because" of it. */
  async measure(id: string, caller: Caller) {
    const row = await this.#find(id)
    const [first] = row.actions
    if (!first) {
      throw new Refused('conflict', 'finding.nothing-done', 'Nothing was done yet that could be measured.')
    }
    const seen = await this.fold.seen({})
    const acted = fromInstant(first.at)
    const span = Math.min(LONGEST_SPAN, Math.max(0, seen.asWas - acted))
    const definition = this.fold.definition(row.metric, row.version)
    const options = optionsOf(definition, seen, caller)
    const cell = cellOf(row.cell)
    const all = await this.fold.rows(definition, seen)
    const rows = all.filter((each) => isIn(cell, each))
    const [before, after] = [acted - span, acted].map((from) =>
      rows.filter(({ cohortAt }) => cohortAt >= from && cohortAt < from + span),
    )
    const figure = (own = rows) => figuresOf(definition, own, [], options)[0]
    const isShare = definition.estimate.kind === 'share' || definition.estimate.kind === 'cells'
    const [earlier, later] = [figure(before), figure(after)]
    const isTold = isShare && earlier?.share !== undefined && later?.share !== undefined
    const { good } = definition
    const share = (own = rows) => shareOf(own, seen.asWas, (value) => value > 0)
    return {
      ...moments(seen),
      findingId: id,
      actedAt: first.at,
      from: toInstant(acted - span),
      until: toInstant(acted + span),
      before: earlier,
      after: later,
      verdict:
        isTold && good !== 'neither'
          ? compareShares(share(before), share(after), { good, concurrent: false })
          : { word: 'Too few to tell' as const, link: 'with' as const },
      says: 'A finding is found at its worst: part of any change is a return to the usual.',
    }
  }

  async #find(id: string): Promise<FindingRow> {
    const row = await this.views.row(findingsView, id)
    if (!row) throw unknownFinding()
    return row
  }

  async #ownerOf(id: string): Promise<string | undefined> {
    const { cause } = (await this.#find(id)).cell
    return typeof cause === 'string' ? this.causes.owner(cause) : undefined
  }
}

function line(row: FindingRow, now: Instant) {
  const { findingId: id, ...finding } = row
  return { id, ...finding, overdue: row.status === 'assigned' && row.actBy !== undefined && row.actBy < now }
}

/** A recorded cell holds what a figure's cell held: text, numbers and flags. */
function cellOf(cell: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(cell).flatMap(([key, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[key, value]]
        : [],
    ),
  )
}
