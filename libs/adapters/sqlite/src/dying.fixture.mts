// A writing thread that dies of the first thing it is asked.
import { parentPort } from 'node:worker_threads'

parentPort?.on('message', () => {
  process.exit(7)
})
parentPort?.postMessage({ kind: 'ready' })
