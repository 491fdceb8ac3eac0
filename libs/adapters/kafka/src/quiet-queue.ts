import { createRequire } from 'node:module'

interface Queue {
  readonly pending: readonly unknown[]
  readonly throttledUntil: number
  readonly scheduleCheckPendingRequests: (this: Queue) => void
}

/**
 * kafkajs 2.2.4 looks at the queue of each connection again and again, a thousand times a second where nothing waits in it:
 * it asks for a timer in the past (Node warns of a TimeoutNegativeWarning). A process that idles took 9 % of a core for
 * that. Whatever puts something into the queue, or fills it because the broker throttles, asks for the look itself.
 */
export function quietQueues(): void {
  const RequestQueue: unknown = createRequire(__filename)('kafkajs/src/network/requestQueue')
  const queues: unknown = typeof RequestQueue === 'function' ? RequestQueue.prototype : undefined
  if (!isQueue(queues) || quieted.has(queues)) return
  const look = queues.scheduleCheckPendingRequests
  quieted.add(queues)
  Object.assign(queues, {
    scheduleCheckPendingRequests(this: Queue): void {
      if (this.pending.length > 0 || this.throttledUntil > Date.now()) look.call(this)
    },
  })
}

const quieted = new WeakSet<object>()

function isQueue(queues: unknown): queues is Queue {
  return (
    typeof queues === 'object' &&
    queues !== null &&
    'scheduleCheckPendingRequests' in queues &&
    typeof queues.scheduleCheckPendingRequests === 'function'
  )
}
