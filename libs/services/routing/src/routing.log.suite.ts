import { fold, toInstant } from '@throughline/kernel'
import type { Decision, DomainEvent, Stream } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'
import { agents } from './agent.js'
import type { AgentEvent, AgentState } from './agent.js'
import { isRoutingFact } from './group.facts.js'
import type { RoutingGroup } from './group.js'
import { policies } from './policy.js'
import type { PolicyEvent } from './policy.js'
import { decisionOf } from './wish.js'
import { works } from './work.js'
import type { WorkEvent, WorkState } from './work.js'

/** A log in memory without I/O, with routing's streams, and the time as a number. */
export class RoutingLog {
  readonly events: RecordedEvent[] = []
  now = Date.parse('2026-11-20T09:00:00.000Z')

  work(contactId: string, decision: Decision<WorkState, WorkEvent>, version?: number): boolean {
    return this.#transact(works, contactId, decision, version)
  }

  agent(agentId: string, decision: Decision<AgentState, AgentEvent>): boolean {
    return this.#transact(agents, agentId, decision)
  }

  publish(policy: string, document: Readonly<Record<string, unknown>>): void {
    this.#transact(policies, policy, (): readonly PolicyEvent[] => [
      { type: 'throughline.ChannelPolicyPublished.v1', data: { policy, version: 1, document } },
    ])
  }

  state(contactId: string): WorkState {
    return fold(works, this.#history<WorkEvent>('work', contactId))
  }

  /** What an owner does: reads on, and records what is due until nothing is. Every wish's version is held to. */
  own(group: RoutingGroup, from: number): number {
    let position = from
    for (;;) {
      position = this.read(group, position)
      const wish = group.next(this.now)
      if (wish === undefined) return position
      const { contactId, version } = wish.contact
      const offerId = `${contactId}/offer/${String(version)}`
      const done = this.work(contactId, decisionOf(wish, { now: this.now, offerId }), version)
      if (!done) throw new Error(`${wish.wish} of ${contactId} came to nothing`)
    }
  }

  read(group: RoutingGroup, from: number, to = this.events.length): number {
    for (const event of this.events.slice(from, to)) if (isRoutingFact(event)) group.apply(event)
    return to
  }

  #history<Event extends DomainEvent>(stream: string, id: string): readonly RecordedEvent<Event>[] {
    // A stream holds only what its own decisions wrote.
    return this.events.filter(
      (event) => event.stream === stream && event.streamId === id,
    ) as unknown as readonly RecordedEvent<Event>[]
  }

  #transact<State, Event extends DomainEvent>(
    stream: Stream<State, Event>,
    id: string,
    decision: Decision<State, Event>,
    version?: number,
  ): boolean {
    const history = this.#history<Event>(stream.name, id)
    if (version !== undefined && version !== history.length) return false
    const events = decision(fold(stream, history))
    for (const [n, event] of events.entries()) {
      const position = this.events.length + 1
      this.events.push({
        ...event,
        id: String(position),
        stream: stream.name,
        streamId: id,
        sequence: history.length + n,
        position,
        occurredAt: toInstant(this.now),
        recordedAt: toInstant(this.now),
        commandId: String(position),
        actor: 'system:test',
        hash: '',
      })
    }
    return events.length > 0
  }
}
