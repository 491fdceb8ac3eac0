import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { Controller, Get, Headers, Module, Res } from '@nestjs/common'
import { Allow, ByCaller, LiveFeed } from '@throughline/ports'
import type { Caller, ServiceDefinition } from '@throughline/ports'
import { defect, sized, until } from '@throughline/ports/suites'
import { ana, assertWorld, startWorld } from '@throughline/testing'
import type { World } from '@throughline/testing'
import { Heard } from './stage.js'

// Ends what hangs.
jest.setTimeout(120_000)

const DEAF = 500
/** Of them, those whose network really fills up: the system takes some four megabytes for each before it says no. */
const FILLED = sized(5, 100)
const MOST_BUFFERED = 1_000_000
/** Bytes that the process may grow by while nobody reads; what was heard and the log itself stand in there too. */
const MOST_GROWN = 400_000_000
const TOLD = 'throughline.FactGiven.v1'
const PATH = '/api/v1/told/live'

/** Everything that is told, word for word: journeys and contacts show less. */
@Controller(PATH)
class ToldController {
  constructor(private readonly live: LiveFeed) {}

  @Get()
  @Allow('customer')
  watch(
    @Headers('last-event-id') lastEventId: string | undefined,
    @ByCaller() caller: Caller,
    @Res() response: unknown,
  ): void {
    this.live.open(response, {
      caller,
      types: [TOLD],
      ...(lastEventId !== undefined && { lastEventId }),
      select: ({ data }) => ({ event: 'told', data }),
    })
  }
}

@Module({ controllers: [ToldController] })
class ToldModule {}

const toldService: ServiceDefinition = { name: 'told', module: ToldModule, views: [] }

describe('live streams that are never read', () => {
  let world: World
  const sockets: Socket[] = []
  /** The server's ends of the connections, in the order of coming. */
  const ends: Socket[] = []
  const opened: Heard[] = []

  beforeEach(async () => {
    world = await startWorld([toldService])
    const server = world.host.app.getHttpServer()
    server.on('connection', (socket: Socket) => {
      ends.push(socket)
      // Seeded defect: nobody knows how much waits for a reader.
      if (defect('R38.unbounded')) Object.defineProperty(socket, 'writableLength', { get: () => 0 })
    })
    // Seeded defect: nobody knows that a reader takes its time.
    server.prependListener('request', (_request: unknown, response: ServerResponse) => {
      if (defect('R38.hurried')) Object.defineProperty(response, 'writableNeedDrain', { get: () => false })
    })
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    for (const heard of opened.splice(0)) await heard.close()
    await world.stop()
    ends.length = 0
  })

  /** Bytes; asked of the class, since an end may have been told to lie. */
  const buffered = (socket: Socket): number => Reflect.get(Duplex.prototype, 'writableLength', socket)
  const listening = async (): Promise<number> => {
    const { body } = await world.anyone().get('/metrics')
    return Number(/^throughline_live_streams (\d+)/m.exec(String(body))?.[1])
  }
  /** Opens streams, hears that they are open, and reads nothing from then on. */
  const openDeaf = async (count: number, headers: Readonly<Record<string, string>> = {}): Promise<void> => {
    const all = { host: 'here', authorization: `Bearer ${await world.token(ana)}`, ...headers }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    const open = async (): Promise<void> => {
      const socket = connect(Number(new URL(world.url).port), '127.0.0.1')
      sockets.push(socket)
      socket.on('error', () => undefined)
      socket.write(`GET ${PATH} HTTP/1.1\r\n${lines.join('')}\r\n`)
      await new Promise<void>((resolve) => {
        socket.once('data', () => {
          resolve()
        })
      })
      socket.pause()
    }
    for (let done = 0; done < count; done += 50) {
      await Promise.all(Array.from({ length: Math.min(50, count - done) }, open))
    }
  }
  const tell = (number: number) =>
    world.tell(
      TOLD,
      {
        journeyId: ana.id,
        name: 'question',
        label: 'Says',
        value: `${String(number)} ${'ü'.repeat(3_900)}`,
        source: 'customer',
      },
      { stream: 'told', id: `told-${String(number)}`, customerId: ana.id },
    )
  const assertAllInOrder = (heard: Heard, told: number): void => {
    expect(heard.events).toHaveLength(told)
    const texts = heard.events.map(({ data }) => JSON.stringify(data))
    expect(texts.findIndex((text, index) => !text.includes(`"${String(index)} ü`))).toBe(-1)
    expect(heard.events.map(({ id }) => Number(id))).toEqual(texts.map((_, index) => index + 1))
  }

  it('R38: are closed before a megabyte waits for any of them, and whoever reads gets everything in order', async () => {
    await openDeaf(DEAF)
    // As if the network were full of the others already: the system takes nothing more.
    for (const end of ends.slice(FILLED)) end.cork()
    const reader = await Heard.open(`${world.url}${PATH}`, await world.token(ana))
    opened.push(reader)
    expect(await listening()).toBe(DEAF + 1)
    const before = process.memoryUsage().rss

    let [told, most] = [0, 0]
    while ((await listening()) > 1 && told < 1_500 && most <= MOST_BUFFERED) {
      for (const until = told + 20; told < until; told++) await tell(told)
      await world.settled()
      for (const end of ends) if (!end.destroyed) most = Math.max(most, buffered(end))
    }
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(MOST_BUFFERED)
    expect(await listening()).toBe(1)
    expect(process.memoryUsage().rss - before).toBeLessThan(MOST_GROWN)

    await until(() => reader.events.length >= told || reader.isOver)
    assertAllInOrder(reader, told)
    await assertWorld(world.host)
  })

  it('R38: hold a little of the past for one that never reads it and are closed, and a reader of the past gets all', async () => {
    // More than the system takes for one that does not read.
    const past = 700
    for (let number = 0; number < past; number++) await tell(number)
    await world.settled()
    await openDeaf(20, { 'last-event-id': '0' })
    const reader = await Heard.open(`${world.url}${PATH}`, await world.token(ana), '0')
    opened.push(reader)
    for (let number = past; number < past + 100; number++) await tell(number)
    await until(() => reader.events.length >= past + 100 || reader.isOver)
    assertAllInOrder(reader, past + 100)
    expect(Math.max(...ends.map(buffered))).toBeLessThanOrEqual(MOST_BUFFERED)
    expect(await listening()).toBe(21)

    // Two heartbeats, and nothing taken between them.
    await world.pass(15_000)
    await world.pass(15_000)
    expect(await listening()).toBe(1)
    await assertWorld(world.host)
  })

  it('do not hold up a stop, and none is opened during one (R29)', async () => {
    await openDeaf(5)
    for (const end of ends) end.cork()
    for (let number = 0; number < 5; number++) await tell(number)
    await world.settled()
    expect(await listening()).toBe(5)
    await world.stop()
    expect(ends.every(({ destroyed }) => destroyed)).toBe(true)
  })
})
