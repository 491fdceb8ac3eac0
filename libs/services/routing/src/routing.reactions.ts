import { Controller } from '@nestjs/common'
import { EventPattern, Payload } from '@nestjs/microservices'
import type { EventOf, PublicEvents } from '@throughline/contracts'
import type { Decision } from '@throughline/kernel'
import { fromInstant, HOUR, toInstant } from '@throughline/kernel'
import { EventStore, reactionTo, ViewStore } from '@throughline/ports'
import type { RecordedEvent } from '@throughline/ports'
import { agents, beAt, stopResponding } from './agent.js'
import { skillOf } from './channels.js'
import { RoutingEngine } from './engine.service.js'
import { entryOf, factsOf, queueOf } from './entry.js'
import { JourneyReader } from './journey.reader.js'
import { caseOwnersView, journeysView } from './journey.view.js'
import { mayMove, policyFor } from './policy/channel-policy.js'
import { snapshotOf } from './standing.js'
import {
  callUnanswered,
  endWork,
  finishWork,
  interruptWork,
  leaveQueue,
  queueContact,
  resumeWork,
  scheduleCallback,
  transferWork,
} from './work.decisions.js'
import { workOf, works } from './work.js'
import type { WorkEvent, WorkState } from './work.js'

type Heard<Type extends PublicEvents['type']> = RecordedEvent<EventOf<Type>>

const ROUTING = { group: 'routing' }

@Controller()
export class RoutingReactions {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly engine: RoutingEngine,
    private readonly journeys: JourneyReader,
  ) {}

  /** What took place elsewhere is never routed. */
  @EventPattern('throughline.ContactRequested.v1', ROUTING)
  async queue(@Payload() event: Heard<'throughline.ContactRequested.v1'>): Promise<void> {
    const { contactId, journeyId, channel, person, callFrom, callUntil, origin, caseId } = event.data
    if (origin !== undefined) return
    if (channel === 'callback' && callFrom !== undefined) {
      const until = callUntil ?? toInstant(fromInstant(callFrom) + HOUR)
      await this.#work(event, scheduleCallback({ contactId, journeyId, from: callFrom, until }))
      return
    }
    const group = await this.engine.present()
    const { inForce } = group
    if (inForce === undefined)
      throw new Error(`no channel policy is published: ${contactId} cannot be queued`)
    const at = fromInstant(event.occurredAt)
    const segment = (await this.journeys.segmentOf(person.id)) ?? person.segment
    const facts = { ...factsOf(event.data), ...(segment !== undefined && { segment }) }
    const preferred = await this.#preferred(caseId, journeyId)
    const preferredAgentId = preferred !== undefined && group.isSignedOn(preferred) ? preferred : undefined
    const entering = {
      contactId,
      journeyId,
      channel,
      facts,
      at,
      ...(preferredAgentId !== undefined && { preferredAgentId }),
    }
    const snapshot = snapshotOf(group, policyFor(inForce.policy, segment), at)
    await this.#work(event, queueContact(entryOf(entering, inForce, snapshot)))
  }

  @EventPattern('throughline.ContactDropped.v1', ROUTING)
  async interrupt(@Payload() event: Heard<'throughline.ContactDropped.v1'>): Promise<void> {
    await this.#work(event, interruptWork)
  }

  /** She goes on, here or elsewhere, with the place she had. */
  @EventPattern('throughline.ContactResumed.v1', ROUTING)
  async resume(@Payload() event: Heard<'throughline.ContactResumed.v1'>): Promise<void> {
    const { contactId, from, channel: to } = event.data
    const group = await this.engine.present()
    const { state } = await this.store.load(works, contactId)
    const work = workOf(state)
    if (work === undefined) return
    const by = event.actor.startsWith('staff:') ? 'agent' : 'customer'
    const dropped = work.isAway === true || (state.status === 'assigned' && state.interrupted)
    const known = group.policy(work.policy, work.version)
    const policy = known && policyFor(known.policy, work.segment)
    const edge =
      policy &&
      ((dropped ? mayMove(policy, from, to, 'dropped') : undefined) ?? mayMove(policy, from, to, by))
    const last = work.lastAgentId
    await this.#work(
      event,
      resumeWork({
        from,
        to,
        by,
        entry: queueOf(to, group.ruleOf(work, to)),
        less: edge?.less ?? 0,
        ...(last !== undefined && group.isSignedOn(last) && { preferredAgentId: last }),
      }),
    )
  }

  @EventPattern('throughline.ContactTransferred.v1', ROUTING)
  async transfer(@Payload() event: Heard<'throughline.ContactTransferred.v1'>): Promise<void> {
    const { contactId, fromAgentId, toAgentId, skills } = event.data
    const group = await this.engine.present()
    const { state } = await this.store.load(works, contactId)
    const work = workOf(state)
    if (work === undefined) return
    await this.#work(
      event,
      transferWork({
        fromAgentId,
        entry: queueOf(work.channel, group.ruleOf(work, work.channel), skills.map(skillOf)),
        ...(toAgentId !== undefined && { toAgentId }),
      }),
    )
  }

  @EventPattern('throughline.ContactLeft.v1', ROUTING)
  async leave(@Payload() event: Heard<'throughline.ContactLeft.v1'>): Promise<void> {
    await this.#work(event, leaveQueue(event.data.why))
  }

  @EventPattern('throughline.ContactEnded.v1', ROUTING)
  async end(@Payload() event: Heard<'throughline.ContactEnded.v1'>): Promise<void> {
    await this.#work(event, endWork)
  }

  @EventPattern('throughline.ContactSummarised.v1', ROUTING)
  async finish(@Payload() event: Heard<'throughline.ContactSummarised.v1'>): Promise<void> {
    await this.#work(event, finishWork)
  }

  @EventPattern('throughline.CallEnded.v1', ROUTING)
  async callAgain(@Payload() event: Heard<'throughline.CallEnded.v1'>): Promise<void> {
    if (event.data.cause === 'unanswered') await this.#work(event, callUnanswered(event.recordedAt))
  }

  /** Whoever lets an offer expire is not asked again until she says she is there. */
  @EventPattern('throughline.OfferExpired.v1', ROUTING)
  async stop(@Payload() event: Heard<'throughline.OfferExpired.v1'>): Promise<void> {
    const { agentId } = event.data
    const { customerId: _, journeyId: __, ...command } = reactionTo(event, 'routing', 'stop')
    await this.store.transact(agents, agentId, stopResponding(agentId), command)
  }

  /** Contacts of somebody who no longer works here go back to their queue. */
  @EventPattern('throughline.StaffLeft.v1', ROUTING)
  async signOff(@Payload() event: Heard<'throughline.StaffLeft.v1'>): Promise<void> {
    const { staffId } = event.data
    const command = reactionTo(event, 'routing')
    await this.store.transact(agents, staffId, beAt(staffId, { state: 'signed-off' }, []), command)
  }

  async #work(
    event: RecordedEvent<{ readonly type: string; readonly data: { readonly contactId: string } }>,
    decision: Decision<WorkState, WorkEvent>,
  ): Promise<void> {
    await this.store.transact(works, event.data.contactId, decision, reactionTo(event, 'routing'))
  }

  async #preferred(caseId: string | undefined, journeyId: string): Promise<string | undefined> {
    const owner = caseId === undefined ? undefined : await this.views.row(caseOwnersView, caseId)
    return owner?.staffId ?? (await this.views.row(journeysView, journeyId))?.agent?.agentId
  }
}
