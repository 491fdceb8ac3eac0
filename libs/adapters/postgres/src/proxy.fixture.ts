// A TCP proxy before the server, for faults of the way there and back.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { engineAt } from '@throughline/ports/suites'

/** `open`: all passes. `mute`: what the server says is dropped. `shut`: connections are cut, new ones too. */
export type Way = 'open' | 'mute' | 'shut'

export class Proxy {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #way: Way = 'open'

  private constructor(server: Server) {
    this.#server = server
  }

  static async before(address = engineAt('DATABASE_URL')): Promise<Proxy> {
    const { hostname, port } = new URL(address)
    const server = createServer()
    const proxy = new Proxy(server)
    server.on('connection', (near) => {
      proxy.#pass(near, connect(Number(port), hostname))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return proxy
  }

  /** The server's address by this way. */
  url(address = engineAt('DATABASE_URL')): string {
    const url = new URL(address)
    url.hostname = '127.0.0.1'
    url.port = String((this.#server.address() as AddressInfo).port)
    return url.href
  }

  set(way: Way): void {
    this.#way = way
    if (way === 'shut') this.cut()
  }

  /** Cuts every connection there is. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #pass(near: Socket, far: Socket): void {
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
      one.on('data', (bytes) => {
        if (one === far && this.#way === 'mute') return
        other.write(bytes)
      })
    }
    if (this.#way === 'shut') near.destroy()
  }
}
