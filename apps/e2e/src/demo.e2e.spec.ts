import { fill } from '@throughline/demo'
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
    const { body: letters } = await stage.operator.get<{ readonly items: readonly unknown[] }>(
      '/api/v1/platform/dead-letters',
    )
    expect(letters.items).toEqual([])
  })
})
