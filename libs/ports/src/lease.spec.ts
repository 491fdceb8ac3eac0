import * as fc from 'fast-check'
import { Clock } from '@throughline/kernel'
import { turn } from './doubles.suite.js'
import { defect, sized } from './invariants.js'
import { Lease } from './lease.js'
import { MemoryRegisters, Registers } from './registers.js'
import type { Registered } from './registers.js'
import { Timers } from './timers.js'

const TERM = 15_000

/** A machine's clock: it runs at a speed of its own and starts anywhere. */
class OwnClock extends Clock {
  #now: number

  constructor(
    start: number,
    private readonly speed = 1,
  ) {
    super()
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds * this.speed
  }
}

/** Runs its tasks when told to. */
class OwnTimers extends Timers {
  readonly #tasks = new Set<() => Promise<void>>()

  every(_name: string, _milliseconds: number, task: () => Promise<void>): () => void {
    this.#tasks.add(task)
    return () => this.#tasks.delete(task)
  }

  async sleep(): Promise<void> {
    await turn()
  }

  async run(): Promise<void> {
    for (const task of [...this.#tasks]) await task()
  }
}

/** The engine cannot be reached while `isDown`. */
class Reached extends Registers {
  isDown = false

  constructor(private readonly registers: Registers) {
    super()
  }

  async read(name: string): Promise<Registered | undefined> {
    if (this.isDown) throw new Error('the engine cannot be reached')
    return this.registers.read(name)
  }

  async write(name: string, version: number, value: unknown): Promise<number> {
    if (this.isDown) throw new Error('the engine cannot be reached')
    return this.registers.write(name, version, value)
  }
}

/** The defect: a holder whose clock stands still for its lease, so that it never runs out by itself. */
class StoppedClock extends Clock {
  now(): number {
    return 0
  }
}

function machine(shared: Registers, holder: string, clock = new OwnClock(0)) {
  const registers = new Reached(shared)
  const timers = new OwnTimers()
  const lease = new Lease(registers, 'work', holder, {
    clock: defect('R23.lease') ? new StoppedClock() : clock,
    timers,
    term: TERM,
  })
  const changes: boolean[] = []
  lease.onChange(() => changes.push(lease.isHeld))
  return { registers, timers, clock, lease, changes }
}

type Machine = ReturnType<typeof machine>

/** Lets time pass in steps of a look, for all of `alive`; those of `asleep` have only their clocks go on. */
async function pass(
  milliseconds: number,
  alive: readonly Machine[],
  asleep: readonly Machine[] = [],
): Promise<void> {
  for (let left = milliseconds; left > 0; left -= 1_000) {
    for (const { clock } of [...alive, ...asleep]) clock.pass(1_000)
    for (const { timers } of alive) await timers.run()
    const held = [...alive, ...asleep].filter(({ lease }) => lease.isHeld)
    expect(held.length).toBeLessThan(2)
  }
}

describe('a lease', () => {
  it('is granted at once to the first, and to nobody beside it', async () => {
    const shared = new MemoryRegisters()
    const [one, other] = [machine(shared, 'one'), machine(shared, 'other')]
    await one.lease.start()
    await other.lease.start()
    expect([one.lease.isHeld, one.lease.epoch]).toEqual([true, 1])
    expect([other.lease.isHeld, other.lease.epoch]).toEqual([false, 0])
    await pass(20 * TERM, [one, other])
    expect([one.lease.isHeld, one.lease.epoch, one.changes]).toEqual([true, 1, [true]])
    expect([other.lease.isHeld, other.changes]).toEqual([false, []])
  })

  it('R23: of a holder that is paused runs out by itself before somebody else takes over', async () => {
    const shared = new MemoryRegisters()
    const [one, other] = [machine(shared, 'one'), machine(shared, 'other', new OwnClock(9e9))]
    await one.lease.start()
    await other.lease.start()
    await pass(7_000, [one, other])
    await pass(2 * TERM, [other], [one])
    expect(one.lease.isHeld).toBe(false)
    expect([other.lease.isHeld, other.lease.epoch]).toEqual([true, 2])
    // It wakes and finds that it lost it, and waits like anybody else.
    await pass(5 * TERM, [one, other])
    expect([one.lease.isHeld, one.changes]).toEqual([false, [true, false]])
    expect([other.lease.isHeld, other.lease.epoch]).toEqual([true, 2])
  })

  it('goes on under its number when the holder slept and nobody took it meanwhile', async () => {
    const one = machine(new MemoryRegisters(), 'one')
    await one.lease.start()
    one.clock.pass(10 * TERM)
    expect(one.lease.isHeld).toBe(false)
    expect(await one.lease.held()).toBe(true)
    expect(one.lease.epoch).toBe(1)
  })

  it('is taken by whoever waits at its next look when it is given back', async () => {
    const shared = new MemoryRegisters()
    const [one, other] = [machine(shared, 'one'), machine(shared, 'other')]
    await one.lease.start()
    await other.lease.start()
    await one.lease.stop()
    expect(one.lease.isHeld).toBe(false)
    await other.timers.run()
    expect([other.lease.isHeld, other.lease.epoch]).toEqual([true, 2])
    // Who gave it back does not come again.
    await one.timers.run()
    expect(await one.lease.held()).toBe(false)
    expect(one.changes).toEqual([true, false])
  })

  it('outlives a register that cannot be reached for a moment, and no longer', async () => {
    const one = machine(new MemoryRegisters(), 'one')
    await one.lease.start()
    one.registers.isDown = true
    await pass(6_000, [one])
    expect([one.lease.isHeld, one.lease.failing?.message]).toEqual([true, 'the engine cannot be reached'])
    await pass(5_000, [one])
    expect(one.lease.isHeld).toBe(false)
    expect(one.changes).toEqual([true, false])
    one.registers.isDown = false
    await one.timers.run()
    expect([one.lease.isHeld, one.lease.epoch, one.lease.failing]).toEqual([true, 1, undefined])
  })

  it('is not taken by a candidate whose clock jumps, and is not kept by a holder whose clock goes back', async () => {
    const shared = new MemoryRegisters()
    const [one, other] = [machine(shared, 'one'), machine(shared, 'other')]
    await one.lease.start()
    await other.lease.start()
    other.clock.pass(3_600_000)
    await other.timers.run()
    other.clock.pass(-7_200_000)
    await other.timers.run()
    expect([one.lease.isHeld, other.lease.isHeld]).toEqual([true, false])
    one.clock.pass(-3_600_000)
    expect(one.lease.isHeld).toBe(false)
    await one.timers.run()
    expect([one.lease.isHeld, one.lease.epoch]).toEqual([true, 1])
  })

  it('counts from when a renewal was asked for, however late its answer comes', async () => {
    const shared = new MemoryRegisters()
    const line = new Line(shared)
    const [one, other] = [machine(line, 'one'), machine(shared, 'other')]
    await line.through(one.lease.start())
    await other.lease.start()
    one.clock.pass(6_000)
    void one.timers.run()
    await turn()
    await line.work()
    await pass(TERM + 1_000, [other], [one])
    expect([other.lease.isHeld, other.lease.epoch]).toEqual([true, 2])
    line.answer()
    await turn()
    expect(one.lease.isHeld).toBe(false)
  })

  it('starts without the register and takes what no lease wrote as nobody’s', async () => {
    const shared = new MemoryRegisters()
    await shared.write('work', 0, 'something else')
    const one = machine(shared, 'one')
    one.registers.isDown = true
    await one.lease.start()
    expect([one.lease.isHeld, one.lease.failing?.message]).toEqual([false, 'the engine cannot be reached'])
    one.registers.isDown = false
    await one.timers.run()
    expect([one.lease.isHeld, one.lease.epoch]).toEqual([true, 1])
  })

  it('R23: is held by one at a time, whoever sleeps, whatever is late or lost, with clocks a sixth apart', async () => {
    const who = fc.nat(1)
    const one = (is: 'look' | 'work' | 'answer' | 'lose') => fc.record({ is: fc.constant(is), who })
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          is: fc.constant('pass' as const),
          ms: fc.constantFrom(400, 3_000, 8_000, 16_000),
        }),
      },
      // A machine that is well for a while: it looks so often and is answered every time.
      {
        weight: 6,
        arbitrary: fc.record({
          is: fc.constant('live' as const),
          who,
          looks: fc.constantFrom(1, 5, 16),
        }),
      },
      { weight: 2, arbitrary: one('look') },
      { weight: 3, arbitrary: one('work') },
      { weight: 3, arbitrary: one('answer') },
      { weight: 1, arbitrary: one('lose') },
    )
    const world = fc.record({
      speeds: fc.tuple(...Array.from({ length: 2 }, () => fc.double({ min: 0.92, max: 1.08, noNaN: true }))),
      steps: fc.array(step, { minLength: 20, maxLength: 50 }),
    })
    let takeovers = 0
    await fc.assert(
      fc.asyncProperty(world, async ({ speeds, steps }) => {
        const shared = new MemoryRegisters()
        const lines = speeds.map(() => new Line(shared))
        const machines = speeds.map((speed, n) => {
          const clock = new OwnClock(n * 1e9, speed)
          const [line] = [lines[n] ?? new Line(shared)]
          return { ...machine(line, `machine ${String(n)}`, clock), line }
        })
        for (const { lease } of machines) void lease.start()
        const epochs = new Map<number, Lease>()
        for (const what of steps) {
          if (what.is === 'pass') for (const { clock } of machines) clock.pass(what.ms)
          const one = 'who' in what ? machines[what.who] : undefined
          if (what.is === 'live' && one !== undefined) {
            for (let n = 0; n < what.looks; n++) await one.line.through(one.timers.run())
          }
          if (what.is === 'look') void one?.timers.run()
          if (what.is === 'work') await one?.line.work()
          if (what.is === 'answer') one?.line.answer()
          if (what.is === 'lose') one?.line.lose()
          await turn()
          const held = machines.filter(({ lease }) => lease.isHeld)
          expect(held.length).toBeLessThan(2)
          for (const { lease } of held) {
            // A number of a holding is one machine's for ever.
            expect(epochs.get(lease.epoch) ?? lease).toBe(lease)
            epochs.set(lease.epoch, lease)
          }
        }
        const known = [...epochs.keys()]
        expect(known).toEqual(known.toSorted((a, b) => a - b))
        takeovers += Math.max(0, known.length - 1)
      }),
      { numRuns: sized(150, 3_000) },
    )
    expect(takeovers).toBeGreaterThan(0)
  })
})

interface Sent {
  readonly run: () => Promise<unknown>
  readonly answered: (outcome: () => unknown) => void
  outcome?: () => unknown
}

/** A line to the register on which what is sent waits until it is worked on, and its answer until it is let through. */
class Line extends Registers {
  readonly #sent: Sent[] = []

  constructor(private readonly registers: Registers) {
    super()
  }

  read(name: string): Promise<Registered | undefined> {
    return this.#send(() => this.registers.read(name))
  }

  write(name: string, version: number, value: unknown): Promise<number> {
    return this.#send(() => this.registers.write(name, version, value))
  }

  /** The engine does what came in first and is not done. */
  async work(): Promise<void> {
    const next = this.#sent.find(({ outcome }) => outcome === undefined)
    if (next === undefined) return
    await next.run()
  }

  /** Everything that is sent until something is done gets its answer. */
  async through(done: Promise<void>): Promise<void> {
    const state = { isDone: false }
    void done.then(() => (state.isDone = true))
    for (;;) {
      await turn()
      if (state.isDone) return
      await this.work()
      this.answer()
    }
  }

  answer(): void {
    const [next] = this.#sent
    if (next?.outcome === undefined) return
    this.#sent.shift()
    next.answered(next.outcome)
  }

  /** The connection breaks: whether it was done or not, nobody hears. */
  lose(): void {
    const next = this.#sent.shift()
    next?.answered(() => {
      throw new Error('the connection broke')
    })
  }

  #send<Result>(run: () => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const sent: Sent = {
        run: async () => {
          const outcome = await run().then(
            (value) => () => value,
            (error: unknown) => () => {
              throw error
            },
          )
          sent.outcome = outcome
        },
        answered: (outcome) => {
          try {
            // What a line brings back is what was sent for.
            resolve(outcome() as Result)
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)))
          }
        },
      }
      this.#sent.push(sent)
    })
  }
}
