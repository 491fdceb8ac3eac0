import { fill } from '@throughline/demo'
import { assertWorld } from '@throughline/testing'
import { openStage } from './stage.js'
import type { Stage } from './stage.js'

describe('the demo', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage()
  })
  afterAll(async () => {
    await stage.stop()
  })

  it('plays days of a company through the API that its people use, and leaves nothing parked', async () => {
    const people = await fill(
      { ...stage, now: () => stage.clock.now(), mailbox: (address) => stage.mailbox(address) },
      { days: 2 },
    )
    expect(people.map(({ email }) => email)).toContain('ana@example.org')
    const ana = stage.person('ana@example.org')
    await ana.signIn()
    const { body } = await ana.api.get<{
      readonly open: readonly unknown[]
      readonly contacts: { readonly items: readonly unknown[] }
      readonly items: readonly { readonly count: number }[]
    }>('/api/v1/my-stuff')
    expect(body.open).toHaveLength(1)
    expect(body.contacts.items).toHaveLength(2)
    expect(body.items.filter(({ count }) => count > 0).length).toBeGreaterThanOrEqual(4)
    const recorded = await stage.host().events.readAll({ limit: 100_000 })
    const count = (type: string): number => recorded.filter((event) => event.type === type).length
    const contacts = count('throughline.ContactRequested.v1')
    expect(contacts).toBeGreaterThan(10)
    const ivo = stage.person('ivo@halden.example')
    const { body: drivers } = await ivo.api.get<{
      readonly things: readonly { readonly thingKind: string; readonly total: { readonly n: number } }[]
    }>('/api/v1/insight/drivers')
    expect(drivers.things).toMatchObject([{ thingKind: 'purchase', total: { n: contacts } }])
    const { body: online } = await ivo.api.get<{
      readonly chose: { readonly figure: { readonly n: number; readonly k: number } }
    }>('/api/v1/insight/online-before-contact')
    expect(online.chose.figure).toMatchObject({ n: contacts, k: contacts })
    const { body: times } = await ivo.api.get<{
      readonly byChannel: readonly { readonly n?: number; readonly cell: { readonly channel: string } }[]
      readonly promises: readonly unknown[]
    }>('/api/v1/insight/answer-times')
    expect(times.byChannel.length).toBeGreaterThan(0)
    expect(JSON.stringify(times)).toContain('"threshold":60')
    const { body: letters } = await stage.operator.get<{ readonly items: readonly unknown[] }>(
      '/api/v1/platform/dead-letters',
    )
    expect(letters.items).toEqual([])
    await stage.settle()
    expect(await assertWorld(stage.host())).toHaveLength(await stage.host().events.head())
  })
})
