import { fromInstant, MINUTE } from '@throughline/kernel'
import { skillOf } from './channels.js'
import type { HeldContact } from './group.facts.js'
import { Clockwork } from './group.timers.js'
import type { KeptTimer, TimerKind } from './group.timers.js'
import type { Matcher } from './matcher/matcher.js'
import type { OfferStep } from './matcher/matching.js'
import type { Wish } from './wish.js'

/** A wish that came to nothing comes again after so long at first, twice as long each time, and so long at last. */
const FIRST_PAUSE = 250
const LAST_PAUSE = MINUTE

/** What a contact that was passed over lacks when an offer of it had come to nothing just before. */
export const SET_ASIDE = 'set-aside'
export const MOST_PASSED_OVER = 20

/** In which state a contact must be for its timer to mean anything. */
const STATUS: Readonly<Record<TimerKind, string>> = {
  expire: 'offered',
  relax: 'queued',
  'call-back': 'promised',
}

type Trouble = 'agent-full' | 'agent-left'

/** What is due of one contact, as a snapshot keeps it; that a wish came to nothing is of one process and not kept. */
export interface KeptDue {
  readonly timer?: KeptTimer
  readonly trouble?: { readonly why: Trouble; readonly seq: number }
}

export interface KeptSeqs {
  readonly timers: number
  readonly troubles: number
}

/** The group an agenda is about. */
export interface Held {
  readonly matcher: Matcher
  readonly contacts: ReadonlyMap<string, HeldContact>
  isSignedOn(agentId: string): boolean
}

/** What is due of the contacts a group holds, and in which order. Nothing here is more than a wish. */
export class Agenda {
  readonly #timers = new Clockwork()
  /** Offers beyond what their agent can hold, and contacts whose agent is gone. */
  readonly #troubled = new Map<string, { readonly why: Trouble; readonly seq: number }>()
  #seq = 0
  /** Contacts whose wish came to nothing; `waits` until the time is over. */
  readonly #aside = new Map<
    string,
    { readonly until: number; readonly tries: number; readonly waits: boolean }
  >()

  constructor(private readonly group: Held) {}

  /** `at` in milliseconds since the epoch; in place of what was set for this contact. */
  at(contactId: string, what: TimerKind, at: number): void {
    this.#timers.set(contactId, what, at)
  }

  forget(contactId: string): void {
    this.#timers.forget(contactId)
  }

  trouble(contactId: string, why: Trouble): void {
    this.#seq += 1
    this.#troubled.set(contactId, { why, seq: this.#seq })
  }

  /** Nothing is due any more that is of another state than the one it is in now. */
  settle(contactId: string, status: string): void {
    const timer = this.#timers.kept(contactId)
    if (timer !== undefined && STATUS[timer.what] !== status) this.#timers.forget(contactId)
  }

  /** What went wrong with an earlier offer is nothing against a new one. */
  calm(contactId: string): void {
    this.#troubled.delete(contactId)
  }

  kept(contactId: string): KeptDue {
    const timer = this.#timers.kept(contactId)
    const trouble = this.#troubled.get(contactId)
    return { ...(timer && { timer }), ...(trouble && { trouble }) }
  }

  /** How many timers were set and how many troubles came up, so that the next ones stand behind them. */
  get seqs(): KeptSeqs {
    return { timers: this.#timers.seq, troubles: this.#seq }
  }

  goOnFrom({ timers, troubles }: KeptSeqs): void {
    this.#timers.goOnFrom(timers)
    this.#seq = troubles
  }

  restoreTimer(contactId: string, { timer }: KeptDue): void {
    if (timer !== undefined) this.#timers.restore(contactId, timer)
  }

  /** In the order in which they came up, as they are looked at in that order. */
  restoreTroubles(kept: readonly (readonly [string, KeptDue])[]): void {
    const troubled = kept.flatMap(([contactId, { trouble }]) => (trouble ? [{ contactId, trouble }] : []))
    for (const { contactId, trouble } of troubled.sort((a, b) => a.trouble.seq - b.trouble.seq)) {
      this.#troubled.set(contactId, trouble)
    }
  }

  /** Something was recorded of it: whatever stood in the way may be gone. */
  heard(contactId: string): void {
    if (this.#aside.delete(contactId)) this.group.matcher.resume(contactId)
  }

  /** Lets the other contacts pass one whose wish came to nothing. Whether it is the first time since it was heard of. */
  setAside({ contact: { contactId } }: Wish, now: number): boolean {
    const tries = this.#aside.get(contactId)?.tries ?? 0
    const until = now + Math.min(LAST_PAUSE, FIRST_PAUSE * 2 ** tries)
    this.#aside.set(contactId, { until, tries: tries + 1, waits: true })
    this.#timers.defer(contactId, now, until)
    this.group.matcher.hold(contactId)
    return tries === 0
  }

  next(now: number): Wish | undefined {
    for (const [contactId, one] of this.#aside) {
      if (!one.waits || one.until > now) continue
      this.#aside.set(contactId, { ...one, waits: false })
      this.group.matcher.resume(contactId)
    }
    return this.#timed(now) ?? this.#trouble() ?? this.step()
  }

  #timed(now: number): Wish | undefined {
    for (;;) {
      const due = this.#timers.due(now)
      if (due === undefined) return undefined
      const contact = this.group.contacts.get(due.contactId)
      const state = contact?.state
      if (contact !== undefined && due.what === 'expire' && state?.status === 'offered')
        return { wish: 'expire', contact, offerId: state.offer.offerId }
      if (contact !== undefined && due.what === 'call-back' && state?.status === 'promised')
        return { wish: 'call-back', contact }
      if (contact !== undefined && due.what === 'relax' && state?.status === 'queued') {
        return relax(contact, state.work.ring + 1)
      }
      this.#timers.forget(due.contactId)
    }
  }

  #trouble(): Wish | undefined {
    for (const [contactId, { why }] of this.#troubled) {
      if (this.#aside.get(contactId)?.waits) continue
      const contact = this.group.contacts.get(contactId)
      const state = contact?.state
      if (contact !== undefined && state?.status === 'offered') {
        if (why === 'agent-full' || !this.group.isSignedOn(state.offer.agentId))
          return { wish: 'withdraw', contact, offerId: state.offer.offerId, why }
      } else if (contact !== undefined && state?.status === 'assigned' && why === 'agent-left') {
        if (!this.group.isSignedOn(state.agentId))
          return { wish: 'agent-lost', contact, agentId: state.agentId }
      }
      this.#troubled.delete(contactId)
    }
    return undefined
  }

  /** What the matcher chooses now, whatever else is due. */
  step(): Wish | undefined {
    const { matcher, contacts } = this.group
    for (;;) {
      const step = matcher.next()
      if (step === undefined) return undefined
      const contact = contacts.get(step.contact)
      // In the matcher and nowhere else: no wish can come of it.
      if (contact === undefined) matcher.leave(step.contact)
      else if (step.step === 'relax') return relax(contact, step.ring)
      else {
        const explanation = matcher.explain(step, MOST_PASSED_OVER)
        const passedOver = [...this.#setAsideBefore(step), ...explanation.passedOver]
        return {
          wish: 'offer',
          contact,
          step,
          explanation: { ...explanation, passedOver: passedOver.slice(0, MOST_PASSED_OVER) },
        }
      }
    }
  }

  /** Recorded with the offer: that somebody due earlier was set aside stands nowhere else, and decided it too. */
  #setAsideBefore({ dueBy, seq }: OfferStep) {
    return [...this.#aside].flatMap(([contactId, { waits }]) => {
      const contact = this.group.contacts.get(contactId)
      if (!waits || contact?.state.status !== 'queued') return []
      const due = fromInstant(contact.state.work.dueBy)
      const earlier = due < dueBy || (due === dueBy && contact.seq < seq)
      return earlier ? [{ contact: contactId, lacks: SET_ASIDE }] : []
    })
  }
}

function relax(contact: HeldContact, ring: number): Wish {
  const must = contact.state.status === 'queued' ? contact.state.work.need : []
  const more = contact.rings[ring]?.skills.map(skillOf) ?? []
  return { wish: 'relax', contact, ring, need: [...must, ...more].slice(0, 20) }
}
