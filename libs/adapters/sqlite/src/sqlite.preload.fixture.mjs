// Loaded into a child process before all else, and into its threads: what every connection is opened with and closed as
// is written down, and statements can be swapped for others, as a careless program would have them.
//   SQLITE_SWAP  `events.db|PRAGMA synchronous = FULL|PRAGMA synchronous = NORMAL;…`: in files that end so, this for that
//   SQLITE_LIES  `events.db|synchronous|2`: what connections of that file answer to that pragma, whatever is true
//   SQLITE_LOG   file for a line with each connection that closes: thread, file, synchronous, journal_mode
import { appendFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { threadId } from 'node:worker_threads'

const swaps = (process.env.SQLITE_SWAP ?? '')
  .split(';')
  .filter((swap) => swap !== '')
  .map((swap) => swap.split('|'))
const [liar, lie, answer] = (process.env.SQLITE_LIES ?? '').split('|')
const { exec, prepare, close } = DatabaseSync.prototype
const fileOf = (database) => database.location() ?? ''
const ofFile = (database) => swaps.filter(([file]) => fileOf(database).endsWith(file))

DatabaseSync.prototype.exec = function (sql) {
  const swap = ofFile(this).find(([, from]) => from === sql)
  return exec.call(this, swap ? swap[2] : sql)
}
DatabaseSync.prototype.prepare = function (sql) {
  if (liar !== '' && fileOf(this).endsWith(liar) && sql === `PRAGMA ${lie}`)
    return prepare.call(this, `SELECT ${answer} AS ${lie}`)
  return prepare.call(this, sql)
}
DatabaseSync.prototype.close = function () {
  if (process.env.SQLITE_LOG && this.isOpen) {
    const [synchronous, journal] = ['synchronous', 'journal_mode'].map(
      (name) => Object.values(prepare.call(this, `PRAGMA ${name}`).get())[0],
    )
    const file = this.location()?.split('/').at(-1) ?? ':memory:'
    appendFileSync(process.env.SQLITE_LOG, `${threadId} ${file} ${synchronous} ${journal}\n`)
  }
  return close.call(this)
}
