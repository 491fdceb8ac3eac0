import { Injectable } from '@nestjs/common'
import { Clock, Ids, Refused, toInstant } from '@throughline/kernel'
import { differences, EventStore, Timers } from '@throughline/ports'
import type { Caller, Command, Vantage } from '@throughline/ports'
import { decidedAgain } from './decision.derivation.js'
import { inputsOf } from './decision.inputs.js'
import { thenOf } from './decision.replay.js'
import { channelsShown, offeredOf } from './decision.shown.js'
import { decisions, offerChannels } from './decision.js'
import type { OfferedChannels } from './decision.js'
import { RoutingEngine } from './engine.service.js'
import { gates, moveGates } from './gate.js'
import { JourneyReader } from './journey.reader.js'
import { evaluateChannels } from './policy/channel-offers.js'
import { policies } from './policy.js'

@Injectable()
export class DecisionsService {
  constructor(
    private readonly store: EventStore,
    private readonly engine: RoutingEngine,
    private readonly journeys: JourneyReader,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly timers: Timers,
  ) {}

  /** Which channels the journey is offered now, recorded with everything it was decided from. */
  async offer(journeyId: string, command: Command, caller: Caller) {
    const journey = await this.journeys.own(journeyId, caller)
    const facts = await this.journeys.facts(journey)
    const from = inputsOf(await this.engine.present(), facts, this.clock.now())
    if (from === undefined) throw noPolicy()
    const { inputs, inForce } = from
    const { name, version, policy } = inForce
    const { decision, moved } = evaluateChannels({ policy, version, ...inputs })
    const decisionId = this.ids.derive('decision', command.id)
    const offered = offeredOf(decision, { decisionId, journeyId, policy: name, version }, inputs)
    const told = await this.store.transact(decisions, decisionId, offerChannels(offered), {
      ...command,
      journeyId,
      customerId: journey.owner,
    })
    if (told.outcome === 'applied' && moved.length > 0) {
      const gateCommand = { id: `${decisionId}/gates`, actor: command.actor, causationId: decisionId }
      await this.store.transact(gates, name, moveGates(name, moved), gateCommand)
    }
    return {
      ...told,
      shown: await this.#shown(told.state.status === 'made' ? told.state.offered : offered),
    }
  }

  /**
   * Which channels the journey would have been offered at a moment, by the policy in force then and from what was known
   * then (C48). Nothing is recorded. @throws Refused `routing.journey-not-yet`, `routing.no-policy`
   */
  async shownThen(journeyId: string, vantage: Pick<Vantage, 'position' | 'at'>) {
    const known = await thenOf(this.store, this.timers, journeyId, vantage)
    if (known === undefined) {
      throw new Refused('not-found', 'routing.journey-not-yet', 'There was no such journey at this moment.')
    }
    const from = inputsOf(known.group, known.facts, known.at)
    if (from === undefined) throw noPolicy()
    const { name, version, policy } = from.inForce
    const { decision } = evaluateChannels({ policy, version, ...from.inputs })
    const { position, at } = known
    const shown = channelsShown(decision, { policy, snapshot: from.inputs.snapshot })
    return { journeyId, policy: name, version, at: toInstant(at), position, ...shown }
  }

  async find(decisionId: string, caller: Caller) {
    const { offered, version } = await this.#recorded(decisionId, caller)
    const { decisionId: id, ...told } = offered
    return { version, body: { id, ...told, shown: await this.#shown(offered) } }
  }

  /** Decides again from what was recorded, and says where it comes out otherwise. */
  async derive(decisionId: string, caller: Caller) {
    const { offered } = await this.#recorded(decisionId, caller)
    const again = await this.#again(offered)
    const found = differences(offered, again.offered)
    return {
      decisionId,
      policy: offered.policy,
      version: offered.version,
      equal: found.length === 0,
      differences: found.map(({ field, first, second }) => ({
        field,
        recorded: first ?? null,
        derived: second ?? null,
      })),
    }
  }

  async #recorded(decisionId: string, caller: Caller) {
    const { state, version } = await this.store.load(decisions, decisionId)
    if (state.status === 'made' && (await this.journeys.mayRead(state.offered.journeyId, caller)))
      return { offered: state.offered, version }
    throw new Refused('not-found', 'routing.decision-unknown', 'There is no such decision.')
  }

  async #shown(offered: OfferedChannels) {
    const { decisionId: id, journeyId, policy, version, at } = offered
    const again = await this.#again(offered)
    return { id, journeyId, policy, version, at, ...channelsShown(again.decision, again) }
  }

  async #again(offered: OfferedChannels) {
    const { decisionId, policy: name, version } = offered
    const { state } = await this.store.load(policies, name)
    const document = state.status === 'none' ? undefined : state.versions[version - 1]
    const again = document && decidedAgain(offered, document)
    if (again === undefined) {
      throw new Error(`decision ${decisionId} was recorded from what cannot be read any more`)
    }
    return again
  }
}

export function noPolicy(): Refused {
  return new Refused('conflict', 'routing.no-policy', 'No channel policy is published yet.', {
    todo: 'A supervisor publishes one with PUT /api/v1/routing/policies/{name}.',
  })
}
