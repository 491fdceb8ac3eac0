import { Injectable } from '@nestjs/common'
import type { Skill } from '@throughline/contracts'
import { Refused, toInstant } from '@throughline/kernel'
import { EventStore, LiveFeed } from '@throughline/ports'
import type { Caller, Command, LiveResponse } from '@throughline/ports'
import { agents, assignSkills, beAt } from './agent.js'
import type { Presence } from './agent.js'
import { RoutingEngine } from './engine.service.js'
import { isRoutingFact } from './group.facts.js'
import type { HeldAgent, HeldContact } from './group.facts.js'
import type { RoutingGroup } from './group.js'
import { workOf } from './work.js'

/** What an agent hears of at once. */
const LIVE = [
  'throughline.ContactOffered.v1',
  'throughline.OfferDeclined.v1',
  'throughline.OfferExpired.v1',
  'throughline.OfferWithdrawn.v1',
  'throughline.ContactAssigned.v1',
  'throughline.WorkFinished.v1',
  'throughline.AgentSignedOn.v1',
  'throughline.AgentBecameReady.v1',
  'throughline.AgentPaused.v1',
  'throughline.AgentStoppedResponding.v1',
  'throughline.AgentSignedOff.v1',
]

@Injectable()
export class AgentsService {
  constructor(
    private readonly store: EventStore,
    private readonly engine: RoutingEngine,
    private readonly live: LiveFeed,
  ) {}

  assign(agentId: string, skills: readonly Skill[], command: Command) {
    return this.store.transact(agents, agentId, assignSkills(agentId, skills), command)
  }

  /** `force`: somebody else says it, of one who cannot say it any more; her contacts go back to their queues. */
  async beAt(
    agentId: string,
    wanted: { readonly state: Presence; readonly why?: string },
    force: boolean,
    command: Command,
  ) {
    const group = await this.engine.present()
    const held = force ? [] : group.heldBy(agentId).map(({ contactId }) => contactId)
    return this.store.transact(agents, agentId, beAt(agentId, wanted, held), command)
  }

  async list() {
    const group = await this.engine.present()
    return [...group.agents.values()]
      .map((agent) => agentShown(group, agent))
      .sort((first, second) => (first.agentId < second.agentId ? -1 : 1))
  }

  /** @throws Refused `routing.agent-unknown` */
  async one(agentId: string) {
    const group = await this.engine.present()
    const agent = group.agents.get(agentId)
    if (agent === undefined) {
      throw new Refused('not-found', 'routing.agent-unknown', 'There is no such agent.', {
        todo: 'Give the agent skills, or let the agent sign on.',
      })
    }
    return agentShown(group, agent)
  }

  /** Somebody who has never signed on is signed off. */
  async self(agentId: string) {
    const group = await this.engine.present()
    return agentShown(
      group,
      group.agents.get(agentId) ?? { agentId, state: agents.initial, since: 0, worked: {} },
    )
  }

  async offers(agentId: string) {
    const group = await this.engine.present()
    return group.offersTo(agentId).flatMap(offerShown)
  }

  listen(response: LiveResponse, lastEventId: string | undefined, caller: Caller): void {
    this.live.open(response, {
      caller,
      types: LIVE,
      ...(lastEventId !== undefined && { lastEventId }),
      select: (event) => {
        if (!isRoutingFact(event) || !('agentId' in event.data) || event.data.agentId !== caller.id)
          return undefined
        return { event: event.type.split('.')[1] ?? event.type, data: { ...event.data, ...contextOf(event) } }
      },
    })
  }
}

function agentShown(group: RoutingGroup, { agentId, state, since, worked }: HeldAgent) {
  return {
    agentId,
    presence: state.status,
    ...(state.status === 'paused' && state.why !== undefined && { why: state.why }),
    since: since === 0 ? null : toInstant(since),
    skills: state.skills,
    load: group.matcher.loadOf(agentId),
    contacts: group.heldBy(agentId).flatMap(contactShown),
    offers: group.offersTo(agentId).flatMap(offerShown),
    worked: Object.entries(worked).map(([channel, { contacts, seconds }]) => ({
      channel,
      contacts,
      meanSeconds: Math.round(seconds / contacts),
    })),
  }
}

function contactShown({ contactId, state }: HeldContact) {
  const work = workOf(state)
  if (work === undefined) return []
  const { journeyId, channel } = work
  return [{ contactId, journeyId, channel, state: state.status, context: hrefOf(journeyId) }]
}

function offerShown({ contactId, state }: HeldContact) {
  if (state.status !== 'offered') return []
  const { work, offer } = state
  const { journeyId, channel, queue, level, enteredAt, dueBy } = work
  const { offerId: id, expiresAt } = offer
  return [
    {
      id,
      contactId,
      journeyId,
      channel,
      queue,
      level,
      enteredAt,
      dueBy,
      expiresAt,
      context: hrefOf(journeyId),
    },
  ]
}

function contextOf({ data }: { readonly data: object }) {
  return 'journeyId' in data && typeof data.journeyId === 'string' ? { context: hrefOf(data.journeyId) } : {}
}

/** Where everything known about the contact is read. */
export function hrefOf(journeyId: string) {
  return { href: `/api/v1/journey/journeys/${journeyId}/context` }
}
