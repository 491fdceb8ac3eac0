import type { Says } from '@throughline/contracts'
import type { Decision, Stream } from '@throughline/kernel'

/**
 * Which case a contact was requested about. It is a stream and no view because opening a second case instead of going on
 * with the first must not depend on how far a view is; only re-contacts have one.
 */
export type CaseContactState =
  { readonly status: 'none' } | { readonly status: 'about'; readonly caseId: string }

export type CaseContactEvent = Says<
  'throughline.ContactRequestedAboutCase.v1',
  { readonly contactId: string; readonly caseId: string }
>

export const caseContacts: Stream<CaseContactState, CaseContactEvent> = {
  name: 'case-contact',
  initial: { status: 'none' },
  evolve: (_, event) => ({ status: 'about', caseId: event.data.caseId }),
}

export const noteCase =
  (input: {
    readonly contactId: string
    readonly caseId: string
  }): Decision<CaseContactState, CaseContactEvent> =>
  (state) =>
    state.status === 'about' ? [] : [{ type: 'throughline.ContactRequestedAboutCase.v1', data: input }]
