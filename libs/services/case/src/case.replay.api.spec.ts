import { DAY, HOUR, MINUTE } from '@throughline/kernel'
import { ana, at, helena, ivo, joel, startWorld, tomas } from '@throughline/testing'
import type { Response, World } from '@throughline/testing'
import { caseService } from './index.js'

const id = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`
const [contactId, journeyId] = [id(1), id(2)]
const where = { stream: 'contact', id: contactId, journeyId, customerId: ana.id }

interface Shown {
  readonly position?: number
  readonly asOf?: string
  readonly timeline: readonly object[]
}

describe('a case, looked back at', () => {
  let world: World
  let path: string
  const shown = ({ body }: Response): Shown => body as Shown
  const live = async (caller = helena): Promise<Shown> => shown(await world.as(caller).get(path))
  const then = (query: string, caller = helena) => world.as(caller).get(`${path}?${query}`)

  beforeAll(async () => {
    world = await startWorld([caseService])
    const person = { id: ana.id, assurance: 'code' } as const
    const asked = { contactId, journeyId, person, channel: 'chat', readings: [], words: 'Water' } as const
    await world.tell('throughline.ContactRequested.v1', asked, where)
    const told = { contactId, journeyId, channel: 'chat', outcome: 'open', issue: 'new' } as const
    const said = { subject: 'Water', words: 'A pump', causes: [], promised: [], articles: [] }
    await world.tell('throughline.ContactSummarised.v1', { ...told, ...said }, where)
    await world.settled()
    const [opened] = await world.events('throughline.CaseOpened.v1')
    path = `/api/v1/case/cases/${opened?.streamId ?? ''}`
  })
  afterAll(() => world.stop())

  it('C48: is at every position what it was, to the team and to the customer, whatever came after', async () => {
    const answers: { readonly position: number; readonly team: Shown; readonly hers: Shown }[] = []
    const keep = async () =>
      answers.push({ position: (await world.events()).length, team: await live(), hers: await live(ana) })
    await keep()
    await world.pass(HOUR)
    await world.as(joel).post(`${path}/notes`, { note: 'Third this week', visible: false })
    await world.settled()
    await keep()
    await world.as(joel).put(`${path}/assignee`, { staffId: joel.id })
    await world.tell(
      'throughline.CustomersMerged.v1',
      { customerId: tomas.id, mergedId: ana.id },
      {
        stream: 'customer',
        id: ana.id,
      },
    )
    await world.settled()
    const merged = { position: (await world.events()).length, team: await live() }
    await world.pass(DAY)
    await world.as(joel).post(`${path}/resolution`, { how: 'solved', words: 'New pump' })
    await world.settled()
    for (const { position, team, hers } of answers) {
      const query = `position=${String(position)}`
      expect(shown(await then(query))).toEqual({
        ...team,
        position: expect.any(Number) as number,
        asOf: expect.any(String) as string,
      })
      expect(shown(await then(query, tomas))).toMatchObject({ timeline: hers.timeline })
      expect(shown(await then(`${query}&as=customer`))).toEqual(shown(await then(query, tomas)))
    }
    expect(shown(await then(`position=${String(merged.position)}`))).toMatchObject({ ...merged.team })
    expect(shown(await then(`at=${at(30 * MINUTE)}`))).toMatchObject({ ...answers[0]?.team, asOf: at(0) })
    expect(shown(await then('position=100000'))).toMatchObject({ ...(await live()) })
  })

  it('C48: what came late is not there before it was recorded, and is there as it was', async () => {
    const late = { contactId, journeyId, by: 'agent', answeredBy: 'person', channel: 'chat' } as const
    await world.tell('throughline.ContactEnded.v1', late, { ...where, occurredAt: at(10 * MINUTE) })
    await world.settled()
    const ended = { endedAt: at(10 * MINUTE) }
    expect((await live()).timeline[0]).toMatchObject(ended)
    expect(shown(await then(`at=${at(30 * MINUTE)}`)).timeline[0]).not.toHaveProperty('endedAt')
    expect(shown(await then(`occurredUntil=${at(30 * MINUTE)}`)).timeline[0]).toMatchObject(ended)
    expect(shown(await then(`occurredUntil=${at(5 * MINUTE)}`)).timeline[0]).not.toHaveProperty('endedAt')
  })

  it('says when it had not been opened yet, and tells a foreign one from an unknown one by nothing', async () => {
    expect(await then(`at=${at(-DAY)}`)).toMatchObject({ status: 404, body: { code: 'case.not-yet' } })
    expect(await then('at=yesterday')).toMatchObject({ status: 400, body: { field: 'at' } })
    expect(await then('position=1', ivo)).toMatchObject({ status: 404, body: { code: 'case.not-yet' } })
    const stranger = { ...tomas, id: id(99), actor: `customer:${id(99)}` }
    expect(await then('position=5', stranger)).toMatchObject({ status: 404, body: { code: 'case.unknown' } })
  })
})
