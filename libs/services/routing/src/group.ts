import { CHANNELS } from '@throughline/contracts'
import type { Channel, Skill } from '@throughline/contracts'
import { fromInstant, SECOND } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { agents } from './agent.js'
import type { AgentEvent } from './agent.js'
import { CAPACITY, PREFERRED_FOR, skillOf, skillText, WEIGHTS } from './channels.js'
import { moveGate } from './gate.js'
import type { HeldAgent, HeldContact, PolicyInForce, RoutingFact } from './group.facts.js'
import { Clockwork } from './group.timers.js'
import { Matcher } from './matcher/matcher.js'
import type { AgentProfile, Requirement } from './matcher/matching.js'
import { policyFor } from './policy/channel-policy.js'
import type { ChannelRule } from './policy/channel-policy.js'
import { readChannelPolicy } from './policy/channel-policy.reader.js'
import type { Gates } from './policy/channel-offers.js'
import { own } from './policy/own.js'
import type { PolicyEvent } from './policy.js'
import { WaitBook } from './waits.js'
import { works } from './work.js'
import type { Work, WorkEvent } from './work.js'
import type { Wish } from './wish.js'

/**
 * One routing group as a fold of its events: who waits, who works, what is due. It never looks at a clock; the same
 * events give the same wishes on any machine in any year.
 */
export class RoutingGroup {
  readonly matcher = new Matcher()
  readonly waits = new WaitBook()
  readonly contacts = new Map<string, HeldContact>()
  readonly agents = new Map<string, HeldAgent>()
  readonly #policies = new Map<string, PolicyInForce>()
  readonly #gates = new Map<string, Gates>()
  readonly #timers = new Clockwork()
  /** Offers beyond what their agent can hold, and contacts whose agent is gone. */
  readonly #troubled = new Map<string, 'agent-full' | 'agent-left'>()
  #inForce: PolicyInForce | undefined

  constructor() {
    for (const channel of CHANNELS) this.matcher.weigh(channel, WEIGHTS[channel])
  }

  /** The policy published last, whatever its name. */
  get inForce(): PolicyInForce | undefined {
    return this.#inForce
  }

  policy(name: string, version: number): PolicyInForce | undefined {
    return this.#policies.get(`${name}@${String(version)}`)
  }

  gates(policy: string): Gates {
    return this.#gates.get(policy) ?? {}
  }

  apply(event: RecordedEvent<RoutingFact>): void {
    switch (event.type) {
      case 'throughline.ChannelPolicyPublished.v1':
        this.#publish(event)
        return
      case 'throughline.ChannelGateMoved.v1':
        this.#gates.set(event.data.policy, moveGate(this.gates(event.data.policy), event))
        return
      case 'throughline.SkillsAssigned.v1':
      case 'throughline.AgentSignedOn.v1':
      case 'throughline.AgentBecameReady.v1':
      case 'throughline.AgentPaused.v1':
      case 'throughline.AgentStoppedResponding.v1':
      case 'throughline.AgentSignedOff.v1':
        this.#applyAgent(event)
        return
      case 'throughline.ContactQueued.v1':
      case 'throughline.RequirementRelaxed.v1':
      case 'throughline.ContactOffered.v1':
      case 'throughline.OfferDeclined.v1':
      case 'throughline.OfferExpired.v1':
      case 'throughline.OfferWithdrawn.v1':
      case 'throughline.ContactAssigned.v1':
      case 'throughline.ContactRequeued.v1':
      case 'throughline.ContactLeftQueue.v1':
      case 'throughline.WorkFinished.v1':
      case 'throughline.CallbackScheduled.v1':
      case 'throughline.CallbackDue.v1':
      case 'throughline.CallbackUnanswered.v1':
      case 'throughline.ContactEscalated.v1':
      case 'throughline.WorkInterrupted.v1':
      case 'throughline.WrapUpBegan.v1':
        this.#applyWork(event)
    }
  }

  /** What is due at a time, milliseconds since the epoch. Nothing changes until the event it leads to is applied. */
  next(now: number): Wish | undefined {
    return this.#timed(now) ?? this.#trouble() ?? this.#step()
  }

  /** Contacts this agent has now, offers not counted. */
  heldBy(agentId: string): readonly HeldContact[] {
    return [...this.contacts.values()].filter(
      ({ state }) => (state.status === 'assigned' || state.status === 'wrap-up') && state.agentId === agentId,
    )
  }

  offersTo(agentId: string): readonly HeldContact[] {
    return [...this.contacts.values()].filter(
      ({ state }) => state.status === 'offered' && state.offer.agentId === agentId,
    )
  }

  isSignedOn(agentId: string): boolean {
    const agent = this.agents.get(agentId)
    return agent !== undefined && agent.state.status !== 'signed-off'
  }

  /** The rule of a contact's channel in the policy it was queued under. */
  ruleOf(work: Pick<Work, 'policy' | 'version' | 'segment'>, channel: Channel): ChannelRule | undefined {
    const known = this.policy(work.policy, work.version)
    return known === undefined ? undefined : own(policyFor(known.policy, work.segment).channels, channel)
  }

  #publish({ data }: RecordedEvent<PolicyEvent>): void {
    const { policy: name, version, document } = data
    const known = { name, version, document, policy: readChannelPolicy(document) }
    this.#policies.set(`${name}@${String(version)}`, known)
    this.#inForce = known
  }

  #applyAgent(event: RecordedEvent<AgentEvent>): void {
    const { agentId } = event.data
    const at = fromInstant(event.recordedAt)
    const before = this.agents.get(agentId)
    const state = agents.evolve(before?.state ?? agents.initial, event)
    const since = event.type === 'throughline.SkillsAssigned.v1' ? (before?.since ?? at) : at
    this.agents.set(agentId, { agentId, state, since, worked: before?.worked ?? {} })
    switch (event.type) {
      case 'throughline.SkillsAssigned.v1':
        if (state.status !== 'signed-off') this.matcher.reprofile(profileOf(agentId, state.skills))
        return
      case 'throughline.AgentSignedOn.v1':
        this.matcher.signOn(profileOf(agentId, state.skills))
        return
      case 'throughline.AgentBecameReady.v1':
        this.matcher.becomeReady(agentId, at)
        return
      case 'throughline.AgentPaused.v1':
      case 'throughline.AgentStoppedResponding.v1':
        this.matcher.pause(agentId)
        return
      case 'throughline.AgentSignedOff.v1':
        this.matcher.signOff(agentId)
        for (const { contactId } of [...this.offersTo(agentId), ...this.heldBy(agentId)])
          this.#troubled.set(contactId, 'agent-left')
    }
  }

  #applyWork(event: RecordedEvent<WorkEvent>): void {
    const { contactId } = event.data
    const before = this.contacts.get(contactId)
    const state = works.evolve(before?.state ?? works.initial, event)
    const at = fromInstant(event.recordedAt)
    const contact: HeldContact = {
      ...(before ?? unheard(contactId)),
      ...(event.customerId !== undefined && { customerId: event.customerId }),
      state,
      version: event.sequence + 1,
    }
    this.contacts.set(contactId, contact)
    this.#move(contact, event, at)
    if (state.status === 'gone') {
      this.matcher.leave(contactId)
      this.contacts.delete(contactId)
    }
  }

  #move(contact: HeldContact, event: RecordedEvent<WorkEvent>, at: number): void {
    const { contactId } = contact
    switch (event.type) {
      case 'throughline.ContactQueued.v1': {
        const { queue, enteredAt, dueBy, quoted, preferredAgentId } = event.data
        const target = (fromInstant(dueBy) - fromInstant(enteredAt)) / SECOND
        this.waits.entered(queue, at, Math.max(0, Math.round(target)))
        const told = { ...contact, seq: event.position, quoted: quoted?.mid }
        this.#enqueue(told, at, preferredAgentId)
        return
      }
      case 'throughline.ContactRequeued.v1': {
        const { why, preferredAgentId } = event.data
        if (why === 'offer-declined' || why === 'offer-expired') this.#ring(contact, at)
        else this.#enqueue(contact, at, preferredAgentId)
        return
      }
      case 'throughline.CallbackDue.v1':
        if (contact.state.status === 'queued') this.#enqueue(contact, at, contact.state.work.lastAgentId)
        return
      case 'throughline.CallbackScheduled.v1':
        this.matcher.leave(contactId)
        this.#timers.set(contactId, 'call-back', fromInstant(event.data.from))
        return
      case 'throughline.RequirementRelaxed.v1':
        this.matcher.relax(contactId, event.data.ring)
        this.#ring(contact, at)
        return
      case 'throughline.ContactOffered.v1': {
        const { agentId, channel, expiresAt } = event.data
        const full = this.matcher.loadOf(agentId) + WEIGHTS[channel].weight > CAPACITY
        this.matcher.offer(contactId, agentId)
        this.#timers.set(contactId, 'expire', fromInstant(expiresAt))
        if (!this.isSignedOn(agentId)) this.#troubled.set(contactId, 'agent-left')
        else if (full) this.#troubled.set(contactId, 'agent-full')
        return
      }
      case 'throughline.OfferDeclined.v1':
        this.matcher.decline(contactId)
        return
      case 'throughline.OfferExpired.v1':
        this.matcher.expire(contactId)
        return
      case 'throughline.OfferWithdrawn.v1':
        this.matcher.withdraw(contactId)
        this.#ring(contact, at)
        return
      case 'throughline.ContactAssigned.v1': {
        this.matcher.assign(contactId)
        if (!contact.answered) this.waits.answered(seconds(at - contact.waitsSince), contact.quoted)
        if (!this.isSignedOn(event.data.agentId)) this.#troubled.set(contactId, 'agent-left')
        this.contacts.set(contactId, { ...contact, assignedAt: at, answered: true })
        return
      }
      case 'throughline.WorkInterrupted.v1':
        this.matcher.setActive(contactId, false)
        return
      case 'throughline.WrapUpBegan.v1':
        this.matcher.wrapUp(contactId)
        return
      case 'throughline.CallbackUnanswered.v1':
        this.matcher.leave(contactId)
        return
      case 'throughline.ContactLeftQueue.v1':
        if (event.data.why === 'gave-up' && !contact.answered && contact.waitsSince > 0)
          this.waits.gaveUp(seconds(at - contact.waitsSince), contact.quoted)
        return
      case 'throughline.WorkFinished.v1':
        this.#finish(contact, event.data.agentId, at)
        return
      case 'throughline.ContactEscalated.v1':
        return
    }
  }

  #enqueue(contact: HeldContact, at: number, preferred: string | undefined): void {
    const { state, contactId, seq } = contact
    if (state.status !== 'queued') return
    const { work } = state
    const { channel, need, dueBy, excluded } = work
    const narrow = this.ruleOf(work, channel)?.rings ?? []
    const rings: readonly Requirement[] = [
      ...(preferred === undefined ? [] : [{ skills: [], agent: preferred }]),
      ...narrow.map((ring) => ({ skills: ring.need })),
      { skills: [] },
    ]
    const patience = [...(preferred === undefined ? [] : [PREFERRED_FOR]), ...narrow.map((ring) => ring.for)]
    const waitsSince = contact.answered ? contact.waitsSince : at
    const waiting = { ...contact, rings, patience, waitsSince }
    this.contacts.set(contactId, waiting)
    this.matcher.enqueue({
      id: contactId,
      channel,
      dueBy: fromInstant(dueBy),
      seq,
      must: { skills: need.map(skillText) },
      rings,
      excluded,
    })
    this.#ring(waiting, at)
  }

  /** The ring it is in now lasts so long. */
  #ring(contact: HeldContact, at: number): void {
    const ring = contact.state.status === 'queued' ? contact.state.work.ring : -1
    const lasts = contact.patience[ring]
    if (lasts === undefined) this.#timers.forget(contact.contactId)
    else this.#timers.set(contact.contactId, 'relax', at + lasts)
  }

  #finish(contact: HeldContact, agentId: string, at: number): void {
    const { state, contactId, assignedAt } = contact
    this.matcher.finish(contactId, at)
    const work = state.status === 'gone' ? state.work : undefined
    const agent = this.agents.get(agentId)
    if (work === undefined || agent === undefined) return
    const took = seconds(at - assignedAt)
    this.waits.handled(work.channel, took)
    const past = agent.worked[work.channel] ?? { contacts: 0, seconds: 0 }
    const worked = { contacts: past.contacts + 1, seconds: past.seconds + took }
    this.agents.set(agentId, { ...agent, worked: { ...agent.worked, [work.channel]: worked } })
  }

  #timed(now: number): Wish | undefined {
    for (;;) {
      const due = this.#timers.due(now)
      if (due === undefined) return undefined
      const contact = this.contacts.get(due.contactId)
      const state = contact?.state
      if (contact !== undefined && due.what === 'expire' && state?.status === 'offered')
        return { wish: 'expire', contact, offerId: state.offer.offerId }
      if (contact !== undefined && due.what === 'call-back' && state?.status === 'promised')
        return { wish: 'call-back', contact }
      if (contact !== undefined && due.what === 'relax' && state?.status === 'queued') {
        return this.#relax(contact, state.work.ring + 1)
      }
      this.#timers.forget(due.contactId)
    }
  }

  #trouble(): Wish | undefined {
    for (const [contactId, why] of this.#troubled) {
      const contact = this.contacts.get(contactId)
      const state = contact?.state
      if (contact !== undefined && state?.status === 'offered') {
        if (why === 'agent-full' || !this.isSignedOn(state.offer.agentId))
          return { wish: 'withdraw', contact, offerId: state.offer.offerId, why }
      } else if (contact !== undefined && state?.status === 'assigned' && why === 'agent-left') {
        if (!this.isSignedOn(state.agentId)) return { wish: 'agent-lost', contact, agentId: state.agentId }
      }
      this.#troubled.delete(contactId)
    }
    return undefined
  }

  #step(): Wish | undefined {
    const step = this.matcher.next()
    const contact = step === undefined ? undefined : this.contacts.get(step.contact)
    if (step === undefined || contact === undefined) return undefined
    if (step.step === 'relax') return this.#relax(contact, step.ring)
    return { wish: 'offer', contact, step, explanation: this.matcher.explain(step, 20) }
  }

  #relax(contact: HeldContact, ring: number): Wish {
    const must = contact.state.status === 'queued' ? contact.state.work.need : []
    const more = contact.rings[ring]?.skills.map(skillOf) ?? []
    return { wish: 'relax', contact, ring, need: [...must, ...more].slice(0, 20) }
  }
}

function profileOf(id: string, skills: readonly Skill[]): AgentProfile {
  // Which channels somebody serves follows from the skills the policy asks for.
  return { id, skills: skills.map(skillText), languages: [], channels: CHANNELS, capacity: CAPACITY }
}

function unheard(contactId: string): HeldContact {
  return {
    contactId,
    state: works.initial,
    version: 0,
    seq: 0,
    rings: [],
    patience: [],
    waitsSince: 0,
    assignedAt: 0,
    answered: false,
    quoted: undefined,
  }
}

function seconds(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds / SECOND))
}
