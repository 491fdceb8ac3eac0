import { openClusterStage } from './cluster.stage.js'
import type { ClusterStage } from './cluster.stage.js'

// Ends what hangs; a dozen processes start on a machine however busy.
jest.setTimeout(120_000)

describe('a cluster', () => {
  let stage: ClusterStage

  beforeAll(async () => {
    stage = await openClusterStage()
  })
  afterAll(async () => {
    await stage.stop()
  })

  it('signs somebody in and shows her stuff', async () => {
    const ana = stage.person('ana@example.org')
    await ana.signIn()
    await stage.settle()
    const { body } = await ana.api.get<{ readonly items: readonly unknown[] }>('/api/v1/my-stuff')
    expect(body.items).toBeDefined()
  })
})
