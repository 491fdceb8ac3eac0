import { Injectable, Logger } from '@nestjs/common'
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common'
import { Clock, Ids, Refused, SECOND } from '@throughline/kernel'
import { EventBus, EventStore, Lease, Registers, Snapshots, Timers, ViewStore } from '@throughline/ports'
import type { RecordedEvent, Running } from '@throughline/ports'
import { entryOf } from './entry.js'
import { isRoutingFact, ROUTING_FACTS } from './group.facts.js'
import { RoutingGroup } from './group.js'
import type { HeldContact, RoutingFact } from './group.facts.js'
import { allKeys, changedKeys, GROUP_SNAPSHOT, groupRows, rowsOf } from './group.snapshot.js'
import { snapshotOf } from './standing.js'
import { policyFor } from './policy/channel-policy.js'
import { requestsView } from './request.view.js'
import { workOf, works } from './work.js'
import type { WorkState } from './work.js'
import { decisionOf } from './wish.js'
import type { Wish } from './wish.js'

const TICK = 250
const PAGE = 1_000
/** A snapshot is at most so many events old while the log is read, so that a start reads little. */
export const SNAPSHOT_EVERY = 5_000
/** An owner that was killed is followed by another one within so long, and a look of a second. */
export const OWNER_TERM = 12 * SECOND

/**
 * The routing group: one fold in each process of the service, fed from the log alone. The one that holds the lease owns
 * it: it wishes what the fold says is due and moves on only when it reads the recorded event. A second owner, or one that
 * slept, changes nothing either: its wishes carry the version they were made from. The others read along, answer, and
 * take over.
 */
@Injectable()
export class RoutingEngine implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('routing')
  readonly #snapshots: Snapshots
  #group = new RoutingGroup()
  #position = 0
  /** Where a snapshot was written last, or could not be. */
  #kept = 0
  #isBegun = false
  #isFull = false
  /** The ownership under which the snapshot that stands was read or written; of another one, it is written whole. */
  #keptAs: number | undefined
  readonly #lease: Lease
  #turn: Promise<void> = Promise.resolve()
  #stop = (): void => undefined
  #unsubscribe = (): void => undefined
  #running: Running | undefined

  constructor(
    private readonly store: EventStore,
    private readonly views: ViewStore,
    private readonly bus: EventBus,
    private readonly timers: Timers,
    private readonly clock: Clock,
    private readonly ids: Ids,
    registers: Registers,
  ) {
    this.#snapshots = new Snapshots(views, store, GROUP_SNAPSHOT)
    this.#lease = new Lease(registers, 'routing.group', ids.next(), { clock, timers, term: OWNER_TERM })
  }

  /** Whether this process decides now. */
  get isOwner(): boolean {
    return this.#lease.isHeld
  }

  /** How many owners the group has had, up to this process's last time as one; 0 before that. */
  get epoch(): number {
    return this.#lease.epoch
  }

  get group(): RoutingGroup {
    return this.#group
  }

  /** How far it has read and decided, as hosts show it. */
  get running(): Running | undefined {
    return this.#running
  }

  async onApplicationBootstrap(): Promise<void> {
    // Before the snapshot is read: from here on nobody else writes it. And before the ticks begin: where a clock jumped
    // it is renewed first, and then decided.
    await this.#lease.start()
    if (this.isOwner) this.#keptAs = this.epoch
    await this.#queue(() => this.#begin())
    this.#unsubscribe = this.#lease.onChange(() => {
      if (!this.isOwner) this.#logger.warn('does not own the group any more')
      else {
        this.#logger.log(`owns the group now, as owner ${String(this.epoch)}`)
        // What has become due meanwhile waits for nobody's next event.
        void this.#next().catch(() => undefined)
      }
    })
    // The bus only wakes it: what it reads comes from the log, in order, so that it can read its own words at once.
    this.#running = await this.bus.follow({
      name: 'routing.engine',
      after: this.#position,
      types: Object.keys(ROUTING_FACTS),
      onBatch: () => this.#next(),
    })
    this.#stop = this.timers.every('routing.tick', TICK, () => this.#next())
  }

  async onModuleDestroy(): Promise<void> {
    this.#stop()
    await this.#running?.stop()
    await this.#queue(() => this.#keep())
    this.#unsubscribe()
    await this.#lease.stop()
  }

  /** The group with everything recorded so far in it, so that callers see what they did. */
  async present(): Promise<RoutingGroup> {
    await this.#queue(() => this.#read())
    return this.group
  }

  /** Reads to the end of the log and, as the owner, records what is due until nothing is. */
  #next(): Promise<void> {
    return this.#queue(async () => {
      let last: string | undefined
      for (;;) {
        const moved = await this.#read()
        if (!(await this.#lease.held())) {
          // Asked so that what is over is forgotten; nothing is ever due at the beginning of time.
          if (moved) this.group.next(0)
          return
        }
        const wish = this.group.next(this.clock.now())
        if (wish === undefined) return
        const about = `${wish.contact.contactId} ${String(wish.contact.version)} ${wish.wish}`
        if (about === last && !moved) this.#setAside(wish, 'nothing came of it')
        else await this.#record(wish)
        last = about
      }
    })
  }

  // One after the other: two turns at once would wish the same thing twice, and the fold is one.
  #queue(turn: () => Promise<unknown>): Promise<void> {
    const done = this.#turn.then(turn).then(() => undefined)
    this.#turn = done.catch(() => undefined)
    return done
  }

  /** Goes on from the newest snapshot that fits, or from the first event. */
  async #begin(): Promise<void> {
    if (this.#isBegun) return
    this.#isBegun = true
    const found = await this.#snapshots.read()
    if (found === undefined) return
    if ('unfit' in found) {
      this.#logger.warn(`the snapshot is passed over: ${found.unfit}`)
      return
    }
    const group = new RoutingGroup()
    try {
      group.restore(groupRows(found.rows))
    } catch (error) {
      this.#logger.warn(`the snapshot is passed over: ${causeOf(error)}`)
      this.#snapshots.forget()
      return
    }
    this.#group = group
    this.#position = found.position
    this.#kept = found.position
  }

  /** What is not kept now is read again at the next start, so nothing stops because of it. */
  async #keep(): Promise<void> {
    const group = this.#group
    this.#kept = this.#position
    if (!(await this.#lease.held())) {
      // The owner writes it.
      group.changed.clear()
      this.#keptAs = undefined
      return
    }
    if (this.#keptAs !== this.epoch) this.#snapshots.forget()
    this.#keptAs = this.epoch
    const keys = { changed: changedKeys(group), all: () => allKeys(group) }
    try {
      await this.#snapshots.write(this.#position, keys, rowsOf(group))
      group.changed.clear()
      this.#isFull = false
    } catch (error) {
      if (!this.#isFull) this.#logger.warn(`no snapshot can be written: ${causeOf(error)}`)
      this.#isFull = true
    }
  }

  async #read(): Promise<boolean> {
    const from = this.#position
    for (;;) {
      const page = await this.store.readAll({ after: this.#position, limit: PAGE })
      for (const event of page) {
        if (isRoutingFact(event)) this.#apply(event)
        this.#position = event.position
      }
      if (this.#position >= this.#kept + SNAPSHOT_EVERY) await this.#keep()
      if (page.length < PAGE) return this.#position > from
      // Asked in between so that what is over is forgotten on the way; nothing is decided before the log's end.
      this.#group.next(0)
      // A long log is read page by page, and requests are answered in between.
      await this.timers.sleep(0)
    }
  }

  /** What cannot be read is passed over and named: one event must not stop every contact that comes after it. */
  #apply(event: RecordedEvent<RoutingFact>): void {
    try {
      this.group.apply(event)
    } catch (error) {
      // Where it stands and no word of it: whoever looks it up may read it.
      this.#logger.error(`${event.type} at ${String(event.position)} cannot be read: ${causeOf(error)}`)
    }
  }

  /** The same for a wish: it is tried again later, and the other contacts go on meanwhile. */
  #setAside(wish: Wish, cause: string): void {
    if (this.group.setAside(wish, this.clock.now()))
      this.#logger.warn(`cannot ${wish.wish} contact ${wish.contact.contactId}: ${cause}; trying again later`)
  }

  async #record(wish: Wish): Promise<void> {
    try {
      await this.#transact(wish)
    } catch (error) {
      // Somebody else was first: the log says what happened instead.
      if (!(error instanceof Refused) || error.kind !== 'changed') this.#setAside(wish, causeOf(error))
    }
  }

  async #transact(wish: Wish): Promise<void> {
    const { contactId, version, customerId, state } = wish.contact
    const journeyId = journeyOf(state)
    const queued = wish.wish === 'call-back' ? await this.#calledBack(wish.contact) : undefined
    const decision = decisionOf(wish, {
      now: this.clock.now(),
      offerId: this.ids.derive('offer', contactId, String(version)),
      ...(queued !== undefined && { queued }),
    })
    const command = {
      id: `${contactId}/${wish.wish}/${String(version)}`,
      actor: 'system:routing',
      ifVersion: version,
      ...(journeyId !== undefined && { journeyId }),
      ...(customerId !== undefined && { customerId }),
    }
    await this.store.transact(works, contactId, decision, command)
  }

  /** The first place of a callback whose time has come. */
  async #calledBack({ contactId, state }: HeldContact) {
    if (state.status !== 'promised' || state.work !== undefined) return undefined
    const requested = await this.views.row(requestsView, contactId)
    const inForce = this.group.inForce
    // The view is a moment behind, or nothing says how to route: it is asked again in a moment.
    if (requested === undefined || inForce === undefined) return undefined
    const at = this.clock.now()
    const { journeyId, until } = state
    const { channel, facts } = requested
    const snapshot = snapshotOf(this.group, policyFor(inForce.policy, facts.segment), at)
    return entryOf({ contactId, journeyId, channel, facts, at, until }, inForce, snapshot)
  }
}

/** No message: it may hold what a customer wrote. */
function causeOf(error: unknown): string {
  if (error instanceof Refused) return error.code
  return error instanceof Error ? error.name : 'unknown cause'
}

function journeyOf(state: WorkState): string | undefined {
  return 'journeyId' in state ? state.journeyId : workOf(state)?.journeyId
}
