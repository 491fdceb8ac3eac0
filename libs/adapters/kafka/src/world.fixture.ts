import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Clock, Ids } from '@throughline/kernel'
import { MemoryEventStore, MemoryRegisters } from '@throughline/ports'
import type { EventStore, RecordedEvent, Registers, Timers } from '@throughline/ports'
import { engineAt } from '@throughline/ports/suites'
import type { BusHarness } from '@throughline/ports/suites'
import type { Admin, ISocketFactory } from 'kafkajs'
import { clientOf } from './client.js'
import { openKafka } from './event-bus.js'
import type { KafkaOptions, OpenedKafka } from './event-bus.js'
import { startRelay } from './relay.js'
import type { Relay, RelayOptions } from './relay.js'
import { Topics } from './topics.js'

export const brokers = (): readonly string[] => engineAt('KAFKA_BROKERS').split(',')

/** The network of one process, which dies with it: no byte goes in or out any more, and nobody says goodbye. */
export class Network {
  readonly #sockets = new Set<Socket>()
  #isDown = false

  /** `through`: where connections go instead of where they are meant to. */
  constructor(private readonly through?: () => { readonly host: string; readonly port: number }) {}

  readonly socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const to = this.through?.() ?? { host, port }
    const socket = connect({ ...to, noDelay: true }, onConnect)
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    if (this.#isDown) socket.destroy(new Error('this process is dead'))
    return socket
  }

  die(): void {
    this.#isDown = true
    for (const socket of this.#sockets) socket.destroy(new Error('this process is dead'))
  }
}

let shared: Promise<Admin> | undefined
/** Processes that were killed still have to be cleared away. */
const dying = new Set<Promise<void>>()

/** One client of the spec file for making and removing topics. */
export function admin(): Promise<Admin> {
  shared ??= (async () => {
    const one = clientOf({ brokers: brokers(), clientId: 'spec' }).admin()
    await one.connect()
    return one
  })()
  return shared
}

export async function endAdmin(): Promise<void> {
  await Promise.all(dying)
  await (await shared)?.disconnect()
  shared = undefined
}

/** Events of customers go to `journeys`, the others to `internal`. */
export const PLAN = {
  topics: { journeys: 4, internal: 1 },
  topicOf: ({ customerId }: RecordedEvent) => (customerId === undefined ? 'internal' : 'journeys'),
  replication: 1,
} as const

export interface Parts {
  readonly clock: Clock
  readonly ids: Ids
  readonly timers: Timers
}

export interface Process extends OpenedKafka {
  readonly network: Network
  readonly clientId: string
}

/**
 * Makes the broker forget the members of a dead process at once, as it does by itself when their sessions have run out: it is
 * told in their name that they leave (LeaveGroup, version 0 of the Kafka protocol).
 */
async function bury(prefix: string, { clientId }: Process, groups: readonly string[]): Promise<void> {
  if (groups.length === 0) return
  const described = await (await admin()).describeGroups(groups.map((group) => `${prefix}.${group}`))
  for (const { groupId, members } of described.groups) {
    for (const { memberId } of members.filter((member) => member.clientId === clientId)) {
      const text = (value: string): Buffer => {
        const length = Buffer.alloc(2)
        length.writeInt16BE(Buffer.byteLength(value))
        return Buffer.concat([length, Buffer.from(value)])
      }
      const head = Buffer.alloc(8)
      head.writeInt16BE(13, 0)
      const body = Buffer.concat([head, text('spec'), text(groupId), text(memberId)])
      const size = Buffer.alloc(4)
      size.writeInt32BE(body.length)
      const [host = '', port = ''] = (brokers()[0] ?? '').split(':')
      await new Promise<void>((resolve, reject) => {
        const socket = connect({ host, port: Number(port) }, () => socket.write(Buffer.concat([size, body])))
        socket.once('error', reject)
        socket.once('data', () => {
          socket.destroy()
          resolve()
        })
      })
    }
  }
}

/** Topics of its own in the shared broker, a store, and whatever was opened on them. */
export class World {
  readonly prefix = `test-${randomUUID().slice(0, 13)}`
  readonly registers: Registers = new MemoryRegisters()
  readonly store: EventStore
  readonly #opened: OpenedKafka[] = []
  readonly #relays: Relay[] = []

  constructor(
    private readonly parts: Parts,
    /** The store as the bus and the relay see it. */
    readonly seen: (events: EventStore) => EventStore = (events) => events,
  ) {
    this.store = new MemoryEventStore(parts.clock, parts.ids)
  }

  async open(more: Partial<KafkaOptions> = {}): Promise<Process> {
    const network = new Network()
    const clientId = `spec-${randomUUID()}`
    const opened = await openKafka({
      ...PLAN,
      prefix: this.prefix,
      brokers: brokers(),
      clientId,
      ...this.parts,
      events: this.seen(this.store),
      socketFactory: network.socketFactory,
      sessionTimeout: 10_000,
      maxWait: 50,
      drain: 2_000,
      tail: { poll: 50, patience: 50 },
      ...more,
    })
    this.#opened.push(opened)
    return { ...opened, network, clientId }
  }

  relay(more: Partial<RelayOptions> = {}): Relay {
    const relay = startRelay({
      ...PLAN,
      prefix: this.prefix,
      brokers: brokers(),
      clientId: 'spec',
      ids: this.parts.ids,
      events: this.seen(this.store),
      registers: this.registers,
      poll: 20,
      ...more,
    })
    this.#relays.push(relay)
    return relay
  }

  /** As `kill -9`: nothing reaches the broker any more, and nobody waits for what it has in hand. */
  kill(one: Process): void {
    one.network.die()
    this.#opened.splice(
      this.#opened.findIndex(({ bus }) => bus === one.bus),
      1,
    )
    dying.add(one.close())
  }

  /** The relay died; whoever calls this has seen to its network. */
  abandon(relay: Relay): void {
    this.#relays.splice(this.#relays.indexOf(relay), 1)
    void relay.stop()
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.#opened, ...this.#relays.map((relay) => ({ close: () => relay.stop() }))].map((one) =>
        one.close(),
      ),
    )
    await this.store.close()
    const topics = new Topics({ ...PLAN, prefix: this.prefix })
    const client = await admin()
    const there = new Set(await client.listTopics())
    const own = [...topics.events.keys(), topics.deadLetters].filter((topic) => there.has(topic))
    if (own.length > 0) await client.deleteTopics({ topics: own })
  }
}

export async function harness(parts: Parts, seen: (events: EventStore) => EventStore): Promise<BusHarness> {
  const world = new World(parts, seen)
  let open = await world.open()
  world.relay()
  return {
    events: world.store,
    bus: open.bus,
    restart: async () => {
      const groups = open.groups().map(({ group }) => group)
      world.kill(open)
      await bury(world.prefix, open, groups)
      open = await world.open()
      return open.bus
    },
    close: () => world.close(),
  }
}
