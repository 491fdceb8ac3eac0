import { Refused } from '@throughline/kernel'
import type { Command } from '@throughline/ports'
import { assertRecord, defect, engineAt, FreshIds, sized } from '@throughline/ports/suites'
import { Proxy } from './proxy.fixture.js'
import {
  ackedOf,
  append,
  asOwner,
  caught,
  cleanUp,
  eventually,
  note,
  noted,
  open,
  RealTimers,
  world,
  writing,
} from './worlds.fixture.js'

// Ends what hangs; how fast connections are made is not asked here.
jest.setTimeout(60_000)

const proxies: Proxy[] = []
const proxied = async (): Promise<Proxy> => {
  const proxy = await Proxy.before()
  proxies.push(proxy)
  return proxy
}

afterEach(async () => {
  // The stores first: they say goodbye while there is a way.
  await cleanUp()
  for (const proxy of proxies.splice(0)) await proxy.close()
})

const ids = new FreshIds()
const wish = (): Command => ({ id: ids.next(), actor: 'system:test', fingerprint: 'f' })

const DOWN = { kind: 'unavailable', code: 'store.unavailable', detail: { retryAfter: 2 } }

describe('the way to the server', () => {
  it('R02: takes the answer of an append with it, and whoever asks again gets the first one', async () => {
    const schema = world()
    const proxy = await proxied()
    const [far, near] = [await open(schema, { url: proxy.url() }), await open(schema)]
    await append(far, note(), 0, 'the way is there')
    proxy.set('mute')
    const target = note()
    const command = wish()
    const lost = caught(far.events.append(target, 0, command, [noted('one'), noted('two')]))
    await eventually(async () => (await near.events.readStream(target)).length === 2)
    proxy.cut()
    const refused = await lost
    expect(refused).toBeInstanceOf(Refused)
    expect(refused).toMatchObject(DOWN)

    proxy.set('open')
    const first = await near.events.readStream(target)
    for (let time = 1; time <= 5; time++) {
      // R02's defect: the caller calls its second attempt something else.
      const again = defect('R02.postgres') ? wish() : command
      const expected = defect('R02.postgres') ? time * 2 : 0
      const { events } = await far.events.append(target, expected, again, [noted('one'), noted('two')])
      expect(JSON.stringify(events)).toBe(JSON.stringify(first))
    }
    await assertRecord(far.events, { acked: first })
  })

  it('is gone and comes back: who asks hears so at once, and it goes on without a new start', async () => {
    const schema = world()
    const proxy = await proxied()
    const far = await open(schema, { url: proxy.url(), timers: new RealTimers() })
    const target = note()
    const { events } = await append(far, target, 0, 'before')
    proxy.set('shut')
    for (const asked of [
      () => append(far, note(), 0, 'lost'),
      () => far.events.readStream(target),
      () => far.events.readAll(),
      () => far.events.readJourney('j'),
      () => far.events.head(),
      () => far.events.positionAt('2026-11-22T09:00:00.000Z'),
      () => far.registers.read('r'),
      () => far.registers.write('r', 0, 'lost'),
    ]) {
      const error = await caught(asked())
      expect(error).toBeInstanceOf(Refused)
      expect(error).toMatchObject(DOWN)
    }
    proxy.set('open')
    expect(await far.events.readStream(target)).toStrictEqual(events)
    const more = await append(far, target, 1, 'after')
    expect(await far.registers.read('r')).toBeUndefined()
    await assertRecord(far.events, { acked: [...events, ...more.events] })
  })

  it('is lost for the listening connection: what others append meanwhile is heard of when it is back', async () => {
    const schema = world()
    const proxy = await proxied()
    const far = await open(schema, { url: proxy.url(), timers: new RealTimers() })
    const near = await open(schema)
    let told = 0
    far.events.onAppended(() => told++)
    for (let round = 1; round <= 3; round++) {
      proxy.set('shut')
      const before = told
      await append(near, note(), 0, 'unheard')
      expect(told).toBe(before)
      proxy.set('open')
      await eventually(() => told > before)
      expect(await far.events.readAll({ after: round * 2 - 2 })).toHaveLength(1)
      // And again by a notification or by asking, as if nothing had been.
      await append(near, note(), 0, 'heard')
      await eventually(() => told > before + 1)
    }
  })

  it('breaks again and again while processes write: each command has its one effect', async () => {
    const schema = world()
    const proxy = await proxied()
    const { events } = await open(schema)
    const shared = ids.next()
    const each = sized(8, 60)
    const children = [proxy.url(), proxy.url(), engineAt('DATABASE_URL')].map((url) =>
      writing(schema, { url, how: [shared, String(each)] }),
    )
    const done = Promise.all(children.map((child) => child.ended))
    let over = false
    void done.then(() => (over = true))
    for (let round = 1; !over; round++) {
      const before = await events.head()
      proxy.cut()
      // Until something was written in spite of it, or nobody writes any more.
      await eventually(async () => over || (await events.head()) > before + 5)
    }
    expect(await done).toEqual([0, 0, 0])
    const acked = ackedOf(children)
    expect(acked).toHaveLength(3 * 8 * each)
    await assertRecord(events, { acked })
    expect(await events.readStream({ stream: 'counter', id: shared })).toHaveLength(3 * 4 * each)
  })

  it('leads to a server that ends sessions: the next one is made without a word', async () => {
    const schema = world()
    const name = `t${ids.next().slice(0, 8)}`
    const url = new URL(engineAt('DATABASE_URL'))
    url.searchParams.set('application_name', name)
    const far = await open(schema, { url: url.href, timers: new RealTimers() })
    await append(far, note(), 0, 'one')
    await far.events.head()
    const [row] = await asOwner(
      `SELECT count(pg_terminate_backend(pid))::int AS ended FROM pg_stat_activity WHERE application_name = '${name}'`,
    )
    expect(row?.ended).toBeGreaterThanOrEqual(3)
    // The goodbye of the server is read before the next question is answered.
    await eventually(async () => !((await caught(far.events.head())) instanceof Refused))
    await eventually(async () => !((await caught(append(far, note(), 0, 'two'))) instanceof Refused))
    await assertRecord(far.events)
  })

  it('leads nowhere: it is not opened, and said so within the time for a connection', async () => {
    const proxy = await proxied()
    proxy.set('mute')
    expect(await caught(open(world(), { url: proxy.url() }))).toMatchObject(DOWN)
    proxy.set('shut')
    expect(await caught(open(world(), { url: proxy.url() }))).toMatchObject(DOWN)
  })
})
