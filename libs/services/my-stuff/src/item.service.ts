import { Injectable } from '@nestjs/common'
import type { ItemAdded, ItemProgressed } from '@throughline/contracts'
import { Clock, Ids, Refused } from '@throughline/kernel'
import { customerIdOf, EventStore, sha256 } from '@throughline/ports'
import type { Command, Transacted } from '@throughline/ports'
import { linesOf, MOST_LINES, readLine } from './feed.js'
import type { FeedLine, NumberedLine } from './feed.js'
import { addItem, DETAILS, items, progressItem, unknownItem, withdrawItem } from './item.js'
import type { ItemEvent, ItemState, Speaking } from './item.js'

/** Appends on their way at once; a line that is about the same thing as one before it waits for that one. */
const AT_ONCE = 64
/** Rejected lines told one by one; beyond, only their number is. */
const MOST_TOLD = 5_000

export interface FeedAnswer {
  /** Lines that changed something. */
  readonly accepted: number
  /** Lines that were fact already. */
  readonly replayed: number
  readonly rejected: readonly { readonly line: number; readonly code: string; readonly message: string }[]
  /** All rejected lines, also those beyond the ones listed. */
  readonly rejectedCount: number
}

type Told = Transacted<ItemState, ItemEvent>

@Injectable()
export class ItemService {
  constructor(
    private readonly store: EventStore,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  itemId(of: { readonly source: string; readonly kind: string; readonly reference: string }): string {
    return this.ids.derive('item', of.source, of.kind, of.reference)
  }

  add(line: FeedLine, command: Command): Promise<Told> {
    return this.#add(line, 'now', command)
  }

  async progress(
    itemId: string,
    told: Omit<ItemProgressed, 'itemId' | 'customerId'>,
    command: Command,
  ): Promise<Told> {
    const customerId = await this.#customerOf(itemId)
    return this.store.transact(items, itemId, progressItem({ ...told, itemId }, 'now'), {
      ...command,
      customerId,
    })
  }

  async withdraw(itemId: string, why: string, command: Command): Promise<Told> {
    const customerId = await this.#customerOf(itemId)
    return this.store.transact(items, itemId, withdrawItem({ itemId, why }), { ...command, customerId })
  }

  /** Takes a whole feed, line by line, in bounded memory. A fault (not a bad line) ends it; sending it again is safe. */
  async take(
    body: AsyncIterable<unknown>,
    command: Command,
  ): Promise<FeedAnswer & { readonly position: number }> {
    const rejected: { line: number; code: string; message: string }[] = []
    const lanes = new Map<string, Promise<void>>()
    const running = new Set<Promise<void>>()
    const fault: unknown[] = []
    let [accepted, replayed, rejectedCount, position] = [0, 0, 0, 0]
    const reject = (line: number, code: string, message: string): void => {
      rejectedCount++
      if (rejected.length < MOST_TOLD) rejected.push({ line, code, message })
    }
    const apply = async (number: number, line: FeedLine): Promise<void> => {
      try {
        const told = await this.#apply(line, command)
        position = Math.max(position, told.position)
        if (told.outcome === 'applied') accepted++
        else replayed++
      } catch (error) {
        if (error instanceof Refused && error.kind !== 'unavailable')
          reject(number, error.code, error.message)
        else fault.push(error)
      }
    }
    for await (const line of linesOf(body)) {
      if (line.number > MOST_LINES) {
        reject(
          line.number,
          'feed.too-long',
          'From this line on nothing was taken; send the rest in another call.',
        )
        break
      }
      const read = readOr(line, reject)
      if (read === undefined) continue
      const lane = this.itemId(read)
      const done = (lanes.get(lane) ?? Promise.resolve()).then(() => apply(line.number, read))
      lanes.set(lane, done)
      running.add(done)
      void done.then(() => {
        running.delete(done)
        if (lanes.get(lane) === done) lanes.delete(lane)
      })
      while (running.size >= AT_ONCE) await Promise.race(running)
      if (fault.length > 0) break
    }
    await Promise.all(running)
    if (fault.length > 0) throw fault[0]
    rejected.sort((a, b) => a.line - b.line)
    return { accepted, replayed, rejected, rejectedCount, position }
  }

  async #apply(
    line: FeedLine,
    { id: _, fingerprint: __, ifVersion: ___, ...command }: Command,
  ): Promise<Told> {
    const itemId = this.itemId(line)
    const speaking: Speaking = line.at === undefined ? 'again' : 'dated'
    const named = this.#customer(line)
    const said: Omit<Command, 'customerId'> = {
      ...command,
      // The line is the command: sent again, in whatever call, it has had its effect.
      id: `feed/${sha256(JSON.stringify(sorted(line)))}`,
      ...(line.at !== undefined && { occurredAt: line.at }),
    }
    if (line.op === 'progress' && line.state !== undefined) {
      const { state, note, startsAt, endsAt } = line
      const told = { itemId, state, ...given({ note, startsAt, endsAt, customerId: named }) }
      const customerId = named ?? (await this.#customerOf(itemId))
      return this.store.transact(items, itemId, progressItem(told, speaking), { ...said, customerId })
    }
    if (line.op === 'withdraw') {
      const customerId = named ?? (await this.#customerOf(itemId))
      const told = { itemId, why: line.why ?? '', ...given({ customerId: named }) }
      return this.store.transact(items, itemId, withdrawItem(told), { ...said, customerId })
    }
    return this.#add(line, 'again', said)
  }

  #add(line: FeedLine, speaking: Speaking, command: Command): Promise<Told> {
    const itemId = this.itemId(line)
    const customerId = this.#customer(line)
    if (customerId === undefined || line.title === undefined) {
      throw new Refused('invalid', 'item.customer', 'Whose thing it is, is missing.', { field: 'customer' })
    }
    const {
      kind,
      source,
      reference,
      title,
      detail,
      state,
      startsAt,
      endsAt,
      price,
      product,
      brand,
      template,
    } = line
    const about = line.about && this.itemId({ ...line.about, source: line.about.source ?? source })
    const date = line.date ?? line.at ?? this.clock.instant()
    const fixed = { itemId, customerId, kind, source, reference, title, date }
    const input: ItemAdded = {
      ...fixed,
      ...given({ detail, state, startsAt, endsAt, price, product, brand, template, about }),
    }
    const told = [...DETAILS, 'state' as const].filter(
      (field) => field === 'about' || line[field] !== undefined,
    )
    return this.store.transact(items, itemId, addItem(input, speaking, told), { ...command, customerId })
  }

  #customer(line: FeedLine): string | undefined {
    if (line.customerId !== undefined) return line.customerId
    return line.customer && customerIdOf(this.ids, line.customer.source, line.customer.externalId)
  }

  async #customerOf(itemId: string): Promise<string> {
    const { state } = await this.store.load(items, itemId)
    if (state.status === 'none') throw unknownItem()
    return state.thing.customerId
  }
}

function readOr(
  { number, text }: NumberedLine,
  reject: (line: number, code: string, message: string) => void,
): FeedLine | undefined {
  if (text === undefined) {
    reject(number, 'line.unreadable', 'This line is longer than 64 kB or no UTF-8.')
    return undefined
  }
  try {
    return readLine(text)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    reject(number, error.code, error.message)
    return undefined
  }
}

type Given<Fields> = { [Field in keyof Fields]?: Exclude<Fields[Field], undefined> }

/** Only the fields that were told. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  // Entries lose the names of fields; only undefined ones have gone.
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Given<Fields>
}

/** The same content in the same order of fields, so that its digest does not depend on how it was written. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}
