import type { Group, Item, ItemKind, Letter, MyStuff, StuffCase, StuffContact } from '../api/my-stuff'

export type Shown = 'purchases' | 'quotes' | 'enquiries' | 'conversations' | 'cases' | 'sent'

export type Row =
  | { readonly is: 'thing'; readonly id: string; readonly at: string; readonly item: Item }
  | { readonly is: 'contact'; readonly id: string; readonly at: string; readonly contact: StuffContact }
  | { readonly is: 'case'; readonly id: string; readonly at: string; readonly opened: StuffCase }
  | { readonly is: 'letter'; readonly id: string; readonly at: string; readonly letter: Letter }

/** A group of rows as the page shows it. */
export interface Section {
  readonly id: Shown
  /** All there are, also those not loaded yet. */
  readonly count: number
  readonly rows: readonly Row[]
  /** Where the rest is: address and cursor. */
  readonly rest: readonly { readonly href: string; readonly after: string }[]
}

const KINDS: readonly (readonly [Shown, readonly ItemKind[]])[] = [
  ['purchases', ['purchase']],
  ['quotes', ['quote', 'booking']],
  ['enquiries', ['enquiry']],
]
/** Sent to her, and choosable as things. */
const SENT: readonly ItemKind[] = ['marketing', 'correspondence']

export const thingRow = (item: Item): Row => ({ is: 'thing', id: item.id, at: item.date, item })
export const contactRow = (contact: StuffContact): Row => ({
  is: 'contact',
  id: contact.id,
  at: contact.at,
  contact,
})
export const caseRow = (opened: StuffCase): Row => ({
  is: 'case',
  id: opened.id,
  at: opened.openedAt,
  opened,
})

/** My Stuff as groups of rows, newest first in each; groups of nothing are left out. */
export function sectionsOf(stuff: MyStuff): readonly Section[] {
  const of = (kinds: readonly ItemKind[]): readonly Group<Item>[] =>
    stuff.items.filter(({ name }) => kinds.some((kind) => kind === name))
  const things = KINDS.map(([id, kinds]) => section(id, of(kinds), thingRow))
  const sentThings = new Map(of(SENT).flatMap(({ items }) => items.map((item) => [item.id, item])))
  const sent = section('sent', [stuff.sent], (letter): Row => {
    const item = sentThings.get(letter.id)
    return item === undefined ? { is: 'letter', id: letter.id, at: letter.at, letter } : thingRow(item)
  })
  return [
    ...things,
    section('conversations', [stuff.contacts], contactRow),
    section('cases', [stuff.cases], caseRow),
    sent,
  ].filter(({ count, rows }) => count > 0 || rows.length > 0)
}

function section<Entry>(id: Shown, groups: readonly Group<Entry>[], rowOf: (entry: Entry) => Row): Section {
  const rows = groups.flatMap(({ items }) => items.map(rowOf))
  return {
    id,
    count: groups.reduce((sum, { count }) => sum + count, 0),
    // One group alone comes in its order; of several the newest stand first together.
    rows: groups.length > 1 ? [...rows].sort((a, b) => (a.at < b.at ? 1 : -1)) : rows,
    rest: groups.flatMap(({ href, next }) => (next === null ? [] : [{ href, after: next }])),
  }
}

/** An entry of any group as it comes from the rest of that group. */
export function rowOf(entry: Item | StuffContact | StuffCase | Letter): Row {
  if ('kind' in entry) return thingRow(entry)
  if ('channels' in entry) return contactRow(entry)
  if ('reference' in entry) return caseRow(entry)
  return { is: 'letter', id: entry.id, at: entry.at, letter: entry }
}
