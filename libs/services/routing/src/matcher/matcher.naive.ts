/**
 * The reference for specs and the benchmark: what the matcher must decide, by scanning plain objects. It shares no
 * code with the matcher but the interface.
 */
import { skillLevel } from './matching.js'
import type { AgentProfile, ChannelWeight, Matching, QueueEntry, Requirement, Step } from './matching.js'

interface NaiveContact extends QueueEntry {
  ring: number
  phase: 'waiting' | 'offered' | 'assigned' | 'wrap-up'
  excluded: string[]
  agent: string
  weight: number
}

interface NaiveAgent {
  profile: AgentProfile
  signedOn: boolean
  ready: boolean
  readySince: number
}

export class NaiveMatcher implements Matching {
  private readonly weights = new Map<string, ChannelWeight>()
  private readonly agents = new Map<string, NaiveAgent>()
  private readonly contacts = new Map<string, NaiveContact>()

  weigh(channel: string, weight: ChannelWeight): void {
    this.weights.set(channel, weight)
  }

  signOn(profile: AgentProfile): void {
    this.agents.set(profile.id, { profile, signedOn: true, ready: false, readySince: 0 })
  }

  signOff(id: string): void {
    const agent = this.agents.get(id)
    if (agent !== undefined) agent.signedOn = agent.ready = false
  }

  becomeReady(id: string, at: number): void {
    const agent = this.agents.get(id)
    if (agent === undefined || !agent.signedOn || agent.ready) return
    agent.ready = true
    agent.readySince = at
  }

  pause(id: string): void {
    const agent = this.agents.get(id)
    if (agent !== undefined) agent.ready = false
  }

  reprofile(profile: AgentProfile): void {
    const agent = this.agents.get(profile.id)
    if (agent !== undefined) agent.profile = profile
  }

  enqueue(entry: QueueEntry): void {
    const rings = entry.rings.length === 0 ? [{ skills: [] }] : entry.rings
    this.contacts.set(entry.id, {
      ...entry,
      rings,
      ring: 0,
      phase: 'waiting',
      excluded: [...(entry.excluded ?? [])],
      agent: '',
      weight: 0,
    })
  }

  relax(id: string, ring: number): void {
    const contact = this.contacts.get(id)
    if (contact === undefined || ring <= contact.ring || ring >= contact.rings.length) return
    contact.ring = ring
  }

  leave(id: string): void {
    this.contacts.delete(id)
  }

  offer(id: string, agent: string): void {
    const contact = this.contacts.get(id)
    if (contact?.phase !== 'waiting' || !this.agents.has(agent)) return
    contact.phase = 'offered'
    contact.agent = agent
    contact.weight = this.weightOf(contact.channel).weight
  }

  assign(id: string): void {
    const contact = this.contacts.get(id)
    if (contact?.phase === 'offered') contact.phase = 'assigned'
  }

  decline(id: string): void {
    const contact = this.contacts.get(id)
    if (contact?.phase !== 'offered') return
    contact.excluded.push(contact.agent)
    contact.phase = 'waiting'
  }

  expire(id: string): void {
    const contact = this.contacts.get(id)
    if (contact?.phase !== 'offered') return
    this.decline(id)
    this.pause(contact.agent)
  }

  withdraw(id: string): void {
    const contact = this.contacts.get(id)
    if (contact?.phase === 'offered') contact.phase = 'waiting'
  }

  setActive(id: string, active: boolean): void {
    const contact = this.contacts.get(id)
    if (contact?.phase !== 'assigned') return
    const { weight, inactiveWeight } = this.weightOf(contact.channel)
    contact.weight = active ? weight : inactiveWeight
  }

  wrapUp(id: string): void {
    const contact = this.contacts.get(id)
    if (contact?.phase === 'assigned') contact.phase = 'wrap-up'
  }

  finish(id: string, at: number): void {
    const contact = this.contacts.get(id)
    if (contact === undefined || (contact.phase !== 'assigned' && contact.phase !== 'wrap-up')) return
    const agent = this.agents.get(contact.agent)
    if (agent !== undefined) agent.readySince = at
    this.contacts.delete(id)
  }

  next(): Step | undefined {
    const queue = this.inOrder()
    const stuck = queue.find(
      (contact) =>
        contact.ring < contact.rings.length - 1 &&
        !this.all().some(
          (agent) => this.able(agent, contact) && !contact.excluded.includes(agent.profile.id),
        ),
    )
    if (stuck !== undefined) return { step: 'relax', contact: stuck.id, ring: stuck.ring + 1 }
    for (const contact of queue) {
      const best = this.all()
        .filter((agent) => this.canTake(agent, contact))
        .sort((a, b) => this.rank(a, b))[0]
      if (best === undefined) continue
      const { id, ring, dueBy, seq } = contact
      const agent = best.profile.id
      return {
        step: 'offer',
        contact: id,
        agent,
        ring,
        dueBy,
        seq,
        load: this.loadOf(agent),
        readySince: best.readySince,
      }
    }
    return undefined
  }

  phaseOf(id: string): 'waiting' | 'offered' | 'assigned' | 'wrap-up' | undefined {
    return this.contacts.get(id)?.phase
  }

  loadOf(agent: string): number {
    let load = 0
    for (const contact of this.contacts.values()) {
      if (contact.phase !== 'waiting' && contact.agent === agent) load += contact.weight
    }
    return load
  }

  waiting(): readonly string[] {
    return this.inOrder().map((contact) => contact.id)
  }

  /** Whether the agent could be offered the contact now, capacity, ring and refusals considered. */
  fits(agent: string, contact: string): boolean {
    const one = this.agents.get(agent)
    const other = this.contacts.get(contact)
    return one !== undefined && other !== undefined && this.canTake(one, other)
  }

  private canTake(agent: NaiveAgent, contact: NaiveContact): boolean {
    const id = agent.profile.id
    if (!this.able(agent, contact) || !agent.ready) return false
    if (this.loadOf(id) + this.weightOf(contact.channel).weight > agent.profile.capacity) return false
    for (const other of this.contacts.values()) {
      if (other.phase === 'offered' && other.agent === id && other.channel === contact.channel) return false
    }
    if (!contact.excluded.includes(id)) return true
    return (
      contact.ring === contact.rings.length - 1 &&
      !this.all().some((a) => a.ready && this.able(a, contact) && !contact.excluded.includes(a.profile.id))
    )
  }

  private able(agent: NaiveAgent, contact: NaiveContact): boolean {
    const ring = contact.rings[contact.ring]
    return (
      agent.signedOn &&
      agent.profile.channels.includes(contact.channel) &&
      meets(agent.profile, contact.must) &&
      (ring === undefined || meets(agent.profile, ring))
    )
  }

  private rank(a: NaiveAgent, b: NaiveAgent): number {
    const load =
      this.loadOf(a.profile.id) * b.profile.capacity - this.loadOf(b.profile.id) * a.profile.capacity
    if (load !== 0) return load
    if (a.readySince !== b.readySince) return a.readySince - b.readySince
    return a.profile.id < b.profile.id ? -1 : 1
  }

  private inOrder(): readonly NaiveContact[] {
    return [...this.contacts.values()]
      .filter((contact) => contact.phase === 'waiting')
      .sort((a, b) => a.dueBy - b.dueBy || a.seq - b.seq)
  }

  private all(): readonly NaiveAgent[] {
    return [...this.agents.values()]
  }

  private weightOf(channel: string): ChannelWeight {
    return this.weights.get(channel) ?? { weight: 100, inactiveWeight: 100 }
  }
}

function meets(profile: AgentProfile, requirement: Requirement): boolean {
  if (requirement.agent !== undefined && requirement.agent !== profile.id) return false
  if (requirement.language !== undefined && !profile.languages.includes(requirement.language)) return false
  return requirement.skills.every((skill) => {
    const [name, level] = skillLevel(skill)
    return profile.skills.some((has) => skillLevel(has)[0] === name && skillLevel(has)[1] >= level)
  })
}
