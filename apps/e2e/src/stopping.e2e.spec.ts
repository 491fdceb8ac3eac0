import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { services } from '@throughline/app-all-in-one'
import { ManualClock, ManualTimers, MemoryCourier, readSettings, start } from '@throughline/platform'
import type { Host } from '@throughline/platform'
import { defect, fromSource, sized, turn, until } from '@throughline/ports/suites'
import { identityService } from '@throughline/service-identity'
import { journeyService } from '@throughline/service-journey'
import { assertWorld } from '@throughline/testing'
import type { Acked } from '@throughline/testing'
import { Heard } from './stage.js'

// Ends what hangs.
jest.setTimeout(sized(120_000, 900_000))

const DRAIN = 50
/** With those of whole processes it is stopped 50 times. */
const ROUNDS_HERE = sized(44, 100)
const ROUNDS_OF_PROCESSES = sized(6, 50)
const WORKERS = 8

interface Guest {
  readonly token: string
  readonly actor: string
}

interface Got {
  readonly status: number
  readonly close: boolean
  readonly body: string
}

/** Numbers below a bound, the same in every run. */
function dice(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % bound
  }
}

function send(url: string, guest: Guest | undefined, key: string, body: object, agent: Agent): Promise<Got> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body)
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      ...(guest && { authorization: `Bearer ${guest.token}` }),
      'idempotency-key': key,
    }
    const outgoing = request(url, { method: 'POST', headers, agent }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          close: response.headers.connection === 'close',
          body: Buffer.concat(chunks).toString(),
        })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(text)
  })
}

async function guestOf(url: string, agent: Agent): Promise<Guest> {
  const { body } = await send(
    `${url}/api/v1/identity/guests`,
    undefined,
    `guest-${url}-${'x'.repeat(30)}`,
    {},
    agent,
  )
  const { accessToken: token } = JSON.parse(body) as { readonly accessToken: string }
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string }
  return { token, actor: claims.sub }
}

function idOf({ body }: Got): string {
  return (JSON.parse(body) as { readonly id: string }).id
}

describe('a process that is told to stop', () => {
  const folders: string[] = []
  const agents: Agent[] = []
  const children: ChildProcess[] = []
  const sockets: Socket[] = []
  const streams: Heard[] = []
  let host: Host | undefined
  let release = (): void => undefined
  let keys = 0

  afterEach(async () => {
    release()
    for (const child of children.splice(0)) child.kill('SIGKILL')
    for (const socket of sockets.splice(0)) socket.destroy()
    for (const agent of agents.splice(0)) agent.destroy()
    for (const stream of streams.splice(0)) await stream.close()
    await host?.stop().catch(() => undefined)
    host = undefined
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
  })

  const folder = async (): Promise<string> => {
    const made = await mkdtemp(join(tmpdir(), 'throughline-stop-'))
    folders.push(made)
    return made
  }
  const agent = (): Agent => {
    const made = new Agent({ keepAlive: true })
    agents.push(made)
    return made
  }
  const freshKey = (): string => `key-${String(++keys)}`
  const settingsOf = (data: string) =>
    ({ ...readSettings({}), data, port: 0, rate: 1_000_000, log: 'error', logFormat: 'text' }) as const
  const ackedBy = ({ actor }: Guest, key: string, streamId: string): Acked => ({
    stream: 'journey',
    streamId,
    commandId: `${actor}/${key}`,
    events: 1,
  })

  /** Opens a folder in this process, and lets it read everything there is. */
  const open = async (
    data: string,
    all: readonly (typeof services)[number][],
    timers: ManualTimers,
    drain = 0,
  ): Promise<Host> => {
    const settings = { ...settingsOf(data), drain }
    const clock = new ManualClock(Date.now())
    host = await start({ services: all, settings, clock, timers, courier: new MemoryCourier() })
    await host.readers.settle(() => timers.sleep())
    return host
  }

  /** Time stands still at the drain until it is let go. */
  class HeldTimers extends ManualTimers {
    readonly #gate = new Promise<void>((resolve) => (release = resolve))
    override async sleep(milliseconds = 0): Promise<void> {
      await (milliseconds === DRAIN ? this.#gate : super.sleep())
    }
  }

  /** A command of which half is sent; the rest follows when it is let go. */
  const half = async (url: string, guest: Guest, at: number) => {
    const key = freshKey()
    const body = JSON.stringify({ entrance: 'need-help' })
    const text = [
      'POST /api/v1/journey/journeys HTTP/1.1',
      'host: here',
      `authorization: Bearer ${guest.token}`,
      'content-type: application/json',
      `idempotency-key: ${key}`,
      `content-length: ${String(body.length)}`,
      '',
      body,
    ].join('\r\n')
    const cut = Math.min(text.length - 1, 40 + at)
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => undefined)
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    const closed = once(socket, 'close')
    await new Promise<void>((resolve) =>
      socket.write(text.slice(0, cut), () => {
        resolve()
      }),
    )
    return {
      finish: async (): Promise<Acked> => {
        socket.write(text.slice(cut))
        await closed
        const status = Number(answer.split(' ')[1])
        if (status !== 201) throw new Error(`a command in hand was answered: ${answer.slice(0, 300)}`)
        const id = /"id":"([^"]+)"/.exec(answer)?.[1] ?? ''
        return ackedBy(guest, key, id)
      },
    }
  }
  const isRefused = (url: string): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.on('connect', () => {
        socket.destroy()
        resolve(false)
      })
      socket.on('error', () => {
        resolve(true)
      })
    })

  it('R29: says so first, takes requests until it is let go, answers all it has in hand, and has kept everything', async () => {
    const data = await folder()
    const random = dice(29)
    const acked: Acked[] = []
    for (let round = 0; round < ROUNDS_HERE; round++) {
      const timers = new HeldTimers()
      const one = await open(data, [identityService, journeyService], timers, DRAIN)
      await assertWorld(one, { acked })
      // Seeded defect: nobody waits for what is in hand.
      if (defect('R29.hasty')) {
        const server = one.app.getHttpServer()
        const close = server.close.bind(server)
        server.close = (...heard: Parameters<typeof close>) => {
          server.closeAllConnections()
          return close(...heard)
        }
      }
      // Seeded defect: it does not say that it stops.
      if (defect('R29.silent'))
        Object.defineProperty(one.readers, 'stopping', { get: () => false, set: () => undefined })
      const { url } = one
      const own = agent()
      const guest = await guestOf(url, own)
      const begin = async (): Promise<Got> => {
        const key = freshKey()
        const got = await send(`${url}/api/v1/journey/journeys`, guest, key, { entrance: 'need-help' }, own)
        if (got.status === 201) acked.push(ackedBy(guest, key, idOf(got)))
        return got
      }
      const journey = idOf(await begin())
      const live = `${url}/api/v1/journey/journeys/${journey}/live`
      const stream = await Heard.open(live, guest.token)
      streams.push(stream)
      const halves = [await half(url, guest, random(400)), await half(url, guest, random(400))]
      const inHand = Array.from({ length: WORKERS }, begin)
      for (let turns = random(12); turns > 0; turns--) await turn()

      const stopping = one.stop()
      const ready = await fetch(`${url}/health/ready`)
      expect([ready.status, await ready.json()]).toMatchObject([503, { status: 'stopping' }])
      expect((await Promise.all(inHand)).map(({ status }) => status)).toEqual(inHand.map(() => 201))
      expect(await begin()).toMatchObject({ status: 201, close: true })
      expect(await isRefused(url)).toBe(false)
      release()
      await until(() => isRefused(url))
      for (const { finish } of halves) acked.push(await finish())
      await stopping
      host = undefined
      await until(() => stream.isOver)
      await stream.close()
      own.destroy()
    }
    const last = await open(data, [identityService, journeyService], new ManualTimers())
    const log = await assertWorld(last, { acked })
    expect(log.filter(({ type }) => type === 'throughline.JourneyStarted.v1')).toHaveLength(acked.length)
  })

  /** The whole system as it is started, from source. */
  const launch = async (data: string, more: Readonly<Record<string, string>> = {}) => {
    await rm(join(data, 'running.json'), { force: true })
    const main = join(__dirname, '../../all-in-one/src/main.ts')
    const child = spawn(process.execPath, fromSource(main), {
      env: {
        PATH: process.env.PATH,
        THROUGHLINE_DATA: data,
        THROUGHLINE_PORT: '0',
        THROUGHLINE_RATE: '1000000',
        THROUGHLINE_LOG: 'error',
        ...more,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    children.push(child)
    const ended = once(child, 'exit')
    const file = join(data, 'running.json')
    let said: { readonly url: string } | undefined
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`the process ended with ${String(child.exitCode)}`)
      said = existsSync(file) ? readJson(await readFile(file, 'utf8')) : undefined
      return said !== undefined
    })
    return { child, ended, url: said?.url ?? '' }
  }

  it('R29: SIGTERM under load, again and again: what was sent before is answered, and it ends well', async () => {
    /** Holds a request that is never sent to its end. */
    const stuck = async (): Promise<readonly unknown[]> => {
      const { child, ended, url } = await launch(await folder())
      const own = agent()
      await half(url, await guestOf(url, own), 10)
      child.kill('SIGTERM')
      return ended
    }
    const alternate = async (seed: number): Promise<void> => {
      const data = await folder()
      const random = dice(seed)
      const acked: Acked[] = []
      for (let round = 0; round < ROUNDS_OF_PROCESSES / 2; round++) {
        const { child, ended, url } = await launch(data)
        const own = agent()
        const guest = await guestOf(url, own)
        let [answers, signalled] = [0, false]
        const failed: unknown[] = []
        const told = Promise.withResolvers<undefined>()
        const enough = 1 + random(60)
        const work = async (): Promise<void> => {
          for (;;) {
            const key = freshKey()
            const before = !signalled
            try {
              const got = await send(
                `${url}/api/v1/journey/journeys`,
                guest,
                key,
                { entrance: 'need-help' },
                own,
              )
              if (got.status === 201) acked.push(ackedBy(guest, key, idOf(got)))
              else if (before || got.status !== 503) failed.push(got)
            } catch (error) {
              if (before) failed.push(error)
              return
            }
            if (++answers >= enough) told.resolve(undefined)
          }
        }
        const first = await send(
          `${url}/api/v1/journey/journeys`,
          guest,
          freshKey(),
          { entrance: 'need-help' },
          own,
        )
        for (const lastEventId of [undefined, '0', undefined]) {
          const live = `${url}/api/v1/journey/journeys/${idOf(first)}/live`
          streams.push(await Heard.open(live, guest.token, lastEventId))
        }
        const working = Array.from({ length: WORKERS }, work)
        await told.promise
        signalled = true
        // Seeded defect: nobody listens to the signal.
        child.kill(defect('R29.deaf') ? 'SIGKILL' : 'SIGTERM')
        expect(await ended).toEqual([0, null])
        await Promise.all(working)
        expect(failed).toEqual([])
        own.destroy()
      }
      const here = new ManualTimers()
      const settings = settingsOf(data)
      const last = await start({ services, settings, timers: here, courier: new MemoryCourier() })
      try {
        await last.readers.settle(() => here.sleep())
        await assertWorld(last, { acked })
      } finally {
        await last.stop()
      }
    }
    const [end] = await Promise.all([stuck(), alternate(1), alternate(2)])
    expect(end).toEqual([0, null])
  })
})

function readJson(text: string): { readonly url: string } | undefined {
  try {
    return JSON.parse(text) as { readonly url: string }
  } catch {
    return undefined
  }
}
