import type { Channel } from '@throughline/contracts'
import { DAY, HOUR, MINUTE, SECOND, toInstant } from '@throughline/kernel'
import { assignSkills, beAt } from './agent.js'
import { queueOf } from './entry.js'
import { RoutingGroup } from './group.js'
import { KeptBook } from './kept.js'
import { CARE_POLICY } from './policy/care-policy.example.js'
import { RoutingLog } from './routing.log.suite.js'
import { acceptOffer, finishWork, leaveQueue, queueContact } from './work.decisions.js'

describe('promised answer times of the last week', () => {
  const AT = Date.UTC(2026, 10, 20, 12)

  it('are told from thirty contacts on, by channel', () => {
    const book = new KeptBook()
    for (let n = 0; n < 29; n += 1) book.ended('chat', AT + n, AT)
    expect(book.of('chat', AT)).toBeUndefined()
    book.ended('chat', AT - 1, AT)
    expect(book.of('chat', AT)).toEqual({ kept: 2, of: 30 })
    expect(book.of('phone', AT)).toBeUndefined()
  })

  it('forget what is older', () => {
    const book = new KeptBook()
    for (let n = 0; n < 30; n += 1) book.ended('chat', AT, AT + HOUR)
    expect(book.of('chat', AT + 6 * DAY)).toEqual({ kept: 30, of: 30 })
    expect(book.of('chat', AT + 8 * DAY)).toBeUndefined()
  })
})

describe('a group that keeps its promises, or not', () => {
  const log = new RoutingLog()
  const group = new RoutingGroup()
  let position = 0
  let entered = 0
  const be = (state: 'ready' | 'paused') => {
    log.agent('a1', beAt('a1', { state }, []))
    position = log.own(group, position)
  }
  /** Somebody waits so long, and is answered or leaves. */
  const wait = (channel: Channel, waits: number, ends: 'answered' | 'left') => {
    const contactId = `c${String((entered += 1))}`
    const queued = {
      contactId,
      journeyId: 'j',
      channel,
      ...queueOf(channel, group.inForce?.policy.channels[channel]),
      enteredAt: toInstant(log.now),
      dueBy: toInstant(log.now + 180 * SECOND),
      level: { urgency: 'normal', urgencyRule: 'default', value: 'standard', valueRule: 'default' },
      policy: 'care',
      version: 1,
    } as const
    be('paused')
    log.work(contactId, queueContact(queued))
    position = log.own(group, position)
    log.now += waits
    if (ends === 'left') log.work(contactId, leaveQueue('gave-up'))
    else be('ready')
    const state = log.state(contactId)
    if (state.status === 'offered') log.work(contactId, acceptOffer(state.offer))
    log.work(contactId, finishWork)
    position = log.own(group, position)
  }

  beforeAll(() => {
    log.publish('care', CARE_POLICY)
    const skills = ['chat', 'voice'].map((skill) => ({ skill, level: 1 }))
    log.agent('a1', assignSkills('a1', skills))
    be('ready')
  })

  it('C47: counts who was answered by the due time, and who left only after it', () => {
    for (let n = 0; n < 28; n += 1) wait('chat', 10 * SECOND, 'answered')
    wait('chat', 4 * MINUTE, 'answered')
    wait('chat', MINUTE, 'left')
    expect(group.kept.of('chat', log.now)).toBeUndefined()
    wait('chat', 4 * MINUTE, 'left')
    expect(group.kept.of('chat', log.now)).toEqual({ kept: 28, of: 30 })
  })

  it('C47: holds a call back to what its channel promises, not to its place in the queue', () => {
    for (let n = 0; n < 30; n += 1) wait('callback', 4 * MINUTE, 'answered')
    expect(group.kept.of('callback', log.now)).toEqual({ kept: 30, of: 30 })
  })

  it('is the same folded again', () => {
    const again = new RoutingGroup()
    log.read(again, 0)
    expect(again.kept.of('chat', log.now)).toEqual(group.kept.of('chat', log.now))
  })
})
