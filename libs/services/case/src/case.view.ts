import { caseReference } from '@throughline/contracts'
import type { CaseEvent, ItemSnapshot, ReasonSnapshot } from '@throughline/contracts'
import type { Instant } from '@throughline/kernel'
import { cameUnder, isLink, isLinkEvent, LINK_EVENTS, ownerOf, rehome } from '@throughline/ports'
import type { LinkEvent, LinkRow, RecordedEvent, Rows, View } from '@throughline/ports'
import { isKept, promiseOf, withKept, withMissed, withPromised } from './promise.js'
import type { CasePromise } from './promise.js'

/** One step of a case, oldest first. `at` is when it happened, not when it was recorded. */
export type CaseStep = { readonly at: Instant } & (
  | {
      readonly what: 'contact'
      readonly contactId: string
      readonly journeyId: string
      readonly words: string
    }
  | { readonly what: 'progress'; readonly note: string; readonly visible: boolean; readonly staffId?: string }
  | { readonly what: 'assigned'; readonly staffId: string }
  | { readonly what: 'promise-kept'; readonly promise: string; readonly by?: Instant }
  | { readonly what: 'promise-missed'; readonly promise: string; readonly by: Instant }
  | { readonly what: 'resolved'; readonly how: string; readonly words: string; readonly staffId?: string }
  | { readonly what: 'reopened'; readonly why?: string; readonly by: string }
)

export interface CaseRow {
  readonly kind: 'case'
  readonly caseId: string
  /** Seven digits to say on the phone; they find the case and are not promised to be unique. */
  readonly reference: string
  /** Whose it is now, and under which id it came. */
  readonly customerId: string
  readonly first: string
  readonly journeyId: string
  readonly subject: string
  readonly status: 'open' | 'resolved'
  readonly item?: ItemSnapshot
  readonly reason?: ReasonSnapshot
  readonly staffId?: string
  /** Number of contacts about this one issue (C59). */
  readonly contacts: number
  readonly promises: readonly CasePromise[]
  readonly steps: readonly CaseStep[]
  /** The last one; what it says holds while the status is `resolved`. */
  readonly resolution?: { readonly how: string; readonly words: string; readonly at: Instant }
  readonly openedAt: Instant
  readonly changedAt: Instant
  /** Number of events of the case, for If-Match. */
  readonly version: number
}

type Seen = CaseEvent | LinkEvent
type CaseRows = Rows<CaseRow | LinkRow>

const NEVER = '9999-12-31T23:59:59.999Z'

/** The promise that comes next: the earliest not kept, be its time past or to come. */
export function nextPromise({ promises }: Pick<CaseRow, 'promises'>): CasePromise | undefined {
  return promises
    .filter((promise) => !isKept(promise) && promise.status !== 'past')
    .reduce<CasePromise | undefined>((next, one) => (next && next.by <= one.by ? next : one), undefined)
}

/** The promise whose time the sweep has to watch. A withdrawn case has none. */
export function watched(row: CaseRow): readonly CasePromise[] {
  if (row.status === 'resolved' && row.resolution?.how === 'withdrawn') return []
  return row.promises.filter(({ status }) => status === 'running')
}

function lists(row: CaseRow): Record<string, string> {
  const due = `${nextPromise(row)?.by ?? NEVER} ${row.openedAt}`
  const watch = watched(row)
    .map(({ by }) => by)
    .sort()[0]
  const open = row.status === 'open'
  return {
    [cameUnder(row.first)]: row.openedAt,
    [`customer:${row.customerId}`]: row.openedAt,
    [`customer-${row.status}:${row.customerId}`]: row.openedAt,
    [`reference:${row.reference}`]: row.openedAt,
    [row.status]: open ? due : (row.resolution?.at ?? row.changedAt),
    ...(row.staffId !== undefined && { [`staff-${row.status}:${row.staffId}`]: open ? due : row.changedAt }),
    ...(open && row.staffId === undefined && { unassigned: due }),
    ...(watch !== undefined && { due: watch }),
  }
}

async function put(row: CaseRow, rows: CaseRows): Promise<void> {
  const customerId = await ownerOf(row.first, (key) => rows.get(key))
  const kept = { ...row, customerId }
  rows.put(row.caseId, kept, lists(kept))
}

function opened({
  data,
  occurredAt,
}: RecordedEvent<Extract<Seen, { type: 'throughline.CaseOpened.v1' }>>): CaseRow {
  const { caseId, customerId, journeyId, subject, contactId, words, promised, heardAt } = data
  return {
    kind: 'case',
    caseId,
    reference: caseReference(caseId),
    customerId,
    first: customerId,
    journeyId,
    subject,
    status: 'open',
    ...(data.item !== undefined && { item: data.item }),
    ...(data.reason !== undefined && { reason: data.reason }),
    ...(data.staffId !== undefined && { staffId: data.staffId }),
    contacts: 1,
    promises: withPromised([], promised, heardAt),
    steps: [{ at: occurredAt, what: 'contact', contactId, journeyId, words }],
    openedAt: occurredAt,
    changedAt: occurredAt,
    version: 1,
  }
}

/** What a further event makes of the row, beside time and version. */
function moved(
  row: CaseRow,
  event: Exclude<CaseEvent, { readonly type: 'throughline.CaseOpened.v1' }>,
  at: Instant,
): CaseRow {
  const step = (one: CaseStep): readonly CaseStep[] => [...row.steps, one]
  switch (event.type) {
    case 'throughline.ContactAddedToCase.v1': {
      const { contactId, journeyId, words, promised, heardAt } = event.data
      const promises = withPromised(row.promises, promised, heardAt)
      const steps = step({ at, what: 'contact', contactId, journeyId, words })
      return { ...row, contacts: row.contacts + 1, promises, steps }
    }
    case 'throughline.CaseProgressed.v1': {
      const { note, visible, staffId } = event.data
      const steps = step({ at, what: 'progress', note, visible, ...(staffId !== undefined && { staffId }) })
      return { ...row, steps }
    }
    case 'throughline.CaseAssigned.v1': {
      const { staffId } = event.data
      return { ...row, staffId, steps: step({ at, what: 'assigned', staffId }) }
    }
    case 'throughline.CasePromiseKept.v1': {
      const { what, by } = event.data
      const meant = promiseOf(row.promises, what, by)
      const steps = step({ at, what: 'promise-kept', promise: what, ...(meant && { by: meant.by }) })
      return { ...row, promises: withKept(row.promises, what, by, at), steps }
    }
    case 'throughline.CasePromiseMissed.v1': {
      const { what, by } = event.data
      const steps = step({ at, what: 'promise-missed', promise: what, by })
      return { ...row, promises: withMissed(row.promises, what, by), steps }
    }
    case 'throughline.CaseResolved.v1': {
      const { how, words, staffId } = event.data
      const steps = step({ at, what: 'resolved', how, words, ...(staffId !== undefined && { staffId }) })
      return { ...row, status: 'resolved', resolution: { how, words, at }, steps }
    }
    case 'throughline.CaseReopened.v1': {
      const { why, by } = event.data
      return { ...row, status: 'open', steps: step({ at, what: 'reopened', why, by }) }
    }
  }
}

/** Every case with its timeline (C22): by customer, by who answers for it, by what is due. */
export const casesView: View<CaseRow | LinkRow, Seen> = {
  name: 'case.cases',
  version: 3,
  on: [
    'throughline.CaseOpened.v1',
    'throughline.ContactAddedToCase.v1',
    'throughline.CaseProgressed.v1',
    'throughline.CaseAssigned.v1',
    'throughline.CasePromiseKept.v1',
    'throughline.CasePromiseMissed.v1',
    'throughline.CaseResolved.v1',
    'throughline.CaseReopened.v1',
    ...LINK_EVENTS,
  ],
  async project(event, rows) {
    if (isLinkEvent(event)) {
      await rehome<CaseRow>(event, rows, (row) => put(row, rows))
      return
    }
    if (event.type === 'throughline.CaseOpened.v1') {
      await put(opened(event), rows)
      return
    }
    const row = await rows.get(event.data.caseId)
    if (!row || isLink(row)) return
    const next = moved(row, event, event.occurredAt)
    await put({ ...next, changedAt: event.occurredAt, version: event.sequence + 1 }, rows)
  },
}
