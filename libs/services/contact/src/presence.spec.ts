import * as fc from 'fast-check'
import { SECOND } from '@throughline/kernel'
import { UuidIds } from '@throughline/platform'
import { MemorySignals, Signals } from '@throughline/ports'
import type { Signal } from '@throughline/ports'
import { defect, sized } from '@throughline/ports/suites'
import { ManualClock, ManualTimers } from '@throughline/testing'
import { GONE_AFTER } from './contact.reactions.js'
import { Presence, TELL_EVERY } from './presence.js'
import { heardIn } from './presence.heard.js'

const ANA = '01939a3e-0000-7000-8000-000000000001'
const SWEEP = 5 * SECOND

/** One process's way to the others: what it sends may be dropped, and what it hears may wait while it sleeps. */
class Way extends Signals {
  isDown = false
  sleeps = false
  readonly #waiting: Signal[] = []
  readonly #listeners = new Set<(signal: Signal) => void>()

  constructor(private readonly shared: MemorySignals) {
    super()
    shared.onSignal((signal) => {
      if (this.isDown) return
      if (this.sleeps) this.#waiting.push(signal)
      else this.#tell(signal)
    })
  }

  send(signal: Signal): void {
    // As an engine carries it, and not as the sender holds it.
    if (!this.isDown) this.shared.send(JSON.parse(JSON.stringify(signal)) as Signal)
  }

  onSignal(listener: (signal: Signal) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  wake(): void {
    this.sleeps = false
    for (const signal of this.#waiting.splice(0)) this.#tell(signal)
  }

  #tell(signal: Signal): void {
    for (const listener of [...this.#listeners]) listener(signal)
  }
}

function world(count: number) {
  const clock = new ManualClock()
  const ids = new UuidIds(clock)
  const shared = new MemorySignals()
  const begin = () => {
    const way = new Way(shared)
    const timers = new ManualTimers()
    // The defect: every process looks at its own streams alone.
    const presence = new Presence(clock, defect('R35.presence') ? new MemorySignals() : way, timers, ids)
    presence.onApplicationBootstrap()
    /** Whom the sweep of this process would drop. */
    const dropped = (): readonly string[] => {
      const gone = presence.goneFor(GONE_AFTER)
      presence.ask(gone)
      return gone.filter((contactId) => presence.isGone(contactId))
    }
    return { way, timers, presence, dropped }
  }
  const processes = Array.from({ length: count }, begin)
  type One = ReturnType<typeof begin>
  /** Lets time pass for all that are awake; returns whom somebody dropped. */
  const pass = async (
    milliseconds: number,
    awake: readonly One[] = processes,
  ): Promise<readonly string[]> => {
    const all = new Set<string>()
    for (let passed = SWEEP; passed <= milliseconds; passed += SWEEP) {
      clock.move(SWEEP)
      if (passed % TELL_EVERY === 0) for (const { timers } of awake) await timers.run()
      for (const one of awake) for (const contactId of one.dropped()) all.add(contactId)
    }
    return [...all]
  }
  const [one, other] = processes
  if (one === undefined || other === undefined) throw new Error('two processes at least')
  return { clock, begin, pass, one, other, processes }
}

describe('which customers are there, over the processes of the service', () => {
  it('R35: a customer whose stream another process holds is not gone, however long it lasts', async () => {
    const { one, other, pass } = world(2)
    one.presence.expect(ANA)
    other.presence.opened(ANA, 'telephone')
    expect(await pass(10 * GONE_AFTER)).toEqual([])
    other.presence.closed(ANA, 'telephone')
    expect(await pass(GONE_AFTER - SWEEP)).toEqual([])
    expect(await pass(3 * SWEEP)).toEqual([ANA])
  })

  it('counts devices over all processes, and tells each one whose pages heard another count', () => {
    const { one, other } = world(2)
    const heard: (readonly [string, number])[] = []
    one.presence.onCount((_, count) => heard.push(['one', count]))
    other.presence.onCount((_, count) => heard.push(['other', count]))
    expect(one.presence.opened(ANA, 'telephone')).toBe(1)
    expect(other.presence.opened(ANA, 'computer')).toBe(2)
    // The same sign-in in a second page, held elsewhere, is no second device.
    expect(other.presence.opened(ANA, 'telephone')).toBe(2)
    expect(one.presence.closed(ANA, 'telephone')).toBe(2)
    expect(other.presence.closed(ANA, 'telephone')).toBe(1)
    expect(heard).toEqual([])
  })

  it('agrees on the count when two open at once and hear of each other later', () => {
    const { one, other } = world(2)
    const heard: (readonly [string, number])[] = []
    one.presence.onCount((_, count) => heard.push(['one', count]))
    other.presence.onCount((_, count) => heard.push(['other', count]))
    for (const { way } of [one, other]) way.sleeps = true
    expect(one.presence.opened(ANA, 'telephone')).toBe(1)
    expect(other.presence.opened(ANA, 'computer')).toBe(1)
    for (const { way } of [one, other]) way.wake()
    expect(heard).toEqual([
      ['one', 2],
      ['other', 2],
    ])
  })

  it('R35: a process that has just begun hears at once whom the others have', async () => {
    const { other, begin, pass, clock } = world(2)
    other.presence.opened(ANA, 'telephone')
    const late = begin()
    late.presence.expect(ANA)
    clock.move(2 * GONE_AFTER)
    expect(late.presence.goneFor(GONE_AFTER)).toEqual([])
    expect(await pass(2 * GONE_AFTER, [other, late])).toEqual([])
  })

  it('R35: the streams of a process that was killed count no more when it has been silent for some rounds', async () => {
    const { one, other, pass } = world(2)
    other.presence.opened(ANA, 'telephone')
    expect(await pass(GONE_AFTER)).toEqual([])
    other.way.isDown = true
    expect(await pass(3 * TELL_EVERY, [one])).toEqual([])
    expect(await pass(3 * TELL_EVERY, [one])).toEqual([ANA])
  })

  it('R22: nobody is dropped while signals get through to nobody, and who is gone is when they do again', async () => {
    const { one, other, pass, processes } = world(2)
    const BEN = '01939a3e-0000-7000-8000-000000000002'
    one.presence.expect(ANA)
    other.presence.opened(ANA, 'telephone')
    one.presence.opened(BEN, 'telephone')
    one.presence.closed(BEN, 'telephone')
    for (const { way } of processes) way.isDown = true
    expect(await pass(20 * GONE_AFTER)).toEqual([])
    for (const { way } of processes) way.isDown = false
    expect(await pass(2 * GONE_AFTER)).toEqual([BEN])
  })

  it('R35: a process that slept hears first what it slept through, and drops nobody who came back meanwhile', async () => {
    const { one, other, clock, pass } = world(2)
    one.presence.opened(ANA, 'telephone')
    one.presence.closed(ANA, 'telephone')
    clock.move(GONE_AFTER)
    // It has asked once when it falls asleep; she comes back to the other.
    expect(one.dropped()).toEqual([])
    one.way.sleeps = true
    other.presence.opened(ANA, 'telephone')
    clock.move(GONE_AFTER)
    expect(one.dropped()).toEqual([])
    expect(one.dropped()).toEqual([])
    one.way.wake()
    expect(await pass(2 * GONE_AFTER)).toEqual([])
  })

  it('waits for nobody where there is no other process', async () => {
    const { begin, clock, one, other } = world(2)
    for (const { way } of [one, other]) way.isDown = true
    const alone = begin()
    alone.presence.expect(ANA)
    clock.move(GONE_AFTER - 1)
    expect(alone.dropped()).toEqual([])
    clock.move(1)
    expect(alone.dropped()).toEqual([ANA])
    alone.presence.forget(ANA)
    expect(alone.dropped()).toEqual([])
  })

  it('R35: nobody who is somewhere is dropped, whatever is late or asleep', async () => {
    const step = fc.record({
      is: fc.constantFrom('open', 'open', 'close', 'sleep', 'wake', 'wake', 'pass', 'pass', 'pass', 'long'),
      who: fc.nat(2),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const { processes, pass } = world(3)
        const open = processes.map(() => 0)
        for (const { is, who } of steps) {
          const process = processes[who]
          if (process === undefined) continue
          const { presence, way } = process
          if (is === 'open' && !way.sleeps)
            open[who] = presence.opened(ANA, `page ${String(who)}`) > 0 ? (open[who] ?? 0) + 1 : 0
          if (is === 'close' && !way.sleeps && (open[who] ?? 0) > 0) {
            presence.closed(ANA, `page ${String(who)}`)
            open[who] = (open[who] ?? 0) - 1
          }
          // Asleep: it does nothing and holds its streams; nothing it is sent is lost. Shorter than it takes to lapse.
          if (is === 'sleep') way.sleeps = true
          if (is === 'wake') way.wake()
          const awake = processes.filter((one) => !one.way.sleeps)
          const held = open.some((count, n) => count > 0 && processes[n]?.way.sleeps === false)
          const dropped =
            is === 'pass'
              ? await pass(2 * SWEEP, awake)
              : is === 'long'
                ? await pass(3 * GONE_AFTER, awake)
                : []
          if (held) expect(dropped).toEqual([])
        }
      }),
      { numRuns: sized(200, 2_000) },
    )
  })

  it('passes over what no process of the service would say', () => {
    for (const [event, data] of [
      ['here', null],
      ['here', { by: 'x' }],
      ['here', { by: 'x', contacts: [[ANA]] }],
      ['here', { by: 'x', contacts: [[ANA, [1]]] }],
      ['here', { by: 7, contacts: [] }],
      ['ask', { by: 'x', contacts: [1] }],
      ['told', {}],
      ['gone', { by: 'x', contacts: [] }],
    ] as const)
      expect(heardIn(event, data)).toBeUndefined()
    expect(heardIn('here', { by: 'x', contacts: [[ANA, ['d']]], count: '9' })).toEqual({
      is: 'here',
      by: 'x',
      contacts: [[ANA, ['d']]],
    })
  })
})
