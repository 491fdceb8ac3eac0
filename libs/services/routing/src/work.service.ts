import { Injectable } from '@nestjs/common'
import { Clock, Refused } from '@throughline/kernel'
import type { Decision } from '@throughline/kernel'
import { EventStore, has, LiveFeed } from '@throughline/ports'
import type { Caller, Command, LiveResponse } from '@throughline/ports'
import { isChannel } from './channels.js'
import { waitShown } from './decision.shown.js'
import { RoutingEngine } from './engine.service.js'
import { queueOf } from './entry.js'
import { isRoutingFact, ROUTING_FACTS } from './group.facts.js'
import type { RoutingFact } from './group.facts.js'
import { JourneyReader } from './journey.reader.js'
import { aheadOf, standingOf, waitingIn, waitLeft } from './standing.js'
import { expectedWait, waitInterval } from './policy/expected-wait.js'
import { acceptOffer, declineOffer } from './work.decisions.js'
import { workOf, works } from './work.js'
import type { Offer, WorkEvent, WorkState } from './work.js'

@Injectable()
export class WorkService {
  constructor(
    private readonly store: EventStore,
    private readonly engine: RoutingEngine,
    private readonly journeys: JourneyReader,
    private readonly clock: Clock,
    private readonly live: LiveFeed,
  ) {}

  accept(contactId: string, offerId: string, command: Command, caller: Caller) {
    return this.#answer(contactId, acceptOffer({ offerId, agentId: caller.id }), command)
  }

  refuse(contactId: string, offerId: string, command: Command, caller: Caller) {
    return this.#answer(contactId, declineOffer({ offerId, agentId: caller.id }), command)
  }

  /** Where a contact is and how long it still takes. A customer is told the time, staff everything. */
  async find(contactId: string, caller: Caller) {
    const group = await this.engine.present()
    const { state, version } = await this.store.load(works, contactId)
    if (state.status === 'none' || !(await this.journeys.mayRead(journeyIdOf(state), caller))) {
      throw new Refused('not-found', 'routing.work-unknown', 'There is no such contact here.')
    }
    const work = workOf(state)
    const waits = work !== undefined && (state.status === 'queued' || state.status === 'offered')
    const left = waits ? waitLeft(group, work, this.clock.now()) : null
    const held = group.contacts.get(contactId)
    const told = {
      contactId,
      journeyId: journeyIdOf(state),
      state: customerState(state),
      ...(work !== undefined && { channel: work.channel, enteredAt: work.enteredAt, dueBy: work.dueBy }),
      ...(state.status === 'promised' && { callFrom: state.from, callUntil: state.until }),
      wait: left === null ? null : waitShown(left),
      ahead: waits && held !== undefined ? aheadOf(group, held, work) : null,
      quoted: work?.quoted === undefined ? null : waitShown(work.quoted),
      agentId: agentOf(state),
    }
    const staff = has(caller, 'agent', 'supervisor', 'analyst', 'administrator')
    return { version, body: staff ? { ...told, state: state.status, ...detailsOf(state) } : told }
  }

  /** Every queue by channel: who waits, who is there, how long it takes now. */
  async queues() {
    const group = await this.engine.present()
    const now = this.clock.now()
    const policy = group.inForce?.policy
    const unstaffed = new Set(group.matcher.unstaffed())
    return Object.entries(policy?.channels ?? {}).flatMap(([channel, rule]) => {
      if (!isChannel(channel)) return []
      const { queue } = queueOf(channel, rule)
      const standing = standingOf(group, channel, rule, now)
      const waiting = waitingIn(group, queue).filter(({ state }) => workOf(state)?.channel === channel)
      const works = waiting.flatMap(({ state }) => workOf(state) ?? [])
      const moments = expectedWait({ ...standing, ahead: standing.due.length, target: 0 })
      return [
        {
          queue,
          channel,
          pace: rule.pace,
          waiting: waiting.filter(({ state }) => state.status === 'queued').length,
          offered: waiting.filter(({ state }) => state.status === 'offered').length,
          firstDueBy: least(works.map(({ dueBy }) => dueBy)),
          oldestEnteredAt: least(works.map(({ enteredAt }) => enteredAt)),
          signedOn: standing.signedOn,
          ready: standing.idle,
          unstaffed: waiting.filter(({ contactId }) => unstaffed.has(contactId)).length,
          wait: moments === null ? null : waitShown(waitInterval(moments, group.waits.model)),
          handleSeconds: standing.handle,
        },
      ]
    })
  }

  /** Promised callbacks whose time has not come, by time. */
  async promised() {
    const group = await this.engine.present()
    return [...group.contacts.values()]
      .flatMap(({ contactId, state }) =>
        state.status === 'promised'
          ? [{ contactId, journeyId: state.journeyId, from: state.from, until: state.until }]
          : [],
      )
      .sort((first, second) => (first.from < second.from ? -1 : 1))
  }

  /** One small word for each event that changes queues or agents: what they are now is read again. */
  listen(response: LiveResponse, lastEventId: string | undefined, caller: Caller): void {
    this.live.open(response, {
      caller,
      types: Object.keys(ROUTING_FACTS),
      ...(lastEventId !== undefined && { lastEventId }),
      select: (event) => (isRoutingFact(event) ? { event: 'changed', data: changeOf(event) } : undefined),
    })
  }

  async #answer(contactId: string, decision: Decision<WorkState, WorkEvent>, command: Command) {
    const group = await this.engine.present()
    const held = group.contacts.get(contactId)
    const work = held && workOf(held.state)
    const told = await this.store.transact(works, contactId, decision, {
      ...command,
      ...(work !== undefined && { journeyId: work.journeyId }),
      ...(held?.customerId !== undefined && { customerId: held.customerId }),
    })
    return told
  }
}

function journeyIdOf(state: Exclude<WorkState, { readonly status: 'none' }>): string {
  return 'journeyId' in state ? state.journeyId : state.work.journeyId
}

function changeOf({ type, data }: RoutingFact) {
  return {
    type: type.split('.')[1] ?? type,
    ...('contactId' in data && { contactId: data.contactId }),
    ...('agentId' in data && { agentId: data.agentId }),
    ...('channel' in data && { channel: data.channel }),
  }
}

/** Who has it, or had it last once it is over. */
function agentOf(state: WorkState): string | null {
  switch (state.status) {
    case 'assigned':
    case 'wrap-up':
      return state.agentId
    case 'gone':
      return state.work?.lastAgentId ?? null
    case 'none':
    case 'promised':
    case 'queued':
    case 'offered':
      return null
  }
}

function customerState(state: WorkState) {
  switch (state.status) {
    case 'none':
    case 'gone':
      return 'over'
    case 'promised':
      return 'promised'
    case 'queued':
    case 'offered':
      return 'waiting'
    case 'assigned':
    case 'wrap-up':
      return 'answered'
  }
}

function detailsOf(state: WorkState) {
  const work = workOf(state)
  if (work === undefined) return {}
  const { queue, need, level, policy, version, segment, ring, excluded, lastAgentId, attempts } = work
  return {
    queue,
    need,
    level,
    policy,
    policyVersion: version,
    segment: segment ?? null,
    ring,
    excluded,
    attempts,
    lastAgentId: lastAgentId ?? null,
    offer: state.status === 'offered' ? offerShown(state.offer) : null,
  }
}

function offerShown({ offerId: id, agentId, expiresAt }: Offer) {
  return { id, agentId, expiresAt }
}

function least(moments: readonly string[]): string | null {
  return [...moments].sort()[0] ?? null
}
