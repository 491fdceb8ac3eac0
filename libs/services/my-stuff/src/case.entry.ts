import { caseReference } from '@throughline/contracts'
import type { CaseEvent, ItemSnapshot, ReasonSnapshot } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import type { RecordedEvent } from '@throughline/ports'

export interface CaseEntry {
  readonly id: string
  /** Seven digits to say on the phone. */
  readonly reference: string
  readonly customerId: string
  readonly journeyId: string
  readonly subject: string
  readonly words: string
  readonly status: 'open' | 'resolved'
  readonly openedAt: Instant
  readonly resolvedAt?: Instant
  readonly how?: string
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly staffId?: string
  readonly contacts: readonly string[]
  readonly promises: readonly PromiseEntry[]
  /** The promise that is due next. */
  readonly next?: PromiseEntry
  /** What happened and was said, oldest first; only what the customer may see. */
  readonly steps: readonly { readonly at: Instant; readonly what: string; readonly words?: string }[]
}

interface PromiseEntry {
  readonly what: string
  readonly by: Instant
  readonly state: 'open' | 'kept' | 'missed'
}

export function caseEntry(heard: readonly RecordedEvent<CaseEvent>[]): CaseEntry | undefined {
  let entry: Omit<CaseEntry, 'next'> | undefined
  for (const event of heard) {
    const step = (what: string, words?: string): CaseEntry['steps'] => [
      ...(entry?.steps ?? []),
      { at: event.occurredAt, what, ...(words !== undefined && { words }) },
    ]
    switch (event.type) {
      case 'throughline.CaseOpened.v1': {
        const { caseId, contactId, promised, words, ...opened } = event.data
        entry = {
          ...opened,
          id: caseId,
          reference: caseReference(caseId),
          words,
          status: 'open',
          openedAt: event.occurredAt,
          contacts: [contactId],
          promises: promised.map((promise) => ({ ...promise, state: 'open' })),
          steps: step('opened', words),
        }
        break
      }
      case 'throughline.ContactAddedToCase.v1': {
        const { contactId, promised, words } = event.data
        const more = promised.map((promise) => ({ ...promise, state: 'open' }) as const)
        entry &&= {
          ...entry,
          contacts: [...entry.contacts, contactId],
          promises: [...entry.promises, ...more],
          steps: step('contact', words),
        }
        break
      }
      case 'throughline.CaseProgressed.v1':
        if (event.data.visible) entry &&= { ...entry, steps: step('progress', event.data.note) }
        break
      case 'throughline.CaseAssigned.v1':
        entry &&= { ...entry, staffId: event.data.staffId }
        break
      case 'throughline.CasePromiseKept.v1':
        entry &&= { ...settled(entry, event.data.what, 'kept'), steps: step('promise-kept', event.data.what) }
        break
      case 'throughline.CasePromiseMissed.v1':
        entry &&= {
          ...settled(entry, event.data.what, 'missed'),
          steps: step('promise-missed', event.data.what),
        }
        break
      case 'throughline.CaseResolved.v1': {
        const { how, words } = event.data
        entry &&= {
          ...entry,
          status: 'resolved',
          how,
          resolvedAt: event.occurredAt,
          steps: step('resolved', words),
        }
        break
      }
      case 'throughline.CaseReopened.v1':
        if (entry) {
          const { resolvedAt: _, how: __, ...open } = entry
          entry = { ...open, status: 'open', steps: step('reopened', event.data.why) }
        }
        break
    }
  }
  const next = entry?.promises
    .filter(({ state }) => state === 'open')
    .sort((a, b) => (a.by < b.by ? -1 : 1))[0]
  return entry && { ...entry, ...(next && { next }) }
}

// A promise may be kept late, after it was missed: then it was kept.
function settled<Entry extends { readonly promises: readonly PromiseEntry[] }>(
  entry: Entry,
  what: string,
  state: 'kept' | 'missed',
): Entry {
  const index = entry.promises.findIndex((promise) => promise.what === what && promise.state !== 'kept')
  return {
    ...entry,
    promises: entry.promises.map((promise, at) => (at === index ? { ...promise, state } : promise)),
  }
}
