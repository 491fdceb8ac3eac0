import { ClassHeap } from './class.heap.js'
import { dueBefore } from './due.js'
import { Heap, firstIn } from './heap.js'
import { NOTHING, Vocabulary, bitsOf, covers, hasBit } from './masks.js'
import type { Mask } from './masks.js'
import { channelToken, newHome, requirementTokens, servesBefore } from './matcher.state.js'
import type { Agent, Contact, ContactClass, Home, Stay } from './matcher.state.js'
import type { QueueEntry, Requirement } from './matching.js'

/** Needs come in few wordings; should they not, the words are forgotten and the bits remain. */
const MOST_SAID = 20_000

/** Both sides of the search: classes with waiting contacts under their rarest bit, agents under every bit they can use. */
export class MatcherIndex {
  readonly vocabulary = new Vocabulary()
  readonly classes = new Map<string, ContactClass>()
  /** Classes by the words of a need as it came; the same need in other words finds the same class by its bits. */
  private readonly asSaid = new Map<string, ContactClass>()
  /** Agents who can take something and stand in no heap yet. */
  private readonly newcomers = new Set<Agent>()
  private readonly homes: Home[] = []
  private readonly personal = new Map<string, ClassHeap>()

  constructor(
    /** How many classes or agents a search looks at before it scans flat. */
    private readonly limit: number,
    private readonly barred: (contact: Contact, agent: Agent) => boolean,
  ) {}

  /** The class of a ring of an entry; `staff` counts the signed-on agents when it is new. */
  classOf(
    entry: Pick<QueueEntry, 'channel' | 'must'>,
    ring: Requirement,
    agents: ReadonlyMap<string, Agent>,
  ): ContactClass {
    const said = saidOf(entry, ring)
    const before = this.asSaid.get(said)
    if (before !== undefined) return before
    const tokens = [channelToken(entry.channel), ...requirementTokens(entry.must), ...requirementTokens(ring)]
    const found = this.classOfTokens(tokens, ring.agent, agents)
    if (this.asSaid.size >= MOST_SAID) this.asSaid.clear()
    this.asSaid.set(said, found)
    return found
  }

  private classOfTokens(
    tokens: readonly string[],
    agent: string | undefined,
    agents: ReadonlyMap<string, Agent>,
  ): ContactClass {
    const need = this.vocabulary.mask(tokens)
    const key = `${need.join(',')}|${agent ?? ''}`
    const known = this.classes.get(key)
    if (known !== undefined) return known
    const created: ContactClass = {
      index: this.classes.size,
      need,
      bits: bitsOf(need),
      agent,
      stays: new Heap<Stay>(dueBefore, false),
      dueBy: 0,
      seq: 0,
      waiting: 0,
      staff: 0,
      home: undefined,
    }
    for (const one of this.staffOf(created, agents)) if (serves(one, created)) created.staff += 1
    this.classes.set(key, created)
    return created
  }

  /** Counts the agent in or out; answers the classes that nobody signed on can serve any more. */
  staff(agent: Agent, by: 1 | -1): readonly ContactClass[] {
    for (const bit of agent.bits) {
      if (by === 1) this.home(bit).agents.add(agent)
      else this.home(bit).agents.delete(agent)
    }
    const abandoned: ContactClass[] = []
    for (const one of this.classes.values()) {
      if (!serves(agent, one)) continue
      one.staff += by
      if (by === 1 && one.staff === 1) this.settle(one)
      if (one.staff === 0) {
        this.settle(one)
        abandoned.push(one)
      }
    }
    return abandoned
  }

  join(stay: Stay): void {
    stay.class.stays.put(stay)
    stay.class.waiting += 1
    this.settle(stay.class)
  }

  quit(stay: Stay): void {
    stay.waiting = false
    stay.class.waiting -= 1
    this.settle(stay.class)
  }

  /** The agent's place in the heap of every bit it can use, after its load, readiness or profile changed. */
  reach(agent: Agent, open: Mask): void {
    const standsNowhere = agent.open === NOTHING || this.newcomers.has(agent)
    agent.open = open
    if (standsNowhere) {
      // Most who free take the next contact at once, and nobody has looked for them in between.
      if (open === NOTHING) this.newcomers.delete(agent)
      else this.newcomers.add(agent)
      return
    }
    this.stand(agent)
  }

  private stand(agent: Agent): void {
    const { open } = agent
    for (const bit of agent.bits) {
      if (hasBit(open, bit)) this.home(bit).ready.put(agent)
      else this.home(bit).ready.remove(agent)
    }
  }

  /** The contact due earliest that the agent can take now. */
  take(agent: Agent): Stay | undefined {
    const first = (one: ContactClass): Stay | undefined => this.firstFor(one, agent)
    let best = this.personal.get(agent.id)?.search(agent.open, undefined, first)
    for (const bit of agent.bits) {
      if (hasBit(agent.open, bit)) best = this.homes[bit]?.classes.search(agent.open, best, first) ?? best
    }
    return best
  }

  /** The best agent who can take the contact now. */
  place(stay: Stay, named: Agent | undefined): Agent | undefined {
    for (const agent of this.newcomers) this.stand(agent)
    this.newcomers.clear()
    const accept = (agent: Agent) => covers(agent.open, stay.class.need) && !this.barred(stay.contact, agent)
    if (stay.class.agent !== undefined) return named !== undefined && accept(named) ? named : undefined
    let fewest: Heap<Agent> | undefined
    for (const bit of stay.class.bits) {
      const { ready } = this.home(bit)
      if (fewest === undefined || ready.size < fewest.size) fewest = ready
    }
    return fewest === undefined ? undefined : firstIn(fewest, servesBefore, accept, this.limit)
  }

  private firstFor(one: ContactClass, agent: Agent): Stay | undefined {
    // The flat scan comes by the rings of others too.
    if ((one.agent !== undefined && one.agent !== agent.id) || !covers(agent.open, one.need)) return undefined
    const root = one.stays.peek()
    if (root?.waiting === true && root.contact.excluded.size === 0) return root
    const takes = (stay: Stay) => stay.waiting && !this.barred(stay.contact, agent)
    return firstIn(one.stays, dueBefore, takes, this.limit)
  }

  /** Puts the class where its head belongs: out when empty, parked when nobody serves it. */
  private settle(one: ContactClass): void {
    while (one.stays.peek()?.waiting === false) one.stays.pop()
    if (one.waiting === 0 || one.staff === 0) {
      one.home?.remove(one)
      one.home = undefined
      return
    }
    const head = one.stays.peek()
    if (head === undefined) return
    one.dueBy = head.dueBy
    one.seq = head.seq
    one.home ??= this.homeOf(one)
    one.home.put(one)
  }

  private homeOf(one: ContactClass): ClassHeap {
    if (one.agent !== undefined) {
      const own = this.personal.get(one.agent) ?? new ClassHeap()
      this.personal.set(one.agent, own)
      return own
    }
    return this.rarest(one)?.classes ?? new ClassHeap()
  }

  /** Of the bits it needs, the one that the fewest signed-on agents have. */
  private rarest(one: ContactClass): Home | undefined {
    let rarest: Home | undefined
    for (const bit of one.bits) {
      const home = this.home(bit)
      if (rarest === undefined || home.agents.size < rarest.agents.size) rarest = home
    }
    return rarest
  }

  /** Signed-on agents among whom all are who could serve the class. */
  private staffOf(one: ContactClass, agents: ReadonlyMap<string, Agent>): Iterable<Agent> {
    if (one.agent === undefined) return this.rarest(one)?.agents ?? agents.values()
    const named = agents.get(one.agent)
    return named?.signedOn === true ? [named] : []
  }

  private home(bit: number): Home {
    const known = this.homes[bit]
    if (known !== undefined) return known
    while (this.homes.length < bit) this.homes.push(newHome())
    const created = newHome()
    this.homes[bit] = created
    return created
  }
}

/** Whether the agent's profile is enough, whatever it is doing now. */
export function serves(agent: Agent, one: ContactClass): boolean {
  return (one.agent === undefined || one.agent === agent.id) && covers(agent.mask, one.need)
}

// Codes and ids hold no blanks and no line feeds.
function saidOf({ channel, must }: Pick<QueueEntry, 'channel' | 'must'>, ring: Requirement): string {
  const words = (need: Requirement): string => `${need.skills.join(' ')}\n${need.language ?? ''}`
  return `${channel}\n${words(must)}\n${words(ring)}\n${ring.agent ?? ''}`
}
