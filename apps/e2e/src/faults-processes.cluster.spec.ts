import { engineAt, sized } from '@throughline/ports/suites'
import { services } from '@throughline/app-all-in-one'
import { Kafka, logLevel } from 'kafkajs'
import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { goldenEvents } from './delivery.stage.js'
import { Crowd, openDoors, send } from './cluster.crowd.js'
import { dice, openWays, until } from './cluster.faults.js'
import type { Ways } from './cluster.faults.js'
import { openClusterStage } from './cluster.stage.js'
import type { ClusterStage } from './cluster.stage.js'
import { assertClusterWorld, astrayIn, openRecord } from './cluster.world.js'

// Ends what hangs; twenty processes start on a machine however busy.
jest.setTimeout(sized(300_000, 3_600_000))

const QUEUES = 'throughline.ContactRequested.v1'
const WISHED = 'throughline.FollowUpWished.v1'
const REQUESTED = 'throughline.FollowUpRequested.v1'
/** Milliseconds that a process told to stop has (R29). */
const LET_GO = 25_000

describe('two replicas of every service, and two relays', () => {
  let stage: ClusterStage
  let ways: Ways
  let crowd: Crowd
  /** What was parked by tests of poison, and stays so. */
  const letters: string[] = []
  const parkedAt: number[] = []
  let strays = 0
  const seed = Number(process.env.SEED ?? 20)
  const stubborn = (): string => join(stage.data, 'stubborn')
  const prefix = (): string => stage.environment.THROUGHLINE_PREFIX ?? ''
  const shuffled = <Each>(all: readonly Each[], roll: (bound: number) => number): readonly Each[] => {
    const left = [...all]
    return all.flatMap(() => left.splice(roll(left.length), 1))
  }
  const answers = async (count: number): Promise<void> => {
    const wanted = crowd.answers + count
    await until(() => crowd.answers >= wanted)
  }

  /** What has to hold at the end. What follows from an event follows once, whatever befell those who saw to it. */
  const whole = async () => {
    const log = await assertClusterWorld(stage, { acked: crowd.acked, letters, strays })
    for (const [cause, effect] of [
      [WISHED, REQUESTED],
      [QUEUES, 'throughline.ContactQueued.v1'],
    ] as const) {
      expect(log.filter(({ type }) => type === cause)).not.toEqual([])
      expect(astrayIn(log, cause, effect, parkedAt)).toEqual([])
    }
    return log
  }

  beforeAll(async () => {
    ways = await openWays()
    stage = await openClusterStage({
      replicas: 2,
      environment: { ...ways.environment, THROUGHLINE_DRAIN: '2000' },
    })
    await openDoors(stage)
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

  it('R18, R23, R34: killed or held up at any moment, again and again, lose nothing, do nothing twice and are whole within a minute', async () => {
    const roll = dice(seed)
    const names = [...stage.cluster.processes.keys()].filter((name) => name !== 'edge')
    // More often than their share: who sends, and who does what follows from events.
    const often = ['relay-1', 'relay-2', 'case-1', 'case-2', 'routing-1', 'routing-2']
    crowd.start(6)
    const struck: string[] = []
    for (let strike = 0; strike < sized(14, 150); strike++) {
      await sleep(roll(1_500))
      const from = roll(2) === 0 ? often : names
      const name = from[roll(from.length)] ?? ''
      const struckOne = stage.cluster.processes.get(name)
      if (roll(4) > 0) struckOne?.kill()
      else {
        // One that is held up wakes when others have taken over, and goes on with what it had in hand.
        struckOne?.signal('SIGSTOP')
        await sleep(1_000 + roll(3_000))
        struckOne?.signal('SIGCONT')
      }
      struck.push(name)
    }
    await crowd.stop()
    try {
      expect(crowd.unexplained).toEqual([])
      expect(crowd.wrong).toEqual([])
      await whole()
    } catch (error) {
      throw new Error(`SEED=${String(seed)}, struck ${struck.join(', ')}`, { cause: error })
    }
  })

  it('R29: told to stop one after the other under load, end well, and nobody who asked notices', async () => {
    crowd.start(3)
    crowd.startWithoutKeys(3)
    await answers(20)
    const restart = async (name: string): Promise<void> => {
      const one = stage.cluster.processes.get(name)
      const [starts, said] = [one?.starts ?? 0, stage.said.length]
      const asked = performance.now()
      one?.signal('SIGTERM')
      const end = (): string | undefined =>
        stage.said.slice(said).find((line) => line.startsWith(`${name} ended with `))
      await until(() => end() !== undefined)
      expect(end()).toBe(`${name} ended with 0; it is started again`)
      expect(performance.now() - asked).toBeLessThan(LET_GO)
      await until(() => (one?.starts ?? 0) > starts)
      await one?.ready()
    }
    const own = [...stage.cluster.processes.keys()].filter((name) => name !== 'edge')
    for (let round = 0; round < sized(1, 5); round++) {
      const turn = own.filter((name) => name.endsWith(round % 2 === 0 ? '-1' : '-2'))
      // A few at once, never both of a service.
      while (turn.length > 0) await Promise.all(turn.splice(0, 4).map(restart))
    }
    await crowd.stop()
    expect(crowd.noticed).toEqual([])
    expect(crowd.wrong).toEqual([])
    await whole()
  })

  it('R25: built anew under load, views answer every read, and nobody is written to again', async () => {
    const outbox = async (): Promise<readonly string[]> =>
      (await readFile(join(stage.data, 'outbox', 'outbox.ndjson'), 'utf8')).trim().split('\n')
    const before = await outbox()
    crowd.start(4)
    await answers(20)
    for (let round = 0; round < sized(1, 10); round++) {
      for (const { name } of services.flatMap(({ views }) => views)) {
        const path = `/api/v1/platform/views/${name}/rebuild`
        const { position } = (await stage.operator.post<{ readonly position: number }>(path, {})).body
        expect(position).toBeGreaterThan(0)
      }
    }
    await answers(20)
    await crowd.stop()
    expect(crowd.noticed).toEqual([])
    expect(crowd.wrong).toEqual([])
    await whole()
    expect(await outbox()).toEqual(before)
  })

  it('R17: what a service cannot take is put aside with its cause, everybody goes on, and it is applied once when it can be', async () => {
    const { body: guest } = await send(
      stage.url,
      'POST',
      '/api/v1/identity/guests',
      {},
      { key: randomUUID() },
    )
    const { accessToken: token } = guest as { readonly accessToken: string }
    const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      readonly sub: string
    }
    const hers = sub.slice(sub.indexOf(':') + 1)
    await writeFile(stubborn(), hers)
    crowd.start(4)
    await answers(20)
    const wish = {
      about: { kind: 'visit', title: 'A call' },
      outcome: 'partly',
      feeling: 'unsure',
      followUp: true,
    }
    const given = await send(stage.url, 'POST', '/api/v1/feedback/feedback', wish, {
      token,
      key: randomUUID(),
    })
    expect(given.status).toBe(201)
    // One that breaks its contract, past everything that looks at events before they are recorded.
    const record = await openRecord(prefix())
    const command = { id: randomUUID(), actor: 'system:test', customerId: hers }
    const golden = goldenEvents().find(({ type }) => type === QUEUES)
    const { person: _, ...data } = { person: undefined, ...golden?.data, contactId: randomUUID() }
    const broken = { type: QUEUES, data }
    const { events } = await record.events.append({ stream: 'told', id: randomUUID() }, 0, command, [broken])
    await record.close()
    strays += await putIn(`${prefix()}.journeys`, hers)
    const parked = async () =>
      (await stage.operator.get<{ readonly items: readonly Parked[] }>('/api/v1/platform/dead-letters')).body
        .items
    const of = async (position: number | undefined): Promise<readonly Parked[]> =>
      (await parked()).filter(({ event }) => event.position === position)
    await until(async () => (await parked()).some(({ event }) => event.type === WISHED))
    await until(async () => (await of(events[0]?.position)).some(({ group }) => group === 'routing'))
    await answers(20)
    await crowd.stop()
    expect(crowd.noticed).toEqual([])
    const stuck = (await parked()).filter(({ event }) => event.type === WISHED)
    expect(stuck).toMatchObject([{ group: 'case', attempts: 5, event: { customerId: hers } }])
    expect(stuck[0]?.cause).toContain('stubborn')
    const breaking = await of(events[0]?.position)
    expect(breaking.find(({ group }) => group === 'routing')?.cause).toContain('breaks its contract')
    parkedAt.push(...events.map(({ position }) => position))
    letters.push(...breaking.map(({ group, event }) => `${group} ${String(event.position)}`))

    await rm(stubborn())
    const again = `/api/v1/platform/dead-letters/case/${String(stuck[0]?.event.position)}/redelivery`
    await stage.operator.post(again, {})
    await expect(stage.operator.post(again, {})).rejects.toMatchObject({ status: 404 })
    await whole()
  })

  it('R30: started in any order, before the engines are there, all get ready and none ends for it', async () => {
    const roll = dice(seed)
    const all = [...stage.cluster.processes.values()]
    for (let round = 0; round < sized(1, 10); round++) {
      await Promise.all(all.map((one) => one.stop()))
      const [starts, said] = [all.map((one) => one.starts), stage.said.length]
      for (const way of [ways.store, ways.views, ways.broker]) way.set('cut')
      for (const one of shuffled(all, roll)) {
        one.start()
        await sleep(roll(200))
      }
      for (const way of shuffled([ways.store, ways.views, ways.broker], roll)) {
        await sleep(roll(sized(4_000, 20_000)))
        way.set('open')
      }
      await stage.cluster.ready()
      const lines = stage.said.slice(said)
      const ended = lines.flatMap((line) => / ended with /.exec(line)?.input.split(' ')[0] ?? [])
      // With all that they said, so that a failure tells why.
      expect(lines.filter((line) => ended.some((name) => line.startsWith(`${name} `)))).toEqual([])
      expect(all.map((one) => one.starts)).toEqual(starts.map((count) => count + 1))
    }
    crowd.start(3)
    await answers(40)
    await crowd.stop()
    expect(crowd.unexplained).toEqual([])
    expect(crowd.wrong).toEqual([])
    await whole()
  })
})

interface Parked {
  readonly group: string
  readonly cause: string
  readonly attempts: number
  readonly event: { readonly position: number; readonly type: string; readonly customerId?: string }
}

/** Messages of a stranger, in the way of somebody's own events; returns how many. */
async function putIn(topic: string, key: string): Promise<number> {
  const producer = new Kafka({
    brokers: engineAt('KAFKA_BROKERS').split(','),
    logLevel: logLevel.NOTHING,
  }).producer({ allowAutoTopicCreation: false })
  const values = ['no event', '{"type":"throughline.CaseOpened.v1"}', '']
  await producer.connect()
  await producer.send({ topic, messages: values.map((value) => ({ key, value })) })
  await producer.disconnect()
  return values.length
}
