// Raw prepared statements on the same driver: the log's own file, FULL, one transaction for a batch, and nothing else.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { require } from './paths.mjs'

const { openSqlite } = require('@throughline/adapter-sqlite')
const HASH = 'a'.repeat(64)
const COLUMNS = 'position, stream, sequence, command, fingerprint, journey, body, previous, hash, checksum'

export class RawLog {
  #database
  #addStream
  #addEvent
  #begin
  #commit
  #streams = new Map()
  #head = 0

  /** The product makes the file, so that the schema is the same whatever it is; then it is closed, and this one writes. */
  static async open(folder, ports) {
    await (await openSqlite({ folder, ...ports, onFatal: () => undefined })).close()
    return new RawLog(new DatabaseSync(join(folder, 'events.db')))
  }

  constructor(database) {
    this.#database = database
    for (const pragma of ['synchronous = FULL', 'cache_size = -16000', 'wal_autocheckpoint = 8000'])
      database.exec(`PRAGMA ${pragma}`)
    this.#addStream = database.prepare('INSERT INTO streams (stream, id) VALUES (?, ?)')
    this.#addEvent = database.prepare(`INSERT INTO events (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    this.#begin = database.prepare('BEGIN IMMEDIATE')
    this.#commit = database.prepare('COMMIT')
  }

  /** One durable transaction. Each event: the id of its stream, its sequence there, its command and its text. */
  append(events) {
    this.#begin.run()
    for (const { stream, sequence, command, body } of events) {
      let number = this.#streams.get(stream)
      if (number === undefined) {
        number = Number(this.#addStream.run('journey', stream).lastInsertRowid)
        this.#streams.set(stream, number)
      }
      this.#addEvent.run(++this.#head, number, sequence, command, null, stream, body, HASH, HASH, 1)
    }
    this.#commit.run()
  }

  close() {
    this.#database.close()
  }
}
