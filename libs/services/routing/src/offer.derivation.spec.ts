import { SECOND } from '@throughline/kernel'
import type { Ids } from '@throughline/kernel'
import type { Derived, RecordedEvent } from '@throughline/ports'
import { defect, readerOf } from '@throughline/ports/suites'
import fc from 'fast-check'
import { SET_ASIDE } from './group.agenda.js'
import { RoutingGroup } from './group.js'
import { isOffered, OfferAudit } from './offer.derivation.js'
import { anyAct, Day } from './routing.day.suite.js'
import type { Act } from './routing.day.suite.js'
import { decisionOf } from './wish.js'

const ids: Ids = {
  next: () => 'none',
  derive: (...parts) => `${parts[1] ?? ''}/offer/${parts[2] ?? ''}`,
}

/** What becomes of every offer of a log, by its position. */
async function audited(events: readonly RecordedEvent[]): Promise<ReadonlyMap<number, Derived>> {
  const audit = new OfferAudit(readerOf(events), ids)
  const found = new Map<number, Derived>()
  for (const event of events.filter(isOffered)) found.set(event.position, await audit.derive(event))
  return found
}

const outcomes = (found: ReadonlyMap<number, Derived>) =>
  [...found].filter(([, { outcome }]) => outcome !== 'same')

/** The day, with an offer altered where the defect asks for one. */
function lived(acts: readonly Act[]): Day {
  const day = new Day()
  for (const act of acts) day.do(act)
  const at = day.log.events.findIndex(isOffered)
  const offer = day.log.events[at]
  if (defect('audit.agent') && offer !== undefined && isOffered(offer)) {
    const agentId = offer.data.agentId === 'a1' ? 'a2' : 'a1'
    day.log.events[at] = { ...offer, data: { ...offer.data, agentId } }
  }
  return day
}

/** Two agents who can chat; whoever is ready first is chosen. */
function twoReady(): Day {
  const day = new Day()
  day.do({ act: 'presence', agent: 'a1', state: 'ready' })
  day.do({ act: 'pass', seconds: 1 })
  day.do({ act: 'presence', agent: 'a2', state: 'ready' })
  return day
}

describe('audit: the agent of an offer, chosen again', () => {
  it('is the same for every offer that was ever made, whatever the day was like', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAct, { maxLength: 60 }), async (acts) => {
        expect(outcomes(await audited(lived(acts).log.events))).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  it('is the same when others wrote between the reading and the writing of its owner', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyAct, fc.nat(6)), { maxLength: 50 }), async (acts) => {
        const day = new Day()
        const stale = new RoutingGroup()
        let read = 0
        for (const [act, lag] of acts) {
          day.do(act)
          read = day.log.read(stale, read, Math.max(read, day.log.events.length - lag))
          const wish = stale.next(day.log.now)
          if (wish?.wish !== 'offer') continue
          const { contactId, version } = wish.contact
          const offerId = ids.derive('offer', contactId, String(version))
          day.log.work(contactId, decisionOf(wish, { now: day.log.now, offerId }), version)
          day.settle()
        }
        expect(outcomes(await audited(day.log.events))).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('is told where another was recorded, with its position and who it should have been', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAct, { minLength: 10, maxLength: 60 }), fc.nat(), async (acts, which) => {
        const { events } = lived(acts).log
        const offers = events.filter(isOffered)
        const offer = offers[which % Math.max(1, offers.length)]
        if (offer === undefined) return
        const agentId = offer.data.agentId === 'a3' ? 'a1' : 'a3'
        const altered = { ...offer, data: { ...offer.data, agentId } }
        const log = events.map((event) => (event === offer ? altered : event))
        const found = (await audited(log)).get(offer.position)
        expect(found).toMatchObject({
          outcome: 'different',
          differences: [{ field: 'agentId', recorded: agentId, derived: offer.data.agentId }],
        })
        expect(found?.outcome === 'different' && found.says).toContain(`agent ${offer.data.agentId}`)
      }),
      { numRuns: 60 },
    )
  })

  it('is told where reasons were recorded that were none, and where the contact did not wait', async () => {
    const day = twoReady()
    day.do({ act: 'queue', channel: 'chat', target: 30, prefers: false })
    const offer = day.log.events.at(-1)
    if (offer === undefined || !isOffered(offer)) throw new Error('nothing was offered')
    const { position } = offer
    const withReason = { ...offer, data: { ...offer.data, load: 15 } }
    expect((await audited([...day.log.events.slice(0, -1), withReason])).get(position)).toMatchObject({
      says: 'The choice is the same; what was recorded of its reasons is not.',
      differences: [{ field: 'load', recorded: 15, derived: 0 }],
    })
    const twice = { ...offer, position: position + 1, sequence: offer.sequence + 1 }
    expect((await audited([...day.log.events, twice])).get(position + 1)).toMatchObject({
      says: expect.stringContaining('was not waiting') as string,
    })
    const nobody = day.log.events.filter(({ type }) => !type.endsWith('AgentBecameReady.v1'))
    expect((await audited(nobody)).get(position)).toMatchObject({
      says: expect.stringContaining('Nobody should have been offered anything') as string,
      differences: [{ field: 'agentId', derived: null }],
    })
  })

  it('keeps who was set aside, so that letting somebody pass is no difference', async () => {
    const day = new Day()
    day.do({ act: 'queue', channel: 'chat', target: 30, prefers: false })
    day.do({ act: 'queue', channel: 'chat', target: 90, prefers: false })
    day.log.now += SECOND
    const { log, group } = day
    log.agent('a1', () => [
      { type: 'throughline.AgentSignedOn.v1', data: { agentId: 'a1' } },
      { type: 'throughline.AgentBecameReady.v1', data: { agentId: 'a1' } },
    ])
    day.position = log.read(group, day.position)
    const first = group.next(log.now)
    expect(first).toMatchObject({ wish: 'offer', contact: { contactId: 'c0' } })
    // What should have been recorded could not be.
    if (first !== undefined) group.setAside(first, log.now)
    day.settle()
    const offer = log.events.at(-1)
    expect(offer).toMatchObject({
      data: { contactId: 'c1', agentId: 'a1', passedOver: [{ contactId: 'c0', lacks: SET_ASIDE }] },
    })
    expect(outcomes(await audited(log.events))).toEqual([])
    // Without that word it would be a wrong choice, and so it is one.
    if (offer === undefined || !isOffered(offer)) throw new Error('nothing was offered')
    const silent = { ...offer, data: { ...offer.data, passedOver: [] } }
    expect((await audited([...log.events.slice(0, -1), silent])).get(offer.position)).toMatchObject({
      says: expect.stringContaining('Contact c0 should have been offered to agent a1') as string,
    })
  })
})
