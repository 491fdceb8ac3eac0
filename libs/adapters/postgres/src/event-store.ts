import type { Clock, DomainEvent, Ids, Instant } from '@throughline/kernel'
import {
  assertLinked,
  commandReused,
  DamagedRecord,
  EventStore,
  storedEvent,
  WrongExpectedVersion,
} from '@throughline/ports'
import type { Appended, Command, ReadOptions, RecordedEvent, StreamName } from '@throughline/ports'
import type { Lines, Statement } from './connection.js'
import { unavailable } from './errors.js'
import { checked, COLUMNS, eventOf, keyOf, keyOrNull, rowOf } from './rows.js'
import type { Row } from './rows.js'
import type { Tail } from './tail.js'
import type { AppendAnswer, AppendRequest, Writer } from './writer.js'

/** The JSON of events in two parts each, before and after the time of recording, which only the server knows. */
type Bodies = Pick<AppendRequest, 'heads' | 'tails'>

export interface PostgresEventStoreParts {
  readonly schema: string
  readonly clock: Clock
  readonly ids: Ids
  readonly writer: Writer
  readonly reader: Lines
  readonly tail: Tail
}

/** The record in PostgreSQL. Many processes may have it open and write at once. */
export class PostgresEventStore extends EventStore {
  readonly #parts: PostgresEventStoreParts
  readonly #statements: Readonly<Record<'stream' | 'all' | 'journey' | 'head' | 'positionAt', Statement>>
  #open = true

  constructor(parts: PostgresEventStoreParts) {
    super()
    this.#parts = parts
    const { schema } = parts
    const rows = (name: string, where: string): Statement => ({
      name,
      text: `SELECT ${COLUMNS} FROM ${schema}.events WHERE ${where}`,
    })
    this.#statements = {
      stream: rows('stream', 'stream = $1 AND stream_id = $2 AND sequence >= $3 ORDER BY sequence'),
      all: rows('all', 'position > $1 AND position <= $2 ORDER BY position LIMIT $3'),
      journey: rows(
        'journey',
        'journey = $1 AND position > $2 AND position <= $3 ORDER BY position LIMIT $4',
      ),
      head: { name: 'head', text: `SELECT position FROM ${schema}.head WHERE alone` },
      positionAt: { name: 'position_at', text: `SELECT ${schema}.position_at($1)` },
    }
  }

  /** How many calls to the server the appends so far took. */
  get commits(): number {
    return this.#parts.writer.commits
  }

  async append(
    target: StreamName,
    expected: number,
    command: Command,
    events: readonly DomainEvent[],
  ): Promise<Appended> {
    if (!this.#open) throw unavailable('the store is closed')
    const now = this.#parts.clock.instant()
    const bodies = this.#bodies(target, expected, command, events, now)
    const answer = await this.#parts.writer.ask({
      stream: keyOf(target.stream),
      id: keyOf(target.id),
      expected,
      command: keyOf(command.id),
      fingerprint: keyOrNull(command.fingerprint),
      journey: keyOrNull(command.journeyId),
      now,
      ...bodies,
    })
    switch (answer.kind) {
      case 'applied':
        return { outcome: 'applied', events: this.#applied(answer, bodies) }
      case 'known':
        return { outcome: 'replayed', events: await this.#replayed(target, answer.sequence, command) }
      case 'elsewhere':
        throw new WrongExpectedVersion(target, expected, answer.actual)
    }
  }

  async readStream(target: StreamName): Promise<readonly RecordedEvent[]> {
    return (await this.#stream(target, 0)).map(({ event }) => event)
  }

  async readAll({ after = 0, upTo = Infinity, limit = 1_000 }: ReadOptions = {}): Promise<
    readonly RecordedEvent[]
  > {
    const there = Math.min(this.#parts.tail.known, upTo, after + limit) - after
    const found = await this.#rows(this.#statements.all, [after, most(upTo), most(limit)])
    const rows = found.map(rowOf)
    // Positions leave no gap, so a record that cannot be found any more is missed here.
    const whole = rows.every((row, index) => row.position === after + index + 1)
    if (!whole || rows.length < there)
      throw new DamagedRecord(`records are missing after position ${String(after)}`)
    return checked(rows)
  }

  async readJourney(
    journeyId: string,
    { after = 0, upTo = Infinity, limit = Infinity }: ReadOptions = {},
  ): Promise<readonly RecordedEvent[]> {
    const values = [keyOf(journeyId), after, most(upTo), most(limit)]
    return checked((await this.#rows(this.#statements.journey, values)).map(rowOf))
  }

  async head(): Promise<number> {
    return numberOf(await this.#rows(this.#statements.head))
  }

  override async positionAt(moment: Instant): Promise<number> {
    return numberOf(await this.#rows(this.#statements.positionAt, [moment]))
  }

  onAppended(listener: () => void): () => void {
    return this.#parts.tail.onGrown(listener)
  }

  /** Appends that were asked before are answered first. */
  async close(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    const { writer, reader, tail } = this.#parts
    await Promise.all([writer.close(), reader.close(), tail.close()])
  }

  async #rows(statement: Statement, values: readonly (string | number)[] = []): Promise<readonly unknown[]> {
    return this.#parts.reader.rows(statement, values)
  }

  async #stream(
    target: StreamName,
    from: number,
  ): Promise<readonly { readonly row: Row; readonly event: RecordedEvent }[]> {
    const values = [keyOf(target.stream), keyOf(target.id), from]
    const rows = (await this.#rows(this.#statements.stream, values)).map(rowOf)
    return rows.map((row, index) => {
      if (from === 0 || index > 0) assertLinked(rows[index - 1], row)
      return { row, event: eventOf(row) }
    })
  }

  #bodies(
    target: StreamName,
    expected: number,
    command: Command,
    events: readonly DomainEvent[],
    now: Instant,
  ): Bodies {
    const after = JSON.stringify({
      commandId: command.id,
      actor: command.actor,
      journeyId: command.journeyId,
      customerId: command.customerId,
      causationId: command.causationId,
      traceparent: command.traceparent,
    })
    const heads = events.map(({ type, data }, index) => {
      const before = JSON.stringify({
        type,
        data: data ?? null,
        id: this.#parts.ids.next(),
        stream: target.stream,
        streamId: target.id,
        sequence: expected + index,
        occurredAt: command.occurredAt ?? now,
      })
      return `${before.slice(0, -1)},"recordedAt":"`
    })
    return { heads, tails: heads.map(() => `",${after.slice(1)}`) }
  }

  #applied(
    { position, recordedAt, hashes }: AppendAnswer & { readonly kind: 'applied' },
    { heads, tails }: Bodies,
  ): readonly RecordedEvent[] {
    const events = heads.map((head, index) =>
      storedEvent(`${head}${recordedAt}${tails[index] ?? ''}`, position + index, hashes[index] ?? ''),
    )
    this.#parts.tail.grown(events.at(-1)?.position ?? 0)
    return events
  }

  /** What the command recorded the first time. A command's events stand side by side. */
  async #replayed(target: StreamName, sequence: number, command: Command): Promise<readonly RecordedEvent[]> {
    const found = await this.#stream(target, sequence)
    const end = found.findIndex(({ event }) => event.commandId !== command.id)
    const own = end < 0 ? found : found.slice(0, end)
    if (own[0] === undefined) throw new DamagedRecord(`the record of command ${command.id} cannot be found`)
    if (own[0].row.fingerprint !== keyOrNull(command.fingerprint)) throw commandReused()
    return own.map(({ event }) => event)
  }
}

/** Infinity has no integer: a bound that excludes nothing. */
function most(bound: number): number {
  return Number.isFinite(bound) ? bound : Number.MAX_SAFE_INTEGER
}

function numberOf(rows: readonly unknown[]): number {
  const [row] = rows
  return Number(Array.isArray(row) ? row[0] : 0)
}
