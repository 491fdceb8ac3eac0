import { randomUUID } from 'node:crypto'
import { sized } from '@throughline/ports/suites'
import { Crowd, openDoors, send } from './cluster.crowd.js'
import { flushViews, openWays, until } from './cluster.faults.js'
import type { Ways } from './cluster.faults.js'
import { lookAt, openClusterStage } from './cluster.stage.js'
import type { ClusterStage } from './cluster.stage.js'
import { assertClusterWorld, astrayIn, planOf, published } from './cluster.world.js'

// Ends what hangs; a dozen processes start on a machine however busy.
jest.setTimeout(sized(300_000, 1_800_000))

const JOURNEYS = '/api/v1/journey/journeys'
const ALIVE = ['case-1', 'journey-1', 'relay-1']

describe('every service as a process of its own, and an engine that fails', () => {
  let stage: ClusterStage
  let ways: Ways
  let crowd: Crowd
  let starts: readonly number[]

  const started = (): readonly number[] =>
    [...stage.cluster.processes.values()].map((process) => process.starts)
  /** Returns when so many more requests of the crowd were answered, whatever the answers say. */
  const answers = async (count: number): Promise<void> => {
    const wanted = crowd.answers + count
    await until(() => crowd.answers >= wanted)
  }
  const alive = async (): Promise<void> => {
    for (const name of ALIVE) {
      const { origin } = new URL(stage.cluster.processes.get(name)?.plan.ready ?? '')
      expect({ name, status: (await fetch(`${origin}/health/live`)).status }).toEqual({ name, status: 200 })
    }
  }
  const failing = async (name: string): Promise<boolean> => {
    const found = (await lookAt(stage.cluster)).get(name)?.failing ?? []
    return found.length > 0
  }
  const guest = async (): Promise<string> => {
    const heard = await send(stage.url, 'POST', '/api/v1/identity/guests', {}, { key: randomUUID() })
    expect(heard.status).toBe(201)
    return (heard.body as { readonly accessToken: string }).accessToken
  }
  /** Somebody comes and begins: both are decided on the record alone, and what is away beside it keeps nobody from them. */
  const begins = async (): Promise<void> => {
    const token = await guest()
    const begun = await send(
      stage.url,
      'POST',
      JOURNEYS,
      { entrance: 'need-help' },
      { token, key: randomUUID() },
    )
    expect(begun.status).toBe(201)
  }
  /** What has to hold when all is back. */
  const whole = async () => {
    const log = await assertClusterWorld(stage, { acked: crowd.acked })
    for (const [cause, effect] of [
      ['throughline.FollowUpWished.v1', 'throughline.FollowUpRequested.v1'],
      ['throughline.ContactRequested.v1', 'throughline.ContactQueued.v1'],
    ] as const) {
      expect(log.filter(({ type }) => type === cause)).not.toEqual([])
      expect(astrayIn(log, cause, effect)).toEqual([])
    }
    // Nobody was started anew for it.
    expect(started()).toEqual(starts)
    return log
  }

  beforeAll(async () => {
    ways = await openWays()
    stage = await openClusterStage({ environment: ways.environment })
    await openDoors(stage)
    starts = started()
  })
  beforeEach(() => {
    crowd = new Crowd(stage.url)
  })
  afterEach(async () => {
    for (const way of [ways.store, ways.views, ways.broker]) way.set('open')
    await crowd.stop()
  })
  afterAll(async () => {
    await stage.stop()
    await ways.close()
  })

  it('R11: while the broker is away every command is taken and seen, and afterwards all of it is delivered in order', async () => {
    crowd.start(4)
    await answers(20)
    ways.broker.set('cut')
    await answers(sized(120, 3_000))
    expect(crowd.failedCommands).toEqual([])
    await alive()
    await crowd.stop()
    expect(crowd.unexplained).toEqual([])
    expect(crowd.wrong).toEqual([])
    const found = await lookAt(stage.cluster)
    expect(found.get('relay-1')?.position).toBeLessThan(found.get('journey-1')?.head ?? 0)
    ways.broker.set('open')
    await whole()
  })

  it('R12: a broker that takes connections and never answers is noticed, and left for one that does', async () => {
    crowd.start(2)
    await answers(20)
    ways.broker.set('hole')
    await until(async () => (await failing('relay-1')) && (await failing('case-1')))
    await answers(20)
    expect(crowd.failedCommands).toEqual([])
    await alive()
    // Those that are half-open stay so; only new ones work.
    ways.broker.strand()
    ways.broker.set('open')
    await crowd.stop()
    expect(crowd.wrong).toEqual([])
    await whole()
  })

  it('R13: an acknowledgement that was lost makes a second message, and no second effect', async () => {
    crowd.start(4)
    await answers(20)
    ways.broker.set('deaf')
    await answers(60)
    // Whoever waits for an answer learns that none will come.
    ways.broker.set('cut')
    await answers(20)
    ways.broker.set('open')
    await answers(20)
    await crowd.stop()
    expect(crowd.failedCommands).toEqual([])
    const log = await whole()
    const messages = await published(stage.environment.THROUGHLINE_PREFIX ?? '', planOf(stage))
    expect(messages.length).toBeGreaterThan(log.length)
  })

  it('R21: all views lost under load, again and again, never give a wrong answer, and stand again as they were', async () => {
    crowd.start(4)
    for (let flush = 0; flush < sized(5, 20); flush++) {
      await answers(30)
      expect(await flushViews(stage.environment.THROUGHLINE_PREFIX ?? '')).toBeGreaterThan(0)
      await begins()
    }
    await answers(30)
    await crowd.stop()
    expect(crowd.wrong).toEqual([])
    expect(crowd.unexplained).toEqual([])
    await whole()
  })

  it.each(['hole', 'cut'] as const)(
    'R22: with the views out of reach (%s) commands on the record go on, and a read says when to ask again',
    async (way) => {
      crowd.start(4)
      await answers(20)
      ways.views.set(way)
      for (let round = 0; round < sized(5, 50); round++) {
        await answers(20)
        await begins()
      }
      await alive()
      ways.views.set('open')
      await answers(20)
      await crowd.stop()
      expect(crowd.wrong).toEqual([])
      expect(crowd.unexplained).toEqual([])
      await whole()
    },
  )

  it.each(['cut', 'hole'] as const)(
    'a store that is away (%s) is said at once, with when to come again, and used again when it is back',
    async (way) => {
      const token = await guest()
      crowd.start(2)
      await answers(10)
      ways.store.set(way)
      for (const [method, path, wish] of [
        ['POST', JOURNEYS, { entrance: 'need-help' }],
        ['GET', `${JOURNEYS}/${randomUUID()}`, undefined],
      ] as const) {
        const heard = await send(stage.url, method, path, wish, { token })
        expect(heard).toMatchObject({ status: 503, body: { code: 'store.unavailable' } })
        expect(Number(heard.headers?.get('retry-after'))).toBeGreaterThan(0)
      }
      await answers(20)
      await alive()
      ways.store.set('open')
      await answers(20)
      await crowd.stop()
      expect(crowd.wrong).toEqual([])
      expect(crowd.unexplained).toEqual([])
      await whole()
    },
  )
})
