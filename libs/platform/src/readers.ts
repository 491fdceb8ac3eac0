import type { EventStore, Running } from '@throughline/ports'
import type { EventTransport } from './event-transport.js'
import type { ViewRunner } from './view-runner.js'

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
    readonly failing: readonly string[]
    readonly damage: readonly string[]
  }> {
    const all = [...this.all()]
    return {
      head: await this.store.head(),
      readers: Object.fromEntries(all.map(([name, { position }]) => [name, position])),
      failing: all.flatMap(([name, { failing }]) => (failing === undefined ? [] : [name])),
      damage: this.damage(),
    }
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
    return [...this.all().values()].every(({ position }) => position >= head)
  }
}
