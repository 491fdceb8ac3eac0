import { CHANNELS } from '@throughline/contracts'
import type { Channel } from '@throughline/contracts'
import { MINUTE, SECOND, toInstant } from '@throughline/kernel'
import fc from 'fast-check'
import { assignSkills, beAt, stopResponding } from './agent.js'
import { queueOf } from './entry.js'
import type { HeldContact } from './group.facts.js'
import { RoutingGroup } from './group.js'
import { CARE_POLICY } from './policy/care-policy.example.js'
import { RoutingLog } from './routing.log.suite.js'
import { decisionOf } from './wish.js'
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
import { workOf } from './work.js'

const AGENTS = ['a1', 'a2', 'a3'] as const
const SKILLS = ['chat', 'voice', 'message', 'mail', 'store']
const LEVEL = { urgency: 'normal', urgencyRule: 'default', value: 'standard', valueRule: 'default' } as const

type Act =
  | { readonly act: 'presence'; readonly agent: string; readonly state: 'ready' | 'paused' | 'signed-off' }
  | { readonly act: 'queue'; readonly channel: Channel; readonly target: number; readonly prefers: boolean }
  | { readonly act: 'answer'; readonly how: 'accept' | 'decline' }
  | {
      readonly act: 'change'
      readonly what: 'leave' | 'end' | 'finish' | 'drop' | 'resume' | 'transfer' | 'unanswered'
      readonly which: number
    }
  | { readonly act: 'pass'; readonly seconds: number }

const anyAct: fc.Arbitrary<Act> = fc.oneof(
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
class Day {
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

const PHASES = { queued: 'waiting', offered: 'offered', assigned: 'assigned', 'wrap-up': 'wrap-up' } as const

function phaseOf(status: string): string | undefined {
  return Object.entries(PHASES).find(([name]) => name === status)?.[1]
}

describe('a routing group', () => {
  it('P8: has every contact in exactly one state, and the search agrees with the log', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 60 }), (acts) => {
        const day = new Day()
        for (const act of acts) {
          day.do(act)
          for (const contactId of day.entered) {
            const { status } = day.log.state(contactId)
            expect(day.group.contacts.get(contactId)?.state.status ?? 'gone').toBe(status)
            expect([contactId, status, day.group.matcher.phaseOf(contactId)]).toEqual([
              contactId,
              status,
              phaseOf(status),
            ])
          }
          for (const agent of AGENTS) expect(day.group.matcher.loadOf(agent)).toBeLessThanOrEqual(100)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('keeps enteredAt and its place through everything, and brings it forward only by a declared way', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 60 }), (acts) => {
        const day = new Day()
        const places = new Map<string, string>()
        for (const act of acts) {
          day.do(act)
          for (const { contactId, state } of day.group.contacts.values()) {
            const work = workOf(state)
            if (work === undefined) continue
            const { enteredAt, dueBy } = work
            expect(dueBy <= (places.get(contactId) ?? dueBy)).toBe(true)
            expect(Date.parse(enteredAt)).toBeLessThanOrEqual(day.log.now)
            places.set(contactId, dueBy)
          }
        }
      }),
      { numRuns: 50 },
    )
  })

  it('P8: gives the same offers when it is folded again from the log alone', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 60 }), (acts) => {
        const day = new Day()
        for (const act of acts) day.do(act)
        const again = new RoutingGroup()
        for (const [n, event] of day.log.events.entries()) {
          if (event.type === 'throughline.ContactOffered.v1') {
            const { agentId, contactId } = event.data as {
              readonly agentId: string
              readonly contactId: string
            }
            expect(again.next(Date.parse(event.recordedAt))).toMatchObject({
              wish: 'offer',
              contact: { contactId },
              step: { agent: agentId },
            })
          }
          day.log.read(again, n, n + 1)
        }
        expect([...again.contacts]).toEqual([...day.group.contacts])
        expect([...again.agents]).toEqual([...day.group.agents])
        expect(again.next(day.log.now)).toEqual(day.group.next(day.log.now))
      }),
      { numRuns: 80 },
    )
  })

  it('never has a contact with two agents, even where a second owner decides from an old log', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyAct, fc.nat(6)), { maxLength: 50 }), (acts) => {
        const day = new Day()
        const stale = new RoutingGroup()
        let read = 0
        for (const [act, lag] of acts) {
          day.do(act)
          read = day.log.read(stale, read, Math.max(read, day.log.events.length - lag))
          const wish = stale.next(day.log.now)
          if (wish === undefined) continue
          const { contactId, version } = wish.contact
          // Taken by the store at this version only, as every wish of an owner is.
          const offerId = `${contactId}/stale/${String(version)}`
          day.log.work(contactId, decisionOf(wish, { now: day.log.now, offerId }), version)
          day.settle()
          for (const agent of AGENTS) expect(day.group.matcher.loadOf(agent)).toBeLessThanOrEqual(100)
        }
        const held = new Map<string, string>()
        for (const { type, data } of day.log.events) {
          const { contactId, agentId } = data as { readonly contactId?: string; readonly agentId?: string }
          if (contactId === undefined) continue
          if (type === 'throughline.ContactAssigned.v1') {
            expect(held.has(contactId)).toBe(false)
            held.set(contactId, agentId ?? '')
          } else if (/Requeued|Finished|Unanswered|LeftQueue/.test(type)) held.delete(contactId)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('tries the agent who knows it for a while, then anybody who fits', () => {
    const day = new Day()
    for (const agent of ['a1', 'a2']) day.do({ act: 'presence', agent, state: 'ready' })
    day.do({ act: 'queue', channel: 'phone', target: 30, prefers: true })
    expect(day.log.events.at(-1)).toMatchObject({ data: { agentId: 'a2', ring: 0 } })
    day.do({ act: 'queue', channel: 'callback', target: 30, prefers: true })
    expect(day.log.events.at(-1)).toMatchObject({ type: 'throughline.ContactQueued.v1' })
    day.do({ act: 'pass', seconds: 20 })
    expect(day.log.events.slice(-2)).toMatchObject([
      { type: 'throughline.RequirementRelaxed.v1', data: { ring: 1, need: [{ skill: 'voice', level: 1 }] } },
      { type: 'throughline.ContactOffered.v1', data: { agentId: 'a1', ring: 1 } },
    ])
  })

  it('calls back again after a while with the old place, three times in all', () => {
    const day = new Day()
    day.do({ act: 'presence', agent: 'a1', state: 'ready' })
    day.do({ act: 'queue', channel: 'callback', target: 30, prefers: false })
    for (const attempt of [1, 2, 3]) {
      day.do({ act: 'answer', how: 'accept' })
      day.do({ act: 'change', what: 'unanswered', which: 0 })
      expect(day.log.state('c0').status).toBe(attempt === 3 ? 'gone' : 'promised')
      expect(day.group.matcher.loadOf('a1')).toBe(0)
      day.do({ act: 'pass', seconds: (15 * MINUTE) / SECOND })
    }
    expect(day.log.events.at(-1)).toMatchObject({
      type: 'throughline.ContactLeftQueue.v1',
      data: { why: 'unanswered' },
    })
  })

  it('puts contacts of an agent who is gone back to their queue, with their place', () => {
    const day = new Day()
    day.do({ act: 'presence', agent: 'a1', state: 'ready' })
    day.do({ act: 'queue', channel: 'chat', target: 30, prefers: false })
    day.do({ act: 'answer', how: 'accept' })
    day.do({ act: 'queue', channel: 'chat', target: 30, prefers: false })
    day.do({ act: 'presence', agent: 'a1', state: 'signed-off' })
    expect([day.log.state('c0').status, day.log.state('c1').status]).toEqual(['queued', 'queued'])
    expect(day.log.events.map(({ type }) => type)).toContain('throughline.OfferWithdrawn.v1')
  })

  it('takes back the later of two offers that are more than the agent can hold', () => {
    const day = new Day()
    day.do({ act: 'presence', agent: 'a2', state: 'ready' })
    day.do({ act: 'queue', channel: 'phone', target: 30, prefers: false })
    day.do({ act: 'queue', channel: 'callback', target: 30, prefers: false })
    const held = day.group.contacts.get('c1')
    if (held?.state.status !== 'queued') throw new Error('c1 does not wait')
    const { work } = held.state
    // Another owner, who has not read the first offer yet.
    day.log.work('c1', () => [
      {
        type: 'throughline.ContactOffered.v1',
        data: {
          contactId: 'c1',
          journeyId: 'j',
          offerId: 'o',
          agentId: 'a2',
          channel: 'callback',
          dueBy: work.dueBy,
          expiresAt: toInstant(day.log.now + 30_000),
          ring: 0,
          load: 0,
          readySince: toInstant(day.log.now),
          ready: 1,
          passedOver: [],
        },
      },
    ])
    day.settle()
    expect(day.log.events.at(-1)).toMatchObject({
      type: 'throughline.OfferWithdrawn.v1',
      data: { contactId: 'c1', why: 'agent-full' },
    })
    expect(day.log.state('c0').status).toBe('offered')
  })
})
