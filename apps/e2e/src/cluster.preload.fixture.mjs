// Loaded into every process of a cluster under test before anything else (node --import). It leads connections to a broker
// through the proxy of the test, because a broker tells its clients its own address: TEST_WAYS holds `port=port,…`. And it
// holds the seeded defects: under MUT=<name> one part of one process is broken, which its test has to find.
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { existsSync, readFileSync } from 'node:fs'
import net from 'node:net'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const require = createRequire(import.meta.url)
const built = (path) => require(join(root, path))
/** Which program this is: `case`, `relay`. */
const app = basename(join(process.argv[1] ?? '', '../..'))

const ways = new Map((process.env.TEST_WAYS ?? '').split(',').map((way) => way.split('=')))
const connect = net.connect
net.connect = (options, ...rest) => {
  const port = ways.get(String(options?.port))
  return connect(
    port === undefined ? options : { ...options, host: '127.0.0.1', port: Number(port) },
    ...rest,
  )
}
syncBuiltinESMExports()

// A fault that is no defect: what follows from events of the customer whom the file names cannot be done while it is there.
const stubborn = join(process.env.THROUGHLINE_DATA ?? '', 'stubborn')
if (app === 'case') {
  const { EventTransport } = built('libs/platform/dist/event-transport.js')
  const { addHandler } = EventTransport.prototype
  EventTransport.prototype.addHandler = function (pattern, callback, ...rest) {
    const handle = (event, ...given) => {
      if (existsSync(stubborn) && readFileSync(stubborn, 'utf8') === event.customerId)
        throw new Error('stubborn')
      return callback(event, ...given)
    }
    addHandler.call(this, pattern, handle, ...rest)
  }
}

// A broker that says nothing is given up sooner than the ten seconds of earnest.
const client = built('libs/adapters/kafka/dist/client.js')
const { clientOf } = client
client.clientOf = (connection) => clientOf({ requestTimeout: 2_000, ...connection })

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const defects = {
  // The relay's checkpoint goes with the log and not with what the broker has acknowledged.
  'R34.checkpoint': () => {
    if (app !== 'relay') return
    const { PostgresRegisters } = built('libs/adapters/postgres/dist/registers.js')
    const { write } = PostgresRegisters.prototype
    PostgresRegisters.prototype.write = function (name, version, value) {
      const ahead = value?.position > 0 ? { ...value, position: value.position + 3 } : value
      return write.call(this, name, version, ahead)
    }
  },
  // A group commits what it has begun, and not what it has done.
  'R18.begun': () => {
    const { Partition } = built('libs/adapters/kafka/dist/partition.js')
    Object.defineProperty(Partition.prototype, 'prefix', {
      get() {
        return { offset: this.next, position: Math.max(0, this.seen) }
      },
    })
    const { take } = Partition.prototype
    Partition.prototype.take = function (...given) {
      take.apply(this, given)
      this.options.onProgress()
    }
    const { GroupPosition } = built('libs/adapters/kafka/dist/group-position.js')
    GroupPosition.prototype.handledIn = (partition) => partition.seen
    const { EventTransport } = built('libs/platform/dist/event-transport.js')
    const { addHandler } = EventTransport.prototype
    EventTransport.prototype.addHandler = function (pattern, callback, ...rest) {
      // What is begun stays so for a while, as where a store is slow.
      const slow = (...given) => sleep(app === 'case' ? 2_000 : 0).then(() => callback(...given))
      addHandler.call(this, pattern, slow, ...rest)
    }
  },
  // A command waits for the broker.
  'R11.publishes': () => {
    const { PostgresEventStore } = built('libs/adapters/postgres/dist/event-store.js')
    const { append } = PostgresEventStore.prototype
    PostgresEventStore.prototype.append = async function (...given) {
      const [, port] = /:(\d+)/.exec(process.env.KAFKA_BROKERS ?? '') ?? []
      await new Promise((resolve, reject) => {
        const socket = net.connect({ port: Number(port), host: '127.0.0.1' })
        socket.once('error', reject)
        socket.once('close', () => reject(new Error('the broker is away')))
        // A way that is cut takes the connection and ends it.
        setTimeout(() => resolve(socket.destroy()), 100)
      })
      return append.apply(this, given)
    }
  },
  // A client waits for an answer for as long as it takes.
  'R12.waits': () => {
    client.clientOf = (connection) => clientOf({ ...connection, requestTimeout: 2_000_000_000 })
  },
  // What was sent and not acknowledged counts as done.
  'R13.done': () => {
    if (app !== 'relay') return
    const made = client.clientOf
    client.clientOf = (connection) => {
      const kafka = made(connection)
      const { producer } = kafka
      kafka.producer = (...given) => {
        const one = producer.apply(kafka, given)
        const { sendBatch } = one
        return { ...one, sendBatch: (batch) => sendBatch(batch).catch(() => []) }
      }
      return kafka
    }
  },
  // A lost view is answered from with whatever rows there are.
  'R21.whole': () => {
    const { GuardedViews } = built('libs/platform/dist/guarded-views.js')
    const none = {
      get: undefined,
      page: { items: [], next: null },
      scan: { items: [], next: null },
      count: 0,
    }
    for (const [name, nothing] of Object.entries(none)) {
      GuardedViews.prototype[name] = function (...given) {
        return this.store[name](...given).catch(() => nothing)
      }
    }
  },
  // A command asks the views first.
  'R22.asks': () => {
    const { PostgresEventStore } = built('libs/adapters/postgres/dist/event-store.js')
    const { RedisViewStore } = built('libs/adapters/redis/dist/view-store.js')
    const { position } = RedisViewStore.prototype
    let views
    RedisViewStore.prototype.position = function (...given) {
      views ??= this
      return position.apply(this, given)
    }
    const { append } = PostgresEventStore.prototype
    PostgresEventStore.prototype.append = async function (...given) {
      await views?.position('any')
      return append.apply(this, given)
    }
  },
  // A process that finds its store gone ends.
  'store.ends': () => {
    const { Line } = built('libs/adapters/postgres/dist/connection.js')
    for (const name of Object.getOwnPropertyNames(Line.prototype)) {
      const { value } = Object.getOwnPropertyDescriptor(Line.prototype, name)
      if (name === 'constructor' || typeof value !== 'function') continue
      Line.prototype[name] = function (...given) {
        const result = value.apply(this, given)
        result?.catch?.((error) => error?.code === 'store.unavailable' && process.exit(3))
        return result
      }
    }
  },
  // Told to stop, a process is gone at once.
  'R29.gone': () => {
    if (isMainThread) process.on('SIGTERM', () => process.exit(0))
    const { PostgresEventStore } = built('libs/adapters/postgres/dist/event-store.js')
    const { append } = PostgresEventStore.prototype
    // There is something in hand at any moment.
    PostgresEventStore.prototype.append = function slowly(...given) {
      return sleep(300).then(() => append.apply(this, given))
    }
  },
  // An engine that is not there yet ends the start.
  'R30.impatient': () => {
    const { SystemTimers } = built('libs/platform/dist/system.js')
    const { sleep: pause } = SystemTimers.prototype
    SystemTimers.prototype.sleep = function (milliseconds) {
      if (/patiently/.test(new Error().stack ?? '')) process.exit(4)
      return pause.call(this, milliseconds)
    }
  },
  // A rebuild begins by clearing what stands.
  'R25.cleared': () => {
    const { RedisViewStore } = built('libs/adapters/redis/dist/view-store.js')
    const { drop } = RedisViewStore.prototype
    RedisViewStore.prototype.drop = async function (view) {
      if (view.endsWith('~rebuild')) await drop.call(this, view.slice(0, -'~rebuild'.length))
      return drop.call(this, view)
    }
  },
  // What cannot be taken is passed over without a word.
  'R17.silent': () => {
    const { DeadLetters } = built('libs/adapters/kafka/dist/dead-letters.js')
    DeadLetters.prototype.park = () => Promise.resolve()
  },
}
defects[process.env.MUT]?.()
