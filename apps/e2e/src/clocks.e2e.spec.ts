import { POLICY, REASONS } from '@throughline/demo'
import type { Person } from '@throughline/demo'
import { fromInstant, HOUR, MINUTE, SECOND, toInstant } from '@throughline/kernel'
import { defect } from '@throughline/ports/suites'
import { caseService } from '@throughline/service-case'
import { routingService } from '@throughline/service-routing'
import { assertWorld, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { openStage } from './stage.js'
import type { Stage } from './stage.js'

describe('a clock that jumps, stands still and leaps', () => {
  let stage: Stage | undefined
  let world: World | undefined
  afterEach(async () => {
    await stage?.stop()
    await world?.stop()
    stage = undefined
    world = undefined
  })

  const staff = async (on: Stage, name: string, ...roles: readonly string[]): Promise<Person> => {
    const email = `${name}@halden.example`
    await on.operator.post('/api/v1/identity/staff', { name, email, roles })
    const person = on.person(email)
    await person.signIn()
    return person
  }
  const customer = async (on: Stage, name: string): Promise<Person> => {
    const email = `${name}@example.org`
    await on.operator.put(`/api/v1/identity/customers/by-external-id/shop/${name}`, { name, email })
    const person = on.person(email)
    await person.signIn()
    await on.settle()
    return person
  }
  /** Places of negative numbers in an answer. */
  const negative = (value: unknown, at = ''): readonly string[] => {
    if (typeof value === 'number') return value < 0 ? [`${at} = ${String(value)}`] : []
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([name, part]) => negative(part, `${at}/${name}`))
  }

  it('R24: never decides the order of what happened, and nothing takes less than no time', async () => {
    const on = (stage = await openStage())
    // Seeded defect: a store that writes down the time as the clock has it.
    if (defect('R24.record')) {
      const { events } = on.host()
      const read = events.readAll.bind(events)
      events.readAll = async (options) =>
        (await read(options)).map((event) => ({ ...event, recordedAt: event.occurredAt }))
    }
    const helena = await staff(on, 'helena', 'supervisor', 'administrator', 'analyst')
    const joel = await staff(on, 'joel', 'agent')
    await helena.api.put('/api/v1/routing/policies/care', POLICY)
    await helena.api.put('/api/v1/my-stuff/reasons/reasons', { kinds: REASONS })
    const skills = [{ skill: 'chat', level: 2 }]
    await helena.api.put(`/api/v1/routing/agents/${joel.id}/skills`, { skills })
    const [ana, tomas] = [await customer(on, 'ana'), await customer(on, 'tomas')]

    const jumps = [HOUR, -HOUR, 0, 0, -HOUR, 2 * HOUR, -30 * MINUTE, -1, HOUR, -2 * HOUR, 0, 90 * MINUTE]
    let jumped = 0
    const jump = async (): Promise<void> => {
      on.clock.move(jumps[jumped++ % jumps.length] ?? 0)
      await on.pass(0)
    }
    const journeys: string[] = []
    for (const person of [ana, tomas, ana, tomas, ana, tomas]) {
      await jump()
      const { body: journey } = await person.api.post<{ readonly id: string }>('/api/v1/journey/journeys', {
        entrance: 'need-help',
      })
      journeys.push(journey.id)
      await jump()
      const facts = `/api/v1/journey/journeys/${journey.id}/facts`
      await person.api.post(facts, { name: 'question', label: 'Says', value: 'It leaks.' })
      await joel.api.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
      await on.settle()
      await person.api.post('/api/v1/routing/offers', { journeyId: journey.id })
      await on.settle()
      const { body: contact } = await person.api.post<{ readonly id: string }>('/api/v1/contact/contacts', {
        journeyId: journey.id,
        channel: 'chat',
        words: 'It leaks.',
      })
      await jump()
      await joel.api.put('/api/v1/routing/agents/me/presence', { state: 'ready' })
      await on.settle()
      interface Offer {
        readonly id: string
        readonly contactId: string
      }
      const { body: offers } = await joel.api.get<{ readonly items: readonly Offer[] }>(
        '/api/v1/routing/agents/me/offers',
      )
      const offer = offers.items.find(({ contactId }) => contactId === contact.id)
      if (offer === undefined) throw new Error('the contact was not offered')
      await joel.api.post(`/api/v1/routing/work/${contact.id}/offers/${offer.id}/acceptance`, {})
      await on.settle()
      expect(negative((await joel.api.get(`/api/v1/routing/work/${contact.id}`)).body)).toEqual([])
      expect(negative((await helena.api.get('/api/v1/routing/queues')).body)).toEqual([])
      await jump()
      await joel.api.post(`/api/v1/contact/contacts/${contact.id}/messages`, { text: 'Is the filter full?' })
      await joel.api.post(`/api/v1/contact/contacts/${contact.id}/end`, {})
      await joel.api.put(`/api/v1/contact/contacts/${contact.id}/summary`, {
        outcome: 'resolved',
        issue: 'new',
        subject: 'Water stays',
        words: 'The filter was full.',
        causes: [],
        promised: [],
        articles: [],
      })
      await on.settle()
    }
    // Started again while the clock is behind what is recorded.
    on.clock.move(-HOUR)
    if (!defect('R24.record')) await on.restart()
    await ana.api.post('/api/v1/journey/journeys', { entrance: 'need-help' })
    on.clock.move(3 * HOUR)
    await on.pass(0)

    const recorded: { readonly position: number; readonly recordedAt: string }[] = []
    for (let last = 0; ;) {
      const page = await on.host().events.readAll({ after: last })
      recorded.push(...page)
      if (page.length === 0) break
      last = page.at(-1)?.position ?? last
    }
    const times = recorded.map(({ recordedAt }) => recordedAt)
    expect(times).toEqual([...times].sort())
    for (const { recordedAt } of recorded) {
      const known = recorded.findLast((event) => event.recordedAt <= recordedAt)
      expect(await on.host().events.positionAt(recordedAt)).toBe(known?.position)
    }

    for (const path of [
      'answer-times',
      `answer-times/hours?from=${toInstant(on.clock.now() - 12 * HOUR)}`,
      'anatomy',
      'drivers',
      'first-contact-resolution',
    ]) {
      const { body } = await helena.api.get<object>(`/api/v1/insight/${path}`)
      expect([path, negative(body).filter((place) => !/difference|change/i.test(place))]).toEqual([path, []])
    }
    for (const journey of journeys) {
      const path = `/api/v1/journey/journeys/${journey}`
      const { body: line } = await helena.api.get<{
        readonly items: readonly { readonly position: number }[]
      }>(`${path}/events`)
      const positions = line.items.map(({ position }) => position)
      expect(positions).toEqual([...positions].sort((a, b) => a - b))
      expect(positions.length).toBeGreaterThan(4)
      expect(negative((await helena.api.get(`${path}/context`)).body)).toEqual([])
    }
    const metrics = await (await fetch(`${on.url}/metrics`)).text()
    expect(metrics.split('\n').filter((text) => /^throughline\S* -/.test(text))).toEqual([])
    await on.settle()
    await assertWorld(on.host())
  })

  it('R24: lets no token hold outside its time, whichever way the clock went', async () => {
    const on = (stage = await openStage())
    // Seeded defect: tokens are read by a clock that never goes back.
    if (defect('R24.tokens')) {
      const move = on.clock.move.bind(on.clock)
      on.clock.move = (milliseconds) => {
        move(Math.max(0, milliseconds))
      }
    }
    const ana = await customer(on, 'ana')
    const tomas = await customer(on, 'tomas')
    const ask = async (token: string): Promise<number> =>
      (await fetch(`${on.url}/api/v1/my-stuff`, { headers: { authorization: `Bearer ${token}` } })).status
    const leave = (token: string): Promise<Response> =>
      fetch(`${on.url}/api/v1/identity/sessions/current`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${token}` },
      })
    const token = await ana.token()
    const issued = on.clock.now()
    const held = async (milliseconds: number): Promise<number> => {
      on.clock.move(issued + milliseconds - on.clock.now())
      return ask(token)
    }
    expect(await held(0)).toBe(200)
    expect(await held(-4 * SECOND)).toBe(200)
    expect(await held(-MINUTE)).toBe(401)
    expect(await held(-HOUR)).toBe(401)
    expect(await held(14 * MINUTE)).toBe(200)
    expect(await held(16 * MINUTE)).toBe(401)
    expect(await held(HOUR)).toBe(401)

    // Her session ends; the clock leaps, another ends, and the clock comes back.
    expect(await held(MINUTE)).toBe(200)
    const other = await tomas.token()
    await leave(token)
    await on.settle()
    expect(await ask(token)).toBe(401)
    on.clock.move(HOUR)
    await leave(await tomas.token())
    await on.settle()
    on.clock.move(-HOUR)
    expect([await ask(token), await ask(other)]).toEqual([401, 401])
    await on.restart()
    expect([await ask(token), await ask(other)]).toEqual([401, 401])
  })

  it('R24: lets offers run out, calls back and marks a promise as missed once, when their time comes and not before', async () => {
    const on = (world = await startWorld([routingService, caseService]))
    const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`
    const [agentId, chat, callback, caseId, journeyId, customerId] = [
      id(1),
      id(2),
      id(3),
      id(4),
      id(5),
      id(6),
    ]
    const where = (stream: string, of: string) => ({ stream, id: of, journeyId, customerId })
    const due = toInstant(on.clock.now() + 30 * SECOND)
    await on.tell(
      'throughline.ChannelPolicyPublished.v1',
      { policy: 'care', version: 1, document: POLICY },
      where('policy', 'care'),
    )
    const skills = [{ skill: 'chat', level: 2 }]
    await on.tell('throughline.SkillsAssigned.v1', { agentId, skills }, where('agent', agentId))
    await on.tell('throughline.AgentSignedOn.v1', { agentId }, where('agent', agentId))
    await on.tell('throughline.AgentBecameReady.v1', { agentId }, where('agent', agentId))
    const person = { id: customerId, assurance: 'code' } as const
    const wish = { journeyId, person, readings: [] }
    const REQUESTED = 'throughline.ContactRequested.v1'
    await on.tell(REQUESTED, { ...wish, contactId: chat, channel: 'chat' }, where('contact', chat))
    await on.tell(
      REQUESTED,
      { ...wish, contactId: callback, channel: 'callback', callFrom: due },
      where('contact', callback),
    )
    const promised = [{ what: 'We call you', by: due }]
    await on.tell(
      'throughline.CaseOpened.v1',
      { caseId, customerId, journeyId, contactId: chat, subject: 'It leaks', words: 'It leaks.', promised },
      where('case', caseId),
    )
    await on.settled()
    await on.pass(0)
    const counts = async (): Promise<readonly number[]> =>
      Promise.all(
        ['ContactOffered', 'OfferExpired', 'CallbackDue', 'CasePromiseMissed'].map(
          async (name) => (await on.events(`throughline.${name}.v1`)).length,
        ),
      )
    expect(await counts()).toEqual([1, 0, 0, 0])
    for (const early of [-HOUR, 0, 0, 30 * MINUTE, 30 * MINUTE, 29 * SECOND]) {
      await on.pass(early)
      expect(await counts()).toEqual([1, 0, 0, 0])
    }
    // A leap over the moment, and back and forth across it again.
    for (const late of [HOUR, 0, -HOUR, 0, HOUR, -2 * HOUR, 3 * HOUR]) {
      await on.pass(late)
      await on.pass(0)
      // Seeded defect: what is due is done again when the clock comes by again.
      if (defect('R24.due') && late === -HOUR) {
        await on.tell(
          'throughline.CallbackDue.v1',
          { contactId: callback, journeyId },
          where('work', callback),
        )
      }
      expect(await counts()).toEqual([1, 1, 1, 1])
    }
    const [offered] = await on.events('throughline.ContactOffered.v1')
    expect(fromInstant(offered?.recordedAt ?? '')).toBeLessThan(fromInstant(due))
    await assertWorld(on.host)
  })
})
