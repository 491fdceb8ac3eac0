import { createRequire } from 'node:module'
import { quietQueues } from './quiet-queue.js'

interface Queue {
  pending: unknown[]
  throttledUntil: number
  scheduleCheckPendingRequests(): void
  destroy(): void
}
type NewQueue = new (options: object) => Queue

describe('the queue of a connection to Kafka', () => {
  // By the package's own class: what is mended is how it asks for the next look.
  const RequestQueue = createRequire(__filename)('kafkajs/src/network/requestQueue') as NewQueue
  const logger = { namespace: () => logger, debug: () => undefined }
  let queue: Queue & { throttleCheckTimeoutId?: unknown }

  beforeEach(() => {
    quietQueues()
    queue = new RequestQueue({ logger, clientId: 'spec', broker: 'none', isConnected: () => true })
  })
  afterEach(() => {
    queue.destroy()
  })

  it('is not looked at again while nothing waits in it', () => {
    queue.scheduleCheckPendingRequests()
    expect(queue.throttleCheckTimeoutId ?? null).toBeNull()
  })

  it('is looked at again while something waits, or the broker asks for patience', () => {
    queue.throttledUntil = Date.now() + 60_000
    queue.scheduleCheckPendingRequests()
    expect(queue.throttleCheckTimeoutId ?? null).not.toBeNull()
    queue.destroy()
    queue.throttledUntil = -1
    queue.pending.push({})
    queue.scheduleCheckPendingRequests()
    expect(queue.throttleCheckTimeoutId ?? null).not.toBeNull()
  })
})
