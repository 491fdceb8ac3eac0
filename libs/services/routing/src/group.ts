import { CHANNELS } from '@throughline/contracts'
import type { Channel, Skill } from '@throughline/contracts'
import { fromInstant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { agents } from './agent.js'
import type { AgentEvent } from './agent.js'
import { CAPACITY, skillText, WEIGHTS } from './channels.js'
import { moveGate } from './gate.js'
import type { KeptDue, KeptSeqs } from './group.agenda.js'
import { ContactFold } from './group.contacts.js'
import type { HeldAgent, HeldContact, PolicyInForce, RoutingFact } from './group.facts.js'
import { agentKey, contactKey, policyKey } from './group.snapshot.js'
import type { GroupRows } from './group.snapshot.js'
import { KeptBook } from './kept.js'
import { Matcher } from './matcher/matcher.js'
import type { AgentProfile } from './matcher/matching.js'
import { policyFor } from './policy/channel-policy.js'
import type { ChannelRule } from './policy/channel-policy.js'
import { readChannelPolicy } from './policy/channel-policy.reader.js'
import { promisedBy } from './policy/channel-offers.js'
import type { Gates } from './policy/channel-offers.js'
import { own } from './policy/own.js'
import type { PolicyEvent } from './policy.js'
import { WaitBook } from './waits.js'
import type { Work, WorkEvent } from './work.js'
import type { Wish } from './wish.js'

/**
 * One routing group as a fold of its events: who waits, who works, what is due. It never looks at a clock; the same
 * events give the same wishes on any machine in any year.
 */
export class RoutingGroup {
  readonly matcher = new Matcher()
  readonly waits = new WaitBook()
  readonly kept = new KeptBook()
  readonly agents = new Map<string, HeldAgent>()
  /** Rows of a snapshot that events have changed; whoever writes one clears it. */
  readonly changed = new Set<string>()
  readonly #policies = new Map<string, PolicyInForce>()
  readonly #gates = new Map<string, Gates>()
  #inForce: PolicyInForce | undefined

  readonly #work = new ContactFold(this)

  constructor() {
    for (const channel of CHANNELS) this.matcher.weigh(channel, WEIGHTS[channel])
  }

  get contacts(): ReadonlyMap<string, HeldContact> {
    return this.#work.contacts
  }

  /** The policy published last, whatever its name. */
  get inForce(): PolicyInForce | undefined {
    return this.#inForce
  }

  policy(name: string, version: number): PolicyInForce | undefined {
    return this.#policies.get(nameOf(name, version))
  }

  get policies(): ReadonlyMap<string, PolicyInForce> {
    return this.#policies
  }

  get allGates(): ReadonlyMap<string, Gates> {
    return this.#gates
  }

  gates(policy: string): Gates {
    return this.#gates.get(policy) ?? {}
  }

  /** @throws of an event that cannot be read; it has changed nothing then, and what is folded after it goes on. */
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

  /** What a snapshot keeps of a contact's due. */
  dueOf(contactId: string): KeptDue {
    return this.#work.agenda.kept(contactId)
  }

  get seqs(): KeptSeqs {
    return this.#work.agenda.seqs
  }

  /** Takes the rows of a snapshot; of a group that has heard nothing yet. @throws when they make no sense */
  restore({ policies, agents, contacts, rest }: GroupRows): void {
    for (const { name, version, document } of policies)
      this.#policies.set(nameOf(name, version), {
        name,
        version,
        document,
        policy: readChannelPolicy(document),
      })
    this.#inForce = rest.inForce === undefined ? undefined : this.#policies.get(rest.inForce)
    for (const [policy, gates] of rest.gates) this.#gates.set(policy, gates)
    this.waits.restore(rest.waits)
    this.kept.restore(rest.kept)
    for (const { held, match } of agents) {
      this.agents.set(held.agentId, held)
      if (match !== undefined) this.matcher.restoreAgent(match)
    }
    this.#work.restore(contacts, rest.seqs)
  }

  /** What is due at a time, milliseconds since the epoch. Nothing changes until the event it leads to is applied. */
  next(now: number): Wish | undefined {
    return this.#work.agenda.next(now)
  }

  /** What the matcher chooses in this state, whatever else is due: an audit asks it for every offer ever made. */
  choice(): Wish | undefined {
    return this.#work.agenda.step()
  }

  /** A wish that came to nothing lets the others pass and comes again later. Whether it is the first time. */
  setAside(wish: Wish, now: number): boolean {
    return this.#work.agenda.setAside(wish, now)
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

  /** Until when a contact was promised an answer: by the channel's `within`, else by its due time; milliseconds. */
  promisedTo(work: Work): number {
    const rule = this.ruleOf(work, work.channel)
    const known = this.policy(work.policy, work.version)
    const promised =
      rule && known && promisedBy(policyFor(known.policy, work.segment), rule, fromInstant(work.enteredAt))
    return promised ?? fromInstant(work.dueBy)
  }

  /** Seconds that an agent has worked on a contact, wrap-up included. */
  handled(agentId: string, channel: Channel, took: number): void {
    const agent = this.agents.get(agentId)
    if (agent === undefined) return
    this.changed.add(agentKey(agentId))
    this.waits.handled(channel, took)
    const past = agent.worked[channel] ?? { contacts: 0, seconds: 0 }
    const worked = { contacts: past.contacts + 1, seconds: past.seconds + took }
    this.agents.set(agentId, { ...agent, worked: { ...agent.worked, [channel]: worked } })
  }

  #publish({ data }: RecordedEvent<PolicyEvent>): void {
    const { policy: name, version, document } = data
    // One that cannot be read throws here: what was in force stays so.
    const known = { name, version, document, policy: readChannelPolicy(document) }
    this.#policies.set(nameOf(name, version), known)
    this.changed.add(policyKey(nameOf(name, version)))
    this.#inForce = known
  }

  #applyAgent(event: RecordedEvent<AgentEvent>): void {
    const { agentId } = event.data
    const at = fromInstant(event.recordedAt)
    const before = this.agents.get(agentId)
    const state = agents.evolve(before?.state ?? agents.initial, event)
    const since = event.type === 'throughline.SkillsAssigned.v1' ? (before?.since ?? at) : at
    const profile = profileOf(agentId, state.skills)
    this.changed.add(agentKey(agentId))
    this.agents.set(agentId, { agentId, state, since, worked: before?.worked ?? {} })
    switch (event.type) {
      case 'throughline.SkillsAssigned.v1':
        if (state.status !== 'signed-off') this.matcher.reprofile(profile)
        return
      case 'throughline.AgentSignedOn.v1':
        this.matcher.signOn(profile)
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
        for (const { contactId } of [...this.offersTo(agentId), ...this.heldBy(agentId)]) {
          this.#work.agenda.trouble(contactId, 'agent-left')
          this.changed.add(contactKey(contactId))
        }
    }
  }

  #applyWork(event: RecordedEvent<WorkEvent>): void {
    const { contactId } = event.data
    const before = this.matcher.agentOf(contactId)
    try {
      this.#work.apply(event)
    } finally {
      this.changed.add(contactKey(contactId))
      for (const agentId of [before, this.matcher.agentOf(contactId)])
        if (agentId !== undefined) this.changed.add(agentKey(agentId))
    }
  }
}

/** Under which a version of a policy is known: `care@3`. */
export function nameOf(policy: string, version: number): string {
  return `${policy}@${String(version)}`
}

function profileOf(id: string, skills: readonly Skill[]): AgentProfile {
  // Which channels somebody serves follows from the skills the policy asks for.
  return { id, skills: skills.map(skillText), languages: [], channels: CHANNELS, capacity: CAPACITY }
}
