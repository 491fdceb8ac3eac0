import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'

/**
 * What becomes of bytes on the way.
 * - `through`: they pass.
 * - `deaf`: what the client says arrives, what the broker answers is lost.
 * - `hole`: connections are taken, and nothing passes either way: half-open.
 * - `held`: what the client says waits here, and passes when the mode changes; answers pass.
 * - `cut`: no connection stands, and none comes about.
 */
export type ProxyMode = 'through' | 'deaf' | 'hole' | 'held' | 'cut'

interface Link {
  readonly client: Socket
  readonly server: Socket
  readonly held: Buffer[]
  /** Nothing passes any more, whatever the mode. */
  isStranded: boolean
}

/** A TCP proxy with faults in front of one address. */
export class Proxy {
  #mode: ProxyMode = 'through'
  readonly #links = new Set<Link>()
  #port = 0
  #lost = 0

  private constructor(
    private readonly server: Server,
    private readonly target: { readonly host: string; readonly port: number },
  ) {}

  /** `address`: `host:port`. */
  static async before(address: string): Promise<Proxy> {
    const [host = '', port = ''] = address.split(':')
    const server = createServer()
    const proxy = new Proxy(server, { host, port: Number(port) })
    server.on('connection', (client) => {
      proxy.#link(client)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const own = server.address()
    proxy.#port = typeof own === 'object' && own !== null ? own.port : 0
    return proxy
  }

  get port(): number {
    return this.#port
  }

  /** Bytes of answers that were lost. */
  get lost(): number {
    return this.#lost
  }

  /** For connections already open too, but for those that a cut ended. */
  set mode(mode: ProxyMode) {
    this.#mode = mode
    for (const link of this.#links) {
      if (mode === 'cut') end(link)
      else if (mode !== 'held' && mode !== 'hole') {
        for (const bytes of link.held.splice(0)) link.server.write(bytes)
      }
    }
  }

  /** Connections that stand now stay half-open for ever; new ones work. */
  strand(): void {
    for (const link of this.#links) link.isStranded = true
  }

  async close(): Promise<void> {
    for (const link of this.#links) end(link)
    await new Promise((resolve) => this.server.close(resolve))
  }

  #link(client: Socket): void {
    if (this.#mode === 'cut') {
      client.destroy()
      return
    }
    const link: Link = {
      client,
      server: connect({ ...this.target, noDelay: true }),
      held: [],
      isStranded: false,
    }
    this.#links.add(link)
    client.on('data', (bytes) => {
      if (link.isStranded) return
      if (this.#mode === 'held') link.held.push(bytes)
      else if (this.#mode !== 'hole') link.server.write(bytes)
    })
    link.server.on('data', (bytes) => {
      if (link.isStranded) return
      if (this.#mode === 'through' || this.#mode === 'held') client.write(bytes)
      else this.#lost += bytes.length
    })
    client.on('close', () => {
      // What is held is on its way already: it arrives although whoever sent it is gone.
      if (link.held.length === 0) link.server.destroy()
      else link.server.once('data', () => link.server.destroy())
    })
    link.server.on('close', () => {
      client.destroy()
      this.#links.delete(link)
    })
    client.on('error', () => undefined)
    link.server.on('error', () => undefined)
  }
}

function end({ client, server }: Link): void {
  client.destroy()
  server.destroy()
}
