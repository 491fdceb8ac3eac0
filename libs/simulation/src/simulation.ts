import { assertDecisions, assertWorld } from '@throughline/testing'
import { MINUTE } from '@throughline/kernel'
import type { Host, ServiceDefinition } from '@throughline/platform'
import { viewId } from '@throughline/ports'
import { Agent } from './agent.js'
import type { Caller } from './caller.js'
import { Chance } from './chance.js'
import { CUSTOMERS, personOf, setUp, STAFF } from './company.js'
import { Customer } from './customer.js'
import type { Stage } from './customer.js'
import { Disk } from './disk.js'
import { drawFaults, NO_FAULTS } from './life.js'
import type { Faults } from './life.js'
import { Machine } from './machine.js'
import { Nemesis } from './nemesis.js'
import { Supervisor } from './supervisor.js'
import { Trace } from './trace.js'
import { VirtualTime } from './virtual-time.js'
import { Watch } from './watch.js'
import { withoutThreads } from './web-crypto.js'

/** A Friday noon in Lisbon. */
const BEGIN = Date.parse('2026-11-20T12:00:00.000Z')
/** Within this everything that still waits has to be served, once nothing is broken any more. */
const HEALED_WITHIN = 300 * MINUTE

/** What is broken in the simulated parts, to see that a run finds it. */
export const DEFECTS = ['dedupe', 'checkpoint', 'order', 'lost'] as const
export type Defect = (typeof DEFECTS)[number]

export interface SimulationOptions {
  readonly seed: number
  /** Length of the play in virtual minutes, without the time in which everything is served at the end. */
  readonly minutes?: number
  readonly faults?: boolean
  readonly defect?: Defect | undefined
  /** Gets every line of the story. */
  readonly tell?: (line: string) => void
}

export interface Simulated {
  readonly seed: number
  /** Virtual time that passed step by step, in milliseconds. */
  readonly passed: number
  readonly events: number
  readonly requests: number
  readonly crashes: number
  readonly duplicates: number
  /** Over every event with its place and every answer: the same for the same seed. */
  readonly hash: string
}

/** A company that every seed begins with, and the services that run it. */
export interface Company {
  readonly services: readonly ServiceDefinition[]
  readonly disk: Disk
  /** Compiled once for all seeds. */
  readonly schemas?: Host['schemas']
}

/** A run that came out wrong: the message says what, how to see it again, and what happened last. */
export class SimulationFailure extends Error {
  override readonly name = 'SimulationFailure'
}

/** Sets the company up once: hiring and writing articles is no part of what a seed decides. */
export async function foundCompany(services: readonly ServiceDefinition[]): Promise<Company> {
  const back = withoutThreads()
  const time = new VirtualTime(BEGIN - 60 * MINUTE)
  const disk = new Disk()
  const run = new Run({ services, disk }, { seed: 0 }, time, NO_FAULTS)
  try {
    await run.machine.start()
    await run.finish([setUp(run.stage, disk)], BEGIN)
    await time.advance(time.now() + MINUTE)
    await run.settled()
    return { services, disk: await disk.copy(views(services)), schemas: run.machine.host.schemas }
  } finally {
    run.machine.crash()
    back()
  }
}

/** Plays one seed. @throws SimulationFailure */
export async function simulate(company: Company, options: SimulationOptions): Promise<Simulated> {
  const back = withoutThreads()
  const { seed, minutes = 5, faults = true, defect } = options
  const time = new VirtualTime(BEGIN)
  const chance = Chance.of(seed, 'play')
  const disk = await company.disk.copy(views(company.services))
  const drawn = faults ? drawFaults(Chance.of(seed, 'faults')) : NO_FAULTS
  const run = new Run({ ...company, disk }, options, time, drawn)
  const { machine, watch, trace, stage } = run
  watch.remember(disk.log)
  const before = disk.log.length
  disk.forgetful = defect === 'dedupe'
  try {
    await machine.start()
    const end = BEGIN + minutes * MINUTE
    const nemesis = new Nemesis(machine, time, watch, Chance.of(seed, 'nemesis'))
    const foreign: string[] = []
    const people = CUSTOMERS.slice(0, chance.between(3, CUSTOMERS.length)).map((email) =>
      new Customer(personOf(email, stage, seed), stage, Chance.of(seed, `${email} does`), foreign).live(),
    )
    const agents = STAFF.filter(({ skills }) => skills.length > 0).map(({ email }) =>
      new Agent(personOf(email, stage, seed), stage, Chance.of(seed, `${email} does`), () => run.healed).live(
        () => run.over,
      ),
    )
    for (const agent of agents)
      agent.catch((error: unknown) => {
        // Told when they are waited for; until then nobody listens.
        trace.say(`an agent could not go on: ${String(error)}`)
      })
    const boss: Caller = personOf('helena@company.example', stage, seed)
    const administrator = personOf('admin@throughline.localhost', stage, seed)
    const names = company.services.flatMap((service) => service.views.map(({ name }) => name))
    people.push(new Supervisor(boss, administrator, stage, Chance.of(seed, 'helena does'), names).live())
    if (faults) people.push(nemesis.strike(BEGIN, end))
    await run.finish(people, end + 30 * MINUTE, () => {
      if (time.now() >= end) run.closing = true
    })
    run.heal()
    trace.say('HEALED')
    // What this process has in memory is as wrong as what it read.
    if (disk.forgetful) machine.crash()
    disk.forgetful = false
    if (!machine.isUp) await machine.start()
    await run.serve(agents)
    await run.settled()
    const log = await assertWorld(machine.host, { acked: [...watch.acked.values()] })
    await assertDecisions(machine.host, log)
    const [unhandled] = watch.unhandled(log, before)
    if (unhandled !== undefined) throw new Error(`G8: ${unhandled}`)
  } catch (error) {
    throw run.failure(error)
  } finally {
    machine.crash()
    back()
  }
  return {
    seed,
    passed: run.passed,
    events: watch.events,
    requests: machine.requests,
    // The last one is the end of the run.
    crashes: machine.crashes - 1,
    duplicates: watch.duplicates,
    hash: trace.digest(),
  }
}

/** One play from its first minute to the last check. */
class Run {
  readonly trace: Trace
  readonly watch: Watch
  readonly machine: Machine
  readonly stage: Stage
  closing = false
  healed = false
  over = false
  passed = 0
  #wrong: string | undefined

  constructor(
    { services, disk, schemas }: Company,
    private readonly options: SimulationOptions,
    private readonly time: VirtualTime,
    private readonly faults: Faults,
  ) {
    const { seed, tell, defect } = options
    const wrong = (what: string): void => {
      this.#wrong ??= what
      this.trace.say(`WRONG ${what}`)
    }
    this.trace = new Trace(time, tell)
    this.watch = new Watch(this.trace, wrong)
    this.machine = new Machine({
      services,
      schemas,
      seed,
      time,
      disk,
      trace: this.trace,
      faults: () => (this.healed ? NO_FAULTS : this.faults),
      watch: this.watch,
      defects: {
        early: defect === 'checkpoint',
        unordered: defect === 'order',
        lossy: defect === 'lost',
      },
    })
    this.stage = {
      machine: this.machine,
      time,
      trace: this.trace,
      watch: this.watch,
      closing: () => this.closing,
      twice: () => (this.healed || this.faults === NO_FAULTS ? 0 : 0.05),
      upheavals: () => this.machine.crashes + this.watch.merges,
      recorded: (key) => disk.log.some(({ commandId }) => commandId.includes(key)),
      wrong,
    }
  }

  heal(): void {
    this.healed = true
  }

  /** Lets time pass until all of these are done. */
  async finish(
    work: readonly Promise<unknown>[],
    latest: number,
    meanwhile: () => void = () => undefined,
  ): Promise<void> {
    const state: { done: boolean; failed?: Error } = { done: false }
    Promise.all(work).then(
      () => (state.done = true),
      (error: unknown) => (state.failed = errorOf(error)),
    )
    const from = this.time.now()
    await this.time.advance(latest, () => {
      meanwhile()
      return state.done || state.failed !== undefined || this.#wrong !== undefined
    })
    this.passed += this.time.now() - from
    if (state.failed !== undefined) throw state.failed
    if (this.#wrong !== undefined) throw new Error(this.#wrong)
    if (!state.done) throw new Error('somebody is still waiting for an answer (liveness)')
  }

  /** Everybody is at work and nothing is broken: whoever waits has to be served. */
  async serve(agents: readonly Promise<void>[]): Promise<void> {
    const deadline = this.time.now() + HEALED_WITHIN
    const calm = (): boolean => this.watch.waiting().length === 0
    while (!calm() && this.time.now() < deadline) {
      const from = this.time.now()
      await this.time.advance(from + 90_000, () => calm() || this.#wrong !== undefined)
      this.passed += this.time.now() - from
      if (this.#wrong !== undefined) throw new Error(this.#wrong)
      // What is still there waits for a clock and not for a person.
      if (!calm()) this.time.jump(5 * MINUTE)
    }
    if (!calm())
      throw new Error(`still waiting after everything was healed: ${this.watch.waiting().join('; ')}`)
    this.over = true
    await this.finish(agents, this.time.now() + 5 * MINUTE)
  }

  settled(): Promise<void> {
    return this.machine.host.readers.settle(() => this.time.advance(this.time.now() + 100))
  }

  failure(error: unknown): SimulationFailure {
    const { seed, minutes, faults } = this.options
    const again = [
      `npm run simulate -- --seed ${String(seed)}`,
      ...(minutes === undefined ? [] : [`--minutes ${String(minutes)}`]),
      ...(faults === false ? ['--no-faults'] : []),
    ].join(' ')
    const cause = errorOf(error)
    return new SimulationFailure(
      `${cause.message}\n\nTo see it again: ${again}\n\nThe last that happened:\n  ${this.trace.last.join('\n  ')}\n`,
      { cause },
    )
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

function views(services: readonly ServiceDefinition[]): readonly string[] {
  return services.flatMap((service) => service.views.map(viewId))
}
