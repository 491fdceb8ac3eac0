// A thread that runs the writes of one file and commits them together. No imports from the project but types.
import { DatabaseSync } from 'node:sqlite'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { FromWriter, StatementAnswer, StatementRequest, ToWriter, WriterSetup } from './protocol.js'

const FSYNC_FAILED = new Set([1034, 1290])

const { file, setup, expected, statements } = workerData as WriterSetup
const database = new DatabaseSync(file)
for (const pragma of setup) database.exec(pragma)
for (const [name, wanted] of Object.entries(expected)) {
  const found = Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
  if (found !== wanted)
    throw new Error(`${file} was opened with ${name} = ${String(found)}, not ${String(wanted)}`)
}
const [begin, commit] = [database.prepare('BEGIN IMMEDIATE'), database.prepare('COMMIT')]
const prepared = new Map(Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)]))

/** One transaction for all. One that fails takes no other with it: then each is done by itself. */
function commitAll(requests: readonly StatementRequest[]): StatementAnswer[] {
  try {
    begin.run()
    for (const { steps } of requests)
      for (const [name, ...values] of steps) prepared.get(name)?.run(...values)
    commit.run()
    return requests.map(() => ({ kind: 'done' }))
  } catch (error) {
    // As in the log: after a failed fsync nobody knows what the disk holds, so this thread must not go on.
    if (error instanceof Error && 'errcode' in error && FSYNC_FAILED.has(Number(error.errcode))) throw error
    if (database.isTransaction) database.exec('ROLLBACK')
    if (requests.length > 1) return requests.flatMap((request) => commitAll([request]))
    return [{ kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) }]
  }
}

const port = parentPort
if (port === null) throw new Error('this file runs as a thread of the bus')
const tell = (message: FromWriter<StatementAnswer>): void => {
  port.postMessage(message)
}

port.on('message', (first: ToWriter<StatementRequest>) => {
  const requests: StatementRequest[] = []
  let closing = false
  for (let message: ToWriter<StatementRequest> | undefined = first; message !== undefined;) {
    if (message.kind === 'close') closing = true
    else requests.push(...message.requests)
    const more = closing ? undefined : receiveMessageOnPort(port)
    message = (more as { message: ToWriter<StatementRequest> } | undefined)?.message
  }
  if (requests.length > 0) tell({ kind: 'batch', answers: commitAll(requests) })
  if (closing) {
    database.close()
    port.close()
  }
})

tell({ kind: 'ready' })
