import { DAY, HOUR, MINUTE } from '@throughline/kernel'
import { UuidIds } from '@throughline/platform'
import type { Derived, LogReader, RecordedEvent } from '@throughline/ports'
import { defect, readerOf } from '@throughline/ports/suites'
import { ana, helena, joel, ManualClock, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { channelsAudit } from './decision.derivation.js'
import type { OfferedChannels } from './decision.js'
import { routingService } from './index.js'
import { CARE_POLICY, careWith } from './policy/care-policy.example.js'
import { begin, idOf, request } from './routing.world.suite.js'

const OFFERED = 'throughline.ChannelsOffered.v1'
const MISSING = 'throughline.ImmediateChannelMissing.v1'
const ids = new UuidIds(new ManualClock())

/** The same decision with one channel offered that was not, or the other way round. */
function flipped(event: RecordedEvent, name: string): RecordedEvent {
  const data = event.data as OfferedChannels
  const channels = data.channels.map((one) =>
    one.channel === name ? { ...one, offered: !one.offered } : one,
  )
  return { ...event, data: { ...data, channels } }
}

const as = (event: RecordedEvent, data: object): RecordedEvent => ({
  ...event,
  data: { ...(event.data as object), ...data },
})

describe('audit: the channels of a journey, offered again', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld([routingService])
    const publish = (document: unknown) => world.as(helena).put('/api/v1/routing/policies/care', document)
    const offer = async (n: number) => {
      await world.as(ana).post('/api/v1/routing/offers', { journeyId: idOf(n) })
      await world.settled()
    }
    await publish(CARE_POLICY)
    const skills = ['chat', 'voice', 'message', 'mail', 'store'].map((skill) => ({ skill, level: 1 }))
    await world.as(helena).put(`/api/v1/routing/agents/${joel.id}/skills`, { skills })
    await begin(world, idOf(1), ana.id)
    await begin(world, idOf(2), ana.id, { reason: 'water-leak' })
    // Nobody is there, so that a guarantee cannot be kept.
    await offer(2)
    await world.as(joel).put('/api/v1/routing/agents/me/presence', { state: 'ready' })
    await offer(1)
    await offer(2)
    for (let n = 100; n < 140; n += 1)
      await request(world, { contactId: idOf(n), journeyId: idOf(1), customerId: ana.id, channel: 'chat' })
    await world.settled()
    await offer(1)
    await publish(careWith({ 'channels.chat.active': false }))
    await world.pass(20 * MINUTE)
    await offer(2)
    await world.pass(DAY + 3 * HOUR)
    await offer(1)
  })
  afterAll(() => world.stop())

  const audited = async (log: LogReader): Promise<readonly Derived[]> => {
    const audit = channelsAudit({ log, ids })
    const decided = (await log.readAll({ limit: 10_000 })).filter(({ type }) => type === OFFERED)
    return Promise.all(decided.map((event) => audit.derive(event)))
  }

  it('are the same whatever was published, staffed and queued', async () => {
    const [first] = await world.events(OFFERED)
    const log = readerOf(await world.events(), (event) =>
      defect('audit.channels') && event.id === first?.id ? flipped(event, 'email') : event,
    )
    const found = await audited(log)
    expect(found).toHaveLength(6)
    expect(found.filter(({ outcome }) => outcome !== 'same')).toEqual([])
    expect(await world.events(MISSING)).toHaveLength(1)
  })

  it('are told where others were recorded, with what they should have been', async () => {
    const [, second] = await world.events(OFFERED)
    const log = readerOf(await world.events(), (event) =>
      event.id === second?.id ? flipped(event, 'phone') : event,
    )
    const [first, altered, ...rest] = await audited(log)
    expect(altered).toEqual({
      outcome: 'different',
      says:
        'The channels should have been chat, callback, message, email, webform; ' +
        'recorded were chat, phone, callback, message, email, webform.',
      differences: [{ field: 'channels.1.offered', recorded: true, derived: false }],
    })
    expect([first, ...rest].every((one) => one?.outcome === 'same')).toBe(true)
  })

  it('are told where inputs were altered to fit, and where a guarantee was missed in silence', async () => {
    const events = await world.events()
    const [first] = events.filter(({ type }) => type === OFFERED)
    const altered = readerOf(events, (event) => {
      if (event.id !== first?.id) return event
      const { inputs } = event.data as OfferedChannels
      return as(event, { inputs: { ...inputs, facts: {} } })
    })
    const [found] = await audited(altered)
    expect(found?.outcome === 'different' && found.differences.map(({ field }) => field)).toContain(
      'level.urgency',
    )
    const silent = readerOf(events.filter(({ type }) => type !== MISSING))
    expect((await audited(silent))[0]).toMatchObject({ outcome: 'different', differences: [{ field: '1' }] })
  })

  it('cannot be derived where rules, policy or inputs are not there, and it says which', async () => {
    const events = await world.events()
    const [first] = events.filter(({ type }) => type === OFFERED)
    const derive = async (data: object) => {
      const log = readerOf(events, (event) => (event.id === first?.id ? as(event, data) : event))
      return (await audited(log))[0]
    }
    expect(await derive({ engine: 99 })).toEqual({
      outcome: 'underivable',
      because: 'Rules of engine 99 made it; this program has 1.',
    })
    expect(await derive({ version: 2 })).toEqual({
      outcome: 'underivable',
      because: 'care had no version 2 when it was made.',
    })
    expect(await derive({ inputs: {} })).toEqual({
      outcome: 'underivable',
      because: 'What it was decided from was not recorded whole.',
    })
  })
})
