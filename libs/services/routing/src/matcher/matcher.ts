import { dueBefore } from './due.js'
import { Heap } from './heap.js'
import { NOTHING, bitsOf, covers, without } from './masks.js'
import type { Mask } from './masks.js'
import { MatcherIndex, serves } from './matcher.index.js'
import { boundBefore, channelToken, profileTokens } from './matcher.state.js'
import type { Agent, Contact, ContactClass, Stay } from './matcher.state.js'
import { explain, standing, staysOf } from './matcher.views.js'
import type { Explanation, MatcherView, Standing } from './matcher.views.js'
import type {
  AgentProfile,
  ChannelWeight,
  KeptAgent,
  KeptContact,
  Matching,
  QueueEntry,
  Requirement,
  Step,
} from './matching.js'

const ANYBODY: Requirement = { skills: [] }
const ANY_RING: readonly Requirement[] = [ANYBODY]
/** Most contacts are never refused, and a set of their own would be most of what they weigh. */
const NOBODY: ReadonlySet<string> = new Set()
const EXCLUSIVE: ChannelWeight = { weight: 100, inactiveWeight: 100 }

/** The matcher of a routing group: deterministic, without a clock. See {@link Matching} for what it decides. */
export class Matcher implements Matching {
  private readonly weights = new Map<string, ChannelWeight>()
  private readonly agents = new Map<string, Agent>()
  private readonly contacts = new Map<string, Contact>()
  private readonly shunned = new Set<Contact>()
  private readonly index: MatcherIndex

  // Work for `next`: agents and contacts that may have a match, contacts whose ring may have to widen. Everything else
  // is known to fit nothing, which is what keeps a decision cheap.
  private readonly restless = new Heap<Agent>(boundBefore)
  private readonly unplaced = new Heap<Stay>(dueBefore, false)
  private readonly narrow = new Heap<Stay>(dueBefore, false)

  constructor(options: { readonly limit?: number } = {}) {
    this.index = new MatcherIndex(options.limit ?? 64, (contact, agent) => this.barred(contact, agent))
  }

  weigh(channel: string, weight: ChannelWeight): void {
    this.weights.set(channel, weight)
    for (const agent of this.agents.values()) this.reach(agent)
  }

  signOn(profile: AgentProfile): void {
    const known = this.agents.get(profile.id)
    if (known !== undefined) this.signOff(profile.id)
    const agent = known ?? this.newAgent(profile)
    agent.readySince = 0
    agent.signedOn = true
    this.learn(agent, profile)
    this.index.staff(agent, 1)
  }

  signOff(id: string): void {
    const agent = this.agents.get(id)
    if (!agent?.signedOn) return
    agent.signedOn = false
    agent.ready = false
    this.reach(agent)
    this.missed(this.index.staff(agent, -1))
  }

  becomeReady(id: string, at: number): void {
    const agent = this.agents.get(id)
    if (agent === undefined || !agent.signedOn || agent.ready) return
    agent.ready = true
    agent.readySince = at
    this.reach(agent)
  }

  pause(id: string): void {
    const agent = this.agents.get(id)
    if (!agent?.ready) return
    agent.ready = false
    this.reach(agent)
    this.missed([])
  }

  reprofile(profile: AgentProfile): void {
    const agent = this.agents.get(profile.id)
    if (agent === undefined) return
    const abandoned = agent.signedOn ? this.index.staff(agent, -1) : []
    this.learn(agent, profile)
    if (agent.signedOn) this.index.staff(agent, 1)
    this.reach(agent)
    this.missed(abandoned)
  }

  enqueue(entry: QueueEntry): void {
    this.leave(entry.id)
    const rings = entry.rings.length === 0 ? ANY_RING : entry.rings
    const contact: Contact = {
      entry,
      classes: rings.map((ring) => this.index.classOf(entry, ring, this.agents)),
      ring: 0,
      phase: 'waiting',
      stay: undefined,
      agent: undefined,
      weight: 0,
      excluded: entry.excluded?.length ? new Set(entry.excluded) : NOBODY,
    }
    this.contacts.set(entry.id, contact)
    this.wait(contact)
  }

  relax(id: string, ring: number): void {
    const contact = this.contacts.get(id)
    if (contact === undefined || ring <= contact.ring || ring >= contact.classes.length) return
    this.stopWaiting(contact)
    contact.ring = ring
    if (contact.phase === 'waiting') this.wait(contact)
  }

  leave(id: string): void {
    const contact = this.contacts.get(id)
    if (contact === undefined) return
    this.stopWaiting(contact)
    this.release(contact)
    this.contacts.delete(id)
  }

  /** Waits on with its place, and is matched with nobody until it is resumed. */
  hold(id: string): void {
    const contact = this.contacts.get(id)
    if (contact !== undefined) this.stopWaiting(contact)
  }

  resume(id: string): void {
    const contact = this.contacts.get(id)
    if (contact?.phase === 'waiting' && contact.stay === undefined) this.wait(contact)
  }

  offer(id: string, agentId: string): void {
    const contact = this.contacts.get(id)
    const agent = this.agents.get(agentId)
    if (contact?.phase !== 'waiting' || agent === undefined) return
    this.stopWaiting(contact)
    contact.phase = 'offered'
    contact.agent = agent
    contact.weight = this.weightOf(contact).weight
    agent.load += contact.weight
    agent.offers.set(contact.entry.channel, (agent.offers.get(contact.entry.channel) ?? 0) + 1)
    this.reach(agent)
  }

  assign(id: string): void {
    const contact = this.contacts.get(id)
    if (contact?.phase !== 'offered' || contact.agent === undefined) return
    this.endOffer(contact, contact.agent)
    contact.phase = 'assigned'
    this.reach(contact.agent)
  }

  decline(id: string): void {
    const contact = this.contacts.get(id)
    if (contact?.phase !== 'offered' || contact.agent === undefined) return
    contact.excluded = new Set([...contact.excluded, contact.agent.id])
    this.withdraw(id)
  }

  expire(id: string): void {
    const contact = this.contacts.get(id)
    if (contact?.phase !== 'offered' || contact.agent === undefined) return
    const { agent } = contact
    this.decline(id)
    this.pause(agent.id)
  }

  withdraw(id: string): void {
    const contact = this.contacts.get(id)
    if (contact?.phase !== 'offered') return
    this.release(contact)
    contact.phase = 'waiting'
    this.wait(contact)
  }

  setActive(id: string, active: boolean): void {
    const contact = this.contacts.get(id)
    if (contact?.phase !== 'assigned' || contact.agent === undefined) return
    const { weight, inactiveWeight } = this.weightOf(contact)
    contact.agent.load -= contact.weight
    contact.weight = active ? weight : inactiveWeight
    contact.agent.load += contact.weight
    this.reach(contact.agent)
  }

  wrapUp(id: string): void {
    const contact = this.contacts.get(id)
    if (contact?.phase === 'assigned') contact.phase = 'wrap-up'
  }

  finish(id: string, at: number): void {
    const contact = this.contacts.get(id)
    if (contact?.phase !== 'assigned' && contact?.phase !== 'wrap-up') return
    if (contact.agent !== undefined) contact.agent.readySince = at
    this.leave(id)
  }

  next(): Step | undefined {
    return this.nextRelaxation() ?? this.nextOffer()
  }

  phaseOf(id: string): Contact['phase'] | undefined {
    return this.contacts.get(id)?.phase
  }

  loadOf(agent: string): number {
    return this.agents.get(agent)?.load ?? 0
  }

  waiting(): readonly string[] {
    return staysOf(this.contacts).map((stay) => stay.contact.entry.id)
  }

  /** Waiting contacts whose present ring nobody signed on can serve, in order of `(dueBy, seq)`. */
  unstaffed(): readonly string[] {
    return staysOf(this.contacts)
      .filter((stay) => stay.class.staff === 0)
      .map((stay) => stay.contact.entry.id)
  }

  explain(step: { readonly contact: string; readonly agent: string }, limit = 5): Explanation {
    return explain(this.view(), step.contact, step.agent, limit)
  }

  standing(entry: Pick<QueueEntry, 'channel' | 'must' | 'rings'>): Standing {
    return standing(this.view(), entry)
  }

  /** Whether a quiet conversation that stirs finds its slot free; otherwise it queues again with its key. */
  hasRoom(id: string): boolean {
    const contact = this.contacts.get(id)
    const agent = contact?.agent
    if (contact === undefined || agent === undefined) return false
    return agent.load - contact.weight + this.weightOf(contact).weight <= agent.profile.capacity
  }

  /** Who has been offered the contact, or has it. */
  agentOf(id: string): string | undefined {
    return this.contacts.get(id)?.agent?.id
  }

  /** What is known of an agent besides the contacts it has; undefined for one who never signed on. */
  keptAgent(id: string): KeptAgent | undefined {
    const agent = this.agents.get(id)
    if (agent === undefined) return undefined
    const { profile, signedOn, ready, readySince } = agent
    return { profile, signedOn, ready, readySince }
  }

  keptContact(id: string): KeptContact | undefined {
    const contact = this.contacts.get(id)
    if (contact === undefined) return undefined
    const { ring, phase, agent } = contact
    const active = agent === undefined || contact.weight === this.weightOf(contact).weight
    const entry = { ...contact.entry, excluded: [...contact.excluded] }
    return { entry, ring, phase, active, ...(agent !== undefined && { agent: agent.id }) }
  }

  /** Puts an agent back as {@link keptAgent} told of it; all of them before the first contact. */
  restoreAgent({ profile, signedOn, ready, readySince }: KeptAgent): void {
    this.signOn(profile)
    if (!signedOn) this.signOff(profile.id)
    else if (ready) this.becomeReady(profile.id, readySince)
    const agent = this.agents.get(profile.id)
    if (agent !== undefined) agent.readySince = readySince
  }

  /** Puts a contact back as {@link keptContact} told of it. */
  restoreContact({ entry, ring, phase, active, agent }: KeptContact): void {
    this.enqueue(entry)
    this.relax(entry.id, ring)
    if (phase === 'waiting' || agent === undefined) return
    this.offer(entry.id, agent)
    if (phase === 'offered') return
    this.assign(entry.id)
    if (!active) this.setActive(entry.id, false)
    if (phase === 'wrap-up') this.wrapUp(entry.id)
  }

  private nextRelaxation(): Step | undefined {
    for (let stay = this.narrow.peek(); stay !== undefined; stay = this.narrow.peek()) {
      if (stay.waiting && this.stuck(stay)) {
        return { step: 'relax', contact: stay.contact.entry.id, ring: stay.contact.ring + 1 }
      }
      this.narrow.pop()
    }
    return undefined
  }

  private nextOffer(): Step | undefined {
    const first = this.firstOfAgents()
    for (let stay = this.unplaced.peek(); stay !== undefined; stay = this.unplaced.peek()) {
      if (first !== undefined && dueBefore(first, stay)) break
      const agent = stay.waiting ? this.place(stay) : undefined
      if (agent !== undefined) return offerOf(stay, agent)
      this.unplaced.pop()
    }
    if (first === undefined) return undefined
    // It has been placed before or is due later than all that have not: only who is restless can take it.
    const agent = this.restless.size === 1 ? this.restless.peek() : this.place(first)
    return agent && offerOf(first, agent)
  }

  /** The contact due earliest that any restless agent can take. Bounds only grow, so most agents are not searched for. */
  private firstOfAgents(): Stay | undefined {
    for (let agent = this.restless.peek(); agent !== undefined; agent = this.restless.peek()) {
      const stay = this.index.take(agent)
      if (stay === undefined) {
        this.restless.remove(agent)
        continue
      }
      agent.bound = stay
      this.restless.put(agent)
      const top = this.restless.peek()
      if (top?.bound !== undefined && !dueBefore(top.bound, stay)) return stay
    }
    return undefined
  }

  private place(stay: Stay): Agent | undefined {
    return this.index.place(stay, this.agents.get(stay.class.agent ?? ''))
  }

  private wait(contact: Contact): void {
    const one = contact.classes[contact.ring]
    if (one === undefined) return
    const { dueBy, seq } = contact.entry
    const stay: Stay = { index: 0, contact, dueBy, seq, class: one, waiting: true }
    contact.stay = stay
    if (contact.excluded.size > 0) this.shunned.add(contact)
    this.index.join(stay)
    this.unplaced.put(stay)
    if (contact.ring < contact.classes.length - 1) this.narrow.put(stay)
  }

  private stopWaiting(contact: Contact): void {
    if (contact.stay === undefined) return
    this.index.quit(contact.stay)
    contact.stay = undefined
    this.shunned.delete(contact)
  }

  private release(contact: Contact): void {
    const { agent } = contact
    if (agent === undefined) return
    if (contact.phase === 'offered') this.endOffer(contact, agent)
    agent.load -= contact.weight
    contact.weight = 0
    contact.agent = undefined
    this.reach(agent)
  }

  private endOffer(contact: Contact, agent: Agent): void {
    const left = (agent.offers.get(contact.entry.channel) ?? 1) - 1
    if (left === 0) agent.offers.delete(contact.entry.channel)
    else agent.offers.set(contact.entry.channel, left)
  }

  /** Somebody can do less than before: refusals may count no longer, rings may have to widen. */
  private missed(abandoned: readonly ContactClass[]): void {
    for (const contact of this.shunned) this.reconsider(contact.stay)
    for (const one of abandoned) for (const stay of one.stays.all()) this.reconsider(stay)
  }

  private reconsider(stay: Stay | undefined): void {
    if (!stay?.waiting) return
    this.unplaced.put(stay)
    if (stay.contact.ring < stay.contact.classes.length - 1) this.narrow.put(stay)
  }

  /** A refusal holds until nobody else who is at work fits, and that is asked in the widest ring only. */
  private barred(contact: Contact, agent: Agent): boolean {
    if (!contact.excluded.has(agent.id)) return false
    const one = contact.stay?.class
    if (one === undefined || contact.ring < contact.classes.length - 1) return true
    for (const other of this.agents.values()) {
      if (other.ready && serves(other, one) && !contact.excluded.has(other.id)) return true
    }
    return false
  }

  private stuck(stay: Stay): boolean {
    const { contact } = stay
    if (contact.ring >= contact.classes.length - 1) return false
    if (stay.class.staff === 0) return true
    if (contact.excluded.size === 0) return false
    for (const agent of this.agents.values()) {
      if (agent.signedOn && serves(agent, stay.class) && !contact.excluded.has(agent.id)) return false
    }
    return true
  }

  private newAgent(profile: AgentProfile): Agent {
    const agent: Agent = {
      index: this.agents.size,
      id: profile.id,
      profile,
      mask: NOTHING,
      bits: [],
      open: NOTHING,
      signedOn: false,
      ready: false,
      readySince: 0,
      load: 0,
      offers: new Map(),
      bound: undefined,
    }
    this.agents.set(profile.id, agent)
    return agent
  }

  private learn(agent: Agent, profile: AgentProfile): void {
    this.index.reach(agent, NOTHING)
    agent.profile = profile
    agent.mask = this.index.vocabulary.mask(profileTokens(profile))
    agent.bits = bitsOf(agent.mask)
  }

  private reach(agent: Agent): void {
    const before = agent.open
    this.index.reach(agent, this.openMask(agent))
    if (agent.open === NOTHING) {
      this.restless.remove(agent)
    } else if (!covers(before, agent.open)) {
      agent.bound = undefined
      this.restless.put(agent)
    }
  }

  private openMask(agent: Agent): Mask {
    if (!agent.ready) return NOTHING
    const closed = agent.profile.channels.filter((channel) => {
      const { weight } = this.weights.get(channel) ?? EXCLUSIVE
      return agent.load + weight > agent.profile.capacity || agent.offers.has(channel)
    })
    if (closed.length === agent.profile.channels.length) return NOTHING
    if (closed.length === 0) return agent.mask
    return without(
      agent.mask,
      closed.map((channel) => this.index.vocabulary.bit(channelToken(channel))),
    )
  }

  private weightOf(contact: Contact): ChannelWeight {
    return this.weights.get(contact.entry.channel) ?? EXCLUSIVE
  }

  private view(): MatcherView {
    const { index, agents, contacts } = this
    return { index, agents, contacts, barred: (contact, agent) => this.barred(contact, agent) }
  }
}

function offerOf(stay: Stay, agent: Agent): Step {
  const { contact, dueBy, seq } = stay
  const { load, readySince, id } = agent
  return {
    step: 'offer',
    contact: contact.entry.id,
    agent: id,
    ring: contact.ring,
    dueBy,
    seq,
    load,
    readySince,
  }
}
