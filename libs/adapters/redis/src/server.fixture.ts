// A Redis to be ill-treated: a server of this spec's own where `redis-server` is installed, else the one at REDIS_URL as
// seen through a proxy, which can do to a connection what must not be done to a server that others use too.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { engineAt, until } from '@throughline/ports/suites'
import { atTheEnd, bare, keysUnder } from './redis.fixture.js'

/** What stands between a client and the server. */
export class Proxy {
  readonly #sockets = new Set<Socket>()
  readonly #forgotten = new WeakSet<Socket>()
  readonly #server: Server
  #held: (() => void)[] | undefined
  #refusal: string | undefined

  private constructor(private readonly to: () => Socket) {
    this.#server = createServer((client) => {
      this.#join(client)
    })
  }

  static async open(url: string): Promise<Proxy> {
    const { hostname, port } = url.startsWith('/') ? { hostname: '', port: '' } : new URL(url)
    const proxy = new Proxy(() => (url.startsWith('/') ? connect(url) : connect(Number(port), hostname)))
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    atTheEnd(() => proxy.#close())
    return proxy
  }

  get url(): string {
    return `redis://127.0.0.1:${String(this.#port())}`
  }

  /** Keeps everything that comes from clients; it goes on with `resume`, also that of clients which have left. */
  pause(): void {
    this.#held ??= []
  }

  resume(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const pass of held) pass()
  }

  /** Nothing more arrives on the connections there are, and nobody is told. */
  forget(): void {
    for (const socket of this.#sockets) this.#forgotten.add(socket)
  }

  /** Answers each command with this in the server's place; nothing: no more. */
  refuse(answer: string | undefined): void {
    this.#refusal = answer
  }

  /** Ends every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #port(): number {
    const address: AddressInfo | string | null = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  #join(client: Socket): void {
    const server = this.to()
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => this.#sockets.delete(socket))
    }
    client.on('data', (bytes) => {
      if (this.#forgotten.has(client)) return
      if (this.#refusal !== undefined) client.write(`-${this.#refusal}\r\n`)
      else if (this.#held === undefined) server.write(bytes)
      else this.#held.push(() => server.write(bytes))
    })
    client.on('close', () => {
      if (this.#held === undefined) server.end()
      else this.#held.push(() => server.end())
    })
    server.on('data', (bytes) => {
      if (!this.#forgotten.has(client)) client.write(bytes)
    })
    server.on('close', () => client.destroy())
  }

  async #close(): Promise<void> {
    this.resume()
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** What can be done to a server. All of it is undone at the end. */
export interface IllTreated {
  readonly url: string
  /** Straight to it, for the test's own doings. */
  readonly directly: string
  /** It hangs: connections stay open, nothing is answered. */
  hang(): Promise<void>
  resume(): void
  /** Every client's commands wait, also those that only read. */
  pauseClients(): Promise<void>
  /** All keys go. */
  flush(): Promise<void>
  /** No room for another byte, until `free`. */
  fill(): Promise<void>
  free(): Promise<void>
  /** A megabyte more, and keys go for whatever is written beyond it. */
  beginToEvict(): Promise<void>
  /** Some keys have gone by now. */
  haveEvicted(): Promise<void>
  cut(): void
}

const isInstalled = (): boolean => spawnSync('redis-server', ['--version']).status === 0

/** `prefix`: what is flushed where the server is not this test's own. */
export async function illTreated(prefix: string): Promise<IllTreated> {
  return isInstalled() ? own() : borrowed(prefix)
}

async function own(): Promise<IllTreated> {
  const directly = await startServer()
  const { proxy, redis } = { proxy: await Proxy.open(directly.socket), redis: bare(directly.socket) }
  return {
    url: proxy.url,
    directly: directly.socket,
    hang: () => {
      directly.signal('SIGSTOP')
      return Promise.resolve()
    },
    resume: () => {
      directly.signal('SIGCONT')
    },
    pauseClients: async () => {
      await redis.client('PAUSE', 2_500)
    },
    flush: async () => {
      await redis.flushall()
    },
    fill: async () => {
      await redis.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '1')
    },
    free: async () => {
      await redis.config('SET', 'maxmemory', '0')
    },
    beginToEvict: async () => {
      const used = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1])
      await redis.config('SET', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', String(used + 1_000_000))
    },
    haveEvicted: async () => {
      const evicted = Number(/^evicted_keys:(\d+)/m.exec(await redis.info('stats'))?.[1])
      if (evicted === 0) throw new Error('Redis has evicted nothing')
    },
    cut: () => {
      proxy.cut()
    },
  }
}

async function borrowed(prefix: string): Promise<IllTreated> {
  const directly = engineAt('REDIS_URL')
  const { proxy, redis } = { proxy: await Proxy.open(directly), redis: bare(directly) }
  return {
    url: proxy.url,
    directly,
    hang: () => {
      proxy.pause()
      return Promise.resolve()
    },
    resume: () => {
      proxy.resume()
    },
    pauseClients: () => {
      proxy.pause()
      return Promise.resolve()
    },
    flush: async () => {
      const keys = await keysUnder(redis, prefix)
      // In one step, as the server's own command would.
      if (keys.length > 0) await redis.unlink(...keys)
    },
    fill: () => {
      proxy.refuse("OOM command not allowed when used memory > 'maxmemory'.")
      return Promise.resolve()
    },
    free: () => {
      proxy.refuse(undefined)
      return Promise.resolve()
    },
    beginToEvict: () => Promise.resolve(),
    haveEvicted: async () => {
      const keys = (await keysUnder(redis, prefix)).filter((_key, index) => index % 3 === 0)
      await redis.unlink(...keys)
    },
    cut: () => {
      proxy.cut()
    },
  }
}

/** A server of its own in a folder of its own, without a port: gone at the end, whatever state it is in. */
export async function startServer(...settings: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-redis-'))
  atTheEnd(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const socket = join(folder, 'redis.sock')
  const child = spawn(
    'redis-server',
    ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '', '--appendonly', 'no', ...settings],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  atTheEnd(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.kill('SIGKILL')) await ended
  })
  let isReady = false
  createInterface(child.stdout).on('line', (line) => {
    if (/ready to accept connections/i.test(line)) isReady = true
  })
  await until(() => {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${String(child.exitCode)}`)
    return isReady
  })
  return { socket, signal: (signal: 'SIGSTOP' | 'SIGCONT') => child.kill(signal) }
}
