import type { CaseContactRow } from './contact.view.js'
import { nextPromise } from './case.view.js'
import type { CaseRow, CaseStep } from './case.view.js'

/**
 * A case as a line of a list. `next` is the promise that comes next, its time perhaps past; `repeat` tells C59.
 * `lastWords` are what the customer said last.
 */
export function caseLine(row: CaseRow, lastWords?: CaseContactRow['lastWords']) {
  const { caseId: id, reference, customerId, journeyId, subject, status, item, reason, staffId } = row
  const { contacts, resolution, openedAt, changedAt } = row
  const next = nextPromise(row)
  return {
    id,
    reference,
    customerId,
    journeyId,
    subject,
    status,
    ...(item !== undefined && { item }),
    ...(reason !== undefined && { reason }),
    ...(staffId !== undefined && { staffId }),
    contacts,
    repeat: contacts > 1,
    ...(next !== undefined && { next: { what: next.what, by: next.by, missed: next.status === 'missed' } }),
    ...(status === 'resolved' && { resolution }),
    ...(lastWords !== undefined && { lastWords }),
    openedAt,
    changedAt,
  }
}

/** A case with its timeline, oldest first. What the team says among itself is in the timeline of the team alone. */
export function caseShown(row: CaseRow, contacts: ReadonlyMap<string, CaseContactRow>, toTeam: boolean) {
  const timeline = row.steps
    .map((step) => (step.what === 'contact' ? withContact(step, contacts.get(step.contactId), toTeam) : step))
    .flatMap((step) => (toTeam ? [step] : forCustomer(step)))
  return { ...caseLine(row, lastWordsOf(row, contacts)), promises: row.promises, timeline }
}

/** What the customer said last in any contact about it. */
export function lastWordsOf(
  row: CaseRow,
  contacts: ReadonlyMap<string, CaseContactRow>,
): CaseContactRow['lastWords'] {
  return row.steps
    .flatMap((step) => (step.what === 'contact' ? [contacts.get(step.contactId)?.lastWords] : []))
    .reduce((last, words) => (words && (!last || last.at <= words.at) ? words : last), undefined)
}

type ContactStep = Extract<CaseStep, { readonly what: 'contact' }>

function withContact(step: ContactStep, contact: CaseContactRow | undefined, toTeam: boolean) {
  if (!contact) return step
  const { channel, agentId, requestedAt, connectedAt, endedAt, outcome, issue, causes } = contact
  return {
    ...step,
    ...(channel !== undefined && { channel }),
    ...(agentId !== undefined && { agentId }),
    ...(requestedAt !== undefined && { requestedAt }),
    ...(connectedAt !== undefined && { connectedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(toTeam && { outcome, issue, causes }),
  }
}

/** What a step is to the customer; nothing for the team's own. */
function forCustomer<Step extends CaseStep>(step: Step): readonly (Step | CaseStep)[] {
  switch (step.what) {
    case 'progress':
      return step.visible ? [step] : []
    case 'assigned':
      return []
    case 'reopened':
      return step.by === 'staff' ? [{ at: step.at, what: 'reopened', by: 'staff' }] : [step]
    case 'contact':
    case 'promise-kept':
    case 'promise-missed':
    case 'resolved':
      return [step]
  }
}
