import { Injectable } from '@nestjs/common'
import { EventStore, Answer, ViewStore } from '@throughline/ports'
import type { Caller } from '@throughline/ports'
import { ContactAccess } from './contact.access.js'
import { agentOf, lastLeg } from './contact.js'
import { summaryForCustomer } from './contact.live.js'
import { contactLine, contactsView } from './contact.view.js'
import { journeyContext } from './journey-context.js'
import { policiesView } from './lookup.view.js'
import { idsOf } from './people.view.js'

/** Contacts in a journey before this one are shown as one line each, newest first. */
const EARLIER = 20

/** One contact as a page shows it, with everything that was pushed into it. */
@Injectable()
export class ContactReader {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly access: ContactAccess,
  ) {}

  async read(contactId: string, caller: Caller) {
    const { state, version, by } = await this.access.read(contactId, caller)
    const { contact } = state
    const { requested, legs, said, seen, summary } = contact
    const staff = by.is !== 'customer'
    const known = journeyContext(await this.store.readJourney(contact.journeyId))
    const row = await this.views.row(contactsView, contactId)
    const side = staff ? 'agent' : 'customer'
    const { channel, open } = lastLeg(contact)
    const policy = known.offered && (await this.views.row(policiesView, known.offered.policy))
    const causes = state.status === 'dropped' ? ['dropped', side] : [side]
    const ways = (policy?.escalation ?? []).filter(
      (way) => way.from === channel && way.by.some((cause) => causes.includes(cause)),
    )
    const body = {
      id: contactId,
      journeyId: contact.journeyId,
      state: state.status,
      channel,
      legs,
      person: requested.person,
      item: requested.item ?? known.item,
      reason: requested.reason ?? known.reason,
      /** Read before, with whether it helped (C17). */
      readings: requested.readings,
      /** What nobody asks again (C16). */
      facts: known.facts,
      words: requested.words,
      caseId: requested.caseId,
      callFrom: requested.callFrom,
      callUntil: requested.callUntil,
      agentId: agentOf(state),
      said: said.length,
      seen: { customer: said[seen.customer - 1]?.id, agent: said[seen.agent - 1]?.id },
      /** Declared ways on from here for whoever asks; the present channel too where its leg is closed. */
      ways: [...new Set([...(open ? [] : [channel]), ...ways.flatMap((way) => way.to)])],
      requestedAt: row?.requestedAt,
      enteredAt: row?.enteredAt,
      dueBy: row?.dueBy,
      summary: summary && (staff ? summary : summaryForCustomer(summary)),
      ...(staff && {
        presses: requested.presses,
        decisionId: requested.decisionId,
        origin: requested.origin,
        earlier: await this.#earlier(contactId, requested.person.id),
      }),
    }
    return new Answer(body, { version, position: 0, outcome: 'read' })
  }

  async #earlier(contactId: string, personId: string) {
    const ids = await idsOf(this.views, personId)
    const pages = await Promise.all(
      ids.map((id) => this.views.rows(contactsView, `person:${id}`, { limit: EARLIER, descending: true })),
    )
    return pages
      .flatMap(({ items }) => items)
      .filter((row) => row.contactId !== contactId)
      .sort((a, b) => (a.requestedAt < b.requestedAt ? 1 : -1))
      .slice(0, EARLIER)
      .map((row) => contactLine(row, true))
  }
}
