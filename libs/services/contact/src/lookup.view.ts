import type { EventOf } from '@throughline/contracts'
import type { View } from '@throughline/ports'
import { escalationOf } from './escalation.js'
import type { Escalation } from './escalation.js'

export interface PolicyRow {
  readonly policy: string
  readonly version: number
  readonly escalation: readonly Escalation[]
}

/** The declared ways between channels, of the newest version of each policy. */
export const policiesView: View<PolicyRow, EventOf<'throughline.ChannelPolicyPublished.v1'>> = {
  name: 'contact.policies',
  version: 1,
  on: ['throughline.ChannelPolicyPublished.v1'],
  async project({ data: { policy, version, document } }, rows) {
    const before = await rows.get(policy)
    if (before !== undefined && before.version >= version) return
    rows.put(policy, { policy, version, escalation: escalationOf(document) })
  },
}

export interface ContinuationRow {
  readonly contactId: string
}

/** Which contact a spoken code is about, by its digest. Whether it still opens it is for the contact to say. */
export const continuationsView: View<ContinuationRow, EventOf<'throughline.ContinuationIssued.v1'>> = {
  name: 'contact.continuations',
  version: 1,
  on: ['throughline.ContinuationIssued.v1'],
  async project({ data: { digest, contactId } }, rows) {
    await Promise.resolve()
    rows.put(digest, { contactId })
  },
}

export interface CaseRow {
  readonly caseId: string
  readonly customerId: string
}

/** Whose a case is, so that nobody's words land in another's. */
export const casesView: View<CaseRow, EventOf<'throughline.CaseOpened.v1'>> = {
  name: 'contact.cases',
  version: 1,
  on: ['throughline.CaseOpened.v1'],
  async project({ data: { caseId, customerId } }, rows) {
    await Promise.resolve()
    rows.put(caseId, { caseId, customerId })
  },
}
