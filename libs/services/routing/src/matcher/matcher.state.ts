import { ClassHeap } from './class.heap.js'
import { dueBefore } from './due.js'
import { Heap } from './heap.js'
import { skillLevel } from './matching.js'
import type { AgentProfile, QueueEntry, Requirement } from './matching.js'
import type { Mask } from './masks.js'

/** One stay of a contact in its queue; left behind in the heaps, marked gone, when the stay ends. */
export interface Stay {
  readonly index: number
  readonly contact: Contact
  readonly dueBy: number
  readonly seq: number
  readonly class: ContactClass
  waiting: boolean
}

export interface Contact {
  readonly entry: QueueEntry
  /** The class of each ring. */
  readonly classes: readonly ContactClass[]
  ring: number
  phase: 'waiting' | 'offered' | 'assigned' | 'wrap-up'
  stay: Stay | undefined
  agent: Agent | undefined
  weight: number
  excluded: ReadonlySet<string>
}

/** Contacts that the same agents can serve. */
export interface ContactClass {
  readonly index: number
  readonly need: Mask
  readonly bits: readonly number[]
  /** A ring of one. */
  readonly agent: string | undefined
  readonly stays: Heap<Stay>
  /** Key of the stay at the head: the search looks at many classes, and following each to its head costs more than the rest. */
  dueBy: number
  seq: number
  /** Stays in the heap that still wait. */
  waiting: number
  /** Signed-on agents whose profile covers the need; none parks the class. */
  staff: number
  home: Heap<ContactClass> | undefined
}

export interface Agent {
  readonly index: number
  readonly id: string
  profile: AgentProfile
  mask: Mask
  bits: readonly number[]
  /** What it can take now: the profile without the channels it has no room or no free offer for. */
  open: Mask
  signedOn: boolean
  ready: boolean
  readySince: number
  load: number
  /** Channels with an outstanding offer. */
  readonly offers: Map<string, number>
  /** No contact that fits is due before this one, as far as known; unknown is nothing. */
  bound: Stay | undefined
}

/** What is kept per bit: a skill at a level, a channel, a language. */
export interface Home {
  readonly classes: ClassHeap
  readonly ready: Heap<Agent>
  /** Signed-on agents that have it. */
  readonly agents: Set<Agent>
}

/** Least load as a share of capacity, then longest ready, then id. */
export function servesBefore(a: Agent, b: Agent): boolean {
  const load = a.load * b.profile.capacity - b.load * a.profile.capacity
  if (load !== 0) return load < 0
  if (a.readySince !== b.readySince) return a.readySince < b.readySince
  return a.id < b.id
}

export function boundBefore(a: Agent, b: Agent): boolean {
  if (a.bound === undefined || b.bound === undefined) return a.bound === undefined && b.bound !== undefined
  return dueBefore(a.bound, b.bound)
}

export function newHome(): Home {
  return { classes: new ClassHeap(), ready: new Heap(servesBefore), agents: new Set() }
}

/** What the agent has, every lower level of a skill included. */
export function profileTokens(profile: AgentProfile): readonly string[] {
  const skills = profile.skills.flatMap((skill) => {
    const [name, level] = skillLevel(skill)
    return Array.from({ length: level }, (_, below) => `skill:${name}@${String(below + 1)}`)
  })
  return [...skills, ...profile.languages.map(languageToken), ...profile.channels.map(channelToken)]
}

export function requirementTokens(requirement: Requirement): readonly string[] {
  const skills = requirement.skills.map((skill) => `skill:${skillLevel(skill).join('@')}`)
  return requirement.language === undefined ? skills : [...skills, languageToken(requirement.language)]
}

export function channelToken(channel: string): string {
  return `channel:${channel}`
}

function languageToken(language: string): string {
  return `language:${language}`
}

/** `skill:sv@3` as a reader writes it. */
export function readable(token: string): string {
  return token.startsWith('skill:') ? token.slice('skill:'.length) : token
}
