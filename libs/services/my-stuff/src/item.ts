import type { EventOf, ItemAdded, ItemCorrected, ItemProgressed } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Stream } from '@throughline/kernel'

export type ItemEvent = EventOf<
  | 'throughline.ItemAdded.v1'
  | 'throughline.ItemCorrected.v1'
  | 'throughline.ItemProgressed.v1'
  | 'throughline.ItemWithdrawn.v1'
>

/** What may be set right later; everything else of a thing is fixed or progresses. */
export const DETAILS = [
  'title',
  'detail',
  'date',
  'startsAt',
  'endsAt',
  'price',
  'product',
  'brand',
  'template',
  'about',
] as const
type Detail = (typeof DETAILS)[number]

/** A thing as it is now. */
export interface Thing extends Omit<ItemAdded, 'itemId'> {
  /** Every value each field has had, as JSON: what a back-end system sends again is recognised by it. */
  readonly had: Readonly<Record<string, readonly string[]>>
}

export type ItemState =
  | { readonly status: 'none' }
  | { readonly status: 'held'; readonly thing: Thing }
  | { readonly status: 'withdrawn'; readonly thing: Thing }

export const items: Stream<ItemState, ItemEvent> = {
  name: 'item',
  initial: { status: 'none' },
  evolve(state, event) {
    switch (event.type) {
      case 'throughline.ItemAdded.v1': {
        const { itemId: _, ...added } = event.data
        return { status: 'held', thing: { ...added, had: remember({}, added) } }
      }
      case 'throughline.ItemCorrected.v1':
      case 'throughline.ItemProgressed.v1': {
        if (state.status === 'none') return state
        const { itemId: _, ...told } = event.data
        return { ...state, thing: { ...state.thing, ...told, had: remember(state.thing.had, told) } }
      }
      case 'throughline.ItemWithdrawn.v1':
        return state.status === 'none' ? state : { ...state, status: 'withdrawn' }
    }
  },
}

/**
 * How a wish speaks: `now` compares with what is; `again` may be a file sent a second time, so that a value the field
 * has had before is old news; `dated` says when it happened and is news whenever its command is.
 */
export type Speaking = 'now' | 'again' | 'dated'

/** Makes a thing, or sets right what differs in one that is there. */
export const addItem =
  (input: ItemAdded, speaking: Speaking, told: readonly (Detail | 'state')[] = [...DETAILS, 'state']) =>
  (state: ItemState): readonly ItemEvent[] => {
    if (state.status === 'none') return [{ type: 'throughline.ItemAdded.v1', data: input }]
    const { thing } = state
    const { itemId, customerId } = input
    mustBeOf(thing, customerId)
    const isNews = (field: Detail | 'state'): boolean => {
      if (input[field] === undefined || !told.includes(field)) return false
      const value = JSON.stringify(input[field])
      return speaking === 'again' ? !had(thing, field, value) : value !== JSON.stringify(thing[field])
    }
    const fields = DETAILS.filter(isNews)
    const progressed = isNews('state') && input.state !== undefined ? input.state : undefined
    if (fields.length === 0 && progressed === undefined) return []
    mustBeHeld(state)
    const corrected: ItemCorrected = {
      itemId,
      customerId,
      ...Object.fromEntries(fields.map((f) => [f, input[f]])),
    }
    return [
      ...(fields.length > 0 ? [{ type: 'throughline.ItemCorrected.v1', data: corrected } as const] : []),
      ...(progressed === undefined
        ? []
        : [
            {
              type: 'throughline.ItemProgressed.v1',
              data: { itemId, customerId, state: progressed },
            } as const,
          ]),
    ]
  }

export const progressItem =
  (input: Omit<ItemProgressed, 'customerId'> & { readonly customerId?: string }, speaking: Speaking) =>
  (state: ItemState): readonly ItemEvent[] => {
    if (state.status === 'none') throw unknownItem()
    mustBeOf(state.thing, input.customerId)
    const { itemId, ...told } = input
    const news = Object.entries(told).some(([field, value]) =>
      speaking === 'again'
        ? !had(state.thing, field, JSON.stringify(value))
        : JSON.stringify(value) !== JSON.stringify(valueOf(state.thing, field)),
    )
    if (speaking !== 'dated' && !news) return []
    mustBeHeld(state)
    const { customerId } = state.thing
    return [{ type: 'throughline.ItemProgressed.v1', data: { ...told, itemId, customerId } }]
  }

export const withdrawItem =
  (input: { readonly itemId: string; readonly customerId?: string; readonly why: string }) =>
  (state: ItemState): readonly ItemEvent[] => {
    if (state.status === 'none') throw unknownItem()
    mustBeOf(state.thing, input.customerId)
    if (state.status === 'withdrawn') return []
    const { customerId } = state.thing
    return [
      { type: 'throughline.ItemWithdrawn.v1', data: { itemId: input.itemId, customerId, why: input.why } },
    ]
  }

export function unknownItem(): Refused {
  return new Refused('not-found', 'item.unknown', 'There is no such thing here.')
}

function mustBeOf(thing: Thing, customerId: string | undefined): void {
  if (customerId !== undefined && customerId !== thing.customerId) {
    throw new Refused('conflict', 'item.of-another-customer', 'This thing is another customer’s.', {
      field: 'customer',
      todo: 'Check the reference; for customers who are one and the same, merge them.',
    })
  }
}

function mustBeHeld(state: ItemState): void {
  if (state.status === 'withdrawn') {
    throw new Refused('conflict', 'item.withdrawn', 'This thing was withdrawn and changes no more.')
  }
}

function remember(before: Thing['had'], told: object): Thing['had'] {
  const after: Record<string, readonly string[]> = { ...before }
  for (const [field, value] of Object.entries(told)) {
    const json = JSON.stringify(value)
    const known = after[field] ?? []
    if (!known.includes(json)) after[field] = [...known, json]
  }
  return after
}

function had(thing: Thing, field: string, json: string): boolean {
  return thing.had[field]?.includes(json) ?? false
}

// The note of a progress is no field of ItemAdded but is copied onto the thing like the others.
function valueOf(thing: Thing, field: string): unknown {
  return Object.entries(thing).find(([name]) => name === field)?.[1]
}
