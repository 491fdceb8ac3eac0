import type { DomainEvent } from '@throughline/kernel'
import type { RecordedEvent, Rows } from '@throughline/ports'

/** What a view holds after some events: rows with the lists they stand in, by key. */
export type Held<Row> = ReadonlyMap<
  string,
  { readonly row: Row; readonly lists: Readonly<Record<string, string>> }
>

interface Where {
  readonly id: string
  readonly sequence?: number
  readonly at?: string
  readonly recordedAt?: string
  readonly journeyId?: string
  readonly customerId?: string
}

/** An event as it stands in the log. */
export function recorded<Event extends DomainEvent>(event: Event, where: Where): RecordedEvent<Event> {
  const { id, sequence = 0, at = '2026-11-20T09:00:00.000Z', recordedAt = at, journeyId, customerId } = where
  return {
    ...event,
    id: `${id}/${String(sequence)}`,
    stream: 'told',
    streamId: id,
    sequence,
    position: 1,
    occurredAt: at,
    recordedAt,
    commandId: `${id}/${String(sequence)}`,
    actor: 'system:test',
    ...(journeyId !== undefined && { journeyId }),
    ...(customerId !== undefined && { customerId }),
    hash: '',
  }
}

/** A view of whatever events. */
export interface Projecting<Row> {
  readonly on: readonly string[]
  readonly project: (event: never, rows: Rows<Row>) => Promise<void>
}

/** What a view makes of a log; what it does not listen to is left out. */
export async function projected<Row>(
  view: Projecting<Row>,
  log: readonly RecordedEvent[],
): Promise<Held<Row>> {
  const held = new Map<string, { readonly row: Row; readonly lists: Readonly<Record<string, string>> }>()
  const rows: Rows<Row> = {
    get: async (key) => Promise.resolve(held.get(key)?.row),
    put: (key, row, lists = {}) => held.set(key, { row, lists }),
    remove: (key) => held.delete(key),
    list: async (list) =>
      Promise.resolve(
        [...held]
          .flatMap(([key, { row, lists }]) =>
            lists[list] === undefined ? [] : [{ key, row, at: lists[list] }],
          )
          .sort((a, b) => a.at.localeCompare(b.at)),
      ),
  }
  for (const event of log) {
    // As in a host: a view gets the events it asked for by name, and only it knows their types.
    if (view.on.includes(event.type)) await view.project(event as never, rows)
  }
  return held
}

/** Streams woven into one log: `choices` says whose event comes next, and every stream keeps its own order. */
export function woven<Event>(
  streams: readonly (readonly Event[])[],
  choices: readonly number[],
): readonly Event[] {
  const waiting = streams.map((stream) => [...stream])
  const log: Event[] = []
  for (let turn = 0; ; turn++) {
    const left = waiting.filter((stream) => stream.length > 0)
    const next = left[(choices[turn] ?? 0) % Math.max(left.length, 1)]?.shift()
    if (next === undefined) return log
    log.push(next)
  }
}
