import { Injectable } from '@nestjs/common'
import { Refused } from '@throughline/kernel'
import type { Decision, Instant } from '@throughline/kernel'
import { EventStore, has, isLink, isNow, ownerOf, pageOf, ViewStore } from '@throughline/ports'
import type { Caller, Command, Page, Transacted, Vantage } from '@throughline/ports'
import type { CaseEvent } from '@throughline/contracts'
import { assignCase, cases, keepPromise, progressCase, reopenCase, resolveCase, unknownCase } from './case.js'
import type { CaseState } from './case.js'
import { CaseReplay } from './case.replay.js'
import { caseLine, caseShown, lastWordsOf } from './case.shown.js'
import { casesView, nextPromise } from './case.view.js'
import type { CaseRow } from './case.view.js'
import { caseContactsView } from './contact.view.js'
import type { CaseContactRow } from './contact.view.js'

export interface CaseQuery {
  readonly list?: 'mine' | 'unassigned' | 'all'
  readonly status?: 'open' | 'resolved'
  readonly customerId?: string
  readonly reference?: string
  readonly dueBefore?: Instant
  readonly limit?: number
  readonly after?: string
}

type Told = Promise<Transacted<CaseState, CaseEvent>>

/** Reads every case; the others read their own. */
export const ofTeam = (caller: Caller): boolean => has(caller, 'agent', 'supervisor', 'analyst')

@Injectable()
export class CasesService {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly replay: CaseReplay,
  ) {}

  /** The case, when it is the caller's to see. @throws Refused `case.unknown` */
  async find(id: string, caller: Caller): Promise<CaseRow> {
    const row = await this.views.row(casesView, id)
    if (!row || isLink(row)) throw unknownCase()
    if (!ofTeam(caller) && row.customerId !== (await this.owner(caller.id))) throw unknownCase()
    return row
  }

  /**
   * The case with its timeline, now or from a vantage point, when `position` and `asOf` say what the answer is made of.
   * Whose it is now decides who may look, also when they look back.
   * @param as `customer`: with her eyes, whoever looks; nobody sees more by it
   * @throws Refused `case.unknown`, and `case.not-yet` for a moment before it was opened
   */
  async shown(id: string, caller: Caller, vantage: Vantage = {}, as?: 'customer') {
    const row = await this.find(id, caller)
    const toTeam = as === undefined && ofTeam(caller)
    if (isNow(vantage))
      return { body: caseShown(row, await this.#contactsOf(row), toTeam), version: row.version }
    const then = await this.replay.of(id, vantage)
    if (then === undefined) {
      throw new Refused('not-found', 'case.not-yet', 'The case had not been opened at this moment.')
    }
    const { position, asOf } = then
    return {
      body: { ...caseShown(then.row, then.contacts, toTeam), position, asOf },
      version: then.row.version,
    }
  }

  async #contactsOf(row: CaseRow): Promise<ReadonlyMap<string, CaseContactRow>> {
    const ids = row.steps.flatMap((step) => (step.what === 'contact' ? [step.contactId] : []))
    const contacts = await Promise.all(ids.map((contactId) => this.views.row(caseContactsView, contactId)))
    const byId = new Map<string, CaseContactRow>()
    for (const contact of contacts) if (contact) byId.set(contact.contactId, contact)
    return byId
  }

  /** The team's work list by what is due, or a customer's cases from the newest. */
  async list(query: CaseQuery, caller: Caller): Promise<Page<ReturnType<typeof caseLine>>> {
    const { list, descending } = await this.#listOf(query, caller)
    const page = await this.views.rows(casesView, list, { ...pageOf(query), descending })
    const found = page.items.flatMap((row) => (isLink(row) ? [] : [row]))
    const { dueBefore } = query
    const rows = dueBefore === undefined ? found : found.filter((row) => isDueBefore(row, dueBefore))
    const items = await Promise.all(
      rows.map(async (row) => caseLine(row, lastWordsOf(row, await this.#contactsOf(row)))),
    )
    // The work list is in order of what is due: the first that is not ends it.
    return { items, next: rows.length === found.length ? page.next : null }
  }

  /**
   * All that is needed to contact us about a case again, in one call (C23). It records nothing: the journey and the
   * contact are recorded by their own services, and the case takes the contact in when it was summed up. `journey` is the
   * body that starts the journey (`POST /api/v1/journey/journeys`); `contact` lacks only that journey's id and the channel
   * she chooses.
   */
  async recontact(id: string, caller: Caller) {
    const row = await this.find(id, caller)
    const last = row.steps.findLast((step) => step.what === 'contact')
    return {
      caseId: id,
      reference: row.reference,
      journey: { entrance: 'case', caseId: id },
      ...(row.item !== undefined && { item: row.item }),
      ...(row.reason !== undefined && { reason: row.reason }),
      ...(row.staffId !== undefined && { staffId: row.staffId }),
      known: {
        subject: row.subject,
        words: last?.words ?? '',
        contacts: row.contacts,
        promises: row.promises,
      },
      contact: { href: '/api/v1/contact/contacts', body: { caseId: id } },
    }
  }

  note(id: string, note: string, visible: boolean, command: Command, caller: Caller): Told {
    return this.#change(id, progressCase({ note, visible, staffId: caller.id }), command, caller)
  }

  assign(id: string, staffId: string, command: Command, caller: Caller): Told {
    return this.#change(id, assignCase(staffId), command, caller)
  }

  keep(id: string, what: string, by: Instant | undefined, command: Command, caller: Caller): Told {
    return this.#change(id, keepPromise(what, by), command, caller)
  }

  async resolve(id: string, how: string, words: string, command: Command, caller: Caller): Told {
    if (ofTeam(caller)) {
      return this.#change(id, resolveCase({ how, words, staffId: caller.id }), command, caller)
    }
    if (how !== 'solved' && how !== 'withdrawn') {
      throw new Refused('unprocessable', 'case.how-not-yours', 'Only the team can say this.', {
        field: 'how',
        todo: 'Say that it is solved or that it is withdrawn.',
      })
    }
    return this.#change(id, resolveCase({ how, words }), command, caller)
  }

  reopen(id: string, why: string, command: Command, caller: Caller): Told {
    const by = ofTeam(caller) ? 'staff' : 'customer'
    return this.#change(id, reopenCase({ why, by }), command, caller)
  }

  /** Who an id is by now: a guest who signed in, a customer who was merged. */
  owner(id: string): Promise<string> {
    return ownerOf(id, (key) => this.views.row(casesView, key))
  }

  async #change(
    id: string,
    decision: Decision<CaseState, CaseEvent>,
    command: Command,
    caller: Caller,
  ): Told {
    const { customerId, journeyId } = await this.find(id, caller)
    return this.store.transact(cases, id, decision, { ...command, customerId, journeyId })
  }

  async #listOf(
    query: CaseQuery,
    caller: Caller,
  ): Promise<{ readonly list: string; readonly descending: boolean }> {
    const { list = 'all', status } = query
    this.#refuseUndue(query, caller)
    const of = status === undefined ? 'customer' : `customer-${status}`
    if (!ofTeam(caller)) return { list: `${of}:${await this.owner(caller.id)}`, descending: true }
    if (query.customerId !== undefined)
      return { list: `${of}:${await this.owner(query.customerId)}`, descending: true }
    if (query.reference !== undefined) return { list: `reference:${query.reference}`, descending: true }
    const descending = status === 'resolved'
    if (list === 'mine') return { list: `staff-${status ?? 'open'}:${caller.id}`, descending }
    if (list === 'all') return { list: status ?? 'open', descending }
    if (descending) {
      throw new Refused(
        'invalid',
        'case.list-unknown',
        'Only open cases wait for somebody to answer for them.',
        {
          field: 'status',
        },
      )
    }
    return { list: 'unassigned', descending }
  }

  // Only the work list is in order of what is due.
  #refuseUndue({ dueBefore, status, customerId, reference }: CaseQuery, caller: Caller): void {
    if (dueBefore === undefined) return
    if (ofTeam(caller) && status !== 'resolved' && customerId === undefined && reference === undefined) return
    throw new Refused('invalid', 'case.due-of-open', 'Only open cases of the work list are due.', {
      field: 'dueBefore',
      todo: 'Ask for list=mine, unassigned or all without customerId, reference and status=resolved.',
    })
  }
}

function isDueBefore(row: CaseRow, moment: Instant): boolean {
  const next = nextPromise(row)
  return next !== undefined && next.by < moment
}
