import { dueBefore } from './due.js'
import { covers, hasBit } from './masks.js'
import type { MatcherIndex } from './matcher.index.js'
import { serves } from './matcher.index.js'
import { readable } from './matcher.state.js'
import type { Agent, Contact, ContactClass, Stay } from './matcher.state.js'
import type { QueueEntry, Requirement } from './matching.js'

/** What an offer records about the choice, so that it can be explained without replaying. */
export interface Explanation {
  /** Heads of other classes that were due earlier, each with what the agent lacks: `sv@3`, `language:pt`, `agent:a7`, `excluded`, `capacity`. */
  readonly passedOver: readonly { readonly contact: string; readonly lacks: string }[]
  /** How many agents could have taken the contact. */
  readonly ready: number
}

/** What the wait of a contact is told from. */
export interface Standing {
  /** Ids of those signed on who serve it in its widest ring, sorted. */
  readonly agents: readonly string[]
  /** How many of them could take it now. */
  readonly idle: number
  /** Due times of the waiting contacts that those agents could take, ascending. */
  readonly due: readonly number[]
}

/** What views read of the matcher. */
export interface MatcherView {
  readonly index: MatcherIndex
  readonly agents: ReadonlyMap<string, Agent>
  readonly contacts: ReadonlyMap<string, Contact>
  readonly barred: (contact: Contact, agent: Agent) => boolean
}

/** In order of `(dueBy, seq)`. */
export function staysOf(contacts: ReadonlyMap<string, Contact>): readonly Stay[] {
  return [...contacts.values()]
    .flatMap((contact) => contact.stay ?? [])
    .sort((a, b) => (dueBefore(a, b) ? -1 : 1))
}

/** Asked before the offer is applied; lists at most `limit` of the passed over. */
export function explain(view: MatcherView, contactId: string, agentId: string, limit: number): Explanation {
  const stay = view.contacts.get(contactId)?.stay
  const agent = view.agents.get(agentId)
  if (stay === undefined || agent === undefined) return { passedOver: [], ready: 0 }
  const heads = [...view.index.classes.values()]
    .filter((one) => one.home !== undefined)
    .flatMap((one) => one.stays.peek() ?? [])
    .filter((head) => dueBefore(head, stay))
    .sort((a, b) => (dueBefore(a, b) ? -1 : 1))
  const could = [...view.agents.values()].filter(
    (one) => serves(one, stay.class) && covers(one.open, stay.class.need) && !view.barred(stay.contact, one),
  )
  return {
    passedOver: heads
      .slice(0, limit)
      .map((head) => ({ contact: head.contact.entry.id, lacks: lacks(view.index, agent, head.class) })),
    ready: could.length,
  }
}

export function standing(view: MatcherView, entry: Pick<QueueEntry, 'channel' | 'must' | 'rings'>): Standing {
  const widest: Requirement = entry.rings.at(-1) ?? { skills: [] }
  const one = view.index.classOf(entry, widest, view.agents)
  const team = [...view.agents.values()].filter((agent) => agent.signedOn && serves(agent, one))
  const shared = new Map<ContactClass, boolean>()
  const due = staysOf(view.contacts).filter((stay) => {
    const known = shared.get(stay.class) ?? team.some((agent) => serves(agent, stay.class))
    shared.set(stay.class, known)
    return known
  })
  return {
    agents: team.map((agent) => agent.id).sort(),
    idle: team.filter((agent) => covers(agent.open, one.need)).length,
    due: due.map((stay) => stay.dueBy),
  }
}

function lacks(index: MatcherIndex, agent: Agent, one: ContactClass): string {
  if (one.agent !== undefined && one.agent !== agent.id) return `agent:${one.agent}`
  const missing = one.bits.find((bit) => !hasBit(agent.mask, bit))
  if (missing !== undefined) return readable(index.vocabulary.token(missing))
  return covers(agent.open, one.need) ? 'excluded' : 'capacity'
}
