import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'

/** A line to a port of this machine. Cut, it lets nothing through any more and tells nobody; new calls get through. */
export class Line {
  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly sockets: readonly Socket[],
  ) {}

  static async to(port: number): Promise<Line> {
    const sockets: Socket[] = []
    const server = createServer((near) => {
      const far = connect(port, '127.0.0.1')
      near.pipe(far).pipe(near)
      for (const one of [near, far]) one.on('error', () => one.destroy())
      sockets.push(near, far)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the line has no port')
    return new Line(server, address.port, sockets)
  }

  cut(): void {
    for (const one of this.sockets) {
      one.unpipe()
      one.pause()
    }
  }

  close(): void {
    this.server.close()
    for (const one of this.sockets) one.destroy()
  }
}
