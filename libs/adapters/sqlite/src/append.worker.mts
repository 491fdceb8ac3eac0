// The thread that writes the log. No imports from the project but types: Node runs this file as it is.
import { hash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { crc32 } from 'node:zlib'
import type { AppendAnswer, AppendRequest, FromWriter, ToWriter, WriterSetup } from './protocol.js'

interface Tail {
  /** Integer key of the stream; undefined until its first event. */
  number: number | undefined
  version: number
  hash: string
}

const MOST_IN_A_COMMIT = 1_000
const MOST_TAILS = 20_000
const FULL_OR_BUSY = new Set([5, 6, 8, 10, 13, 14])
const CORRUPT = 11
const IO_ERROR = 10
const FSYNC_FAILED = new Set([1034, 1290])

const { file, setup, expected, statements } = workerData as WriterSetup
const database = new DatabaseSync(file)
for (const pragma of setup) database.exec(pragma)
for (const [name, wanted] of Object.entries(expected)) {
  const found = Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
  if (found !== wanted)
    throw new Error(`${file} was opened with ${name} = ${String(found)}, not ${String(wanted)}`)
}

const prepared = (name: string): StatementSync => {
  const sql = statements[name]
  if (sql === undefined) throw new Error(`no statement ${name}`)
  return database.prepare(sql)
}
const findStream = prepared('findStream')
const findStreamAgain = prepared('findStreamAgain')
const findName = prepared('findName')
const addStream = prepared('addStream')
const findTail = prepared('findTail')
const findEnd = prepared('findEnd')
const countStream = prepared('countStream')
const findCommand = prepared('findCommand')
const addEvent = prepared('addEvent')
const findHead = prepared('findHead')
const [begin, commit, rollback] = ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'].map((sql) =>
  database.prepare(sql),
)

let head = readHead()
/** Where streams end, as of the last commit and the one being made; forgotten as a whole when one is rolled back. */
const tails = new Map<string, Tail>()

function readHead(): number {
  return Number(findHead.get()?.head ?? 0)
}

function tailOf(stream: string, id: string): Tail | { readonly damaged: string } {
  // The length tells note + book-1 from note-book + 1.
  const name = `${String(stream.length)} ${stream} ${id}`
  const known = tails.get(name)
  if (known) return known
  const number = findStream.get(stream, id)?.number
  const tail: Tail = { number: typeof number === 'number' ? number : undefined, version: 0, hash: '' }
  if (tail.number === undefined) {
    // A name lost in one index would begin its stream a second time.
    if (findStreamAgain.get(stream, id)) return { damaged: `the name ${stream}-${id} is missing in an index` }
  } else {
    const last = findTail.get(tail.number)
    const [position, version] = [Number(last?.position), Number(last?.sequence) + 1]
    // As the reader does: what one index has lost at the end of a stream, another still knows.
    const { events, lost } = countStream.get(tail.number) ?? {}
    const { next } = findEnd.get(tail.number, position + 1) ?? {}
    const own = findName.get(tail.number)
    if (own?.stream !== stream || own.id !== id)
      return { damaged: `the name ${stream}-${id} stands for another in an index` }
    if (last === undefined || events !== version || lost !== 0 || next === tail.number)
      return { damaged: `records of ${stream}-${id} are missing in an index; nothing is appended to it` }
    const { body, previous, hash: stored } = last
    if (hash('sha256', `${String(previous)}${String(body)}`, 'hex') !== stored) {
      return {
        damaged: `${stream}-${id} ends in a record that is not what was written; nothing is appended to it`,
      }
    }
    tail.version = version
    tail.hash = stored
  }
  if (tails.size >= MOST_TAILS) tails.clear()
  tails.set(name, tail)
  return tail
}

function append(request: AppendRequest): AppendAnswer {
  const [stream, id, expected, command, fingerprint, journey, ...bodies] = request
  const tail = tailOf(stream, id)
  if ('damaged' in tail) return { kind: 'damaged', reason: tail.damaged }
  if (tail.number !== undefined) {
    const known = findCommand.get(tail.number, command)
    if (known) return { kind: 'known', sequence: Number(known.sequence) }
  }
  if (tail.version !== expected) return { kind: 'elsewhere', actual: tail.version }
  const position = head + 1
  const hashes: string[] = []
  for (const body of bodies) {
    tail.number ??= Number(addStream.run(stream, id).lastInsertRowid)
    const [at, sequence, first] = [head + 1, tail.version, hashes.length === 0]
    const previous = tail.hash
    tail.hash = hash('sha256', previous + body, 'hex')
    const own = first ? [command, fingerprint] : [null, null]
    // The hash speaks for the body, the checksum for the hash and every other column; `checksumOf` in rows.ts reads it.
    const columns = [at, tail.number, sequence, ...own, journey, previous, tail.hash] as const
    const checksum = crc32(JSON.stringify(columns))
    addEvent.run(at, tail.number, sequence, ...own, journey, body, previous, tail.hash, checksum)
    head = at
    tail.version = sequence + 1
    hashes.push(tail.hash)
  }
  return { kind: 'applied', position, hashes }
}

/**
 * One transaction for all. A conflict is found before anything of it is written and stops nobody else. An append that
 * fails in the middle of writing takes the transaction with it: the others are done again without it.
 */
function commitAll(requests: readonly AppendRequest[]): AppendAnswer[] {
  const failed = new Map<AppendRequest, AppendAnswer>()
  for (;;) {
    let current: AppendRequest | undefined
    try {
      begin?.run()
      const answers = requests.map((request) => {
        current = request
        return failed.get(request) ?? append(request)
      })
      current = undefined
      commit?.run()
      return answers
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0
      // After a failed fsync nobody knows what the disk holds; trying again would only hide it. The process has to end.
      if (FSYNC_FAILED.has(code) || (current === undefined && (code & 0xff) === IO_ERROR)) throw error
      if (database.isTransaction) rollback?.run()
      tails.clear()
      head = readHead()
      if (current === undefined || FULL_OR_BUSY.has(code & 0xff)) {
        return requests.map((request) => failed.get(request) ?? { kind: 'unavailable', reason })
      }
      failed.set(current, { kind: (code & 0xff) === CORRUPT ? 'damaged' : 'unavailable', reason })
    }
  }
}

const port = parentPort
if (port === null) throw new Error('this file runs as a thread of the store')
const next = (): ToWriter<AppendRequest> | undefined =>
  (receiveMessageOnPort(port) as { message: ToWriter<AppendRequest> } | undefined)?.message
const tell = (message: FromWriter<AppendAnswer>): void => {
  port.postMessage(message)
}

// Everything that waited while the last commit ran shares the next one.
port.on('message', (first: ToWriter<AppendRequest>) => {
  let message: ToWriter<AppendRequest> | undefined = first
  while (message !== undefined) {
    const requests: AppendRequest[] = []
    let closing = false
    while (message !== undefined) {
      if (message.kind === 'close') closing = true
      else requests.push(...message.requests)
      message = requests.length < MOST_IN_A_COMMIT && !closing ? next() : undefined
    }
    if (requests.length > 0) tell({ kind: 'batch', answers: commitAll(requests) })
    if (closing) {
      database.close()
      port.close()
      return
    }
    message = next()
  }
})

tell({ kind: 'ready' })
