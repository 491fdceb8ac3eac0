import type { DomainEvent } from '@throughline/kernel'
import { commandReused, MemoryViewStore, sha256, WrongExpectedVersion } from '@throughline/ports'
import type { Appended, Command, DeadLetter, RecordedEvent, StreamName } from '@throughline/ports'

/** What is not the store's to know, and part of every event. */
export interface Stamp {
  readonly now: string
  readonly nextId: () => string
}

/** What outlives a process: the log, the checkpoints and dead letters of the bus, the views, the secrets. */
export class Disk {
  readonly log: RecordedEvent[] = []
  readonly streams = new Map<string, RecordedEvent[]>()
  readonly journeys = new Map<string, RecordedEvent[]>()
  /** Of commands by stream and id; part of the record and not of the event. */
  readonly fingerprints = new Map<string, string | undefined>()
  readonly checkpoints = new Map<string, number>()
  readonly letters = new Map<string, DeadLetter>()
  readonly secrets = new Map<string, string>()
  views = new MemoryViewStore()
  /** A seeded defect (`R39.dedupe`): what was asked before is not recognised. */
  forgetful = false

  append(
    target: StreamName,
    expected: number,
    command: Command,
    events: readonly DomainEvent[],
    { now, nextId }: Stamp,
  ): Appended {
    const name = nameOf(target)
    const stream = this.streams.get(name) ?? []
    const known = this.forgetful ? [] : stream.filter(({ commandId }) => commandId === command.id)
    if (known.length > 0) {
      if (this.fingerprints.get(`${name}\0${command.id}`) !== command.fingerprint) throw commandReused()
      return { outcome: 'replayed', events: known }
    }
    if (stream.length !== expected) throw new WrongExpectedVersion(target, expected, stream.length)
    const before = this.log.at(-1)?.recordedAt ?? ''
    const added: RecordedEvent[] = []
    for (const [index, { type, data }] of events.entries()) {
      const event = {
        type,
        // As through a file: what JSON cannot carry does not come back.
        data: JSON.parse(JSON.stringify(data ?? null)) as unknown,
        id: nextId(),
        stream: target.stream,
        streamId: target.id,
        sequence: expected + index,
        occurredAt: command.occurredAt ?? now,
        recordedAt: before > now ? before : now,
        commandId: command.id,
        actor: command.actor,
        ...(command.journeyId !== undefined && { journeyId: command.journeyId }),
        ...(command.customerId !== undefined && { customerId: command.customerId }),
        ...(command.causationId !== undefined && { causationId: command.causationId }),
        ...(command.traceparent !== undefined && { traceparent: command.traceparent }),
      }
      const previous = (added.at(-1) ?? stream.at(-1))?.hash ?? ''
      const hash = sha256(previous + JSON.stringify(event))
      added.push(frozen({ ...event, position: this.log.length + added.length + 1, hash }))
    }
    if (added.length === 0) return { outcome: 'applied', events: [] }
    this.fingerprints.set(`${name}\0${command.id}`, command.fingerprint)
    for (const event of added) this.keep(event)
    return { outcome: 'applied', events: added }
  }

  keep(event: RecordedEvent): void {
    this.log.push(event)
    listed(this.streams, nameOf({ stream: event.stream, id: event.streamId })).push(event)
    if (event.journeyId !== undefined) listed(this.journeys, event.journeyId).push(event)
  }

  /** Loses the newest events, as a disk that lied about having them (`R39.lost`). */
  lose(count: number): void {
    for (const event of this.log.splice(-count).reverse()) {
      this.streams.get(nameOf({ stream: event.stream, id: event.streamId }))?.pop()
      if (event.journeyId !== undefined) this.journeys.get(event.journeyId)?.pop()
    }
  }

  /** The read models are gone; they are made of the log again. */
  forgetViews(): void {
    this.views = new MemoryViewStore()
  }

  /** The same disk again, for a run of its own. `views` are those worth keeping. */
  async copy(views: readonly string[]): Promise<Disk> {
    const copy = new Disk()
    for (const event of this.log) copy.keep(event)
    for (const part of ['fingerprints', 'checkpoints', 'letters', 'secrets'] as const) {
      const to: Map<string, unknown> = copy[part]
      for (const [key, value] of this[part]) to.set(key, value)
    }
    for (const view of views) {
      const rows: { key: string; row?: unknown; lists: Readonly<Record<string, string>> }[] = []
      for (let after: string | undefined, more = true; more;) {
        const page = await this.views.scan(view, { limit: 500, ...(after !== undefined && { after }) })
        rows.push(...page.items)
        after = page.next ?? undefined
        more = after !== undefined
      }
      await copy.views.write(view, 0, await this.views.position(view), rows)
    }
    return copy
  }
}

export function nameOf({ stream, id }: StreamName): string {
  return `${stream}\0${id}`
}

function listed<Item>(lists: Map<string, Item[]>, name: string): Item[] {
  const list = lists.get(name) ?? []
  lists.set(name, list)
  return list
}

/** Readers share one event; whoever changes it is found out. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) frozen(part)
  }
  return value
}
