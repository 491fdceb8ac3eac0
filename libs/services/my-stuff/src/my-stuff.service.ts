import { Injectable } from '@nestjs/common'
import { ITEM_KINDS } from '@throughline/contracts'
import type { ItemKind, Reason } from '@throughline/contracts'
import { DAY, fromInstant, Refused } from '@throughline/kernel'
import { has, ownerOf, sealCursor, viewId, ViewStore } from '@throughline/ports'
import type { Caller, Page, PageRequest } from '@throughline/ports'
import type { CaseEntry } from './case.entry.js'
import { together } from './correspondence.js'
import type { Letter, Sent } from './correspondence.js'
import { matches } from './search.js'
import type { ContactEntry, ItemEntry, MessageEntry } from './stuff.entry.js'
import { sortOf, stuff } from './stuff.view.js'
import type { StuffRow } from './stuff.view.js'
import { ReasonsService } from './reasons.service.js'

/** The way to us, in the same place of every answer, whatever else is there (C10, C58). */
export const CONTACT = { href: '/api/v1/routing/offers', presses: 1 } as const

export interface ItemShown extends ItemEntry {
  readonly reasons: readonly Reason[]
  /** Published version of the reasons: `reasons@3`. */
  readonly taxonomy: string
  readonly openCases: readonly string[]
}

export interface Group<Shown> extends Page<Shown> {
  readonly name: string
  /** All of the group; of a search, how many it found so far: more where there is a `next`. */
  readonly count: number
  /** Where the rest of the group is. */
  readonly href: string
}

export interface StuffQuery extends PageRequest {
  readonly q?: string
  readonly kind?: ItemKind
}

const FIRST = 20
/** Rows looked through for one page of a search. */
const MOST_SEARCHED = 5_000

@Injectable()
export class MyStuffService {
  constructor(
    private readonly views: ViewStore,
    private readonly reasons: ReasonsService,
  ) {}

  /** Whose stuff a caller reads: her own, or for a member of staff the named customer's. */
  async customer(caller: Caller, customerId?: string): Promise<string> {
    if (!has(caller, 'customer', 'guest')) {
      if (customerId !== undefined) return this.#root(customerId)
      throw new Refused('invalid', 'my-stuff.customer', 'Whose stuff to show is missing.', {
        field: 'customerId',
        todo: 'Name the customer: ?customerId=…',
      })
    }
    if (customerId !== undefined && customerId !== caller.id) throw unknownCustomer()
    // A guest who was recognised has nothing any more: it is the customer's, and she has to show who she is.
    return caller.kind === 'guest' ? caller.id : this.#root(caller.id)
  }

  async page(customer: string, { q, kind }: StuffQuery) {
    const kinds = kind === undefined ? ITEM_KINDS : [kind]
    const [open, reasons] = [await this.#openCases(customer), await this.reasons.byKind()]
    const query = { limit: FIRST, ...(q !== undefined && { q }) }
    const groups = await Promise.all(
      kinds.map(async (each): Promise<Group<ItemShown>> => {
        const list = `kind:${customer}:${each}`
        const { items, next } = await this.#search(list, query, itemOf)
        const things = items.map((entry) => shown(entry, reasons, open))
        const href = `/api/v1/my-stuff/items?kind=${each}`
        const count = await this.#count(list, q, things)
        return { name: each, count, href, items: things, next }
      }),
    )
    return {
      customerId: customer,
      contact: CONTACT,
      open: open.filter((entry) => q === undefined || matches(entry, q)),
      items: groups,
      contacts: await this.#group('contacts', `contact:${customer}`, await this.contacts(customer, query), q),
      cases: await this.#group('cases', `case:${customer}`, await this.cases(customer, query), q),
      sent: await this.#group('correspondence', `sent:${customer}`, await this.sent(customer, query), q),
    }
  }

  async items(customer: string, query: StuffQuery): Promise<Page<ItemShown>> {
    const list = query.kind === undefined ? `item:${customer}` : `kind:${customer}:${query.kind}`
    const page = await this.#search(list, query, itemOf)
    const open = await this.#openCases(customer)
    const reasons = await this.reasons.byKind()
    return {
      items: page.items.map((entry) => shown(entry, reasons, open)),
      next: page.next,
    }
  }

  contacts(customer: string, query: StuffQuery): Promise<Page<ContactEntry>> {
    return this.#search(`contact:${customer}`, query, contactOf)
  }

  cases(customer: string, query: StuffQuery): Promise<Page<CaseEntry>> {
    return this.#search(`case:${customer}`, query, caseOf)
  }

  /** What was sent to the customer, newest first, by whichever part of the company (C6, C40). */
  async sent(customer: string, query: StuffQuery): Promise<Page<Sent>> {
    const { items, next } = await this.#search(`sent:${customer}`, query, sentOf)
    const sent = await Promise.all(items.map((entry) => this.#letter(entry)))
    const week = await this.#lettersSince(customer, sent)
    return { items: sent.map((letter) => ({ ...letter, inSevenDays: together(letter, week) })), next }
  }

  /** One thing with everything that is about it. @throws Refused `item.unknown` */
  async item(customer: string, itemId: string) {
    const entry = await this.#item(customer, itemId)
    const about: StuffRow[] = []
    for await (const row of this.views.every(stuff, `about:${customer}:${itemId}`)) about.push(row)
    const reasons = await this.reasons.byKind()
    const cases = pick(about, caseOf)
    return {
      ...shown(entry, reasons, cases),
      contact: CONTACT,
      contacts: pick(about, contactOf),
      cases,
      sent: pick(about, itemOf),
    }
  }

  async reasonsOf(customer: string, itemId: string) {
    const { kind } = await this.#item(customer, itemId)
    const reasons = await this.reasons.byKind()
    return { itemId, kind, taxonomy: reasons.taxonomy, reasons: reasons.of(kind), contact: CONTACT }
  }

  async #item(customer: string, itemId: string): Promise<ItemEntry> {
    const row = await this.views.row(stuff, itemId)
    if (
      row?.kind !== 'item' ||
      row.entry === undefined ||
      (await this.#root(row.entry.customerId)) !== customer
    ) {
      throw new Refused('not-found', 'item.unknown', 'There is no such thing here.')
    }
    return row.entry
  }

  async #openCases(customer: string): Promise<readonly CaseEntry[]> {
    const { items } = await this.views.rows(stuff, `open:${customer}`, { limit: 50, descending: true })
    return pick(items, caseOf)
  }

  async #group<Shown>(
    name: string,
    list: string,
    page: Page<Shown>,
    q: string | undefined,
  ): Promise<Group<Shown>> {
    return { name, count: await this.#count(list, q, page.items), href: `/api/v1/my-stuff/${name}`, ...page }
  }

  async #count(list: string, q: string | undefined, found: readonly unknown[]): Promise<number> {
    return q === undefined ? this.views.count(viewId(stuff), list) : found.length
  }

  #root(id: string): Promise<string> {
    return ownerOf(id, (key) => this.views.row(stuff, key))
  }

  // Newest first; a search passes over what does not match and tells where it stopped.
  async #search<Entry extends { readonly id: string }>(
    list: string,
    { q, limit = 50, after }: StuffQuery,
    entryOf: (row: StuffRow) => Entry | undefined,
  ): Promise<Page<Entry>> {
    const found: Entry[] = []
    let cursor = after
    for (let looked = 0; ;) {
      const page = await this.views.rows(stuff, list, {
        limit: q === undefined ? limit : 200,
        descending: true,
        ...(cursor !== undefined && { after: cursor }),
      })
      for (const row of page.items) {
        looked++
        const entry = entryOf(row)
        if (entry === undefined || (q !== undefined && !matches(entry, q))) continue
        found.push(entry)
        if (found.length === limit) {
          const more = row !== page.items.at(-1) || page.next !== null
          return { items: found, next: more ? sealCursor({ sort: sortOf(row), key: entry.id }) : null }
        }
      }
      if (page.next === null || looked >= MOST_SEARCHED) return { items: found, next: page.next }
      cursor = page.next
    }
  }

  async #letter(entry: ItemEntry | MessageEntry): Promise<Letter> {
    if ('reference' in entry) {
      const { id, date, kind, title, template } = entry
      const about = entry.about ?? entry.product
      return {
        id,
        at: date,
        by: kind === 'marketing' ? 'marketing' : 'correspondence',
        title,
        ...(template !== undefined && { template }),
        ...(about !== undefined && { about }),
      }
    }
    const contact = await this.views.row(stuff, entry.contactId)
    const about = contact?.kind === 'contact' ? contact.entry?.item?.id : undefined
    return {
      id: entry.id,
      at: entry.at,
      by: entry.channel === 'email' ? 'email' : 'message',
      title: entry.text.length > 120 ? `${entry.text.slice(0, 119)}…` : entry.text,
      ...(about !== undefined && { about }),
    }
  }

  // Letters of a page and of the week before its oldest, so that the last row of a page is counted rightly too.
  async #lettersSince(customer: string, page: readonly Letter[]): Promise<readonly Letter[]> {
    const last = page.at(-1)
    if (last === undefined) return page
    const from = fromInstant(last.at) - 7 * DAY
    const letters = [...page]
    let after: string | undefined = sealCursor({ sort: last.at, key: last.id })
    while (after !== undefined) {
      const older: Page<StuffRow> = await this.views.rows(stuff, `sent:${customer}`, {
        descending: true,
        after,
      })
      const more = await Promise.all(
        pick(older.items, sentOf)
          .filter((entry) => fromInstant('reference' in entry ? entry.date : entry.at) > from)
          .map((entry) => this.#letter(entry)),
      )
      letters.push(...more)
      after = more.length === older.items.length ? (older.next ?? undefined) : undefined
    }
    return letters
  }
}

const itemOf = (row: StuffRow): ItemEntry | undefined => (row.kind === 'item' ? row.entry : undefined)
const contactOf = (row: StuffRow): ContactEntry | undefined =>
  row.kind === 'contact' ? row.entry : undefined
const caseOf = (row: StuffRow): CaseEntry | undefined => (row.kind === 'case' ? row.entry : undefined)
const sentOf = (row: StuffRow): ItemEntry | MessageEntry | undefined =>
  row.kind === 'item' || row.kind === 'message' ? row.entry : undefined

function pick<Entry>(
  rows: readonly StuffRow[],
  entryOf: (row: StuffRow) => Entry | undefined,
): readonly Entry[] {
  return rows.map(entryOf).filter((entry) => entry !== undefined)
}

function shown(
  entry: ItemEntry,
  reasons: { readonly taxonomy: string; readonly of: (kind: ItemKind) => readonly Reason[] },
  cases: readonly CaseEntry[],
): ItemShown {
  const open = cases.filter(({ item, status }) => status === 'open' && item?.id === entry.id)
  return {
    ...entry,
    reasons: reasons.of(entry.kind),
    taxonomy: reasons.taxonomy,
    openCases: open.map(({ id }) => id),
  }
}

function unknownCustomer(): Refused {
  return new Refused('not-found', 'my-stuff.unknown', 'There is no such customer here.')
}
