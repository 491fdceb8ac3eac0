/** What an agent must have: skills as `name` (level 1) or `name@level`, a language, or to be one named agent. */
export interface Requirement {
  readonly skills: readonly string[]
  readonly language?: string
  /** A ring of one: the case owner, or whoever she spoke to last. */
  readonly agent?: string
}

/** A contact as it enters its queue. */
export interface QueueEntry {
  readonly id: string
  readonly channel: string
  /** Milliseconds since the epoch, fixed at entry: `enteredAt + answerWithin`. */
  readonly dueBy: number
  /** Position of its `ContactQueued` in the log; no two waiting contacts share one. */
  readonly seq: number
  /** Held in every ring. */
  readonly must: Omit<Requirement, 'agent'>
  /** From the narrowest to the widest, each added to `must`; the last one lasts. None is the same as one empty ring. */
  readonly rings: readonly Requirement[]
  /** Agents passed over from the start, as if they had declined it. */
  readonly excluded?: readonly string[]
}

export interface AgentProfile {
  readonly id: string
  /** `name` or `name@level`; a level holds all lower ones. */
  readonly skills: readonly string[]
  readonly languages: readonly string[]
  readonly channels: readonly string[]
  /** What the weights of all work held at once may add up to; normally 100. */
  readonly capacity: number
}

/** An agent as a snapshot keeps it; what it holds follows from the contacts. */
export interface KeptAgent {
  readonly profile: AgentProfile
  readonly signedOn: boolean
  readonly ready: boolean
  readonly readySince: number
}

/** A contact as a snapshot keeps it, with everybody who has refused it among the excluded. */
export interface KeptContact {
  readonly entry: QueueEntry
  readonly ring: number
  readonly phase: 'waiting' | 'offered' | 'assigned' | 'wrap-up'
  /** Whether it takes its full weight. */
  readonly active: boolean
  readonly agent?: string
}

/** How much of an agent's capacity one contact takes, in whole numbers. */
export interface ChannelWeight {
  readonly weight: number
  /** While the conversation is quiet. */
  readonly inactiveWeight: number
}

/** `RequirementRelaxed` is due: nobody signed on can serve the present ring, or all who can have refused. */
export interface RelaxStep {
  readonly step: 'relax'
  readonly contact: string
  readonly ring: number
}

/** `ContactOffered` is due. */
export interface OfferStep {
  readonly step: 'offer'
  readonly contact: string
  readonly agent: string
  readonly ring: number
  readonly dueBy: number
  readonly seq: number
  /** Of the agent, before this offer. */
  readonly load: number
  readonly readySince: number
}

export type Step = RelaxStep | OfferStep

/**
 * Holds contacts and agents of one routing group. Facts go in, as they are read from the log; `next` says what is due
 * in this state and changes nothing, so that only the recorded event moves it on. Facts about the unknown, and facts
 * that no longer apply, are ignored: a log may hold the traces of two owners.
 *
 * What is due is a function of the state alone: the ring to widen of the contact due earliest, otherwise the contact
 * due earliest, by `(dueBy, seq)`, that any agent can take, and of those agents the least loaded, then the one ready
 * longest, then the smallest id.
 */
export interface Matching {
  weigh(channel: string, weight: ChannelWeight): void

  /** Signed on, and not ready until it says so. */
  signOn(profile: AgentProfile): void
  signOff(agent: string): void
  /** `at` in milliseconds since the epoch. */
  becomeReady(agent: string, at: number): void
  pause(agent: string): void
  /** New skills, languages, channels or capacity of somebody signed on. */
  reprofile(profile: AgentProfile): void

  /** Also for a contact that was being handled: a transfer is a new entry of the same contact. */
  enqueue(entry: QueueEntry): void
  relax(contact: string, ring: number): void
  /** It left the queue or the agent, for whatever reason, and holds nothing any more. */
  leave(contact: string): void

  /** Reserves the agent's capacity. */
  offer(contact: string, agent: string): void
  assign(contact: string): void
  /** Back with its key; this agent is passed over until nobody else fits. */
  decline(contact: string): void
  /** As declined, and the agent stops counting as ready. */
  expire(contact: string): void
  /** Back with its key, the agent not excluded. */
  withdraw(contact: string): void
  /** A conversation falls quiet, or stirs again. */
  setActive(contact: string, active: boolean): void
  wrapUp(contact: string): void
  /** Work and wrap-up are done: the slot is free. */
  finish(contact: string, at: number): void

  next(): Step | undefined
  phaseOf(contact: string): 'waiting' | 'offered' | 'assigned' | 'wrap-up' | undefined
  loadOf(agent: string): number
  /** Contacts in order of `(dueBy, seq)`. */
  waiting(): readonly string[]
}

/** `sv@3` → `['sv', 3]`, `sv` → `['sv', 1]`. */
export function skillLevel(skill: string): readonly [name: string, level: number] {
  const at = skill.lastIndexOf('@')
  return at < 0 ? [skill, 1] : [skill.slice(0, at), Number(skill.slice(at + 1))]
}
