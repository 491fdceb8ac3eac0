import fc from 'fast-check'
import { deepStrictEqual } from 'node:assert/strict'
import type { DomainEvent } from '@throughline/kernel'
import type { RecordedEvent, Rows } from '@throughline/ports'

/** What a view holds after some events: rows with the lists they stand in, by key. */
export type Held<Row> = ReadonlyMap<
  string,
  { readonly row: Row; readonly lists: Readonly<Record<string, string>> }
>

/** A view of whatever events. */
export interface Projecting<Row> {
  readonly on: readonly string[]
  readonly project: (event: never, rows: Rows<Row>) => Promise<void>
}

let made = 0

/** An event as it stands in the log, after all those made before it. */
export function recorded<Event extends DomainEvent>(
  event: Event,
  where: Partial<RecordedEvent> & { readonly streamId: string },
): RecordedEvent<Event> {
  const { streamId, sequence = 0, occurredAt = '2026-11-20T09:00:00.000Z' } = where
  const id = `${streamId}/${String(sequence)}`
  return {
    id,
    stream: 'told',
    sequence,
    position: ++made,
    occurredAt,
    recordedAt: occurredAt,
    commandId: id,
    actor: 'system:test',
    hash: '',
    ...where,
    ...event,
  }
}

/** A story as it stands in the log, a second after a second; `key` is the customer it is told of. */
export function logOf(story: readonly (DomainEvent & { readonly key: string })[]): readonly RecordedEvent[] {
  return story.map(({ key: customerId, type, data }, sequence) => {
    const occurredAt = `2026-11-20T09:00:${String(sequence).padStart(2, '0')}.000Z`
    return recorded({ type, data }, { streamId: 'story', sequence, occurredAt, customerId })
  })
}

/** What a view makes of a log; what it does not listen to is left out. */
export async function projected<Row>(
  view: Projecting<Row>,
  log: readonly RecordedEvent[],
): Promise<Held<Row>> {
  const held = new Map<string, { readonly row: Row; readonly lists: Readonly<Record<string, string>> }>()
  const rows: Rows<Row> = {
    get: async (key) => Promise.resolve(structuredClone(held.get(key)?.row)),
    put: (key, row, lists = {}) => held.set(key, structuredClone({ row, lists })),
    remove: (key) => held.delete(key),
    list: async (list) =>
      Promise.resolve(
        [...held]
          .map(([key, { row, lists }]) => ({ key, row: structuredClone(row), at: lists[list] }))
          .filter(({ at }) => at !== undefined)
          // By bytes, as stores compare.
          .sort((a, b) => Buffer.compare(placeOf(a), placeOf(b))),
      ),
  }
  for (const event of log) {
    // As in a host: a view gets the events it asked for by name, and only it knows their types.
    if (view.on.includes(event.type)) await view.project(event as never, rows)
  }
  return held
}

// A zero byte comes before every letter, so a sort key that another one begins with comes first.
function placeOf({ at = '', key }: { readonly at: string | undefined; readonly key: string }): Buffer {
  return Buffer.from(`${at}\0${key}`)
}

/** Keys of the rows in a list, in order of key. */
export function listed(held: Held<unknown>, list: string): readonly string[] {
  return [...held].flatMap(([key, { lists }]) => (lists[list] === undefined ? [] : [key])).sort()
}

/** Lanes woven into one log: `choices` says whose event comes next, and every lane keeps its own order. */
export function woven<Event>(
  lanes: readonly (readonly Event[])[],
  choices: readonly number[],
): readonly Event[] {
  const waiting = lanes.map((lane) => [...lane])
  const log: Event[] = []
  for (let turn = 0; ; turn++) {
    const left = waiting.filter((lane) => lane.length > 0)
    const next = left[(choices[turn] ?? 0) % Math.max(left.length, 1)]?.shift()
    if (next === undefined) return log
    log.push(next)
  }
}

/** That a view makes the same rows of these lanes however they are woven. */
export async function sameForAnyOrder<Row>(
  view: Projecting<Row>,
  lanes: readonly (readonly RecordedEvent[])[],
): Promise<void> {
  const plain = await projected(view, woven(lanes, []))
  const events = lanes.flat().length
  const orders = fc.array(fc.nat({ max: 60 }), { minLength: events, maxLength: events })
  await fc.assert(
    fc.asyncProperty(orders, async (choices) => {
      deepStrictEqual(await projected(view, woven(lanes, choices)), plain)
    }),
  )
}
