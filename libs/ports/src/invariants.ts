import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { sha256 } from './digest.js'
import type { EventStore, RecordedEvent } from './event-store.js'

/**
 * Whether this run is to show that a test can fail: `MUT=R05.normal` breaks what the test of R05 builds its world with,
 * and the test has to go red. `npm run test:defects` runs every one that `scripts/defects.json` names.
 */
export function defect(name: string): boolean {
  return process.env.MUT === name
}

/** How often a test does its thing: `usual` in `npm test`, `long` in `npm run test:long`. */
export function sized(usual: number, long: number): number {
  return [undefined, '', '0'].includes(process.env.LONG) ? usual : long
}

/** What a writer was told is safe: an event as it came back, or how many events a command left in a stream. */
export type Acked =
  | RecordedEvent
  | {
      readonly stream: string
      readonly streamId: string
      readonly commandId: string
      /** How many events it left there. */
      readonly events: number
    }

/** The whole log in order. */
export async function wholeLog(store: EventStore): Promise<readonly RecordedEvent[]> {
  const log: RecordedEvent[] = []
  for (let after = 0; ;) {
    const page = await store.readAll({ after, limit: 5_000 })
    const last = page.at(-1)
    if (last === undefined) return log
    for (const event of page) log.push(event)
    after = last.position
  }
}

/**
 * What holds of a record after anything that may have happened to it: nothing acknowledged is lost (G1), a command has
 * one effect in a stream (G2), versions and positions leave no gap (G3), every stream's chain of hashes verifies (G10),
 * and a stream read alone is what the log says. Returns the log. `gapless`: positions are 1, 2, 3, as on embedded stores.
 * @throws AssertionError
 */
export async function assertRecord(
  store: EventStore,
  { acked = [], gapless = true }: { readonly acked?: readonly Acked[]; readonly gapless?: boolean } = {},
): Promise<readonly RecordedEvent[]> {
  const log = await wholeLog(store)
  const streams = new Map<string, RecordedEvent[]>()
  const byId = new Map<string, RecordedEvent>()
  let before = 0
  for (const event of log) {
    if (gapless) strictEqual(event.position, before + 1, `a position is missing after ${String(before)}`)
    ok(event.position > before, `position ${String(event.position)} comes after ${String(before)}`)
    before = event.position
    ok(!byId.has(event.id), `two events are called ${event.id}`)
    byId.set(event.id, event)
    const name = nameOf(event)
    const own = streams.get(name) ?? []
    own.push(event)
    streams.set(name, own)
  }
  strictEqual(await store.head(), before, 'the head is not the last position')
  const effects = new Map<string, RecordedEvent[]>()
  for (const [name, events] of streams) {
    assertOneEffect(name, events, effects)
    assertChain(name, events)
    const [{ stream, streamId }] = events as [RecordedEvent]
    assertSame(await store.readStream({ stream, id: streamId }), events, `${name} read alone is another`)
  }
  for (const one of acked) assertThere(one, byId, effects)
  return log
}

/** Equal as JSON, whatever made the objects: a copy and a row just read have other prototypes and the same content. */
export function assertSame(found: unknown, wanted: unknown, says: string): void {
  deepStrictEqual(plain(found), plain(wanted), says)
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}

function assertChain(name: string, events: readonly RecordedEvent[]): void {
  let previous = ''
  for (const [index, { position, hash, ...hashed }] of events.entries()) {
    const at = `${name} at position ${String(position)}`
    strictEqual(hashed.sequence, index, `a version of ${at} is missing or there twice`)
    strictEqual(sha256(previous + JSON.stringify(hashed)), hash, `the hash of ${at} does not fit`)
    previous = hash
  }
}

/** All that a command left in one stream stands side by side: two groups would be two effects. */
function assertOneEffect(
  name: string,
  events: readonly RecordedEvent[],
  effects: Map<string, RecordedEvent[]>,
): void {
  let last: string | undefined
  for (const event of events) {
    const key = `${name} ${event.commandId}`
    const own = effects.get(key) ?? []
    ok(own.length === 0 || last === event.commandId, `command ${event.commandId} acted twice on ${name}`)
    own.push(event)
    effects.set(key, own)
    last = event.commandId
  }
}

function assertThere(
  one: Acked,
  byId: ReadonlyMap<string, RecordedEvent>,
  effects: ReadonlyMap<string, readonly RecordedEvent[]>,
): void {
  if ('position' in one) {
    assertSame(byId.get(one.id), one, `acknowledged and lost, or altered: ${nameOf(one)} ${one.type}`)
    return
  }
  const found = effects.get(`${nameOf(one)} ${one.commandId}`)?.length ?? 0
  strictEqual(found, one.events, `of command ${one.commandId} on ${nameOf(one)}`)
}

// A zero byte is in no name, so no two streams get the same one.
function nameOf({ stream, streamId }: { readonly stream: string; readonly streamId: string }): string {
  return `${stream}\0${streamId}`
}
