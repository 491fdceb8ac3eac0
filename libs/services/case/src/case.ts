import type { CaseEvent, CaseOpened, ContactAddedToCase, EventOf } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Decision, Instant, Stream } from '@throughline/kernel'
import { isKept, promiseOf, withKept, withMissed, withPromised } from './promise.js'
import type { CasePromise } from './promise.js'

interface Known {
  readonly caseId: string
  readonly customerId: string
  readonly contacts: readonly string[]
  readonly promises: readonly CasePromise[]
  readonly staffId?: string
  readonly lastNote?: { readonly note: string; readonly visible: boolean }
}

export type CaseState =
  | { readonly status: 'none' }
  | ({ readonly status: 'open' } & Known)
  | ({ readonly status: 'resolved'; readonly how: string; readonly words: string } & Known)

type Decided = Decision<CaseState, CaseEvent>
type Resolved = Pick<EventOf<'throughline.CaseResolved.v1'>['data'], 'how' | 'words' | 'staffId'>

export const cases: Stream<CaseState, CaseEvent> = {
  name: 'case',
  initial: { status: 'none' },
  evolve(state, event) {
    if (event.type === 'throughline.CaseOpened.v1') {
      const { caseId, customerId, contactId, promised, heardAt, staffId } = event.data
      const promises = withPromised([], promised, heardAt)
      const known = { caseId, customerId, contacts: [contactId], promises }
      return { status: 'open', ...known, ...(staffId !== undefined && { staffId }) }
    }
    if (state.status === 'none') return state
    switch (event.type) {
      case 'throughline.ContactAddedToCase.v1': {
        const { contactId, promised, heardAt } = event.data
        const contacts = [...state.contacts, contactId]
        return { ...state, contacts, promises: withPromised(state.promises, promised, heardAt) }
      }
      case 'throughline.CaseProgressed.v1':
        return { ...state, lastNote: { note: event.data.note, visible: event.data.visible } }
      case 'throughline.CaseAssigned.v1':
        return { ...state, staffId: event.data.staffId }
      case 'throughline.CasePromiseKept.v1':
        return { ...state, promises: withKept(state.promises, event.data.what, event.data.by) }
      case 'throughline.CasePromiseMissed.v1':
        return { ...state, promises: withMissed(state.promises, event.data.what, event.data.by) }
      case 'throughline.CaseResolved.v1':
        return { ...state, status: 'resolved', how: event.data.how, words: event.data.words }
      case 'throughline.CaseReopened.v1':
        return { ...known(state), status: 'open' }
    }
  },
}

function known({ caseId, customerId, contacts, promises, staffId, lastNote }: Known): Known {
  return {
    caseId,
    customerId,
    contacts,
    promises,
    ...(staffId !== undefined && { staffId }),
    ...(lastNote !== undefined && { lastNote }),
  }
}

export const unknownCase = (): Refused => new Refused('not-found', 'case.unknown', 'There is no such case.')

function existing(state: CaseState): Exclude<CaseState, { readonly status: 'none' }> {
  if (state.status === 'none') throw unknownCase()
  return state
}

function stillOpen(state: CaseState): Extract<CaseState, { readonly status: 'open' }> {
  const found = existing(state)
  if (found.status === 'open') return found
  throw new Refused('conflict', 'case.resolved', 'The case is resolved.', {
    todo: 'Reopen it first, if it is not dealt with after all.',
  })
}

const of = ({ caseId, customerId }: Known) => ({ caseId, customerId })

/** A contact that ended resolved is opened and resolved at once: the customer always has the record (C21). */
export const openCase =
  (input: CaseOpened, resolved?: Resolved): Decided =>
  (state) => {
    if (state.status !== 'none') {
      if (state.contacts.includes(input.contactId)) return []
      throw new Refused('conflict', 'case.opened-already', 'The case is about another contact.')
    }
    const { caseId, customerId } = input
    return [
      { type: 'throughline.CaseOpened.v1', data: input },
      ...(resolved
        ? [{ type: 'throughline.CaseResolved.v1' as const, data: { caseId, customerId, ...resolved } }]
        : []),
    ]
  }

/** Another contact on the same issue (C59). It reopens a resolved case, whatever the contact's own outcome. */
export const addContact =
  (input: Omit<ContactAddedToCase, 'caseId'> & { readonly why: string }, resolved?: Resolved): Decided =>
  (state) => {
    const { caseId, status, contacts } = existing(state)
    const { why, ...contact } = input
    if (contacts.includes(contact.contactId)) return []
    const ids = { caseId, customerId: contact.customerId }
    const reopened = { type: 'throughline.CaseReopened.v1', data: { ...ids, why, by: 'contact' } } as const
    const added = { type: 'throughline.ContactAddedToCase.v1', data: { ...contact, ...ids } } as const
    const done = resolved && ({ type: 'throughline.CaseResolved.v1', data: { ...ids, ...resolved } } as const)
    return [...(status === 'resolved' ? [reopened] : []), added, ...(done ? [done] : [])]
  }

export const progressCase =
  (input: { readonly note: string; readonly visible: boolean; readonly staffId: string }): Decided =>
  (state) => {
    const found = stillOpen(state)
    if (found.lastNote?.note === input.note && found.lastNote.visible === input.visible) return []
    return [{ type: 'throughline.CaseProgressed.v1', data: { ...of(found), ...input } }]
  }

export const assignCase =
  (staffId: string): Decided =>
  (state) => {
    const found = stillOpen(state)
    if (found.staffId === staffId) return []
    return [{ type: 'throughline.CaseAssigned.v1', data: { ...of(found), staffId } }]
  }

/** A promise outlives the resolution: it can be kept afterwards, and late. */
export const keepPromise =
  (what: string, by?: Instant): Decided =>
  (state) => {
    const found = existing(state)
    const promise = promiseOf(found.promises, what, by)
    if (!promise) {
      throw new Refused('unprocessable', 'case.promise-unknown', 'Nobody promised this in this case.', {
        field: 'what',
      })
    }
    if (isKept(promise)) return []
    return [{ type: 'throughline.CasePromiseKept.v1', data: { ...of(found), what, by: promise.by } }]
  }

/** Resolving does not stop the clock of a promise, or a broken one could be hidden; only the customer's withdrawal does. */
export const missPromise =
  ({ what, by, now }: { readonly what: string; readonly by: Instant; readonly now: Instant }): Decided =>
  (state) => {
    const found = existing(state)
    if (now < by) {
      throw new Refused('conflict', 'case.promise-not-due', 'The promised time has not come.', {
        field: 'by',
      })
    }
    if (found.status === 'resolved' && found.how === 'withdrawn') return []
    const running = found.promises.some(
      (promise) => promise.what === what && promise.by === by && promise.status === 'running',
    )
    return running ? [{ type: 'throughline.CasePromiseMissed.v1', data: { ...of(found), what, by } }] : []
  }

/** How it was dealt with is told apart from that it happened (C37); there is no score and no script (C66). */
export const resolveCase =
  (input: Resolved): Decided =>
  (state) => {
    const found = existing(state)
    if (found.status === 'open')
      return [{ type: 'throughline.CaseResolved.v1', data: { ...of(found), ...input } }]
    if (found.how === input.how && found.words === input.words) return []
    throw new Refused('conflict', 'case.already-resolved', `The case is resolved already: ${found.how}.`, {
      todo: 'Reopen it to tell another outcome.',
    })
  }

export const reopenCase =
  (input: { readonly why: string; readonly by: 'customer' | 'staff' }): Decided =>
  (state) => {
    const found = existing(state)
    if (found.status === 'open') return []
    return [{ type: 'throughline.CaseReopened.v1', data: { ...of(found), ...input } }]
  }
