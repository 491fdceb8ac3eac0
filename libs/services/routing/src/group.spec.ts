import { MINUTE, SECOND, toInstant } from '@throughline/kernel'
import fc from 'fast-check'
import { RoutingGroup } from './group.js'
import { AGENTS, anyAct, Day } from './routing.day.suite.js'
import { decisionOf } from './wish.js'
import { workOf } from './work.js'

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
            // Both are in the same ring, or the widening that the search asks for is one that came about long ago.
            const work = status === 'queued' ? workOf(day.log.state(contactId)) : undefined
            if (work !== undefined) expect(day.group.matcher.keptContact(contactId)?.ring).toBe(work.ring)
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
