import type { EventStore, Running } from '@throughline/ports'
import type { EventTransport } from './event-transport.js'
import type { ViewRunner } from './view-runner.js'

/** Milliseconds without a poll of the bus, successful or not, after which its client is taken to hang. */
const LONGEST_SILENCE = 90_000
/** Looks at readers that fail all the while, before they are taken to be stuck. */
const MOST_FAILURES = 1_000

/** Everything in this process that follows the log. */
export class Readers {
  constructor(
    private readonly store: EventStore,
    readonly views: ViewRunner,
    private readonly transport: EventTransport,
    private readonly others: () => Readonly<Record<string, Running | undefined>>,
    /** What is known to be wrong with the files of the record. */
    private readonly damage: () => readonly string[] = () => [],
    /** How long the bus has not come round, in milliseconds; absent where it cannot hang. */
    private readonly silence: () => number = () => 0,
    /** Other processes share the engines: once ready, only a stop makes this one unready. */
    private readonly isShared = false,
  ) {}

  all(): ReadonlyMap<string, Running> {
    const all = new Map<string, Running>()
    for (const [name, running] of this.transport.running) all.set(`reactions:${name}`, running)
    for (const [name, running] of this.views.running) all.set(`view:${name}`, running)
    for (const [name, running] of Object.entries(this.others())) if (running) all.set(name, running)
    return all
  }

  /** Where each reader is, which ones cannot go on, and what is wrong with the files. */
  async report(): Promise<{
    readonly head: number
    readonly readers: Readonly<Record<string, number>>
    /** Those whose share is being given out anew. */
    readonly unassigned: readonly string[]
    readonly failing: readonly string[]
    readonly damage: readonly string[]
  }> {
    const all = [...this.all()]
    return {
      head: await this.store.head(),
      readers: Object.fromEntries(all.map(([name, { position }]) => [name, position])),
      unassigned: all.flatMap(([name, { isUnassigned = false }]) => (isUnassigned ? [name] : [])),
      failing: all.flatMap(([name, { failing }]) => (failing === undefined ? [] : [name])),
      damage: this.damage(),
    }
  }

  #isStarted = false
  #wasReady = false

  /** The process listens. */
  started(): void {
    this.#isStarted = true
  }

  /**
   * The process runs, its loop turns, and its client of the bus comes round, be it in vain: one that hangs is helped by a
   * restart (R12), a broker that is down is not.
   */
  live(): { readonly status: number; readonly answer: { readonly status: string } } {
    const hangs = this.silence() > LONGEST_SILENCE
    return { status: hangs ? 503 : 200, answer: { status: hangs ? 'the bus client hangs' : 'ok' } }
  }

  /**
   * It can serve: the log answers and every reader goes on. `damaged` serves on, for whom the damage does not touch. Where
   * replicas share engines it is a latch: what one of them finds out of reach they all do, and taking all of them out at once
   * would refuse also what still works.
   */
  async ready(): Promise<{ readonly status: number; readonly answer: object }> {
    const { isShared } = this
    if (this.stopping) return { status: 503, answer: { status: 'stopping' } }
    if (!this.#isStarted) return { status: 503, answer: { status: 'starting' } }
    const report = await this.report().catch((error: unknown) => {
      if (isShared) return undefined
      throw error
    })
    const whole = report === undefined ? [] : this.views.missing
    const failing = report === undefined ? ['the log does not answer'] : [...report.failing, ...whole]
    const serving = (report?.damage.length ?? 0) > 0 ? 'damaged' : 'ok'
    this.#wasReady ||= failing.length === 0
    const status = failing.length > 0 ? 'failing' : serving
    const answer = {
      status,
      head: report?.head,
      readers: report?.readers,
      unassigned: report?.unassigned,
      failing,
    }
    const serves = isShared ? this.#wasReady : failing.length === 0
    return { status: serves ? 200 : 503, answer }
  }

  /** Set when the process has begun to stop: it is not ready any more, and finishes what it has. */
  stopping = false

  /**
   * Returns when all have read everything there is, their own consequences included; `turn` lets them go on.
   * @throws Error naming the readers that fail again and again
   */
  async settle(turn: () => Promise<void>): Promise<void> {
    let failures = 0
    while (!(await this.atHead())) {
      await turn()
      const failing = [...this.all()].filter(([, reader]) => reader.failing !== undefined)
      failures = failing.length > 0 ? failures + 1 : 0
      if (failures < MOST_FAILURES) continue
      const causes = failing.map(([name, reader]) => `${name}: ${reader.failing?.message ?? ''}`)
      throw new Error(`readers that cannot go on: ${causes.join('; ')}`)
    }
  }

  /** Whether all have read everything there is. */
  async atHead(): Promise<boolean> {
    const head = await this.store.head()
    return [...this.all().values()].every(
      ({ position, isUnassigned = false }) => position >= head && !isUnassigned,
    )
  }
}
