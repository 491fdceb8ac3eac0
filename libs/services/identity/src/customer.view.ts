import type { EventOf } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { View } from '@throughline/ports'
import type { CustomerDetails } from './customer.js'

export interface CustomerRow extends CustomerDetails {
  readonly id: string
  readonly registeredAt: Instant
  /** The customer under whom this one goes on. */
  readonly mergedInto?: string
}

/** Letters of a word that lead to the rows to look through. */
const LEAD = 2

/**
 * Customers: `all`, by `segment:<code>`, `brand:<brand>`, `into:<customer>` (merged ones), and for the search by exact
 * `found:<address or id>` and by `word:<first letters of a name>`.
 */
export const customersView: View<
  CustomerRow,
  | EventOf<'throughline.CustomerRegistered.v1'>
  | EventOf<'throughline.CustomerDetailsCorrected.v1'>
  | EventOf<'throughline.CustomersMerged.v1'>
  | EventOf<'throughline.CustomersUnmerged.v1'>
> = {
  name: 'identity.customers',
  version: 1,
  on: [
    'throughline.CustomerRegistered.v1',
    'throughline.CustomerDetailsCorrected.v1',
    'throughline.CustomersMerged.v1',
    'throughline.CustomersUnmerged.v1',
  ],
  async project(event, rows) {
    const put = (row: CustomerRow): void => {
      rows.put(row.id, row, listsOf(row))
    }
    switch (event.type) {
      case 'throughline.CustomerRegistered.v1': {
        const { customerId, ...details } = event.data
        put({ id: customerId, registeredAt: event.recordedAt, ...details })
        return
      }
      case 'throughline.CustomerDetailsCorrected.v1': {
        const { customerId, ...correction } = event.data
        const row = await rows.get(customerId)
        if (row !== undefined) put({ ...row, ...correction })
        return
      }
      case 'throughline.CustomersMerged.v1': {
        const row = await rows.get(event.data.mergedId)
        if (row !== undefined) put({ ...row, mergedInto: event.data.customerId })
        return
      }
      case 'throughline.CustomersUnmerged.v1': {
        const row = await rows.get(event.data.mergedId)
        if (row === undefined) return
        const apart: { -readonly [Key in keyof CustomerRow]: CustomerRow[Key] } = { ...row }
        delete apart.mergedInto
        put(apart)
      }
    }
  },
}

/** Names of the segments that customers were ever put in. */
export const segmentsView: View<
  { readonly segment: string },
  EventOf<'throughline.CustomerRegistered.v1'> | EventOf<'throughline.CustomerDetailsCorrected.v1'>
> = {
  name: 'identity.segments',
  version: 1,
  on: ['throughline.CustomerRegistered.v1', 'throughline.CustomerDetailsCorrected.v1'],
  async project({ data: { segment } }, rows) {
    await Promise.resolve()
    if (segment !== undefined) rows.put(segment, { segment }, { all: segment })
  },
}

/** The words of a name or a question, as they are compared: lower case, accents off. */
export function words(text: string): readonly string[] {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

export function wordList(word: string): string {
  return `word:${Array.from(word).slice(0, LEAD).join('')}`
}

/** Whether each word asked for begins a word of the name. */
export function named(row: CustomerRow, asked: readonly string[]): boolean {
  const own = words(row.name ?? '')
  return asked.every((word) => own.some((name) => name.startsWith(word)))
}

function listsOf(row: CustomerRow): Readonly<Record<string, string>> {
  const lists: Record<string, string> = { all: row.registeredAt }
  if (row.segment !== undefined) lists[`segment:${row.segment}`] = row.registeredAt
  if (row.brand !== undefined) lists[`brand:${row.brand}`] = row.registeredAt
  if (row.mergedInto !== undefined) lists[`into:${row.mergedInto}`] = row.registeredAt
  for (const known of [row.email, row.phone, row.externalId]) {
    if (known !== undefined) lists[`found:${known}`] = row.registeredAt
  }
  for (const word of words(row.name ?? '')) {
    for (let letters = 1; letters <= LEAD; letters++) {
      lists[wordList(Array.from(word).slice(0, letters).join(''))] = row.name ?? ''
    }
  }
  return lists
}
