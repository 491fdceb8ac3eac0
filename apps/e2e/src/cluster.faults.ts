import { engineAt } from '@throughline/ports/suites'
import { Redis } from 'ioredis'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK = 50
const PATIENCE = 120_000

/**
 * What becomes of bytes on the way to an engine.
 * - `open`: they pass.
 * - `deaf`: what is asked arrives, and what is answered is lost.
 * - `hole`: connections are taken, and nothing passes: half-open.
 * - `cut`: no connection stands, and none comes about.
 */
export type Way = 'open' | 'deaf' | 'hole' | 'cut'

interface Link {
  readonly near: Socket
  readonly far: Socket
  /** Nothing passes any more, whatever becomes of the way. */
  isStranded: boolean
}

/** A TCP proxy before one address, shared by every process of a cluster. */
export class Proxy {
  readonly #links = new Set<Link>()
  readonly #server: Server
  #way: Way = 'open'

  private constructor(to: { readonly host: string; readonly port: number }) {
    this.#server = createServer((near) => {
      if (this.#way === 'cut') near.destroy()
      else this.#link(near, connect({ ...to, noDelay: true }))
    })
  }

  static async before(host: string, port: number): Promise<Proxy> {
    const proxy = new Proxy({ host, port })
    await once(proxy.#server.listen(0, '127.0.0.1'), 'listening')
    return proxy
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  /** For connections that stand already too. */
  set(way: Way): void {
    this.#way = way
    if (way !== 'cut') return
    for (const { near, far } of this.#links) {
      near.destroy()
      far.destroy()
    }
  }

  /** Connections that stand now stay half-open for ever; new ones work. */
  strand(): void {
    for (const link of this.#links) link.isStranded = true
  }

  async close(): Promise<void> {
    this.set('cut')
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #link(near: Socket, far: Socket): void {
    const link = { near, far, isStranded: false }
    this.#links.add(link)
    near.on('data', (bytes) => {
      if (!link.isStranded && this.#way !== 'hole') far.write(bytes)
    })
    far.on('data', (bytes) => {
      if (!link.isStranded && this.#way === 'open') near.write(bytes)
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => undefined)
      one.on('close', () => {
        other.destroy()
        this.#links.delete(link)
      })
    }
  }
}

/** The ways of a cluster to its engines. */
export interface Ways {
  readonly store: Proxy
  readonly views: Proxy
  readonly broker: Proxy
  /** What makes a process take them, and none other. */
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Proxies before the engines of this run. The broker is one: what is said of it holds of all. */
export async function openWays(): Promise<Ways> {
  const [store, views] = [new URL(engineAt('DATABASE_URL')), new URL(engineAt('REDIS_URL'))]
  const [host = '', port = ''] = (engineAt('KAFKA_BROKERS').split(',')[0] ?? '').split(':')
  const before = (url: URL, usual: number): Promise<Proxy> =>
    Proxy.before(url.hostname, url.port === '' ? usual : Number(url.port))
  const toStore = await before(store, 5432)
  const toViews = await before(views, 6379)
  const toBroker = await Proxy.before(host, Number(port))
  return {
    store: toStore,
    views: toViews,
    broker: toBroker,
    environment: {
      ...preloaded,
      TEST_WAYS: `${port}=${String(toBroker.port)}`,
      DATABASE_URL: through(store, toStore),
      REDIS_URL: through(views, toViews),
    },
    close: async () => {
      await Promise.all([toStore.close(), toViews.close(), toBroker.close()])
    },
  }
}

/** What the processes of a cluster under test load first: without it no seeded defect reaches them. */
export const preloaded: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--import=${join(__dirname, 'cluster.preload.fixture.mjs')}`,
}

/** Everything that a world has in Redis goes at once, as with FLUSHALL where it has Redis to itself. */
export async function flushViews(prefix: string): Promise<number> {
  const redis = new Redis(engineAt('REDIS_URL'))
  try {
    return Number(await redis.eval(FLUSH, 0, `${prefix}:*`))
  } finally {
    redis.disconnect()
  }
}

const FLUSH = `
local keys = redis.call('KEYS', ARGV[1])
for _, key in ipairs(keys) do redis.call('UNLINK', key) end
return #keys`

function through(url: URL, { port }: Proxy): string {
  const led = new URL(url)
  led.hostname = '127.0.0.1'
  led.port = String(port)
  return led.href
}

/**
 * Returns when a fact has come about; whoever waits leaves the machine to those that are waited for.
 * @throws Error when it has not after two minutes
 */
export async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + PATIENCE; !(await fact());) {
    await sleep(LOOK)
    if (performance.now() > end) throw new Error(`it has not come about: ${String(fact)}`)
  }
}

/** Numbers below a bound, the same for the same seed. */
export function dice(seed: number): (bound: number) => number {
  let state = seed >>> 0
  return (bound) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % bound
  }
}
