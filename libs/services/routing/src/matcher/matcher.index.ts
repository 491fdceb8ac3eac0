import { Heap, firstIn } from './heap.js'
import { NOTHING, Vocabulary, bitsOf, covers, hasBit } from './masks.js'
import type { Mask } from './masks.js'
import { dueBefore, headBefore, newHome, servesBefore } from './matcher.state.js'
import type { Agent, Contact, ContactClass, Home, Stay } from './matcher.state.js'

interface Spot {
  readonly index: number
  readonly stay: Stay
  /** Where its class sits; none for a contact found behind a head that is excluded. */
  readonly heap?: Heap<ContactClass>
  readonly position: number
}

/** Both sides of the search: classes with waiting contacts under their rarest bit, agents under every bit they can use. */
export class MatcherIndex {
  readonly vocabulary = new Vocabulary()
  readonly classes = new Map<string, ContactClass>()
  private readonly homes: Home[] = []
  private readonly personal = new Map<string, Heap<ContactClass>>()

  constructor(
    /** How many classes or agents a search looks at before it scans flat. */
    private readonly limit: number,
    private readonly barred: (contact: Contact, agent: Agent) => boolean,
  ) {}

  /** The class of a need; `staff` counts the signed-on agents when it is new. */
  classOf(tokens: readonly string[], agent: string | undefined, agents: Iterable<Agent>): ContactClass {
    const need = this.vocabulary.mask(tokens)
    const key = `${need.join(',')}|${agent ?? ''}`
    const known = this.classes.get(key)
    if (known !== undefined) return known
    const created: ContactClass = {
      index: this.classes.size,
      need,
      bits: bitsOf(need),
      agent,
      stays: new Heap(dueBefore, false),
      waiting: 0,
      staff: 0,
      home: undefined,
    }
    for (const one of agents) if (one.signedOn && serves(one, created)) created.staff += 1
    this.classes.set(key, created)
    return created
  }

  /** Counts the agent in or out; answers the classes that nobody signed on can serve any more. */
  staff(agent: Agent, by: 1 | -1): readonly ContactClass[] {
    for (const bit of agent.bits) this.home(bit).agents += by
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
    const before = agent.open
    agent.open = open
    // Who can take nothing stands in no heap.
    if (before === NOTHING && open === NOTHING) return
    for (const bit of agent.bits) {
      if (hasBit(open, bit)) this.home(bit).ready.put(agent)
      else this.home(bit).ready.remove(agent)
    }
  }

  /** The contact due earliest that the agent can take now. */
  take(agent: Agent): Stay | undefined {
    const frontier = new Heap<Spot>((a, b) => dueBefore(a.stay, b.stay), false)
    const look = (heap: Heap<ContactClass> | undefined, position: number) => {
      const stay = heap?.at(position)?.stays.peek()
      if (heap !== undefined && stay !== undefined) frontier.put({ index: 0, stay, heap, position })
    }
    for (const bit of agent.bits) if (hasBit(agent.open, bit)) look(this.homes[bit]?.classes, 0)
    look(this.personal.get(agent.id), 0)
    for (let looked = 0; looked < this.limit; looked += 1) {
      const spot = frontier.pop()
      if (spot === undefined) return undefined
      if (spot.heap === undefined) return spot.stay
      const first = this.firstFor(spot.stay.class, agent)
      if (first === spot.stay) return first
      if (first !== undefined) frontier.put({ index: 0, stay: first, position: 0 })
      look(spot.heap, 2 * spot.position + 1)
      look(spot.heap, 2 * spot.position + 2)
    }
    let best: Stay | undefined
    for (const one of this.classes.values()) {
      const head = one.home === undefined ? undefined : one.stays.peek()
      if (head === undefined || (best !== undefined && dueBefore(best, head))) continue
      const first = this.firstFor(one, agent)
      if (first !== undefined && (best === undefined || dueBefore(first, best))) best = first
    }
    return best
  }

  /** The best agent who can take the contact now. */
  place(stay: Stay, named: Agent | undefined): Agent | undefined {
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
    one.home ??= this.homeOf(one)
    one.home.put(one)
  }

  private homeOf(one: ContactClass): Heap<ContactClass> {
    if (one.agent !== undefined) {
      const own = this.personal.get(one.agent) ?? new Heap<ContactClass>(headBefore)
      this.personal.set(one.agent, own)
      return own
    }
    let rarest: Home | undefined
    for (const bit of one.bits) {
      const home = this.home(bit)
      if (rarest === undefined || home.agents < rarest.agents) rarest = home
    }
    return rarest?.classes ?? new Heap<ContactClass>(headBefore)
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
