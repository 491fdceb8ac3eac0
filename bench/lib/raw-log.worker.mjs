// The raw log in a thread, as the product has it: what waits while a commit runs shares the next.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { ports } from './ports.mjs'
import { RawLog } from './raw-log.mjs'

const log = await RawLog.open(workerData.folder, ports())
parentPort.on('message', (first) => {
  const events = []
  let closing = false
  for (let message = first; message !== undefined; message = receiveMessageOnPort(parentPort)?.message) {
    if (message === 'close') closing = true
    else events.push(...message)
  }
  if (events.length > 0) {
    log.append(events)
    parentPort.postMessage(events.length)
  }
  if (closing) {
    log.close()
    parentPort.close()
  }
})
