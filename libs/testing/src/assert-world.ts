import { strictEqual } from 'node:assert/strict'
import { Ids } from '@throughline/kernel'
import type { Host } from '@throughline/platform'
import { viewId } from '@throughline/ports'
import type { AnyView, DeadLetter, RecordedEvent, ServiceDefinition, ViewStore } from '@throughline/ports'
import { assertRecord, assertSame } from '@throughline/ports/invariants'
import type { Acked } from '@throughline/ports/invariants'
import { projected } from './views.js'
import type { Held, Projecting } from './views.js'

export type { Acked } from '@throughline/ports/invariants'

export interface Expected {
  /** What writers were told is safe. */
  readonly acked?: readonly Acked[]
  /** What was parked and should have been, as `<group> <position>`; nothing by default. */
  readonly letters?: readonly string[]
}

/**
 * What holds of a whole host after anything that may have happened to it, once it has settled: everything of
 * {@link assertRecord}; every reader has read to the end and none is failing (G7); nothing is parked but what should be, so
 * every consumed event was applied, a duplicate, ignored by rule or dead-lettered (G8); and every view holds exactly the
 * rows that the log makes when it is projected from the first event (G5, G6). Returns the log.
 * @throws AssertionError
 */
export async function assertWorld(
  host: Host,
  { acked = [], letters = [] }: Expected = {},
): Promise<readonly RecordedEvent[]> {
  const log = await assertRecord(host.events, { acked })
  const { head, readers, failing } = await host.readers.report()
  assertSame(failing, [], 'readers that cannot go on')
  const behind = Object.entries(readers).filter(([, position]) => position !== head)
  assertSame(behind, [], `readers that are not at the head, ${String(head)}`)
  const parked = await host.bus.deadLetters()
  assertSame(parked.map(nameOf).sort(), [...letters].sort(), 'what is parked')
  await assertViews(host.services, host.views, log, parked)
  return log
}

/**
 * That every view of some services holds exactly the rows that a log makes when it is projected from the first event, but for
 * what was parked (G5, G6). @throws AssertionError
 */
export async function assertViews(
  services: readonly ServiceDefinition[],
  store: ViewStore,
  log: readonly RecordedEvent[],
  parked: readonly DeadLetter[] = [],
): Promise<void> {
  for (const view of services.flatMap(({ views }) => views)) {
    const skipped = parked.filter(({ group }) => group === `view:${view.name}`)
    await assertView(view, store, log, new Set(skipped.map(({ event }) => event.position)))
  }
}

/**
 * That every decision in a log (channels offered, agent chosen, article flagged) comes out as it was recorded when the host's
 * services derive it again from what the log held.
 * @throws AssertionError naming the position and what should have been recorded
 */
export async function assertDecisions(host: Host, log: readonly RecordedEvent[]): Promise<void> {
  const ids = host.app.get(Ids, { strict: false })
  const auditors = host.services.flatMap(({ audits = [] }) => audits)
  for (const audit of auditors.map((make) => make({ log: host.events, ids }))) {
    for (const event of log) {
      if (!audit.on.includes(event.type)) continue
      const derived = await audit.derive(event)
      const at = `${audit.kind} at ${String(event.position)}`
      strictEqual(derived.outcome === 'different' ? derived.says : '', '', at)
    }
  }
}

async function assertView(
  view: AnyView,
  store: ViewStore,
  log: readonly RecordedEvent[],
  skipped: ReadonlySet<number>,
): Promise<void> {
  const live = await everything(view, store)
  // As in a host: views that nothing is known of; their rows and events are theirs.
  const project = view.project as unknown as Projecting<unknown>['project']
  const fresh = await projected(
    { on: view.on, project },
    log.filter(({ position }) => !skipped.has(position)),
  )
  assertSame([...live.keys()].sort(), [...fresh.keys()].sort(), `keys of ${view.name}`)
  for (const [key, kept] of fresh) {
    assertSame(live.get(key), kept, `${view.name}: the row ${key}`)
  }
}

async function everything(view: AnyView, store: ViewStore): Promise<Held<unknown>> {
  const id = viewId(view)
  const held = new Map<string, { readonly row: unknown; readonly lists: Readonly<Record<string, string>> }>()
  let after: string | undefined
  do {
    const page = await store.scan(id, { limit: 500, ...(after !== undefined && { after }) })
    for (const { key, row, lists } of page.items) {
      strictEqual(held.has(key), false, `${view.name} shows ${key} twice`)
      held.set(key, { row, lists: { ...lists } })
    }
    after = page.next ?? undefined
  } while (after !== undefined)
  return held
}

function nameOf({ group, event }: DeadLetter): string {
  return `${group} ${String(event.position)}`
}
