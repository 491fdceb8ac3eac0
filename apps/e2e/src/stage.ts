import type { LoggerService } from '@nestjs/common'
import { operatorOf } from '@throughline/client'
import type { Client } from '@throughline/client'
import { Guest, Person } from '@throughline/demo'
import { ManualClock, ManualTimers, MemoryCourier, readSettings, start } from '@throughline/platform'
import type { Engines, Host, HostOptions } from '@throughline/platform'
import { services } from '@throughline/app-all-in-one'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The whole system on the embedded store, in a time that the test moves. */
export interface Stage {
  readonly url: string
  /** The data folder. */
  readonly data: string
  readonly clock: ManualClock
  readonly courier: MemoryCourier
  readonly operator: Client
  readonly host: () => Host
  /** Every line the process has logged, at the most talkative level. */
  readonly logged: readonly string[]
  /** The newest code sent to an address. */
  readonly mailbox: (address: string) => string | undefined
  person(email: string): Person
  guest(): Guest
  /** Returns when every reaction and view has read everything there is. */
  settle(): Promise<void>
  /** Lets time go by; whatever is due happens. */
  pass(milliseconds: number): Promise<void>
  /** Returns when this many live streams are open: a closed connection is noticed a moment later. */
  listeners(count: number): Promise<void>
  /** Stops the process and starts it again on the same data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface StageOptions {
  readonly services?: HostOptions['services']
  /** What stands between the services and the engines, made anew at every start. */
  readonly engines?: (made: Engines, clock: ManualClock) => Engines
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const data = await mkdtemp(join(tmpdir(), 'throughline-e2e-'))
  // A Friday noon: channels are open.
  const clock = new ManualClock(Date.parse('2026-11-20T12:00:00.000Z'))
  const courier = new MemoryCourier()
  const logged: string[] = []
  const note = (...told: unknown[]): void => {
    logged.push(JSON.stringify(told))
  }
  const logger: LoggerService = {
    log: note,
    error: note,
    warn: note,
    debug: note,
    verbose: note,
    fatal: note,
  }
  let timers = new ManualTimers()
  let port = 0
  const settings = { ...readSettings({}), data, rate: 1_000_000, log: 'error', logFormat: 'text' } as const
  const begin = async (): Promise<Host> => {
    timers = new ManualTimers()
    const begun = await start({
      services: options.services ?? services,
      settings: { ...settings, port },
      clock,
      timers,
      courier,
      logger,
      engines: (made) => options.engines?.(made, clock) ?? made,
    })
    port = Number(new URL(begun.url).port)
    return begun
  }
  let host = await begin()
  const mailbox = (address: string): string | undefined => {
    const text = courier.sent.findLast(({ to }) => to.address === address)?.text.replaceAll(' ', '')
    return /\d{7}/.exec(text ?? '')?.[0]
  }
  const settle = (): Promise<void> => host.readers.settle(() => timers.sleep())
  const { url } = host
  return {
    url,
    data,
    clock,
    courier,
    operator: await operatorOf(data, url),
    host: () => host,
    logged,
    mailbox,
    person: (email) => new Person(url, email, mailbox),
    guest: () => new Guest(url),
    settle,
    pass: async (milliseconds) => {
      clock.move(milliseconds)
      await timers.run()
      await settle()
      await timers.run()
      await settle()
    },
    listeners: async (count) => {
      const open = async (): Promise<number> => {
        const text = await (await fetch(`${url}/metrics`)).text()
        return Number(/^throughline_live_streams (\d+)/m.exec(text)?.[1])
      }
      while ((await open()) !== count) await timers.sleep()
    },
    restart: async () => {
      await host.stop()
      host = await begin()
      await settle()
    },
    stop: async () => {
      await host.stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}

/** Server-sent events of one live stream, read as they come. */
export class Heard {
  readonly events: { readonly event: string; readonly data: unknown; readonly id?: string }[] = []
  readonly #abort = new AbortController()
  readonly #waiting = new Set<() => void>()
  #done: Promise<void> = Promise.resolve()
  /** The server has closed it. */
  isOver = false

  /** Opens a stream; resolves when the server has answered. */
  static async open(url: string, token: string, lastEventId?: string): Promise<Heard> {
    const heard = new Heard()
    const response = await fetch(url, {
      headers: {
        authorization: `Bearer ${token}`,
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      },
      signal: heard.#abort.signal,
    })
    if (!response.ok || response.body === null) throw new Error(`no live stream: ${String(response.status)}`)
    heard.#done = heard
      .#read(response.body)
      .catch(() => undefined)
      .finally(() => (heard.isOver = true))
    return heard
  }

  /** Resolves with the first event that fits, of those heard and to come. */
  async until(
    fits: (event: { readonly event: string; readonly data: unknown }) => boolean,
  ): Promise<{ readonly event: string; readonly data: unknown; readonly id?: string }> {
    for (;;) {
      const found = this.events.find(fits)
      if (found) return found
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  async close(): Promise<void> {
    this.#abort.abort()
    await this.#done
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true })
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        this.#take(text.slice(0, end))
        text = text.slice(end + 2)
      }
    }
  }

  #take(block: string): void {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
    const data = field('data')
    const id = field('id')
    if (data === undefined) return
    this.events.push({
      event: field('event') ?? 'message',
      data: JSON.parse(data) as unknown,
      ...(id !== undefined && { id }),
    })
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}
