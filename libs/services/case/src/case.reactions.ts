import { Controller } from '@nestjs/common'
import { EventPattern, Payload } from '@nestjs/microservices'
import type { EventOf } from '@throughline/contracts'
import { HOUR, fromInstant, Ids, toInstant } from '@throughline/kernel'
import { EventStore, isLink, reactionTo, ViewStore } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import { addContact, cases, openCase } from './case.js'
import { CasesService } from './case.service.js'
import { casesView } from './case.view.js'
import { caseContacts, noteCase } from './contact.js'
import { caseContactsView } from './contact.view.js'
import { followUps, requestFollowUp, withdrawWish } from './follow-up.js'

type Summarised = RecordedEvent<EventOf<'throughline.ContactSummarised.v1'>>
type Wish = EventOf<'throughline.FollowUpWished.v1'>['data']

/** A wish is met within a day of its utterance, whatever day that is: one rule everybody can say by heart. */
const WITHIN = 24 * HOUR

@Controller()
export class CaseReactions {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly ids: Ids,
    private readonly cases: CasesService,
  ) {}

  @EventPattern('throughline.ContactRequested.v1', { group: 'case' })
  async noteCase(@Payload() event: RecordedEvent<EventOf<'throughline.ContactRequested.v1'>>): Promise<void> {
    const { contactId, caseId } = event.data
    if (caseId === undefined) return
    await this.store.transact(
      caseContacts,
      contactId,
      noteCase({ contactId, caseId }),
      reactionTo(event, 'case'),
    )
  }

  /** A summary becomes a case (C20), or goes into the one the contact was about (C23). */
  @EventPattern('throughline.ContactSummarised.v1', { group: 'case' })
  async takeSummary(@Payload() event: Summarised): Promise<void> {
    const { contactId, journeyId, subject, words, promised, item, reason, agentId, outcome } = event.data
    const customerId = await this.#customerOf(event)
    const past = promised.some(({ by }) => by <= event.recordedAt)
    const staff = agentId !== undefined && { staffId: agentId }
    const resolved =
      outcome === 'resolved' ? { how: 'solved', words: words.slice(0, 2000), ...staff } : undefined
    const contact = {
      customerId,
      contactId,
      journeyId,
      words,
      promised,
      ...(past && { heardAt: event.recordedAt }),
    }
    const command = { ...reactionTo(event, 'case'), journeyId, customerId }
    const earlier = await this.#earlierCase(event, customerId)
    if (earlier !== undefined) {
      await this.store.transact(cases, earlier, addContact({ ...contact, why: subject }, resolved), command)
      return
    }
    const caseId = this.ids.derive('case', contactId)
    const opened = {
      ...contact,
      caseId,
      subject,
      ...(item !== undefined && { item }),
      ...(reason !== undefined && { reason }),
      ...staff,
    }
    await this.store.transact(cases, caseId, openCase(opened, resolved), command)
  }

  @EventPattern('throughline.FollowUpWished.v1', { group: 'case' })
  async openFollowUp(
    @Payload() event: RecordedEvent<EventOf<'throughline.FollowUpWished.v1'>>,
  ): Promise<void> {
    const { feedbackId, customerId, about } = event.data
    const followUpId = this.ids.derive('follow-up', feedbackId)
    const request = {
      followUpId,
      customerId,
      feedbackId,
      what: about.title ?? about.item?.title ?? about.kind,
      dueBy: toInstant(fromInstant(event.occurredAt) + WITHIN),
      ...(await this.#whoKnows(about)),
    }
    await this.store.transact(followUps, followUpId, requestFollowUp(request), reactionTo(event, 'case'))
  }

  @EventPattern('throughline.FollowUpWithdrawn.v1', { group: 'case' })
  async closeFollowUp(
    @Payload() event: RecordedEvent<EventOf<'throughline.FollowUpWithdrawn.v1'>>,
  ): Promise<void> {
    const followUpId = this.ids.derive('follow-up', event.data.feedbackId)
    await this.store.transact(followUps, followUpId, withdrawWish(), reactionTo(event, 'case'))
  }

  async #customerOf(event: Summarised): Promise<string> {
    const { contactId } = event.data
    const customerId = event.customerId ?? (await this.views.row(caseContactsView, contactId))?.customerId
    if (customerId === undefined) throw new Error(`nobody knows whose contact ${contactId} was`)
    return customerId
  }

  /** The case told with the summary or with the request; one that is unknown or somebody else's is none. */
  async #earlierCase(event: Summarised, customerId: string): Promise<string | undefined> {
    const { contactId, caseId } = event.data
    const noted = (await this.store.load(caseContacts, contactId)).state
    const told = caseId ?? (noted.status === 'about' ? noted.caseId : undefined)
    if (told === undefined) return undefined
    const { state } = await this.store.load(cases, told)
    if (state.status === 'none') return undefined
    const [its, whose] = await Promise.all([this.cases.owner(state.customerId), this.cases.owner(customerId)])
    return its === whose ? told : undefined
  }

  /** The case and the person to get back to her: whoever helped or answers for the case; else anybody. */
  async #whoKnows({
    kind,
    id,
  }: Wish['about']): Promise<{ readonly caseId?: string; readonly staffId?: string }> {
    if (id === undefined || (kind !== 'contact' && kind !== 'case')) return {}
    const contact = kind === 'contact' ? await this.views.row(caseContactsView, id) : undefined
    const caseId = kind === 'case' ? id : contact?.caseId
    const row = caseId === undefined ? undefined : await this.views.row(casesView, caseId)
    const staffId = (row && !isLink(row) ? row.staffId : undefined) ?? contact?.agentId
    return { ...(caseId !== undefined && { caseId }), ...(staffId !== undefined && { staffId }) }
  }
}
