import type { LoggerService } from '@nestjs/common'
import { MemoryCourier, readSettings, start } from '@throughline/platform'
import type { Host, ServiceDefinition } from '@throughline/platform'
import { Courier, Secrets } from '@throughline/ports'
import type { Dispatch } from '@throughline/ports'
import { Chance, SeededIds, SeededRandomness } from './chance.js'
import type { Disk } from './disk.js'
import { Life, LifeTimers } from './life.js'
import type { Faults } from './life.js'
import { SimulatedBus, SimulatedCheckpoints } from './simulated-bus.js'
import type { BusDefects, BusWatch } from './simulated-bus.js'
import { SimulatedStore } from './simulated-store.js'
import type { StoreWatch } from './simulated-store.js'
import { SimulatedViews } from './simulated-views.js'
import type { Trace } from './trace.js'
import type { VirtualTime } from './virtual-time.js'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Request {
  readonly method: Method
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload?: string
}

export interface Response {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, unknown>>
}

/** No answer came: nobody knows what became of the request. */
export class LostAnswer extends Error {
  override readonly name = 'LostAnswer'
}

export interface MachineParts {
  readonly services: readonly ServiceDefinition[]
  readonly seed: number
  readonly time: VirtualTime
  readonly disk: Disk
  readonly trace: Trace
  readonly faults: () => Faults
  readonly watch: StoreWatch & BusWatch & { answered(request: Request, response: Response): void }
  /** Compiled once for all runs. */
  readonly schemas?: Host['schemas'] | undefined
  readonly defects: BusDefects & { readonly lossy: boolean }
}

/** The one machine of the simulation: a disk, and at most one process at a time that serves from it. */
export class Machine {
  /** What went out to people; it is with them, whatever becomes of the process. */
  readonly courier = new MemoryCourier()
  readonly ids: SeededIds
  readonly #randomness: SeededRandomness
  readonly #chance: Chance
  #life: Life | undefined
  #host: Host | undefined
  #inHand = 0
  crashes = 0
  requests = 0

  constructor(private readonly parts: MachineParts) {
    const { seed, time } = parts
    this.ids = new SeededIds(time, Chance.of(seed, 'ids'))
    this.#randomness = new SeededRandomness(Chance.of(seed, 'randomness'))
    this.#chance = Chance.of(seed, 'machine')
    time.busy = () => this.#inHand > 0
  }

  get host(): Host {
    if (this.#host === undefined) throw new Error('no process is running')
    return this.#host
  }

  get isUp(): boolean {
    return this.#life?.dead === false
  }

  /** Starts a process on what the disk holds. No time passes meanwhile. */
  async start(): Promise<void> {
    const { services, schemas, time, disk, trace, faults, watch, defects } = this.parts
    const life = new Life(time, this.#chance, faults)
    const timers = new LifeTimers(life, (name, error) => {
      trace.say(`timer ${name}: ${String(error)}`)
    })
    this.#life = life
    this.#host = await start({
      services,
      ...(schemas !== undefined && { schemas }),
      settings: { ...readSettings({}), store: 'memory', port: 0, rate: 10_000_000, log: 'error' },
      clock: time,
      timers,
      ids: this.ids,
      randomness: this.#randomness,
      secrets: new DiskSecrets(disk),
      courier: new LifeCourier(this.courier, life),
      logger: quiet((line) => {
        trace.say(`log: ${line}`)
      }),
      engines: () => {
        const events = new SimulatedStore(disk, life, time, this.ids, watch)
        const checkpoints = new SimulatedCheckpoints(disk, life)
        const bus = new SimulatedBus(events, checkpoints, timers, time, life, watch, defects)
        const views = new SimulatedViews(disk, life)
        return { events, bus, views, close: () => Promise.resolve() }
      },
    })
    trace.note('started')
    life.begin()
  }

  /** The process is gone between one instruction and the next; whoever waits for it gets no answer. */
  crash({ loseViews = false, loseCheckpoints = false } = {}): void {
    const { disk, trace, defects } = this.parts
    if (this.#life === undefined || this.#life.dead) return
    this.#life.crash()
    this.crashes++
    trace.note('crashed')
    trace.say(`CRASH${loseViews ? ', views lost' : ''}${loseCheckpoints ? ', checkpoints lost' : ''}`)
    const server = this.#host?.app.getHttpServer() as { close(): void } | undefined
    server?.close()
    this.#host = undefined
    if (loseViews) disk.forgetViews()
    if (loseCheckpoints) disk.checkpoints.clear()
    if (defects.lossy) disk.lose(3)
  }

  async send(request: Request): Promise<Response> {
    const { time, trace, faults, watch } = this.parts
    await time.sleep(1 + this.#chance.below(20))
    const life = this.#life
    const host = this.#host
    if (host === undefined || life === undefined || life.dead) throw new LostAnswer('nobody listens')
    this.requests++
    this.#inHand++
    const { method, path: url, headers, payload } = request
    try {
      const response = await Promise.race([
        host.app.inject({ method, url, headers, ...(payload !== undefined && { payload }) }),
        life.death,
      ])
      if (response === undefined) throw new LostAnswer('the process is gone')
      const { statusCode: status, body: text, headers: answered } = response
      trace.note(method, url, status, text)
      watch.answered(request, { status, text, headers: answered })
      if (this.#chance.is(faults().lost)) throw new LostAnswer('the answer was lost')
      return { status, text, headers: answered }
    } finally {
      this.#inHand--
    }
  }
}

class DiskSecrets extends Secrets {
  constructor(private readonly disk: Disk) {
    super()
  }

  async keep(name: string, create: () => Promise<string>): Promise<string> {
    const kept = this.disk.secrets.get(name) ?? (await create())
    this.disk.secrets.set(name, kept)
    return kept
  }
}

class LifeCourier extends Courier {
  constructor(
    private readonly courier: Courier,
    private readonly life: Life,
  ) {
    super()
  }

  async send(dispatch: Dispatch): Promise<void> {
    await this.life.alive()
    await this.courier.send(dispatch)
  }
}

function quiet(say: (line: string) => void): LoggerService {
  const loud = (message: unknown): void => {
    say(String(message).split('\n', 1)[0] ?? '')
  }
  const silent = (): void => undefined
  return { log: silent, warn: loud, error: loud, fatal: loud, debug: silent, verbose: silent }
}
