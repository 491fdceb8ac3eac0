import type { EventOf } from '@throughline/contracts'
import { fromInstant } from '@throughline/kernel'
import type { Ids } from '@throughline/kernel'
import { compared } from '@throughline/ports'
import type { DecisionAudit, DecisionAuditor, Derived, LogReader, RecordedEvent } from '@throughline/ports'
import { OFFER_LIFETIME } from './channels.js'
import { MOST_PASSED_OVER, SET_ASIDE } from './group.agenda.js'
import { isRoutingFact } from './group.facts.js'
import { RoutingGroup } from './group.js'
import { decisionOf } from './wish.js'
import type { Wish } from './wish.js'

type OfferedContact = EventOf<'throughline.ContactOffered.v1'>['data']

const OFFERED = 'throughline.ContactOffered.v1'
const PAGE = 1_000

/**
 * Derives offers again: the group is folded as far as its owner can have known it, and asked whom it would choose.
 * Between the owner's reading and its writing other events may have been recorded, so that an offer is right when it is
 * the choice at some position after the contact's own last event and before the offer. Offers have to come in the order
 * of the log: the fold goes forward only.
 */
export class OfferAudit implements DecisionAudit {
  readonly kind = 'agent'
  readonly on = [OFFERED]
  readonly #group = new RoutingGroup()
  #position = 0
  #page: readonly RecordedEvent[] = []
  #next = 0

  constructor(
    private readonly log: LogReader,
    private readonly ids: Ids,
    /** Between pages, so that a long log lets others through. */
    private readonly breathe: () => Promise<void> = () => Promise.resolve(),
  ) {}

  /** How far the group had to be folded for the last derivation. */
  get position(): number {
    return this.#position
  }

  async derive(event: RecordedEvent): Promise<Derived> {
    if (!isOffered(event)) return { outcome: 'underivable', because: 'It is no offer to an agent.' }
    if (event.position <= this.#position) {
      return { outcome: 'underivable', because: 'The group was folded beyond it.' }
    }
    const begun = this.#position
    const found = await this.#search(event)
    if (found.outcome === 'same' || begun === 0) return found
    // Another owner may have known less than the one before it: then the group is folded anew from the first event.
    const anew = await new OfferAudit(this.log, this.ids, this.breathe).#search(event)
    return anew.outcome === 'same' ? anew : found
  }

  async #search(event: RecordedEvent & { readonly data: OfferedContact }): Promise<Derived> {
    for (;;) {
      if (this.#mayBeChosen(event)) {
        const found = this.#choose(event)
        if (found.outcome === 'same') return found
      }
      if (!(await this.#forward(event.position))) return this.#choose(event)
    }
  }

  /** Cheap, and asked after every fact: whether it is worth to look closer. */
  #mayBeChosen({ data, sequence }: RecordedEvent & { readonly data: OfferedContact }): boolean {
    const { contacts, matcher } = this.#group
    const contact = contacts.get(data.contactId)
    if (contact?.version !== sequence || contact.state.status !== 'queued') return false
    if (data.passedOver.some(({ lacks }) => lacks === SET_ASIDE)) return true
    const step = matcher.next()
    if (step === undefined) return false
    if (!contacts.has(step.contact)) return true
    return step.step === 'offer' && step.contact === data.contactId && step.agent === data.agentId
  }

  #choose({ data, sequence }: RecordedEvent & { readonly data: OfferedContact }): Derived {
    const { contactId, agentId, expiresAt } = data
    const { matcher } = this.#group
    const aside = data.passedOver.flatMap(({ contactId: other, lacks }) =>
      lacks === SET_ASIDE ? [other] : [],
    )
    for (const other of aside) matcher.hold(other)
    const wish = this.#group.choice()
    for (const other of aside) matcher.resume(other)
    // The one thing it took from outside the log: the time, of which the offer tells by its end.
    const now = fromInstant(expiresAt) - OFFER_LIFETIME
    const derived = wish && this.#offerOf(wish, now, data)
    const was = `contact ${contactId} was offered to agent ${agentId}`
    const contact = this.#group.contacts.get(contactId)
    if (contact?.version !== sequence || contact.state.status !== 'queued')
      return otherwise(data, `The contact was not waiting when ${was}.`)
    if (derived === undefined) {
      const first = wish && `The ring of contact ${wish.contact.contactId} should have been widened first`
      return otherwise(data, `${first ?? 'Nobody should have been offered anything'}; ${was}.`)
    }
    return compared(data, derived, () => {
      if (derived.contactId === contactId && derived.agentId === agentId)
        return 'The choice is the same; what was recorded of its reasons is not.'
      const other = derived.contactId === contactId ? 'It' : `Contact ${derived.contactId}`
      return `${other} should have been offered to agent ${derived.agentId}; ${was}.`
    })
  }

  /** The event that a wish leads to, by the decision that records it. */
  #offerOf(wish: Wish, now: number, recorded: OfferedContact): OfferedContact | undefined {
    if (wish.wish !== 'offer') return undefined
    const { contact, explanation } = wish
    const { contactId, version, state } = contact
    const aside = recorded.passedOver.flatMap(({ contactId: other, lacks }) =>
      lacks === SET_ASIDE ? [{ contact: other, lacks }] : [],
    )
    const passedOver = [...aside, ...explanation.passedOver].slice(0, MOST_PASSED_OVER)
    const offerId = this.ids.derive('offer', contactId, String(version))
    const whole = { ...wish, explanation: { ...explanation, passedOver } }
    const [event] = decisionOf(whole, { now, offerId })(state)
    return event?.type === OFFERED ? event.data : undefined
  }

  /** Takes the next fact before a position in; whether there was one. */
  async #forward(before: number): Promise<boolean> {
    for (;;) {
      const event = this.#page[this.#next]
      if (event === undefined) {
        const after = this.#page.at(-1)?.position ?? this.#position
        // Not beyond the offer: what comes later is no business of its decision.
        this.#page = await this.log.readAll({ after, upTo: before - 1, limit: PAGE })
        this.#next = 0
        if (this.#page.length === 0) return false
        await this.breathe()
        continue
      }
      this.#next += 1
      this.#position = event.position
      if (!isRoutingFact(event)) continue
      try {
        this.#group.apply(event)
      } catch {
        // As the owner does: what cannot be read changes nothing and stops nobody.
      }
      return true
    }
  }
}

function otherwise({ agentId }: OfferedContact, says: string): Derived {
  return { outcome: 'different', says, differences: [{ field: 'agentId', recorded: agentId, derived: null }] }
}

export function isOffered(event: RecordedEvent): event is RecordedEvent & { readonly data: OfferedContact } {
  return event.type === OFFERED
}

/** Which agent a contact was offered to, from what the log held then: who was there, with which skills, and who waited. */
export const offersAudit: DecisionAuditor = ({ log, ids }) => new OfferAudit(log, ids)
