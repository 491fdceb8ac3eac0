import type { EventOf, Person, ReasonsPublished } from '@throughline/contracts'
import type { Rows, View } from '@throughline/ports'

export type PersonDetails = Pick<Person, 'name' | 'segment' | 'brand' | 'language'>

/** What is known of customers beside their journeys, so that a journey starts with who it is. */
export const people: View<
  PersonDetails,
  EventOf<'throughline.CustomerRegistered.v1' | 'throughline.CustomerDetailsCorrected.v1'>
> = {
  name: 'journey.people',
  version: 1,
  on: ['throughline.CustomerRegistered.v1', 'throughline.CustomerDetailsCorrected.v1'],
  async project({ data }, rows) {
    const { customerId, name, segment, brand, language } = data
    rows.put(customerId, {
      ...(await rows.get(customerId)),
      ...(name !== undefined && { name }),
      ...(segment !== undefined && { segment }),
      ...(brand !== undefined && { brand }),
      ...(language !== undefined && { language }),
    })
  },
}

/** The reasons in force by taxonomy, the highest version whatever order they are heard in. */
export const reasonsInForce: View<ReasonsPublished, EventOf<'throughline.ReasonsPublished.v1'>> = {
  name: 'journey.reasons',
  version: 1,
  on: ['throughline.ReasonsPublished.v1'],
  async project({ data }, rows) {
    const before = await rows.get(data.taxonomy)
    if (before === undefined || before.version < data.version) rows.put(data.taxonomy, data)
  },
}

/** Under which customer's id each case came; who that is by now is in the links of the owned things. */
export const cases: View<{ readonly customerId: string }, EventOf<'throughline.CaseOpened.v1'>> = {
  name: 'journey.cases',
  version: 1,
  on: ['throughline.CaseOpened.v1'],
  async project({ data: { caseId, customerId } }, rows) {
    await Promise.resolve()
    rows.put(caseId, { customerId })
  },
}

type HelperEvent = EventOf<
  | 'throughline.ContactOffered.v1'
  | 'throughline.ContactAssigned.v1'
  | 'throughline.ContactConnected.v1'
  | 'throughline.CaseOpened.v1'
  | 'throughline.CaseAssigned.v1'
  | 'throughline.FollowUpRequested.v1'
  | 'throughline.FollowUpAssigned.v1'
>

/** Which members of staff were given something of a customer's or of a journey's; under {@link helperKey}. */
export const helpers: View<{ readonly staffId: string; readonly of: string }, HelperEvent> = {
  name: 'journey.helpers',
  version: 1,
  on: [
    'throughline.ContactOffered.v1',
    'throughline.ContactAssigned.v1',
    'throughline.ContactConnected.v1',
    'throughline.CaseOpened.v1',
    'throughline.CaseAssigned.v1',
    'throughline.FollowUpRequested.v1',
    'throughline.FollowUpAssigned.v1',
  ],
  async project(event, rows) {
    await Promise.resolve()
    switch (event.type) {
      case 'throughline.ContactOffered.v1':
      case 'throughline.ContactAssigned.v1':
      case 'throughline.ContactConnected.v1':
        note(event.data.agentId, [event.data.journeyId, event.customerId], rows)
        return
      case 'throughline.CaseOpened.v1':
      case 'throughline.CaseAssigned.v1':
      case 'throughline.FollowUpRequested.v1':
      case 'throughline.FollowUpAssigned.v1':
        note(event.data.staffId, [event.data.customerId, event.journeyId], rows)
    }
  },
}

export function helperKey(staffId: string, of: string): string {
  return `${staffId}:${of}`
}

function note(
  staffId: string | undefined,
  of: readonly (string | undefined)[],
  rows: Rows<{ readonly staffId: string; readonly of: string }>,
): void {
  if (staffId === undefined) return
  for (const each of of) if (each !== undefined) rows.put(helperKey(staffId, each), { staffId, of: each })
}
