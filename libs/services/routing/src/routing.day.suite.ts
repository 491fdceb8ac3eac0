import { CHANNELS } from '@throughline/contracts'
import type { Channel } from '@throughline/contracts'
import { SECOND, toInstant } from '@throughline/kernel'
import fc from 'fast-check'
import { assignSkills, beAt, stopResponding } from './agent.js'
import { queueOf } from './entry.js'
import type { HeldContact } from './group.facts.js'
import { RoutingGroup } from './group.js'
import { CARE_POLICY } from './policy/care-policy.example.js'
import { RoutingLog } from './routing.log.suite.js'
import {
  acceptOffer,
  callUnanswered,
  declineOffer,
  endWork,
  finishWork,
  interruptWork,
  leaveQueue,
  queueContact,
  resumeWork,
  transferWork,
} from './work.decisions.js'

export const AGENTS = ['a1', 'a2', 'a3'] as const
const SKILLS = ['chat', 'voice', 'message', 'mail', 'store']
const LEVEL = { urgency: 'normal', urgencyRule: 'default', value: 'standard', valueRule: 'default' } as const

export type Act =
  | { readonly act: 'presence'; readonly agent: string; readonly state: 'ready' | 'paused' | 'signed-off' }
  | { readonly act: 'queue'; readonly channel: Channel; readonly target: number; readonly prefers: boolean }
  | { readonly act: 'answer'; readonly how: 'accept' | 'decline' }
  | {
      readonly act: 'change'
      readonly what: 'leave' | 'end' | 'finish' | 'drop' | 'resume' | 'transfer' | 'unanswered'
      readonly which: number
    }
  | { readonly act: 'pass'; readonly seconds: number }

export const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    act: fc.constant('presence' as const),
    agent: fc.constantFrom(...AGENTS),
    state: fc.constantFrom('ready', 'ready', 'ready', 'paused', 'signed-off'),
  }),
  fc.record({
    act: fc.constant('queue' as const),
    channel: fc.constantFrom(...CHANNELS),
    target: fc.constantFrom(30, 90, 180),
    prefers: fc.boolean(),
  }),
  fc.record({ act: fc.constant('answer' as const), how: fc.constantFrom('accept', 'accept', 'decline') }),
  fc.record({
    act: fc.constant('change' as const),
    what: fc.constantFrom('leave', 'end', 'finish', 'drop', 'resume', 'transfer', 'unanswered'),
    which: fc.nat(20),
  }),
  fc.record({ act: fc.constant('pass' as const), seconds: fc.constantFrom(1, 20, 31, 1_000) }),
)

/** A day of a small group: what is done to it, by whoever may. */
export class Day {
  readonly log = new RoutingLog()
  readonly group = new RoutingGroup()
  readonly entered: string[] = []
  position = 0

  constructor() {
    this.log.publish('care', CARE_POLICY)
    for (const [n, agent] of AGENTS.entries()) {
      const skills = SKILLS.slice(n, n + 3).map((skill) => ({ skill, level: 1 }))
      this.log.agent(agent, assignSkills(agent, skills))
    }
    this.settle()
  }

  do(act: Act): void {
    switch (act.act) {
      case 'presence':
        this.log.agent(act.agent, beAt(act.agent, { state: act.state }, []))
        break
      case 'queue':
        this.#enter(act)
        break
      case 'answer': {
        const [offered] = this.#inState('offered')
        if (offered?.state.status !== 'offered') break
        const { offerId, agentId } = offered.state.offer
        const decide = act.how === 'accept' ? acceptOffer : declineOffer
        this.log.work(offered.contactId, decide({ offerId, agentId }))
        break
      }
      case 'change':
        this.#change(act.what, this.entered[act.which % Math.max(1, this.entered.length)])
        break
      case 'pass':
        this.log.now += act.seconds * SECOND
    }
    this.settle()
  }

  settle(): void {
    const before = this.log.events.length
    this.position = this.log.own(this.group, this.position)
    // As the reaction does.
    for (const { type, data } of this.log.events.slice(before)) {
      if (type !== 'throughline.OfferExpired.v1') continue
      const { agentId } = data as { readonly agentId: string }
      this.log.agent(agentId, stopResponding(agentId))
    }
    this.position = this.log.own(this.group, this.position)
  }

  #inState(status: string): readonly HeldContact[] {
    return [...this.group.contacts.values()].filter(({ state }) => state.status === status)
  }

  #enter({ channel, target, prefers }: Extract<Act, { readonly act: 'queue' }>): void {
    const contactId = `c${String(this.entered.length)}`
    this.entered.push(contactId)
    this.log.work(
      contactId,
      queueContact({
        contactId,
        journeyId: 'j',
        channel,
        ...queueOf(channel, this.group.inForce?.policy.channels[channel]),
        enteredAt: toInstant(this.log.now),
        dueBy: toInstant(this.log.now + target * SECOND),
        level: LEVEL,
        policy: 'care',
        version: 1,
        ...(prefers && { preferredAgentId: 'a2' }),
      }),
    )
  }

  #change(what: Extract<Act, { readonly act: 'change' }>['what'], contactId: string | undefined): void {
    if (contactId === undefined) return
    const state = this.log.state(contactId)
    const entry = queueOf('phone', this.group.inForce?.policy.channels.phone)
    const decisions = {
      leave: leaveQueue('gave-up'),
      end: endWork,
      finish: finishWork,
      drop: interruptWork,
      resume: resumeWork({ from: 'chat', to: 'phone', by: 'customer', entry, less: 5_000 }),
      transfer: transferWork({
        fromAgentId: state.status === 'assigned' ? state.agentId : '',
        entry,
      }),
      unanswered: callUnanswered(toInstant(this.log.now)),
    }
    this.log.work(contactId, decisions[what])
  }
}
