import { status } from '@grpc/grpc-js'
import { Refused } from '@throughline/kernel'
import type { DomainEvent } from '@throughline/kernel'
import { DamagedRecord, WrongExpectedVersion } from '@throughline/ports'
import type { Command, StreamName } from '@throughline/ports'
import { FreshIds, TickingClock, until } from '@throughline/ports/suites'
import { WrongCredentials } from './connection.js'
import type { EventStoreDb } from './open.js'
import { Line } from './line.fixture.js'
import { WireDouble } from './wire-double.fixture.js'
import { WireLog } from './wire-log.fixture.js'
import { openWorld } from './worlds.fixture.js'

// A wire double: proves how we use the client, never how the server behaves.

const ids = new FreshIds()
const opened: EventStoreDb[] = []
const doubles: WireDouble[] = []
const lines: Line[] = []

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
  for (const one of lines.splice(0)) one.close()
  for (const one of doubles.splice(0)) one.stop()
})

async function serve(log?: WireLog, port?: number): Promise<WireDouble> {
  const double = await WireDouble.start(log, port)
  doubles.push(double)
  return double
}

/** A process that uses the server; `patience` short enough that a test of silence is quick. */
async function open({ url }: { readonly url: string }, patience = 10_000): Promise<EventStoreDb> {
  const one = await openWorld(url, new TickingClock(), ids, { prefix: 'faults', patience })
  opened.push(one)
  return one
}

const fresh = (): StreamName => ({ stream: 'notebook', id: ids.next() })
const noted = (text: string): DomainEvent => ({ type: 'test.Noted.v1', data: { text } })
const command = (more: Partial<Command> = {}): Command => ({ id: ids.next(), actor: 'customer:ann', ...more })
const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error)
/** Asks again as a caller does: on a busy machine the short patience of a test may end a call that nothing is wrong with. */
async function insist<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await call().catch((error: unknown) => {
      if (!(error instanceof Refused) || error.code !== 'store.unavailable' || tries > 9) throw error
    })
    if (answer !== undefined) return answer
  }
}
const UNAVAILABLE = { kind: 'unavailable', code: 'store.unavailable' }

describe('an append whose answer is lost', () => {
  it.each(['silentAppends', 'brokenAppends'] as const)(
    'takes effect once when it is sent again (%s)',
    async (fault) => {
      const double = await serve()
      const { events } = await insist(() => open(double, 300))
      const [target, wish] = [fresh(), command({ fingerprint: 'f' })]
      double.faults[fault] = 1
      const texts = [noted('one'), noted('two')]
      expect(await caught(events.append(target, 0, wish, texts))).toMatchObject(UNAVAILABLE)
      const again = await insist(() => events.append(target, 0, wish, texts))
      expect(again.outcome).toBe('replayed')
      expect(again.events).toStrictEqual(await insist(() => events.readStream(target)))
      expect(again.events).toHaveLength(2)
    },
  )

  it('is refused when it comes back as another wish', async () => {
    const double = await serve()
    const { events } = await open(double)
    const [target, wish] = [fresh(), command({ fingerprint: 'f' })]
    double.faults.brokenAppends = 1
    await caught(events.append(target, 0, wish, [noted('one')]))
    const other = events.append(target, 0, { ...wish, fingerprint: 'g' }, [noted('one')])
    expect(await caught(other)).toMatchObject({ code: 'command.reused' })
  })
})

describe('two processes', () => {
  it('that get the same command at once record it once, and one of them says so', async () => {
    const double = await serve()
    const processes = [await open(double), await open(double)]
    for (let round = 0; round < 20; round++) {
      const [target, wish] = [fresh(), command()]
      const answers = await Promise.all(
        processes.map(({ events }) => events.append(target, 0, wish, [noted('one'), noted('two')])),
      )
      expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['applied', 'replayed'])
      expect(answers[0]?.events).toStrictEqual(answers[1]?.events)
      expect(double.log.stream(`faults.notebook-${target.id}`)).toHaveLength(2)
    }
  })

  it('see at once what the other recorded', async () => {
    const double = await serve()
    const [one, other] = [await open(double), await open(double)]
    const target = fresh()
    const { events } = await one.events.append(target, 0, command(), [noted('one')])
    expect(await other.events.head()).toBe(events[0]?.position)
    expect(await other.events.readAll()).toStrictEqual(events)
    await other.events.append(target, 1, command(), [noted('two')])
    expect(await caught(one.events.append(target, 1, command(), [noted('three')]))).toMatchObject({
      actual: 2,
    })
  })
})

describe('answers that are out of date', () => {
  it('do not record a known command again', async () => {
    const double = await serve()
    const [one, other] = [await open(double), await open(double)]
    const [target, wish] = [fresh(), command()]
    const first = await one.events.append(target, 0, wish, [noted('one')])
    double.faults.stale = { without: 1, left: 1 }
    expect(await other.events.append(target, 0, wish, [noted('one')])).toEqual({
      ...first,
      outcome: 'replayed',
    })
  })

  it('do not hide at which version a stream stands', async () => {
    const double = await serve()
    const [one, other] = [await open(double), await open(double)]
    const target = fresh()
    await one.events.append(target, 0, command(), [noted('one')])
    double.faults.stale = { without: 1, left: 2 }
    const error = await caught(other.events.append(target, 0, command(), [noted('two')]))
    expect(error).toBeInstanceOf(WrongExpectedVersion)
    expect(error).toMatchObject({ expected: 0, actual: 1 })
  })
})

describe('a server that is away', () => {
  it('is told at once, for every call', async () => {
    const double = await serve()
    const { events, registers } = await open(double)
    double.stop()
    const calls = [
      () => events.append(fresh(), 0, command(), [noted('one')]),
      () => events.readStream(fresh()),
      () => events.readAll(),
      () => events.readJourney(ids.next()),
      () => events.head(),
      () => registers.read('r'),
      () => registers.write('r', 0, 1),
      () => open(double),
    ]
    for (const call of calls) expect(await caught(call())).toMatchObject(UNAVAILABLE)
  })

  it('is used again when it is back, however often it was tried meanwhile', async () => {
    const double = await serve()
    const { events } = await open(double)
    const target = fresh()
    await events.append(target, 0, command(), [noted('one')])
    double.stop()
    for (let tries = 0; tries < 30; tries++) expect(await caught(events.head())).toMatchObject(UNAVAILABLE)
    await serve(double.log, double.port)
    // The first call may still meet the end of the old connection.
    await caught(events.head())
    expect(await events.append(target, 1, command(), [noted('two')])).toMatchObject({ outcome: 'applied' })
  })

  it('is given up when it says nothing, and asked anew', async () => {
    const double = await serve()
    const { events } = await insist(() => open(double, 300))
    double.faults.silent = 1
    expect(await caught(events.readAll())).toMatchObject(UNAVAILABLE)
    expect(await insist(() => events.readAll())).toEqual([])
  })

  it('is reached by a new connection where the old one lets nothing through', async () => {
    const double = await serve()
    const line = await Line.to(double.port)
    lines.push(line)
    const url = double.url.replace(String(double.port), String(line.port))
    const { events } = await insist(() => open({ url }, 500))
    const [target, wish] = [fresh(), command()]
    const { events: first } = await insist(() => events.append(target, 0, wish, [noted('one')]))
    line.cut()
    expect(await caught(events.readAll())).toMatchObject(UNAVAILABLE)
    expect(await insist(() => events.readAll())).toStrictEqual(first)
  })

  it('that has too much to do says so in our words', async () => {
    const double = await serve()
    const { events } = await open(double)
    for (const code of [status.DEADLINE_EXCEEDED, status.ABORTED, status.CANCELLED, status.INTERNAL]) {
      double.faults.refused = { code, left: 1 }
      expect(await caught(events.readStream(fresh()))).toMatchObject(UNAVAILABLE)
    }
  })
})

describe('a change of the leader', () => {
  it('is followed without the caller noticing', async () => {
    const leader = await serve()
    const double = await serve(leader.log)
    const { events } = await open(double)
    double.faults.leader = { host: '127.0.0.1', port: leader.port }
    const target = fresh()
    const { events: first } = await events.append(target, 0, command(), [noted('one')])
    expect(await events.readStream(target)).toStrictEqual(first)
    expect(await events.readAll()).toStrictEqual(first)
  })

  it('to a node that cannot be reached is unavailable, until the nodes agree', async () => {
    const double = await serve()
    const { events } = await open(double)
    const gone = await serve()
    gone.stop()
    double.faults.leader = { host: '127.0.0.1', port: gone.port }
    expect(await caught(events.append(fresh(), 0, command(), [noted('one')]))).toMatchObject(UNAVAILABLE)
    double.faults.leader = undefined
    await until(async () => (await caught(events.head())) === 0)
    expect(await events.append(fresh(), 0, command(), [noted('one')])).toMatchObject({ outcome: 'applied' })
  })
})

describe('credentials', () => {
  it.each([{ code: status.PERMISSION_DENIED, exception: 'access-denied' }, { code: status.UNAUTHENTICATED }])(
    'that the server refuses are named, without the password ($code)',
    async (refused) => {
      const double = await serve()
      double.faults.refused = { ...refused, left: 1 }
      const error = await caught(open({ url: double.url.replace('//', '//clerk:secret@') }))
      expect(error).toBeInstanceOf(WrongCredentials)
      expect(String(error)).toContain('the user "clerk"')
      expect(String(error)).not.toContain('secret')
    },
  )
})

describe('records', () => {
  it('that were altered are told and not served', async () => {
    const double = await serve()
    const { events } = await open(double)
    const [target, journeyId] = [fresh(), ids.next()]
    await events.append(target, 0, command({ journeyId }), [noted('one')])
    double.log.damage(`faults.notebook-${target.id}`, 0, '{"text":"two"}')
    // What was appended is known to whoever appended it; a process that has just begun has to read.
    const other = await open(double)
    const reads = [
      () => events.readStream(target),
      () => events.readAll(),
      () => events.readJourney(journeyId),
      () => events.positionAt('2020-01-01T00:00:00.000Z'),
      () => other.events.append(target, 1, command(), [noted('two')]),
    ]
    for (const read of reads) expect(await caught(read())).toBeInstanceOf(DamagedRecord)
    const { events: next } = await other.events.append(fresh(), 0, command(), [noted('one')])
    expect(await events.head()).toBe(next[0]?.position)
  })

  it('of another program under our names are told', async () => {
    const double = await serve()
    const { events } = await open(double)
    const foreign = { id: ids.next(), type: 'x', contentType: 'application/json', metadata: Buffer.from('') }
    double.log.append('faults.notebook-1', 'any', [{ ...foreign, data: Buffer.from('{}') }])
    expect(await caught(events.readStream({ stream: 'notebook', id: '1' }))).toBeInstanceOf(DamagedRecord)
  })

  it('of others are not ours, registers neither', async () => {
    const double = await serve()
    const { events, registers } = await open(double)
    const foreign = { id: ids.next(), type: 'x', contentType: 'application/json', metadata: Buffer.from('') }
    double.log.append('other-1', 'any', [{ ...foreign, data: Buffer.from('{}') }])
    await registers.write('r', 0, 'kept')
    expect(await events.readAll()).toEqual([])
    expect(await events.head()).toBe(0)
    const first = await events.append(fresh(), 0, command(), [noted('one')])
    await registers.write('r', 1, 'again')
    expect(await events.readAll()).toStrictEqual(first.events)
    expect(await events.head()).toBe(first.events[0]?.position)
  })

  it('past the last position that a number tells exactly are refused, and so is a server that tells none', async () => {
    const far = await serve(new WireLog(2n ** 53n - 10_000n))
    const { events } = await open(far)
    const append = () => events.append(fresh(), 0, command(), [noted('x'.repeat(3_000))])
    const errors: unknown[] = []
    for (let tries = 0; tries < 6; tries++) errors.push(await caught(append()))
    expect(String(errors.at(-1))).toMatch(/grown past position 9007199254740991/)

    const old = await serve()
    old.faults.isOld = true
    const before = await open(old)
    const error = await caught(before.events.append(fresh(), 0, command(), [noted('one')]))
    expect(String(error)).toMatch(/22\.10 or later/)
  })
})
