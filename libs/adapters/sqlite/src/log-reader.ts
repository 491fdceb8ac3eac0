import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { assertLinked, DamagedRecord } from '@throughline/ports'
import type { RecordedEvent, StreamName } from '@throughline/ports'
import { isDamage, resultCode } from './connection.js'
import { FINDS } from './log.js'
import { COLUMNS, eventOf, rowOf } from './rows.js'
import type { Row } from './rows.js'

/** An event and the row it stands in. */
export interface Found {
  readonly row: Row
  readonly event: RecordedEvent
}

/** Reads the log and believes none of its indexes alone: what one may have lost, another structure is asked for. */
export class LogReader {
  readonly #database: DatabaseSync
  readonly #begin: StatementSync
  readonly #end: StatementSync
  readonly #findStream: StatementSync
  readonly #findStreamAgain: StatementSync
  readonly #findEnd: StatementSync
  readonly #findOwn: StatementSync
  readonly #journeyAt: StatementSync
  readonly #journeyBetween: StatementSync
  readonly #readStream: StatementSync
  readonly #readAll: StatementSync
  readonly #readJourney: StatementSync

  constructor(database: DatabaseSync) {
    const rows = (where: string): StatementSync => {
      const statement = database.prepare(`SELECT ${COLUMNS} FROM events WHERE ${where}`)
      statement.setReturnArrays(true)
      return statement
    }
    this.#database = database
    this.#begin = database.prepare('BEGIN')
    this.#end = database.prepare('COMMIT')
    this.#findStream = database.prepare(FINDS.findStream)
    this.#findStreamAgain = database.prepare(FINDS.findStreamAgain)
    this.#findEnd = database.prepare(FINDS.findEnd)
    this.#findOwn = database.prepare(
      `SELECT e.position FROM streams s INDEXED BY streams_by_end
       JOIN events e ON e.stream = s.number AND e.sequence = 0
       WHERE substr(s.id, -8) = substr(?1, -8) AND s.id = ?1 AND e.journey = ?1 AND e.position > ?2 AND e.position <= ?3`,
    )
    this.#journeyAt = database.prepare(
      'SELECT journey, position FROM events INDEXED BY events_by_stream WHERE stream = ? AND sequence = ?',
    )
    this.#journeyBetween = database.prepare(
      `SELECT 1 FROM events INDEXED BY events_by_stream
       WHERE stream = ? AND sequence > ? AND sequence < ? AND journey = ? LIMIT 1`,
    )
    this.#readStream = rows('stream = ? AND sequence >= ? ORDER BY sequence')
    this.#readAll = rows('position > ? AND position <= ? ORDER BY position LIMIT ?')
    this.#readJourney = rows('journey = ? AND position > ? AND position <= ? ORDER BY position LIMIT ?')
  }

  get isOpen(): boolean {
    return this.#database.isOpen
  }

  /** Position of the last event; 0 for an empty log. */
  head(): number {
    return this.#snapshot(() => Number(this.#database.prepare(FINDS.findHead).get()?.head ?? 0))
  }

  /** Events of a stream from a sequence on, none for an unknown one. @throws DamagedRecord */
  stream(target: StreamName, from = 0): readonly Found[] {
    return this.#snapshot(() => {
      const number = this.#numberOf(target)
      if (number === undefined) return []
      const rows = this.#readStream.all(number, from).map(rowOf)
      const found = rows.map((row, index) => {
        const event = eventOf(row)
        if (from === 0 || index > 0) assertLinked(rows[index - 1], row)
        if (event.stream !== target.stream || event.streamId !== target.id) {
          throw new DamagedRecord(
            `the record at position ${String(row.position)} stands in a stream that is not its own`,
          )
        }
        return { row, event }
      })
      this.#assertEnd(target, number, rows, from === 0)
      return found
    })
  }

  /** A page of the log; at least `there` events are known to stand after `after`. @throws DamagedRecord */
  all(after: number, upTo: number, limit: number, there: number): readonly RecordedEvent[] {
    return this.#snapshot(() => {
      const rows = this.#readAll.all(after, most(upTo), most(limit)).map(rowOf)
      // Positions leave no gap, so a record that cannot be found any more is missed here.
      const whole = rows.every((row, index) => row.position === after + index + 1)
      if (!whole || rows.length < there)
        throw new DamagedRecord(`records are missing after position ${String(after)}`)
      return checked(rows)
    })
  }

  /** @throws DamagedRecord */
  journey(journey: string, after: number, upTo: number, limit: number): readonly RecordedEvent[] {
    return this.#snapshot(() => {
      const rows = this.#readJourney.all(journey, after, most(upTo), most(limit)).map(rowOf)
      const end = rows.length < limit ? most(upTo) : (rows.at(-1)?.position ?? 0)
      const events = checked(rows)
      this.#assertJourney(journey, rows, after, end)
      return events
    })
  }

  close(): void {
    this.#database.close()
  }

  #numberOf({ stream, id }: StreamName): number | undefined {
    const number = this.#findStream.get(stream, id)?.number
    if (typeof number === 'number') return number
    if (this.#findStreamAgain.get(stream, id) === undefined) return undefined
    throw new DamagedRecord(`the name ${stream}-${id} is missing in an index`)
  }

  /** The last event of a stream is the last: its commands are all here, and the log goes on with another stream. */
  #assertEnd(target: StreamName, number: number, rows: readonly Row[], whole: boolean): void {
    const last = rows.at(-1)
    const { commands, next } = this.#findEnd.get(number, (last?.position ?? -1) + 1) ?? {}
    const begun = rows.filter(({ command }) => command !== null).length
    // A stream gets its number with its first event, so a known one holds at least that.
    if ((whole && (last === undefined || begun !== commands)) || next === number)
      throw new DamagedRecord(`records of ${target.stream}-${target.id} are missing in an index`)
  }

  /**
   * A journey's events stand in runs of streams. What stands next to a run, and the stream that is called as the journey
   * is, must not be of the journey too; a stream missing as a whole is left to the scrub.
   */
  #assertJourney(journey: string, rows: readonly Row[], after: number, end: number): void {
    const missing = (): never => {
      throw new DamagedRecord(`records of the journey ${journey} are missing in an index`)
    }
    const ends = new Map<number, { readonly first: Row; last: Row }>()
    for (const row of rows) {
      const run = ends.get(row.stream)
      if (run === undefined) {
        ends.set(row.stream, { first: row, last: row })
        continue
      }
      const { sequence } = run.last
      if (row.sequence > sequence + 1) {
        const between = this.#journeyBetween.get(row.stream, sequence, row.sequence, journey)
        if (between !== undefined) missing()
      }
      run.last = row
    }
    for (const [stream, { first, last }] of ends) {
      for (const sequence of [first.sequence - 1, last.sequence + 1]) {
        if (sequence < 0) continue
        const beside = this.#journeyAt.get(stream, sequence)
        if (beside === undefined && sequence < first.sequence) missing()
        const position = Number(beside?.position)
        if (beside?.journey === journey && position > after && position <= end) missing()
      }
    }
    const positions = new Set(rows.map(({ position }) => position))
    for (const { position } of this.#findOwn.all(journey, after, end))
      if (!positions.has(Number(position))) missing()
  }

  /** All that is read inside belongs to one moment, although the writer goes on meanwhile. */
  #snapshot<Result>(read: () => Result): Result {
    try {
      this.#begin.run()
      const found = read()
      this.#end.run()
      return found
    } catch (error) {
      this.#giveUp()
      if (!isDamage(resultCode(error))) throw error
      throw new DamagedRecord('the file of the log is damaged', { cause: error })
    }
  }

  /** The next read begins anew, whatever this one came upon. */
  #giveUp(): void {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
    } catch (error) {
      if (!isDamage(resultCode(error))) throw error
    }
  }
}

/** Infinity has no integer: a bound that excludes nothing. */
function most(bound: number): number {
  return Number.isFinite(bound) ? bound : Number.MAX_SAFE_INTEGER
}

/** Events of several streams, with the links that can be seen within them. */
function checked(rows: readonly Row[]): readonly RecordedEvent[] {
  const last = new Map<number, Row>()
  return rows.map((row) => {
    const before = last.get(row.stream)
    // A journey's events need not be all of a stream's; only neighbours can be compared.
    if (before?.sequence === row.sequence - 1) assertLinked(before, row)
    last.set(row.stream, row)
    return eventOf(row)
  })
}
