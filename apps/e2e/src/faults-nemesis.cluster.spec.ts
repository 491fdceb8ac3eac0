import { sized } from '@throughline/ports/suites'
import { setTimeout as sleep } from 'node:timers/promises'
import { Crowd, openDoors } from './cluster.crowd.js'
import { dice, preloaded } from './cluster.faults.js'
import { openClusterStage } from './cluster.stage.js'
import type { ClusterStage } from './cluster.stage.js'
import { assertClusterWorld, effectsOf, healed } from './cluster.world.js'

// Ends what hangs; twenty processes start on a machine however busy.
jest.setTimeout(sized(300_000, 1_800_000))

describe('two replicas of every service, and two relays', () => {
  let stage: ClusterStage
  let crowd: Crowd

  beforeAll(async () => {
    stage = await openClusterStage({ replicas: 2, environment: preloaded })
    await openDoors(stage)
    crowd = new Crowd(stage.url)
    process.stderr.write(`DBG ready ${performance.now()}\n`)
  })
  afterEach(async () => {
    await crowd.stop()
  })
  afterAll(async () => {
    await stage.stop()
  })

  it('R18, R23, R34: killed or held up at any moment, again and again, lose nothing, do nothing twice and are whole within a minute', async () => {
    const seed = Number(process.env.SEED ?? 20)
    const roll = dice(seed)
    const names = [...stage.cluster.processes.keys()].filter((name) => name !== 'edge')
    crowd.start(6)
    const struck: string[] = []
    for (let strike = 0; strike < sized(14, 150); strike++) {
      await sleep(roll(1_500))
      // Relays and the service with most reactions more often than their share.
      const often = ['relay-1', 'relay-2', 'case-1', 'case-2', 'routing-1', 'routing-2']
      const from = roll(2) === 0 ? often : names
      const name = from[roll(from.length)] ?? ''
      const process = stage.cluster.processes.get(name)
      if (roll(4) === 0) {
        // A process that is held up wakes when others have taken over, and goes on with what it had in hand.
        process?.signal('SIGSTOP')
        await sleep(1_000 + roll(3_000))
        process?.signal('SIGCONT')
        struck.push(`${name} held up`)
      } else {
        process?.kill()
        struck.push(name)
      }
    }
    process.stderr.write(`DBG struck ${performance.now()} ${crowd.acked.length} ${crowd.failed.length}\n`)
    await crowd.stop()
    process.stderr.write(`DBG stopped ${performance.now()} ${crowd.acked.length} ${crowd.failed.length}\n`)
    try {
      expect(crowd.unexplained).toEqual([])
      expect(crowd.wrong).toEqual([])
      await healed(stage)
      process.stderr.write(`DBG healed ${performance.now()}\n`)
      const log = await assertClusterWorld(stage, { acked: crowd.acked })
      process.stderr.write(`DBG whole ${performance.now()} ${log.length}\n`)
      // What follows from an event follows once, whoever was killed over it.
      const tasks = effectsOf(log, 'throughline.FollowUpWished.v1', 'throughline.FollowUpRequested.v1')
      expect(tasks.length).toBeGreaterThan(0)
      expect(tasks.filter((count) => count !== 1)).toEqual([])
      const queued = effectsOf(log, 'throughline.ContactRequested.v1', 'throughline.ContactQueued.v1')
      expect(queued.length).toBeGreaterThan(0)
      expect(queued.filter((count) => count !== 1)).toEqual([])
    } catch (error) {
      throw new Error(`SEED=${String(seed)}, struck ${struck.join(', ')}`, { cause: error })
    }
  })
})
